"""A whole class into the store: `regrade` runs what has changed, `rescore` only counts anew.

Every submission is stored as soon as it is finished, so that a run that was stopped, in whatever
way, goes on where it was when the command is given again.
"""

from __future__ import annotations

import functools
import multiprocessing
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from grader.cores import deaf_to_ctrl_c
from grader.model import Notice, Program, Scorecard
from grader.reading.export import Entry, Export, HandIn
from grader.reports.changes import moved_items
from grader.rubric import Rubric, load_rubric
from grader.rubric.decisions import answer_digests, applying
from grader.safe_text import counted
from grader.scoring import scored
from grader.store import Grading, Record, Run, Store
from grader.store.records import Facts
from grader.versions import measured_with, observed_with

if TYPE_CHECKING:  # all of judging stands behind these, which counting anew does not need
    from grader.pipeline import Graded
    from grader.pool import Job

FAILED = "failed"
"""Stands for the version that observed when it failed: such a grading is not used again."""

MANY = 8
"""From so many submissions on, measuring them anew is worth starting processes for."""

Grade: TypeAlias = "Callable[[Sequence[Job[str]]], Iterator[tuple[str, Graded]]]"
"""How submissions, each with its digest, are graded: here in processes, or in a cluster."""


Advance: TypeAlias = Callable[[str], None]
"""Is told of each submission that is done, in words for people."""


@dataclass
class Outcome:
    """What a command came to, in numbers of submissions.

    Attributes:
        graded: were run. unchanged: were taken from the store.
        measured: were taken from the store and judged anew, without running anything.
        fresh: had no scores before. moved: had other points or verdicts. fell: a higher score.
        faults: could not be graded for a reason of ours.
        outdated: were read or run by another version of the grader.
        complaint: what student code could reach although it must not, or empty.
        notices: what is to be said about the export itself.
    """

    run: Run
    graded: int = 0
    unchanged: int = 0
    measured: int = 0
    fresh: int = 0
    moved: int = 0
    fell: int = 0
    faults: int = 0
    outdated: int = 0
    complaint: str = ""
    notices: tuple[Notice, ...] = ()

    def count(self, before: Scorecard | None, after: Scorecard) -> None:
        """Whether a submission's scores are what they were before this command."""
        if before is None:
            self.fresh += 1
        elif moved_items(before, after):
            self.moved += 1
            self.fell += after.points < before.points


def regrade(  # noqa: PLR0913 - what the command's options say
    store: Store,
    export: Export,
    rubric: Rubric,
    grade: Grade,
    *,
    workers: int = 1,
    again: bool = False,
    advance: Callable[[int], Advance] = lambda _total: lambda _words: None,
) -> Outcome:
    """Grade an export into the store; what is there already and unchanged is not run again.

    Args:
        store: opened for writing.
        export: the class, from `open_export`.
        rubric: by which it is counted.
        grade: how submissions are graded.
        workers: processes for measuring anew.
        again: also run what is unchanged.
        advance: takes the number of submissions; what it returns is told each that is done.
    """
    run = store.begin("regrade", export.source, rubric.digest, rubric.folder)
    outcome = Outcome(run, notices=export.notices)
    keeper = _Keeper(store, rubric, outcome, advance(len(export.entries)), _before(store, run))
    since = run.number if again else 0
    new: dict[str, list[HandIn]] = {}
    jobs: list[Job[str]] = []
    stale: list[_Stored] = []
    for entry in export.entries:
        hand_in = _identified(entry)
        digest = hand_in.submission
        if known := store.find_grading(digest, observed_with(), since):
            stored = _Stored(store.add_hand_in(run, hand_in), hand_in, *known)
            stale += keeper.keep_known([stored])
        else:
            jobs += [] if digest in new else [(digest, entry.load)]
            new.setdefault(digest, []).append(hand_in)
    keeper.keep_measured(stale, workers)
    for digest, result in grade(jobs):
        keeper.keep_graded(new[digest], result)
    store.finish(run)
    return keeper.outcome


def rescore(
    store: Store,
    rubric: Rubric,
    *,
    workers: int = 1,
    advance: Callable[[int], Advance] = lambda _total: lambda _words: None,
) -> Outcome:
    """Count everything in the store anew, with this rubric and with all decisions.

    Runs no student code. Where tolerances, claims or our own judging have changed, the stored
    answers and observations are measured again.
    """
    run = store.begin("rescore", rubric.folder, rubric.digest, rubric.folder)
    records = store.records()
    keeper = _Keeper(store, rubric, Outcome(run), advance(len(records)), _before(store, run))
    keeper.outcome.outdated = sum(one.observed_with != observed_with() for one in records)
    stored = [
        _Stored(one.hand_in_number, one.hand_in, one.grading, one.measured_with) for one in records
    ]
    with store.writing():
        stale = keeper.keep_known(stored)
    keeper.keep_measured(stale, workers)
    store.finish(run)
    return keeper.outcome


def _before(store: Store, run: Run) -> Mapping[str, Record]:
    """What each student had before the run."""
    records = store.records(before=run.number)
    return {student: record for record in records for student in record.students}


def counted_with_another(
    store: Store, rubric: Rubric, records: Sequence[Record], *command: str
) -> str:
    """That scores were counted with another rubric than this one, and `command` that keeps it.

    Empty where all were counted with this one.
    """
    others = [one.rubric for one in records if one.rubric != rubric.digest]
    if not others:
        return ""
    scores = f"{counted(len(others), 'score')} {'was' if len(others) == 1 else 'were'} counted with"
    folder = store.rubric_folder(others[-1])
    if folder == rubric.folder:
        return f"{scores} the rubric in {folder} as it was before it was edited."
    if not folder:
        return f"{scores} another rubric than the one in {rubric.folder}."
    return (
        f"{scores} the rubric in {folder}, not with the one in {rubric.folder}. "
        f"To keep that: `{spelled(store, folder, *command)}`."
    )


def spelled(store: Store, rubrics: str, *command: str) -> str:
    """A command on a store with a rubric, as one types it."""
    return shlex.join(["grader", *command, "--store", str(store.folder), "--rubrics", rubrics])


def _identified(entry: Entry) -> HandIn:
    return msgspec.structs.replace(entry.hand_in, submission=entry.load().digest)


class _Stored(NamedTuple):
    """A hand-in whose submission has been graded before."""

    hand_in_number: int
    hand_in: HandIn
    grading: int
    measured_with: str


class _Keeper:
    """Puts results into the store as they come, and counts them."""

    def __init__(
        self,
        store: Store,
        rubric: Rubric,
        outcome: Outcome,
        advance: Advance,
        before: Mapping[str, Record],
    ) -> None:
        self.outcome = outcome
        self._store = store
        self._rubric = rubric
        self._advance = advance
        self._waiting = 0
        self._before = before
        self._decisions = list(store.decisions().values())
        self._measured_with = measured_with(rubric)

    def keep_graded(self, hand_ins: Sequence[HandIn], result: Graded) -> None:
        """A submission that has just been graded, for everyone who handed these files in."""
        grading = _grading(result, self._measured_with)
        self.outcome.graded += len(hand_ins)
        self.outcome.faults += len(hand_ins) * (grading.observed_with == FAILED)
        if result.protection is not None and result.protection.complaint:
            self.outcome.complaint = result.protection.complaint
        with self._store.writing():
            stored = self._store.add_grading(self.outcome.run, grading)
            for hand_in in hand_ins:
                number = self._store.add_hand_in(self.outcome.run, hand_in)
                self._keep(number, hand_in, stored, grading.facts, "graded")

    def keep_known(self, stored: Iterable[_Stored]) -> list[_Stored]:
        """Score what has been measured by this version; the others are left over."""
        stale = []
        for one in stored:
            if one.measured_with != self._measured_with:
                stale.append(one)
                continue
            self.outcome.unchanged += 1
            facts = self._store.load_facts(one.grading)
            self._keep(one.hand_in_number, one.hand_in, one.grading, facts, "unchanged")
        return stale

    def keep_stored(self, record: Record) -> None:
        """Score what is stored, whichever version measured it."""
        self._keep(record.hand_in_number, record.hand_in, record.grading, record.facts, "decided")

    def keep_measured(self, stale: Sequence[_Stored], workers: int) -> None:
        """Measure stored answers and observations anew; nothing of a student's is run."""
        for one, facts in _measured(stale, self._store.folder, Path(self._rubric.folder), workers):
            self.outcome.measured += 1
            run = self.outcome.run
            with self._store.writing():
                grading = self._store.measured_anew(run, one.grading, facts, self._measured_with)
                self._keep(one.hand_in_number, one.hand_in, grading, facts, "measured anew")

    def _keep(self, number: int, hand_in: HandIn, grading: int, facts: Facts, how: str) -> None:
        decisions = applying(self._decisions, hand_in.students, facts.answer_digests)
        card = scored(self._rubric, facts.evidence, facts.typewritten, facts.notices, decisions)
        self._store.add_card(self.outcome.run, number, grading, card, decisions)
        before = self._before.get(hand_in.students[0])
        self.outcome.count(before.card if before is not None else None, card)
        self._waiting += sum(verdict.verdict == "review" for verdict in card.verdicts)
        self._advance(f"{hand_in.name} {how}; {self._waiting} items wait for review")


def decided_anew(store: Store, rubric: Rubric, run: Run, records: Iterable[Record]) -> None:
    """Count some hand-ins anew because TAs decided about them.

    Nothing is measured: all that moves is what a decision says. Belongs inside `Store.writing`.
    """
    keeper = _Keeper(store, rubric, Outcome(run), lambda _words: None, {})
    for one in records:
        keeper.keep_stored(one)


def _grading(result: Graded, measured: str) -> Grading:
    """What is kept of a graded submission."""
    programs = tuple(_without_data(program) for program in result.answers.programs)
    answers = msgspec.structs.replace(result.answers, programs=programs)
    items = [verdict.item for verdict in result.scorecard.verdicts]
    return Grading(
        submission=result.submission.digest,
        answers=answers,
        observed=result.observed,
        facts=Facts(
            result.evidence,
            answers.typewritten,
            result.scorecard.notices,
            answer_digests(answers, items, result.submission.contents_digest),
        ),
        observed_with=FAILED if result.scorecard.has_failed else observed_with(),
        measured_with=measured,
        seconds=result.seconds,
        sandbox=result.sandbox,
    )


def _without_data(program: Program) -> Program:
    """A program as the store keeps it: measuring anew reads the texts of its modules, no more."""
    modules = tuple(file for file in program.siblings if file.path.endswith(".py"))
    return msgspec.structs.replace(program, siblings=modules)


# ---------------------------------------------------------------- measuring anew


def _measured(
    stale: Sequence[_Stored], folder: Path, rubrics: Path, workers: int
) -> Iterator[tuple[_Stored, Facts]]:
    """Each with its new evidence, side by side where there are many."""
    if len(stale) < MANY or workers == 1:
        for one in stale:
            yield one, _measured_anew(folder, rubrics, one.grading)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        try:
            with deaf_to_ctrl_c():
                waiting = {
                    pool.submit(_measured_anew, folder, rubrics, one.grading): one for one in stale
                }
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_rubric = functools.cache(load_rubric)


def _measured_anew(folder: Path, rubrics: Path, number: int) -> Facts:
    from grader.pipeline import measure  # noqa: PLC0415 - see above

    with Store(folder) as store:
        grading = store.load_grading(number)
    programs = grading.answers.programs
    observed = list(zip(programs, grading.observed, strict=False))
    evidence = measure(_rubric(rubrics), grading.answers, observed)
    return msgspec.structs.replace(
        grading.facts, evidence=evidence, typewritten=grading.answers.typewritten
    )
