"""“(…)” in brackets for what was written before: tx₁² + (1−t)x₂² − (…) = t(1−t)(x₁ − x₂)²."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from grader.evidence.proofs.chains import Sampled, links
from grader.evidence.proofs.lines import Argument, Line, Side
from grader.formulas import expression as e
from grader.formulas.rewriting import replaced

_BRACKETS: Final = re.compile(
    r"[(\[]\s*(?:\\[lcd]?dots[a-z]?|\.\.\.|…|⋯)\s*(?:\\right|\\[bB]igg?r?)?\s*[)\]]"
)


def with_repeated(item: str, found: Argument, earlier: Sequence[Line]) -> Argument:
    """The argument with “(…)” read as the end, or the start, of the chain before, if that holds."""
    for number, line in enumerate(found.lines):
        if number == 0 or not any(_repeats(side) for side in line.sides):
            continue
        for member in _members(found.lines[number - 1]):
            sides = tuple(_filled(side, member) for side in line.sides)
            lines = list(found.lines)
            lines[number] = replace(line, sides=sides)
            if _holds(Sampled(item, lines, earlier), number):
                found = replace(found, lines=tuple(lines))
                break
    return found


def _repeats(side: Side) -> bool:
    return side.expression is not None and bool(_BRACKETS.search(side.text))


def _members(line: Line) -> Iterator[e.Expression]:
    for side in (line.sides[-1], line.sides[0]):
        if side.expression is not None:
            yield side.expression


def _filled(side: Side, member: e.Expression) -> Side:
    if not _repeats(side) or side.expression is None:
        return side
    return replace(side, expression=replaced(side.expression, e.Dots(), member))


def _holds(sampled: Sampled, number: int) -> bool:
    return all(link.state == "holds" for link in links(sampled) if link.number == number)
