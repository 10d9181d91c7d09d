"""System calls that Python has no function for, by name, through ctypes.

The numbers are those of Linux on x86-64 and on 64-bit ARM. Elsewhere every wall that needs one is
`Missing`; what POSIX has (sessions, resource limits, another user) remains.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import sys
from typing import Any

_NUMBERS = {
    # name: (x86_64, aarch64); None where the machine has no such call
    "accept": (43, 202), "accept4": (288, 242), "acct": (163, 89), "add_key": (248, 217),
    "adjtimex": (159, 171), "bind": (49, 200), "bpf": (321, 280), "capset": (126, 91),
    "chroot": (161, 51), "clock_adjtime": (305, 266), "clock_settime": (227, 112),
    "clone": (56, 220), "clone3": (435, 435), "connect": (42, 203), "delete_module": (176, 106),
    "fanotify_init": (300, 262), "finit_module": (313, 273), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fsopen": (430, 430), "fspick": (433, 433), "init_module": (175, 105),
    "inotify_add_watch": (254, 27), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "io_uring_setup": (425, 425),
    "ioctl": (16, 29), "ioperm": (173, None), "iopl": (172, None), "kcmp": (312, 272),
    "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "kill": (62, 129), "landlock_add_rule": (445, 445), "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446), "listen": (50, 201), "lookup_dcookie": (212, 18),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "migrate_pages": (256, 238),
    "modify_ldt": (154, None), "mount": (165, 40), "mount_setattr": (442, 442),
    "move_mount": (429, 429), "move_pages": (279, 239), "mq_open": (240, 180),
    "msgget": (68, 186), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "perf_event_open": (298, 241), "personality": (135, 92),
    "pidfd_getfd": (438, 438), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "pivot_root": (155, 41), "process_madvise": (440, 440), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60),
    "reboot": (169, 142), "request_key": (249, 218), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "seccomp": (317, 277), "semget": (64, 190),
    "sendto": (44, 206), "setdomainname": (171, 162), "sethostname": (170, 161),
    "setns": (308, 268), "settimeofday": (164, 170), "shmget": (29, 194), "socket": (41, 198),
    "socketpair": (53, 199), "swapoff": (168, 225), "swapon": (167, 224), "syslog": (103, 116),
    "tgkill": (234, 131), "tkill": (200, 130), "umount2": (166, 39), "unshare": (272, 97),
    "userfaultfd": (323, 282), "vhangup": (153, 58),
}  # fmt: skip

_MACHINES = {"x86_64": 0, "amd64": 0, "aarch64": 1, "arm64": 1}


class Missing(Exception):  # noqa: N818 - the word for it here
    """This platform does not have, or does not allow, what a wall needs; says why in words."""


def number(name: str) -> int | None:
    """The number of a system call on this machine, or None if it has no such call."""
    return _NUMBERS[name][_machine()]


def call(name: str, *arguments: Any) -> int:
    """Make a system call.

    Raises:
        Missing: there is no such call here.
        OSError: the kernel refuses; `errno` says why.
    """
    which = number(name)
    if which is None:
        raise Missing(f"no {name} on this machine")
    return _checked(_libc().syscall(ctypes.c_long(which), *map(_argument, arguments)), name)


def prctl(option: int, *arguments: int) -> int:
    """Ask something of the kernel for this process."""
    if sys.platform != "linux":
        raise Missing("not Linux")
    padded = [*arguments, 0, 0, 0, 0][:4]
    return _checked(_libc().prctl(option, *map(ctypes.c_ulong, padded)), f"prctl {option}")


@functools.cache
def _machine() -> int:
    machine = platform.machine().lower()
    if sys.platform != "linux" or machine not in _MACHINES or sys.maxsize < 2**32:
        raise Missing(f"no Linux on a machine that is known here ({sys.platform}, {machine})")
    return _MACHINES[machine]


@functools.cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def _argument(value: Any) -> Any:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return int(result)
