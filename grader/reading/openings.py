"""Labels in running text: what opens a line, a paragraph, a list item or a new sentence.

LaTeX and Markdown differ in their markup (`Syntax`), not in where a label may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from grader.reading.headings import IDEOGRAPHS, PART_WORDS, PROBLEM_WORDS, SOLUTION_WORDS
from grader.reading.manuscript import PAINT, Marker, Style, plain
from grader.reading.mathspans import LABEL_IN_DOLLARS

Emphasis: TypeAlias = Callable[[str, int], "tuple[int, int, int] | None"]
"""From the mask and an offset to the emphasised group there: inside from, inside to, behind it."""

MAX_LABEL = 120
"""Characters of a line in which a label is sought."""

MAX_EMPHASIS = 400
"""Characters of an emphasised group; beyond that it is a whole answer in bold type."""

LABELS_IN_A_ROW = 3
"""Labels that may follow each other on a line: problem, part, title."""


class Syntax(NamedTuple):
    """The markup of a format as far as labels go.

    Attributes:
        lead: what may stand before a label and says nothing: indents, sizes, quotation marks.
        emphasis: finds an emphasised group.
        furniture: a line (or the rest of one) without any words.
    """

    lead: re.Pattern[str]
    emphasis: Emphasis
    furniture: re.Pattern[str]


_LINE = re.compile(r"[^\n]+")
_LABEL_LIKE = re.compile(
    r"[(\[（]?\s*\**(?:[a-e]|[1-5]|i{1,3}|iv|v)\**\s*(?:[.)\]:&,/）．–-]|and\b|[a-e]\b|\()"
    rf"|[ⓐ-ⓔⒶ-Ⓔ⒜-⒠]|(?:第.?|[问題问問习習例])?{IDEOGRAPHS}|[解答证]"
    r"|(?:sub-?|hw|homework|assignment|written|my|[1-4][a-z.]{1,2}|first|second|third|fourth)?"
    rf" ?#?\d?[\s:,.-]*(?:(?:{PROBLEM_WORDS}|{PART_WORDS}|{SOLUTION_WORDS})s?\b|[qp]\W{{0,2}}\d)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(rf"(?:[.!?:;)\]}}{PAINT}*|]|\\\\(?:\[[^\]]{{0,40}}\])?|<br ?/?>)\s*$")
_MID_SENTENCE = re.compile(r"(?!\([a-e]\)\s*(?:[A-Z\ue000-\ue002]|$))")
_PUNCTUATION = re.compile(r"[ \t.:]{0,20}")
_HARD_BREAK = re.compile(r"(?:  |\\\\(?:\[[^\]]{0,200}\])?|\\|\\newline|\\par|<br ?/?>)\s*$")
_TYPE = r"\*{1,3}|_{1,3}|\\(?:text(?:bf|it|sc|sl)|emph|underline)\{|\{\\(?:bf|it|em|sc)[a-z]* "
_AFTER_SENTENCE = re.compile(
    rf"[.!?;:)\]{PAINT}][ \t]+(?=(?P<label>(?:(?P<type>{_TYPE})\(?(?:part )?[a-e][.)]{{1,2}}"
    rf"(?:\*{{1,3}}|_{{1,3}}|\}}))(?=\W)|\([a-e]\)(?=[ \t.:]+(?-i:[A-Z\\*{PAINT}]))))",
    re.IGNORECASE,
)


def openings(mask: str, syntax: Syntax, starts: Iterable[tuple[int, Style]]) -> Iterator[Marker]:
    """Every label that opens something; `starts` are offsets behind headings and item marks."""
    for offset, style in starts:
        yield from _labels(mask, syntax, offset, style)
    yield from _line_openings(mask, syntax)
    for match in _AFTER_SENTENCE.finditer(mask):
        label = match["label"]
        style = Style.LINE if match["type"] else Style.INLINE
        yield Marker(match.end(), match.end() + len(label), plain(label), style, whole=True)


def _line_openings(mask: str, syntax: Syntax) -> Iterator[Marker]:
    before = ""
    style: Style | None
    labelled = False
    end = -1
    for match in _LINE.finditer(mask):
        if match[0].isspace():
            continue
        is_furniture = len(before) < MAX_EMPHASIS and syntax.furniture.fullmatch(before)
        if is_furniture or mask.count("\n", max(end, 0), match.start()) > 1:
            style = Style.LINE
        elif labelled or _SENTENCE_END.search(before[-MAX_LABEL:]):
            style = Style.LINE if _HARD_BREAK.search(before[-MAX_LABEL:]) else Style.INNER
        else:
            style = None
        found = list(_labels(mask, syntax, match.start(), style))
        yield from found
        labelled = bool(found)
        before, end = match[0], match.end()


def _labels(mask: str, syntax: Syntax, offset: int, style: Style | None) -> Iterator[Marker]:
    """The labels that stand at an offset: one, or “**Problem 1.** (a)” in a row.

    Without a style the line continues a sentence: then only type or a capital behind it tell.
    """
    for _ in range(LABELS_IN_A_ROW):
        lead = syntax.lead.match(mask, offset)
        start = lead.end() if lead else offset
        emphasised = _emphasised(mask, syntax, start)
        if emphasised is None:
            yield from _plain_label(mask, start, style)
            return
        inside, inside_end, end = emphasised
        label = plain(mask[inside:inside_end])
        style = Style.ITEM if style is Style.ITEM else Style.BOLD
        if not _LABEL_LIKE.match(label) and (style is Style.ITEM or len(label) > MAX_LABEL):
            return
        yield Marker(start, end, label, style, whole=True)
        behind = _PUNCTUATION.match(mask, end)
        offset, style = behind.end() if behind else end, Style.LINE


def _plain_label(mask: str, start: int, style: Style | None) -> Iterator[Marker]:
    label = mask[start : start + MAX_LABEL].partition("\n")[0].rstrip()
    if _LABEL_LIKE.match(label) and (style is not None or not _MID_SENTENCE.match(label)):
        yield Marker(start, start, label, style or Style.INLINE, whole=False)


def _emphasised(mask: str, syntax: Syntax, start: int) -> tuple[int, int, int] | None:
    """An emphasised group; Word sets one label in several pieces, which are taken together."""
    if match := LABEL_IN_DOLLARS.match(mask, start):
        return match.start(), match.end(), match.end()
    group = syntax.emphasis(mask, start)
    while (
        group
        and group[2] - start < MAX_EMPHASIS
        and (next_group := syntax.emphasis(mask, group[2]))
    ):
        group = (group[0], next_group[1], next_group[2])
    return group
