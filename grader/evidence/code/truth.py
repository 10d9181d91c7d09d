"""Whether a candidate is a gradient, or what a known mistake makes of it, in every run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from grader.evidence.code.candidates import Candidate, close, contains_all, within
from grader.evidence.code.layouts import Array, component
from grader.evidence.code.network import Network
from grader.evidence.code.origins import Origins
from grader.evidence.code.runs import Runs
from reference.problem4 import Instance

Formula = Callable[[Instance], Mapping[str, Array]]


class Truth:
    """Answers for one program; `runs` are all its runs, `origins` knows what autograd gave."""

    def __init__(self, runs: Runs, origins: Origins) -> None:
        self._runs = runs
        self._origins = origins

    def is_right(self, candidate: Candidate, gradient: str, slack: float = 1.0) -> bool:
        """Whether it equals the reference, or follows from the student's model, in all runs."""
        return self._runs.remembered(
            ("right", gradient, slack),
            candidate,
            lambda: (
                self._equals_everywhere(candidate, lambda n: component(n.right, gradient), slack)
                or self._equals_everywhere(candidate, lambda n: followed(n, gradient), slack)
            ),
        )

    def is_reference(self, candidate: Candidate, gradient: str, slack: float = 1.0) -> bool:
        """Whether it equals the gradient of the homework's own network in all runs."""
        return self._equals_everywhere(candidate, lambda n: component(n.right, gradient), slack)

    def is_component(self, candidate: Candidate, gradient: str, position: int) -> bool:
        """Whether it is one component of the reference gradient in all runs."""
        return candidate.size == 1 and self._runs.remembered(
            ("component", gradient, position),
            candidate,
            lambda: all(
                any(
                    within(
                        candidate.array(run), component(n.right, gradient), position, n.tolerance
                    )
                    for n in view.values()
                )
                for run, view in enumerate(self._runs.views)
            ),
        )

    def is_right_unscaled(self, candidate: Candidate, gradient: str) -> bool:
        """Whether it equals the reference where the engine works as it always does."""
        runs = [run for run in range(len(self._runs.views)) if run not in self._runs.scaled_runs]
        return all(
            any(
                close(candidate.array(run), component(n.right, gradient), n.tolerance)
                for n in self._runs.views[run].values()
            )
            for run in runs
        )

    def has_components(self, gradient: str) -> bool:
        """Whether all components of the right gradient are among the numbers not from autograd.

        They may be hidden in a larger array or in another order: then nothing is left out.
        """
        return all(
            any(
                contains_all(self._pools[run], followed(network, gradient), network.tolerance)
                for network in view.values()
            )
            for run, view in enumerate(self._runs.views)
        )

    @cached_property
    def _pools(self) -> list[Array]:
        """For each run, all numbers that the program computed and autograd did not, sorted."""
        own = [c for c in self._runs.candidates if not self._origins.from_engine(c)]
        pools = [[c.array(run) for c in own] for run in range(len(self._runs.observations))]
        return [np.unique(np.concatenate([*pool, np.zeros(1)])) for pool in pools]

    def equals_mistake(self, candidate: Candidate, mistaken: Formula, gradient: str) -> bool:
        """Whether a misconception's formula gives it in every run."""
        return self._equals_everywhere(
            candidate, lambda n: component(n.expected(mistaken), gradient), 1.0
        )

    def _equals_everywhere(
        self, candidate: Candidate, expected: Callable[[Network], Array], slack: float
    ) -> bool:
        return all(
            any(
                close(
                    candidate.array(run),
                    expected(network),
                    slack * self._runs.tolerance(candidate, network),
                )
                for network in view.values()
            )
            for run, view in enumerate(self._runs.views)
        )


def followed(network: Network, gradient: str) -> Array:
    """What follows from the student's own model, unless autograd cannot see its skip."""
    return component(network.right if network.model.detached else network.own, gradient)
