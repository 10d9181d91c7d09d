"""Written formulas against the reference: which one answers an item, and what it is equal to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from grader.evidence.mathematics import problem1, problem2, problem4
from grader.evidence.mathematics.absence import is_absent
from grader.evidence.mathematics.examining import Question
from grader.evidence.mathematics.judging import Ruling
from grader.evidence.mathematics.workbook import Workbook
from grader.evidence.written import quotes_of
from grader.model import Answers, Evidence, ItemId, Part

_PROBLEMS: Final[dict[str, Callable[[str, Workbook], Ruling | None]]] = {
    "1": problem1.judge,
    "2": problem2.judge,
    "4": problem4.judge,
}


def questions() -> tuple[Question[Any], ...]:
    """All items whose answer is one value, with the instances on which formulas are compared."""
    return (*problem1.questions(), *problem2.questions(), *problem4.questions())


def judge(answers: Answers) -> Callable[[ItemId, Answers], Evidence | None]:
    """A judge for the formula items of one submission, which is read once for all of them."""
    books: list[Workbook] = []

    def evidence(item: ItemId, _: Answers) -> Evidence | None:
        rule = _PROBLEMS.get(item[0])
        if rule is None:
            return None
        if not books:  # read with the first item, so that a fault costs items and not the grade
            books.append(Workbook(answers))
        found = rule(item, books[0])
        if found is None:
            return Evidence(item, answered=False) if is_absent(item, books[0]) else None
        if found.holds is False and books[0].guesses_X(Part(item.partition(".")[0])):
            found = Ruling(None, "formula-unclear", details=found.details)
        quotes = quotes_of(item, answers) if found.holds is None else ()
        return Evidence(item, answered=True, findings=(found.finding(),), quotes=quotes)

    return evidence
