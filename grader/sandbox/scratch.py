"""The folders in which programs run: made, filled, measured and removed by the trusted side.

What a program leaves behind is hostile too: a million files, folders a thousand levels deep,
folders that nobody may enter, links to elsewhere. Nothing here follows a link, and nothing
recurses.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from grader.errors import SandboxFault
from grader.model import Program
from grader.sandbox import limits

FALLBACKS = ("/tmp", "/var/tmp")  # noqa: S108 - folders are made in there with names of their own
WORLD_WRITABLE = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - they are only cleaned
_OTHERS_ENTER = 0o001

OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.EACCES})
"""Errors in writing that are the machine's fault, not that of a file's name."""

MAX_LOOKED_AT = 2 * limits.SCRATCH_ENTRIES
"""Entries that are counted: enough to see that there are too many."""


class Home:
    """The folder of one sandbox; it goes away with all that is in it.

    Raises:
        SandboxFault: the machine has no room for it, or does not let us.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix="grader-", dir=_enterable()))
        except OSError as error:
            raise SandboxFault(f"no temporary folder can be made: {error}") from error
        self.path.chmod(0o711)  # programs run as other users, each in a folder of its own
        self.private = self.path / "private"
        self.private.touch(0o600)
        self.trial = self.path / "trial"  # where the server tries its walls out
        self.trial.mkdir()
        (self.path / "root").mkdir()  # where the server may put up a root of its own

    def close(self) -> None:
        """Remove it."""
        remove(self.path)


class Scratch:
    """The folder of one session: `work` for the program, `home` for what its libraries keep."""

    def __init__(self, home: Home, name: str) -> None:
        self.path = home.path / name
        self.path.mkdir(0o700)
        self.work = self.path / "work"
        self.home = self.path / "home"
        self.work.mkdir(0o700)
        self.home.mkdir(0o700)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead libraries here, and a name for a user who has none."""
        places = ("HOME", "TMPDIR", "MPLCONFIGDIR", "TORCHINDUCTOR_CACHE_DIR")
        return dict.fromkeys(places, str(self.home)) | {"USER": "student", "LOGNAME": "student"}

    def lay_out(self, program: Program, at_home: Mapping[str, bytes]) -> str:
        """Write the program and its siblings, and files for its libraries; the program's name.

        The program's own folder becomes the root, so that its siblings can be imported by name.
        """
        base = PurePosixPath(program.path).parent
        for file in program.siblings:
            path = PurePosixPath(file.path)
            self._write(path.relative_to(base) if path.is_relative_to(base) else path, file.content)
        name = PurePosixPath(program.path).stem + ".py"
        self._write(PurePosixPath(name), program.text.encode("utf-8", "replace"))
        for file_name, content in at_home.items():
            (self.home / file_name).write_bytes(content)
        return name

    def give_to(self, uid: int) -> None:
        """Make a user the owner of all that; nobody else may enter it then."""
        for path in (self.path, *self.path.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)

    def used(self) -> tuple[int, int]:
        """Bytes and entries in the folder, as far as a quick look goes."""
        size = entries = 0
        for entry in itertools.islice(_walk(self.path), MAX_LOOKED_AT):
            entries += 1
            with contextlib.suppress(OSError):
                size += entry.stat(follow_symlinks=False).st_blocks * 512
        return size, entries

    def close(self) -> None:
        """Remove the folder."""
        remove(self.path)

    def _write(self, place: PurePosixPath, content: bytes) -> None:
        """Write a file inside `work`; one whose name makes that impossible is left out."""
        target = self.work.joinpath(*place.parts)
        if not target.resolve().is_relative_to(self.work.resolve()):
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except (OSError, ValueError) as error:
            if getattr(error, "errno", None) in OURS:
                raise


def remove(folder: Path) -> None:
    """Remove a folder whatever is in it; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _empty(top)
        finally:
            os.close(top)
        folder.rmdir()


def remove_owned_by(uid: int) -> None:
    """Remove what a user has left where everybody may write."""
    for place in WORLD_WRITABLE:
        with contextlib.suppress(OSError):
            for entry in list(os.scandir(place)):
                if entry.stat(follow_symlinks=False).st_uid == uid:
                    if entry.is_dir(follow_symlinks=False):
                        remove(Path(entry.path))
                    else:
                        Path(entry.path).unlink()


def _empty(top: int) -> None:
    """Remove all in a folder: files at once, subfolders by first lifting theirs up to the top."""
    names = (f".{secrets.token_hex(8)}" for _ in itertools.count())  # none that could be there
    removed = True
    while removed:
        removed = False
        with os.scandir(top) as entries:
            for entry in entries:
                removed = True
                if entry.is_dir(follow_symlinks=False):
                    _dissolve(entry.name, top, names)
                else:
                    os.unlink(entry.name, dir_fd=top)


def _dissolve(name: str, top: int, names: Iterator[str]) -> None:
    """Remove one subfolder of `top`; its own subfolders move up to `top`."""
    with contextlib.suppress(OSError):
        os.chmod(name, stat.S_IRWXU, dir_fd=top)
    opened = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        with os.scandir(opened) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    with contextlib.suppress(OSError):
                        os.chmod(entry.name, stat.S_IRWXU, dir_fd=opened)
                    os.rename(entry.name, next(names), src_dir_fd=opened, dst_dir_fd=top)
                else:
                    os.unlink(entry.name, dir_fd=opened)
    finally:
        os.close(opened)
    os.rmdir(name, dir_fd=top)


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Every entry below a folder, links not followed; what cannot be entered is left out."""
    waiting = [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _enterable() -> str | None:
    """Where to make folders that another user can get to; None for the usual place."""
    if os.geteuid() != 0 or _is_open(Path(tempfile.gettempdir())):
        return None
    return next((place for place in FALLBACKS if _is_open(Path(place))), None)


def _is_open(folder: Path) -> bool:
    """Whether everybody may go through all folders down to this one."""
    path = folder.resolve()
    return all(one.stat().st_mode & _OTHERS_ENTER for one in (path, *path.parents))
