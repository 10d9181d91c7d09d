"""Evidence for written answers: what stands where, and what the judges make of it.

A judge is a function from an item and the answers to evidence. It returns None when it cannot
decide and has nothing to tell; then the next one is asked, and at last the answer goes to a TA.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from grader.evidence.written.nonanswers import says_nothing
from grader.model import Answers, Evidence, Finding, ItemId, Part, Quote
from grader.reading.remarks import has_picture

LOG = logging.getLogger("grader")

Judge: TypeAlias = Callable[[ItemId, Answers], Evidence | None]
"""Decides an item that has an answer, or tells why a TA must, or leaves it to the next judge."""


def evidence(
    items: Iterable[ItemId], answers: Answers, judges: Sequence[Judge] = ()
) -> tuple[Evidence, ...]:
    """For each written item: what the first judge with an opinion says; without an answer, missing.

    “Skipped” and the like are no answer. An answer that may be lost behind something unreadable
    is never missing; text that belongs to no part is reported by the reader as such an obstacle.

    Args:
        items: the items wanted, in this order.
        answers: the submission as read.
        judges: asked in order; a later decision is preferred to an earlier review.
    """
    obstacle = _obstacle(answers)
    return tuple(_one(item, answers, obstacle, judges) for item in items)


def quotes_of(item: ItemId, answers: Answers) -> tuple[Quote, ...]:
    """The student's own lines for the part of an item."""
    answer = answers.written.get(Part(item.partition(".")[0]))
    passages = answer.passages if answer is not None else ()
    return tuple(Quote(passage.where, passage.text) for passage in passages)


def _one(
    item: ItemId, answers: Answers, obstacle: Finding | None, judges: Sequence[Judge]
) -> Evidence:
    answer = answers.written.get(Part(item.partition(".")[0]))
    if answer is not None and not says_nothing(answer.passages):
        found = _judged(item, answers, judges) or _for_a_person(item, answers)
        if not found.answered and obstacle is not None:
            return Evidence(item, True, (obstacle,), quotes_of(item, answers))
        return _without_certainty(found, answers) if _may_be_elsewhere(item, answers) else found
    if obstacle is not None:
        return Evidence(item, True, (obstacle,))
    return Evidence(item, False)


LOST: Final = frozenset(
    "writeup-division-doubtful writeup-text-unplaced writeup-input-not-read writeup-fence-open "
    "writeup-several".split()
)
"""Notices that say that a better answer may stand where it was not looked for."""


def _may_be_elsewhere(item: ItemId, answers: Answers) -> bool:
    passages = answers.written[Part(item.partition(".")[0])].passages
    return has_picture(passages) or any(n.blocks and n.code in LOST for n in answers.notices)


def _without_certainty(evidence: Evidence, answers: Answers) -> Evidence:
    """What is wrong or missing becomes a review: the right answer may stand elsewhere."""
    if evidence.answered and all(finding.holds is not False for finding in evidence.findings):
        return evidence
    doubt = Finding(None, "answer-may-be-elsewhere")
    return Evidence(evidence.item, True, (doubt,), quotes_of(evidence.item, answers))


def _judged(item: ItemId, answers: Answers, judges: Sequence[Judge]) -> Evidence | None:
    """The first decision, else the first review with something to tell, else that it is missing."""
    reviews, absent = [], None
    for judge in judges:
        found = _asked(judge, item, answers)
        if found is None:
            continue
        if not found.answered:
            absent = found
        elif all(finding.holds is not None for finding in found.findings):
            return found
        else:
            reviews.append(found)
    return reviews[0] if reviews else absent


def _asked(judge: Judge, item: ItemId, answers: Answers) -> Evidence | None:
    """A judge that fails costs this item a review, and the others nothing."""
    try:
        return judge(item, answers)
    except Exception:
        LOG.exception("judging %s failed", item)
        return Evidence(item, True, (Finding(None, "grader-fault"),), quotes_of(item, answers))


def _for_a_person(item: ItemId, answers: Answers) -> Evidence:
    return Evidence(item, True, (Finding(None, "not-decided-yet"),), quotes_of(item, answers))


def _obstacle(answers: Answers) -> Finding | None:
    """Why an answer that was not found may be there all the same."""
    for notice in answers.notices:
        if notice.blocks:
            return Finding(None, "not-readable", details={"message": notice.message})
    return None
