"""Submission → the programs that may answer Problem 4(d), the likeliest first.

Nobody was told how to name the file or what to put in it, so every script and every notebook is a
candidate, and its own text says how likely: does it use torch, does it call autograd, does it
compute something called a gradient? Without any such file the listings of the writeup count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from grader.model import Notice, Program, SourceLine, Submission, SubmittedFile
from grader.reading.homework import CODE_PART
from grader.reading.magics import plain_cell, without_magics
from grader.reading.notebook import Cell, NotebookError, cells
from grader.reading.python_text import Flaw, flaw, is_empty
from grader.reading.text import decode
from grader.reading.writeup import Block

MAX_PROGRAMS = 20
"""Candidates kept; the first two or three are ever looked at."""

SIGNS = (
    (4, re.compile(r"^\s*(?:import|from)\s+torch\b", re.MULTILINE)),
    (4, re.compile(r"\.backward\s*\(|autograd\.grad\s*\(|func\.(?:grad|jacrev|vjp)\s*\(")),
    (2, re.compile(r"^\s*[\w.\[\]\"']*(?:grad|d[LW]_?\w*|delta)[\w.\[\]\"']*\s*=[^=]", re.MULTILINE | re.IGNORECASE)),
    (1, re.compile(r"relu|clamp\(\s*min|maximum\(", re.IGNORECASE)),
    (1, re.compile(r"requires_grad|nn\.Parameter|nn\.Linear")),
    (1, re.compile(r"\b(?:allclose|assert_close|gradcheck)\b")),
)
"""What the text of an answer to 4(d) has, with weights. Torch and autograd weigh most."""

TELLING_NAME = 3
"""The file's name says 4d, problem4, backprop."""

SIDE_FILE = -8
"""The file's name says that it tests or installs something."""

_NAME_TELLS = re.compile(r"4[\W_]?d|p(?:rob(?:lem)?)?[\W_]?4|q(?:uestion)?[\W_]?4|back_?prop", re.IGNORECASE)
_NAME_OF_SIDE_FILE = re.compile(r"(?:^|/)(?:setup|conftest|tests?|test_\w*|\w*_test)\.py$", re.IGNORECASE)
_PYTHON_SUFFIXES = (".py", ".pyw", ".py.txt")
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([\w, ]+)|import[ \t]+([\w., ]+))", re.MULTILINE)
_PYTHON_TAG = re.compile(r"\b(?:python3?|py3?|ipython3?|pytorch|torch|pycon)\b")
_OTHER_TAG = re.compile(r"[a-z]{2,}")
_LOOKS_PYTHON = re.compile(
    r"^\s*(?:import \w|from [\w.]+ import\b|def \w+\s*\(|class \w+\s*[(:]|with torch|@torch|print\()"
    r"|\btorch\.\w+\(|\.backward\(",
    re.MULTILINE,
)


class Piece(NamedTuple):
    """A stretch of source with the place it was taken from."""

    place: str
    first_line: int
    text: str


class Assembled(NamedTuple):
    """Pieces put together: the source, which line stems from where, what had to be left out."""

    text: str
    sources: tuple[SourceLine, ...]
    wrong: Flaw | None
    dropped: tuple[tuple[Piece, Flaw], ...] = ()


class Candidate(NamedTuple):
    """A program with how much it looks like the answer, and the modules that it imports."""

    program: Program
    score: int
    imports: frozenset[str]
    notices: tuple[Notice, ...] = ()


class Programs(NamedTuple):
    """The candidates, the likeliest first, and what was noticed while looking for them."""

    ranked: tuple[Program, ...]
    notices: tuple[Notice, ...]


def read_programs(submission: Submission, blocks: Sequence[Block]) -> Programs:
    """Find the programs of a submission.

    Args:
        submission: all its files.
        blocks: the listings of its writeup.
    """
    notices: list[Notice] = []
    candidates: list[Candidate] = []
    for file in submission.files:
        if file.path.lower().endswith(_PYTHON_SUFFIXES):
            candidates += _script(file, submission, notices)
        elif file.path.lower().endswith(".ipynb"):
            candidates += _notebook(file, submission)
    if not any(candidate.score > 0 for candidate in candidates):
        candidates += _listing(blocks, submission)
    ranked = _ranked(candidates)
    for candidate in ranked:
        notices += candidate.notices
    return Programs(tuple(candidate.program for candidate in ranked), tuple(notices))


# ------------------------------------------------------------- where programs come from


def _script(file: SubmittedFile, submission: Submission, notices: list[Notice]) -> Iterator[Candidate]:
    """A Python file; magics are tolerated, since some scripts are exported notebooks."""
    text, encoding_notice = decode(file, python=True)
    wrong = flaw(text)
    if wrong and not flaw(plain := without_magics(text)):
        text, wrong = plain, None
    if not wrong and is_empty(text):
        if PurePosixPath(file.path).name != "__init__.py":
            notices.append(_empty(file.path))
        return
    assembled = Assembled(text, (), _located(file.path, wrong))
    found = (encoding_notice,) if encoding_notice else ()
    yield _candidate(file.path, file.path, assembled, _siblings(file.path, submission), found)


def _notebook(file: SubmittedFile, submission: Submission) -> Iterator[Candidate]:
    """The code cells of a notebook, top to bottom."""
    try:
        found = [cell for cell in cells(decode(file).text) if cell.kind == "code"]
    except NotebookError:  # said once, by the reader of the writeup
        return
    pieces = []
    written = []
    for cell in found:
        source, writes = plain_cell(cell.source)
        if not _is_comment(source):
            pieces.append(Piece(f"{file.path}, cell {cell.number}", 1, source))
        if writes:
            written.append(SubmittedFile(path=writes[0], content=writes[1].encode()))
    if not pieces:
        return
    others = _siblings(file.path, submission)
    names = {sibling.path for sibling in written}
    siblings = (*written, *(sibling for sibling in others if sibling.path not in names))
    order = (_out_of_order(file.path),) if _is_out_of_order(found) else ()
    origin = f"the code cells of {file.path}"
    yield _candidate(file.path, origin, _assembled(pieces), siblings, order)


def _listing(blocks: Sequence[Block], submission: Submission) -> Iterator[Candidate]:
    """The Python listings of the writeup: those of part 4(d), or all when it has none."""
    python = [block for block in blocks if _is_python(block)]
    chosen = [block for block in python if block.part == CODE_PART] or python
    if not chosen:
        return
    pieces = [Piece(*_place(block), block.where.text) for block in chosen]
    first = chosen[0].where
    what = "block" if len(chosen) == 1 else f"{len(chosen)} code blocks"
    origin = f"the code {what} of {first.where}" if len(chosen) == 1 else f"the {what} of {first.file}"
    yield _candidate(first.file, origin, _assembled(pieces), _siblings(first.file, submission), ())
