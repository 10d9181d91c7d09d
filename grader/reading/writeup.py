"""Submission → written answers by part, and what may have been lost on the way.

A file is brought into a `Manuscript` by the reader of its format, divided along its `outline`,
freed of the quoted problem statement and cut into passages. Of several writeups the fullest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from grader.model import Answer, Notice, Part, Passage, Submission, SubmittedFile
from grader.reading import latex, markdown, notebook
from grader.reading.blank import is_blank, trimmed
from grader.reading.doubts import on_division
from grader.reading.homework import PARTS
from grader.reading.manuscript import CODE, PAINT, Manuscript
from grader.reading.outline import MAX_LABELS, Section, outline
from grader.reading.remarks import (
    MANY_WORDS,
    on_length,
    on_loose_text,
    on_notebook,
    on_other_writeup,
    on_pictures,
    on_slips,
    words_in,
)
from grader.reading.statement import own_text
from grader.reading.text import decode

MAX_CHARACTERS = 400_000
"""One writeup, without its pictures; honest ones have 10,000 to 60,000."""

MANY_SIGNS = 20
"""Signs of mathematics in a text that may hold answers; a README about the code has few."""

KEPT_TITLE_WORDS = 8
"""Longer headings are sentences, and belong to the answer."""

FEWEST_SENTENCE_WORDS = 4
"""A heading of so many words that ends in punctuation is a sentence as well."""

LATEX_SUFFIXES = frozenset({".tex", ".ltx", ".latex"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mdown", ".rmd", ".qmd"})
PLAIN_SUFFIXES = frozenset({".txt", ".text", ""})
"""Read as LaTeX or Markdown, but no writeup unless headings are found."""

_LATEX_LIKE = re.compile(r"\\(?:documentclass|begin\s*\{document\}|(?:sub)?section\*?\s*\{)")
_MATHEMATICAL = re.compile(r"\$|\\[a-zA-Z]+|[²ᵀᵗΣ∑∇λη∂≤≥‖ŷ]|\^")
_EMBEDDED_PICTURE = re.compile(r"data:image/[\w.+-]{1,20};base64,[\w+/=]+")


class Block(NamedTuple):
    """A program listing of a writeup, and the part it stands in."""

    where: Passage
    language: str
    part: Part | None


class Stretch(NamedTuple):
    """The text under one heading.

    `problem` is 0 before the first problem, `parts` is empty before its first part.
    """

    problem: int
    parts: tuple[Part, ...]
    start: int
    end: int
    passages: tuple[Passage, ...]


class Writeup(NamedTuple):
    """The written work of a submission.

    Attributes:
        file: the file that counts, or None when there is none.
        written: what stands under each part.
        loose: text under no part.
        has_problems: whether some of that text stands under a problem.
        preamble: the preamble of LaTeX, where the student's macros are defined.
        blocks: program listings.
        notices: what may be lost.
    """

    file: str | None = None
    written: dict[Part, Answer] = {}
    loose: tuple[Passage, ...] = ()
    has_problems: bool = False
    preamble: tuple[Passage, ...] = ()
    blocks: tuple[Block, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts under which nothing was found."""
        return tuple(part for part in PARTS if part not in self.written)

    @property
    def size(self) -> int:
        """Characters that stand under parts."""
        return sum(len(p.text) for answer in self.written.values() for p in answer.passages)

    @property
    def loose_words(self) -> int:
        """Words under no part."""
        return sum(words_in(passage.text) for passage in self.loose)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All text of the writeup, placed or not."""
        placed = (passage for answer in self.written.values() for passage in answer.passages)
        return (*self.loose, *placed)


def read_writeup(submission: Submission) -> Writeup:
    """Read the written answers of a submission."""
    notices: list[Notice] = []
    writeups = []
    for file in submission.files:
        manuscript = _manuscript(file, notices)
        if manuscript is not None:
            writeups.append(_divided(manuscript, submission))
    candidates = [writeup for writeup in writeups if not _is_incidental(writeup)]
    if not candidates:
        candidates = [writeup for writeup in writeups if _is_mathematical(writeup)]
    if not candidates:
        return Writeup(notices=tuple(notices))
    best, *others = sorted(candidates, key=lambda w: (-w.size, -w.loose_words, w.file or ""))
    notices += best.notices
    for other in others:
        only_there = [part for part in other.written if part not in best.written]
        if other.written:
            notices.append(on_other_writeup(best.file or "", other.file or "", only_there))
    return best._replace(notices=tuple(notices))


def _is_incidental(writeup: Writeup) -> bool:
    """Whether a file without any answers is no writeup at all: a README, a few words in code."""
    name = PurePosixPath(writeup.file or "").name.lower()
    is_other = name.startswith("readme") or PurePosixPath(name).suffix in PLAIN_SUFFIXES
    says_little = is_other or writeup.loose_words < MANY_WORDS
    return says_little and not writeup.written and not writeup.has_problems


def _is_mathematical(writeup: Writeup) -> bool:
    """Whether a text without headings may hold answers all the same, so that a TA should look."""
    text = "\n".join(passage.text for passage in writeup.loose)
    is_plain = PurePosixPath(writeup.file or "").suffix.lower() in PLAIN_SUFFIXES | {".md"}
    has_words = writeup.loose_words >= MANY_WORDS or not is_plain
    return has_words and len(_MATHEMATICAL.findall(text)) >= MANY_SIGNS


# ------------------------------------------------------------- a file becomes a manuscript


def suffix(file: SubmittedFile) -> str:
    """The ending of a file's name in lower case, with its dot."""
    return PurePosixPath(file.path).suffix.lower()


def _manuscript(file: SubmittedFile, notices: list[Notice]) -> Manuscript | None:
    """The manuscript of a file that may be a writeup; what stands in the way goes to `notices`."""
    kind = suffix(file)
    if kind not in LATEX_SUFFIXES | MARKDOWN_SUFFIXES | PLAIN_SUFFIXES | {".ipynb"}:
        return None
    text, encoding_notice = decode(file)
    text = _EMBEDDED_PICTURE.sub("data:", text)
    if kind != ".ipynb" and len(text) > MAX_CHARACTERS:
        notices.append(on_length(file.path, len(text)))
        return None
    if encoding_notice and kind not in PLAIN_SUFFIXES:
        notices.append(encoding_notice)
    if kind == ".ipynb":
        return _notebook(file.path, text, notices)
    if kind in LATEX_SUFFIXES or (kind in PLAIN_SUFFIXES and _LATEX_LIKE.search(text)):
        return latex.read(file.path, text)
    return markdown.read(file.path, text)


def _notebook(path: str, text: str, notices: list[Notice]) -> Manuscript | None:
    try:
        manuscript = notebook.read(path, text)
    except notebook.NotebookError as error:
        notices.append(on_notebook(path, str(error)))
        return None
    if len(manuscript.text) > MAX_CHARACTERS:
        notices.append(on_length(path, len(manuscript.text)))
        return None
    return manuscript


# ------------------------------------------------------------- a manuscript is divided


def _divided(manuscript: Manuscript, submission: Submission) -> Writeup:
    sections = outline(manuscript.markers[:MAX_LABELS])
    stretches = list(_stretches(manuscript, sections))
    passages: dict[Part, list[Passage]] = {}
    for stretch in stretches:
        for part in stretch.parts:
            passages.setdefault(part, []).extend(stretch.passages)
    written = {
        part: Answer(part=part, passages=tuple(passages[part]))
        for part in PARTS
        if passages.get(part)
    }
    loose = [stretch for stretch in stretches if stretch.passages and not stretch.parts]
    writeup = Writeup(
        file=manuscript.file,
        written=written,
        loose=tuple(passage for stretch in loose for passage in stretch.passages),
        has_problems=any(stretch.problem for stretch in loose),
        preamble=tuple(_preamble(manuscript)),
        blocks=tuple(_blocks(manuscript, stretches)),
    )
    notices = [*on_slips(manuscript, [file.path for file in submission.files])]
    notices += on_pictures(written)
    for problem, group in groupby(loose, key=lambda stretch: stretch.problem):
        texts = [passage for stretch in group for passage in stretch.passages]
        notices += on_loose_text(problem, texts, writeup.missing)
    notices += on_division(manuscript, sections, writeup.missing)
    return writeup._replace(notices=tuple(notices))


def _stretches(manuscript: Manuscript, sections: list[Section]) -> Iterator[Stretch]:
    """The whole text in order, from heading to heading."""
    ends = [section.marker.start for section in sections[1:]] + [len(manuscript.text)]
    first = sections[0].marker.start if sections else len(manuscript.text)
    yield _stretch(manuscript, 0, "", manuscript.preamble, first)
    unanswered = 0
    for section, end in zip(sections, ends, strict=False):
        letters = section.letters
        if section.reading.naming == "solution":
            if unanswered > 1:  # the questions (a), (b), … came first, now come all the answers
                letters = ""
            unanswered = 0
        stretch = _stretch(manuscript, section.problem, letters, _text_start(section), end)
        unanswered = 0 if stretch.passages else unanswered + bool(section.reading.letters)
        yield stretch


def _text_start(section: Section) -> int:
    """Where the answer begins: behind the heading, unless the heading itself is a sentence."""
    title = section.marker.label[section.reading.length :]
    words = len(title.split())
    is_sentence = words > KEPT_TITLE_WORDS or any(c in title for c in PAINT)
    is_sentence |= words >= FEWEST_SENTENCE_WORDS and title.rstrip()[-1:] in set(".:;,")
    return section.marker.start if section.marker.whole and is_sentence else section.text_start


def _stretch(manuscript: Manuscript, problem: int, letters: str, start: int, end: int) -> Stretch:
    parts = tuple(Part(f"{problem}{letter}") for letter in letters)
    passages = _passages(manuscript, start, end, programs=bool(parts))
    return Stretch(problem, parts, start, end, tuple(passages))


def _passages(manuscript: Manuscript, start: int, end: int, *, programs: bool) -> Iterator[Passage]:
    """What the student wrote between two headings, cell by cell; programs too, or text only."""
    text, mask = manuscript.text, manuscript.mask
    cells = [offset for offset, _ in manuscript.cells if start < offset < end]
    for page_start, page_end in pairwise([start, *cells, end]):
        for first, behind in own_text(text, mask, page_start, page_end):
            is_program = not mask[first:behind].strip(CODE + " \n")
            if not is_blank(text[first:behind], mask[first:behind]) and programs >= is_program:
                yield _passage(manuscript, *trimmed(text, first, behind))


def _passage(manuscript: Manuscript, start: int, end: int) -> Passage:
    text = manuscript.text[start:end]
    start += len(text) - len(text.lstrip())
    _, cell = manuscript.cell(start)
    line = manuscript.line(start)
    return Passage(file=manuscript.file, line=line, cell=cell, text=text.strip())


def _preamble(manuscript: Manuscript) -> list[Passage]:
    if not manuscript.text[: manuscript.preamble].strip():
        return []
    return [_passage(manuscript, 0, manuscript.preamble)]


def _blocks(manuscript: Manuscript, stretches: list[Stretch]) -> Iterator[Block]:
    for block in manuscript.blocks:
        if block.first_line:
            _, cell = manuscript.cell(block.start)
            where = Passage(file=manuscript.file, cell=cell, line=block.first_line, text=block.text)
            parts = next((s.parts for s in stretches if s.start <= block.start < s.end), ())
            yield Block(where, block.language, parts[-1] if parts else None)
