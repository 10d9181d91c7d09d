"""Users for untrusted programs: one for each session, who owns nothing and is nobody else.

Only root can hand them out. A number is claimed by a name that the kernel forgets when our process
ends, so graders that run side by side never share one.
"""

from __future__ import annotations

import pwd
import random
import socket

from grader.sandbox.layers.processes import runs_something

FIRST, LAST = 52_000, 59_998
"""Even numbers; the odd one behind each belongs to it. Distributions hand out none of them, and
they exist inside a container whose own users are only the first 65,536."""

FOR_TRIALS = 51_998
"""With this one the server tries its walls out; no program ever runs as it."""

ATTEMPTS = 200


class Account:
    """One user id, ours until `release`."""

    def __init__(self, uid: int, claim: socket.socket) -> None:
        self.uid = uid
        self._claim = claim

    def release(self) -> None:
        """Let others have the number."""
        self._claim.close()


def claim() -> Account:
    """A user id without a name, without processes, and that no other grader uses.

    Raises:
        OSError: there is none.
    """
    for uid in random.sample(range(FIRST, LAST, 2), ATTEMPTS):
        claimed = socket.socket(socket.AF_UNIX)
        try:
            claimed.bind(f"\0grader-sandbox-user-{uid}")
        except OSError:
            claimed.close()
            continue
        if _is_free(uid):
            return Account(uid, claimed)
        claimed.close()
    raise OSError("no free user id")


def _is_free(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return not runs_something(uid)
    return False
