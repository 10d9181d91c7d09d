"""Pieces of Python (a file, the cells of a notebook, the listings of a writeup) → one source.

Line numbers survive: every run of lines remembers its place, so that an error can be shown where
the student wrote it. A piece that is no Python is left out when the others make a program without
it, and said so; when they do not, the whole is in trouble.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.model import Notice, SourceLine
from grader.reading.python_text import Flaw, flaw

_ESSENCE = re.compile(r"\.backward\s*\(|autograd|grad\w*\s*=|\bd[LW]\w*\s*=")
"""What an answer to 4(d) cannot do without; a piece that has it is not left out lightly."""


class Piece(NamedTuple):
    """A stretch of source.

    Attributes:
        file: where it was taken from, such as ``hw2.ipynb, cell 3``.
        text: the source.
        first_line: number of its first line in that place.
    """

    file: str
    text: str
    first_line: int = 1

    @property
    def place(self) -> str:
        """For people: ``hw2.ipynb, cell 3`` or ``hw2.md, line 211``."""
        return self.file if self.first_line == 1 else f"{self.file}, line {self.first_line}"


class Assembled(NamedTuple):
    """One source, which line of it stems from where, why it cannot run, what was left out."""

    text: str
    sources: tuple[SourceLine, ...] = ()
    trouble: Notice | None = None
    dropped: tuple[Notice, ...] = ()


def assemble(pieces: Sequence[Piece]) -> Assembled:
    """Put pieces together, without those that are no Python if that makes a program."""
    text, sources = _joined(pieces)
    wrong = flaw(text)
    if wrong is None:
        return Assembled(text, sources)
    flaws = [flaw(piece.text) for piece in pieces]
    sound = [piece for piece, own in zip(pieces, flaws, strict=True) if own is None]
    broken = [(piece, own) for piece, own in zip(pieces, flaws, strict=True) if own is not None]
    rest, rest_sources = _joined(sound)
    if sound and flaw(rest) is None and _has_essence(sound) >= _has_essence(p for p, _ in broken):
        dropped = tuple(_left_out(piece, own) for piece, own in broken)
        return Assembled(rest, rest_sources, dropped=dropped)
    return Assembled(text, sources, trouble=_does_not_parse(pieces, wrong))
