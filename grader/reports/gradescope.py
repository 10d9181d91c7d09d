"""A scorecard as the `results.json` that Gradescope reads.

The file is emitted by gradescope-utils: each rubric item becomes a unittest test that reports the
verdict it was given, and `JSONTestRunner` writes the entries. That package cannot say everything
and has faults (skipped tests vanish, scores leak between tests, NaN passes); so the tests are made
anew each time, never fail or skip, run nothing of a student's, and its post-processor adds what it
has no words for. `validated` then refuses whatever the platform would choke on.

When grading itself failed, `emergency_results` says so without any of this machinery.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
import unittest
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, cast

import msgspec
from gradescope_utils.autograder_utils.decorators import number, partial_credit, tags, visibility
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

from grader import __version__
from grader.atomic import write_whole
from grader.errors import Fault
from grader.model import ItemId, Scorecard, Verdict
from grader.reading.metadata import Metadata
from grader.reports.summary import all_verdicts, summary
from grader.rubric.decisions import EXTRA_CREDIT
from grader.safe_text import cleaned, printable, shortened

Results: TypeAlias = dict[str, Any]
"""The content of one results.json, plain JSON values only."""

PLATFORM_OUTPUT_LIMIT = 100_000
"""Characters; beyond it the platform cuts a text in the middle by itself."""

OUTPUT_LIMIT = 20_000
"""Characters for one text of ours: six screens, and far from the platform's own knife."""

TOTAL_LIMIT = 400_000
"""Characters for the texts of all items together, shared evenly: a page that still opens."""

FILE_LIMIT = 4_000_000
"""Bytes of a whole file; a multiple of `TOTAL_LIMIT`, which UTF-8 may quadruple."""

GRADER_FAULT = ItemId("grader_fault")
"""The one test of an emergency without a rubric; `run_autograder` writes the same."""

PRESENTATION = {
    "visibility": "visible",
    "stdout_visibility": "hidden",  # logs and tracebacks are for instructors
    "output_format": "md",
    "test_output_format": "md",
    "test_name_format": "text",
}
"""How the page shows it all; the same for every results.json."""

SCORE_TOLERANCE = 1e-9
"""Sums of floats that are exact in decimals differ by rounding only."""


# ---------------------------------------------------------------- from a scorecard


def results(
    scorecard: Scorecard,
    *,
    metadata: Metadata | None,
    execution_time: float,
    extra_data: Mapping[str, Any],
) -> Results:
    """The results.json of one graded submission.

    Args:
        scorecard: the finished grading.
        metadata: the platform's side, for "since your last submission" and lateness.
        execution_time: seconds that grading took.
        extra_data: digests and versions to be found again in exports.

    Raises:
        Fault: the scorecard cannot be told; the caller then has `emergency_results`.
    """
    verdicts = all_verdicts(scorecard)
    if not all(v.points.is_finite() and v.possible.is_finite() for v in verdicts):
        raise Fault("a verdict's points are not a number")
    top = {
        "visibility": _of_the_page(verdicts),
        "score": float(scorecard.points),
        "output": shortened(printable(summary(scorecard, metadata)), OUTPUT_LIMIT),
        "execution_time": float(execution_time),
        "extra_data": {"grader": __version__, **extra_data},
    }
    return _emitted(verdicts, partial(_complete, verdicts=verdicts, top=top))


def submission_results(  # noqa: PLR0913 - one for each thing that is told
    card: Scorecard,
    *,
    rubric: str,
    submission: str,
    sandbox: Mapping[str, object] | None,
    seconds: float,
    metadata: Metadata | None = None,
) -> Results:
    """The results.json of one submission, checked, with what tells later which rubric graded what.

    Args:
        card: the finished grading.
        rubric: its digest.
        submission: digest of the files.
        sandbox: `Protection.summary`, or None when no code was run.
        seconds: that grading took.
        metadata: the platform's side, where it is known.

    Raises:
        Fault: the scorecard cannot be told, or the platform would refuse it.
    """
    extra_data = {
        "rubric": rubric,
        "submission": submission,
        "notices": [notice.code for notice in card.notices],
        "sandbox": sandbox,
    }
    told = results(card, metadata=metadata, execution_time=seconds, extra_data=extra_data)
    return validated(told)


def _of_the_page(verdicts: Sequence[Verdict]) -> str:
    """Visibility of the score: when no item is to be seen, neither is the total."""
    kinds = {verdict.visibility for verdict in verdicts}
    if "visible" in kinds:
        return "visible"
    return kinds.pop() if len(kinds) == 1 else "hidden"


# ---------------------------------------------------------------- through gradescope-utils


def _emitted(verdicts: Sequence[Verdict], post_processor: Callable[[Results], None]) -> Results:
    stream = io.StringIO()
    JSONTestRunner(stream=stream, post_processor=post_processor).run(_suite(verdicts))
    return cast("Results", cleaned(json.loads(stream.getvalue())))


def _suite(verdicts: Sequence[Verdict]) -> unittest.TestSuite:
    """One test method per verdict, in a class made for this call."""
    limit = min(OUTPUT_LIMIT, TOTAL_LIMIT // len(verdicts))
    methods = {f"test_{i:03}": _test_method(v, limit) for i, v in enumerate(verdicts)}
    graded = type("GradedHomework", (unittest.TestCase,), methods)
    return unittest.TestSuite(graded(name) for name in methods)


def _test_method(verdict: Verdict, limit: int) -> Callable[..., None]:
    """A test that tells a verdict; a new function each time, for its score is kept on it."""

    def tell(_: unittest.TestCase, set_score: Callable[[float], None]) -> None:
        sys.stdout.write(shortened(printable(verdict.feedback), limit))  # the runner collects it
        set_score(float(verdict.points))

    tell.__doc__ = f"{verdict.item}: {verdict.title}"  # the runner takes the name from here
    method: Callable[..., None] = partial_credit(float(verdict.possible))(tell)  # implies weight
    for decorate in (
        number(_part(verdict.item)),
        visibility(verdict.visibility),
        tags(verdict.verdict),
    ):
        method = decorate(method)
    return method


def _part(item: ItemId) -> str:
    """``2b`` of ``2b.affine``; empty, and so left out of the table, for an item without a part."""
    part, dot, _ = item.partition(".")
    return part if dot else ""


def _complete(emitted: Results, *, verdicts: Sequence[Verdict], top: Mapping[str, Any]) -> None:
    """Add what the runner cannot express, and replace what it gets wrong."""
    if len(emitted["tests"]) != len(verdicts):
        raise Fault(f"{len(verdicts)} items graded, {len(emitted['tests'])} reported")
    for test, verdict in zip(emitted["tests"], verdicts, strict=True):
        full = verdict.points >= verdict.possible and (verdict.possible or verdict.points)
        test["status"] = "passed" if full else "failed"  # a bonus of 0 out of 0 is not earned
        test.setdefault("output", "")  # the runner drops empty texts
        test.update(output_format="md", extra_data=_told_again(verdict))
    del emitted["leaderboard"]
    emitted.update(PRESENTATION)
    emitted.update(top)


def _told_again(verdict: Verdict) -> dict[str, Any]:
    """What comes back to us in the next submission's metadata and in exports."""
    return {
        "item": verdict.item,
        "verdict": verdict.verdict,
        "notes": list(verdict.notes),
        "certain": float(verdict.certain),
    }


# ---------------------------------------------------------------- what the platform accepts

_Points: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]
_Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=PLATFORM_OUTPUT_LIMIT)]
_Label: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Format: TypeAlias = Literal["text", "html", "simple_format", "md", "ansi"]
_Visibility: TypeAlias = Literal["hidden", "after_due_date", "after_published", "visible"]


class _Test(msgspec.Struct, forbid_unknown_fields=True):
    name: _Label
    score: _Points
    max_score: _Points
    status: Literal["passed", "failed"]
    output: _Text
    output_format: _Format
    visibility: _Visibility
    extra_data: dict[str, Any]
    number: _Label | None = None
    tags: list[_Label] = []


class _ResultsFile(msgspec.Struct, forbid_unknown_fields=True):
    score: _Points
    output: _Text
    output_format: _Format
    test_output_format: _Format
    test_name_format: _Format
    visibility: _Visibility
    stdout_visibility: _Visibility
    execution_time: _Points
    extra_data: dict[str, Any]
    tests: Annotated[list[_Test], msgspec.Meta(min_length=1)]


def validated(results: Results) -> Results:
    """`results` itself when the platform will take it; otherwise a Fault that says why not."""
    try:
        content = json.dumps(results, allow_nan=False, ensure_ascii=False).encode()
        file = msgspec.convert(results, type=_ResultsFile, strict=True)
    except (TypeError, ValueError, RecursionError, msgspec.ValidationError) as trouble:
        raise Fault(f"results.json would be refused: {trouble}") from trouble
    problems = _arithmetic_problems(file)
    if len(content) > FILE_LIMIT:
        problems.append(f"{len(content)} bytes, more than {FILE_LIMIT}")
    if problems:
        raise Fault(f"results.json would be wrong: {'; '.join(problems)}")
    return results


def _arithmetic_problems(file: _ResultsFile) -> list[str]:
    """Points that do not add up; only the bonus may exceed its maximum."""
    problems = [
        f"{test.name!r} has {test.score} of {test.max_score} points"
        for test in file.tests
        if test.score > test.max_score and test.extra_data.get("item") != EXTRA_CREDIT
    ]
    total = math.fsum(test.score for test in file.tests)
    if not math.isclose(file.score, total, abs_tol=SCORE_TOLERANCE):
        problems.append(f"the score is {file.score}, the tests add up to {total}")
    return problems


# ---------------------------------------------------------------- writing


def write(results: Results, path: Path, *, mode: int = 0o644) -> None:
    """Replace the file at `path` in one step: a reader sees the old file or the whole new one.

    TAs read it outside of Docker, so that others may read it unless `mode` says otherwise.
    """
    content = json.dumps(results, allow_nan=False, indent=2).encode("ascii")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK):
            path.parent.chmod(0o755)
        write_whole(content, path, mode=mode)
    except OSError as trouble:
        raise Fault(f"cannot write {path}: {trouble}") from trouble


# ---------------------------------------------------------------- when the grader itself failed


def emergency_results(message: str, items: Sequence[tuple[ItemId, str, Decimal]] = ()) -> Results:
    """Valid results for a submission that could not be graded: every item waits for a TA.

    Args:
        message: what went wrong, in Markdown, for the student and the TA.
        items: id, title and points of each rubric item; empty when not even these are known.
    """
    output = shortened(printable(message), OUTPUT_LIMIT)
    told = "This is not your fault, and it is not a grade: a TA has to look at this submission."
    tests = [_undecided(item, title, possible) for item, title, possible in items]
    return {
        "score": 0.0,
        "output": f"**The autograder failed.** {told}\n\n{output}",
        **PRESENTATION,
        "execution_time": 0.0,
        "extra_data": {"grader": __version__, "grader_fault": True},
        "tests": tests or [_undecided(GRADER_FAULT, "nothing could be graded", Decimal(0))],
    }


def _undecided(item: ItemId, title: str, possible: Decimal) -> dict[str, Any]:
    waiting = Verdict(
        item=item,
        title=title,
        verdict="review",
        points=Decimal(0),
        possible=possible,
        feedback="Not graded yet: a TA has to look at it.",
        notes=("grader-fault",),
    )
    return {
        "name": printable(f"{item}: {title}"),
        **({"number": _part(item)} if _part(item) else {}),
        "score": 0.0,
        "max_score": float(possible),
        "status": "failed",
        "output": waiting.feedback,
        "output_format": "md",
        "visibility": "visible",
        "tags": ["review"],
        "extra_data": _told_again(waiting),
    }
