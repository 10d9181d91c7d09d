"""Another user, no capabilities, no way to gain any, and memory that others may not look into."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

from .kernel import Missing, call, prctl

_SET_DUMPABLE = 4
_SET_DEATH_SIGNAL = 1
_DROP_FROM_BOUNDING_SET = 24
_SET_NO_NEW_PRIVILEGES = 38
_SET_SUBREAPER = 36
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63


def become(uid: int) -> None:
    """Turn for good into a user who owns nothing; the group has the same number.

    Capabilities go with root's id. The bounding set goes first, while we may still shrink it.
    """
    _empty_bounding_set()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid, uid, uid):
        raise Missing("the user id did not change")


def drop_capabilities() -> None:
    """Give up everything that a user namespace gave us; the user stays the same."""
    _empty_bounding_set()
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    call("capset", ctypes.byref(header), ctypes.byref(none))


def refuse_new_privileges() -> None:
    """From now on no setuid program gives this process or its children more than they have."""
    prctl(_SET_NO_NEW_PRIVILEGES, 1)


def close_to_others() -> None:
    """Let no process of the same user read our memory, environment or descriptors."""
    with suppress(Missing, OSError):
        prctl(_SET_DUMPABLE, 0)


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send us a signal when our parent ends."""
    with suppress(Missing, OSError):
        prctl(_SET_DEATH_SIGNAL, signal_number)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent has ended."""
    prctl(_SET_SUBREAPER, 1)


def _empty_bounding_set() -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(_DROP_FROM_BOUNDING_SET, capability)
        except OSError:  # beyond the last one that this kernel knows, or not ours to drop
            return
