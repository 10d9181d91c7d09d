"""Where the formulas stand in LaTeX or Markdown source.

One walk from delimiter to delimiter. TeX ends a formula at a paragraph break with an error; here a
formula that would run over a break, or swallow a heading, is taken for a stray delimiter and
skipped, so that one forgotten ``$`` costs one paragraph and not the rest of the homework.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from grader.reading.manuscript import DISPLAY, INLINE, Span

MAX_FORMULA = 20_000
"""Characters of one formula; the longest display of a normal homework has under 2000."""

MATH_ENVIRONMENTS = frozenset(
    "equation align gather multline eqnarray flalign alignat displaymath math dmath IEEEeqnarray "
    "aligned gathered split cases bmatrix pmatrix matrix array".split()
)
"""Environments that hold formulas; the last row is found on its own only in sloppy Markdown."""

_DELIMITER = re.compile(r"\\begin\s*\{([A-Za-z]+)\*?\}|\\\\[(\[]|\\.|\$\$?", re.DOTALL)
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n")
_HEADING = re.compile(
    r"\n[ \t]*\n[ \t]*#{1,6} "
    r"|\\(?:(?:sub)*section|(?:sub)?paragraph|item|question|part)(?![A-Za-z])"
    r"|\\end\{(?:document|enumerate|itemize|parts|questions|solution)\}"
)
LABEL_IN_DOLLARS = re.compile(
    r"\$\$?\s*(?:\\(?:text|math|bold)?(?:bf|rm|it|sf|symbol)?\s*\{)?\s*"
    r"(?:\(?[a-e]\s?[.)]|\([a-e1-5]\)|[1-4]\s?\([a-e]\))\s*\}?\s*\$\$?"
)
"""A label that somebody put between dollars to have it in bold type."""


class Seeker:
    """`str.find` for many searches from left to right: each needle passes over the text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def find(self, needle: str, start: int) -> int:
        """Offset of the first `needle` at or after `start`, or the length of the text."""
        position = self._next.get(needle, -1)
        if position < start:
            position = self._text.find(needle, start)
            self._next[needle] = position = position if position >= 0 else len(self._text)
        return position


def math_spans(text: str, *, escaped_brackets: bool = False) -> Iterator[Span]:
    r"""The formulas of a text in which programs and comments are already painted over.

    Args:
        text: source.
        escaped_brackets: whether ``\\(`` opens a formula, as it does in some Markdown; in LaTeX
            it breaks a line.
    """
    breaks = [match.start() for match in _PARAGRAPH_BREAK.finditer(text)]
    headings = [match.start() for match in _HEADING.finditer(text)]
    seeker = Seeker(text)
    position = 0
    while match := _DELIMITER.search(text, position):
        position = match.end()
        closer = _closer(match, escaped_brackets)
        if closer is None:
            if len(match[0]) == 3:  # a line break before a bracket: only the backslashes are used
                position -= 1
            continue
        if label := LABEL_IN_DOLLARS.match(text, match.start()):
            position = label.end()
            continue
        if match[1]:  # the same environment opened again means that this one was never closed
            barrier = seeker.find(match[0], position)
        else:
            barrier = _next(breaks if closer in {"$", r"\)"} else headings, position, len(text))
        limit = min(position + MAX_FORMULA, barrier)
        end = _unescaped(seeker, text, closer, position)
        if end < limit:
            position = end + len(closer)
            yield Span(match.start(), position, INLINE if closer in {"$", r"\)"} else DISPLAY)


def _closer(match: re.Match[str], escaped_brackets: bool) -> str | None:
    opener = match[0]
    if name := match[1]:
        star = "*" if "*" in opener else ""
        return f"\\end{{{name}{star}}}" if name in MATH_ENVIRONMENTS else None
    if len(opener) == 3:
        return {r"\\(": r"\\)", r"\\[": r"\\]"}[opener] if escaped_brackets else None
    return {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}.get(opener)


def _next(barriers: list[int], position: int, default: int) -> int:
    index = bisect_left(barriers, position)
    return barriers[index] if index < len(barriers) else default


def _unescaped(seeker: Seeker, text: str, closer: str, position: int) -> int:
    """Offset of a closing delimiter that no backslash takes back."""
    end = seeker.find(closer, position)
    while end < len(text) and closer[0] == "$" and text[end - 1] == "\\" and text[end - 2] != "\\":
        end = seeker.find(closer, end + 1)
    return end
