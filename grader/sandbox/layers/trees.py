"""Which folders a Python program needs to read, and what inside them stays hidden.

The interpreter and its packages may lie anywhere: in ``/usr``, in a virtual environment inside a
checkout of the grader, under a home directory. The grader itself may be installed right among the
packages. So what may be read is a list of whole trees, minus the hidden parts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")

SETTINGS = (
    "/etc/alternatives /etc/fonts /etc/group /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d "
    "/etc/locale.alias /etc/localtime /etc/mime.types /etc/nsswitch.conf /etc/os-release "
    "/etc/passwd /etc/protocols /etc/services /etc/timezone"
).split()
"""What C libraries read; the rest of ``/etc`` may hold other people's secrets."""

MACHINE = ("/sys/devices/system/cpu", "/sys/devices/system/node")
"""Where torch and OpenBLAS look for the processor that they run on."""

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Share(NamedTuple):
    """A path that may be read: the whole tree below it, or only the list of its names."""

    path: str
    whole: bool


def needed() -> list[str]:
    """Files and folders that exist here and that programs read, none inside another."""
    python = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    # An own module's folder is the grader's checkout, not a library.
    libraries = [path for path in sys.path if path and not (Path(path) / "grader").is_dir()]
    wanted = [*SYSTEM, *SETTINGS, *MACHINE, *python, *libraries]
    both = {form for path in wanted for form in (os.path.abspath(path), os.path.realpath(path))}
    return _outermost(path for path in both if path != "/" and os.path.exists(path))


def without(tree: str, hidden: Sequence[str]) -> list[Share]:
    """Shares that cover a tree except what is hidden in it."""
    if any(_within(tree, path) for path in hidden):
        return []
    if not any(_within(path, tree) for path in hidden):
        return [Share(tree, whole=True)]
    below = (share for entry in _entries(tree) for share in without(entry, hidden))
    return [Share(tree, whole=False), *below]


def inside(hidden: Iterable[str], trees: Sequence[str]) -> list[str]:
    """Those hidden paths that lie in one of the trees."""
    return [path for path in hidden if any(_within(path, tree) for tree in trees)]


def _entries(folder: str) -> list[str]:
    try:
        return sorted(entry.path for entry in os.scandir(folder) if not entry.is_symlink())
    except OSError:
        return []


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not _within(path, kept[-1]):
            kept.append(path)
    return kept


def _within(path: str, tree: str) -> bool:
    return path == tree or path.startswith(tree.rstrip("/") + "/")
