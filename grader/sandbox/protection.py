"""How well student code is confined on this machine, in words for people.

A wall is a means; what counts is that nothing of the grader can be reached. The fork server tries
that out behind its walls before it takes the first program.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import Value

WALLS = {
    "user": "another user for each program",
    "namespaces": "own file system, processes and network",
    "files": "file access (Landlock)",
    "calls": "system call filter (seccomp)",
}


REMEDY = (
    "Run `grader check --sandbox` for details. As root in a container, or on Linux from 5.13 on, "
    "more walls are to be had."
)


class Protection(Value, frozen=True):
    """What stands around programs.

    Attributes:
        missing: walls that this platform does not have, each with the reason.
        reached: what a program could get at although it must not.
    """

    missing: dict[str, str] = {}
    reached: tuple[str, ...] = ()

    def stands(self, name: str) -> bool:
        """Whether programs are behind this wall."""
        return name not in self.missing

    @property
    def standing(self) -> list[str]:
        """Names of the walls that stand."""
        return [name for name in WALLS if name not in self.missing]

    @property
    def summary(self) -> dict[str, object]:
        """For the results' extra data."""
        return {"walls": self.standing, "reached": list(self.reached)}

    @property
    def complaint(self) -> str | None:
        """What is wrong, for the terminal and the results; None when nothing can be reached."""
        if not self.reached:
            return None
        why = "; ".join(f"no {WALLS[name]}: {reason}" for name, reason in self._reasons())
        return f"Student code can reach {_listed(self.reached)} on this machine ({why})."

    def _reasons(self) -> Iterator[tuple[str, str]]:
        yield from ((name, reason) for name, reason in self.missing.items() if name in WALLS)


def _listed(things: tuple[str, ...]) -> str:
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last
