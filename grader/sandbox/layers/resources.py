"""Limits that the kernel keeps for one process and its children: memory, time, processes, files."""

from __future__ import annotations

import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

LIMITS = {
    "memory": resource.RLIMIT_AS,
    "file_bytes": resource.RLIMIT_FSIZE,
    "open_files": resource.RLIMIT_NOFILE,
    "processes": resource.RLIMIT_NPROC,
}


def limit(allowed: dict[str, int]) -> None:
    """Set each limit for good. Memory is on top of what is mapped already: torch is a lot."""
    values = {**allowed, "memory": _mapped() + allowed["memory"]}
    for name, which in LIMITS.items():
        _set(which, values[name])
    # At the hard limit the kernel kills; a second before, it says why with a signal of its own.
    _set(resource.RLIMIT_CPU, allowed["cpu_seconds"], allowed["cpu_seconds"] + 1)
    _set(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an OSError in the program, not its death


def die_first() -> None:
    """When the machine runs out of memory, the kernel shall end this process and no other."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _set(which: int, soft: int, hard: int | None = None) -> None:
    """Soft and hard limit, equal unless both are given; one that is lower already stays."""
    _, highest = resource.getrlimit(which)
    wanted = (soft, soft if hard is None else hard)
    if highest != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], highest), min(wanted[1], highest))
    with suppress(ValueError, OSError):  # macOS takes no limit on address space
        resource.setrlimit(which, wanted)


def _mapped() -> int:
    """Bytes of address space in use."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
