"""From evidence to a scorecard: points by aspect, verdicts, and the undecided policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from grader.model import (
    Decision,
    Evidence,
    ExtraCredit,
    Finding,
    ItemId,
    Notice,
    Part,
    Scorecard,
    Typewritten,
    Verdict,
    VerdictName,
)
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.schema import Rubric, RubricItem, part_of
from grader.rubric.wording import Wording, decided_words
from grader.safe_text import escaped

CENT = Decimal("0.01")
NO_EVIDENCE = Finding(None, "grader-fault")
DECIDED = "decided-by-ta"
"""Note of an item whose points are a TA's."""


def score(  # noqa: PLR0913, PLR0917 - all that decides about points
    rubric: Rubric,
    evidence: Sequence[Evidence],
    typewritten: Typewritten,
    notices: Sequence[Notice] = (),
    teaching: Mapping[str, str] | None = None,
    decisions: Mapping[ItemId, Decision] | None = None,
) -> Scorecard:
    """The graded homework.

    Args:
        rubric: points and words.
        evidence: what is known; an item without evidence goes to review, as a fault of ours.
        typewritten: decides the extra credit.
        notices: passed on to the student.
        teaching: the reference's sentence for each misconception.
        decisions: what TAs decided about this very answer; it beats whatever is found here.
    """
    decided = decisions or {}
    known = {one.item: one for one in evidence}
    showing = _showing_quotes(rubric, known)
    found = (
        _verdict(rubric, item, known.get(item.item), teaching or {}, showing)
        for item in rubric.items
    )
    verdicts = tuple(
        _decided(rubric, verdict, decided[verdict.item]) if verdict.item in decided else verdict
        for verdict in found
    )
    extra = _extra_credit(rubric, verdicts, typewritten, decided.get(EXTRA_CREDIT))
    return Scorecard(verdicts, extra, tuple(notices))


def _showing_quotes(rubric: Rubric, known: Mapping[ItemId, Evidence]) -> dict[Part, ItemId]:
    """For every part the item that shows the student's lines: its first one under review."""
    showing: dict[Part, ItemId] = {}
    for item in rubric.items:
        evidence = known.get(item.item)
        if evidence is not None and evidence.quotes and verdict_name(evidence) == "review":
            showing.setdefault(part_of(item.item), item.item)
    return showing


def _verdict(
    rubric: Rubric,
    item: RubricItem,
    evidence: Evidence | None,
    teaching: Mapping[str, str],
    showing: Mapping[Part, ItemId],
) -> Verdict:
    evidence = evidence or Evidence(item.item, True, (NO_EVIDENCE,))
    name = verdict_name(evidence)
    certain = _certain(item, evidence)
    points = _undecided_points(rubric, item, certain) if name == "review" else certain
    if name in ("incorrect", "partial"):
        name = "partial" if points > 0 else "incorrect"
    wording = Wording(rubric, item, teaching, showing.get(part_of(item.item), item.item))
    return Verdict(
        item=item.item,
        title=item.title,
        verdict=name,
        points=points,
        possible=item.points,
        feedback=wording.feedback(name, evidence),
        notes=tuple(dict.fromkeys(tag for f in evidence.findings for tag in _tags(f))),
        certain=certain,
        visibility=item.visibility or rubric.assignment.visibility,
        advice=item.advice if name == "review" else "",
    )


def _decided(rubric: Rubric, found: Verdict, decision: Decision) -> Verdict:
    """The verdict with a TA's points; a rubric that has become poorer caps them."""
    points = min(decision.points, found.possible)
    partly: VerdictName = "partial" if points else "incorrect"
    return msgspec.structs.replace(
        found,
        verdict="correct" if points == found.possible else partly,
        points=points,
        certain=points,
        feedback=decided_words(rubric, points, found.possible, decision.comment),
        notes=(*found.notes, DECIDED),
        advice="",
    )


def verdict_name(evidence: Evidence) -> VerdictName:
    """What the findings come to, before deductions are counted."""
    if not evidence.answered:
        return "missing"
    if not evidence.findings or any(finding.holds is None for finding in evidence.findings):
        return "review"
    if all(finding.holds for finding in evidence.findings):
        return "correct"
    return "partial" if any(finding.holds for finding in evidence.findings) else "incorrect"


def _tags(finding: Finding) -> tuple[str, ...]:
    return (finding.misconception,) if finding.misconception else (finding.note,)


def _certain(item: RubricItem, evidence: Evidence) -> Decimal:
    """Points of the aspects that are verified, less what mistakes cost."""
    right = sum((_whole(item, f) for f in evidence.findings if f.holds), Decimal(0))
    total = right + _forgiven(item, evidence.findings)
    return min(total, item.points).quantize(CENT, ROUND_HALF_UP)


def _whole(item: RubricItem, finding: Finding) -> Decimal:
    """What the finding's aspect is worth."""
    if finding.aspect in item.aspects and (weights := sum(item.aspects.values())):
        return item.points * item.aspects[finding.aspect] / weights
    return item.points


def _forgiven(item: RubricItem, findings: Sequence[Finding]) -> Decimal:
    """What wrong aspects earn all the same: a mistake with a deduction costs that, and once."""
    worth: dict[str, Decimal] = {}
    for finding in findings:
        mistake = finding.misconception or finding.note
        if finding.holds is False and mistake in item.deductions:
            worth[mistake] = worth.get(mistake, Decimal(0)) + _whole(item, finding)
    return sum(
        (max(whole - item.deductions[mistake], Decimal(0)) for mistake, whole in worth.items()),
        Decimal(0),
    )


def _undecided_points(rubric: Rubric, item: RubricItem, certain: Decimal) -> Decimal:
    policy = rubric.assignment.undecided.points
    return {"certain": certain, "none": Decimal(0), "full": item.points}[policy]


def _extra_credit(
    rubric: Rubric,
    verdicts: Sequence[Verdict],
    typewritten: Typewritten,
    decision: Decision | None,
) -> ExtraCredit:
    """`percent` of the points earned or of the maximum, when the work is typewritten."""
    if decision is not None:
        told = decision.comment or "a TA has looked at it"
        typewritten = Typewritten("yes" if decision.points else "no", told)
    rule = rubric.assignment.extra_credit
    base = sum((v.points if rule.of == "earned" else v.possible for v in verdicts), Decimal(0))
    bonus = (base * rule.percent / 100).quantize(CENT, ROUND_HALF_UP)
    verdict: VerdictName = {"yes": "correct", "no": "incorrect", "unsure": "review"}[  # type: ignore[assignment]
        typewritten.verdict
    ]
    sentence = {"yes": rule.yes, "no": rule.no, "unsure": rule.unsure}[typewritten.verdict]
    return ExtraCredit(
        title=rule.title,
        verdict=verdict,
        points=bonus if typewritten.verdict == "yes" else Decimal(0),
        feedback=sentence.format(
            because=_as_sentence(typewritten.because), percent=f"{rule.percent:f}"
        ),
        visibility=rubric.assignment.visibility,
    )


def _as_sentence(clause: str) -> str:
    """The reason, with a capital and a full stop, and without markup from file names."""
    text = escaped(clause)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
