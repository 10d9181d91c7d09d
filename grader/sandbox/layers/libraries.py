"""Keeps packages within reach of a user who may not enter the folder that they are in.

An interpreter under ``/root`` or in a closed home directory cannot be read by another user, so
nothing that was not imported before could be imported any more. A descriptor of a folder opens
what is below it, whoever may enter the folders above; so search paths lead through descriptors.
From there ``..`` leads up as well: only together with a wall around files (`landlock.py`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress

_OTHERS_ENTER = 0o001


def out_of_reach(paths: Iterable[str]) -> list[str]:
    """Those folders that a user who owns nothing cannot enter."""
    return [path for path in paths if not all(map(_is_open, _folders_down_to(path)))]


def lead_through_descriptors(folders: Sequence[str]) -> list[int]:
    """Open the folders and let every import below them go through the descriptors; these."""
    opened = {
        folder: os.open(folder, os.O_PATH | os.O_DIRECTORY)
        for folder in folders
        if os.path.isdir(folder)
    }
    for descriptor in opened.values():
        os.set_inheritable(descriptor, True)
    doors = {folder: f"/proc/self/fd/{number}" for folder, number in opened.items()}
    sys.path[:] = [_through(path, doors) for path in sys.path]
    for module in list(sys.modules.values()):
        path = getattr(module, "__path__", None)
        if isinstance(path, list):
            path[:] = [_through(one, doors) for one in path]
    sys.path_importer_cache.clear()
    return list(opened.values())


def _through(path: str, doors: dict[str, str]) -> str:
    for folder, door in doors.items():
        if path == folder or path.startswith(folder + "/"):
            return door + path[len(folder) :]
    return path


def _folders_down_to(path: str) -> list[str]:
    parts = os.path.realpath(path).split("/")
    return ["/".join(parts[:end]) or "/" for end in range(1, len(parts) + 1)]


def _is_open(folder: str) -> bool:
    with suppress(OSError):
        return bool(os.stat(folder).st_mode & _OTHERS_ENTER)
    return False
