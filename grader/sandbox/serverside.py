"""One fork server as the grader sees it: started, asked to fork and to end, stopped.

What it is and does is in `server.py`. It may die at any moment; then every call here raises
`OSError` or `EOFError`, and somebody starts another one.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from grader.sandbox import accounts, limits, wire
from grader.sandbox.layers import processes
from grader.sandbox.protection import WALLS, Protection
from grader.sandbox.scratch import Home, Scratch

_SERVER = Path(__file__).with_name("server.py")
PROJECT = Path(__file__).resolve().parents[2]

HIDDEN = "grader reference rubrics sample_submissions student_template tests decisions.yaml".split()
"""Beside the package, in a checkout or among the installed packages."""

LARGEST_ANSWER = 64 * 2**10

HALF_FURNISHED = 77
"""The server's exit status when namespaces are allowed but of no use."""


class Ended(msgspec.Struct, frozen=True):
    """How a child ended: its exit code if it had ended by itself, and whether nothing is left."""

    exit_code: int | None
    clean: bool


class ForkServer:
    """A process that has torch and forks; it starts at once, in background.

    Args:
        home: the sandbox's folder.
        without: walls to leave out.
    """

    def __init__(self, home: Home, without: Collection[str]) -> None:
        self._home = home
        self._without = frozenset(without)
        self._protection: Protection | None = None
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                # Not -I: it would ignore PYTHONHASHSEED, and the environment is ours anyway.
                [sys.executable, "-s", "-B", str(_SERVER), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_environment(home.path),
                cwd=home.path,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("GRADER_DEBUG") else subprocess.DEVNULL,
            )
        self._tell({"walls": self._walls(), "try_out": self._try_out()})

    @property
    def protection(self) -> Protection:
        """What stands around its children; known once it is `started`."""
        assert self._protection is not None
        return self._protection

    @property
    def protection_if_started(self) -> Protection | None:
        """The same, or None as long as it is not known."""
        return self._protection

    def started(self) -> ForkServer:
        """Wait until it is ready; itself, or one without own namespaces where those fail.

        Raises:
            OSError, EOFError: it does not start.
        """
        if self._protection is not None:
            return self
        try:
            told = self._answer(limits.START_SECONDS)
        except EOFError:
            if self._process.wait(limits.END_SECONDS) != HALF_FURNISHED:
                raise
            self.close()
            return ForkServer(self._home, self._without | {"namespaces"}).started()
        self._protection = msgspec.convert(told, Protection)
        return self

    def fork(self, connection: socket.socket, uid: int, scratch: Scratch) -> int:
        """Ask for a child at the other end of `connection`; its process id to the server."""
        environment = scratch.environment
        self._tell({"fork": {"uid": uid, "folder": str(scratch.path), "environment": environment}})
        socket.send_fds(self._control, [b"f"], [connection.fileno()])
        return int(self._answer(limits.START_SECONDS)["pid"])

    def end(self, pid: int, uid: int | None, *, by_itself: bool) -> Ended:
        """Kill a child and everything that it has started; of a dead server too.

        Args:
            pid: the child.
            uid: its user, if it has one of its own.
            by_itself: it seems to have ended already, so its exit code is worth waiting for.
        """
        try:
            self._tell({"end": pid, "by_itself": by_itself})
            return msgspec.convert(self._answer(limits.END_SECONDS), Ended)
        except (OSError, EOFError):
            return Ended(-signal.SIGKILL, self._end_orphans(uid))

    def close(self) -> None:
        """Stop it, and with it all its children."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _end_orphans(self, uid: int | None) -> bool:
        """The server is dead: with its world, all its children are. Without one, they live on."""
        self._process.kill()
        self._process.wait()
        return uid is None or processes.end_user(uid, uid + 1, None)

    def _tell(self, message: object) -> None:
        self._control.settimeout(limits.END_SECONDS)
        wire.send(self._control, message)

    def _answer(self, seconds: float) -> dict[str, Any]:
        body = wire.receive(self._control, LARGEST_ANSWER, time.monotonic() + seconds)
        return msgspec.json.decode(body, type=dict[str, Any])

    def _walls(self) -> dict[str, Any]:
        numbers = {
            "memory": limits.MEMORY_BYTES,
            "cpu_seconds": limits.CPU_SECONDS,
            "file_bytes": limits.FILE_BYTES,
            "open_files": limits.OPEN_FILES,
            "processes": limits.PROCESSES,
        }
        return {
            "home": str(self._home.path),
            "hidden": hidden_paths(),
            "limits": numbers,
            "parent": os.getpid(),
            "allowed": [name for name in WALLS if name not in self._without],
        }

    def _try_out(self) -> dict[str, Any]:
        return {
            "uid": accounts.FOR_TRIALS,
            "folder": str(self._home.trial),
            "private": str(self._home.private),
        }


def hidden_paths() -> list[str]:
    """What programs must not read, wherever the grader is installed."""
    return [str(PROJECT / name) for name in HIDDEN if (PROJECT / name).exists()]


def _environment(home: Path) -> dict[str, str]:
    """Nothing of ours: one thread, no display, fixed hashing, a home that goes away."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        "PYTHONBREAKPOINT": "0",
        "CUDA_VISIBLE_DEVICES": "",
        **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    }
