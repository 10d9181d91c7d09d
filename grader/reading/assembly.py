"""Pieces of Python (a file, the cells of a notebook, the listings of a writeup) → one source.

Line numbers survive: every run of lines remembers its place, so that an error can be shown where
the student wrote it. A piece that is no Python is left out when the others make a program without
it, and said so; when they do not, the whole is in trouble.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    broken = {piece: own for piece in pieces if (own := flaw(piece.text))}
    sound = [piece for piece in pieces if piece not in broken]
    if sound and (_has_essence(sound) or not _has_essence(broken)):
        rest, rest_sources = _joined(sound)
        if flaw(rest) is None:
            dropped = tuple(_left_out(piece, own) for piece, own in broken.items())
            return Assembled(rest, rest_sources, dropped=dropped)
    return Assembled(text, sources, trouble=_does_not_parse(pieces, wrong))


def _joined(pieces: Sequence[Piece]) -> tuple[str, tuple[SourceLine, ...]]:
    text = ""
    sources = []
    for piece in pieces:
        sources.append(SourceLine(start=text.count("\n") + 1, place=piece.place))
        text += piece.text if piece.text.endswith("\n") else piece.text + "\n"
    return text, tuple(sources)


def _has_essence(pieces: Iterable[Piece]) -> bool:
    return any(_ESSENCE.search(piece.text) for piece in pieces)


def _where(pieces: Sequence[Piece], line: int) -> str:
    """The place of a line of the joined source, for people."""
    for piece in pieces:
        length = max(piece.text.count("\n") + (not piece.text.endswith("\n")), 1)
        if line <= length or piece is pieces[-1]:
            return f"{piece.file}, line {piece.first_line + line - 1}"
        line -= length
    return ""


def _does_not_parse(pieces: Sequence[Piece], wrong: Flaw) -> Notice:
    line = f" in “{wrong.text}”" if wrong.text else ""
    message = (
        f"{_where(pieces, wrong.line)}: Python cannot read this code: {wrong.reason}{line}. "
        "Run the file as it is, mend what Python names, and hand it in again; "
        "a TA looks at the code."
    )
    return Notice(code="code-does-not-parse", message=message, blocks=True)


def _left_out(piece: Piece, wrong: Flaw) -> Notice:
    message = (
        f"{_where([piece], wrong.line)}: Python cannot read this piece of code "
        f"({wrong.reason}), so the program was run without it. Mend it if the program needs it."
    )
    return Notice(code="code-piece-left-out", message=message, blocks=True)
