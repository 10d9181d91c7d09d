"""Documents that only a person can read: PDFs, Word files, photographs, archives of other kinds.

They matter where the writeup that the grader can read leaves parts open: then the answer may be in
one of them, and the part must go to a TA instead of counting as missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from grader.model import Notice, Submission, SubmittedFile
from grader.reading.homework import PARTS
from grader.reading.pdf import Sheet, inspect
from grader.reading.writeup import Writeup, suffix

MAX_SHEETS = 10
"""PDFs opened; a photographed homework has one file a page at worst."""

KINDS: dict[str, tuple[str, Literal["yes", "no", "unsure"]]] = {
    **dict.fromkeys([".doc", ".docx", ".odt", ".rtf", ".pages"], ("a word processor's file", "no")),
    **dict.fromkeys(
        [".png", ".jpg", ".jpeg", ".heic", ".heif", ".webp", ".tif", ".tiff", ".bmp"],
        ("a picture", "no"),
    ),
    **dict.fromkeys(
        [".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"], ("an archive", "unsure")
    ),
    **dict.fromkeys([".typ", ".lyx", ".tm"], ("a typesetting source", "yes")),
    **dict.fromkeys([".html", ".htm", ".rst", ".org", ".xopp"], ("a document", "unsure")),
}
"""Endings of documents that are not read: what they are, and whether that is typeset work."""


class Papers(NamedTuple):
    """The documents for people, and why they matter; empty when the writeup holds everything."""

    sheets: tuple[Sheet, ...] = ()
    notices: tuple[Notice, ...] = ()


def read_papers(submission: Submission, writeup: Writeup) -> Papers:
    """Look at the documents beside a writeup that does not answer everything."""
    if not writeup.missing:
        return Papers()
    files = [file for file in submission.files if not _belongs_to(file, writeup)]
    found = chain(_pdfs(files), _others(files))
    sheets = [sheet for sheet in found if not (_is_most(writeup) and sheet.typeset == "yes")]
    notices = [sheet.notice or _for_people(sheet) for sheet in sheets]
    return Papers(tuple(sheets), tuple(notices))


def _is_most(writeup: Writeup) -> bool:
    """Whether a writeup answers so much that a typeset document beside it is its print."""
    return 2 * len(writeup.written) >= len(PARTS)


def _belongs_to(file: SubmittedFile, writeup: Writeup) -> bool:
    """Whether a document repeats the writeup under its own name, or is a picture in it."""
    if writeup.file is None:
        return False
    path = PurePosixPath(file.path)
    same_name = path.stem == PurePosixPath(writeup.file).stem
    shown = (f"{path.name})", f"{path.name}}}", f"{{{path.stem}}}", f"/{path.stem}}}")
    texts = [passage.text for passage in writeup.passages]
    return (same_name and _is_most(writeup)) or any(s in text for s in shown for text in texts)


def _pdfs(files: list[SubmittedFile]) -> Iterator[Sheet]:
    for file in [file for file in files if suffix(file) == ".pdf"][:MAX_SHEETS]:
        yield inspect(file)


def _others(files: list[SubmittedFile]) -> Iterator[Sheet]:
    for file in files:
        if suffix(file) in KINDS:
            kind, typeset = KINDS[suffix(file)]
            yield Sheet(file.path, kind, typeset, f"{file.path} is {kind}")


def _for_people(sheet: Sheet) -> Notice:
    code = "writeup-only-pdf" if sheet.path.lower().endswith(".pdf") else "writeup-not-readable"
    message = (
        f"The grader cannot read the answers in {sheet.path}. A TA reads it. For feedback on "
        "written answers at once, hand in the LaTeX or Markdown source as well."
    )
    return Notice(code=code, message=message, blocks=True)
