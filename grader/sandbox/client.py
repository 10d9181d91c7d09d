"""The trusted side of the sandbox: starts the fork server, runs programs, kills what is left.

    with Sandbox() as sandbox, sandbox.session(program) as session:
        observation = session.run(RunRequest())

Nothing that a program does raises here: it becomes an `Observation` with an ending. Only a sandbox
that cannot work at all raises `SandboxFault`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path, PurePosixPath
from types import TracebackType

import msgspec

from grader.errors import SandboxFault
from grader.model import Program
from grader.observation import Observation, RunRequest
from grader.sandbox import limits

_SERVER = Path(__file__).with_name("server.py")
_LENGTH = struct.Struct(">Q")
_START_SECONDS = 120.0  # importing torch takes 2 s here, a minute on a busy half-core container


class Sandbox:
    """A fork server and the programs that it runs, one at a time. Starts at once, in background."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="grader-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._start()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def session(self, program: Program) -> Session:
        """A process of its own for one program."""
        return Session(self._fork(), program, self._home)

    def close(self) -> None:
        """Stop the server and remove its files."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(_START_SECONDS)
        numbers = (limits.MEMORY_BYTES, limits.FILE_BYTES, limits.OPEN_FILES)
        command = [sys.executable, "-I", "-B", str(_SERVER), str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                [*command, *map(str, numbers)],
                pass_fds=[theirs.fileno()],
                env=_environment(self._home),
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE if os.environ.get("GRADER_DEBUG") else subprocess.DEVNULL,
            )
        self._control = ours
        self._ready = False

    def _fork(self) -> tuple[int, socket.socket]:
        """A forked child and our end of the socket to it; restarts a dead server once."""
        for attempt in range(2):
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    self._await_ready()
                    assert self._control is not None
                    socket.send_fds(self._control, [b"f"], [theirs.fileno()])
                    return int.from_bytes(_exactly(self._control, 8), "big"), ours
            except (OSError, EOFError) as error:
                ours.close()
                if attempt:
                    raise SandboxFault(f"the sandbox does not start: {error}") from error
                self._restart()
        raise AssertionError("unreachable")

    def _await_ready(self) -> None:
        if not self._ready:
            assert self._control is not None
            _exactly(self._control, 8)
            self._ready = True

    def _restart(self) -> None:
        assert self._process is not None and self._control is not None
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._start()


class Session:
    """One program in one process: ask for as many runs as needed, then leave."""

    def __init__(self, child: tuple[int, socket.socket], program: Program, home: Path) -> None:
        self._pid, self._socket = child
        self._dead = False
        self._folder = Path(tempfile.mkdtemp(dir=home))
        path = _write_files(program, self._folder)
        cells = [source.start for source in program.sources]
        folder = str(self._folder)
        text = program.text.encode("utf-8", "replace").decode()  # no half surrogate pairs
        self._send({"path": path, "text": text, "folder": folder, "cells": cells})

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()
        self._kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether another run can be asked for."""
        return not self._dead

    def run(self, request: RunRequest) -> Observation:
        """Run the program once. After a run that killed the process, there are no more."""
        if self._dead:
            return Observation(ending="ended_early", message="the process had ended before")
        started = time.monotonic()
        self._socket.settimeout(request.seconds + limits.GRACE_SECONDS)
        try:
            self._send(msgspec.to_builtins(request, str_keys=True))
            return self._receive(started, request.seconds)
        except TimeoutError:
            ending, message = "timed_out", f"stopped after {request.seconds:.0f} s"
        except (EOFError, OSError):
            ending, message = "ended_early", "the process ended without a report"
        except (msgspec.MsgspecError, ValueError) as error:
            ending, message = "ended_early", f"the report could not be read: {error}"
        self._kill()
        seconds = time.monotonic() - started
        return Observation(ending=ending, message=message, seconds=seconds)  # type: ignore[arg-type]

    def _receive(self, started: float, seconds: float) -> Observation:
        deadline = started + seconds + limits.GRACE_SECONDS
        size = _LENGTH.unpack(_exactly(self._socket, _LENGTH.size, deadline))[0]
        if size > limits.REPORT_BYTES:
            raise ValueError("too large")
        return msgspec.json.decode(_exactly(self._socket, size, deadline), type=Observation)

    def _send(self, message: object) -> None:
        body = msgspec.json.encode(message)
        with contextlib.suppress(BrokenPipeError):
            self._socket.sendall(_LENGTH.pack(len(body)) + body)

    def _kill(self) -> None:
        """End the program's whole session of processes."""
        self._dead = True
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self._pid, signal.SIGKILL)


def _write_files(program: Program, folder: Path) -> str:
    """Lay the program and its siblings out in `folder`; the program's path in it.

    The program's own folder becomes the root, so that its siblings can be imported by name.
    """
    base = PurePosixPath(program.path).parent
    for file in program.siblings:
        path = PurePosixPath(file.path)
        place = path.relative_to(base) if path.is_relative_to(base) else path
        target = folder.joinpath(*place.parts)
        if target.resolve().is_relative_to(folder.resolve()):
            with contextlib.suppress(OSError):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.content)
    name = PurePosixPath(program.path).stem + ".py"
    (folder / name).write_text(program.text, encoding="utf-8", errors="replace")
    return name


def _environment(home: Path) -> dict[str, str]:
    """Nothing of ours: one thread, no display, fixed hashing, a home that goes away."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "MPLCONFIGDIR": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        "PYTHONBREAKPOINT": "0",
        "CUDA_VISIBLE_DEVICES": "",
        **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    }


def _exactly(connection: socket.socket, size: int, deadline: float | None = None) -> bytes:
    """Receive `size` bytes; EOFError when the other side closes, TimeoutError when it is late."""
    received = bytearray()
    while len(received) < size:
        if deadline is not None:
            connection.settimeout(max(0.01, deadline - time.monotonic()))
        piece = connection.recv(min(size - len(received), 1 << 20))
        if not piece:
            raise EOFError("the other side has closed")
        received += piece
    return bytes(received)
