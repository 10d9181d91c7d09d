"""Sketches: formulas as small trees with an evaluation of their own, to test the judge against.

Nothing here is shared with `grader.formulas`. A sketch is evaluated strictly: vectors are columns,
products need fitting shapes, sums need equal ones. Whatever does not fit has no value, and a
formula without a value is no right answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Value: TypeAlias = float | Array
Environment: TypeAlias = Mapping[str, Value]


class NoValueError(Exception):
    """The sketch has no value on this instance."""


@dataclass(frozen=True)
class Sketch:
    """Base of all nodes."""

    def __add__(self, other: Sketch) -> Add:
        return Add((*terms_of(self), *terms_of(other)))

    def __sub__(self, other: Sketch) -> Add:
        return Add((*terms_of(self), Negative(other)))

    def __matmul__(self, other: Sketch) -> Product:
        return Product((*factors_of(self), *factors_of(other)))

    def __truediv__(self, other: Sketch) -> Quotient:
        return Quotient(self, other)

    def __pow__(self, exponent: int | Sketch) -> Power:
        return Power(self, sketch(exponent))

    def __neg__(self) -> Negative:
        return Negative(self)

    @property
    def T(self) -> Transpose:
        """The transpose."""
        return Transpose(self)

    @property
    def inv(self) -> Inverse:
        """The inverse."""
        return Inverse(self)

    @property
    def children(self) -> Iterator[Sketch]:
        """The nodes directly below."""
        for one in fields(self):
            found = getattr(self, one.name)
            for child in found if isinstance(found, tuple) else (found,):
                if isinstance(child, Sketch):
                    yield child

    def walk(self) -> Iterator[Sketch]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def variants(self, change: Changes) -> Iterator[Sketch]:
        """Every tree in which one node is replaced by something that `change` makes of it."""
        yield from change(self)
        for one in fields(self):
            found = getattr(self, one.name)
            if isinstance(found, Sketch):
                for changed in found.variants(change):
                    if (
                        one.name == "base"
                        and isinstance(self, Entry)
                        and not isinstance(changed, Name)
                    ):
                        continue
                    yield replace(self, **{one.name: changed})
            elif isinstance(found, tuple):
                for at, child in enumerate(found):
                    for changed in child.variants(change):
                        yield replace(self, **{one.name: (*found[:at], changed, *found[at + 1 :])})


class Changes:
    """What may stand in the place of a node."""

    def __call__(self, node: Sketch) -> Iterator[Sketch]:
        raise NotImplementedError


@dataclass(frozen=True)
class Number(Sketch):
    """A whole number."""

    value: int


@dataclass(frozen=True)
class Name(Sketch):
    """A symbol."""

    key: str


@dataclass(frozen=True)
class Add(Sketch):
    """A sum; what is subtracted is a `Negative`."""

    terms: tuple[Sketch, ...]


@dataclass(frozen=True)
class Negative(Sketch):
    """−operand."""

    operand: Sketch


@dataclass(frozen=True)
class Product(Sketch):
    """A product of scalars and matrices in this order."""

    factors: tuple[Sketch, ...]


@dataclass(frozen=True)
class Quotient(Sketch):
    """over / under, where under is a scalar."""

    over: Sketch
    under: Sketch


@dataclass(frozen=True)
class Power(Sketch):
    """A scalar or a square matrix to a power."""

    base: Sketch
    exponent: Sketch


@dataclass(frozen=True)
class Transpose(Sketch):
    """baseᵀ."""

    base: Sketch


@dataclass(frozen=True)
class Inverse(Sketch):
    """base⁻¹."""

    base: Sketch


@dataclass(frozen=True)
class PseudoInverse(Sketch):
    """base†."""

    base: Sketch


@dataclass(frozen=True)
class SquaredNorm(Sketch):
    """‖operand‖²."""

    operand: Sketch


@dataclass(frozen=True)
class Norm(Sketch):
    """‖operand‖ in the 2-norm, also of a matrix."""

    operand: Sketch


@dataclass(frozen=True)
class Absolute(Sketch):
    """|operand| of a number."""

    operand: Sketch


@dataclass(frozen=True)
class Entry(Sketch):
    """A component of a vector, or a row of X as a column, counted as the problem does."""

    base: Name
    index: Sketch


@dataclass(frozen=True)
class Sum(Sketch):
    """Σ of a body over an index."""

    index: str
    first: Sketch
    last: Sketch
    body: Sketch


@dataclass(frozen=True)
class Diagonal(Sketch):
    """diag(base^first, …, base^last)."""

    base: Sketch
    first: Sketch
    last: Sketch
    step: int = 1


@dataclass(frozen=True)
class Hadamard(Sketch):
    """left ⊙ right."""

    left: Sketch
    right: Sketch


@dataclass(frozen=True)
class Relu(Sketch):
    """max(0, operand)."""

    operand: Sketch


@dataclass(frozen=True)
class Gate(Sketch):
    """1 where the operand is positive (`above`) or not."""

    operand: Sketch
    above: bool = True


@dataclass(frozen=True)
class Largest(Sketch):
    """λ_max of a symmetric matrix, or λ_min."""

    operand: Sketch
    which: str = "max"


def sketch(value: int | str | Sketch) -> Sketch:
    """A number or a name as a node."""
    if isinstance(value, Sketch):
        return value
    return Number(value) if isinstance(value, int) else Name(value)


def terms_of(node: Sketch) -> tuple[Sketch, ...]:
    """The terms of a sum, or the node itself."""
    return node.terms if isinstance(node, Add) else (node,)


def factors_of(node: Sketch) -> tuple[Sketch, ...]:
    """The factors of a product, or the node itself."""
    return node.factors if isinstance(node, Product) else (node,)


def moved(node: Sketch, step: int) -> Sketch:
    """A bound or an exponent, with a constant added."""
    if isinstance(node, Number):
        return Number(node.value + step)
    terms = node.terms if isinstance(node, Add) else (node,)
    constant = sum(_constant(term) for term in terms) + step
    rest = tuple(term for term in terms if not _constant(term))
    last = Number(constant) if constant >= 0 else Negative(Number(-constant))
    parts = (*rest, last) if constant or not rest else rest
    return Add(parts) if len(parts) > 1 else parts[0]


def _constant(node: Sketch) -> int:
    if isinstance(node, Negative) and isinstance(node.operand, Number):
        return -node.operand.value
    return node.value if isinstance(node, Number) else 0


# ---------------------------------------------------------------- values

WEIGHTS = frozenset({"mu"})
"""Names of positive numbers with any index: which index a weight has says nothing."""

FIRST_INDEX = {"w": 0}
"""Where components are counted from, if not from 1; in Problem 1 the coefficient of xᵏ is w_k."""


def evaluate(node: Sketch, env: Environment) -> Value:
    """The value of a sketch.

    Raises:
        NoValueError: shapes do not fit, or a matrix is singular.
    """
    return _plain(_EVALUATE[type(node)](node, env))


def _plain(value: Value) -> Value:
    """1×1 matrices as numbers."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NoValueError("not finite")
        return value
    array = np.asarray(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise NoValueError("not finite")
    return float(array.reshape(())) if array.size == 1 else array


def _number(node: Sketch, env: Environment) -> float:
    value = evaluate(node, env)
    if not isinstance(value, float):
        raise NoValueError("a number is needed")
    return value


def _whole(node: Sketch, env: Environment) -> int:
    value = _number(node, env)
    if value != int(value):
        raise NoValueError("a whole number is needed")
    return int(value)


def _name(node: Name, env: Environment) -> Value:
    try:
        return env[node.key]
    except KeyError:
        raise NoValueError(node.key) from None


def _add(node: Add, env: Environment) -> Value:
    values = [evaluate(term, env) for term in node.terms]
    if len({np.shape(value) for value in values}) != 1:
        raise NoValueError("shapes differ")
    return np.sum(np.stack([np.asarray(value) for value in values]), axis=0)


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, float) or isinstance(right, float):
        return left * right
    if left.shape[1] != right.shape[0]:
        raise NoValueError("shapes do not fit")
    return _plain(left @ right)


def _product(node: Product, env: Environment) -> Value:
    value: Value = 1.0
    for factor in node.factors:
        value = _times(value, evaluate(factor, env))
    return value


def _quotient(node: Quotient, env: Environment) -> Value:
    under = _number(node.under, env)
    if under == 0:
        raise NoValueError("division by zero")
    return evaluate(node.over, env) / under


def _square(value: Value) -> Array:
    if isinstance(value, float) or value.shape[0] != value.shape[1]:
        raise NoValueError("a square matrix is needed")
    return value


def _power(node: Power, env: Environment) -> Value:
    base = evaluate(node.base, env)
    if isinstance(base, float):
        exponent = _number(node.exponent, env)
        if base < 0 and exponent != int(exponent):
            raise NoValueError("root of a negative number")
        return float(base**exponent)
    exponent = _whole(node.exponent, env)
    matrix = _square(base)
    if exponent < 0:
        matrix, exponent = _inverted(matrix), -exponent
    return np.linalg.matrix_power(matrix, exponent)


def _inverted(matrix: Array) -> Array:
    if np.linalg.cond(matrix) > 1e12:
        raise NoValueError("singular")
    return np.linalg.inv(matrix)


def _inverse(node: Inverse, env: Environment) -> Value:
    value = evaluate(node.base, env)
    return 1 / value if isinstance(value, float) else _inverted(_square(value))


def _transpose(node: Transpose, env: Environment) -> Value:
    value = evaluate(node.base, env)
    return value if isinstance(value, float) else value.T


def _pseudo(node: PseudoInverse, env: Environment) -> Value:
    value = evaluate(node.base, env)
    return 1 / value if isinstance(value, float) else np.linalg.pinv(value, rcond=1e-10)


def _vector(value: Value) -> Value:
    if not isinstance(value, float) and 1 not in value.shape:
        raise NoValueError("a vector is needed")
    return value


def _squared_norm(node: SquaredNorm, env: Environment) -> Value:
    return float(np.sum(np.square(_vector(evaluate(node.operand, env)))))


def _norm(node: Norm, env: Environment) -> Value:
    value = np.atleast_2d(evaluate(node.operand, env))
    return float(np.linalg.norm(value, 2))


def _entry(node: Entry, env: Environment) -> Value:
    if node.base.key in WEIGHTS:
        return 1.0 + 0.5 * float(np.sin(_whole(node.index, env)))
    value, at = np.atleast_2d(_name(node.base, env)), _whole(node.index, env)
    at -= FIRST_INDEX.get(node.base.key, 1)
    rows = value if node.base.key == "X" else value.reshape(-1, 1)
    if not 0 <= at < len(rows):
        raise NoValueError("no such component")
    return rows[at].reshape(-1, 1)


def _sum(node: Sum, env: Environment) -> Value:
    first, last = _whole(node.first, env), _whole(node.last, env)
    if last < first:
        return 0.0
    values = [
        np.asarray(evaluate(node.body, {**env, node.index: float(k)}))
        for k in range(first, last + 1)
    ]
    return np.sum(np.stack(values), axis=0)


def _diagonal(node: Diagonal, env: Environment) -> Value:
    base, first, last = _number(node.base, env), _whole(node.first, env), _whole(node.last, env)
    return np.diag([base**k for k in range(first, last + node.step, node.step)])


def _hadamard(node: Hadamard, env: Environment) -> Value:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    if np.shape(left) != np.shape(right):
        raise NoValueError("shapes differ")
    return left * right


def _gate(node: Gate, env: Environment) -> Value:
    value = np.asarray(evaluate(node.operand, env))
    return np.where((value > 0) == node.above, 1.0, 0.0)


def _largest(node: Largest, env: Environment) -> Value:
    value = np.atleast_2d(evaluate(node.operand, env))
    if value.shape[0] != value.shape[1] or not np.allclose(value, value.T):
        raise NoValueError("a symmetric matrix is needed")
    values = np.linalg.eigvalsh(value)
    return float(values[-1] if node.which == "max" else values[0])


_EVALUATE = {
    Number: lambda node, _: float(node.value),
    Name: _name,
    Add: _add,
    Negative: lambda node, env: -evaluate(node.operand, env),
    Product: _product,
    Quotient: _quotient,
    Power: _power,
    Transpose: _transpose,
    Inverse: _inverse,
    PseudoInverse: _pseudo,
    SquaredNorm: _squared_norm,
    Norm: _norm,
    Absolute: lambda node, env: abs(_number(node.operand, env)),
    Entry: _entry,
    Sum: _sum,
    Diagonal: _diagonal,
    Hadamard: _hadamard,
    Relu: lambda node, env: np.maximum(evaluate(node.operand, env), 0.0),
    Gate: _gate,
    Largest: _largest,
}
