"""The nouns of the grader: one frozen type for what passes from each stage to the next.

    Submission ─read→ Answers ─observe→ Observation ─measure→ Evidence ─score→ Scorecard ─report→ …

Every stage is a function from one of these values to the next, so each can be stored, compared and
re-run on its own. Nothing here reads a file, runs code or knows a rubric. Points are `Decimal`,
never floats, so that sums are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal, NewType, TypeAlias

import msgspec

Part = NewType("Part", str)
"""One lettered part of the homework, such as ``2b``."""

ItemId = NewType("ItemId", str)
"""One rubric item, such as ``2b.affine``; the part is what stands before the dot."""

VerdictName: TypeAlias = Literal["correct", "partial", "incorrect", "missing", "review"]
"""What an item comes to. ``review`` means that the grader cannot decide and a TA must."""


FAULT = "grader-fault"
"""Notice of a submission, and note of an item, on which the grader itself failed."""


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all types here: immutable, and strict when decoded."""


# ---------------------------------------------------------------- Submission: bytes as handed in


class Notice(Value, frozen=True):
    """Something a person should know about what was handed in.

    Attributes:
        code: stable name of the situation, such as ``file-not-utf8``.
        message: what was found, where, and what to do, in words for the student.
        blocks: whether an answer may be lost behind it, so that "missing" must not be concluded.
    """

    code: str
    message: str
    blocks: bool = False


class SubmittedFile(Value, frozen=True):
    """One regular file of a submission; `path` is relative, with forward slashes."""

    path: str
    content: bytes


class Submission(Value, frozen=True):
    """Everything that one student (or group) handed in, junk already left out."""

    name: str
    files: tuple[SubmittedFile, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over paths and contents: equal submissions have equal digests."""
        files = sorted(self.files, key=lambda file: file.path)
        return _digest(
            chunk
            for file in files
            for chunk in (file.path.encode("utf-8", "surrogatepass"), file.content)
        )

    @property
    def contents_digest(self) -> str:
        """SHA-256 over contents only: the same files under other names have the same one."""
        return _digest(sorted(file.content for file in self.files))


def _digest(chunks: Iterable[bytes]) -> str:
    summary = hashlib.sha256()
    for chunk in chunks:
        summary.update(len(chunk).to_bytes(8, "big") + chunk)
    return summary.hexdigest()


# ---------------------------------------------------------------- Answers: parsed and located


class Passage(Value, frozen=True):
    """A stretch of the student's own text that belongs to one part.

    Attributes:
        file: path inside the submission.
        line: 1-based line of the first line of `text` in that file (in the cell, for a notebook).
        cell: 1-based number of the notebook cell, or None.
        text: the text as written, with its markup.
    """

    file: str
    line: int
    text: str
    cell: int | None = None

    @property
    def where(self) -> str:
        """For people: ``hw2.tex, line 12`` or ``hw2.ipynb, cell 3, line 2``."""
        cell = f"cell {self.cell}, " if self.cell is not None else ""
        return f"{self.file}, {cell}line {self.line}"


class Answer(Value, frozen=True):
    """What a student wrote for one part, in the order in which it stands in the writeup."""

    part: Part
    passages: tuple[Passage, ...]


class Typewritten(Value, frozen=True):
    """Whether the written work was typeset with a mathematical formatting program.

    `verdict` is ``yes``, ``no``, or ``unsure`` when only a person can tell.
    """

    verdict: Literal["yes", "no", "unsure"]
    because: str


class SourceLine(Value, frozen=True):
    """Where a run of lines of a `Program`'s text comes from: line `start` on stems from `place`."""

    start: int
    place: str


class Program(Value, frozen=True):
    """One piece of Python that may be the answer to Problem 4(d).

    Attributes:
        path: file it was taken from.
        origin: for people, such as ``the code block of hw2.md, line 210``.
        text: Python source (notebook cells joined, magics already neutral).
        sources: for a text put together from several places, which line stems from where.
        siblings: the submission's other files, written next to the program when it runs.
        trouble: why it cannot be run at all (a syntax error with its line), or None.
    """

    path: str
    origin: str
    text: str
    sources: tuple[SourceLine, ...] = ()
    siblings: tuple[SubmittedFile, ...] = ()
    trouble: Notice | None = None


class Answers(Value, frozen=True):
    """A submission as read: written answers by part, programs by rank, what stood in the way.

    `programs` holds the candidates for Problem 4(d), the likeliest first.
    `unplaced` is written text that could not be assigned to any part.
    """

    written: dict[Part, Answer]
    programs: tuple[Program, ...]
    typewritten: Typewritten
    unplaced: tuple[Passage, ...] = ()
    notices: tuple[Notice, ...] = ()

    def text_of(self, part: Part) -> str:
        """What was written for a part: for people and for comparison, without places."""
        answer = self.written.get(part)
        return "\n\n".join(p.text for p in answer.passages) if answer else ""


# ---------------------------------------------------------------- Evidence: facts without points


class Finding(Value, frozen=True):
    """One fact about one rubric item, or about one aspect of it (such as a single gradient).

    Attributes:
        holds: True right, False wrong, None when the grader cannot tell.
        note: stable tag of how this was concluded, for statistics (``copied-from-autograd``).
        aspect: the aspect's id in the rubric (``W1``), or ``all`` for the whole item.
        misconception: id of the misconception that reproduces the student's numbers, if any.
        details: what the rubric's sentences may quote: ``found``, ``where``, ``witness``, …
    """

    holds: bool | None
    note: str
    aspect: str = "all"
    misconception: str | None = None
    details: dict[str, str] = {}


class Quote(Value, frozen=True):
    """The student's own lines, shown with a verdict."""

    where: str
    text: str


class Evidence(Value, frozen=True):
    """What is known about one rubric item; `answered` is False when there is nothing to judge."""

    item: ItemId
    answered: bool
    findings: tuple[Finding, ...] = ()
    quotes: tuple[Quote, ...] = ()


# ---------------------------------------------------------------- Decision: what a TA says


class Decision(Value, frozen=True):
    """A TA's points for one item of one or more students; append-only, never edited.

    Attributes:
        item: a rubric item, or ``extra_credit``: then any points mean that the work is typewritten.
        answer: digest of the answer that was looked at (`grader.rubric.decisions.answer_digest`);
            for another answer the decision does not count.
        students: to whom it applies, as in `HandIn.students`.
        points: what the item is worth now, from 0 to its maximum.
        comment: for the student, in Markdown.
        who: the TA. when: with its time zone.
    """

    item: ItemId
    answer: str
    students: tuple[str, ...]
    points: Decimal
    who: str
    when: datetime
    comment: str = ""


# ---------------------------------------------------------------- Scorecard: points and words


class Verdict(Value, frozen=True):
    """What one rubric item comes to.

    `points` is what counts now; for a review it is what the rubric's policy says, and `certain`
    is what the aspects already verified are worth. `feedback` is Markdown for the student,
    `advice` is for the TA who decides a review, and no student ever sees it.
    """

    item: ItemId
    title: str
    verdict: VerdictName
    points: Decimal
    possible: Decimal
    feedback: str
    notes: tuple[str, ...] = ()
    certain: Decimal = Decimal(0)
    visibility: str = "visible"
    advice: str = ""


class ExtraCredit(Value, frozen=True):
    """The typewritten bonus: the points it adds, and the sentence that says why (or why not)."""

    title: str
    verdict: VerdictName
    points: Decimal
    feedback: str
    visibility: str = "visible"


class Scorecard(Value, frozen=True):
    """The graded homework: one verdict per rubric item in the rubric's order."""

    verdicts: tuple[Verdict, ...]
    extra_credit: ExtraCredit
    notices: tuple[Notice, ...] = ()

    @property
    def points(self) -> Decimal:
        """Points earned, extra credit included."""
        return sum((v.points for v in self.verdicts), Decimal(0)) + self.extra_credit.points

    @property
    def possible(self) -> Decimal:
        """The maximum without extra credit."""
        return sum((v.possible for v in self.verdicts), Decimal(0))

    @property
    def has_failed(self) -> bool:
        """Whether the grader failed on some of it, for a reason of its own."""
        return any(notice.code == FAULT for notice in self.notices) or any(
            FAULT in verdict.notes for verdict in self.verdicts
        )

    @property
    def undecided(self) -> Decimal:
        """Points that wait for a TA."""
        return sum((v.possible for v in self.verdicts if v.verdict == "review"), Decimal(0))
