"""3d.counterexample: do the student's (x₁, x₂, t) violate the definition of convexity?

Any triple counts for which f(tx₁ + (1−t)x₂) exceeds the chord, whatever numbers are printed beside
it; a number that is clearly wrong is pointed out. At (0, 2π, ½) both sides are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from grader.evidence.proofs.chains import ORDERS
from grader.evidence.proofs.lines import Argument, Line, argument
from grader.evidence.proofs.triples import Triple, is_unread, number, outside, triples
from grader.evidence.written import quotes_of
from grader.formulas import expression as e
from grader.model import Answers, Evidence, Finding, ItemId, Part
from reference import problem3
from reference.problem3 import VIOLATION_MARGIN, Instance

ITEM: Final = ItemId("3d.counterexample")

SMALL_EXCESS: Final = 1e-2
"""Below, a violation may come from rounding 2π to 6.28: a person looks at it."""

WRONG_NUMBER: Final = 2e-2
"""A printed value of f that is further from f than this is a slip, not rounding."""

_NOT_CONVEX: Final = re.compile(
    r"\b(?:not|isn'?t|non|never|cannot be|n'est pas|nicht|no es|non è)\b[- ]?\s?(?:a\s)?"
    r"(?:strictly\s)?(?:§\s)?(?:convex|konvex|convessa|convexa)|non-?convex|violat|broken|breaks"
    r"|inequality (?:§ )?(?:fails|is false|does)|does(?: not|n'?t) hold|fails?\b|counter-?example"
    r"|contradict|above the (?:chord|line)|larger|\bnot (?:true|satisfied|fulfilled|the case|met)\b"
    r"|\b(?:which|this|that) is (?:clearly )?(?:false|wrong|impossible|absurd|untrue)\b",
    re.IGNORECASE,
)
_CONVEX: Final = re.compile(
    r"\b(?:is|function) (?:indeed |therefore |thus )?convex\b", re.IGNORECASE
)


def judge(item: ItemId, answers: Answers) -> Evidence | None:
    """Evidence for 3d.counterexample; None when there is no triple to judge."""
    if item != ITEM or Part("3d") not in answers.written:
        return None
    found = argument(Part("3d"), answers)
    finding = _finding(found, answers) if found is not None else None
    if finding is None:
        return None
    quotes = quotes_of(item, answers) if finding.holds is None else ()
    return Evidence(item, True, (finding,), quotes)


def _finding(found: Argument, answers: Answers) -> Finding | None:
    every = triples(found, answers.written[Part("3d")].passages)
    concludes = _concludes(found) or any(
        _is_compared(found, triple) or _is_shown(found, triple) for triple in every
    )
    if not every:
        is_outside = outside(found)
        return Finding(None, "counterexample-weight-outside") if is_outside else None
    valid = [triple for triple in every if triple.excess > VIOLATION_MARGIN]
    if valid:
        return _valid(found, valid, concludes=concludes)
    if any(triple.swapped.excess > VIOLATION_MARGIN for triple in every) or outside(found):
        return Finding(None, "counterexample-weights-swapped", details=_details(every[0]))
    if is_unread(found) or not any(triple.is_given for triple in every):
        return Finding(None, "counterexample-not-certain", details=_details(every[-1]))
    return _invalid(found, [triple for triple in every if triple.is_given])


def _concludes(found: Argument) -> bool:
    """Whether the violation is stated: in words, or as f(…) > chord."""
    return bool(_NOT_CONVEX.search(found.prose)) and not _says_convex(found)


def _is_compared(found: Argument, triple: Triple) -> bool:
    """Whether f(…) > chord is stated, with numbers near those of the triple."""
    for line in found.lines:
        for place, relation in enumerate(line.relations):
            if relation not in ORDERS:
                continue
            ends = [number(side.expression) for side in line.sides[place : place + 2]]
            low, high = ends if ORDERS[relation] > 0 else reversed(ends)
            if low is None or high is None:
                continue
            near = (abs(low - triple.chord), abs(high - problem3.f(triple.middle)))
            if max(near) < WRONG_NUMBER and triple.excess > VIOLATION_MARGIN:
                return True
    return False


def _is_shown(found: Argument, triple: Triple) -> bool:
    """Whether both numbers of a violation are printed, without a sign or a word about them."""
    if any(relation in ORDERS for line in found.lines for relation in line.relations):
        return False
    printed = [
        side.expression.value
        for line in found.lines
        for side in line.sides
        if isinstance(side.expression, e.Number)
    ]
    wanted = (problem3.f(triple.middle), triple.chord)
    near = (any(abs(one - value) < WRONG_NUMBER for one in printed) for value in wanted)
    return triple.excess > SMALL_EXCESS and all(near)


def _says_convex(found: Argument) -> bool:
    return bool(_CONVEX.search(found.prose)) and not re.search(
        r"not|n't|non|no\b", found.prose, re.IGNORECASE
    )


def _valid(found: Argument, valid: Sequence[Triple], *, concludes: bool) -> Finding:
    best = max(valid, key=lambda triple: triple.excess)
    details = _details(best)
    if not concludes or _says_convex(found):
        return Finding(None, "counterexample-without-conclusion", details=details)
    if best.excess < SMALL_EXCESS:
        return Finding(None, "counterexample-close", details=details)
    slip = next(_slips(found), None)
    if slip is not None:
        return Finding(True, "counterexample-with-a-slip", details={**details, **slip})
    return Finding(True, "counterexample-valid", details=details)


def _invalid(found: Argument, every: Sequence[Triple]) -> Finding:
    first = every[-1]
    is_equal = abs(first.excess) <= VIOLATION_MARGIN
    note = "counterexample-is-equality" if is_equal else "counterexample-does-not-violate"
    mistake = None if is_equal else _misconception(found, every)
    details = _details(first)
    slip = next(_slips(found), None)
    return Finding(False, note, misconception=mistake, details={**details, **(slip or {})})


def _details(triple: Triple) -> dict[str, str]:
    """The numbers, for the sentence."""
    return {
        "triple": f"({triple.x1:.4g}, {triple.x2:.4g}, {triple.t:.4g})",
        "middle": f"{triple.middle:.4g}",
        "value": f"{problem3.f(triple.middle):.4f}",
        "chord": f"{triple.chord:.4f}",
    }


# ---------------------------------------------------------------- printed numbers


def _slips(found: Argument) -> Iterator[dict[str, str]]:
    """Printed values of f at a number that are not the value of f there."""
    for line in found.lines:
        calls = [_argument_of(side.expression) for side in line.sides]
        for place, at in enumerate(calls):
            if at is None:
                continue
            for other in _equal_numbers(line, place):
                if abs(other - problem3.f(at)) > WRONG_NUMBER * (1 + abs(other)):
                    yield {
                        "slip": f"f({at:.4g}) = {other:.4g}",
                        "right": f"{problem3.f(at):.4f}",
                        "where": line.sides[place].where,
                    }


def _argument_of(node: e.Expression | None) -> float | None:
    call = node.call if isinstance(node, e.Either) else node
    if isinstance(call, e.Call) and call.function == e.Symbol("f"):
        return number(call.arguments[0])
    return None


def _equal_numbers(line: Line, place: int) -> Iterator[float]:
    """The plain numbers that follow a member with = or ≈."""
    for relation, side in zip(line.relations[place:], line.sides[place + 1 :], strict=True):
        if relation not in ("=", "≈"):
            return
        if isinstance(side.expression, e.Number):
            yield side.expression.value


def _misconception(found: Argument, every: Sequence[Triple]) -> str | None:
    """The mistake of the reference that leads to the printed excess, if that is wrong."""
    printed = [
        one
        for one in _printed_excesses(found)
        if all(abs(one - abs(triple.excess)) > CLOSE_EXCESS for triple in every)
    ]
    for mistake in problem3.MISCONCEPTIONS:
        if ITEM not in mistake.items:
            continue
        for triple in every:
            excess = mistake.expected(_instance(triple))
            if isinstance(excess, float) and any(abs(excess - p) < CLOSE_EXCESS for p in printed):
                return mistake.id
    return None


CLOSE_EXCESS: Final = 2e-3
"""Differences of numbers printed with three digits."""


def _printed_excesses(found: Argument) -> Iterator[float]:
    for line in found.lines:
        for place, relation in enumerate(line.relations):
            order = ORDERS.get(relation)
            low, high = (number(side.expression) for side in line.sides[place : place + 2])
            printed = [s.expression for s in line.sides[place : place + 2]]
            is_printed = any(isinstance(node, e.Number) for node in printed)
            if order is not None and low is not None and high is not None and is_printed:
                yield abs(_as_printed(line, place) - _as_printed(line, place + 1))


def _as_printed(line: Line, place: int) -> float:
    """A member's number as the student printed it: beside f(60) stands 30.866."""
    node = line.sides[place].expression
    if isinstance(node, e.Number):
        return node.value
    numbers = list(_equal_numbers(line, place))
    value = number(node)
    return numbers[0] if numbers else (value if value is not None else float("nan"))


def _instance(triple: Triple) -> Instance:
    base = problem3.instances()[0]
    return Instance(
        x1=triple.x1, x2=triple.x2, t=triple.t, b=base.b, w1=base.w1, w2=base.w2, X=base.X, y=base.y
    )
