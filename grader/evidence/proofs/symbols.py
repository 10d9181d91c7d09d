"""What the letters of a proof stand for: points, weights, the student's own definitions.

The points are found where the student writes f(tx₁ + (1−t)x₂) or a sum with such weights, whatever
they are called. “Let zᵢ = Xwᵢ − y” defines; a letter that nobody introduces stands for any number
or vector, and a link that depends on one can be seen to hold, but not to fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from grader.evidence.proofs.instances import function, generator, givens, instances
from grader.evidence.proofs.lines import Line, Side
from grader.evidence.proofs.rewriting import with_primed_points
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.rewriting import replaced
from grader.formulas.scope import Definition, Scope
from grader.formulas.values import FUNCTIONS, Array, Value, column
from reference.problem3 import Instance

INDICES: Final = {"i": 1.0, "j": 2.0, "k": 1.0}
"""Free indices and the component that is looked at; every vector has two."""

SCALARS: Final = frozenset("alpha beta gamma delta epsilon c kappa mu rho sigma tau lambda".split())
"""Letters that stand for numbers even in part (c), if nothing else is known of them."""

_NAMES: Final = re.compile(
    r"\b(?:call|let|set|denote|write|put|define|with|abbreviate|and)\s*:?\s*$", re.IGNORECASE
)
"""Words before “x₁ − b = u” that give u its meaning."""

_COMPONENTS_OF: Final = re.compile(
    r"\b(?:components?|entries|entry|coordinates?|elements?|rows?)\s+of\W*(?:the vectors?\W*)?$",
    re.IGNORECASE,
)
"""“Let aᵢ and bᵢ be the components of”: what follows are the vectors."""

_DEFINES: Final = frozenset({"=", "≔", "≡"})


@dataclass(frozen=True)
class Pair:
    """Two points with their weights: weight·first + (1 − weight)·second."""

    weight: e.Expression
    first: e.Expression
    second: e.Expression


def homework_pair(item: str) -> Pair:
    """tx₁ + (1−t)x₂, or tw₁ + (1−t)w₂."""
    name = "w" if item == "3c.proof" else "x"
    first, second = (e.Symbol(name, (e.Number(n),)) for n in (1.0, 2.0))
    return Pair(e.Symbol("t"), first, second)


def left_side(pair: Pair) -> e.Expression:
    """f(tx₁ + (1−t)x₂)."""
    first = e.Multiply(pair.weight, pair.first)
    return _f(e.Add((first, e.Multiply(one_minus(pair.weight), pair.second))))


def right_side(pair: Pair) -> e.Expression:
    """tf(x₁) + (1−t)f(x₂)."""
    first = e.Multiply(pair.weight, _f(pair.first))
    return e.Add((first, e.Multiply(one_minus(pair.weight), _f(pair.second))))


def one_minus(node: e.Expression) -> e.Expression:
    """1 − node."""
    return e.Add((e.Number(1.0), e.Negative(node)))


def _f(node: e.Expression) -> e.Expression:
    return e.Call(e.Symbol("f"), (node,))


@dataclass
class Symbols:
    """The letters of one argument.

    Attributes:
        weights: letters for numbers in (0, 1).
        pairs: the points, with their weights, the likeliest first.
        definitions: the student's own.
        special: assignments of numbers to points or weights, such as ``t = 1/2``.
        free: letters that stand for anything.
        defining: numbers of the lines whose first link defines something.
    """

    weights: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    definitions: dict[str, Definition] = field(default_factory=dict)
    special: list[Side] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    defining: set[int] = field(default_factory=set)


def symbols(item: str, lines: Sequence[Line], earlier: Sequence[Line] = ()) -> Symbols:
    """What the letters in these lines stand for; `earlier` lines belong to the parts before."""
    found = Symbols()
    found.weights = _weights(lines)
    candidates = _candidates(item, lines)
    found.pairs = _pairs(lines, candidates | set(givens(item, instances()[0])))
    points = _point_keys(found.pairs)
    definer = _Definer(found, item, points)
    for number, line in enumerate(lines):
        definer.take_in(number, line)
    definer.break_circles(homework_pair(item))
    definer.take_in_components(lines)
    _take_over(found, item, earlier, points)
    pair = found.pairs[0] if found.pairs else homework_pair(item)
    _at_points(found, lines, _point_keys([pair]))
    found.definitions.setdefault("LHS", Definition((left_side(pair),)))
    found.definitions.setdefault("RHS", Definition((right_side(pair),)))
    found.weights = [name for name in found.weights if name not in found.definitions]
    return found


# ---------------------------------------------------------------- weights


def _weights(lines: Iterable[Line]) -> list[str]:
    """t, and every letter s that occurs as 1 − s."""
    names = ["t"]
    for line in lines:
        for whole in line.expressions:
            names += [name for node in whole.walk() if (name := _one_minus(node))]
        names += _sum_to_one(line)
    return list(dict.fromkeys(names))


def _one_minus(node: e.Expression) -> str | None:
    if not isinstance(node, e.Add) or len(node.terms) != 2:
        return None
    one, other = node.terms
    if one == e.Number(1.0) and isinstance(other, e.Negative):
        return other.operand.key if isinstance(other.operand, e.Symbol) else None
    return None


def _sum_to_one(line: Line) -> list[str]:
    """The first of α + β = 1; the second is defined by it."""
    names = _two_letters(line)
    return names[:1]


def _two_letters(line: Line) -> list[str]:
    if line.relations[:1] != ("=",) or len(line.sides) < 2:
        return []
    left, right = line.sides[0].expression, line.sides[1].expression
    if right != e.Number(1.0) or not isinstance(left, e.Add) or len(left.terms) != 2:
        return []
    return [term.key for term in left.terms if isinstance(term, e.Symbol)]


# ---------------------------------------------------------------- points


def _pairs(lines: Sequence[Line], candidates: set[str]) -> list[Pair]:
    """Points inside f(…) first, then those of any sum with weights."""
    inside: list[Pair] = []
    outside: list[Pair] = []
    for line in lines:
        for whole in line.expressions:
            for node in whole.walk():
                if isinstance(node, e.Call) and node.function == e.Symbol("f"):
                    inside += _plain_pairs(node.arguments, candidates)
                else:
                    outside += _plain_pairs((node,), candidates)
    unique: dict[Pair, None] = dict.fromkeys([*inside, *outside])
    return list(unique)


def _plain_pairs(nodes: Sequence[e.Expression], candidates: set[str]) -> list[Pair]:
    found = [pair for node in nodes if (pair := weighted(node)) is not None]
    return [
        pair
        for pair in found
        if pair.first != pair.second
        and _is_point(pair.first, candidates)
        and _is_point(pair.second, candidates)
    ]


def _is_point(node: e.Expression, candidates: set[str]) -> bool:
    node = with_primed_points(node)
    if not isinstance(node, e.Symbol) or _has_index(node):
        return False
    return not {node.key, f"{node.name}_*"} & candidates and node.name not in candidates


def _has_index(node: e.Symbol) -> bool:
    return any(isinstance(one, e.Symbol) and one.name in INDICES for one in node.subscripts)


def weighted(node: e.Expression) -> Pair | None:
    """t·P + (1−t)·Q, or Q + t(P − Q); that the weights sum to 1 is not checked here."""
    if not isinstance(node, e.Add) or len(node.terms) != 2:
        return None
    first, second = (factors(term) for term in node.terms)
    if len(first) == 1 and len(second) == 2 and isinstance(second[1], e.Add):
        return _pair_from_start(first[0], second[0], second[1])
    if len(first) < 2 or len(second) < 2:
        return None
    if second[0] == one_minus(first[0]):  # t·aᵀu + (1−t)·aᵀv
        return Pair(first[0], _product(first[1:]), _product(second[1:]))
    return Pair(_product(first[:-1]), first[-1], second[-1])


def _pair_from_start(start: e.Expression, weight: e.Expression, step: e.Add) -> Pair | None:
    """Q + t(P − Q)."""
    if len(step.terms) == 2 and step.terms[1] == e.Negative(start):
        return Pair(weight, step.terms[0], start)
    return None


def factors(node: e.Expression) -> list[e.Expression]:
    """The factors of a product, in order; a name before brackets multiplies."""
    if isinstance(node, e.Multiply):
        return [*factors(node.left), *factors(node.right)]
    if isinstance(node, e.Either) and not is_function(node):
        return factors(node.product)
    return [node]


def is_function(node: e.Either) -> bool:
    """Whether the name before the brackets is usually a function: f(x), g(u), φ(t)."""
    call = next((one for one in node.call.walk() if isinstance(one, e.Call)), None)
    names = {"f", "g", "h", "phi", "psi", "ell", "F", "G"}
    return call is not None and isinstance(call.function, e.Symbol) and call.function.name in names


def _product(parts: Sequence[e.Expression]) -> e.Expression:
    product = parts[0]
    for part in parts[1:]:
        product = e.Multiply(product, part)
    return product


def _point_keys(pairs: Iterable[Pair]) -> set[str]:
    nodes = [with_primed_points(node) for pair in pairs for node in (pair.first, pair.second)]
    return {node.key for node in nodes if isinstance(node, e.Symbol)}


# ---------------------------------------------------------------- definitions


def _candidates(item: str, lines: Iterable[Line]) -> set[str]:
    """Keys that a line gives a meaning other than a number."""
    given = set(givens(item, instances()[0])) - {"d"}
    found: set[str] = set()
    for line in lines:
        if len(line.sides) < 2 or line.relations[0] not in _DEFINES:
            continue
        left, right = line.sides[0].expression, line.sides[1].expression
        if isinstance(right, e.Symbol) and not isinstance(left, e.Symbol):
            found |= {right.key} if _NAMES.search(line.before) else set()
        if not isinstance(left, e.Symbol) or left.key in given or _is_number(right):
            continue
        if isinstance(right, e.Symbol):  # “use it at x = x₁”
            continue
        if right is None or not _mentions(right, left.key):
            found |= {left.key, f"{left.name}_*"} if _has_index(left) else {left.key}
    return found


def _is_number(node: e.Expression | None) -> bool:
    return node is not None and not list(free_symbols(node))


def _mentions(node: e.Expression, key: str) -> bool:
    return any(symbol.key == key for symbol in free_symbols(node))


@dataclass
class _Definer:
    """Takes in what lines define, in order; the first definition of a letter stands."""

    found: Symbols
    item: str
    points: set[str]
    seen: set[str] = field(default_factory=set)
    places: dict[str, int] = field(default_factory=dict)

    def break_circles(self, pair: Pair) -> None:
        """“m = tx₁ + (1−t)x₂, h = x₁ − x₂, so x₁ = m + (1−t)h”: the points stay what they are."""
        for point in (pair.first, pair.second):
            key = point.key if isinstance(point, e.Symbol) else ""
            if key in self.found.definitions and self._leads_to(key, key, frozenset()):
                del self.found.definitions[key]
                self.found.defining.discard(self.places[key])

    def take_in_components(self, lines: Sequence[Line]) -> None:
        """“Let aᵢ and bᵢ be the components of Xw₁ − y and Xw₂ − y”."""
        for number, line in enumerate(lines):
            if line.relations or not _COMPONENTS_OF.search(line.before):
                continue
            names = [one.sides[0].expression for one in lines[max(0, number - 2) : number]]
            bodies = [one.sides[0].expression for one in lines[number : number + len(names)]]
            for name, body in zip(names, bodies, strict=False):
                if isinstance(name, e.Symbol) and _has_index(name) and body is not None:
                    self.found.definitions.setdefault(name.name, Definition((body,)))

    def _leads_to(self, key: str, wanted: str, seen: frozenset[str]) -> bool:
        """Whether the definition of a letter comes back to another."""
        definition = self.found.definitions.get(key)
        if definition is None or key in seen:
            return False
        letters = {symbol.key for symbol in free_symbols(definition.body)}
        return wanted in letters or any(
            self._leads_to(one, wanted, seen | {key}) for one in letters
        )

    def take_in(self, number: int, line: Line) -> None:
        """What a line defines, if it defines something."""
        self._define(number, line)
        self.seen |= {s.key for node in line.expressions for s in free_symbols(node)}

    def _define(self, number: int, line: Line) -> None:
        if self._second_weight(number, line) or len(line.sides) < 2:
            return
        left, right = line.sides[0].expression, line.sides[1].expression
        if line.relations[0] not in _DEFINES or left is None or right is None:
            return
        other = _one_minus(right)
        if left == e.Symbol("t") and other is not None and other not in self.found.definitions:
            self._put(number, other, Definition((one_minus(left),)))
        elif not self._left(number, line, left, right):
            self._right(number, left, right)

    def _put(self, number: int, key: str, definition: Definition) -> None:
        self.found.definitions[key] = definition
        self.found.defining.add(number)
        self.places[key] = number

    def _second_weight(self, number: int, line: Line) -> bool:
        """Given α + β = 1, β is 1 − α."""
        pair = _two_letters(line)
        if len(pair) != 2 or set(pair) & set(self.found.definitions):
            return False
        left = line.sides[0].expression
        assert isinstance(left, e.Add)
        self._put(number, pair[1], Definition((one_minus(left.terms[0]),)))
        return True

    def _left(self, number: int, line: Line, left: e.Expression, right: e.Expression) -> bool:
        """A new letter, or a new function, on the left."""
        if not isinstance(left, e.Symbol):
            return self._function(number, left, right)
        is_taken = left.key in self.points or _is_given(self.item, left.key) or left.key == "t"
        is_taken |= _is_number(right) and left.key in _point_keys([homework_pair(self.item)])
        is_weight = left.key in self.found.weights
        if (is_taken or is_weight) and _is_number(right) and line.stance != "hypothesis":
            self.found.special.append(line.sides[0])
        if is_taken or (is_weight and _is_number(right)):
            return False
        return self._symbol(number, left, right)

    def _symbol(self, number: int, left: e.Symbol, right: e.Expression) -> bool:
        key = left.key
        parameters: tuple[str, ...] = ()
        if left.name in INDICES and not left.subscripts:
            return False
        if isinstance(right, e.Symbol) and right.key in self.points and key in self.seen:
            return False  # “for any x …; use it at x = x₁”
        if _has_index(left) and len(left.subscripts) == 1:
            key, parameters = f"{left.name}_*", (str(left.subscripts[0]),)
        if key in self.found.definitions or _mentions(right, left.key):
            return False
        self._put(number, key, Definition((right,), parameters, is_family=bool(parameters)))
        return True

    def _function(self, number: int, left: e.Expression, right: e.Expression) -> bool:
        """A function such as g(u) = u² or φ(s) = f(w₂ + sv)."""
        call = left.call if isinstance(left, e.Either) else left
        if not isinstance(call, e.Call) or not isinstance(call.function, e.Symbol):
            return False
        key = call.function.key
        taken = {"f", *FUNCTIONS, *self.found.definitions, *self.found.weights}
        names = [a.key for a in call.arguments if isinstance(a, e.Symbol) and not a.subscripts]
        if key in taken or len(names) != len(call.arguments) or not names:
            return False
        self._put(number, key, Definition((right,), tuple(names)))
        return True

    def _right(self, number: int, left: e.Expression, right: e.Expression) -> None:
        """A new letter on the right: “Xw₁ − y = z₁”, “1 − t = s”."""
        if not isinstance(right, e.Symbol) or isinstance(left, e.Symbol) or _is_number(left):
            return
        taken = right.key in self.points or _is_given(self.item, right.key) or right.key == "t"
        if not taken and not _mentions(left, right.key):
            self._symbol(number, right, left)


def function_names(lines: Sequence[Line]) -> frozenset[str]:
    """Names of functions that the student defines: p in pᵢ(w) = …, not the t of t(1−t)."""
    found = set()
    for line in lines:
        if len(line.sides) < 2 or line.relations[0] not in _DEFINES:
            continue
        left = line.sides[0].expression
        call = left.call if isinstance(left, e.Either) else left
        if not isinstance(call, e.Call) or not isinstance(call.function, e.Symbol):
            continue
        if all(isinstance(one, e.Symbol) for one in call.arguments):
            found.add(call.function.name)
    return frozenset(found - {"t", *_weights(lines)})


def _at_points(found: Symbols, lines: Sequence[Line], points: set[str]) -> None:
    """After “ξ = x − b”, ξ₁ is x₁ − b."""
    for key, symbol in _keys(lines).items():
        definition = found.definitions.get(symbol.name)
        if definition is None or definition.parameters or not symbol.subscripts:
            continue
        body = definition.body
        for letter in set(free_symbols(body)):
            at_point = e.Symbol(letter.name, symbol.subscripts)
            if not letter.subscripts and at_point.key in points:
                body = replaced(body, letter, at_point)
        if body != definition.body:
            found.definitions.setdefault(key, Definition((body,)))


def _take_over(found: Symbols, item: str, earlier: Sequence[Line], points: set[str]) -> None:
    """Definitions of the parts before, for letters without one here: s = 1 − t, x_t = …."""
    before = _Definer(Symbols(weights=_weights(earlier)), item, points | _homework_points())
    for line in earlier:
        before.take_in(-1, line)
    for key, definition in before.found.definitions.items():
        letters = {s.key for s in free_symbols(definition.body)}
        if item == "3c.proof" and not letters <= {"t"}:
            continue
        if key not in points and not _is_given(item, key) and key not in ("LHS", "RHS"):
            found.definitions.setdefault(key, definition)


def _homework_points() -> set[str]:
    return _point_keys([homework_pair("3a.proof"), homework_pair("3c.proof")])


def _is_given(item: str, key: str) -> bool:
    """Whether the homework gives a letter its meaning; d is also used for differences."""
    return key == "f" or (key in givens(item, instances()[0]) and key != "d")


# ---------------------------------------------------------------- what is left free


def free_symbols(node: e.Expression, bound: frozenset[str] = frozenset()) -> Iterator[e.Symbol]:
    """Symbols that need a value, without indices, bound variables and functions."""
    if isinstance(node, e.Symbol):
        if node.key not in bound and node.name not in ("∞", "ℝ"):
            yield node
        return
    if isinstance(node, e.Over):
        bound = bound | {node.index}
    if isinstance(node, e.Either):
        yield from free_symbols(node.call if is_function(node) else node.product, bound)
        return
    if isinstance(node, e.Call):
        for argument in node.arguments:
            yield from free_symbols(argument, bound)
        return
    for child in node.children:
        yield from free_symbols(child, bound)


def has_free_index(node: e.Expression) -> bool:
    """Whether something depends on i, j or k: xᵢᵀw₁."""
    return any(_has_index(symbol) for symbol in free_symbols(node))


def scopes(item: str, lines: Sequence[Line], letters: Symbols) -> tuple[Scope, ...]:
    """A scope for each instance."""
    keys = _keys(lines)
    rows = {s.name for s in keys.values() if s.name in {"a", "x", "phi"} and _has_index(s)}
    places = _Places(keys, _vectors(item, lines, letters), rows)
    return tuple(_scope(item, letters, places, number, i) for number, i in enumerate(instances()))


@dataclass(frozen=True)
class _Places:
    """The letters that occur; which of them are parameter vectors, and which rows of X."""

    keys: Mapping[str, e.Symbol]
    vectors: set[str]
    rows: set[str]


def _keys(lines: Iterable[Line]) -> dict[str, e.Symbol]:
    return {s.key: s for line in lines for node in line.expressions for s in free_symbols(node)}


def _vectors(item: str, lines: Iterable[Line], letters: Symbols) -> set[str]:
    """In (c): letters for parameter vectors, because they are points or X is applied to them."""
    if item != "3c.proof":
        return set()
    found = _point_keys(letters.pairs)
    for line in lines:
        for whole in line.expressions:
            for node in whole.walk():
                found |= _under_f_or_design(node)
    return {key for key in found if key not in letters.weights}


def _under_f_or_design(node: e.Expression) -> set[str]:
    """Letters in f(…) and behind X."""
    if isinstance(node, e.Call) and node.function == e.Symbol("f"):
        return {s.key for argument in node.arguments for s in free_symbols(argument)}
    if isinstance(node, e.Multiply) and node.left == e.Symbol("X"):
        return {s.key for s in free_symbols(node.right)}
    if isinstance(node, e.Either) and not is_function(node):
        return _under_f_or_design(node.product)
    return set()


def _scope(item: str, letters: Symbols, places: _Places, number: int, i: Instance) -> Scope:
    known: dict[str, Value] = {**givens(item, i), **INDICES}
    if item == "3c.proof":
        known["x"] = i.X
        known |= {name: i.X for name in places.rows if not _is_defined(letters, name)}
    for place, name in enumerate(letters.weights):
        known[name] = i.t if place == 0 or name == "t" else _other_weight(number, place)
    known |= _points(item, letters.pairs, i)
    for key, symbol in places.keys.items():
        if key in known or key == "f" or _is_resolved(symbol, known, letters):
            continue
        is_parameter = key in places.vectors
        known[key] = _anything(item, symbol, i, number, is_parameter=is_parameter)
        letters.free.add(key)
    return _evaluated(Scope(known, {"f": function(item, i)}, dict(letters.definitions)))


def _evaluated(scope: Scope) -> Scope:
    """The scope with the values of its definitions, so that each is worked out once."""
    values: dict[str, Value] = {}
    for key, definition in scope.definitions.items():
        if definition.parameters:
            continue
        try:
            values[key] = Evaluator(scope).value(definition.body)
        except (FormulaError, RecursionError):
            continue
    rest = {key: one for key, one in scope.definitions.items() if key not in values}
    return Scope({**scope.known, **values}, scope.functions, rest)


def _is_defined(letters: Symbols, name: str) -> bool:
    return name in letters.definitions or f"{name}_*" in letters.definitions


def _other_weight(number: int, place: int) -> float:
    weights = [i.t for i in instances()]
    return weights[(number + place + 1) % len(weights)]


def _points(item: str, pairs: Sequence[Pair], i: Instance) -> dict[str, Value]:
    """The first pair of points; more letters for points are left free."""
    values: tuple[Value, Value] = (i.x1, i.x2)
    names = ("x_1", "x_2")
    if item == "3c.proof":
        values, names = (column(i.w1), column(i.w2)), ("w_1", "w_2")
    known = dict(zip(names, values, strict=True))
    if pairs:
        nodes = [with_primed_points(node) for node in (pairs[0].first, pairs[0].second)]
        known |= {n.key: v for n, v in zip(nodes, values, strict=True) if isinstance(n, e.Symbol)}
    return known


def _is_resolved(symbol: e.Symbol, known: Mapping[str, Value], letters: Symbols) -> bool:
    """Whether a symbol has a value: defined, a member of a family, or a component."""
    if symbol.key in letters.definitions:
        return True
    if not symbol.subscripts:
        return False
    return _is_defined(letters, symbol.name) or symbol.name in known or _has_index(symbol)


def _anything(
    item: str, symbol: e.Symbol, i: Instance, number: int, *, is_parameter: bool
) -> Value:
    rng = generator(symbol.key, number)
    if item != "3c.proof" or symbol.name in SCALARS:
        return round(float(rng.uniform(-4, 4)), 2)
    return column(_rounded(rng, i.d if is_parameter else i.n))


def _rounded(rng: np.random.Generator, size: int) -> Array:
    return np.round(rng.normal(0.0, 1.5, size), 2)
