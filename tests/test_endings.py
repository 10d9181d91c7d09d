"""What a student reads about how the code ended."""

from __future__ import annotations

import pytest

from grader.model import Program
from grader.observation import Ending, Observation, Snapshot, Tensor
from grader.reports.endings import CODES, ending_notice

PROGRAM = Program("hw2.py", "hw2.py", "import torch\n\n    while True: pass  # wait\n" + "x" * 200)


def told(ending: Ending, message: str = "", line: int | None = None, **given: object) -> str:
    run = Observation(ending=ending, message=message, line=line, seconds=60.2, **given)  # type: ignore[arg-type]
    notice = ending_notice(PROGRAM, run, f"line {line}")
    assert notice is not None
    assert notice.code == CODES[ending]
    return notice.message


def test_a_run_that_returned_or_never_began_needs_no_words():
    for ending in ("returned", "absent"):
        assert ending_notice(PROGRAM, Observation(ending=ending), "line 1") is None


def test_the_line_that_was_running_is_quoted():
    message = told("timed_out", "time limit", 3)
    assert message == (
        "Your code was stopped after 60 seconds in hw2.py, line 3 (“while True: pass  # wait”): "
        "the time limit for one run."
    )


def test_a_long_line_is_cut_and_a_line_that_is_not_there_is_left_out():
    assert "x" * 60 + "…”" in told("raised", "ValueError: no", 4)
    assert "“" not in told("raised", "ValueError: no", 99)
    assert "“" not in told("raised", "ValueError: no")


def test_what_was_computed_counts():
    snapshot = Snapshot(0, Tensor((), "float64", (1.0,)), ())
    assert told("raised", "E: x", snapshots=(snapshot,)).endswith("by then counts.")


@pytest.mark.parametrize("ending", CODES)
def test_every_ending_has_its_own_sentence(ending: Ending):
    others = {told(other, "so") for other in CODES if other != ending}
    assert ending in ("ended_early",) or told(ending, "so") not in others


def test_a_fault_of_the_grader_is_not_the_students():
    message = told("grader_fault", "the grader failed on what it did")
    assert "The grader failed" in message
    assert "TA" in message
