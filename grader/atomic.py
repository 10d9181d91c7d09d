"""Files that are there whole or not at all, whoever reads them meanwhile and whatever kills us."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

UNFINISHED = ".unfinished"
"""Suffix of a file that is being written; only a kill leaves one behind."""


PRIVATE = 0o600
"""Mode of what has names or grades in it."""


def write_whole(
    content: bytes, path: Path, *, mode: int = PRIVATE, survives_power_cut: bool = True
) -> None:
    """Replace the file at `path` in one step; its folder is made where it is missing.

    Args:
        content: the whole file.
        path: where to.
        mode: permissions, whatever the umask.
        survives_power_cut: wait until it is on the disk, for some milliseconds.

    Raises:
        OSError: it cannot be written; the old file is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if survives_power_cut:
                os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
