"""Feedback before the due date, where the rubric says so: what was found, not what is right.

Students may hand in as often as they like; an explanation of every mistake would lead them to the
reference answer step by step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from grader.model import Evidence, Scorecard, Verdict
from grader.rubric.schema import Rubric
from grader.rubric.scoring import DECIDED
from grader.rubric.wording import SHOWN_DETAIL, code_span, plain
from grader.safe_text import escaped


def explains(rubric: Rubric, due: datetime | None, now: datetime) -> bool:
    """Whether mistakes are explained at this moment; without a due date they are."""
    return rubric.assignment.explanations == "always" or due is None or now >= due


def withheld(rubric: Rubric, card: Scorecard, evidence: Sequence[Evidence]) -> Scorecard:
    """The same points; what is wrong is quoted but not explained. A TA's words stay."""
    known = {one.item: one for one in evidence}
    verdicts = tuple(_brief(rubric, one, known.get(one.item)) for one in card.verdicts)
    return msgspec.structs.replace(card, verdicts=verdicts)


def _brief(rubric: Rubric, verdict: Verdict, evidence: Evidence | None) -> Verdict:
    if verdict.verdict not in ("incorrect", "partial") or DECIDED in verdict.notes:
        return verdict
    found = dict.fromkeys(_found(evidence)) if evidence is not None else ()
    lines = [*found, rubric.assignment.withheld]
    return msgspec.structs.replace(verdict, feedback="\n\n".join(lines))


def _found(evidence: Evidence) -> Iterator[str]:
    """The student's own words behind each thing that is wrong."""
    for finding in evidence.findings:
        if finding.holds is False and (text := finding.details.get("found")):
            where = finding.details.get("where")
            yield f"You wrote {code_span(plain(text)[:SHOWN_DETAIL])}" + (
                f" ({escaped(where)})." if where else "."
            )
