"""Ends everything that a program has started, whatever it did to get away.

A daemon that forked twice, opened a session of its own and changed its name is still a process of
the program's user, of the server's world, or a descendant of the server, which adopts orphans.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

END_SECONDS = 5.0
"""Killed processes are gone within milliseconds; one that writes to a slow disk takes longer."""

PAUSE_SECONDS = 0.0005
"""Between looks at whether they are gone; unmapping torch takes a millisecond or two."""


def end_user(uid: int, bystander: int, ended: dict[int, int] | None) -> bool:
    """Kill every process of a user; needs root. Whether none was left.

    The kernel does it in one go, so that nothing forks away in between. For that we take on the
    user's effective id for a moment, but with real and saved ids that the user cannot signal:
    `bystander`, which belongs to nobody, and root.

    Args:
        uid: the user.
        bystander: another id that is nobody's.
        ended: where to note our own children that have ended; None when none of this is ours.
    """

    def kill() -> bool:
        os.setresuid(bystander, uid, 0)
        try:
            _kill_all()
        finally:
            os.setresuid(0, 0, 0)
        return runs_something(uid)

    return _until_none(kill, ended)


def runs_something(uid: int) -> bool:
    """Whether a user has any process; one that has ended but was not collected counts."""
    try:
        os.getpriority(os.PRIO_USER, uid)
    except ProcessLookupError:
        return False
    return True


def end_world(ended: dict[int, int]) -> bool:
    """Kill every process but ourselves, as the first process of a world of our own."""
    return _until_none(_kill_all, ended)


def end_descendants(pid: int, spared: Collection[int], ended: dict[int, int]) -> bool:
    """Kill a child of ours, its group, all below it, and orphans that nobody spared has left."""

    def kill() -> bool:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        parents = _parents()
        doomed = [p for p in parents if _belongs(p, pid, spared, parents)]
        for one in doomed:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        return bool(doomed)

    return _until_none(kill, ended)


def reap(ended: dict[int, int]) -> None:
    """Collect children that have ended, with their status."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            ended[pid] = status


def has_ended(pid: int, ended: dict[int, int], seconds: float) -> bool:
    """Whether a child has ended, or does so within this time."""
    deadline = time.monotonic() + seconds
    while True:
        reap(ended)
        if pid in ended or time.monotonic() >= deadline:
            return pid in ended
        time.sleep(PAUSE_SECONDS)


def _kill_all() -> bool:
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _until_none(kill: Callable[[], bool], ended: dict[int, int] | None) -> bool:
    """Kill and collect until there is nobody to kill any more, zombies included."""
    deadline = time.monotonic() + END_SECONDS
    while kill():
        if ended is not None:
            reap(ended)
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def _belongs(process: int, pid: int, spared: Collection[int], parents: dict[int, int]) -> bool:
    """Whether going up from a process one meets `pid`, or us without meeting a spared one."""
    while process in parents:
        if process == pid:
            return True
        if process in spared:
            return False
        process = parents[process]
        if process == os.getpid():
            return True
    return False


def _parents() -> dict[int, int]:
    """Every process that can be seen, with its parent; zombies are none."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):  # none on macOS: there the group has to do
        with suppress(OSError, ValueError, IndexError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(folder.name)] = int(parent)
    return found
