"""Zip archives → files, as if nobody could be trusted: `zipfile` plus what it leaves open.

Names that climb out of the archive, links and devices, bombs (by size, by ratio, by number, by
nesting), encrypted and damaged entries: each is refused on its own, the rest still comes in.
"""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from typing import IO

from grader.reading.intake import MAX_FILE_BYTES, Intake, is_junk

MAX_ENTRIES = 20_000
"""Entries looked at, junk included: a repository with its .git folder has several thousand."""

MAX_RATIO = 200
"""Unpacked to packed size. Text reaches 20, a file of zeros 1000."""

RATIO_FREE_BYTES = 2**20
"""Below this size no ratio is suspicious: small logs and tables can be very regular."""

MAX_NESTING = 1
"""A zip inside the submission is opened; a zip inside that one is not."""

DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises on damaged, encrypted, exotic or malicious archives."""


def unpack(  # noqa: PLR0913 - the last three only where an archive is part of something
    path: str,
    stream: IO[bytes],
    intake: Intake,
    *,
    folder: str = "",
    depth: int = 0,
    within: str | None = None,
) -> None:
    """Take the files of an archive in.

    Args:
        path: the archive's own path, for messages.
        stream: its bytes, seekable.
        intake: where the files go.
        folder: what to put before the names of its files, with a slash at the end.
        depth: how many archives it is inside of.
        within: take only this file or folder of the archive, as if it were alone.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if within is not None:
                entries = [e for e in entries if f"{e.filename}/".startswith(f"{within}/")]
            if len(entries) > MAX_ENTRIES:
                intake.refuse("archive-too-large", path, f"It has {len(entries)} entries.")
                return
            for entry in entries:
                _take(archive, entry, intake, folder, depth)
    except DAMAGED:
        intake.refuse("archive-damaged", path, "It is not a zip archive that can be opened.")


def _take(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, intake: Intake, folder: str, depth: int
) -> None:
    name = _name(entry)
    if entry.is_dir() or is_junk(name):
        return
    path = folder + name
    if trouble := _danger(name, entry):
        intake.refuse("file-not-plain", path, trouble)
        return
    try:
        with archive.open(entry) as stream:
            content = intake.read(path, stream, _allowance(entry))
    except DAMAGED:
        intake.refuse("archive-entry-damaged", path, "It is damaged or needs a password.")
        return
    if content is not None:
        _admit(path, content, intake, depth)


def _admit(path: str, content: bytes, intake: Intake, depth: int) -> None:
    if not path.lower().endswith(".zip"):
        intake.keep(path, content)
    elif depth < MAX_NESTING:
        unpack(path, io.BytesIO(content), intake, folder=path[:-4] + "/", depth=depth + 1)
    else:
        intake.refuse("archive-nested", path, "It is an archive inside an archive.")


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name as its author meant it: macOS writes UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _danger(name: str, entry: zipfile.ZipInfo) -> str | None:
    """Why an entry must not come in, or None."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        return "It is a link or a device, not a plain file."
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return "Its path points outside of the archive."
    return None


def _allowance(entry: zipfile.ZipInfo) -> int:
    """How many bytes may come out of an entry, whatever its header promises."""
    return min(MAX_FILE_BYTES, max(RATIO_FREE_BYTES, MAX_RATIO * entry.compress_size))
