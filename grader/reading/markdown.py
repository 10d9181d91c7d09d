"""Markdown → `Manuscript`.

markdown-it says which lines are headings, list items, fences and display formulas; in a fence a
``#`` begins a comment, not a heading. Where labels stand inside a line is then found in the mask.
Indented code is read as text: in students' writeups four spaces mean a list, not a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from grader.reading.escapes import without_escapes
from grader.reading.manuscript import (
    CODE,
    DISPLAY,
    CodeBlock,
    Manuscript,
    Marker,
    Slip,
    Span,
    Style,
    arranged,
    painted,
    plain,
)
from grader.reading.mathspans import Seeker, math_spans
from grader.reading.openings import MAX_EMPHASIS, Syntax, openings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(?!---)[^\n]*\n){1,40}---[ \t]*(?:\n|$)")
_INLINE_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]+\1(?!`)")
_HTML_HEADING = re.compile(r"^[ \t]*<h([1-6])\b[^>\n]{0,200}>(.{0,300}?)</h\1>", re.MULTILINE)
_UNSPACED_HEADING = re.compile(r"^[ \t]{0,3}(#{1,6})([^\s#][^\n]*)", re.MULTILINE)
_NEXT_ITEM = re.compile(r"^ {0,3}([1-9])([.)])[ \t]+(?=\S)", re.MULTILINE)
_SIGNED_HEADING = re.compile(r"^(={1,5})[ \t]+([^=\n]{1,120}?)[ \t]*\n", re.MULTILINE)
_SIGNED_PROBLEM = re.compile(r"^={1,5}[ \t]+(?:problem|question|exercise)\b", re.MULTILINE | re.I)
_CALLOUT = re.compile(r"^[ \t]*>[ \t]*\[![A-Za-z]{1,20}\][+-]?[ \t]+([^\n]{1,60})$", re.MULTILINE)
_TAGS = re.compile(r"(?:[ \t]+#[A-Za-z][\w/-]*)+[ \t]*$")
_FENCE = re.compile(r"[\s>]*(?:`{3,}|~{3,})\s*")
_MATH_FENCES = frozenset({"math", "latex", "tex", "katex"})

_LEAD = re.compile(
    r"(?:[ \t>|]|#{1,6}[ \t]|[-*+][ \t]|\[[ xX]\][ \t]|\[![A-Za-z]{1,20}\][+-]?"
    r"|:{3,}[ \t]{0,3}[A-Za-z]{0,20}[ \t]{0,3}(?:\{[^}\n]{0,200}\})?"
    r"|</?(?:p|div|center|br|details|summary|font|span|a|big)\b[^>\n]{0,200}>)*"
)
_EMPHASIS = re.compile(
    r"(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])|<(?P<tag>b|strong|u|em|i|h[1-6])\b[^>\n]{0,200}>"
)
_FURNITURE = re.compile(
    r"[^\w\ue000-\ue002]*|[ \t>]*#{1,6}[ \t].*"
    r"|\s*</?(?:p|div|center|details|summary|br|hr|h[1-6])\b.*"
)


def _emphasis(mask: str, offset: int) -> tuple[int, int, int] | None:
    match = _EMPHASIS.match(mask, offset)
    if match is None:
        return None
    closer = match["mark"] or f"</{match['tag']}>"
    end = mask.find(closer, match.end(), match.end() + MAX_EMPHASIS)
    if end < 0 or "\n\n" in mask[offset:end]:
        return None
    return match.end(), end, end + len(closer)


SYNTAX = Syntax(lead=_LEAD, emphasis=_emphasis, furniture=_FURNITURE)


def read(file: str, text: str) -> Manuscript:
    """Find everything in a Markdown file (or cell) that may open a part.

    Args:
        file: its path, for messages.
        text: its content.
    """
    source = _Source(without_escapes(text))
    text, mask = source.masked()
    items = list(source.items())
    starts = [(item.end, Style.LINE if item.label else Style.ITEM) for item in items]
    labels = (item for item in items if item.label)
    more_items = list(source.interrupted_items(mask, items))
    found = chain(
        source.headings(mask),
        labels,
        more_items,
        openings(mask, SYNTAX, starts),
    )
    return Manuscript(
        file=file,
        kind="markdown",
        text=text,
        mask=mask,
        markers=arranged(found, [*source.item_ranges(items), *_spans(more_items)]),
        blocks=tuple(source.blocks()),
        slips=tuple(source.slips()),
    )


class _Source:
    """A Markdown text with its blocks; markdown-it counts lines, everything here offsets."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _blocks(text)
        self._lines = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
        self._fences = [token for token in self._tokens if token.type == "fence"]

    def masked(self) -> tuple[str, str]:
        """The text without comments, and its mask."""
        hidden = [self._span(token, _paint(token)) for token in self._fences]
        mask = painted(self._text, hidden)
        comments = list(_comments(mask))
        if matter := _FRONT_MATTER.match(mask):
            comments.append(Span(*matter.span(), " "))
        mask = painted(mask, comments)
        mask = painted(mask, (Span(*match.span(), CODE) for match in _INLINE_CODE.finditer(mask)))
        return painted(self._text, comments), painted(mask, math_spans(mask, escaped_brackets=True))

    def blocks(self) -> Iterator[CodeBlock]:
        """Fenced programs."""
        for token in self._fences:
            if _paint(token) == CODE:
                start, end, _ = self._span(token, CODE)
                language = token.info.strip().lower()
                yield CodeBlock(start, end, _first_line(token) + 2, language, token.content)

    def slips(self) -> Iterator[Slip]:
        """Fences that are never closed, so that the rest of the text counts as a program."""
        for token in self._fences:
            start, end, _ = self._span(token, CODE)
            if not _FENCE.fullmatch(self._text[start:end].rstrip("\n").rpartition("\n")[2]):
                yield Slip("fence", start, "")

    def headings(self, mask: str) -> Iterator[Marker]:
        """Headings: ``#`` (with a space or without), underlined with ``=``, HTML, callouts.

        Above ``---`` stands a paragraph as often as a title; that is left to `openings`.
        """
        for token in self._tokens:
            if token.type == "heading_open" and token.markup != "-":
                start, end, _ = self._span(token, "")
                label = plain(_TAGS.sub("", mask[start:end].rstrip().rstrip("=")))
                yield Marker(start, end, label, Style.HEADING, whole=True, level=int(token.tag[1]))
        for match in _UNSPACED_HEADING.finditer(mask):
            label = plain(match[2])
            if label.partition(":")[2].count(" ") > 2:  # “#2b: From (a) we get”: the answer begins
                start = match.start(2)
                yield Marker(
                    start, start, match[2], Style.HEADING, whole=False, level=len(match[1])
                )
            else:
                level = len(match[1])
                yield Marker(*match.span(), label, Style.HEADING, whole=True, level=level)
        for match in _CALLOUT.finditer(mask):  # “> [!question] a”
            yield Marker(*match.span(), plain(match[1]), Style.HEADING, whole=True, level=6)
        for match in _HTML_HEADING.finditer(mask):
            level = int(match[1])
            yield Marker(*match.span(), plain(match[2]), Style.HEADING, whole=True, level=level)

        if _SIGNED_PROBLEM.search(mask):  # Typst and AsciiDoc
            for match in _SIGNED_HEADING.finditer(mask):
                level = len(match[1])
                yield Marker(*match.span(), plain(match[2]), Style.HEADING, whole=True, level=level)

    def interrupted_items(self, mask: str, items: list[Marker]) -> Iterator[Marker]:
        """Items that continue a list behind a paragraph that was not indented.

        To Markdown “5.” below such a paragraph is text, but whoever wrote it counted on from 4.
        """
        known = {item.start: item.label for item in items}
        last = ""
        for match in _NEXT_ITEM.finditer(mask):
            label = match[1] + match[2]
            if match.end(2) - 2 not in known and last == f"{int(match[1]) - 1}{match[2]}":
                yield Marker(match.start(1), match.end(2), label, Style.ITEM, whole=True)
            last = known.get(match.start(1), label)

    def items(self) -> Iterator[Marker]:
        """The marks of list items, with their number as label; bullets have none."""
        behind = 0
        for token, number in self._numbered_items():
            mark = (token.info or "") + token.markup
            start = self._text.find(mark, max(behind, self._lines[_first_line(token)]))
            behind = start + len(mark)
            label = f"{number}{token.markup}" if token.info else ""
            yield Marker(start, behind, label, Style.ITEM, whole=True)

    def item_ranges(self, items: list[Marker]) -> Iterator[tuple[int, int]]:
        """From where to where each list item reaches."""
        opened = (token for token in self._tokens if token.type == "list_item_open")
        for token, item in zip(opened, items, strict=True):
            yield item.start, self._span(token, "").end

    def _numbered_items(self) -> list[tuple[Token, str]]:
        """Every item with the number that a reader sees.

        Items that are all written “1.” are counted by the renderer; others keep what was written.
        """
        numbered: list[tuple[Token, str]] = []
        open_lists: list[list[int]] = []  # of each list the positions of its items in `numbered`
        for token in self._tokens:
            if token.type in {"ordered_list_open", "bullet_list_open"}:
                open_lists.append([])
            elif token.type == "list_item_open":
                open_lists[-1].append(len(numbered))
                numbered.append((token, token.info))
            elif token.type in {"ordered_list_close", "bullet_list_close"}:
                positions = open_lists.pop()
                if len(positions) > 1 and len({numbered[p][1] for p in positions}) == 1:
                    first = int(numbered[positions[0]][1] or 0)
                    for count, position in enumerate(positions):
                        numbered[position] = (numbered[position][0], str(first + count))
        return numbered

    def _span(self, token: Token, paint: str) -> Span:
        first, behind = token.map or (0, 0)
        return Span(self._lines[first], self._lines[min(behind, len(self._lines) - 1)], paint)


def _spans(items: list[Marker]) -> Iterator[tuple[int, int]]:
    return ((item.start, item.end) for item in items)


def _comments(mask: str) -> Iterator[Span]:
    seeker = Seeker(mask)
    start = seeker.find("<!--", 0)
    while (end := seeker.find("-->", start)) < len(mask):
        yield Span(start, end + 3, " ")
        start = seeker.find("<!--", end)


def _paint(fence: Token) -> str:
    return DISPLAY if fence.info.strip().lower() in _MATH_FENCES else CODE


def _first_line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _blocks(text: str) -> Sequence[Token]:
    try:
        return _parser().parse(text)
    except Exception:  # it is not ours; without its blocks labels are still found, line by line
        return []


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Blocks only, with ``$$`` as one of them; importing it costs more than a whole writeup."""
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from mdit_py_plugins.dollarmath import dollarmath_plugin  # noqa: PLC0415

    parser = MarkdownIt("commonmark").disable("code").use(dollarmath_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
