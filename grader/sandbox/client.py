"""The trusted side of the sandbox: starts the fork server, runs programs, kills what is left.

    with Sandbox() as sandbox, sandbox.session(program) as session:
        observation = session.run(RunRequest())

Nothing that a program does raises here: it becomes an `Observation` with an ending. Only a sandbox
that cannot work at all raises `SandboxFault`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import msgspec

from grader.errors import SandboxFault
from grader.model import Program
from grader.observation import Ending, Observation, RunRequest
from grader.sandbox import accounts, fonts, limits, scratch, watch, wire
from grader.sandbox.protection import REMEDY, Protection
from grader.sandbox.scratch import Home, Scratch
from grader.sandbox.serverside import PROJECT, Ended, ForkServer, hidden_paths

GREETING = b"confined"
BROKEN, CLOSED = 70, 71
"""All as in `server.py`."""

FRESH_STARTS = 1
"""How often a program whose process was killed from outside, by nobody that we know, is started
again. A program that kills itself comes here too; once more is no harm."""


class Child(NamedTuple):
    """A confined process that waits for its program, and our end of the socket to it."""

    pid: int
    connection: socket.socket
    server: ForkServer


class Sandbox:
    """A fork server and the programs that it runs, one at a time. Starts at once, in background.

    Args:
        without: walls to leave out, for tests of the others.
    """

    def __init__(self, without: Collection[str] = ()) -> None:
        self.home = Home()
        self._without = without
        self._accounts: list[accounts.Account] = []
        self._fonts: dict[str, bytes] | None = None
        self._server = ForkServer(self.home, without)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def protection(self) -> Protection:
        """Which walls stand around programs, and what can be reached all the same.

        Raises:
            SandboxFault: the server does not start.
        """
        try:
            return self._ready_server().protection
        except (OSError, EOFError, ValueError) as error:
            raise SandboxFault(f"the sandbox does not start: {error}") from error

    @property
    def protection_so_far(self) -> Protection | None:
        """The same if it is known already: nothing has run before."""
        return self._server.protection_if_started

    @property
    def facts(self) -> dict[str, Any]:
        """What a program would need to know to get through: paths and numbers of ours."""
        return {
            "hidden": hidden_paths(),
            "home": str(self.home.path),
            "project": str(PROJECT),
            "parent": str(os.getpid()),
        }

    def insist(self) -> None:
        """Do not go on where student code can reach what it must not.

        Raises:
            SandboxFault: it can, or the server does not start.
        """
        if complaint := self.protection.complaint:
            raise SandboxFault(f"{complaint} {REMEDY}")

    def session(self, program: Program) -> Session:
        """A process of its own for one program."""
        return Session(self, program, self._fonts_for(program))

    def _fonts_for(self, program: Program) -> dict[str, bytes]:
        if not fonts.are_needed_by(program):
            return {}
        if self._fonts is None:
            with Session(self, fonts.LISTING, {}) as session:
                session.run(RunRequest(seconds=fonts.SECONDS))
                self._fonts = session.made(fonts.listed_in)
        return self._fonts

    def fork(self, scratch: Scratch, uid: int) -> Child:
        """A confined child; restarts a dead server once.

        Raises:
            SandboxFault: the server does not start, or the walls do not stand.
        """
        for attempt in range(2):
            ours, theirs = socket.socketpair()
            try:
                server = self._ready_server()
                with theirs:
                    pid = server.fork(theirs, uid, scratch)
                deadline = time.monotonic() + limits.START_SECONDS
                if wire.exactly(ours, len(GREETING), deadline) == GREETING:
                    return Child(pid, ours, server)
            except (OSError, EOFError, ValueError) as error:
                ours.close()
                if attempt:
                    raise SandboxFault(f"the sandbox does not start: {error}") from error
                self.restart()
        raise SandboxFault("the sandbox does not start: its processes are not confined")

    def account(self) -> accounts.Account | None:
        """A user for one program, until `return_account`; None where programs run as ourselves."""
        if not self.protection.stands("user"):
            return None
        return self._accounts.pop() if self._accounts else accounts.claim()

    def return_account(self, account: accounts.Account) -> None:
        """Take a user back: nothing runs as it any more, and it owns nothing."""
        self._accounts.append(account)

    def restart(self) -> None:
        """Replace the server by a new one."""
        self._server.close()
        self._server = ForkServer(self.home, self._without)

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.close()
        self.home.close()
        for account in self._accounts:
            account.release()

    def _ready_server(self) -> ForkServer:
        self._server = self._server.started()
        return self._server


class Session:
    """One program in one process: ask for as many runs as needed, then leave."""

    def __init__(self, sandbox: Sandbox, program: Program, at_home: dict[str, bytes]) -> None:
        self._sandbox = sandbox
        self._program = program
        self._at_home = at_home
        self._fresh_starts = FRESH_STARTS
        self._name = secrets.token_hex(6)
        self._begin()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def alive(self) -> bool:
        """Whether another run can be asked for."""
        return self._child is not None

    def made(self, look: Callable[[Path], dict[str, bytes]]) -> dict[str, bytes]:
        """What lies in the program's home; only for programs of our own."""
        return look(self._scratch.home)

    def run(self, request: RunRequest) -> Observation:
        """Run the program once. After a run that killed the process, there are no more."""
        if self._child is None:
            return Observation(ending="ended_early", message="the process had ended before")
        observation, exit_code = self._attempt(request)
        if exit_code == -signal.SIGKILL and self._fresh_starts:
            self._fresh_starts -= 1
            self._begin()
            observation, _ = self._attempt(request)
        return observation

    def _begin(self) -> None:
        """Put the program into a new process."""
        self._child: Child | None = None
        try:
            self._scratch = Scratch(self._sandbox.home, self._name)
        except OSError as error:
            raise SandboxFault(f"no folder for a program: {error}") from error
        self._account: accounts.Account | None = None
        try:
            self._account = self._sandbox.account()
            uid = self._uid
            path = self._scratch.lay_out(self._program, self._at_home)
            if uid is not None:
                self._scratch.give_to(uid)
            self._child = self._sandbox.fork(self._scratch, os.getuid() if uid is None else uid)
            self._send(
                {
                    "path": path,
                    "text": self._program.text.encode("utf-8", "replace").decode(),
                    "folder": str(self._scratch.work),
                    "cells": [source.start for source in self._program.sources],
                }
            )
        except OSError as error:
            self._end()
            raise SandboxFault(f"a program cannot be started: {error}") from error
        except BaseException:
            self._end()
            raise

    def _attempt(self, request: RunRequest) -> tuple[Observation, int | None]:
        """One run, and the exit code if its process ended by itself before it was done."""
        started = time.monotonic()
        stopped: tuple[Ending, str] | None = None
        by_itself = False
        try:
            self._send(msgspec.to_builtins(request, str_keys=True))
            return self._receive(started + request.seconds + limits.GRACE_SECONDS), None
        except TimeoutError:
            stopped = "timed_out", f"stopped after {request.seconds:.0f} s"
        except _Excess as excess:
            stopped = excess.ending, f"it was stopped: {excess}"
        except (EOFError, OSError):
            by_itself = True
        except (msgspec.MsgspecError, ValueError) as error:
            stopped = "ended_early", f"the report could not be read: {error}"
        exit_code = self._end(by_itself=by_itself)
        ending, message = stopped or _ending(exit_code)
        seconds = time.monotonic() - started
        observation = Observation(ending=ending, message=message, seconds=seconds)
        return observation, None if stopped else exit_code

    def _receive(self, deadline: float) -> Observation:
        assert self._child is not None
        connection = self._child.connection
        body = wire.receive(connection, limits.REPORT_BYTES, deadline, self._look)
        observation = msgspec.json.decode(body, type=Observation)
        ours = f"{self._scratch.work}/"
        return msgspec.structs.replace(observation, message=observation.message.replace(ours, ""))

    def _look(self) -> None:
        """Stop waiting for a program that takes too much."""
        excess = watch.excess(self._scratch, self._uid)
        if excess is not None:
            raise _Excess(*excess)

    @property
    def _uid(self) -> int | None:
        return None if self._account is None else self._account.uid

    def _send(self, message: object) -> None:
        assert self._child is not None
        self._child.connection.settimeout(limits.END_SECONDS)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, TimeoutError):
            wire.send(self._child.connection, message)

    def _end(self, *, by_itself: bool = False) -> int | None:
        """End the program with all that it started; the exit code if it had ended by itself."""
        uid = self._uid
        child, self._child = self._child, None
        account, self._account = self._account, None
        ended = Ended(None, clean=True)
        if child is not None:
            ended = child.server.end(child.pid, uid, by_itself=by_itself)
            child.connection.close()
        self._scratch.close()
        if account is not None:
            scratch.remove_owned_by(account.uid)
            if ended.clean:
                self._sandbox.return_account(account)
        if not ended.clean:
            self._sandbox.restart()
            raise SandboxFault("a process that student code had started could not be ended")
        return ended.exit_code


class _Excess(Exception):  # noqa: N818 - it is no error of ours
    """A program passed a limit that we keep ourselves."""

    def __init__(self, ending: Ending, words: str) -> None:
        super().__init__(words)
        self.ending = ending


def _ending(exit_code: int | None) -> tuple[Ending, str]:
    """How a process ended that did not report, in words."""
    if exit_code in (None, CLOSED):
        return "ended_early", "it closed its connection to the grader"
    if exit_code == BROKEN:
        return "grader_fault", "the grader failed on what it did"
    if exit_code >= 0:
        return "ended_early", "it ended its own process, as os._exit() does"
    if exit_code == -signal.SIGXCPU:
        return "timed_out", f"it used more than {limits.CPU_SECONDS} s of processor time"
    if exit_code == -signal.SIGKILL:
        return "ended_early", "its process was killed; perhaps there was not enough memory"
    return "ended_early", f"Python itself crashed ({signal.Signals(-exit_code).name})"
