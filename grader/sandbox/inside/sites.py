"""What the rewriter and the recorder agree on: places in the source, and how they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

RECORDER_NAME = "__grader_recorder__"

PAIR = " ~ "
"""Between the texts of the two sides of a difference."""

LARGEST_NUMBER = 1e15
"""Larger numbers in a source are no parameters; some are no floats at all."""


class Site(NamedTuple):
    """A place in the source that yields values: what the student calls it and what happens there.

    `group` ties together the arguments of one call or the fields of one f-string.
    """

    label: str
    kind: str
    line: int
    group: str


@dataclass(frozen=True)
class WrittenNumber:
    """A number in the source that another run may replace."""

    index: int
    line: int
    value: float
