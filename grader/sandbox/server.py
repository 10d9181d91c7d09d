"""The fork server: a clean interpreter that has imported torch once and forks a child per program.

Started by `client.py` as a script (``python -I server.py FD``), never imported by the grader. It
holds no submission, no reference and no secret, stays single-threaded and never runs autograd: a
forked child of a process that has used torch's thread pools would hang in its first parallel
region. Each request brings the child's end of a socket; the answer is the child's process id.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

Serve = Callable[[socket.socket], None]

_HERE = str(Path(__file__).resolve().parent)


def main() -> None:
    """Serve until the parent closes its end."""
    control = socket.socket(fileno=int(sys.argv[1]))
    memory, file_bytes, open_files = (int(text) for text in sys.argv[2:5])
    serve = _prepared()
    signal.signal(signal.SIGCHLD, _reap)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    control.sendall(b"ready---")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_child(memory, file_bytes, open_files)
            _serve_and_exit(serve, descriptors[0])
        os.close(descriptors[0])
        control.sendall(pid.to_bytes(8, "big"))


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
    sys.path[:] = [p for p in sys.path if not (Path(p) / "grader").is_dir()]
    gc.collect()
    gc.freeze()  # keeps the collector from copying pages that children share
    serve: Serve = job.serve
    return serve


def _become_child(memory: int, file_bytes: int, open_files: int) -> None:
    """Own session, no terminal, bounded resources."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    mapped = (
        int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        if (sys.platform == "linux")
        else 0
    )
    for limit, value in (
        (resource.RLIMIT_AS, mapped + memory),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an OSError in the program, not its death


def _serve_and_exit(serve: Serve, descriptor: int) -> None:
    """Talk to the parent, then leave without running exit handlers of the program."""
    try:
        with socket.socket(fileno=descriptor) as connection:
            serve(connection)
    finally:
        os._exit(0)


def _reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
