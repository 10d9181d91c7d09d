"""`Expression` × `Scope` → value: here the kinds of the symbols decide what a formula means.

Whether ``A^t`` is a power, a transpose or an iterate, whether ``t(x − b)`` applies or multiplies,
what ``W_{2,k}`` is a component of: all of it follows from what the symbols are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from grader.formulas import expression as e
from grader.formulas import values as v
from grader.formulas.ambiguity import is_euler, is_outside
from grader.formulas.errors import (
    Ambiguous,
    FormulaError,
    Misfit,
    NoSuchComponent,
    NoValue,
    Undefined,
)
from grader.formulas.scope import Definition, Scope
from grader.formulas.sequences import completed, completed_matrix
from grader.formulas.values import Array, Function, Value

MAX_TERMS = 5_000
"""Of a sum; an infinite one has converged long before at the sampled step sizes."""


IN_A_ROW = 3
"""Small terms after which it is complete: the first terms, or every second one, may vanish."""

MAX_SIZE = 60
"""Rows of an identity matrix; sampled n, d and h are below 10."""

MAX_CELLS = 400
"""Of a matrix that is written out."""

MAX_STEPS = 60_000
"""Nodes evaluated for one value: nested sums reach it, formulas of the homework need hundreds."""

LARGE = (100, 150, v.MAX_POWER)
"""Where a limit at infinity is looked at: it counts if nothing changes between them."""

LOSSES: Final = frozenset({"L", "J", "ell", "C", "Loss", "E", "l", "F", "f", "Q"})
"""Letters for the loss in ∂L/∂w; which of them it is makes no difference."""

_WORTH_KEEPING: Final = frozenset({e.Multiply, e.Power, e.Add, e.Norm})
_SEES_ALL: Final = frozenset({e.Call, e.Either, e.Dots})
"""What may depend on an index that does not stand in it: a function of the student's, “…”."""


class Evaluator:
    """Values of expressions in one scope.

    Attributes:
        touched: keys of the known symbols that the last values depended on.
        used: keys of the definitions that they depended on.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.touched: set[str] = set()
        self.used: set[str] = set()
        self._bound: dict[str, Value] = {}
        self._open: list[str] = []
        self._steps = 0
        self._busy = False
        self._of_definitions: dict[str, Value] = {}
        self._of_nodes: dict[int, tuple[e.Expression, Value]] = {}
        self._met_itself = False

    def value(self, node: e.Expression) -> Value:
        """The value of an expression.

        Raises:
            Undefined, NoValue, Misfit: see `grader.formulas.errors`.
        """
        if self._busy:
            return self._value(node)
        self._busy, self._steps = True, 0
        try:
            with np.errstate(all="ignore"):  # what is not finite is refused
                return self._value(node)
        except RecursionError:
            raise NoValue("definitions inside of definitions, too deep to evaluate") from None
        finally:
            self._busy = False

    def _value(self, node: e.Expression) -> Value:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise NoValue("the formula takes too many steps to evaluate")
        evaluate = self._EVALUATE.get(type(node))
        if evaluate is None:
            raise NoValue(f"“{node}” has no value of its own")
        if not self._is_constant(node):
            return evaluate(self, node)
        if (known := self._of_nodes.get(id(node))) is None:  # the node is kept: so is its id
            known = self._of_nodes[id(node)] = node, evaluate(self, node)
        return known[1]

    def _is_constant(self, node: e.Expression) -> bool:
        """Whether a node inside of a sum has the same value in every term."""
        return (
            bool(self._bound)
            and type(node) in _WORTH_KEEPING
            and self._bound.keys().isdisjoint(node.names)
            and "T" not in self._bound
            and node.kinds.isdisjoint(_SEES_ALL)
        )

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
        if definition is not None and key in self._open:
            self._met_itself = True
        elif definition is not None:
            if definition.is_entries:
                return self._by_entries(key, definition)
            if definition.parameters and not definition.is_family:
                return self._function(key, definition)
            if not definition.parameters:
                return self._defined(key, definition)
        if key in self.scope.known:
            self.touched.add(key)
            return self.scope.known[key]
        return self.scope.functions.get(key) or v.FUNCTIONS.get(key)

    def _by_entries(self, key: str, definition: Definition) -> Value:
        """The square matrix with entries Λ_{jk}, or the diagonal one with Λ_{kk}."""
        size, first = self.scope.columns, self.scope.first_index.get("w", 1)
        matrix = np.zeros((size, size))
        bound = self._bound
        for row in range(size):
            for column in range(size):
                if len(definition.parameters) == 1 and row != column:
                    continue
                indices = (float(row + first), float(column + first))
                self._bound = dict(zip(definition.parameters, indices, strict=False))
                try:
                    entry = self._first_value(key, definition)
                finally:
                    self._bound = bound
                if not isinstance(entry, float):
                    raise Misfit("an entry that is no number")
                matrix[row, column] = entry
        return v.simplified(matrix)

    def _defined(self, key: str, definition: Definition) -> Value:
        if key in self._of_definitions:
            return self._of_definitions[key]
        bound, self._bound = self._bound, {}
        met, self._met_itself = self._met_itself, False
        try:
            value = self._first_value(key, definition)
            if not self._met_itself:  # else it depends on where it was asked for
                self._of_definitions[key] = value
        finally:
            self._bound = bound
            self._met_itself |= met
        return value

    def _first_value(self, key: str, definition: Definition) -> Value:
        """The value of the first of its forms that has one."""
        self._open.append(key)
        self.used.add(key)
        trouble: FormulaError = Undefined(key)  # if none of its forms could be read
        try:
            for body in definition.bodies:
                try:
                    return self.value(body)
                except FormulaError as error:
                    trouble = error
        finally:
            self._open.pop()
        raise trouble

    def _function(self, key: str, definition: Definition) -> Function:
        def apply(*arguments: Value) -> Value:
            if len(arguments) != len(definition.parameters):
                raise Misfit(f"{key} takes {len(definition.parameters)} arguments")
            bound = self._bound
            self._bound = {**bound, **dict(zip(definition.parameters, arguments, strict=True))}
            try:
                return self._first_value(key, definition)
            finally:
                self._bound = bound

        return Function(apply, _numeric_derivative(apply))

    def _indexed(self, node: e.Symbol) -> Value | Function:
        """A member of a family, or a component of something with fewer subscripts."""
        if not node.subscripts:
            return self._whole(node)
        numbers = self._indices(node)
        if numbers is not None:
            if (family := self._family(node.name, numbers)) is not None:
                return family
            if len(numbers) == 1 and node.name in self.scope.families:
                return self.scope.families[node.name](numbers[0])
            if (standard := self._standard(node, numbers)) is not None:
                return standard
        known = self.scope.known.get(node.name)
        is_number = isinstance(known, float) and node.name not in self.scope.examples  # x₁ ∉ x
        found: Value | Function | None = None if is_number and numbers else self._part_of(node)
        if found is None and numbers is not None:
            found = self._named(e.Symbol(node.name, tuple(e.Number(float(i)) for i in numbers)).key)
        if found is None:
            raise Undefined(node.key)
        return found

    def _standard(self, node: e.Symbol, numbers: list[int]) -> Value | None:
        """I_d, a column of ones 1_n, Kronecker's δ_ij, unless the symbol is defined."""
        size = numbers[0]
        if len(numbers) == 2 and node.name == "delta" and self._named("delta") is None:
            return float(numbers[0] == numbers[1])
        if len(numbers) != 1 or node.name not in {"I", "𝟏"}:
            return None
        only = node.subscripts[0]
        if isinstance(only, e.Multiply):  # I_{d × d}
            size = self.integer(only.left)
            if only.how != "×" or size != self.integer(only.right):
                return None
        if not 0 < size <= MAX_SIZE:
            return None
        return np.eye(size) if node.name == "I" else np.ones((size, 1))

    def _whole(self, node: e.Symbol) -> Value:
        """A size, or a vector whose components the student defined one by one."""
        if node.name in self.scope.sizes:
            return float(self.scope.sizes[node.name])
        if not self.scope.components or f"{node.name}_*" not in self.scope.definitions:
            raise Undefined(node.key)
        parts = [self._family(node.name, [k]) for k in range(1, self.scope.components + 1)]
        if not all(isinstance(part, float) for part in parts):
            raise Undefined(node.key)
        return v.column(parts)

    def _part_of(self, node: e.Symbol) -> Value | None:
        """A component of the value that belongs to fewer of the subscripts."""
        subscripts, lowest = self._steps_first(node), -1
        if self._is_step(e.Symbol(node.name), subscripts[0]):
            lowest = 0  # a component of w_t, and not the t-th one of w
        for size in range(len(subscripts) - 1, lowest, -1):
            base = e.Symbol(node.name, subscripts[:size])
            bound = self._bound.get(node.name) if size == 0 else None
            found: Value | Function | None = bound
            for key in _spellings(base):
                found = found if found is not None else self._named(key)
            numbers = self._indices(base) if size and found is None else None
            if numbers is not None:  # r_{1j}, where rᵢ = Xwᵢ − y
                found = self._family(node.name, numbers)
            if isinstance(found, float | np.ndarray):
                return self._component(base, found, subscripts[size:])
        return None

    def _steps_first(self, node: e.Symbol) -> tuple[e.Expression, ...]:
        """w_j^{(t)} is a component of w_t as well."""
        if len(node.subscripts) != 2 or not self._is_step(e.Symbol(node.name), node.subscripts[1]):
            return node.subscripts
        return node.subscripts[::-1]

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
            self._met_itself = True
            return None
        bound = self._bound
        self._bound = dict(zip(definition.parameters, map(float, numbers), strict=True))
        try:
            return self._first_value(key, definition)
        finally:
            self._bound = bound

    def _component(
        self, base: e.Expression, value: Value, subscripts: tuple[e.Expression, ...]
    ) -> Value:
        first = self.scope.first_index.get(base.name, 1) if isinstance(base, e.Symbol) else 1
        if isinstance(base, e.Symbol) and f"{base.name}_*" in self.scope.first_index:
            first = self.scope.first_index[f"{base.name}_*"]
        if isinstance(value, np.ndarray) and 1 not in value.shape:
            subscripts = _two_digits(subscripts)
        indices = [self.integer(subscript) - first for subscript in subscripts]
        if len(indices) == 2 and isinstance(base, e.Symbol):
            indices[1] += first - self.scope.first_index.get(f"{base.name}:columns", first)
        if isinstance(value, float):
            is_example = isinstance(base, e.Symbol) and base.key in self.scope.examples
            if is_example and set(indices) == {0}:
                return value
            raise Misfit(f"component {subscripts[0]} of a number")
        return _picked(value, indices)

    def _component_of(self, node: e.Component) -> Value:
        value = self.value(node.base)
        return self._component(self._counted_like(node.base, value), value, node.subscripts)

    def _counted_like(self, node: e.Expression, value: Value) -> e.Expression:
        """The symbol whose indices a vector in brackets has: w in (Dw)_k and in (Xᵀy)_k."""
        core = _core(node)
        rows = v.shape(value)[:1]
        is_vector = isinstance(value, np.ndarray) and 1 in value.shape
        if not isinstance(core, e.Symbol) or not is_vector:
            return core
        if v.shape(self.value(core))[:1] == rows:
            return core
        alike = {
            first: e.Symbol(name)
            for name, first in self.scope.first_index.items()
            if v.shape(self.scope.known.get(name, 0.0)) == (*rows, 1)
        }
        if len(alike) > 1:
            raise Ambiguous("an index that could begin at 0 or at 1")
        return next(iter(alike.values()), core)

    # ------------------------------------------------------------ arithmetic

    def _add(self, node: e.Add) -> Value:
        if any(isinstance(term, e.Dots) for term in node.terms):
            return self._total(completed(node.terms, self.with_index, self._anchors()))
        return self._total(self.value(term) for term in node.terms)

    def _total(self, terms: Iterator[Value] | list[Value]) -> Value:
        total: Value | None = None
        for term in terms:
            total = term if total is None else v.add(total, term)
        if total is None:
            raise NoValue("a sum without terms")
        return total

    def with_index(self, node: e.Expression, name: str, value: int) -> Value:
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
            for key, value in {**self.scope.sizes, **self.scope.known, **self._bound}.items()
            if isinstance(value, float | int) and value == int(value) and 0 < value < 50
        }

    def _multiply(self, node: e.Multiply) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if node.how == "/" and not is_outside(node, right):
            raise Ambiguous("“/” before a product: write the denominator in brackets")
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
        if is_euler(node) and (exponential := self._exponential(node)) is not None:
            return exponential
        if isinstance(base, e.Symbol):
            if _is_letter_t(node.exponent) and base.name in self.scope.data:
                return v.transpose(self.value(base))
            if (iterate := self._iterate(base, node.exponent)) is not None:
                return iterate
        value = self.value(base)
        if isinstance(value, np.ndarray) and 1 in value.shape and value.shape != (1, 1):
            if isinstance(base, e.Symbol) and base.name in self.scope.scalar_rows:
                row = self.scope.scalar_rows[base.name]
                value = self._component(e.Symbol(base.name), row, base.subscripts)
            elif _is_letter_t(node.exponent):
                return v.transpose(value)
        return v.power(value, self.number(node.exponent))

    def _exponential(self, node: e.Power) -> Value | None:
        """e^x, unless e is a symbol of this part: its powers have numbers for exponents."""
        if "e" not in self._bound and self._named("e") is None:
            return v.FUNCTIONS["exp"].apply(self.value(node.exponent))
        if not isinstance(node.exponent, e.Number):
            raise Ambiguous("e^…: the exponential, or a power of e?")
        return None

    def _transpose(self, node: e.Transpose) -> Value:
        """Aᵀ; where T is a number of steps, A^T is a power of a square matrix."""
        value = self.value(node.base)
        square = isinstance(value, np.ndarray) and value.shape[0] == value.shape[1]
        if node.letter == "T" and square and isinstance(steps := self._steps_named_t(), float):
            return v.power(value, steps)
        return v.transpose(value)

    def _steps_named_t(self) -> Value | Function | None:
        return self._bound["T"] if "T" in self._bound else self._named("T")

    def _iterate(self, base: e.Symbol, exponent: e.Expression) -> Value | None:
        """w^t and w^{t+1} where the iterates are w_t."""
        subscripted = e.Symbol(base.name, (*base.subscripts, exponent))
        if base.subscripts or (not _mentions_t(exponent) and self._is_known(base)):
            return None
        found = self._named(subscripted.key)
        return found if isinstance(found, float | np.ndarray) else None

    def _is_known(self, base: e.Symbol) -> bool:
        """Whether a name means something without subscripts: W^(1) is W_1 where W alone is not."""
        return (
            base.name in self._bound
            or base.key in self.scope.known
            or base.key in self.scope.definitions
        )

    def _prime(self, node: e.Prime) -> Value:
        """X′ of a matrix is its transpose; x′ of a number is another number, which has no value."""
        value = self.value(node.base)
        if isinstance(value, float) or node.order > 1:
            raise Undefined(str(node))
        return v.transpose(value)

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
        scope = self.scope
        if function.inside:
            self.scope = scope.with_sequences(function.inside)
        try:
            arguments = self._listed(_flat(node.arguments))
        finally:
            self.scope = scope
        try:
            return function.apply(*arguments)
        except TypeError:
            raise Misfit(f"{node.function} with {len(arguments)} arguments") from None

    def _listed(self, items: tuple[e.Expression, ...]) -> list[Value]:
        """The values of a list: with dots, over an index, or one by one."""
        if any(isinstance(item, e.Dots) for item in items):
            return completed(items, self.with_index, self._anchors())
        if len(items) == 1 and isinstance(items[0], e.Over) and items[0].what == "list":
            return list(self._terms(items[0]))
        return [self.value(item) for item in items]

    def _callable(self, node: e.Expression) -> Function | None:
        if isinstance(node, e.Prime):
            return self._derived(node)
        if isinstance(node, e.Symbol):
            if not node.subscripts and node.name in self._bound:
                return None
            for key in _spellings(node):
                found = self._named(key)
                if not isinstance(found, Function) and _is_extreme(node):
                    extreme = self.scope.functions.get(key, v.FUNCTIONS.get(key))
                    found = extreme  # λ_max(H), also where λ_max is known
                if isinstance(found, Function):
                    return found
            if node.subscripts and f"{node.name}_*" in self.scope.functions:
                return self._numbered(node)
        return None

    def _numbered(self, node: e.Symbol) -> Function:
        """λ_i(·): a family of functions, by index."""
        family = self.scope.functions[f"{node.name}_*"]
        index = self.integer(node.subscripts[0])

        def apply(*arguments: Value) -> Value:
            try:
                return family.apply(index, *arguments)
            except IndexError:
                raise Misfit(f"{node.name} with the index {index}") from None

        if index < 1:
            raise Misfit(f"{node.name} with the index {index}")
        return Function(apply)

    def _derived(self, node: e.Prime) -> Function | None:
        function = self._callable(node.base)
        if function is None:
            return None
        apply = function.derivative
        for _ in range(node.order - 1):
            apply = _numeric_derivative(apply) if apply else None
        return Function(apply) if apply else None

    def _either(self, node: e.Either) -> Value:
        if self._callable(node.name) is not None:
            return self.value(node.call)
        if isinstance(node.call, e.Call) and (iterate := self._iterate_at(node.call)) is not None:
            return iterate
        return self.value(node.product)

    def _iterate_at(self, node: e.Call) -> Value | None:
        """w(t) where the iterates are w_t."""
        function = node.function
        if len(node.arguments) != 1 or not isinstance(function, e.Symbol) or function.subscripts:
            return None
        iterate = self._iterate(function, node.arguments[0])
        if iterate is None and self._is_step(function, node.arguments[0]):
            raise Undefined(str(node))
        return iterate

    def _is_step(self, name: e.Symbol, index: e.Expression) -> bool:
        """Whether w_{t+1} or w(t+1) can only be another iterate, and no component or product."""
        mentions = any(one == e.Symbol("t") for one in index.walk())
        return mentions and "t" not in self._bound and self._named(f"{name.name}_t") is not None

    def _over(self, node: e.Over) -> Value:
        if not node.index:
            raise NoValue("a sum without an index")
        if node.what == "list":
            raise NoValue("several values")
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
            last = self._upper_bound(node.last)
        if last - first >= MAX_TERMS:
            raise NoValue(f"a sum of {last - first + 1:,} terms")
        if last < first and node.what == "sum":
            yield v.simplified(np.zeros(v.shape(self.with_index(node.body, node.index, first))))
            return
        for index in range(first, last + 1):
            yield self.with_index(node.body, node.index, index)

    def _upper_bound(self, node: e.Expression) -> int:
        """The end of a sum; a letter that also names a vector is there the size that it has."""
        key = str(node)
        return self.scope.sizes[key] if key in self.scope.sizes else self.integer(node)

    def _series(self, node: e.Over, first: int) -> Iterator[Value]:
        """The terms of an infinite sum until they vanish."""
        largest, small = 0.0, 0
        for index in range(first, first + v.MAX_POWER):
            term = self.with_index(node.body, node.index, index)
            size = float(np.linalg.norm(np.atleast_2d(term)))
            largest = max(largest, size)
            yield term
            small = small + 1 if size <= v.CONVERGED * largest else 0
            if largest > 0 and small >= IN_A_ROW:
                return
        raise NoValue("an infinite sum that does not converge here")

    def _implied_range(self, node: e.Over) -> tuple[int, int]:
        """All values of the index for which every component in the body exists."""
        ranges = [self._valid(one, node) for one in _indexed_parts(node.body)]
        known = [one for one in ranges if one is not None]
        if not known:
            raise NoValue(f"the range of {node.index} is not written")
        first, last = max(low for low, _ in known), min(high for _, high in known)
        if node.first is not None:
            first = self.integer(node.first)
        return first, last

    def _valid(self, part: e.Symbol | e.Call, node: e.Over) -> tuple[int, int] | None:
        """From where to where the index may run for one component, or one λ_i(H), in the body."""
        symbol = part.function if isinstance(part, e.Call) else part
        if not isinstance(symbol, e.Symbol) or not any(
            isinstance(one, e.Symbol) and one.name == node.index
            for subscript in symbol.subscripts
            for one in subscript.walk()
        ):
            return None
        is_family = f"{symbol.name}_*" in self.scope.functions
        if part is not symbol and not is_family and self._callable(symbol) is None:
            part = symbol  # X_{ij}(w_t)_j is a product
        valid = []
        for index in range(-2, 30):
            try:
                self.with_index(part, node.index, index)
            except Misfit:
                continue
            except Undefined:  # X_{ij} below Σ_i, where j is that of a sum inside
                return None
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
            result = result * np.asarray(compare(left, right), dtype=np.float64)
        return result

    def _cases(self, node: e.Cases) -> Value:
        result: Array | float | None = None
        for value, when in reversed(node.branches):
            branch = self.value(value)
            if when is None:
                result = branch
            elif isinstance(when, e.Comparison):
                result = v.chosen(self.holds(when), branch, result)
            else:
                raise NoValue("a case that is described in words")
        if result is None:
            raise NoValue("no case")
        return v.simplified(result)

    # ------------------------------------------------------------ the rest

    def _matrix(self, node: e.Matrix) -> Value:
        if any(isinstance(cell, e.Dots) for row in node.rows for cell in row):
            return completed_matrix(
                node.rows, self.value, self.with_index, self._anchors(), self.scope.columns
            )
        if sum(map(len, node.rows)) > MAX_CELLS:
            raise NoValue("a matrix with too many cells")
        return v.blocks([[self.value(cell) for cell in row] for row in node.rows])

    def _rows(self, node: e.Rows) -> Value:
        """A matrix by what it makes of the unit vectors, for every index that exists."""
        known = self.scope.known
        rows: list[list[float]] = []
        for index in range(self.scope.columns + 1):
            try:
                rows.append(
                    [self._row_entry(node, index, unit) for unit in np.eye(self.scope.columns)]
                )
            except Misfit:
                continue
        self.scope = replace(self.scope, known=known)
        if not rows:
            raise Misfit("a matrix without rows")
        return v.simplified(np.array(rows))

    def _row_entry(self, node: e.Rows, index: int, unit: Array) -> float:
        letters = ("w", "theta", "beta")
        self.scope = self.scope.with_known(dict.fromkeys(letters, v.column(unit)))
        entry = self.with_index(node.body, node.index, index)
        if not isinstance(entry, float):
            raise Misfit("an entry that is no number")
        return entry

    def _derivative(self, node: e.Derivative) -> Value:
        key = derivative_key(node)
        found = self._named(key)
        if isinstance(found, Function) and node.at is not None:
            return found.apply(self.value(node.at))
        if found is None or isinstance(found, Function):
            raise NoValue(f"{node} is not worked out")
        return found

    def _limit(self, node: e.Limit) -> Value:
        """As the variable grows, if the value no longer changes when it is large."""
        variable = node.variable
        if not isinstance(variable, e.Symbol) or node.to != e.Symbol("∞"):
            raise NoValue("a limit at a point")
        if not any(one == variable for one in node.operand.walk()):
            raise NoValue("a limit of something that is not written out")
        first, *others = (self.with_index(node.operand, variable.name, at) for at in LARGE)
        scale = v.CONVERGED * (1.0 + float(np.max(np.abs(first))))
        if any(np.max(np.abs(np.subtract(first, other))) > scale for other in others):
            raise NoValue("a limit that is not reached here")
        return others[-1]

    def _no_value(self, node: e.Expression) -> Value:
        raise NoValue(f"several values: {node}")

    _EVALUATE: Final[dict[type[e.Expression], Callable[..., Value]]] = {
        e.Number: lambda _, node: float(node.value),
        e.Symbol: _symbol,
        e.Add: _add,
        e.Negative: lambda self, node: v.simplified(-self.value(node.operand)),
        e.Multiply: _multiply,
        e.Divide: lambda self, node: v.divide(self.value(node.over), self.value(node.under)),
        e.Power: _power,
        e.Transpose: _transpose,
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
        e.Sequence: _no_value,
        e.Matrix: _matrix,
        e.Rows: _rows,
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
    power = "" if node.order == 1 else f"^{node.order}"
    if (
        node.by is None
        and node.at is None
        and isinstance(node.of, e.Symbol)
        and node.of.name in "Wb"
    ):
        return f"d L/d {node.of}"  # ∇W_1, short for the gradient by W_1
    if node.by is None:
        by = "w" if node.at is None else str(node.at)
        by = "w" if by.startswith("w") else by
    else:
        by = str(node.by)
    return f"d{power} {of}/d {by}{power}"


def _spellings(node: e.Symbol) -> Iterator[str]:
    """The keys under which a symbol may be declared, the most exact first."""
    yield node.key
    if node.subscripts and isinstance(node.subscripts[0], e.Label):
        yield node.key.lower()


def _is_extreme(node: e.Symbol) -> bool:
    """λ_max and the like."""
    return node.subscripts in {(e.Label("max"),), (e.Label("min"),)}


def _flat(arguments: tuple[e.Expression, ...]) -> tuple[e.Expression, ...]:
    if len(arguments) == 1 and isinstance(arguments[0], e.Sequence):
        return arguments[0].items
    return arguments


def _core(node: e.Expression) -> e.Expression:
    """What (…)_k takes components of, for where its indices begin: w in (Dw)."""
    while not isinstance(node, e.Symbol):
        if isinstance(node, e.Multiply):
            node = node.right
        elif isinstance(node, e.Power | e.Transpose | e.PseudoInverse | e.Prime):
            node = node.base
        else:
            break
    return node


def _picked(value: Array, indices: list[int]) -> Value:
    """Components of a vector, entries or rows of a matrix; indices from 0."""
    rows, columns = value.shape
    if len(indices) == 1 and 1 in value.shape:
        indices = [indices[0], 0] if columns == 1 else [0, indices[0]]
    elif (
        len(indices) == 2 and 1 in value.shape and not (indices[0] < rows and indices[1] < columns)
    ):
        raise NoSuchComponent("a component that does not exist")
    elif len(indices) == 1:
        if not 0 <= indices[0] < rows:
            raise NoSuchComponent("a row that does not exist")
        return v.column(value[indices[0]])
    if len(indices) != 2 or not (0 <= indices[0] < rows and 0 <= indices[1] < columns):
        raise NoSuchComponent("a component that does not exist")
    return float(value[indices[0], indices[1]])


def _indexed_parts(body: e.Expression) -> Iterator[e.Symbol | e.Call]:
    """Symbols and calls that may have the index of a sum as a subscript."""
    functions = set()
    for node in body.walk():
        if isinstance(node, e.Call):
            functions.add(id(node.function))
            yield node
        elif isinstance(node, e.Symbol) and id(node) not in functions:
            yield node


def _two_digits(subscripts: tuple[e.Expression, ...]) -> tuple[e.Expression, ...]:
    """12 below a matrix is an entry, 1 and 2: the matrices here have fewer than ten rows."""
    only = subscripts[0]
    if len(subscripts) > 1 or not isinstance(only, e.Number) or not 10 <= only.value < 100:
        return subscripts
    return tuple(e.Number(float(digit)) for digit in divmod(int(only.value), 10))


def _is_letter_t(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and node.name == "t" and not node.subscripts


def _mentions_t(node: e.Expression) -> bool:
    return not node.names.isdisjoint({"t", "k", "s", "tau"})


def _numeric_derivative(function: Callable[..., Value]) -> Callable[..., Value]:
    """Central differences, for functions that a student defined, elementwise for a vector."""
    width = 1e-5

    def derivative(x: Value) -> Value:
        rise = v.add(function(x + width), v.simplified(-function(x - width)))
        if v.shape(rise) != v.shape(x):
            raise NoValue("the derivative of a function that is not elementwise")
        return v.divide(rise, 2 * width)

    return derivative
