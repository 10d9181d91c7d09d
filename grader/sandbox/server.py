"""The fork server: a clean interpreter that has imported torch once and forks a child per program.

Started by `serverside.py` as a script (``python -s server.py FD``), never imported by the grader.
It holds no submission, no reference and no secret, stays single-threaded and never runs autograd: a
forked child of a process that has used torch's thread pools would hang in its first parallel
region. What it is asked and answers are JSON messages (`Server`); a child talks to the grader
through a socket of its own, which it gets with the request.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import socket
import struct
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_HERE = str(Path(__file__).resolve().parent)
sys.path.insert(0, _HERE)
from layers import confine, namespaces, privileges, processes  # type: ignore[import-not-found] # noqa: E402
from layers.kernel import Missing  # type: ignore[import-not-found] # noqa: E402

sys.path[:] = [path for path in sys.path if path != _HERE]

Serve = Callable[[socket.socket], None]

LENGTH = struct.Struct(">Q")
GREETING = b"confined"
"""A child's first bytes: it is behind all walls and waits for its program."""

HALF_FURNISHED = 77
"""Exit status: namespaces were allowed, but a root of our own was not. Try again without."""


def main() -> None:
    """Serve until the grader closes its end."""
    control = socket.socket(fileno=int(sys.argv[1]))
    asked = _receive(control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    walls = confine.Walls(**asked["walls"])
    guests = [f"{_HERE}/inside"]
    if walls.stands("namespaces"):
        _enter_own_world(walls, guests, control)
    privileges.close_to_others()  # not before: the maps of user ids have to be written
    serve = _prepared()
    if walls.stands("namespaces"):
        namespaces.withdraw(guests)
    else:
        with suppress(Missing, OSError):
            privileges.adopt_orphans()
    walls.survey()
    server = Server(control, serve, walls)
    server.answer({"missing": {}, "reached": []} | server.tried_out(asked["try_out"]))
    while server.serve_one():
        pass
    server.end_all()


def _enter_own_world(walls: Any, guests: list[str], control: socket.socket) -> None:
    """Go on as the first process of namespaces of our own, if they are allowed.

    The process that was started stays outside, waits, and ends with the same status.
    """
    try:
        namespaces.unshare()
    except Missing as missing:
        walls.missing["namespaces"] = str(missing)
        return
    pid = os.fork()
    if pid:
        control.close()
        _, status = os.waitpid(pid, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    privileges.die_with_parent(signal.SIGKILL)
    try:
        namespaces.furnish(walls.home, walls.hidden, guests)
    except (Missing, OSError) as error:
        sys.stderr.write(f"no root of our own: {error}\n")
        os._exit(HALF_FURNISHED)


def _prepared() -> Serve:
    """Import what children need, then make the grader's own packages impossible to import."""
    sys.path.insert(0, _HERE)
    from inside import job  # type: ignore[import-not-found]  # noqa: PLC0415

    sys.path.remove(_HERE)
    sys.meta_path[:] = [
        f
        for f in sys.meta_path
        if "editable" not in getattr(f, "__module__", "") and "editable" not in repr(f).lower()
    ]
    sys.meta_path.insert(0, _Closed())
    gc.collect()
    gc.freeze()  # keeps the collector from copying pages that children share
    serve: Serve = job.serve
    return serve


BROKEN = 70
"""Exit code of a child in which our own code failed; a program may have made it fail."""

CLOSED = 71
"""Exit code of a child in which a program has closed descriptors that are not its own."""

LAST_MOMENTS = 0.5
"""Seconds between a process closing its descriptors and its exit code being there, at most."""


class _Closed:
    """Finds that the grader's own packages do not exist, even where they are installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        if name.partition(".")[0] in ("grader", "reference"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class Server:
    """Forks children, ends them with all that they have started, and says how they ended.

    Args:
        control: the socket to the grader.
        serve: what a confined child does.
        walls: what it is confined by.
    """

    def __init__(self, control: socket.socket, serve: Serve, walls: Any) -> None:
        self._control = control
        self._serve = serve
        self._walls = walls
        self._alive: dict[int, int] = {}  # children and their users
        self._ended: dict[int, int] = {}

    def serve_one(self) -> bool:
        """Take one request; False when there will be no more."""
        asked = _receive(self._control)
        if asked is None:
            return False
        if "fork" in asked:
            _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            self.answer({"pid": self._fork(descriptors[0], **asked["fork"])})
        else:
            self.answer(self._end(asked["end"], asked["by_itself"]))
        return True

    def end_all(self) -> None:
        """The grader is gone: nothing that it had us start may stay."""
        for pid in list(self._alive):
            self._end(pid, by_itself=False)

    def answer(self, message: dict[str, Any]) -> None:
        """Tell the grader something."""
        body = json.dumps(message).encode()
        self._control.sendall(LENGTH.pack(len(body)) + body)

    def tried_out(self, where: dict[str, Any]) -> dict[str, Any]:
        """Which walls are missing, and what can be reached from behind the others."""
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            private = where.pop("private")
            self._walls.go_behind(**where, required=False)
            found = {"reached": confine.reached(self._walls, private)}
            os.write(theirs, json.dumps(found | {"missing": self._walls.missing}).encode())
            os._exit(0)
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            told = json.loads(pipe.read())
        os.waitpid(pid, 0)
        self._walls.missing |= told["missing"]
        return dict(told)

    def _fork(self, descriptor: int, uid: int, folder: str, environment: dict[str, str]) -> int:
        assert _threads() == 1, "a forked child would lack the other threads"
        pid = os.fork()
        if pid == 0:
            _become_child(self._walls, self._serve, descriptor, (uid, folder, environment))
        os.close(descriptor)
        self._alive[pid] = uid
        return pid

    def _end(self, pid: int, by_itself: bool) -> dict[str, Any]:
        """Kill a child and all that came from it; how it had ended before, and if all are gone."""
        by_itself = processes.has_ended(pid, self._ended, LAST_MOMENTS if by_itself else 0)
        uid = self._alive.pop(pid)
        if self._walls.stands("user"):
            clean = processes.end_user(uid, uid + 1, self._ended)
        elif self._walls.stands("namespaces") and not self._alive:
            clean = processes.end_world(self._ended)
        else:
            clean = processes.end_descendants(pid, self._alive, self._ended)
        processes.reap(self._ended)
        status = self._ended.pop(pid, None)
        self._ended.clear()
        exit_code = None if status is None or not by_itself else os.waitstatus_to_exitcode(status)
        return {"exit_code": exit_code, "clean": clean}


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return sum(1 for _ in tasks.iterdir()) if tasks.exists() else 1


def _become_child(walls: Any, serve: Serve, descriptor: int, task: Any) -> None:
    """Go behind the walls, say so, and talk to the grader until it closes its end."""
    uid, folder, environment = task
    try:
        _close_all_but(descriptor, *walls.doors)
        os.environ.update(environment)
        tempfile.tempdir = None
        walls.go_behind(uid, folder)
        with socket.socket(fileno=descriptor) as connection:
            connection.sendall(GREETING)
            serve(connection)
    except OSError as error:
        os._exit(CLOSED if error.errno == errno.EBADF else BROKEN)
    except BaseException:
        traceback.print_exc()  # nobody reads it but who debugs the sandbox
        os._exit(BROKEN)
    finally:
        os._exit(0)  # without exit handlers of the program


def _close_all_but(*kept: int) -> None:
    start = 3
    for number in sorted(kept):
        os.closerange(start, number)
        start = number + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))


def _receive(control: socket.socket) -> Any:
    """Next message, or None when the grader is gone."""
    head = _exactly(control, LENGTH.size)
    body = head and _exactly(control, LENGTH.unpack(head)[0])
    return json.loads(body) if body else None


def _exactly(control: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = control.recv(size - len(received))
        if not piece:
            return b""
        received += piece
    return received


if __name__ == "__main__":
    main()
