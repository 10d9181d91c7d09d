"""The texts of a program, its siblings' among them, and what they show about single values.

A value is looked up in the file that computed it: line 12 of ``formulas.py`` says nothing about
line 12 of the script that imports it.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cached_property
from pathlib import PurePosixPath

from grader.evidence.code.source import Source
from grader.model import Program
from grader.observation import Recorded

_PLACE = re.compile(r"(?P<file>.+?):\d+:\d+:\w+:\d+#")
"""How a site begins: the file, line, column, what happens there, a number."""


class Texts:
    """Questions about the values of one program, answered by the text around them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._siblings = {f.path: f.content for f in program.siblings if f.path.endswith(".py")}
        self._known: dict[str, Source] = {}

    @cached_property
    def main(self) -> Source:
        """The program's own text."""
        beside = [Source(decoded(content)).defined for content in self._siblings.values()]
        return Source(self._program.text, frozenset().union(*beside))

    def differentiates(self, record: Recorded) -> bool:
        """Whether a call that differentiates stands where the value was computed."""
        return record.line in self._of(record).differentiating_lines

    def may_differentiate(self, record: Recorded) -> bool:
        """Whether something there may differentiate."""
        return record.line in self._of(record).doubtful_lines

    def has_arithmetic(self, record: Recorded) -> bool:
        """Whether two values are multiplied or divided there."""
        return self._of(record).has_arithmetic(record.line)

    def calculates(self, record: Recorded) -> bool:
        """Whether two values are combined there, by whatever operation."""
        return self._of(record).calculates(record.line)

    def sibling(self, record: Recorded) -> str | None:
        """The sibling module that computed the value; None for the program itself."""
        place = _PLACE.match(record.site)
        if place is None:
            return None
        file = place["file"]
        fits = [path for path in self._siblings if file.endswith(f"/{path}")]
        return max(fits, key=len) if fits else self._unknown(PurePosixPath(file).name)

    def _unknown(self, name: str) -> str | None:
        """The file's name when it is not the program: a module whose text was not kept."""
        return None if name == f"{PurePosixPath(self._program.path).stem}.py" else name

    def _of(self, record: Recorded) -> Source:
        sibling = self.sibling(record)
        if sibling is None:
            return self.main
        if sibling not in self._known:
            self._known[sibling] = Source(decoded(self._siblings.get(sibling, b"")))
        return self._known[sibling]


def decoded(content: bytes) -> str:
    """A module's text; nothing where Python could not read it either."""
    try:
        return importlib.util.decode_source(content)
    except (SyntaxError, UnicodeError):
        return ""
