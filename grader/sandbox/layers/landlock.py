"""Which files may be read and which written, kept by the kernel (Landlock).

Works without any privilege, on kernels from 5.13 on where it is switched on, and inside Docker. Its
abilities grew with its version (ABI): asked for at run time, each one is used where it is there.
Processes behind this wall can neither trace nor, from ABI 6 on, signal one in front of it.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Sequence

from .kernel import Missing, call
from .trees import Share

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_BLOCK, REFER, TRUNCATE, IOCTL_DEV = 1 << 6, 1 << 11, 1 << 13, 1 << 14, 1 << 15
FIRST_RIGHTS = (1 << 13) - 1
"""All rights of ABI 1: reading, writing, listing, making and removing of every kind."""

READING = EXECUTE | READ_FILE | READ_DIR
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""Rights that make sense for a single file; the kernel refuses a rule with others."""

TCP = 0b11  # bind and connect
SCOPES = 0b11  # abstract sockets and signals

_ASK_VERSION = 1
_PATH_BENEATH = 1


def version() -> int:
    """The kernel's ABI.

    Raises:
        Missing: there is no Landlock here.
    """
    try:
        return call("landlock_create_ruleset", None, 0, _ASK_VERSION)
    except OSError as error:
        raise Missing(f"no Landlock in this kernel ({error.strerror})") from error


def prepared(readable: Iterable[Share], devices: Sequence[str], writable: Sequence[str]) -> int:
    """A descriptor of the rules that allow these paths and nothing else.

    Made while we are still who we were: another user may not even enter the folders on the way.
    """
    abi = version()
    rights = _rights(abi)
    ruleset = _ruleset(abi, rights)
    for share in readable:
        _allow(ruleset, share.path, READING if share.whole else READ_DIR)
    for path in devices:
        _allow(ruleset, path, READ_FILE | WRITE_FILE)
    for path in writable:
        _allow(ruleset, path, rights & ~(MAKE_CHAR | MAKE_BLOCK))
    return ruleset


def put_up(ruleset: int) -> None:
    """Keep to the rules from now on; needs `refuse_new_privileges` before."""
    call("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _rights(abi: int) -> int:
    rights = FIRST_RIGHTS
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV)):
        if abi >= since:
            rights |= right
    return rights


def _ruleset(abi: int, rights: int) -> int:
    fields = [rights, *([TCP] if abi >= 4 else []), *([SCOPES] if abi >= 6 else [])]
    packed = struct.pack(f"{len(fields)}Q", *fields)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    return call("landlock_create_ruleset", ctypes.byref(buffer), len(packed), 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow `rights` on a path and below it; one that is not there needs no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= ON_FILES
    packed = struct.pack("=Qi", rights, place)
    rule = ctypes.create_string_buffer(packed, len(packed))
    try:
        call("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
