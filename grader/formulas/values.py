"""What values are, and the operations on them, with shapes checked strictly.

A value is a float or a matrix; a column vector is a k×1 matrix and a row 1×k. A product that comes
to 1×1 is a number. Nothing is broadcast: a number is not added to a matrix, a row is not added to
a column, and what does not fit raises `Misfit`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.formulas.errors import Ambiguous, DivisionByZero, Misfit, NoValue

Array: TypeAlias = NDArray[np.float64]
Value: TypeAlias = float | Array

MAX_POWER = 200
"""Of a matrix or a number, as an integer exponent; sampled t, n, d and h are below 10."""

CONVERGED = 1e-14
"""Relative size of a term of a sum, or of a change, that no longer counts."""

SINGULAR = 1e-10
"""Below this share of the largest singular value a matrix has no inverse."""


class Singular(Misfit):
    """An inverse that does not exist on this instance."""


@dataclass(frozen=True)
class Function:
    """Something that is applied to values.

    Attributes:
        apply: what it makes of its arguments.
        derivative: what a prime makes of it.
        inside: values that names have between its brackets alone, and all that are numbered
            like them: the noise in an expectation.
    """

    apply: Callable[..., Value]
    derivative: Callable[..., Value] | None = None
    inside: Mapping[str, Value] = field(default_factory=dict)


def column(values: object) -> Array:
    """A k×1 matrix."""
    return np.asarray(values, dtype=np.float64).reshape(-1, 1)


def shape(value: Value) -> tuple[int, ...]:
    """() for a number."""
    return value.shape if isinstance(value, np.ndarray) else ()


def shown(value: Value) -> str:
    """Shape in words, for messages: “a number”, “4×1”."""
    return "a number" if isinstance(value, float) else "×".join(map(str, value.shape))


def simplified(value: NDArray[np.floating[Any]] | float) -> Value:
    """A 1×1 matrix is a number.

    Raises:
        NoValue: something overflowed or is not defined.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NoValue("the value is not finite")
        return float(value)
    result: Value = float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=np.float64)
    if isinstance(result, np.ndarray) and result.shape == (1, 1):
        result = float(result[0, 0])
    if not np.isfinite(result).all():
        raise NoValue("the value is not finite")
    return result


def add(a: Value, b: Value) -> Value:
    """a + b, of equal shapes."""
    if shape(a) != shape(b):
        raise Misfit(f"{shown(a)} plus {shown(b)}")
    return simplified(a + b)


def multiply(a: Value, b: Value) -> Value:
    """The product: of matrices if their shapes fit, or with a number."""
    if isinstance(a, float) or isinstance(b, float):
        return simplified(a * b)
    if a.shape[1] != b.shape[0]:
        raise Misfit(f"{shown(a)} times {shown(b)}")
    return simplified(a @ b)


def elementwise(a: Value, b: Value) -> Value:
    """a ⊙ b."""
    if isinstance(a, float) or isinstance(b, float):
        return simplified(a * b)
    if a.shape != b.shape:
        raise Misfit(f"{shown(a)} times {shown(b)} elementwise")
    return simplified(a * b)


def inner(a: Value, b: Value) -> Value:
    """⟨a, b⟩ of two vectors of equal length."""
    if isinstance(a, float) or isinstance(b, float):
        return simplified(a * b)
    if a.size != b.size or 1 not in a.shape or 1 not in b.shape:
        raise Misfit(f"inner product of {shown(a)} and {shown(b)}")
    return float(a.ravel() @ b.ravel())


def divide(a: Value, b: Value) -> Value:
    """a / b by a number."""
    if not isinstance(b, float):
        raise Misfit(f"division by {shown(b)}")
    if b == 0:
        raise DivisionByZero("division by zero")
    return simplified(a / b)


def transpose(a: Value) -> Value:
    """aᵀ."""
    return a if isinstance(a, float) else a.T


def inverse(a: Value) -> Value:
    """a⁻¹.

    Raises:
        Singular: it does not exist on this instance.
    """
    if isinstance(a, float):
        return divide(1.0, a)
    if a.shape[0] != a.shape[1]:
        raise Misfit(f"the inverse of {shown(a)}")
    singular = np.linalg.svd(a, compute_uv=False)
    if singular[-1] <= SINGULAR * singular[0]:
        raise Singular("the matrix has no inverse on this instance")
    return simplified(np.linalg.inv(a))


def pseudo_inverse(a: Value) -> Value:
    """a†."""
    if isinstance(a, float):
        return divide(1.0, a) if a else 0.0
    return simplified(np.linalg.pinv(a, rcond=SINGULAR))


def power(a: Value, exponent: float) -> Value:
    """a to the exponent: numbers, and square matrices to integers and halves."""
    if abs(exponent) > MAX_POWER:
        raise NoValue(f"the exponent {exponent:g} is too large")
    if isinstance(a, float):
        if a < 0 and exponent != int(exponent):
            raise NoValue("a root of a negative number")
        if a == 0 and exponent < 0:
            raise DivisionByZero("division by zero")
        with np.errstate(over="ignore"):
            return simplified(np.float64(a) ** exponent)
    if a.shape[0] != a.shape[1]:
        raise Misfit(f"a power of {shown(a)}")
    if exponent < 0:
        return power(inverse(a), -exponent)
    if exponent == int(exponent):
        with np.errstate(over="ignore", invalid="ignore"):
            return simplified(np.linalg.matrix_power(a, int(exponent)))
    if exponent == 0.5:
        return root(a)
    raise NoValue(f"a matrix to the power {exponent:g}")


def root(a: Value) -> Value:
    """Square root; of a matrix only if it is symmetric with no negative eigenvalue."""
    if isinstance(a, float):
        return power(a, 0.5)
    if a.shape[0] != a.shape[1] or not np.allclose(a, a.T):
        raise Misfit("the square root of a matrix that is not symmetric")
    eigenvalues, vectors = np.linalg.eigh(a)
    if eigenvalues[0] < -SINGULAR * max(1.0, eigenvalues[-1]):
        raise NoValue("the square root of a matrix with a negative eigenvalue")
    return simplified((vectors * np.sqrt(np.maximum(eigenvalues, 0.0))) @ vectors.T)


def norm(a: Value, order: str | Array = "2") -> Value:
    """‖a‖: of a vector the 2-, 1- or ∞-norm, of a matrix the spectral or the Frobenius norm.

    With a matrix as `order`, (aᵀ order a)^½.
    """
    if isinstance(order, np.ndarray):
        square = multiply(multiply(transpose(a), order), a)
        if not isinstance(square, float) or square < 0:
            raise Misfit("a weighted norm of this")
        return float(np.sqrt(square))
    if isinstance(a, float):
        return abs(a)
    if order == "F":
        return float(np.linalg.norm(a))
    which = {"2": 2, "1": 1, "∞": np.inf}.get(order)
    if which is None:
        raise NoValue(f"the norm with index {order}")
    return float(np.linalg.norm(a.ravel() if 1 in a.shape else a, which))


def absolute(a: Value) -> Value:
    """|a| of a number, and of a vector its length."""
    if not isinstance(a, float) and 1 not in a.shape:
        raise Misfit("the absolute value of a matrix")
    return norm(a)


def largest(*values: Value) -> Value:
    """max, elementwise if one of the values is a vector."""
    return _extreme(np.maximum, values)


def smallest(*values: Value) -> Value:
    """min, elementwise if one of the values is a vector."""
    return _extreme(np.minimum, values)


def _extreme(choose: np.ufunc, values: tuple[Value, ...]) -> Value:
    shapes = {shape(value) for value in values} - {()}
    if len(shapes) > 1:
        raise Misfit("max or min of different shapes")
    if len(values) == 1:
        return float(choose.reduce(np.ravel(values[0])))
    result = values[0]
    for value in values[1:]:
        result = choose(result, value)
    return simplified(result)


def diagonal(*values: Value) -> Value:
    """The diagonal matrix of a vector or of numbers; of a number it is the number."""
    if len(values) == 1 and isinstance(values[0], float):
        return values[0]
    if len(values) == 1 and isinstance(values[0], np.ndarray):
        if 1 not in values[0].shape:
            return simplified(np.diag(np.diag(values[0])))
        return simplified(np.diag(values[0].ravel()))
    if not all(isinstance(value, float) for value in values):
        raise Misfit("a diagonal of matrices")
    return simplified(np.diag([float(value) for value in values if isinstance(value, float)]))


def blocks(rows: list[list[Value]]) -> Value:
    """A matrix of numbers, or of matrices that fit; a 0 fills the block that it stands in.

    Raises:
        Misfit: the blocks do not fit.
        Ambiguous: a 0 stands where nothing says how large its block is.
    """
    if len({len(row) for row in rows}) != 1:
        raise Misfit("rows of different lengths")
    heights = [_common({shape(cell)[0] for cell in row if shape(cell)}) for row in rows]
    widths = [
        _common({shape(cell)[1] for cell in line if shape(cell)})
        for line in zip(*rows, strict=True)
    ]
    filled = [
        [_block(cell, height, width) for cell, width in zip(row, widths, strict=True)]
        for row, height in zip(rows, heights, strict=True)
    ]
    return simplified(np.block(filled))


def _common(sizes: set[int]) -> int | None:
    """The one height of a row, or width of a column; None where only numbers stand."""
    if len(sizes) > 1:
        raise Misfit("blocks of different sizes")
    return next(iter(sizes), None)


def _block(cell: Value, height: int | None, width: int | None) -> Array:
    if isinstance(cell, np.ndarray):
        return cell
    if cell == 0 and (height, width) != (None, None):
        if height is None or width is None:
            raise Ambiguous("a block of zeros whose size is not written")
        return np.zeros((height, width))
    if (height or 1, width or 1) != (1, 1):
        raise Misfit("a number among blocks")
    return np.array([[cell]])


def chosen(holds: Array, value: Value, other: Value | None) -> Value | Array:
    """`value` where a condition holds, and elsewhere the other one; without one, nothing finite."""
    rest: Value = np.nan if other is None else other
    shapes = {shape(one) for one in (value, rest)} | {holds.shape} - {(1, 1)}
    if len(shapes - {()}) > 1:
        raise Misfit("cases of different shapes")
    result: Array = np.where(holds > 0, value, rest)
    return result


def relu(z: Value) -> Value:
    """max(0, z)."""
    return largest(0.0, z)


def step(z: Value) -> Value:
    """1{z > 0}, the derivative of ReLU."""
    return float(z > 0) if isinstance(z, float) else simplified(np.where(z > 0, 1.0, 0.0))


def sign(z: Value) -> Value:
    """−1, 0 or 1, elementwise."""
    return simplified(np.sign(z))


def trace(a: Value) -> Value:
    """The trace of a square matrix."""
    if isinstance(a, float):
        return a
    if a.shape[0] != a.shape[1]:
        raise Misfit(f"the trace of {shown(a)}")
    return float(np.trace(a))


def eigenvalues(a: Value) -> Array:
    """Of a symmetric matrix, increasing."""
    if isinstance(a, float):
        return np.array([a])
    if a.shape[0] != a.shape[1] or not np.allclose(a, a.T):
        raise Misfit("eigenvalues of a matrix that is not symmetric")
    return np.asarray(np.linalg.eigvalsh(a), dtype=np.float64)


def singular_values(a: Value) -> Array:
    """Decreasing."""
    return np.asarray(np.linalg.svd(np.atleast_2d(a), compute_uv=False), dtype=np.float64)


def _smooth(function: Callable[[Value], Value]) -> Function:
    return Function(lambda z: simplified(function(z)))


FUNCTIONS: Final[dict[str, Function]] = {
    "diag": Function(diagonal),
    "Diag": Function(diagonal),
    "ReLU": Function(relu, step),
    "relu": Function(relu, step),
    "max": Function(largest),
    "min": Function(smallest),
    "sin": Function(lambda z: simplified(np.sin(z)), lambda z: simplified(np.cos(z))),
    "cos": Function(lambda z: simplified(np.cos(z)), lambda z: simplified(-np.sin(z))),
    "tan": _smooth(np.tan),
    "tanh": Function(lambda z: simplified(np.tanh(z)), lambda z: simplified(1 - np.tanh(z) ** 2)),
    "exp": _smooth(np.exp),
    "log": _smooth(np.log),
    "ln": _smooth(np.log),
    "sign": Function(sign),
    "sgn": Function(sign),
    "step": Function(step),
    "heaviside": Function(step),
    "Heaviside": Function(step),
    "tr": Function(trace),
    "Tr": Function(trace),
    "trace": Function(trace),
    "abs": Function(absolute),
    "sqrt": Function(root),
    "rank": Function(lambda a: float(np.linalg.matrix_rank(np.atleast_2d(a)))),
    "lambda_max": Function(lambda a: float(eigenvalues(a)[-1])),
    "lambda_min": Function(lambda a: float(eigenvalues(a)[0])),
    "s_max": Function(lambda a: float(singular_values(a)[0])),
    "s_min": Function(lambda a: float(singular_values(a)[-1])),
    "sigma_max": Function(lambda a: float(singular_values(a)[0])),
    "sigma_min": Function(lambda a: float(singular_values(a)[-1])),
    "rho": Function(lambda a: float(np.max(np.abs(eigenvalues(a))))),
}
"""Functions with a fixed meaning; a part may declare more."""
