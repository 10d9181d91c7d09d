"""The finished pages on disk, each written whole or not at all, for their owner's eyes only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from grader.atomic import write_whole
from grader.errors import UsageError
from grader.store import Record

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")

NAME_LENGTH = 60
"""Characters; file systems take 255 bytes."""


def file_names(records: Sequence[Record]) -> dict[int, str]:
    """For each hand-in's number a file name of plain letters, different from all others."""
    return {
        record.hand_in_number: f"{_plain(record.hand_in.name)}-{record.hand_in_number}.html"
        for record in records
    }


def _plain(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-")[:NAME_LENGTH] or "submission"


def addresses(names: Mapping[int, str], students: Path, report: Path) -> dict[int, str]:
    """The addresses of students' pages, as links in the report."""
    folder = Path(os.path.relpath(students, report.parent)).as_posix()
    return {number: quote(f"{folder}/{name}") for number, name in names.items()}


def write_page(page: str, path: Path) -> None:
    """Write one page.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        write_whole(page.encode("utf-8", "replace"), path, survives_power_cut=False)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}.") from error
