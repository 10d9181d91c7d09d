"""Looks after a program while it runs: what it writes and how much memory all of it takes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from grader.observation import Ending
from grader.sandbox import limits
from grader.sandbox.scratch import Scratch

_MEGABYTE = 2**20


def excess(scratch: Scratch, uid: int | None) -> tuple[Ending, str] | None:
    """The limit that a program has passed, as an ending and in words; None if it has not."""
    size, entries = scratch.used()
    if size > limits.SCRATCH_BYTES:
        return "wrote_too_much", f"it wrote more than {limits.SCRATCH_BYTES // _MEGABYTE} MB"
    if entries > limits.SCRATCH_ENTRIES:
        return "wrote_too_much", f"it made more than {limits.SCRATCH_ENTRIES:,} files"
    if uid is not None and sum(_own_memory(uid)) > limits.TOTAL_MEMORY_BYTES:
        allowed = limits.TOTAL_MEMORY_BYTES // 2**30
        return "out_of_memory", f"its processes took more than {allowed} GB of memory together"
    return None


def _own_memory(uid: int) -> Iterator[int]:
    """Bytes of memory, files aside, that each process of a user holds."""
    user = f"\nUid:\t{uid}\t".encode()
    for process in os.scandir("/proc"):  # four times a second: without objects for paths
        if process.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                told = _status(f"{process.path}/status")
                if user in told:
                    yield int(told.partition(b"\nRssAnon:")[2].split()[0]) * 1024


def _status(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read()
