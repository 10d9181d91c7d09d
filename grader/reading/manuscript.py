"""A writeup as every format is brought down to: its text, a mask over it, the labels found in it.

The mask is the idea that carries this room. It is the text again, character for character, but
with formulas and programs painted over, so that a plain search finds prose and only prose, at the
same offsets: an ``(a)`` in a formula, a ``# comment`` in a program cannot be mistaken for a
heading, and every offset found in the mask is a place in the student's own text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from enum import IntEnum
from typing import Literal, NamedTuple

INLINE, DISPLAY, CODE = "\ue000", "\ue001", "\ue002"
"""The paint: formulas in a line, formulas of their own, programs. Private characters of Unicode."""

PAINT = INLINE + DISPLAY + CODE


class Span(NamedTuple):
    """A stretch of text to be painted over."""

    start: int
    end: int
    paint: str


class Style(IntEnum):
    """How much a label looks like a heading, the weakest first."""

    INLINE = 0  # after a sentence: “… is convex. (b) Let …”
    INNER = 1  # first on a line within a paragraph
    LINE = 2  # first in a paragraph
    ITEM = 3  # the label of a list item
    BOLD = 4  # set off by its type, first on a line
    HEADING = 5  # a section, a heading, a macro made for the purpose


class Marker(NamedTuple):
    r"""A place that may open a part: whether it does, `outline` decides.

    Attributes:
        start: offset where the construct begins (``\subsection*{``, ``**``, ``(``).
        end: offset behind the construct; with `whole` unset, where the label's text begins.
        label: the words that stand there, without markup.
        style: how it is set.
        whole: whether the label fills its construct, as in a heading; otherwise text follows it.
        items: the list items around it, outermost first, by offset.
        level: of a heading, 1 for the highest that the format has; 0 where none is known.
    """

    start: int
    end: int
    label: str
    style: Style
    whole: bool
    items: tuple[int, ...] = ()
    level: int = 0


class CodeBlock(NamedTuple):
    """A program listing inside a writeup; `start` and `end` frame it with its fence."""

    start: int
    end: int
    first_line: int
    language: str
    text: str


class Slip(NamedTuple):
    """Something in the source that may keep text from being read, found while masking."""

    code: str
    offset: int
    what: str


class Manuscript(NamedTuple):
    """One writeup, ready to be divided into parts.

    Attributes:
        file: its path inside the submission.
        kind: the language of its markup.
        text: the source, comments blanked, offsets and lines as in the file.
        mask: the same with formulas and programs painted over.
        markers: labels that may open a part, by offset.
        blocks: program listings, by offset.
        slips: what may keep text from being read.
        preamble: where the text proper begins; before it stand definitions.
        cells: for a notebook, the offset and number of every cell.
    """

    file: str
    kind: Literal["latex", "markdown"]
    text: str
    mask: str
    markers: tuple[Marker, ...]
    blocks: tuple[CodeBlock, ...] = ()
    slips: tuple[Slip, ...] = ()
    preamble: int = 0
    cells: tuple[tuple[int, int], ...] = ()

    def cell(self, offset: int) -> tuple[int, int | None]:
        """Where the notebook cell of an offset begins, and its number; 0 and None for a file."""
        if not self.cells:
            return 0, None
        return self.cells[bisect_right(self.cells, (offset, len(self.text))) - 1]

    def line(self, offset: int) -> int:
        """The 1-based line of an offset, in its file or notebook cell."""
        return self.text.count("\n", self.cell(offset)[0], offset) + 1


def painted(text: str, spans: Iterable[Span]) -> str:
    """The text with spans painted over; lines stay. Later spans lie on top of earlier ones."""
    canvas = list(text)
    for start, end, paint in spans:
        canvas[start:end] = [c if c == "\n" else paint for c in canvas[start:end]]
    return "".join(canvas)


def arranged(markers: Iterable[Marker], items: Iterable[tuple[int, int]]) -> tuple[Marker, ...]:
    """Markers in order, one for each place, each with the list items around it.

    Args:
        markers: as found; where several begin at one place, or one inside of a heading, the most
            prominent is kept.
        items: from where to where the list items reach, properly nested.
    """
    waiting = sorted(items, key=lambda item: (item[0], -item[1]), reverse=True)
    around: list[tuple[int, int]] = []
    placed: list[Marker] = []
    heading_end = 0
    for marker in sorted(markers, key=lambda marker: (marker.start, -marker.style)):
        if marker.start < heading_end or (placed and marker.start == placed[-1].start):
            continue
        if marker.style is Style.HEADING:
            heading_end = marker.end
        while waiting and waiting[-1][0] <= marker.start:
            around.append(waiting.pop())
        around = [item for item in around if item[1] > marker.start]
        placed.append(marker._replace(items=tuple(start for start, _ in around)))
    return tuple(placed)


_MARKUP = re.compile(
    r"\\(?:begin|end)\{[^{}]{0,80}\}|\\[A-Za-z@]+\*?|\\(?=[^A-Za-z])|[{}*_`#>$]|</?\w[^>]{0,80}>"
)


def plain(markup: str) -> str:
    """The words of a short piece of LaTeX or Markdown, without its markup."""
    words = _MARKUP.sub(" ", markup.replace("~", " ").replace("---", "–").replace("--", "–"))
    return " ".join(words.split())
