"""What a TA is shown about a group, whatever shows it: lines, findings, and what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from grader.model import Answers, Decision, ItemId, Passage, Value
from grader.reviewing.queue import Entry, Group
from grader.rubric import Rubric
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.schema import RubricItem, part_of
from grader.rubric.wording import Wording
from grader.safe_text import counted, escaped, points_text, printable
from grader.scoring import teaching
from grader.store import Record


def people(record: Record) -> str:
    """Who handed it in: the names that are known, with what identifies each in the exports."""
    known = {
        student: submitter.name
        for student, submitter in zip(
            record.hand_in.students, record.hand_in.submitters, strict=False
        )
        if submitter.name != student
    }
    named = (f"{known[s]} ({s})" if known.get(s) else s for s in record.students)
    return printable(", ".join(named))


def where(record: Record) -> str:
    """The submission's own name, where the students are not called by it already."""
    name = record.hand_in.name
    return "" if record.students == (name,) else printable(name)


def heads(entries: Sequence[Entry]) -> str:
    """``4 students in 3 submissions``; how many of each there are."""
    students = counted(sum(len(entry.record.students) for entry in entries), "student")
    submissions = counted(len(entries), "submission")
    same = students.split()[0] == submissions.split()[0]
    return students if same else f"{students} in {submissions}"


class Found(Value, frozen=True):
    """One thing that the grader says: it holds, it does not, or (None) it cannot tell."""

    holds: bool | None
    text: str


class Code(Passage, frozen=True):
    """A program; `file` says for people where it stands."""

    @property
    def where(self) -> str:
        """Where it stands; its lines are its own."""
        return self.file


class Variant(NamedTuple):
    """One wording of the answers of a group, with those who wrote it."""

    passages: tuple[Passage, ...]
    entries: tuple[Entry, ...]


def passages(answers: Answers, item: ItemId) -> tuple[Passage, ...]:
    """The text that an item is about: its part, the programs, or everything written."""
    if item == EXTRA_CREDIT:
        return tuple(p for answer in answers.written.values() for p in answer.passages)
    if item.startswith("4d."):
        return tuple(Code(one.origin, 1, one.text) for one in answers.programs)
    answer = answers.written.get(part_of(item))
    return answer.passages if answer is not None else ()


def variants(entries: Sequence[Entry]) -> list[Variant]:
    """The different wordings among entries, the most frequent one first."""
    by_answer: dict[str, list[Entry]] = {}
    for entry in entries:
        by_answer.setdefault(entry.answer, []).append(entry)
    return [
        Variant(passages(few[0].record.answers, few[0].item), tuple(few))
        for few in sorted(by_answer.values(), key=len, reverse=True)
    ]


def found(rubric: Rubric, entry: Entry) -> list[Found]:
    """What the grader could verify about an entry and what not, in Markdown."""
    if entry.item == EXTRA_CREDIT:
        return [Found(None, escaped(entry.record.facts.typewritten.because))]
    evidence = entry.evidence
    if evidence is None:
        return [Found(None, "The grader failed on this submission.")]
    if not evidence.answered:
        return [Found(False, "Nothing was found for this item.")]
    wording = Wording(rubric, _item(rubric, entry.item), teaching(), entry.item)
    return [Found(holds, text) for holds, text in wording.told(evidence)]


def _item(rubric: Rubric, item: ItemId) -> RubricItem:
    return next(one for one in rubric.items if one.item == item)


def advice(rubric: Rubric, item: ItemId) -> str:
    """The rubric's word on what is accepted, also where nothing waits."""
    if item == EXTRA_CREDIT:
        return "LaTeX, Markdown and other mathematical formatting programs; no Word, no scans."
    return _item(rubric, item).advice


def span(entries: Sequence[Entry]) -> str:
    """What is already verified, in points; from … to … where it differs."""
    certain = sorted({entry.verdict.certain for entry in entries})
    ends = [points_text(certain[0]), points_text(certain[-1])]
    return ends[0] if len(certain) == 1 else f"{ends[0]} to {ends[1]}"


# ---------------------------------------------------------------- for programs


class ListedMember(Value, frozen=True):
    """One hand-in of a group; `answer` is the digest that decisions name."""

    name: str
    students: tuple[str, ...]
    answer: str
    verdict: str
    points: Decimal
    certain: Decimal
    decision: Decision | None = None


class ListedAnswer(Value, frozen=True):
    """A stretch of the student's text, and where it stands."""

    where: str
    text: str


class Listed(Value, frozen=True):
    """One group of ``grader review --json``; `found` is in Markdown and about the first member."""

    group: str
    item: ItemId
    title: str
    possible: Decimal
    yes_or_no: bool
    advice: str
    found: list[Found]
    answers: list[ListedAnswer]
    members: list[ListedMember]
    suggestions: tuple[Decision, ...] = ()


def listed(rubric: Rubric, groups: Sequence[Group]) -> Iterator[Listed]:
    """The groups as programs read them: those members that are to be decided."""
    for group in groups:
        first = group.shown[0]
        texts = passages(first.record.answers, group.item)
        yield Listed(
            group=group.key,
            item=group.item,
            title=first.verdict.title,
            possible=group.possible,
            yes_or_no=group.item == EXTRA_CREDIT,
            advice=advice(rubric, group.item),
            found=found(rubric, first),
            answers=[ListedAnswer(one.where, one.text) for one in texts],
            members=[_member(entry) for entry in group.shown],
            suggestions=group.suggestions,
        )


def _member(entry: Entry) -> ListedMember:
    verdict = entry.verdict
    return ListedMember(
        name=entry.record.hand_in.name,
        students=entry.record.students,
        answer=entry.answer,
        verdict=verdict.verdict,
        points=verdict.points,
        certain=verdict.certain,
        decision=entry.decision,
    )
