"""The way that a run takes through a program: which of its conditions held.

With a scaled engine no comparison with autograd's values holds any more. A program that stops at
the first difference (``all(…)``, ``return False``, ``raise``, ``ok and …``) would show that one
only. So a scaled run goes the way that the same run took before without scaling.
"""

from __future__ import annotations

from collections.abc import Iterator

MAX_DECISIONS = 100_000  # of one run; bounds memory where a program decides in a long loop


class Way:
    """The outcomes of one run's conditions, for each place in their order.

    Args:
        before: the way to go; without one the run finds its own.
    """

    def __init__(self, before: Way | None = None) -> None:
        self._taken: dict[str, list[bool]] = {}
        self._room = MAX_DECISIONS
        self._before: dict[str, Iterator[bool]] | None = None
        if before is not None:
            self._before = {place: iter(held) for place, held in before._taken.items()}

    def go(self, place: str, held: bool) -> bool:
        """What a condition comes to that now holds, or does not."""
        if self._before is not None:
            return next(self._before.get(place, iter(())), held)
        if self._room > 0:
            self._room -= 1
            self._taken.setdefault(place, []).append(held)
        return held
