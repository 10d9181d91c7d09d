"""How a run of a student's program ended, in a sentence for the student.

A run that simply returned needs none. Every limit has its own words, with the line that was
running where it is known.
"""

from __future__ import annotations

from grader.model import Notice, Program
from grader.observation import Ending, Observation

LONGEST_QUOTE = 60
"""Characters of the student's own line."""

CODES: dict[Ending, str] = {
    "raised": "code-raised",
    "timed_out": "code-timed-out",
    "out_of_memory": "code-out-of-memory",
    "wrote_too_much": "code-wrote-too-much",
    "ended_early": "code-ended-early",
    "grader_fault": "grader-fault",
}

SENTENCES: dict[Ending, str] = {
    "raised": "Your code stopped with an exception {where}: {what}.",
    "timed_out": "Your code was stopped after {seconds} {where}: {what}.",
    "out_of_memory": "Your code ran out of memory {where}: {what}.",
    "wrote_too_much": "Your code was stopped after {seconds}: {what}.",
    "ended_early": "Your code did not run to its end ({file}): {what}.",
    "grader_fault": "The grader failed while it ran your code ({file}). A TA will look at it.",
}


def ending_notice(program: Program, run: Observation, place: str) -> Notice | None:
    """What to tell about the run as submitted.

    Args:
        program: what ran.
        run: how it went.
        place: where the line of the ending is, such as ``line 31``.
    """
    if run.ending not in CODES:
        return None
    quote = _quote(program, run.line)
    where = f"in {program.path}" if run.line is None else f"in {program.path}, {place}{quote}"
    message = SENTENCES[run.ending].format(
        where=where, file=program.path, seconds=_seconds(run.seconds), what=_what(run)
    )
    if run.snapshots:
        message += " What it had computed by then counts."
    return Notice(CODES[run.ending], message)


def _what(run: Observation) -> str:
    what = run.message.rstrip(".")
    if run.ending == "timed_out" and what == "time limit":
        return "the time limit for one run"
    return what or run.ending.replace("_", " ")


def _quote(program: Program, line: int | None) -> str:
    """The student's own line, shortened, or nothing."""
    lines = program.text.split("\n")
    if line is None or not 0 < line <= len(lines):
        return ""
    text = lines[line - 1].strip()
    shown = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
    return f" (“{shown}”)" if shown else ""


def _seconds(seconds: float) -> str:
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"
