"""A folder, a zip or a single file on disk → `Submission`.

A broken archive is the student's and ends in a `Notice`; a path that does not exist is the
caller's mistake and ends in a `UsageError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError
from grader.model import Submission
from grader.reading.intake import Intake, is_junk

MAX_LISTED = 50_000
"""Directory entries looked at, junk included: stops a walk through a file system by mistake."""


def load(path: Path) -> Submission:
    """Read what one student handed in: a folder, a ``.zip`` or a single file.

    Raises:
        UsageError: the path does not exist or may not be read.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist. Give a folder, a .zip or a single file.")
    intake = Intake()
    try:
        if path.is_dir():
            for file in _plain_files(path, intake):
                _take(file, file.relative_to(path).as_posix(), intake, depth=1)
            return intake.submission(path.resolve().name)
        _take(path, path.name, intake, depth=0)
        return intake.submission(path.resolve().stem)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _take(file: Path, name: str, intake: Intake, depth: int) -> None:
    with file.open("rb") as stream:
        if name.lower().endswith(".zip"):
            from grader.reading import archive  # noqa: PLC0415 - zipfile costs start-up time

            archive.unpack(name, stream, intake, folder=name[:-4] + "/", depth=depth)
        elif (content := intake.read(name, stream)) is not None:
            intake.keep(name, content)


def _plain_files(top: Path, intake: Intake) -> Iterator[Path]:
    """The regular files under a folder, in the order of their paths; links are not followed."""
    listed = 0
    for folder, subfolders, names in os.walk(top, onerror=_raise):
        subfolders.sort()
        for name in sorted(names + [s for s in subfolders if Path(folder, s).is_symlink()]):
            listed += 1
            file = Path(folder, name)
            path = file.relative_to(top).as_posix()
            if listed > MAX_LISTED:
                intake.refuse("too-many-files", path, f"There are more than {MAX_LISTED} files.")
                return
            if is_junk(path):
                continue
            if file.is_symlink() or not file.is_file():
                intake.refuse("file-not-plain", path, "It is a link or a device, not a plain file.")
            else:
                yield file


def _raise(error: OSError) -> None:
    raise error
