"""Processes side by side: how many, and starting them so that Ctrl-C is handled once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that are started inside do not hear Ctrl-C, not even while they still import.

    This one hears it when it comes out.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
