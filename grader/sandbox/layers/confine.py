"""All walls in order: which ones this platform has, and how a child goes behind them.

The order matters. Own mounts need rights that the change of user takes away; rules about files
name folders that the new user may not enter; no new privileges come before the filters, which the
kernel otherwise takes from root only; and the filter comes last, since it forbids the other steps.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from . import landlock, libraries, namespaces, privileges, resources, syscall_filter, trees
from .kernel import Missing

NAMES = ("namespaces", "user", "files", "calls")
"""Walls that a platform may lack. Limits and an own session are always there."""


@dataclass
class Walls:
    """What the fork server knows about the walls around its children.

    Attributes:
        home: the sandbox's own folder.
        hidden: paths that must not be readable.
        limits: numbers for `resources.limit`.
        parent: process id of the grader.
        allowed: walls that may be put up; a test leaves some out.
        missing: walls that are not to be had, each with the reason.
        doors: descriptors that lead to packages out of reach.
    """

    home: str
    hidden: Sequence[str]
    limits: dict[str, int]
    parent: int
    allowed: Sequence[str] = NAMES
    missing: dict[str, str] = field(default_factory=dict)
    doors: list[int] = field(default_factory=list)
    _trees: list[str] = field(default_factory=list)
    _shares: list[trees.Share] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.missing |= {name: "left out" for name in NAMES if name not in self.allowed}
        if os.geteuid() != 0:
            self.missing.setdefault("user", "only root can change the user")
        self._without("files", landlock.version)

    def stands(self, name: str) -> bool:
        """Whether a wall has not been found missing."""
        return name not in self.missing

    def survey(self) -> None:
        """Once all packages are there: what has to be readable, and what is out of reach."""
        shown = self._trees = trees.needed()
        self._shares = [share for tree in shown for share in trees.without(tree, self.hidden)]
        self._shares.append(trees.Share("/proc", whole=True))
        if self.stands("user") and self.stands("files") and not self.stands("namespaces"):
            self.doors = libraries.lead_through_descriptors(libraries.out_of_reach(shown))

    def go_behind(self, uid: int, folder: str, *, required: bool = True) -> None:
        """Confine this process for good, to be run as `uid` with `folder` to write in.

        Raises:
            OSError, Missing: a wall that was thought to stand does not, and it is `required`.
        """
        failed = self._note if not required else None
        os.setsid()
        _default_signals()
        privileges.close_to_others()
        self._put_up(
            "namespaces", lambda: namespaces.private_room(self.home, folder, self._trees), failed
        )
        os.chdir(folder)
        resources.die_first()
        resources.limit(self.limits)
        rules = self._rules(folder)
        self._put_up("user", lambda: privileges.become(uid), failed)
        if not self.stands("user"):
            with suppress(Missing, OSError):
                privileges.drop_capabilities()
        privileges.close_to_others()  # once more: a change of user sets it back
        privileges.die_with_parent(signal.SIGKILL)  # and this too
        with suppress(Missing):
            privileges.refuse_new_privileges()
        if rules is not None:
            self._put_up("files", lambda: landlock.put_up(rules), failed)
        spared = () if self.stands("user") else (self.parent, os.getppid())
        self._put_up("calls", lambda: syscall_filter.put_up(spared), failed)

    def _rules(self, folder: str) -> int | None:
        if not self.stands("files"):
            return None
        writable = [folder]
        if self.stands("namespaces"):
            writable += ["/tmp", "/dev/shm"]
        elif self.stands("user"):
            writable.append("/dev/shm")  # what is left there is found by its owner
        return landlock.prepared(self._shares, trees.DEVICES, writable)

    def _put_up(
        self, name: str, wall: Callable[[], object], failed: Callable[[str, Exception], None] | None
    ) -> None:
        if not self.stands(name):
            return
        try:
            wall()
        except (Missing, OSError) as error:
            if failed is None:
                raise
            failed(name, error)

    def _note(self, name: str, error: Exception) -> None:
        self.missing[name] = str(error)

    def _without(self, name: str, asked: Callable[[], object]) -> None:
        try:
            asked()
        except Missing as missing:
            self.missing.setdefault(name, str(missing))


def reached(walls: Walls, private: str) -> list[str]:
    """What can be reached from here that must not be: tried out, behind the walls.

    Args:
        walls: those that we are behind.
        private: a file that only the grader may read.
    """
    attempts: dict[str, Callable[[], object]] = {
        "the grader's files": lambda: _read_any(walls.hidden),
        "private files of the grader": lambda: Path(private).read_bytes(),
        "files outside of its folder": lambda: Path(private).open("r+b").close(),
        "the network": _knock,
    }
    if not walls.stands("namespaces"):
        attempts["the grader's processes"] = lambda: os.kill(walls.parent, 0)
    return [name for name, attempt in attempts.items() if _succeeds(attempt)]


def _knock() -> None:
    """Get as far as a closed door of this machine; without a network there is not even that."""
    with socket.socket() as one, suppress(ConnectionRefusedError):
        one.settimeout(1)
        one.connect(("127.0.0.1", 9))


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _read_any(paths: Sequence[str]) -> None:
    """Read one file at or below one of the paths.

    Raises:
        FileNotFoundError: there is none that can be read.
    """
    for file in (file for path in paths for file in _files(path)):
        with suppress(OSError):
            file.read_bytes()
            return
    raise FileNotFoundError


def _files(path: str) -> Iterator[Path]:
    yield Path(path)
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)


def _default_signals() -> None:
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
