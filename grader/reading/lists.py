"""The lists of a LaTeX document while they are open: which item is which, and what is printed."""

from __future__ import annotations

from grader.reading.numbering import (
    DEFAULTS,
    counted_to,
    document_formats,
    first_number,
    label_format,
    printed,
    redefined_format,
)

COUNTED = frozenset("enumerate compactenum asparaenum inparaenum tasks".split())
LISTS = COUNTED | frozenset(
    "itemize description compactitem list trivlist parts subparts questions subquestions".split()
)
"""Environments with items; those of the exam class have ``\\part`` for an item."""

MAX_DEPTH = 20
"""Lists within lists; LaTeX itself stops at six."""


class _List:
    """One open list: how its items are labelled, how far it has counted, its present item."""

    def __init__(self, name: str, label: str | None, number: int) -> None:
        self.name, self.label, self.number = name, label, number
        self.item: int | None = None


class OpenLists:
    """The lists around the present place, the outermost first.

    Attributes:
        items: from where to where each item reached that has ended.
    """

    def __init__(self, preamble: str) -> None:
        self.items: list[tuple[int, int]] = []
        self._open: list[_List] = []
        self._formats = document_formats(preamble)

    def __bool__(self) -> bool:
        return bool(self._open)

    def are_inside(self, name: str) -> bool:
        """Whether a list of this name is open."""
        return any(open_list.name == name for open_list in self._open)

    def begin(self, name: str, options: str) -> None:
        """Open a list."""
        if len(self._open) >= MAX_DEPTH:
            return
        label = None
        if name in COUNTED:
            depth = len(self._counted()) + 1
            default = self._formats.get(depth, DEFAULTS[min(depth, len(DEFAULTS)) - 1])
            label = label_format(options) or default
        self._open.append(_List(name, label, first_number(options) - 1))

    def item(self, offset: int) -> str | None:
        """Begin an item of the innermost list; the label that is printed, if the list counts."""
        innermost = self._open[-1]
        self._end_item(innermost, offset)
        innermost.item = offset
        if innermost.label is None:
            return None
        innermost.number += 1
        return printed(innermost.label, innermost.number)

    def take_back(self) -> None:
        """The last item brought its own label, and was not counted."""
        self._open[-1].number -= 1

    def relabel(self, text: str, offset: int) -> None:
        """Heed a redefinition of labels or counters at an offset.

        Inside of a list, where pandoc puts them, they hold for this list.
        """
        counted = self._counted()
        if counted:
            counted[-1].number = counted_to(text, offset, counted[-1].number)
        if redefined := redefined_format(text, offset):
            depth, label = redefined
            if depth <= len(counted):
                counted[depth - 1].label = label
            else:
                self._formats[depth] = label

    def end(self, name: str, offset: int) -> None:
        """Close the innermost list of a name, and whatever was forgotten to close inside of it."""
        if self.are_inside(name):
            while self._close(offset) != name:
                pass

    def end_all(self, offset: int) -> None:
        """Close what is still open at the end of the document."""
        while self._open:
            self._close(offset)

    def _close(self, offset: int) -> str:
        closed = self._open.pop()
        self._end_item(closed, offset)
        return closed.name

    def _end_item(self, of: _List, offset: int) -> None:
        if of.item is not None:
            self.items.append((of.item, offset))

    def _counted(self) -> list[_List]:
        return [open_list for open_list in self._open if open_list.name in COUNTED]
