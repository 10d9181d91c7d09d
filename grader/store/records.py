"""What the store keeps: gradings (facts), scorecards (points), and who handed in what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from grader.evidence.code.trials import Trials
from grader.model import Answers, Evidence, ItemId, Notice, Scorecard, Typewritten, Value
from grader.reading.export import HandIn


class Run(Value, frozen=True):
    """One command that changed scores: ``regrade``, ``rescore`` or ``review``.

    Attributes:
        number: counts the commands of this store.
        command: its name. source: what it was given, such as the export's path.
        grader: version of the grader. rubric: digest of the rubric.
        at: when it began. rubrics: folder of the rubric; empty where that was not noted.
    """

    number: int
    command: str
    source: str
    grader: str
    rubric: str
    at: datetime
    rubrics: str = ""


class Facts(Value, frozen=True):
    """Evidence with what else a scorecard is made of; small, read on every rescore."""

    evidence: tuple[Evidence, ...]
    typewritten: Typewritten
    notices: tuple[Notice, ...]
    answer_digests: dict[ItemId, str]

    def about(self, item: ItemId) -> Evidence | None:
        """What is known about one item; None for the extra credit, and after a fault of ours."""
        return next((one for one in self.evidence if one.item == item), None)


class Grading(Value, frozen=True):
    """One submission, read, observed and measured; what made it stands beside it.

    Attributes:
        submission: digest of the files.
        answers: as read, without the bytes of sibling files.
        observed: the runs of each program that was run, in the order of ``answers.programs``.
        facts: evidence and what goes with it.
        observed_with, measured_with: see `grader.versions`.
        seconds: how long it took.
        sandbox: how well student code was confined, for the results' extra data.
    """

    submission: str
    answers: Answers
    observed: tuple[Trials | None, ...]
    facts: Facts
    observed_with: str
    measured_with: str
    seconds: float
    sandbox: dict[str, object] | None = None


@dataclass(frozen=True)
class Record:
    """The current state of one hand-in.

    Attributes:
        number, hand_in_number: of its scorecard and of the hand-in, in the store.
        hand_in: who and what.
        students: those of its students for whom it is the latest one.
        run: the number of the command that made its scorecard.
        grading: number of the grading behind it.
        seconds: how long grading took. sandbox: how well student code was confined.
        load_card: unpacks points and words. load_facts, load_answers: read the evidence files.
    """

    number: int
    hand_in_number: int
    hand_in: HandIn
    students: tuple[str, ...]
    rubric: str
    run: int
    grading: int
    observed_with: str
    measured_with: str
    seconds: float
    sandbox: dict[str, object] | None
    load_card: Callable[[], Scorecard]
    load_facts: Callable[[], Facts]
    load_answers: Callable[[], Answers]

    @cached_property
    def card(self) -> Scorecard:
        """Points and words."""
        return self.load_card()

    @cached_property
    def facts(self) -> Facts:
        """Evidence and what goes with it."""
        return self.load_facts()

    @cached_property
    def answers(self) -> Answers:
        """The submission as read."""
        return self.load_answers()
