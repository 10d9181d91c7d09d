"""What the code held against what: differences, arguments of one call, values printed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby

import numpy as np

from grader.evidence.code.candidates import Candidate
from grader.evidence.code.origins import Origins
from grader.evidence.code.runs import Runs


class Comparisons:
    """Answers for one program; `runs` are all its runs, `origins` knows what autograd gave."""

    def __init__(self, runs: Runs, origins: Origins) -> None:
        self._runs = runs
        self._origins = origins

    @cached_property
    def pairs(self) -> tuple[tuple[Candidate, Candidate], ...]:
        """Candidates that the code held against each other, in the run as submitted."""
        return tuple(self._differences()) + tuple(self._arguments())

    def _differences(self) -> Iterator[tuple[Candidate, Candidate]]:
        for both in self._runs.trials.submitted.compared:
            left, right = self._runs.by_record.get(both.left), self._runs.by_record.get(both.right)
            if left is not None and right is not None:
                yield left, right

    def _arguments(self) -> Iterator[tuple[Candidate, Candidate]]:
        """Arguments of one call, such as ``allclose(a, b)`` or the student's ``compare(a, b)``."""
        noticed = [
            c for c in self._runs.candidates if c.record.kind == "argument" and c.record.group
        ]
        for _, calls in groupby(noticed, key=lambda c: (c.record.group, c.occurrence)):
            members = list(calls)[:12]
            yield from ((a, b) for n, a in enumerate(members) for b in members[n + 1 :])

    @cached_property
    def shown_together(self) -> tuple[tuple[Candidate, Candidate], ...]:
        """Two values of one size that alone were printed together: weaker than a difference."""
        noticed = [
            c
            for c in self._runs.printed
            if c.record.value.dtype != "int" and not self._is_leaf_value(c)
        ]
        pairs = []
        for _, texts in groupby(noticed, key=lambda c: (c.record.group, c.occurrence)):
            members = list({c.fingerprint: c for c in texts}.values())
            if len(members) == 2 and members[0].size == members[1].size:
                pairs.append((members[0], members[1]))
        return tuple(pairs)

    def _is_leaf_value(self, candidate: Candidate) -> bool:
        """Whether it is a parameter itself, not a gradient."""
        array = candidate.array(0)
        return any(np.array_equal(array, v) for one in self._runs.passes[0] for v in one.values)

    def held(self) -> Iterator[tuple[Candidate, Candidate, str]]:
        """Pairs that the code compared: autograd's value, the other one, which gradient it is."""
        yield from self.with_autograd(self.pairs)

    def shown(self) -> set[str]:
        """Gradients that were printed beside one other value that is not from autograd."""
        return {
            gradient
            for _, other, gradient in self.with_autograd(self.shown_together)
            if not self._origins.from_engine(other)
        }

    def with_autograd(
        self, pairs: Iterable[tuple[Candidate, Candidate]]
    ) -> Iterator[tuple[Candidate, Candidate, str]]:
        """Those of the pairs that have one of autograd's gradients on a side."""
        for a, b in pairs:
            for auto, other in ((a, b), (b, a)):
                if other.record.value.dtype == "int" or not self._origins.from_engine(auto):
                    continue
                gradient = self._origins.engine_gradient(auto)
                if gradient is not None:
                    yield auto, other, gradient
