"""Written formulas against the reference: which formula answers an item, and what it is equal to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from grader.evidence.mathematics import problem1, problem2, problem4
from grader.evidence.mathematics.judging import Ruling
from grader.evidence.mathematics.workbook import Workbook
from grader.model import Answers, Evidence, ItemId

_PROBLEMS: Final[dict[str, Callable[[str, Workbook], Ruling | None]]] = {
    "1": problem1.judge,
    "2": problem2.judge,
    "4": problem4.judge,
}


def judge(answers: Answers) -> Callable[[ItemId, Answers], Evidence | None]:
    """A judge for the formula items of one submission, which is read once for all of them."""
    book = Workbook(answers)

    def evidence(item: ItemId, _: Answers) -> Evidence | None:
        rule = _PROBLEMS.get(item[0])
        found = rule(item, book) if rule is not None else None
        if found is None:
            return None
        return Evidence(item, answered=True, findings=(found.finding(),))

    return evidence
