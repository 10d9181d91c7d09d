"""LaTeX source → `Manuscript`.

A scanner, not a parser: students' LaTeX need not compile, and a parser that trusts every brace and
dollar loses the rest of the document with the first one that is missing. (pylatexenc, tried first,
does that, and needs more time than a whole submission may take.) Comments go, listings and formulas
are painted over; the commands that remain say where headings, items and paragraphs begin.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from textwrap import dedent

from grader.reading.commands import Walk
from grader.reading.displays import written_out
from grader.reading.macros import definitions
from grader.reading.manuscript import (
    CODE,
    CodeBlock,
    Manuscript,
    Slip,
    Span,
    arranged,
    painted,
)
from grader.reading.markup import SYNTAX
from grader.reading.mathspans import Seeker, math_spans
from grader.reading.openings import openings

LISTINGS = frozenset(
    "verbatim Verbatim BVerbatim lstlisting minted alltt pyverbatim python pythoncode".split()
)
"""Environments whose content is shown as it stands."""

_LITERAL = re.compile(
    r"\\begin\s*\{(?P<listing>[A-Za-z]+)\*?\}|\\(?P<inline>verb|lstinline|mintinline)(?![A-Za-z])\*?"
    r"|\\(?P<off>iffalse)(?![A-Za-z])|\\.|(?P<comment>%)",
    re.DOTALL,
)
_LISTING_OPTIONS = re.compile(r"[ \t]*(\[[^\]]{0,400}\])?[ \t]*(\{[^}\n]{0,80}\})?[ \t]*\n?")
_INLINE_LISTING = re.compile(
    r"(?:\[[^\]\n]{0,200}\])?(?:\{[a-z]+\}(?=[{|!+]))?(?:\{[^{}\n]{0,400}\}|([^A-Za-z\s{])[^\n]*?\1)"
)
_FI = re.compile(r"\\fi(?![A-Za-z])")
_INCLUDED = re.compile(
    r"\\(?P<how>input|include|subfile|import|lstinputlisting|inputminted|verbatiminput)(?![A-Za-z])"
    r"\s*(?:\[[^\]\n]{0,200}\])?(?P<arguments>(?:\{[^{}\n]{0,400}\}|[ ][\w./-]+)+)"
)


def read(file: str, text: str) -> Manuscript:
    """Find everything in a LaTeX file that may open a part.

    Args:
        file: its path, for messages.
        text: its content.
    """
    text, blocks = _without_comments(text)
    body, end = _body(text)
    text = written_out(text[:end], body)
    macros = definitions(text)
    hidden = [Span(0, body, " ")]
    hidden += [Span(macro.start, macro.end, " ") for macro in macros]
    hidden += [Span(block.start, block.end, CODE) for block in blocks if block.end <= end]
    mask = painted(text, hidden)
    mask = painted(mask, math_spans(mask))
    walk = Walk(mask, {macro.name: macro for macro in macros}, preamble=text[:body])
    markers = chain(walk.markers, openings(mask, SYNTAX, walk.starts))
    return Manuscript(
        file=file,
        kind="latex",
        text=text,
        mask=mask,
        markers=arranged(markers, walk.items),
        blocks=tuple(block for block in blocks if block.end <= end),
        slips=tuple(_included(mask)),
        preamble=body,
    )


# ------------------------------------------------------------- comments, listings, the body


def _without_comments(text: str) -> tuple[str, list[CodeBlock]]:
    """The text with comments blanked, and its listings (in which ``%`` is no comment)."""
    comments: list[Span] = []
    blocks: list[CodeBlock] = []
    ends_of_conditions = [match.end() for match in _FI.finditer(text)]
    seeker = Seeker(text)
    position = 0
    while match := _LITERAL.search(text, position):
        position = match.end()
        if match["comment"]:
            position = seeker.find("\n", position)
            comments.append(Span(match.start(), position, " "))
        elif match["inline"]:
            inline = _INLINE_LISTING.match(text, position)
            if inline:
                position = inline.end()
                blocks.append(CodeBlock(match.start(), position, 0, "inline", ""))
        elif match["off"]:
            closing = bisect_left(ends_of_conditions, position)
            if closing < len(ends_of_conditions):
                position = ends_of_conditions[closing]
                comments.append(Span(match.start(), position, " "))
        elif match["listing"] in LISTINGS or match["listing"] == "comment":
            position = _listing(text, match, seeker, comments, blocks)
    return painted(text, comments), blocks


def _listing(
    text: str,
    opener: re.Match[str],
    seeker: Seeker,
    comments: list[Span],
    blocks: list[CodeBlock],
) -> int:
    """Note a listing (or the environment ``comment``); the offset at which to go on."""
    name = opener[0][opener[0].index("{") + 1 : -1]
    closer = f"\\end{{{name}}}"
    closing = seeker.find(closer, opener.end())
    if closing == len(text):  # never closed: read on as if it were text
        return opener.end()
    end = closing + len(closer)
    if name == "comment":
        comments.append(Span(opener.start(), end, " "))
        return end
    options = _LISTING_OPTIONS.match(text, opener.end(), closing)
    start = options.end() if options else opener.end()
    language = f"{options[1] or ''} {options[2] or ''}" if options else ""
    first_line = text.count("\n", 0, start) + 1
    code = dedent(text[start:closing]).rstrip() + "\n"
    blocks.append(CodeBlock(opener.start(), end, first_line, language.lower(), code))
    return end


def _body(text: str) -> tuple[int, int]:
    """From where to where the document is typeset; all of it when it has no frame."""
    begin = text.find(r"\begin{document}")
    end = text.find(r"\end{document}", max(begin, 0))
    return (
        begin + len(r"\begin{document}") if begin >= 0 else 0,
        end if end >= 0 else len(text),
    )


def _included(mask: str) -> Iterator[Slip]:
    for match in _INCLUDED.finditer(mask):
        name = re.split(r"[{}\s]+", match["arguments"].strip("{} "))[-1]
        code = "listing" if match["how"] in {"lstinputlisting", "inputminted"} else "input"
        yield Slip(code, match.start(), name)
