"""What makes a chain of true links a proof: a visible reason for each inequality.

A chain whose links all hold is not yet a proof, since the claim itself is a chain of one link. For
the left side L = f(tx₁ + (1−t)x₂), the right side R and their gap G = R − L, a *certificate* is

    difference   G, spelled out, equals something visibly non-negative: … = t(1−t)(x₁ − x₂)² ≥ 0
    equivalence  the claim ⇔ … ⇔ t(1−t)(x₁ − x₂)² ≥ 0
    square       t(1−t)(x₁ − x₂)² ≥ 0 is multiplied out until it reads R − L ≥ 0
    steps        inequalities lead from L to R, each with a visible reason (`steps`)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from grader.evidence.proofs.chains import ORDERS, Link, Sampled, same
from grader.evidence.proofs.lines import Argument, Line, Side
from grader.evidence.proofs.symbols import factors
from grader.evidence.proofs.visible import is_visible, is_weight, splits, terms
from grader.formulas import expression as e
from grader.formulas.values import Array

_NOT_NEGATIVE: Final = re.compile(
    r"non-?\s?negative|never negative|not negative|at least (?:zero|0|§)|positive"
    r"|at most (?:zero|0|§)"
    r"|nicht negativ|≥\s*0",
    re.IGNORECASE,
)
_SUBTRACTED: Final = re.compile(
    r"\bminus\b|\bdifference\b|\bsubtract"
    r"|\b(?:rhs|right|lhs|left)(?: side)?\s*[-−–]\s*(?:lhs|left|rhs|right)\b"
    r"|\blhs\s*(?:≤|<=|<)\s*rhs\b|\brhs\s*(?:≥|>=|>)\s*lhs\b",
    re.IGNORECASE,
)
_WHICH_IS: Final = re.compile(
    r"^§\W*(?:(?:which|that|this|it) (?:is|equals|simplifies to|reduces to|becomes|gives)"
    r"|(?:and )?simplif\w+(?: to| gives)?)(?: just| equal to| the same as)?\W*$",
    re.IGNORECASE,
)
ZERO: Final = e.Number(0.0)


@dataclass(frozen=True)
class Case:
    """One argument with the inequality that it has to reach.

    Attributes:
        left, right: values of f(tx₁ + (1−t)x₂) and of tf(x₁) + (1−t)f(x₂) on the instances.
        weight: values of t.
        cites_proved: whether an earlier part is cited that is proved in the same submission.
        earlier: what was written before, and counts if the words refer to it.
    """

    item: str
    argument: Argument
    sampled: Sampled
    links: tuple[Link, ...]
    left: Array
    right: Array
    weight: Array
    cites_proved: bool = False
    earlier: tuple[Argument, ...] = ()

    @property
    def gap(self) -> Array:
        """R − L."""
        return self.right - self.left

    @property
    def stated(self) -> tuple[Link, ...]:
        """The links that the student claims and that hold."""
        return tuple(k for k in self.links if k.state == "holds" and k.line.stance == "stated")

    def value(self, side: Side) -> Array | None:
        """The values of a member, if it is a number."""
        return self.sampled.numbers(side.expression)

    def sides(self) -> Iterator[Side]:
        """All members of the lines that the student states."""
        for line in self.argument.lines:
            if line.stance == "stated":
                yield from line.sides

    def multipliers(self) -> tuple[Array, ...]:
        """Factors that depend on t only, with which inequalities are multiplied."""
        t = self.weight
        both = t * (1 - t)
        return (np.ones_like(t), both, 2 * both, t, 1 - t, both / 2, 2 * np.ones_like(t))


def groups(case: Case, line: Line) -> list[list[Side]]:
    """The runs of members of a line that are joined by equalities which hold."""
    held = {k.place for k in case.links if k.line is line and k.state == "holds"}
    runs = [[line.sides[0]]]
    for place, relation in enumerate(line.relations):
        is_equal = relation in ("=", "≡", "≔")
        defines = place == 0 and is_equal and place not in held
        if is_equal and (place in held or defines):
            runs[-1].append(line.sides[place + 1])
        else:
            runs.append([line.sides[place + 1]])
    return runs


def low_high(link: Link) -> tuple[Side, Side] | None:
    """The smaller and the larger side of an inequality."""
    order = ORDERS.get(link.relation)
    if order is None:
        return None
    return (link.left, link.right) if order > 0 else (link.right, link.left)


def is_call(node: e.Expression | None) -> bool:
    """Whether a member is f(…) itself, or a sum of such."""
    return node is not None and any(
        isinstance(one, e.Call) and one.function == e.Symbol("f") for one in node.walk()
    )


# ---------------------------------------------------------------- what was shown


def concludes(case: Case) -> bool:
    """Whether L ≤ R, or R − L ≥ 0 spelled out, is stated."""
    for link in case.stated:
        sides = low_high(link)
        if sides is None:
            continue
        low, high = (case.value(side) for side in sides)
        if same(low, case.left) and same(high, case.right):
            return True
        zero = np.zeros_like(case.gap)
        if same(low, zero) and same(high, case.gap) and _spells_out(case, link.line, sides[1]):
            return True
        if same(high, zero) and same(low, -case.gap) and _spells_out(case, link.line, sides[0]):
            return True
    return False


def _spells_out(case: Case, line: Line, side: Side) -> bool:
    """Whether a member, or one equal to it in the chain, is visibly R − L."""
    run = next((run for run in groups(case, line) if side in run), [side])
    return any(is_spelled_out(case, one) for one in run)


def is_spelled_out(case: Case, side: Side) -> bool:
    """Whether a member is visibly R − L or L − R."""
    node = case.sampled.resolved(side.expression)
    if node is None:
        return False
    return splits(case.sampled, node, case.right) or splits(case.sampled, node, -case.right)


def shows_both_sides(case: Case) -> bool:
    """Whether L is written out, not only as f(…), and R as well."""
    values = [(side, case.value(side)) for side in case.sides()]
    left = any(same(v, case.left) and not is_call(s.expression) for s, v in values)
    return left and any(same(v, case.right) for _, v in values)


def says_not_negative(case: Case, line: Line, run: Sequence[Side]) -> bool:
    """Whether something in a run is compared with zero, or called non-negative in words."""
    for link in case.stated:
        sides = low_high(link)
        if link.line is not line or sides is None or not (link.left in run or link.right in run):
            continue
        if ZERO in (side.expression for side in sides):
            return True
    return bool(_NOT_NEGATIVE.search(case.argument.prose)) or concludes(case)


# ---------------------------------------------------------------- certificates


def difference(case: Case) -> bool:
    """R − L = … = something visibly non-negative, or L − R = … = minus that."""
    for line in case.argument.lines:
        if line.stance != "stated":
            continue
        for run in groups(case, line):
            whole = [*_before(case, line, run), *run]
            if _is_difference(case, whole) and says_not_negative(case, line, run):
                return concludes(case) or _is_compared(case, whole)
    return False


def _before(case: Case, line: Line, run: Sequence[Side]) -> list[Side]:
    """A member of the same value in the line before, if the words between are “which is”."""
    place = next(n for n, one in enumerate(case.argument.lines) if one is line)
    if place == 0 or run[0] is not line.sides[0] or not _WHICH_IS.search(line.before):
        return []
    last = case.argument.lines[place - 1].sides[-1]
    return [last] if same(case.value(last), case.value(run[0])) else []


def _is_difference(case: Case, run: Sequence[Side]) -> bool:
    visible = [side for side in run if is_gap_in_sight(case, side)]
    others = [s for s in run if s not in visible and _is_gap(case, s)]
    if not visible or not others:
        return False
    is_spelled = any(is_spelled_out(case, side) for side in others)
    return is_spelled or shows_both_sides(case) or _is_spelled_elsewhere(case)


def _is_spelled_elsewhere(case: Case) -> bool:
    """R − L = … multiplied out, in a chain before “so this equals tx₁² + … = t(1−t)(x₁ − x₂)²”."""
    for line in case.argument.lines:
        for run in groups(case, line) if line.stance == "stated" else ():
            equal = [side for side in run if same(case.value(side), case.gap)]
            has_sum = any(_has_terms(side) and not is_call(side.expression) for side in equal)
            if len(equal) > 1 and has_sum and any(is_spelled_out(case, side) for side in equal):
                return True
    return False


def speaks_of_difference(words: str) -> bool:
    """Whether the words say that one side is subtracted from the other."""
    return bool(_SUBTRACTED.search(words))


def _is_compared(case: Case, run: Sequence[Side]) -> bool:
    """Whether the difference itself is spelled out in the run that ends in ≥ 0."""
    if any(is_spelled_out(case, side) for side in run) or _is_spelled_elsewhere(case):
        return True
    is_said = speaks_of_difference(case.argument.prose) and shows_both_sides(case)
    return bool(_NOT_NEGATIVE.search(case.argument.prose) or is_said)


def _is_gap(case: Case, side: Side) -> bool:
    value = case.value(side)
    return same(value, case.gap) or same(value, -case.gap)


def is_gap_in_sight(case: Case, side: Side) -> bool:
    """Whether a member is the gap, visibly non-negative; or its negative, visibly not positive."""
    node = side.expression
    if node is None:
        return False
    if same(case.value(side), case.gap):
        return is_visible(case.sampled, node)
    signed = terms(node)
    if same(case.value(side), -case.gap) and len(signed) == 1:
        return signed[0][0] < 0 and is_visible(case.sampled, signed[0][1])
    return _is_negative_product(case, node)


def _is_negative_product(case: Case, node: e.Expression) -> bool:
    """t(t−1)(…)²: not positive at a glance either, since one factor is minus a weight."""
    if not same(case.sampled.numbers(node), -case.gap):
        return False
    negative = [f for f in factors(node) if is_weight(case.sampled, e.Negative(f))]
    others = [f for f in factors(node) if f not in negative]
    return len(negative) == 1 and all(is_visible(case.sampled, f) for f in others)


def square(case: Case) -> bool:
    """A visible square ≥ 0, times a weight, is multiplied out until both sides stand there."""
    if not concludes(case) or not (shows_both_sides(case) or _spelled_somewhere(case)):
        return False
    zero = np.zeros_like(case.gap)
    for link in case.stated:
        sides = low_high(link)
        if sides is None or not same(case.value(sides[0]), zero):
            continue
        value = case.value(sides[1])
        if value is None or not _is_visible_in(case, link.line, sides[1]):
            continue
        if same(value, case.gap):
            return _is_multiplied_out(case)
        if any(same(value * m, case.gap) for m in case.multipliers()):
            return any(_is_gap(case, side) and _has_terms(side) for side in case.sides())
    return False


def _is_visible_in(case: Case, line: Line, side: Side) -> bool:
    """Whether a member, or one that it is equal to in the chain, is non-negative at a glance."""
    run = next((run for run in groups(case, line) if side in run), [side])
    nodes = [one.expression for one in run]
    return any(node is not None and is_visible(case.sampled, node) for node in nodes)


def _has_terms(side: Side) -> bool:
    return side.expression is not None and len(terms(side.expression)) > 2


def _spelled_somewhere(case: Case) -> bool:
    return any(_is_gap(case, side) and is_spelled_out(case, side) for side in case.sides())


def _is_multiplied_out(case: Case) -> bool:
    """Whether the gap stands there as a sum of terms, or L with its square expanded."""
    for side in case.sides():
        node = side.expression
        if node is None or is_call(node) or len(terms(node)) < 3:
            continue
        if same(case.value(side), case.left):
            return True
        if _is_gap(case, side) and not _has_whole_square(case, node):
            return True
    return False


def _has_whole_square(case: Case, node: e.Expression) -> bool:
    """Whether L is one term: tx₁² + (1−t)x₂² − (tx₁ + (1−t)x₂)² is not multiplied out."""
    sign_of_left = -1 if same(case.sampled.numbers(node), case.gap) else 1
    return any(
        sign == sign_of_left and same(case.sampled.numbers(term), case.left)
        for sign, term in terms(node)
    )


def equivalence(case: Case) -> bool:
    """The claim, and inequalities equivalent to it, down to a visible one."""
    chain = _inequalities(case)
    for position in range(len(chain) - 1, 0, -1):
        line, link = chain[position]
        if not _is_truth(case, link):
            continue
        while position > 0 and chain[position][0].equivalent and _is_multiple(case, link):
            position -= 1  # noqa: PLW2901  (walks up from here)
            line, link = chain[position]
        is_start = is_claim(case, link) or _is_claim_multiplied_out(case, link)
        if is_start and line is not chain[-1][0]:
            return True
    return False


def _inequalities(case: Case) -> list[tuple[Line, Link]]:
    """The first inequality of each line, wishes included, in order."""
    found: dict[int, tuple[Line, Link]] = {}
    for link in case.links:
        if link.state == "holds" and low_high(link) is not None:
            found.setdefault(link.number, (link.line, link))
    return list(found.values())


def _difference_of(case: Case, link: Link) -> Array | None:
    sides = low_high(link)
    if sides is None:
        return None
    low, high = (case.value(side) for side in sides)
    return high - low if low is not None and high is not None else None


def _is_multiple(case: Case, link: Link) -> bool:
    difference_here = _difference_of(case, link)
    if difference_here is None:
        return False
    return any(
        same(difference_here * m, case.gap) or same(difference_here, case.gap * m)
        for m in case.multipliers()
    )


def _is_truth(case: Case, link: Link) -> bool:
    """A visible square against zero that is a multiple of the gap."""
    sides = low_high(link)
    if sides is None or sides[0].expression != ZERO or sides[1].expression is None:
        return False
    return is_visible(case.sampled, sides[1].expression) and _is_multiple(case, link)


def _is_claim_multiplied_out(case: Case, link: Link) -> bool:
    """0 ≤ t(1−t)x₁² + t(1−t)x₂² − 2t(1−t)x₁x₂, with both sides of the claim written before."""
    sides = low_high(link)
    if sides is None or sides[0].expression != ZERO or not shows_both_sides(case):
        return False
    return same(case.value(sides[1]), case.gap) and _has_terms(sides[1])


def is_claim(case: Case, link: Link) -> bool:
    """Whether a link says what is to be proved, whatever its sides look like."""
    sides = low_high(link)
    if sides is None:
        return False
    low, high = (case.value(side) for side in sides)
    return same(low, case.left) and same(high, case.right)
