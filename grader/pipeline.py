"""The stages in order; the only module that knows the sequence.

    read → observe → measure → score → report

`grade` never raises for anything that a student did. A fault of the grader in the code part leaves
the written part graded, and the other way round; what is lost goes to review.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.evidence import code, mathematics, proofs, written
from grader.evidence.agreement import agreed
from grader.evidence.code.trials import Trials, conduct
from grader.evidence.written import claims
from grader.model import (
    Answers,
    Decision,
    Evidence,
    Finding,
    ItemId,
    Notice,
    Program,
    Scorecard,
    Submission,
    Typewritten,
)
from grader.reading import read
from grader.reading.files import load
from grader.reports.endings import ending_notice
from grader.rubric import Rubric, score
from grader.rubric.decisions import answer_digests, applying
from grader.sandbox import Protection, Sandbox, limits
from grader.scoring import scored

LOG = logging.getLogger("grader")

MAX_PROGRAMS = 2
"""Programs that are run when more than one could be the answer."""

PROGRAM_SAFETY_SECONDS = 2 * (limits.GRACE_SECONDS + 5.0)
"""Kept back from a deadline for the last run to end and the results to be written."""


@dataclass(frozen=True)
class Graded:
    """One graded submission with everything that led to its scorecard.

    `observed` has the runs of the first programs of the answers, None for one that could not run.
    """

    submission: Submission
    answers: Answers
    observed: tuple[Trials | None, ...]
    evidence: tuple[Evidence, ...]
    scorecard: Scorecard
    seconds: float
    protection: Protection | None = None

    @property
    def sandbox(self) -> dict[str, object] | None:
        """How well student code was confined, for whoever looks at the results later."""
        return self.protection.summary if self.protection is not None else None


def grade(
    path: Path,
    rubric: Rubric,
    sandbox: Sandbox,
    seconds: float = limits.RUN_SECONDS,
    deadline: float | None = None,
) -> Graded:
    """Grade what lies at `path`: a folder, a zip, or a single file; else as `grade_submission`.

    Raises:
        UsageError: `path` does not exist or cannot be read.
    """
    return grade_submission(load(path), rubric, sandbox, seconds, deadline)


def grade_submission(
    submission: Submission,
    rubric: Rubric,
    sandbox: Sandbox,
    seconds: float = limits.RUN_SECONDS,
    deadline: float | None = None,
) -> Graded:
    """Grade one submission.

    Args:
        submission: the files.
        rubric: points and words.
        sandbox: where the code runs.
        seconds: time limit of one run of student code.
        deadline: `time.monotonic()` by which everything has to be finished, or None.
    """
    started = time.monotonic()
    answers = _read(submission)
    observed = observe(answers, sandbox, seconds, deadline)
    evidence = measure(rubric, answers, observed)
    notices = (*submission.notices, *answers.notices, *_run_notices(observed))
    scorecard = scored(rubric, evidence, answers.typewritten, notices)
    trials = tuple(one for _, one in observed)
    spent = time.monotonic() - started
    return Graded(
        submission, answers, trials, evidence, scorecard, spent, sandbox.protection_so_far
    )


def with_decisions(
    graded: Graded, rubric: Rubric, decisions: Sequence[Decision], students: Sequence[str]
) -> Graded:
    """The same with what TAs decided about these students' answers."""
    items = [item.item for item in rubric.items]
    digests = answer_digests(graded.answers, items, graded.submission.contents_digest)
    applied = applying(decisions, students, digests)
    if not applied:
        return graded
    card = scored(
        rubric, graded.evidence, graded.answers.typewritten, graded.scorecard.notices, applied
    )
    return replace(graded, scorecard=card)


def given_up(submission: Submission, rubric: Rubric) -> Graded:
    """A submission that the grader could not finish with: all of it goes to a TA."""
    message = "The grader failed on this submission. That is not your fault; a TA will look at it."
    notices = (*submission.notices, Notice("grader-fault", message, blocks=True))
    answers = Answers({}, (), Typewritten("unsure", message), notices=notices)
    scorecard = score(rubric, (), answers.typewritten, notices)
    return Graded(submission, answers, (), (), scorecard, seconds=0.0)


def _read(submission: Submission) -> Answers:
    """Reading must not fail on anything; if it does, a TA sees everything."""
    try:
        return read(submission)
    except UsageError:
        raise
    except Exception:
        LOG.exception("reading %s failed", submission.name)
        message = "The grader could not read this submission. A TA will look at it."
        notice = Notice("grader-fault", message, blocks=True)
        return Answers({}, (), Typewritten("unsure", message), notices=(notice,))


def observe(
    answers: Answers,
    sandbox: Sandbox,
    seconds: float = limits.RUN_SECONDS,
    deadline: float | None = None,
) -> list[tuple[Program, Trials | None]]:
    """Run the programs that could be the answer to Problem 4(d)."""
    return [
        (program, _observed(program, sandbox, seconds, deadline))
        for program in answers.programs[:MAX_PROGRAMS]
    ]


def _observed(
    program: Program, sandbox: Sandbox, seconds: float, deadline: float | None
) -> Trials | None:
    """All runs of one program; None when it cannot run or the sandbox fails."""
    if program.trouble is not None:
        return None
    total = limits.PROGRAM_SECONDS
    if deadline is not None:
        left = deadline - time.monotonic() - PROGRAM_SAFETY_SECONDS
        seconds, total = max(1.0, min(seconds, left / 3)), min(total, left / 2)
    try:
        with sandbox.session(program) as session:
            return conduct(session, seconds, total)
    except Exception:  # of whatever kind: the written part must not be lost with it
        LOG.exception("the sandbox failed on %s", program.path)
        return None


def _run_notices(observed: Sequence[tuple[Program, Trials | None]]) -> Iterator[Notice]:
    """How the run as submitted ended, when it did not simply return."""
    for program, trials in observed:
        if trials is None:
            continue
        run = trials.submitted
        place = code.place_of_line(program.sources, run.line or 0)
        if notice := ending_notice(program, run, place):
            yield notice
        if run.failed_assertions:
            lines = ", ".join(str(line) for line in sorted(set(run.failed_assertions))[:5])
            message = (
                f"A check of your own failed when your code ran ({program.path}, line {lines})."
            )
            yield Notice("check-failed", message)


def measure(
    rubric: Rubric, answers: Answers, observed: Sequence[tuple[Program, Trials | None]]
) -> tuple[Evidence, ...]:
    """Evidence for every rubric item, in the rubric's order."""
    ids = [item.item for item in rubric.items]
    by_code = {one.item: one for one in _code_evidence(rubric, answers, observed)}
    others = [item for item in ids if item not in by_code]
    judges = (*proofs.judges(), mathematics.judge(answers), claims.judge(rubric.claims))
    by_hand = written.evidence(others, answers, judges)
    known = agreed(by_code | {one.item: one for one in by_hand})
    return tuple(known[item] for item in ids)


def _code_evidence(
    rubric: Rubric, answers: Answers, observed: Sequence[tuple[Program, Trials | None]]
) -> tuple[Evidence, ...]:
    tolerances = rubric.problem_of(ItemId("4d.model")).tolerances
    allowed = {name: getattr(tolerances, name) for name in tolerances.__struct_fields__}
    if not observed:
        return _without_program(answers)
    try:
        each = [code.evidence(program, trials, allowed) for program, trials in observed]
    except Exception:
        LOG.exception("judging the code failed")
        fault = (Finding(None, "grader-fault"),)
        return tuple(Evidence(item, True, fault) for item in code.ITEMS)
    return code.agreed([program for program, _ in observed], each)


def _without_program(answers: Answers) -> tuple[Evidence, ...]:
    """No code: missing, unless it may be in something that could not be read."""
    blocked = [n for n in answers.notices if n.blocks]
    if not blocked:
        return code.evidence(None, None)
    finding = Finding(None, "not-readable", details={"message": blocked[0].message})
    return tuple(Evidence(item, True, (finding,)) for item in code.ITEMS)
