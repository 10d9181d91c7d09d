"""A world of its own for the fork server: own root, own processes, own network, no way out.

In the new root there is what programs need to read (`trees.py`), read-only, and nothing of the
grader, its reference or anybody's files. The network has no interface. All processes that ever
start in there end when the server does, since it is the first of them.

Root may do this without more; other users get it through a user namespace of their own. Docker's
default profile forbids both: then other walls have to do.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from . import trees
from .kernel import Missing, call

NEW_MOUNTS, NEW_IPC, NEW_USER = 0x00020000, 0x08000000, 0x10000000
NEW_PROCESSES, NEW_NETWORK = 0x20000000, 0x40000000

NOSUID, NODEV, NOEXEC, BIND, RECURSIVE, PRIVATE = 2, 4, 8, 0x1000, 0x4000, 0x40000
SCRATCH_OPTIONS = "size=64m,nr_inodes=4096,mode=1777"
"""Of ``/tmp`` and ``/dev/shm``: as large as the largest file that a program may write."""

_DETACH = 2
_SELF = -100  # AT_FDCWD
_WHOLE_TREE = 0x8000  # AT_RECURSIVE
_READ_ONLY, _NO_SUID = 1, 2


def unshare() -> None:
    """Leave the common world; takes effect for processes with the next fork."""
    flags = NEW_MOUNTS | NEW_PROCESSES | NEW_NETWORK | NEW_IPC
    uid, gid = os.geteuid(), os.getegid()
    try:
        call("unshare", flags if uid == 0 else flags | NEW_USER)
    except OSError as error:
        raise Missing(f"namespaces are not allowed here ({error.strerror})") from error
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def furnish(home: str, hidden: Sequence[str], guests: Sequence[str]) -> None:
    """Build the new root and move into it, as the first process of the new world.

    Args:
        home: the sandbox's own folder, the only one that can be written; has an empty ``root``.
        hidden: what must not be there even if it lies in a tree that is.
        guests: folders to show nevertheless, until `withdraw`.
    """
    mount("none", "/", "", RECURSIVE | PRIVATE)
    root = f"{home}/root"
    mount("tmpfs", root, "tmpfs", NOSUID, "size=4m,mode=755")
    os.mkdir(f"{root}/tmp")  # first of all: libraries may lie in there
    mount("tmpfs", f"{root}/tmp", "tmpfs", NOSUID | NODEV, SCRATCH_OPTIONS)
    shown = trees.needed()
    for path in shown:
        _show(path, root)
    for path in trees.inside(hidden, shown):
        _cover(root + path)
    for path in guests:
        _show(path, root)
    _devices(root)
    _processes(root)
    _bind(home, root + home)
    os.chdir(root)
    call("pivot_root", b".", b".")
    call("umount2", b".", _DETACH)
    os.chdir("/")
    _restrict("/", _READ_ONLY | _NO_SUID, whole=False)


def withdraw(guests: Sequence[str]) -> None:
    """Take away what was needed for the start only."""
    for path in guests:
        call("umount2", path.encode(), _DETACH)


def private_room(home: str, folder: str, shown: Sequence[str]) -> None:
    """For one session: an empty ``/tmp`` and ``/dev/shm``, and of `home` only its own folder.

    Args:
        home: the sandbox's own folder.
        folder: the session's, in there.
        shown: paths that have to stay, should they lie in one of these.
    """
    call("unshare", NEW_MOUNTS)
    mount("none", "/", "", RECURSIVE | PRIVATE)
    covered = ["/tmp", "/dev/shm", *([] if home.startswith("/tmp/") else [home])]
    kept = [folder, *trees.inside(shown, covered)]
    opened = {path: os.open(path, os.O_PATH) for path in kept}
    for path in covered:
        mount("tmpfs", path, "tmpfs", NOSUID | NODEV, SCRATCH_OPTIONS)
    for path, descriptor in opened.items():
        _bind(f"/proc/self/fd/{descriptor}", path)
        os.close(descriptor)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """`mount(2)`; an empty kind is none at all."""
    words = [word.encode() if word else None for word in (source, target, kind)]
    call("mount", *words, flags, options.encode() if options else None)


def _show(path: str, root: str) -> None:
    """Bind a file or a folder into the new root, read-only, under the same name."""
    if os.path.islink(path):
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        with suppress(FileExistsError):
            os.symlink(os.readlink(path), root + path)
        return
    _bind(path, root + path)
    _restrict(root + path, _READ_ONLY | _NO_SUID)


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    mount(source, target, "", BIND | RECURSIVE)


def _cover(target: str) -> None:
    """Hide a file or a folder behind an empty one."""
    if os.path.isdir(target):
        mount("tmpfs", target, "tmpfs", NOSUID | NODEV, "size=64k,mode=755")
    elif os.path.exists(target):
        mount("/dev/null", target, "", BIND)


def _devices(root: str) -> None:
    os.mkdir(f"{root}/dev")
    mount("tmpfs", f"{root}/dev", "tmpfs", NOSUID, "size=64k,mode=755")
    for device in trees.DEVICES:
        _bind(device, root + device)
    os.mkdir(f"{root}/dev/shm")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")


def _processes(root: str) -> None:
    """``/proc`` of the new world; where even that is masked, the common one."""
    os.mkdir(f"{root}/proc")
    try:
        mount("proc", f"{root}/proc", "proc", NOSUID | NODEV | NOEXEC)
    except OSError:
        mount("/proc", f"{root}/proc", "", BIND | RECURSIVE)


def _restrict(path: str, attributes: int, *, whole: bool = True) -> None:
    """Add attributes to a mount and to all that are below it."""
    wanted = ctypes.create_string_buffer(struct.pack("QQQQ", attributes, 0, 0, 0), 32)
    flags = _WHOLE_TREE if whole else 0
    call("mount_setattr", _SELF, path.encode(), flags, ctypes.byref(wanted), 32)
