"""The links of a proof, each checked on every instance.

A link is two neighbouring members of a chain and the relation between them. It *holds* if it is
true on all instances, *fails* if it is false on one of them, and is *open* if a side has no value
(an undefined symbol, notation that was not read) or depends on a letter that nobody introduced.
It is *assumed* if it only compares two letters: x₁ > x₂, b = 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from grader.evidence.proofs.instances import instances
from grader.evidence.proofs.lines import Line, Side
from grader.evidence.proofs.symbols import (
    INDICES,
    Pair,
    Symbols,
    free_symbols,
    has_free_index,
    homework_pair,
    scopes,
    symbols,
)
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.rewriting import rewritten
from grader.formulas.scope import Scope
from grader.formulas.values import Array, Value

RELATIVE: Final = 1e-8
"""Two sides are equal within this share of their size; a slip in a formula is larger by far."""

DERIVED: Final = {1: 1e-6, 2: 2e-3}
"""The same for first and second derivatives; a factor that is forgotten is larger still."""

ORDERS: Final = {"≤": 1, "<": 1, "≥": -1, ">": -1}
"""Inequalities, and which side is the larger one."""

IGNORED: Final = frozenset({"∈", "→", "↦", "⊂", "∉"})
"""Relations that say where something comes from, and nothing about values."""

State = Literal["holds", "fails", "open", "assumed"]


@dataclass(frozen=True)
class Link:
    """Two neighbouring members; `number` is that of their line, `place` that in the chain."""

    line: Line
    number: int
    place: int
    state: State
    reason: str = ""

    @property
    def left(self) -> Side:
        return self.line.sides[self.place]

    @property
    def right(self) -> Side:
        return self.line.sides[self.place + 1]

    @property
    def relation(self) -> str:
        return self.line.relations[self.place]

    @property
    def text(self) -> str:
        """As the student wrote it, for quotes."""
        return f"{self.left.text} {self.relation} {self.right.text}"


class Sampled:
    """The values of all members on all instances."""

    def __init__(self, item: str, lines: Sequence[Line], earlier: Sequence[Line] = ()) -> None:
        self.lines = lines
        self.letters: Symbols = symbols(item, lines, earlier)
        self._scopes = scopes(item, lines, self.letters)
        self._known: dict[e.Expression, tuple[Value, ...] | str] = {}
        self.pair = self._first_pair(item)

    def _first_pair(self, item: str) -> Pair:
        """The student's own points, or those of the homework."""
        for pair in self.letters.pairs:
            values = self.numbers(pair.weight)
            if values is not None and bool(np.all((values > 0) & (values < 1))):
                return pair
        return homework_pair(item)

    def values(self, node: e.Expression | None) -> tuple[Value, ...] | None:
        """The values on the instances, or None when there are none."""
        found = self._values(node) if node is not None else ""
        return None if isinstance(found, str) else found

    def numbers(self, node: e.Expression | None) -> Array | None:
        """The values of something that is a number on every instance."""
        values = self.values(node)
        if values is None or not all(isinstance(value, float) for value in values):
            return None
        return np.array(values)

    def trouble(self, node: e.Expression | None) -> str:
        """Why there is no value."""
        if node is None:
            return "the notation was not understood"
        found = self._values(node)
        return found if isinstance(found, str) else ""

    def _values(self, node: e.Expression) -> tuple[Value, ...] | str:
        if node not in self._known:
            try:
                self._known[node] = tuple(Evaluator(scope).value(node) for scope in self._scopes)
            except FormulaError as trouble:
                self._known[node] = str(trouble)
            except RecursionError:
                self._known[node] = "the formula is nested too deeply"
        return self._known[node]

    def spelled_out(self, node: e.Expression) -> e.Expression:
        """The expression with letters whose definition has a free index written out."""

        def written_out(one: e.Expression) -> e.Expression:
            definition = (
                self.letters.definitions.get(one.key) if isinstance(one, e.Symbol) else None
            )
            if definition is None or definition.parameters or not has_free_index(definition.body):
                return one
            return definition.body

        return rewritten(node, written_out)

    def resolved(self, node: e.Expression | None) -> e.Expression | None:
        """What a letter or φ(t) stands for, if the student defined it."""
        call = node.call if isinstance(node, e.Either) else node
        name = call.function if isinstance(call, e.Call) else call
        definition = self.letters.definitions.get(name.key) if isinstance(name, e.Symbol) else None
        if definition is None or name in (e.Symbol("LHS"), e.Symbol("RHS")):
            return node
        given = call.arguments if isinstance(call, e.Call) else ()
        return definition.body if tuple(map(str, given)) == definition.parameters else node

    def at_index(self, node: e.Expression, index: str, last: str) -> Array | None:
        """Σ over an index of a member that has it free."""
        return self.numbers(e.Over("sum", index, e.Number(1.0), e.Symbol(last), node))

    def is_free(self, *nodes: e.Expression | None) -> bool:
        """Whether one of them depends on a letter that nobody introduced."""
        return any(self._reaches_free(node, frozenset()) for node in nodes if node is not None)

    def _reaches_free(self, node: e.Expression, seen: frozenset[str]) -> bool:
        for symbol in free_symbols(node):
            if symbol.key in self.letters.free:
                return True
            for key in (symbol.key, f"{symbol.name}_*", symbol.name):
                definition = self.letters.definitions.get(key)
                if definition is None or key in seen:
                    continue
                if self._body_is_free(definition.body, definition.parameters, seen | {key}):
                    return True
        return False

    def _body_is_free(
        self, body: e.Expression, parameters: tuple[str, ...], seen: frozenset[str]
    ) -> bool:
        return any(
            self._reaches_free(symbol, seen)
            for symbol in free_symbols(body)
            if symbol.key not in parameters
        )


def links(sampled: Sampled) -> Iterator[Link]:
    """All links of all lines, in order, without those that define a letter."""
    for number, line in enumerate(sampled.lines):
        for place, relation in enumerate(line.relations):
            is_definition = place == 0 and number in sampled.letters.defining
            if is_definition or relation in IGNORED or relation == "≔":
                continue
            if _is_range_of_index(line, place):
                continue
            yield _link(sampled, line, number, place)


def _is_range_of_index(line: Line, place: int) -> bool:
    """“rᵢ = Xwᵢ − y, i = 1,2”."""
    left, right = line.sides[place : place + 2]
    is_index = isinstance(left.expression, e.Symbol) and left.expression.key in INDICES
    is_list = right.expression is None and re.fullmatch(r"\d(?:\s*,\s*\d)+\.?", right.text)
    return is_index and line.relations[place] == "=" and bool(is_list)


def _link(sampled: Sampled, line: Line, number: int, place: int) -> Link:
    left, right = (side.expression for side in line.sides[place : place + 2])
    relation = line.relations[place]
    if _holds_for_numbers(sampled, relation, left, right):
        return Link(line, number, place, "holds")
    for node in (left, right):
        if reason := sampled.trouble(node):
            return Link(line, number, place, "open", reason)
    a, b = sampled.values(left), sampled.values(right)
    assert a is not None and b is not None
    state = _state(relation, a, b, _tolerance(left, right))
    is_plain = all(isinstance(node, e.Symbol | e.Number) for node in (left, right))
    if is_plain and (state == "fails" or (state == "open" and relation in ORDERS)):
        return Link(line, number, place, "assumed")
    if state == "fails" and place in line.loose and _has_other_chain(sampled.lines[:number]):
        return Link(line, number, place, "open", "it is not clear with what it goes on")
    if state == "fails" and sampled.is_free(left, right):
        return Link(line, number, place, "open", "it depends on a letter that is not introduced")
    return Link(line, number, place, state)


def _holds_for_numbers(
    sampled: Sampled, relation: str, left: e.Expression | None, right: e.Expression | None
) -> bool:
    """Whether a fact about letters that mean nothing else holds for numbers: 2ab ≤ a² + b²."""
    if left is None or right is None or relation not in ORDERS:
        return False
    keys = {symbol.key for node in (left, right) for symbol in free_symbols(node)}
    if not keys or not keys <= sampled.letters.free:
        return False
    rng = np.random.default_rng(11)
    scopes = [Scope({key: float(rng.normal()) for key in sorted(keys)}) for _ in range(8)]
    try:
        sides = [[Evaluator(scope).value(node) for scope in scopes] for node in (left, right)]
    except FormulaError:
        return False
    return _state(relation, sides[0], sides[1]) == "holds"


def untangled(sampled: Sampled) -> list[Line] | None:
    """The lines with loose continuations put where they hold, or None when all are in place.

    “2xy ≤ x² + y², so this is ≤ c” goes on with the chain before; where none fits, it stands alone.
    So does a display “≤ c” without words, but only if there is a chain with which it holds.
    """
    found: list[Line] = []
    is_changed = False
    for line in sampled.lines:
        places = sorted(line.loose | line.starts)
        cut = next((p for p in places if _fails_at(sampled, line, p)), None)
        parts = _reordered(sampled, found, line, cut) if cut is not None else None
        is_changed |= parts is not None
        found += parts or [line]
    return found if is_changed else None


def _fails_at(sampled: Sampled, line: Line, place: int) -> bool:
    return _state_at(sampled, line, place) == "fails"


def _state_at(sampled: Sampled, line: Line, place: int) -> State:
    sides = [sampled.values(side.expression) for side in line.sides[place : place + 2]]
    if sides[0] is None or sides[1] is None:
        return "open"
    return _state(line.relations[place], sides[0], sides[1])


def _part(line: Line, first: int, last: int) -> Line:
    """Some neighbouring members of a line."""
    return replace(
        line,
        sides=line.sides[first:last],
        relations=line.relations[first : last - 1],
        loose=frozenset(p - first for p in line.loose if first <= p < last - 1),
        starts=frozenset(p - first for p in line.starts if first <= p < last - 1),
    )


def _reordered(sampled: Sampled, before: Sequence[Line], line: Line, cut: int) -> list[Line] | None:
    """A line in two: what stands behind the cut goes on with an earlier line that it fits."""
    first, rest = _part(line, 0, cut + 1), _part(line, cut + 1, len(line.sides))
    for earlier in reversed(before):
        joined = replace(
            rest,
            sides=(earlier.sides[-1], *rest.sides),
            relations=(line.relations[cut], *rest.relations),
            loose=frozenset(p + 1 for p in rest.loose),
            starts=frozenset(p + 1 for p in rest.starts),
        )
        is_chain = bool(earlier.relations) and earlier.stance == "stated"
        state = _state_at(sampled, joined, 0)
        if is_chain and (state == "holds" or (state == "open" and cut in line.loose)):
            return [first, joined]
    is_other = cut in line.loose and _has_other_chain(before) and len(rest.sides) > 1
    return [first, rest] if is_other else None


def _has_other_chain(before: Sequence[Line]) -> bool:
    """Whether “this is ≤ c” may go on with another chain than the last."""
    return any(len(line.sides) > 1 and line.stance == "stated" for line in before)


def _tolerance(*nodes: e.Expression | None) -> float:
    """How far the sides may be apart: derivatives are differences of rounded numbers."""
    orders = [
        one.order for node in nodes if node is not None for one in node.walk()
        if isinstance(one, e.Prime)
    ]  # fmt: skip
    return DERIVED.get(max(orders), DERIVED[2]) if orders else RELATIVE


def _state(
    relation: str, left: Sequence[Value], right: Sequence[Value], tolerance: float = RELATIVE
) -> State:
    if relation in ("=", "≡"):
        return "holds" if equal(left, right, tolerance) else "fails"
    if relation in ORDERS and all(isinstance(value, float) for value in (*left, *right)):
        gap = (np.array(right) - np.array(left)) * ORDERS[relation]
        size = 1 + np.abs(np.array(left)) + np.abs(np.array(right))
        return "holds" if bool(np.all(gap >= -tolerance * size)) else "fails"
    return "open"


def equal(left: Sequence[Value], right: Sequence[Value], tolerance: float = RELATIVE) -> bool:
    """Whether two members have the same value, and the same shape, on every instance."""
    return all(_close(a, b, tolerance) for a, b in zip(left, right, strict=True))


def _close(a: Value, b: Value, tolerance: float) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= tolerance * (1 + abs(a) + abs(b))
    if isinstance(a, float) or isinstance(b, float) or a.shape != b.shape:
        return False
    return bool(np.allclose(a, b, rtol=tolerance, atol=tolerance))


def same(left: Array | None, right: Array | None) -> bool:
    """`equal` for arrays of numbers, of which either may be missing."""
    return left is not None and right is not None and equal(left.tolist(), right.tolist())


def worst(sampled: Sampled, link: Link) -> int:
    """The instance on which a link that fails does so most clearly."""
    left, right = (sampled.values(s.expression) for s in (link.left, link.right))
    assert left is not None and right is not None
    gaps = [_distance(a, b) for a, b in zip(left, right, strict=True)]
    if link.relation in ORDERS:
        order = ORDERS[link.relation]
        signed = (np.array(left) - np.array(right)) * order
        return int(np.argmax(signed))
    return int(np.argmax(gaps)) if len(gaps) == len(instances()) else 0


def _distance(a: Value, b: Value) -> float:
    if np.shape(a) != np.shape(b):
        return np.inf
    return float(np.max(np.abs(np.asarray(a) - np.asarray(b))))
