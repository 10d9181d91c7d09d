"""One submission inside Gradescope's container.

Whatever happens, a valid results.json is there at the end: the grader has its own deadline before
the platform's, and a fault of ours becomes a review of everything instead of a zero.
"""

from __future__ import annotations

import logging
import os
import time
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.model import Decision, ItemId
from grader.packaging import DECISIONS, PROJECT
from grader.pipeline import Graded, grade, with_decisions
from grader.reading.metadata import Metadata, load_metadata
from grader.reports import gradescope
from grader.rubric import Rubric, load_rubric
from grader.rubric.decisions import load_decisions
from grader.rubric.withholding import explains, withheld
from grader.sandbox import Sandbox

LOG = logging.getLogger("grader")

DEFAULT_TIMEOUT = 600.0
"""Gradescope's own default, in seconds, for when it does not tell."""

OUR_SHARE = 0.75
"""Of the platform's time; `run_autograder` stops us at 0.9 of it."""

FAILED = (
    "The autograder failed. This is not your fault, and it is not a grade: a TA will look at it."
)


def run(root: Path, rubrics: Path, *, strict: bool = False) -> int:
    """Grade ``root/submission`` and write ``root/results/results.json``; the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    started = time.monotonic()
    results_file = root / "results" / "results.json"
    rubric: Rubric | None = None
    try:
        rubric = load_rubric(rubrics)
        deadline = started + OUR_SHARE * _timeout()
        with Sandbox() as sandbox:
            if strict:
                sandbox.insist()
            graded = grade(root / "submission", rubric, sandbox, deadline=deadline)
        if graded.protection is not None and (complaint := graded.protection.complaint):
            LOG.warning("%s", complaint)
        results = _results(graded, rubric, root, time.monotonic() - started)
        gradescope.write(results, results_file)
    except Exception as error:
        LOG.exception("grading failed")
        gradescope.write(gradescope.emergency_results(FAILED, _items(rubric)), results_file)
        return error.exit_status if isinstance(error, GraderError) else GraderError.exit_status
    return 0


def _results(graded: Graded, rubric: Rubric, root: Path, seconds: float) -> gradescope.Results:
    metadata, notices = load_metadata(root / "submission_metadata.json")
    for notice in notices:
        LOG.warning("%s: %s", notice.code, notice.message)
    graded = with_decisions(graded, rubric, _decisions(), _students(metadata))
    card = graded.scorecard
    if not explains(rubric, metadata.due if metadata else None, datetime.now(timezone.utc)):
        card = withheld(rubric, card, graded.evidence)
    return gradescope.submission_results(
        card,
        rubric=rubric.digest,
        submission=graded.submission.digest,
        sandbox=graded.sandbox,
        seconds=seconds,
        metadata=metadata,
    )


def _students(metadata: Metadata | None) -> tuple[str, ...]:
    return tuple(submitter.id for submitter in metadata.submitters) if metadata else ()


def _decisions() -> tuple[Decision, ...]:
    """What TAs decided, where it came along in the zip; `grader package` has checked the file."""
    path = PROJECT / DECISIONS
    return load_decisions(path) if path.exists() else ()


def _items(rubric: Rubric | None) -> list[tuple[ItemId, str, Decimal]]:
    return [] if rubric is None else [(i.item, i.title, i.points) for i in rubric.items]


def _timeout() -> float:
    """The platform's limit: a hint in the environment, or its default."""
    try:
        return max(30.0, float(os.environ.get("TIMEOUT_SECONDS", DEFAULT_TIMEOUT)))
    except ValueError:
        return DEFAULT_TIMEOUT
