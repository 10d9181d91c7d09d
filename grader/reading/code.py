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

from grader.model import Notice, Program, Submission, SubmittedFile
from grader.reading.assembly import Assembled, Piece, assemble
from grader.reading.homework import CODE_PART
from grader.reading.magics import plain_cell, without_magics
from grader.reading.notebook import Cell, NotebookError, cells
from grader.reading.python_text import flaw, is_empty
from grader.reading.text import decode
from grader.reading.writeup import Block

MAX_PROGRAMS = 20
"""Candidates kept; the first two or three are ever looked at."""

SIGNS = (
    (4, re.compile(r"^[ \t]*(?:import|from)[ \t]+torch\b", re.MULTILINE)),
    (4, re.compile(r"\.backward\s*\(|autograd\.grad\s*\(|func\.(?:grad|jacrev|vjp)\s*\(")),
    (2, re.compile(r"(?i)\b(?:\w*grad\w*|d[lw]_?\w*|delta\w*)(?:\[[^\]\n]{0,200}\])?[ \t]*=[^=]")),
    (1, re.compile(r"(?i)relu|clamp\(|maximum\(")),
    (1, re.compile(r"requires_grad|nn\.Parameter|nn\.Linear")),
    (1, re.compile(r"\b(?:allclose|assert_close|gradcheck)\b")),
)
"""What the text of an answer to 4(d) has, with weights. Torch and autograd weigh most."""

TELLING_NAME = 3
"""The file's name says 4d, problem4, backprop."""

SIDE_FILE = -8
"""The file's name says that it tests or installs something."""

LIBRARIES = frozenset(
    "torch torchvision numpy scipy matplotlib pandas sklearn sympy jax tensorflow seaborn plotly "
    "tqdm math random os sys typing time copy dataclasses collections itertools functools".split()
)
"""Packages whose contents are no files of the student: ``from torch.autograd import grad``."""

_AUTOGRAD = re.compile(r"\.backward\s*\(\s*[a-z]*\s*\)|autograd\.grad\s*\(")
_NAME_OF_EARLIER = re.compile(
    r"(?i)(?:^|[\W_\d])(?:old|backup|bak|copy|draft|orig|original|prev|previous|scratch|unused)"
    r"(?=[\W_\d]|$)"
)
_NAME_TELLS = re.compile(r"(?i)4[\W_]?d|p(?:rob(?:lem)?)?[\W_]?4|q(?:uestion)?[\W_]?4|back_?prop")
_NAME_OF_SIDE_FILE = re.compile(r"(?i)(?:^|/)(?:setup|conftest|tests?|test_\w*|\w*_test)\.py$")
_PYTHON_SUFFIXES = (".py", ".pyw", ".py.txt")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([\w, ]+)|import[ \t]+([\w., ]+))", re.MULTILINE
)
_PYTHON_TAG = re.compile(r"\b(?:i?python3?|py3?|pytorch|torch)\b")
_LANGUAGE = re.compile(r"language\s*=\s*(\w+)|^\W*(\w+)")
_LOOKS_PYTHON = re.compile(
    r"^\s*(?:import \w|from [\w.]+ import\b|def \w+\s*\(|class \w+\s*[(:]|with torch|print\()"
    r"|\btorch\.\w+\(|\.backward\(",
    re.MULTILINE,
)


class Candidate(NamedTuple):
    """A program, how much it looks like the answer, the names of modules that it imports."""

    program: Program
    score: int
    imports: frozenset[str]
    notices: tuple[Notice, ...]


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


def _script(
    file: SubmittedFile, submission: Submission, notices: list[Notice]
) -> Iterator[Candidate]:
    """A Python file; magics are tolerated, since some scripts are exported notebooks."""
    text, encoding_notice = decode(file, python=True)
    if flaw(text) and not flaw(plain := without_magics(text)):
        text = plain
    if not flaw(text) and is_empty(text):
        if PurePosixPath(file.path).name != "__init__.py":
            notices.append(_empty(file.path))
        return
    assembled = assemble([Piece(file.path, text)])._replace(sources=())
    found = (encoding_notice,) if encoding_notice else ()
    yield _candidate(file.path, file.path, assembled, _siblings(file.path, submission), found)


def _notebook(file: SubmittedFile, submission: Submission) -> Iterator[Candidate]:
    """The code cells of a notebook, top to bottom."""
    try:
        code_cells = [cell for cell in cells(decode(file).text) if cell.kind == "code"]
    except NotebookError:  # the reader of the writeup says so
        return
    pieces = []
    written: dict[str, SubmittedFile] = {}
    for cell in code_cells:
        source, writes = plain_cell(cell.source)
        if any(line.lstrip()[:1] not in {"", "#"} for line in source.split("\n")):
            pieces.append(Piece(f"{file.path}, cell {cell.number}", source))
        if writes:
            written[writes[0]] = SubmittedFile(path=writes[0], content=writes[1].encode())
    if pieces:
        others = {sibling.path: sibling for sibling in _siblings(file.path, submission)} | written
        order = (_out_of_order(file.path),) if _is_out_of_order(code_cells) else ()
        origin = f"the code cells of {file.path}"
        yield _candidate(file.path, origin, assemble(pieces), tuple(others.values()), order)


def _listing(blocks: Sequence[Block], submission: Submission) -> Iterator[Candidate]:
    """The Python listings of the writeup: those of part 4(d), or all when it has none."""
    python = [block for block in blocks if _is_python(block)]
    chosen = [block.where for block in python if block.part == CODE_PART]
    chosen = chosen or [block.where for block in python]
    if chosen:
        first = chosen[0]
        several = f"the {len(chosen)} code blocks of {first.file}"
        origin = several if len(chosen) > 1 else f"the code block of {first.where}"
        places = [where.where.rpartition(", line")[0] for where in chosen]
        pieces = [
            Piece(place, where.text, where.line)
            for place, where in zip(places, chosen, strict=True)
        ]
        siblings = _siblings(first.file, submission)
        yield _candidate(first.file, origin, assemble(pieces), siblings, ())


def _is_python(block: Block) -> bool:
    """Whether a listing is Python, by its tag or, without one, by its looks."""
    if _PYTHON_TAG.search(block.language):
        return True
    tag = _LANGUAGE.search(block.language)
    named = tag and (tag[1] or (tag[2] if "=" not in block.language else None))
    return not named and _LOOKS_PYTHON.search(block.where.text) is not None


def _candidate(
    path: str,
    origin: str,
    assembled: Assembled,
    siblings: tuple[SubmittedFile, ...],
    notices: tuple[Notice, ...],
) -> Candidate:
    program = Program(
        path=path,
        origin=origin,
        text=assembled.text,
        sources=assembled.sources,
        siblings=siblings,
        trouble=assembled.trouble,
    )
    notices += assembled.dropped
    return Candidate(program, _score(path, assembled.text), _imports(assembled.text), notices)


def _siblings(path: str, submission: Submission) -> tuple[SubmittedFile, ...]:
    """All other files, named as the program's own folder sees them where it can."""
    folder = path.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    near, far = [], []
    for file in submission.files:
        if file.path == path or file.path.lower().endswith(".pdf"):
            continue
        if file.path.startswith(prefix):
            near.append(SubmittedFile(path=file.path[len(prefix) :], content=file.content))
        else:
            far.append(file)
    taken = {file.path for file in near}
    return (*near, *(file for file in far if file.path not in taken))


# ------------------------------------------------------------- which of them is the answer


def _score(path: str, text: str) -> int:
    """How much a program looks like the answer to 4(d)."""
    signs = sum(weight for weight, sign in SIGNS if sign.search(text))
    name = TELLING_NAME * bool(_NAME_TELLS.search(path)) if signs else 0
    return signs + name + SIDE_FILE * bool(_NAME_OF_SIDE_FILE.search(path))


def _imports(text: str) -> frozenset[str]:
    """The modules that a program may mean by its imports, each by its last name."""
    names: set[str] = set()
    for module, contents, modules in _IMPORT.findall(text):
        for path in [module] if module else modules.split(","):
            parts = path.partition(" as ")[0].strip().split(".")
            names.update(parts[:1] if parts[0] in LIBRARIES else parts)
        if module.partition(".")[0] not in LIBRARIES:  # from package import module
            names.update(name.partition(" as ")[0].strip() for name in contents.split(","))
    return frozenset(names - {""})


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates by likelihood, without those that another one imports.

    A test imports the answer without being it, and what imports the answer is as likely as what
    it imports.
    """
    kept = []
    for candidate in candidates:
        users = (c for c in candidates if _uses(c, candidate) and not _uses(candidate, c))
        if not any(_is_answer(user, candidate) for user in users):
            used = [c.score for c in candidates if _uses(candidate, c)]
            kept.append(candidate._replace(score=max([candidate.score, *used])))
    likely = [candidate for candidate in kept if candidate.score > 0] or kept
    latest = [c for c in likely if not _NAME_OF_EARLIER.search(c.program.path)]
    likely = latest or likely
    return sorted(likely, key=lambda c: (-c.score, c.program.path))[:MAX_PROGRAMS]


def _is_answer(user: Candidate, used: Candidate) -> bool:
    """Whether a file that imports another one is the answer: a test is, when it alone runs it."""
    if not _NAME_OF_SIDE_FILE.search(user.program.path):
        return True
    return bool(_AUTOGRAD.search(user.program.text)) and not _AUTOGRAD.search(used.program.text)


def _uses(user: Candidate, used: Candidate) -> bool:
    """Whether a program imports another one."""
    return user is not used and _module(used.program.path) in user.imports


def _module(path: str) -> str:
    """The name by which a file is imported: ``net`` for ``net.py`` and for ``net/__init__.py``."""
    file = PurePosixPath(path)
    return file.parent.name if file.stem == "__init__" else file.stem


# ------------------------------------------------------------- what is noticed


def _is_out_of_order(code_cells: Iterable[Cell]) -> bool:
    runs = [cell.run for cell in code_cells if cell.run is not None]
    return runs != sorted(runs)


def _out_of_order(path: str) -> Notice:
    message = (
        f"{path}: its cells were last run in another order than they stand in. The grader ran them "
        "from top to bottom; choose “Restart and run all” to see what it saw."
    )
    return Notice(code="code-cells-out-of-order", message=message)


def _empty(path: str) -> Notice:
    message = f"{path} contains no code. If that is a mistake, hand in the file with your program."
    return Notice(code="code-empty", message=message)
