"""Passages → sentences, each with its place, its block (a paragraph or a list item) and its words.

Formulas and programs are painted over first, so that a full stop in ``0.5`` or in a display does
not end a sentence, and programs are not read. Text that is quoted from the homework is left out
once more: a question is not the student's claim, whoever pasted it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from grader.claims.clauses import VERB
from grader.claims.plain import plain
from grader.model import Passage
from grader.reading.manuscript import CODE, DISPLAY, Span, painted
from grader.reading.mathspans import math_spans
from grader.reading.statement import own_text

TITLE_WORDS = 3
"""A question of so few words and without a verb is a title."""

MAX_SENTENCES = 400
"""Of one part; an answer of two pages has about 60."""

_PROGRAM = re.compile(
    r"^(```|~~~).*?^\1|\\begin\{(verbatim|lstlisting|minted)\}.*?\\end\{\2\}",
    re.DOTALL | re.MULTILINE,
)
_ORDINAL = r"(?:First|Second|Third|Fourth|Fifth)(?:ly)?[:.]"
_NUMBERED = rf"(?:\(?\d{{1,2}}[.)]|\(?[ivx]{{1,4}}[.)]|\(?[a-e]\)|{_ORDINAL})\s|\\item\b|#{{1,6}}\s"
_TITLED = (
    r"\*\*(?=[\w“\"(])|\*(?=[A-Z][^*\n]{2,60}[.:?]\*)|\\(?:textbf|paragraph|subparagraph)\s*\*?\{"
)
_BULLET = r"[-*+•]\s"
_BLOCK_BREAK = re.compile(
    rf"\n[ \t]*\n\s*|\n(?=[ \t]*(?:{_BULLET}|{_NUMBERED}|{_TITLED}|\|))|\\\\(?:\[[^\]]*\])?\s*\n"
)
_STRONG = re.compile(rf"[ \t]*(?:{_NUMBERED}|{_TITLED})")
_WEAK = re.compile(rf"[ \t]*{_BULLET}")
_EMPTY = re.compile(rf"[ \t]*{_BULLET}\s*")
_LABEL = re.compile(
    r"^[ \t]*(?:[-*+•]\s+|\(?(?:\d{1,2}|[ivx]{1,4}|[a-e](?=\)))[.)]\s+"
    rf"|{_ORDINAL}\s+|\\item\b(?:\s*\[[^\]]*\])?)\s*"
)
_INLINE = re.compile(r"(?:^|(?<=[.;:!?])\s+|\A)(\((i{1,3}|iv|v|[1-5]|[a-e])\)\s)", re.MULTILINE)
_INLINE_LABELS = (("i", "ii", "iii", "iv", "v"), tuple("12345"), tuple("abcde"))

FEWEST_MARKS = 3
"""So many blocks with a number or a title, or with a bullet, make an outline of the answer."""

_FONT = r"(?:[*_]*|\\(?:emph|textbf|textit|textsc|underline)\{)"
_END = re.compile(rf"(?<=[.?!;])[*_}}”\"')\]]*(?=\s)|[{DISPLAY}](?=\s+{_FONT}[A-Z][a-z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:i\.e|e\.g|w\.r\.t|wrt|resp|vs|cf|eq|eqn|fig|approx|etc|dr|no|incl|min|max|def|thm|st"
    r"|sec|ref|aka|prob|lin|indep)|^\s*\(?\w{1,2})\.$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\( (?:and )?with it (?!(?:[^()]* )?(?:not|no|never|only|unless|if|but)\b)[^()]{1,80}\) ?"
)
"""“(and with it I − A)”: a consequence in brackets, by the way."""

_QUESTION = re.compile(r"\?[*_}”\"')\]\s]*$")


class Sentence(NamedTuple):
    """One sentence of a student.

    Attributes:
        raw: as written; nothing in an item that is empty.
        text: in plain words.
        where: for people, with its line.
        block: number of the stretch that stands under one number, title or bullet; of the
            paragraph, where an answer has no such outline.
        item: whether the stretch has such a mark.
    """

    raw: str
    text: str
    where: str
    block: int
    item: bool


@lru_cache(maxsize=64)
def sentences(passages: tuple[Passage, ...]) -> tuple[Sentence, ...]:
    """What the student says in these passages, in order."""
    blocks = [block for passage in passages for block in _blocks(passage)]
    found: list[Sentence] = []
    for block, number, is_item in _outlined(blocks):
        found += _sentences(block, number, is_item=is_item)
        if len(found) >= MAX_SENTENCES:
            break
    return tuple(found[:MAX_SENTENCES])


class _Block(NamedTuple):
    """A paragraph or list item: where it begins in its passage, its text and its mask."""

    passage: Passage
    start: int
    text: str
    mask: str
    opens: bool  # a passage, behind a heading or a quoted question


def _blocks(passage: Passage) -> Iterator[_Block]:
    """Paragraphs and list items in which the student speaks."""
    text, mask = passage.text, _mask(passage.text)
    for first, behind in own_text(text, mask, 0, len(text)):
        breaks = [m.end() for m in _BLOCK_BREAK.finditer(mask, first, behind)]
        starts = sorted({first, *breaks, *_inline_items(mask, first, behind), behind})
        opens = True
        for start, end in pairwise(starts):
            if mask[start:end].strip(CODE + "|-: \n") or _EMPTY.fullmatch(text, start, end):
                yield _Block(passage, start, text[start:end], mask[start:end], opens)
                opens = False


def _inline_items(mask: str, first: int, behind: int) -> list[int]:
    """Where “(i) … (ii) … (iii) …” begin new items within a paragraph."""
    found = list(_INLINE.finditer(mask, first, behind))
    for labels in _INLINE_LABELS:
        places = [match.start(1) for match in found if match[2] in labels]
        order = [match[2] for match in found if match[2] in labels]
        if len(order) >= FEWEST_MARKS and order == list(labels[: len(order)]):
            return places
    return []


def _outlined(blocks: Sequence[_Block]) -> Iterator[tuple[_Block, int, bool]]:
    """Each block with the number of its stretch in the answer's outline, by its clearest marks."""
    marks = next((m for m in (_STRONG, _WEAK) if _marked(blocks, m) >= FEWEST_MARKS), None)
    number, is_item = 0, False
    for block in blocks:
        is_marked = marks is not None and bool(marks.match(block.text))
        if is_marked or block.opens or marks is None:
            number, is_item = number + 1, is_marked
        yield block, number, is_item


def _marked(blocks: Sequence[_Block], marks: re.Pattern[str]) -> int:
    return sum(bool(marks.match(block.text)) for block in blocks)


def _mask(text: str) -> str:
    programs = [Span(m.start(), m.end(), CODE) for m in _PROGRAM.finditer(text)]
    without = painted(text, programs)
    return painted(without, list(math_spans(without)))


def _sentences(block: _Block, number: int, *, is_item: bool) -> Iterator[Sentence]:
    passage, text, mask = block.passage, block.text, block.mask
    label = _LABEL.match(text)
    start = label.end() if label else 0
    if label and is_item and not re.search(r"\w", text[start:]):
        yield Sentence("", "", _where(passage, passage.line), number, is_item)
    for end in [*_ends(mask, start), len(text)]:
        raw, begin = text[start:end], start
        start = end
        words = raw.strip()
        if not words or CODE in mask[begin:end] or _is_question(words):
            continue
        lead = len(raw) - len(raw.lstrip())
        line = passage.line + passage.text.count("\n", 0, block.start + begin + lead)
        yield Sentence(words, _plain(words), _where(passage, line), number, is_item)


def _is_question(words: str) -> bool:
    """Whether a sentence only asks; “Gradient highway?” is a title, as it is without its mark."""
    if not _QUESTION.search(words):
        return False
    title = _plain(words)
    return len(title.split()) > TITLE_WORDS or bool(VERB.search(title))


def _plain(words: str) -> str:
    """In plain words; a title loses its question mark, which would make it a question."""
    return _ASIDE.sub("", plain(_QUESTION.sub("", words)))


def _where(passage: Passage, line: int) -> str:
    return Passage(passage.file, line, "", passage.cell).where


def _ends(mask: str, start: int) -> Iterator[int]:
    """Where sentences end: not behind an abbreviation, but between a display and a capital."""
    for match in _END.finditer(mask, start):
        before = mask[max(start, match.start() - 12) : match.start()]
        if match[0].startswith(DISPLAY) or not _ABBREVIATION.search(before):
            yield match.end()
