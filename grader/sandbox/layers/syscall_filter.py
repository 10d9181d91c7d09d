"""Refuses the system calls that no homework needs, by a small filter in the kernel (seccomp).

A list of what is forbidden, not of what is allowed: torch, numpy and Python use hundreds of calls,
and a forgotten one would look like a student's mistake. What is forbidden fails with an ordinary
error, so that a program that tries it gets a Python exception and goes on.

No socket can be made, to any address of any kind. Pairs of connected sockets (`socketpair`) work:
asyncio and multiprocessing need them.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from .kernel import Missing, number, prctl

Instruction: TypeAlias = bytes

NETWORK = "socket connect bind listen accept accept4".split()
OTHER_PROCESSES = (
    "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp move_pages "
    "migrate_pages perf_event_open".split()
)
FILE_SYSTEMS = (
    "mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick move_mount open_tree "
    "mount_setattr quotactl open_by_handle_at name_to_handle_at fanotify_init inotify_init "
    "inotify_init1 inotify_add_watch".split()
)
MACHINE = (
    "unshare setns init_module finit_module delete_module kexec_load kexec_file_load bpf reboot "
    "swapon swapoff acct syslog vhangup sethostname setdomainname settimeofday clock_settime "
    "clock_adjtime adjtimex personality iopl ioperm modify_ldt lookup_dcookie add_key request_key "
    "keyctl seccomp".split()
)
OUTLIVES_PROCESSES = "msgget semget shmget mq_open memfd_create memfd_secret".split()
ABSENT = "clone3 io_uring_setup io_uring_enter io_uring_register userfaultfd".split()
"""Answered as by an older kernel, since libraries then take another way."""

NEW_NAMESPACES = 0x7E020000
"""The flags of `clone` that ask for a namespace of any kind."""

TYPING_INTO_TERMINALS = (0x5412, 0x541C)
"""Requests of `ioctl` (TIOCSTI, TIOCLINUX) that put words into the mouth of a terminal's user."""

_ARCHITECTURES = {"x86_64": 0xC000003E, "amd64": 0xC000003E, "aarch64": 0xC00000B7,
                  "arm64": 0xC00000B7}  # fmt: skip
_X32 = 0x40000000  # numbers from here on are the same calls by another name, on x86-64
_SOCK_STREAM, _SOCK_TYPES = 1, 0xF

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_SET_SECCOMP, _MODE_FILTER = 22, 2


def put_up(untouchable: Sequence[int] = ()) -> None:
    """Filter this process and all its children from now on; needs `refuse_new_privileges` before.

    Args:
        untouchable: process ids that must not be signalled, for when the user is the same as ours.
    """
    install(program(untouchable))


def install(filtered: Sequence[Instruction]) -> None:
    """Hand a filter to the kernel."""
    code = b"".join(filtered)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(filtered), ctypes.addressof(buffer))
    head = ctypes.create_string_buffer(header, len(header))
    try:
        prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(head))
    except OSError as error:
        raise Missing(f"no system call filter ({error.strerror})") from error


def program(untouchable: Sequence[int] = ()) -> list[Instruction]:
    """The filter's instructions: a chain of questions, each with its own answer behind it."""
    chain = [
        _load(4),
        _step(_EQUAL, _ARCHITECTURES[platform.machine().lower()], 1, 0),
        _refuse(errno.ENOSYS),
        _load(0),
        _step(_AT_LEAST, _X32, 0, 1),
        _refuse(errno.ENOSYS),
    ]
    chain += _refused(NETWORK, errno.EACCES)
    chain += _refused([*OTHER_PROCESSES, *FILE_SYSTEMS, *MACHINE, *OUTLIVES_PROCESSES], errno.EPERM)
    chain += _refused(ABSENT, errno.ENOSYS)
    chain += _when("clone", [_argument(0), _step(_ANY_BIT, NEW_NAMESPACES, 0, 1)])
    for request in TYPING_INTO_TERMINALS:
        chain += _when("ioctl", [_argument(1), _step(_EQUAL, request, 0, 1)])
    stream_only = [_argument(1), _step(_AND, _SOCK_TYPES, 0, 0), _step(_EQUAL, _SOCK_STREAM, 1, 0)]
    chain += _when("socketpair", stream_only)
    chain += _when("sendto", _is_not_null(4))  # with an address, that is, to somebody else
    chain += _spared(untouchable)
    return [*chain, _step(_RETURN, _ALLOW)]


def _is_not_null(position: int) -> list[Instruction]:
    """Whether a pointer is given, looking at both halves of it."""
    low, high = 16 + 8 * position, 20 + 8 * position
    return [_load(low), _step(_EQUAL, 0, 0, 2), _load(high), _step(_EQUAL, 0, 1, 0)]


def _spared(pids: Sequence[int]) -> list[Instruction]:
    """No signal to these processes, to their groups, or to everybody."""
    if not pids:
        return []
    targets = [-1, *pids, *(-pid for pid in pids)]
    chain = _refused(["pidfd_open", "pidfd_send_signal"], errno.EPERM)
    for name in ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        for target in targets:
            chain += _when(name, [_argument(0), _step(_EQUAL, target & 0xFFFFFFFF, 0, 1)])
    return chain


def _refused(names: Iterable[str], error: int) -> list[Instruction]:
    known = [which for which in map(number, names) if which is not None]
    return [step for which in known for step in (_step(_EQUAL, which, 0, 1), _refuse(error))]


def _when(name: str, questions: list[Instruction]) -> list[Instruction]:
    """Refuse a call if the last question says so; load the call's number again afterwards."""
    which = number(name)
    assert which is not None
    body = [*questions, _refuse(errno.EPERM), _load(0)]
    return [_step(_EQUAL, which, 0, len(body)), *body]


def _argument(position: int) -> Instruction:
    """Load the lower half of an argument: enough for flags, requests and process ids."""
    return _load(16 + 8 * position)


def _load(offset: int) -> Instruction:
    return _step(_LOAD, offset)


def _refuse(error: int) -> Instruction:
    return _step(_RETURN, _REFUSE | error)


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> Instruction:
    return struct.pack("HBBI", code, if_true, if_false, operand)
