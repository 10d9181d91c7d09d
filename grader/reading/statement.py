"""What of a writeup is the homework's own text, copied along with the answers.

Many students paste the questions and write below them. A question is no answer: without this,
whoever pastes the homework and answers nothing would seem to have answered everything. A sentence
counts as quoted when its letters stand in the statement as they are, or when nearly all of its
words do, in threes, and all of its formulas: “the matrix $A = I - 2H$ has all eigenvalues in the
interval (-1, 1)” is in the words of the statement, but its formula is the student's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from grader.reading.manuscript import CODE, DISPLAY, INLINE, painted
from grader.reading.mathspans import math_spans

SAME_WORDS = 0.8
"""Share of a sentence's words that must stand in the statement: one typo is still a quotation."""

FEWEST_WORDS = 3
"""Shorter pieces (“Hint:”) count as quoted only right behind a quoted one."""

FEWEST_LETTERS = 20
"""A shorter run of letters stands in any long text by chance."""

FEWEST_STATED_WORDS = 12
"""A shorter sentence with a full stop that is none of the statement's, though in its words, may be
the answer: “A closed-form solution exists.”, “It is possible to solve it in closed form.”"""

_DISPLAY = re.compile(rf"[{DISPLAY}][{DISPLAY}\n]*")
_INLINE = re.compile(rf"[{INLINE}][{INLINE}\n]*")
_SENTENCE_END = re.compile(
    r"(?<=[.?!:;])[*_}”\"')\]]*\s+|\n[ \t>]*\n\s*|\n(?=[ \t>]*(?:[-*+•]|\d\.|\\item)\s)"
)
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t>]*", re.MULTILINE)
_STATED = re.compile(r"(?<!etc)[.!:][*_}”\"')\]\s]*$")
_TASK = re.compile(
    r"[\s>*_#\d.()]*(?:prove|show|find|write|derive|rewrite|express|compute|explain) ",
    re.IGNORECASE,
)
"""How a question begins and no answer does, even where its end was left out."""

_COMMAND = re.compile(r"\\[A-Za-z@]+\*?")
_WORD = re.compile(r"[a-z]{2,}")
_NOT_SQUEEZED = re.compile(r"[^a-z0-9=<>]+")
_RELATION = re.compile(r"[=<>≤≥∈]")


class _Statement(NamedTuple):
    """The homework's text, in the forms in which sentences are compared with it."""

    squeezed: str
    sentence_ends: str
    formulas: str
    sentences: frozenset[str]
    triples: frozenset[tuple[str, str, str]]


def own_text(text: str, mask: str, start: int, end: int) -> list[tuple[int, int]]:
    """The ranges of a stretch of text that are not quoted from the statement.

    Args:
        text: a manuscript's text.
        mask: its mask.
        start: where the stretch begins.
        end: where it ends.
    """
    kept: list[tuple[int, int]] = []
    quoted = False
    for first, behind in _units(mask, start, end):
        quoted = _is_quoted(text[first:behind], mask[first:behind], after_quoted=quoted)
        if quoted:
            continue
        if kept and kept[-1][1] == first:
            kept[-1] = (kept[-1][0], behind)
        else:
            kept.append((first, behind))
    return kept


def _units(mask: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences and display formulas of a stretch, without gaps."""
    borders = {start, end}
    for match in _DISPLAY.finditer(mask, start, end):
        borders.update(match.span())
    borders.update(match.end() for match in _SENTENCE_END.finditer(mask, start, end))
    return pairwise(sorted(borders))


def _is_quoted(text: str, mask: str, *, after_quoted: bool) -> bool:
    statement = _statement()
    squeezed = _squeezed(_QUOTE_MARK.sub("", text))
    if CODE in mask:
        return False
    if mask.startswith(DISPLAY):
        return after_quoted and squeezed in statement.formulas
    ends_as_there = f"{squeezed}|" in statement.sentence_ends
    is_own = bool(_STATED.search(text)) and not ends_as_there and not _TASK.match(text)
    if len(squeezed) >= FEWEST_LETTERS:
        if squeezed in statement.squeezed and not is_own:
            return True
    elif after_quoted and (squeezed in statement.sentences or not squeezed):
        return True
    words = _words(mask)
    return (
        len(words) >= (FEWEST_STATED_WORDS if is_own else FEWEST_WORDS)
        and not _RELATION.search(_QUOTE_MARK.sub("", mask))
        and _shared(words, statement) >= SAME_WORDS
        and all(
            _squeezed(text[slice(*match.span())]) in statement.formulas
            for match in _INLINE.finditer(mask)
        )
    )


def _shared(words: list[str], statement: _Statement) -> float:
    """The share of words that belong to a triple of the statement."""
    covered = [False] * len(words)
    for index in range(len(words) - 2):
        if (words[index], words[index + 1], words[index + 2]) in statement.triples:
            covered[index : index + 3] = [True] * 3
    return sum(covered) / len(words)


def _words(mask: str) -> list[str]:
    return _WORD.findall(_COMMAND.sub(" ", mask).lower())


def _squeezed(text: str) -> str:
    """Letters, digits and relations only: what LaTeX and a copy from the PDF have in common."""
    text = unicodedata.normalize("NFKC", _COMMAND.sub("", text)).lower()
    return _NOT_SQUEEZED.sub("", text)


def homework_text() -> str:
    """The homework as it was handed out."""
    return Path(__file__).with_name("statement.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _statement() -> _Statement:
    text = homework_text()
    spans = list(math_spans(text))
    mask = painted(text, spans)
    words = _words(mask)
    units = [_squeezed(text[a:b]) for a, b in _units(mask, 0, len(text))]
    return _Statement(
        squeezed=_squeezed(text),
        sentence_ends="|".join(units) + "|",
        formulas="|".join(_squeezed(text[span.start : span.end]) for span in spans),
        sentences=frozenset(units),
        triples=frozenset(zip(words, words[1:], words[2:], strict=False)),
    )
