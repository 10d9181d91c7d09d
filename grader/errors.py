"""Everything that can go wrong, sorted by whose fault it is.

    GraderError
    ├── UsageError            the person at the keyboard: a path, an option     exit status 2
    │   └── RubricError       a rubric file: names file and line                exit status 2
    └── Fault                 the grader itself or its machine                  exit status 3
        └── SandboxFault      the sandbox could not do its work                 exit status 3

What a student did wrong is never an exception: it is a value (`Notice`, `Observation.ending`,
`Finding`) that ends in a verdict.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class GraderError(Exception):
    """Base of all errors that the grader raises on purpose; the message is for people."""

    exit_status: ClassVar[int] = 3


class UsageError(GraderError):
    """Something that the caller can mend: a missing path, an unreadable option."""

    exit_status: ClassVar[int] = 2


class RubricError(UsageError):
    """A rubric file that cannot be used.

    Args:
        file: the rubric file.
        line: 1-based line, or None when it concerns the whole file.
        problem: what is wrong.
        remedy: what to do about it.
    """

    def __init__(self, file: Path, line: int | None, problem: str, remedy: str = "") -> None:
        self.file, self.line, self.problem, self.remedy = file, line, problem, remedy
        where = f"{file}:{line}" if line is not None else str(file)
        super().__init__(f"{where}: {problem}" + (f" {remedy}" if remedy else ""))


class Fault(GraderError):  # noqa: N818 - the word for it here
    """The grader or its machine failed; never counts against a student."""


class SandboxFault(Fault):
    """The sandbox could not run a program at all (not: the program failed)."""
