"""What the code held against what: differences, arguments of one call, values printed together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby

import numpy as np

from grader.evidence.code.candidates import Candidate, close
from grader.evidence.code.layouts import Array, base, component
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
        yield from self._observed(ratios=False)

    @cached_property
    def ratios(self) -> tuple[tuple[Candidate, Candidate], ...]:
        """Candidates of which one was divided by the other: a comparison, if both are gradients."""
        return tuple(self._observed(ratios=True))

    def _observed(self, ratios: bool) -> Iterator[tuple[Candidate, Candidate]]:
        for both in self._runs.trials.submitted.compared:
            if (both.how == "ratio") != ratios:
                continue
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
            if c.record.value.dtype != "int" and not self.is_leaf_value(c)
        ]
        pairs = []
        for _, texts in groupby(noticed, key=lambda c: (c.record.group, c.occurrence)):
            members = list({c.fingerprint: c for c in texts}.values())
            if len(members) == 2 and members[0].size == members[1].size:
                pairs.append((members[0], members[1]))
        return tuple(pairs)

    def is_leaf_value(self, candidate: Candidate) -> bool:
        """Whether it is a parameter itself, not a gradient."""
        return self._runs.remembered(
            ("leaf",),
            candidate,
            lambda: any(
                np.array_equal(candidate.array(0), value)
                for one in self._runs.passes[0]
                for value in one.values
            ),
        )

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
                if self.is_leaf_value(other):  # a step of training: ``W1 -= W1.grad``
                    continue
                gradient = self._origins.engine_gradient(auto)
                if gradient is not None:
                    yield auto, other, gradient

    def in_summary(self, answers: Mapping[str, Sequence[Candidate]]) -> set[str]:
        """Gradients of which a summary of autograd's value was held against one of an answer.

        Args:
            answers: for each gradient, the values that are given as it.
        """
        found: set[str] = set()
        pairs = (*self.pairs, *self.ratios, *self.shown_together)
        for one, other in dict.fromkeys(pairs):
            if self._origins.from_engine(one) == self._origins.from_engine(other):
                continue
            auto, own = (one, other) if self._origins.from_engine(one) else (other, one)
            found |= {
                gradient
                for gradient, given in answers.items()
                if gradient not in found
                and self._summarises_autograd(auto, gradient)
                and any(self._summarises(own, answer) for answer in given)
            }
        return found | {
            gradient
            for gradient, given in answers.items()
            if gradient not in found and any(self._has_residual(a, gradient) for a in given)
        }

    def _has_residual(self, answer: Candidate, gradient: str) -> bool:
        """Whether something is autograd's value less the answer, or the other way round."""
        return any(
            self._is_residual(candidate, answer, gradient, sign)
            for candidate in self._runs.candidates
            if candidate.size == answer.size and candidate.record.value.dtype != "int"
            for sign in (1.0, -1.0)
        )

    def _is_residual(
        self, candidate: Candidate, answer: Candidate, gradient: str, sign: float
    ) -> bool:
        for run in self._every_run:
            gap, own = sign * candidate.array(run), answer.array(run)
            if not any(
                auto.size == own.size == gap.size
                and np.all(
                    np.abs(gap - (self._runs.factor(run) * auto - own))
                    <= SUMMARY_TOLERANCE * np.abs(auto).max()
                )
                for network in self._runs.views[run].values()
                if base(gradient) in network.autograd
                for auto in (component(network.autograd, gradient),)
            ):
                return False
        return True

    def _summarises(self, candidate: Candidate, answer: Candidate) -> bool:
        return self._is_summary(candidate, [[answer.array(run)] for run in self._every_run])

    def _summarises_autograd(self, candidate: Candidate, gradient: str) -> bool:
        return self._runs.remembered(
            ("summary", gradient),
            candidate,
            lambda: self._is_summary(
                candidate, [self._from_autograd(run, gradient) for run in self._every_run]
            ),
        )

    def _from_autograd(self, run: int, gradient: str) -> list[Array]:
        """What autograd gave for a gradient in one run: by each pass, and accumulated."""
        return [
            array
            for network in self._runs.views[run].values()
            if base(gradient) in network.autograd
            for array in (
                self._runs.factor(run) * component(network.autograd, gradient),
                network.accumulated.get(gradient),
            )
            if array is not None
        ]

    @property
    def _every_run(self) -> range:
        return range(len(self._runs.observations))

    @staticmethod
    def _is_summary(candidate: Candidate, sources: Sequence[Sequence[Array]]) -> bool:
        """Whether one and the same summary of a source gives the candidate in every run."""
        return any(
            all(
                any(close(candidate.array(run), summary(array), SUMMARY_TOLERANCE) for array in of)
                for run, of in enumerate(sources)
            )
            for summary in (SUMMARIES if candidate.size == 1 else BY_ENTRY)
        )


def _rounded(digits: int) -> Callable[[Array], Array]:
    return lambda array: np.round(array, digits)


def _scalar(summary: Callable[[Array], object]) -> Callable[[Array], Array]:
    return lambda array: np.array([summary(array)], dtype=np.float64)


SUMMARY_TOLERANCE = 1e-5
"""Wide enough for float32; whether the gradients are right is asked elsewhere."""

BY_ENTRY: tuple[Callable[[Array], Array], ...] = (
    lambda array: array,
    np.abs,
    np.square,
    *(_rounded(digits) for digits in range(2, 7)),
)
"""What people make of a gradient entry by entry."""

SUMMARIES: tuple[Callable[[Array], Array], ...] = (
    *BY_ENTRY,
    _scalar(np.sum),
    _scalar(np.mean),
    _scalar(np.max),
    _scalar(np.min),
    _scalar(np.linalg.norm),
    _scalar(lambda array: np.sum(np.abs(array))),
    _scalar(lambda array: np.mean(np.abs(array))),
    _scalar(lambda array: np.max(np.abs(array))),
    _scalar(lambda array: np.sum(np.square(array))),
    _scalar(lambda array: np.mean(np.square(array))),
)
"""What people compare instead of the gradients themselves."""
