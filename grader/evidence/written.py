"""Evidence for written answers: what stands where. Judging them is a later stage's work."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import Answers, Evidence, Finding, ItemId, Part, Quote


def evidence(items: Iterable[ItemId], answers: Answers) -> tuple[Evidence, ...]:
    """For each written item: its answer goes to a TA; without an answer it is missing.

    An answer that may be lost behind something unreadable is never missing; text that belongs to
    no part is reported by the reader as such an obstacle.
    """
    obstacle = _obstacle(answers)
    return tuple(_one(item, answers, obstacle) for item in items)


def _one(item: ItemId, answers: Answers, obstacle: Finding | None) -> Evidence:
    answer = answers.written.get(Part(item.partition(".")[0]))
    if answer is not None:
        quotes = tuple(Quote(passage.where, passage.text) for passage in answer.passages)
        return Evidence(item, True, (Finding(None, "not-decided-yet"),), quotes)
    if obstacle is not None:
        return Evidence(item, True, (obstacle,))
    return Evidence(item, False)


def _obstacle(answers: Answers) -> Finding | None:
    """Why an answer that was not found may be there all the same."""
    for notice in answers.notices:
        if notice.blocks:
            return Finding(None, "not-readable", details={"message": notice.message})
    return None
