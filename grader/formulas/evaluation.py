"""`Expression` × `Scope` → value: here the kinds of the symbols decide what a formula means.

Whether ``A^t`` is a power, a transpose or an iterate, whether ``t(x − b)`` applies or multiplies,
what ``W_{2,k}`` is a component of: all of it follows from what the symbols are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np

from grader.formulas import expression as e
from grader.formulas import values as v
from grader.formulas.errors import FormulaError, Misfit, NoValue, Undefined
from grader.formulas.scope import Definition, Scope
from grader.formulas.sequences import completed, completed_matrix
from grader.formulas.values import Array, Function, Value

MAX_TERMS = 5_000
"""Of a sum; an infinite one has converged long before at the sampled step sizes."""

CONVERGED = 1e-14
"""Relative size of a term after which an infinite sum is taken as complete."""

MAX_STEPS = 200_000
"""Nodes evaluated for one value: nested sums reach it, formulas of the homework need hundreds."""

LOSSES: Final = frozenset({"L", "J", "ell", "C", "Loss", "E", "l", "F", "f", "Q"})
"""Letters for the loss in ∂L/∂w; which of them it is makes no difference."""


class Evaluator:
    """Values of expressions in one scope.

    Attributes:
        touched: keys of the known symbols that the last values depended on.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.touched: set[str] = set()
        self._bound: dict[str, Value] = {}
        self._open: list[str] = []
        self._steps = 0

    def value(self, node: e.Expression) -> Value:
        """The value of an expression.

        Raises:
            Undefined, NoValue, Misfit: see `grader.formulas.errors`.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise NoValue("the formula takes too many steps to evaluate")
        evaluate = self._EVALUATE.get(type(node))
        if evaluate is None:
            raise NoValue(f"“{node}” has no value of its own")
        return evaluate(self, node)

    def number(self, node: e.Expression) -> float:
        """A value that has to be a number."""
        value = self.value(node)
        if not isinstance(value, float):
            raise Misfit(f"{v.shown(value)} where a number is expected")
        return value

    def integer(self, node: e.Expression) -> int:
        """A value that has to be an integer, such as an index."""
        number = self.number(node)
        if abs(number - round(number)) > 1e-9:
            raise Misfit(f"{number:g} where an integer is expected")
        return round(number)

    # ------------------------------------------------------------ symbols

    def _symbol(self, node: e.Symbol) -> Value:
        found = self._lookup(node)
        if isinstance(found, Function):
            raise NoValue(f"{node} is a function, and has no argument here")
        return found

    def _lookup(self, node: e.Symbol) -> Value | Function:
        if not node.subscripts and node.name in self._bound:
            return self._bound[node.name]
        if not self._has_bound_index(node):
            for key in _spellings(node):
                if (found := self._named(key)) is not None:
                    return found
        return self._indexed(node)

    def _has_bound_index(self, node: e.Symbol) -> bool:
        return any(
            isinstance(one, e.Symbol) and one.name in self._bound
            for subscript in node.subscripts
            for one in subscript.walk()
        )

    def _named(self, key: str) -> Value | Function | None:
        """A definition, a known value or a function, by its key."""
        definition = self.scope.definitions.get(key)
        if definition is not None and key not in self._open:
            if definition.parameters and not definition.is_family:
                return self._function(key, definition)
            if not definition.parameters:
                return self._defined(key, definition)
        if key in self.scope.known:
            self.touched.add(key)
            return self.scope.known[key]
        return self.scope.functions.get(key) or v.FUNCTIONS.get(key)

    def _defined(self, key: str, definition: Definition) -> Value:
        self._open.append(key)
        bound, self._bound = self._bound, {}
        try:
            return self.value(definition.body)
        finally:
            self._bound = bound
            self._open.pop()

    def _function(self, key: str, definition: Definition) -> Function:
        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(definition.parameters):
                raise Misfit(f"{key} takes {len(definition.parameters)} arguments")
            bound = self._bound
            self._bound = {**bound, **dict(zip(definition.parameters, arguments, strict=True))}
            self._open.append(key)
            try:
                return self.value(definition.body)
            finally:
                self._bound = bound
                self._open.pop()

        return Function(apply, _numeric_derivative(apply))

    def _indexed(self, node: e.Symbol) -> Value | Function:
        """A member of a family, or a component of something with fewer subscripts."""
        if not node.subscripts:
            raise Undefined(node.key)
        numbers = self._indices(node)
        if numbers is not None:
            resolved = e.Symbol(node.name, tuple(e.Number(float(i)) for i in numbers))
            if resolved != node and (found := self._named(resolved.key)) is not None:
                return found
            if (family := self._family(node.name, numbers)) is not None:
                return family
        for size in range(len(node.subscripts) - 1, -1, -1):
            base = e.Symbol(node.name, node.subscripts[:size])
            found = self._bound.get(node.name) if size == 0 else None
            for key in _spellings(base):
                found = found if found is not None else self._named(key)
            if isinstance(found, float | np.ndarray):
                return self._component(base, found, node.subscripts[size:])
        raise Undefined(node.key)

    def _indices(self, node: e.Symbol) -> list[int] | None:
        try:
            return [self.integer(subscript) for subscript in node.subscripts]
        except FormulaError:
            return None

    def _family(self, name: str, numbers: list[int]) -> Value | None:
        """z_i where the student defined z_i = X w_i − y for every i."""
        definition = self.scope.definitions.get(f"{name}_*")
        if definition is None or len(numbers) != len(definition.parameters):
            return None
        key = f"{name}_*"
        if key in self._open:
            return None
        bound = self._bound
        self._bound = dict(zip(definition.parameters, map(float, numbers), strict=True))
        self._open.append(key)
        try:
            return self.value(definition.body)
        finally:
            self._bound = bound
            self._open.pop()

    def _component(
        self, base: e.Expression, value: Value, subscripts: tuple[e.Expression, ...]
    ) -> Value:
        first = self.scope.first_index.get(base.name, 1) if isinstance(base, e.Symbol) else 1
        if isinstance(base, e.Symbol) and f"{base.name}_*" in self.scope.first_index:
            first = self.scope.first_index[f"{base.name}_*"]
        indices = [self.integer(subscript) - first for subscript in subscripts]
        if isinstance(value, float):
            if set(indices) == {0}:
                return value
            raise Misfit(f"component {subscripts[0]} of a number")
        return _picked(value, indices)

    def _component_of(self, node: e.Component) -> Value:
        return self._component(_core(node.base), self.value(node.base), node.subscripts)

    # ------------------------------------------------------------ arithmetic

    def _add(self, node: e.Add) -> Value:
        if any(isinstance(term, e.Dots) for term in node.terms):
            return self._total(completed(node.terms, self._with_index, self._anchors()))
        return self._total(self.value(term) for term in node.terms)

    def _total(self, terms: Iterator[Value] | list[Value]) -> Value:
        total: Value | None = None
        for term in terms:
            total = term if total is None else v.add(total, term)
        if total is None:
            raise NoValue("a sum without terms")
        return total

    def _with_index(self, node: e.Expression, name: str, value: int) -> Value:
        """The value of a node with a symbol replaced by a number."""
        bound = self._bound
        self._bound = {**bound, name: float(value)}
        try:
            return self.value(node)
        finally:
            self._bound = bound

    def _anchors(self) -> Mapping[str, int]:
        """Symbols that may count the terms of a sequence with dots."""
        return {
            key: int(value)
            for key, value in {**self.scope.known, **self._bound}.items()
            if isinstance(value, float) and value == int(value) and 0 < value < 50
        }

    def _multiply(self, node: e.Multiply) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if node.how in {"⊙", "∘"}:
            return v.elementwise(left, right)
        if node.how == "·" and v.shape(left) == v.shape(right) and 1 in v.shape(left)[1:]:
            if self.scope.dot_is_inner:
                return v.inner(left, right)
            raise Misfit("a dot between two vectors: their inner product, or elementwise?")
        if node.how == "*" and v.shape(left) == v.shape(right) and 1 in v.shape(left):
            return v.elementwise(left, right)
        if node.how == "⊗":
            raise NoValue("an outer product")
        return v.multiply(left, right)

    def _power(self, node: e.Power) -> Value:
        base = node.base
        if (
            isinstance(base, e.Symbol)
            and _is_letter_t(node.exponent)
            and base.name in self.scope.data
        ):
            return v.transpose(self.value(base))
        if (
            isinstance(base, e.Symbol)
            and (iterate := self._iterate(base, node.exponent)) is not None
        ):
            return iterate
        value = self.value(base)
        if isinstance(value, np.ndarray) and 1 in value.shape and value.shape != (1, 1):
            if isinstance(base, e.Symbol) and base.name in self.scope.scalar_rows:
                row = self.scope.scalar_rows[base.name]
                value = self._component(e.Symbol(base.name), row, base.subscripts)
            elif _is_letter_t(node.exponent):
                return v.transpose(value)
        if isinstance(value, np.ndarray) and self._is_half(node.exponent):
            return v.power(value, self.number(node.exponent))
        return v.power(value, self.number(node.exponent))

    def _is_half(self, exponent: e.Expression) -> bool:
        return isinstance(exponent, e.Divide)

    def _iterate(self, base: e.Symbol, exponent: e.Expression) -> Value | None:
        """w^t and w^{t+1} where the iterates are w_t."""
        subscripted = e.Symbol(base.name, (*base.subscripts, exponent))
        if base.subscripts or not _mentions_t(exponent):
            return None
        found = self._named(subscripted.key)
        return found if isinstance(found, float | np.ndarray) else None

    def _prime(self, node: e.Prime) -> Value:
        return v.transpose(self.value(node.base))

    def _norm(self, node: e.Norm) -> Value:
        return v.norm(self.value(node.operand), self._norm_order(node.order))

    def _norm_order(self, order: e.Expression | None) -> str | Array:
        if order is None:
            return "2"
        text = str(order)
        if text in {"1", "2", "F", "∞"}:
            return text
        if text in {"Fro", "fro", "op", "ell_2", "l_2"}:
            return {"Fro": "F", "fro": "F"}.get(text, "2")
        value = self.value(order)
        if isinstance(value, float):
            raise NoValue(f"the norm with index {text}")
        return value

    def _root(self, node: e.Root) -> Value:
        if node.degree is not None:
            return v.power(self.value(node.operand), 1 / self.number(node.degree))
        return v.root(self.value(node.operand))

    # ------------------------------------------------------------ functions

    def _call(self, node: e.Call) -> Value:
        function = self._callable(node.function)
        if function is None:
            raise Undefined(str(node.function))
        return self._apply(function, node)

    def _apply(self, function: Function, node: e.Call) -> Value:
        if any(isinstance(argument, e.Dots) for argument in _flat(node.arguments)):
            arguments = completed(_flat(node.arguments), self._with_index, self._anchors())
        else:
            arguments = [self.value(argument) for argument in _flat(node.arguments)]
        try:
            return function.apply(*arguments)
        except TypeError:
            raise Misfit(f"{node.function} with {len(arguments)} arguments") from None

    def _callable(self, node: e.Expression) -> Function | None:
        if isinstance(node, e.Prime):
            return self._derived(node)
        if isinstance(node, e.Symbol):
            if not node.subscripts and node.name in self._bound:
                return None
            for key in _spellings(node):
                found = self._named(key)
                if isinstance(found, Function):
                    return found
            if node.subscripts and f"{node.name}_*" in self.scope.functions:
                return self._numbered(node)
        return None

    def _numbered(self, node: e.Symbol) -> Function:
        """λ_i(·): a family of functions, by index."""
        family = self.scope.functions[f"{node.name}_*"]
        index = self.integer(node.subscripts[0])
        return Function(lambda *arguments: family.apply(index, *arguments))

    def _derived(self, node: e.Prime) -> Function | None:
        function = self._callable(node.base)
        if function is None:
            return None
        apply = function.derivative
        for _ in range(node.order - 1):
            apply = _numeric_derivative(apply) if apply else None
        return Function(apply) if apply else None

    def _either(self, node: e.Either) -> Value:
        call = next(one for one in node.call.walk() if isinstance(one, e.Call))
        inner = _call_below(node.call) or call
        if self._callable(inner.function) is not None:
            return self.value(node.call)
        return self.value(node.product)

    def _over(self, node: e.Over) -> Value:
        if not node.index:
            raise NoValue("a sum without an index")
        terms = self._terms(node)
        if node.what == "sum":
            return self._total(terms)
        if node.what == "product":
            product: Value = 1.0
            for term in terms:
                product = v.multiply(product, term)
            return product
        return (v.largest if node.what == "max" else v.smallest)(*list(terms))

    def _terms(self, node: e.Over) -> Iterator[Value]:
        if node.first is None or node.last is None:
            first, last = self._implied_range(node)
        else:
            first = self.integer(node.first)
            if isinstance(node.last, e.Symbol) and node.last.name == "∞":
                yield from self._series(node, first)
                return
            last = self.integer(node.last)
        if last - first >= MAX_TERMS:
            raise NoValue(f"a sum of {last - first + 1:,} terms")
        if last < first and node.what == "sum":
            yield v.simplified(np.zeros(v.shape(self._with_index(node.body, node.index, first))))
            return
        for index in range(first, last + 1):
            yield self._with_index(node.body, node.index, index)

    def _series(self, node: e.Over, first: int) -> Iterator[Value]:
        """The terms of an infinite sum until they vanish."""
        largest = 0.0
        for index in range(first, first + v.MAX_POWER):
            term = self._with_index(node.body, node.index, index)
            size = float(np.linalg.norm(np.atleast_2d(term)))
            largest = max(largest, size)
            yield term
            if size <= CONVERGED * largest:
                return
        raise NoValue("an infinite sum that does not converge here")

    def _implied_range(self, node: e.Over) -> tuple[int, int]:
        """All values of the index for which every component in the body exists."""
        ranges = [self._valid(one, node) for one in node.body.walk() if isinstance(one, e.Symbol)]
        known = [one for one in ranges if one is not None]
        if not known:
            raise NoValue(f"the range of {node.index} is not written")
        first, last = max(low for low, _ in known), min(high for _, high in known)
        if node.first is not None:
            first = self.integer(node.first)
        return first, last

    def _valid(self, symbol: e.Symbol, node: e.Over) -> tuple[int, int] | None:
        """From where to where the index may run for one component in the body."""
        if not any(
            isinstance(one, e.Symbol) and one.name == node.index
            for subscript in symbol.subscripts
            for one in subscript.walk()
        ):
            return None
        valid = []
        for index in range(-2, 30):
            try:
                self._with_index(symbol, node.index, index)
            except Misfit:
                continue
            valid.append(index)
        return (valid[0], valid[-1]) if valid else None

    # ------------------------------------------------------------ conditions

    def _indicator(self, node: e.Indicator) -> Value:
        return v.simplified(np.asarray(self.holds(node.condition), dtype=np.float64))

    def holds(self, node: e.Comparison) -> Array:
        """Where a comparison holds, elementwise."""
        result: Array = np.ones((1, 1))
        sides = [self.value(member) for member in node.members]
        for relation, left, right in zip(node.relations, sides, sides[1:], strict=False):
            compare = _COMPARE.get(relation)
            if compare is None:
                raise NoValue(f"the relation {relation} as a condition")
            if v.shape(left) != v.shape(right) and () not in (v.shape(left), v.shape(right)):
                raise Misfit(f"{v.shown(left)} compared with {v.shown(right)}")
            result = result * np.where(compare(left, right), 1.0, 0.0)
        return result

    def _cases(self, node: e.Cases) -> Value:
        result: Array | float | None = None
        for value, when in reversed(node.branches):
            branch = self.value(value)
            if when is None:
                result = branch
                continue
            if not isinstance(when, e.Comparison):
                raise NoValue("a case that is described in words")
            holds = self.holds(when)
            other = result if result is not None else 0.0
            result = np.where(holds > 0, branch, other)
        if result is None:
            raise NoValue("no case")
        return v.simplified(result)

    # ------------------------------------------------------------ the rest

    def _matrix(self, node: e.Matrix) -> Value:
        if any(isinstance(cell, e.Dots) for row in node.rows for cell in row):
            return completed_matrix(
                node.rows, self.value, self._with_index, self._anchors(), self.scope.columns
            )
        rows = [[self.number(cell) for cell in row] for row in node.rows]
        if len({len(row) for row in rows}) != 1:
            raise Misfit("rows of different lengths")
        return v.simplified(np.array(rows))

    def _derivative(self, node: e.Derivative) -> Value:
        key = derivative_key(node)
        found = self._named(key)
        if isinstance(found, Function) and node.at is not None:
            return found.apply(self.value(node.at))
        if found is None or isinstance(found, Function):
            raise NoValue(f"{node} is not worked out")
        return found

    def _limit(self, node: e.Limit) -> Value:
        raise NoValue("a limit")

    def _sequence(self, node: e.Sequence) -> Value:
        raise NoValue("several values")

    _EVALUATE: Final[dict[type[e.Expression], Callable[..., Value]]] = {
        e.Number: lambda _, node: float(node.value),
        e.Symbol: _symbol,
        e.Add: _add,
        e.Negative: lambda self, node: v.simplified(-self.value(node.operand)),
        e.Multiply: _multiply,
        e.Divide: lambda self, node: v.divide(self.value(node.over), self.value(node.under)),
        e.Power: _power,
        e.Transpose: lambda self, node: v.transpose(self.value(node.base)),
        e.PseudoInverse: lambda self, node: v.pseudo_inverse(self.value(node.base)),
        e.Prime: _prime,
        e.Component: _component_of,
        e.Root: _root,
        e.Norm: _norm,
        e.Absolute: lambda self, node: v.absolute(self.value(node.operand)),
        e.Inner: lambda self, node: v.inner(self.value(node.left), self.value(node.right)),
        e.Call: _call,
        e.Either: _either,
        e.Over: _over,
        e.Limit: _limit,
        e.Derivative: _derivative,
        e.Sequence: _sequence,
        e.Matrix: _matrix,
        e.Indicator: _indicator,
        e.Cases: _cases,
        e.Annotated: lambda self, node: self.value(node.operand),
        e.Boxed: lambda self, node: self.value(node.operand),
    }


_COMPARE: Final[dict[str, Callable[..., object]]] = {
    "<": np.less, ">": np.greater, "≤": np.less_equal, "≥": np.greater_equal, "=": np.equal,
    "≠": np.not_equal, "≪": np.less, "≫": np.greater,
}  # fmt: skip


def derivative_key(node: e.Derivative) -> str:
    """The name of a derivative of the loss, however it is written: ``d L/d W_1``."""
    of = "L"
    if node.of is not None:
        symbol = node.of.name if isinstance(node.of, e.Symbol) else str(node.of)
        of = "L" if symbol in LOSSES else str(node.of)
    if node.by is None:
        by = "w" if node.at is None else str(node.at)
        by = "w" if by.startswith("w") else by
    else:
        by = str(node.by)
    return f"d {of}/d {by}"


def _spellings(node: e.Symbol) -> Iterator[str]:
    """The keys under which a symbol may be declared, the most exact first."""
    yield node.key
    if node.subscripts and isinstance(node.subscripts[0], e.Label):
        yield node.key.lower()


def _flat(arguments: tuple[e.Expression, ...]) -> tuple[e.Expression, ...]:
    if len(arguments) == 1 and isinstance(arguments[0], e.Sequence):
        return arguments[0].items
    return arguments


def _call_below(node: e.Expression) -> e.Call | None:
    """The call that scripts were put on: f(x)² has it below a power."""
    while not isinstance(node, e.Call):
        below = next(iter(node.children), None)
        if below is None:
            return None
        node = below
    return node


def _core(node: e.Expression) -> e.Expression:
    """What (…)_k takes components of, for where its indices begin: w in (Dw)."""
    while isinstance(node, e.Multiply):
        node = node.right
    return node


def _picked(value: Array, indices: list[int]) -> Value:
    """Components of a vector, entries or rows of a matrix; indices from 0."""
    rows, columns = value.shape
    if len(indices) == 1 and 1 in value.shape:
        indices = [indices[0], 0] if columns == 1 else [0, indices[0]]
    elif (
        len(indices) == 2 and 1 in value.shape and not (indices[0] < rows and indices[1] < columns)
    ):
        raise Misfit("a component that does not exist")
    elif len(indices) == 1:
        if not 0 <= indices[0] < rows:
            raise Misfit("a row that does not exist")
        return v.column(value[indices[0]])
    if len(indices) != 2 or not (0 <= indices[0] < rows and 0 <= indices[1] < columns):
        raise Misfit("a component that does not exist")
    return float(value[indices[0], indices[1]])


def _is_letter_t(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and node.name == "t" and not node.subscripts


def _mentions_t(node: e.Expression) -> bool:
    return any(
        isinstance(one, e.Symbol) and one.name in {"t", "k", "s", "tau"} for one in node.walk()
    )


def _numeric_derivative(function: Callable[..., Value]) -> Callable[..., Value]:
    """Central differences, for functions of one number that a student defined."""
    width = 1e-5

    def derivative(x: Value) -> Value:
        if not isinstance(x, float):
            raise NoValue("the derivative of a function of a vector")
        return v.divide(v.add(function(x + width), v.simplified(-function(x - width))), 2 * width)

    return derivative
