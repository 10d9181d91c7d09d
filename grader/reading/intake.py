"""What gets into a `Submission`, and under which name: the gate that folders and archives share.

Only plain files get in. What a desktop or a compiler leaves behind is junk and stays outside
without a word; what is dangerous or too large stays outside with a `Notice`, because an answer may
be lost with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import takewhile
from typing import IO

from grader.model import Notice, Submission, SubmittedFile

MAX_FILES = 500
"""Files kept; a submission has about five, a whole cloned repository a few hundred."""

MAX_TOTAL_BYTES = 100 * 2**20
"""All files together, unpacked: the largest upload that Gradescope accepts."""

MAX_FILE_BYTES = 50 * 2**20
"""One file; a colour scan of twenty pages has about 30 MB."""

MAX_NAME_CHARACTERS = 60
"""One component of a path: in any script below the 255 bytes that file systems allow."""

MAX_PATH_CHARACTERS = 600
"""A whole path, well below the 4096 bytes of Linux with a folder of ours before it."""

MAX_REFUSALS = 10
"""Notices about single files; one more then says that there are others."""

_CHUNK_BYTES = 2**16

_JUNK_FOLDERS = frozenset(
    "__MACOSX __pycache__ .git .svn .ipynb_checkpoints .idea .vscode .mypy_cache .pytest_cache "
    ".ruff_cache .venv venv site-packages node_modules .Trashes .Spotlight-V100".split()
)
_JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitattributes"})
_JUNK_BEGINNINGS = ("._", "~$", ".~lock.")
_JUNK_ENDINGS = tuple(
    ".pyc .pyo .swp ~ .aux .log .synctex.gz .out .toc .fls .fdb_latexmk .nav .snm .lof .lot".split()
)


def is_junk(path: str) -> bool:
    """Whether a file is one that nobody meant to hand in."""
    *folders, name = path.split("/")
    return (
        not _JUNK_FOLDERS.isdisjoint(folders)
        or name.lower() in _JUNK_NAMES
        or name.startswith(_JUNK_BEGINNINGS)
        or name.lower().endswith(_JUNK_ENDINGS)
    )


def safe_path(path: str) -> str:
    """A path that can be shown anywhere; two different paths may become the same one."""
    shown = "/".join(safe_name(name) for name in path.split("/"))
    return shown if len(shown) <= MAX_PATH_CHARACTERS else shown[-MAX_PATH_CHARACTERS:].lstrip("/")


def safe_name(name: str) -> str:
    """A file name without control, direction, private or lone surrogate characters, not too long.

    Emoji joiners count as such characters too: a name is for display, never a key to anything.
    """
    name = unicodedata.normalize("NFC", name)
    name = "".join("_" if _is_unprintable(character) else character for character in name).strip()
    if len(name) > MAX_NAME_CHARACTERS:
        root, dot, suffix = name.rpartition(".")
        ending = dot + suffix[:10] if root else ""
        name = name[: MAX_NAME_CHARACTERS - len(ending)] + ending
    return name or "_"


def unique_names(names: Iterable[str]) -> list[str]:
    """The same names, each once: a second “hw2” becomes “hw2-2”."""
    unique: dict[str, None] = {}
    for name in names:
        free, number = name, 1
        while free in unique:
            number += 1
            free = f"{name}-{number}"
        unique[free] = None
    return list(unique)


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character)[0] in "CZ" and character != " "


class Intake:
    """The files of one submission as they come in, and what had to stay outside."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._refusals: list[Notice] = []
        self._total = 0

    def read(self, path: str, stream: IO[bytes], limit: int = MAX_FILE_BYTES) -> bytes | None:
        """The content of one file, or None (and a refusal) when it is more than `limit` bytes."""
        chunks = []
        size = 0
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit or self._total + size > MAX_TOTAL_BYTES:
                self.refuse("file-too-large", path, "It is too large for the grader.")
                return None
            chunks.append(chunk)
        self._total += size
        return b"".join(chunks)

    def keep(self, path: str, content: bytes) -> None:
        """Let one file in, under its own name or, if that is taken, with a number behind it."""
        if len(self._files) >= MAX_FILES:
            self.refuse("too-many-files", path, f"There are more than {MAX_FILES} files.")
            return
        path = free = safe_path(path)
        number = 1
        while free in self._files:
            number += 1
            free = _numbered(path, number)
        self._files[free] = content

    def refuse(self, code: str, path: str, reason: str) -> None:
        """Leave one file outside and say why."""
        message = f"“{safe_path(path)}” was left out. {reason} Hand in your writeup and your code "
        message += "as plain files; a TA looks at what was left out."
        self._refusals.append(Notice(code=code, message=message, blocks=True))

    def submission(self, name: str) -> Submission:
        """Everything that came in, by path; one folder around all of it does not count."""
        wrapping = _common_folder(list(self._files))
        files = sorted((path[len(wrapping) :], content) for path, content in self._files.items())
        return Submission(
            name=safe_name(name),
            files=tuple(SubmittedFile(path=path, content=content) for path, content in files),
            notices=self._notices(),
        )

    def _notices(self) -> tuple[Notice, ...]:
        shown, others = self._refusals[:MAX_REFUSALS], self._refusals[MAX_REFUSALS:]
        if others:
            message = f"{len(others)} more files were left out for reasons like these."
            shown.append(Notice(code="more-files-left-out", message=message, blocks=True))
        return tuple(shown)


def _numbered(path: str, number: int) -> str:
    folder, slash, name = path.rpartition("/")
    root, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{root}~{number}{dot}{suffix}" if root else f"{path}~{number}"


def _common_folder(paths: list[str]) -> str:
    folders = [path.split("/")[:-1] for path in paths]
    shared = takewhile(lambda names: len(set(names)) == 1, zip(*folders, strict=False))
    return "".join(f"{names[0]}/" for names in shared)
