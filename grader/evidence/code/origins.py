"""Where the numbers of a candidate come from: autograd, a difference quotient, a call, rounding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from grader.evidence.code.candidates import NEAR, Candidate, close, within
from grader.evidence.code.layouts import Array, base, component
from grader.evidence.code.runs import Runs
from grader.evidence.code.trials import SCALE
from grader.observation import Observation, Recorded

EVERYTHING = "all"
"""Stands for all gradients at once, when the code joins them in one vector."""

ZERO, MOVED = 1e-5, 1e-3
"""A difference of equal gradients, and one of gradients of which one was scaled."""

ROUNDED_DIGITS = 6
"""Numbers drawn at random have more; people print fewer."""


class Origins:
    """Answers for one program; `runs` are all its runs."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._options: dict[tuple[int, int, int], list[Array]] = {}

    def from_engine(self, candidate: Candidate) -> bool:
        """Whether it moved with the factor on autograd's engine."""
        return self._runs.has_scaled and self._runs.remembered(
            ("engine",),
            candidate,
            lambda: self._moved(candidate) or self.engine_gradient(candidate) is not None,
        )

    def _moved(self, candidate: Candidate) -> bool:
        pairs = [
            (candidate.array(run), candidate.array(run + 1 - self._runs.first_scaled))
            for run in self._runs.scaled_runs
        ]
        told = [(scaled, plain) for scaled, plain in pairs if np.any(plain)]
        return bool(told) and all(close(scaled, SCALE * plain, 1e-3) for scaled, plain in told)

    def is_mixed(self, candidate: Candidate) -> bool:
        """Whether some of its entries are autograd's and others are not, as in a table of both."""
        if candidate.size < 2 or not self._runs.has_scaled:
            return False
        run = self._runs.scaled_runs[0]
        scaled, plain = candidate.array(run), candidate.array(run + 1 - self._runs.first_scaled)
        if scaled.size != plain.size:
            return False
        moved = np.isclose(scaled, SCALE * plain, rtol=1e-3, atol=0) & (plain != 0)
        stayed = np.isclose(scaled, plain, rtol=1e-3, atol=0) & (plain != 0)
        return bool(moved.any() and stayed.any())

    def vanishes(self, candidate: Candidate) -> bool:
        """Whether it is zero, but not with a scaled engine: a difference from autograd's values."""
        pairs = [
            (candidate.array(run), candidate.array(run + 1 - self._runs.first_scaled))
            for run in self._runs.scaled_runs
        ]
        return bool(pairs) and all(
            np.abs(plain).max(initial=0.0) < ZERO < MOVED < np.abs(scaled).max(initial=0.0)
            for scaled, plain in pairs
        )

    def engine_gradient(self, candidate: Candidate) -> str | None:
        """Which autograd gradient it is, or a component of: a role, or ``leaf k`` without roles.

        Equal in every run to what one pass gave or to what ``.grad`` accumulated, with the factor.
        """
        return self._runs.remembered(
            ("gradient",), candidate, lambda: self._find_engine_gradient(candidate)
        )

    def _find_engine_gradient(self, candidate: Candidate) -> str | None:
        told = self._runs.has_scaled and any(
            np.any(candidate.array(r)) for r in self._runs.scaled_runs
        )
        if not told:  # zeros do not show a factor
            return None
        for number, one in enumerate(self._runs.passes[0]):
            for position in range(len(one.leaves)):
                if self._follows_leaf(candidate, number, position):
                    return self._name_of(number, position)
        return None

    def _name_of(self, number: int, position: int) -> str:
        network = self._runs.views[0].get(number)
        if network is None:
            return f"leaf {position}"
        packed = len(network.roles) != len(self._runs.passes[0][number].leaves)
        return EVERYTHING if packed else network.roles[position]

    def _follows_leaf(self, candidate: Candidate, number: int, position: int) -> bool:
        """Whether one component (or all) of a leaf's gradient gives the candidate in every run."""
        components: set[int] | None = None
        for run, passes_of_run in enumerate(self._runs.passes):
            if number >= len(passes_of_run) or position >= len(passes_of_run[number].leaves):
                return False
            found = self._matching_components(
                candidate.array(run),
                self._given(run, number, position),
                passes_of_run[number].tolerance,
            )
            components = found if components is None else components & found
            if not components:
                return False
        return True

    @staticmethod
    def _matching_components(array: Array, options: Sequence[Array], tolerance: float) -> set[int]:
        """Components that equal a scalar; {-1} when the whole gradient equals the array."""
        found: set[int] = set()
        for option in options:
            if close(array, option, tolerance):
                found.add(-1)
            elif array.size == 1 and option.size > 1:
                scale = max(float(np.abs(option).max()), 1e-9)
                found |= set(np.flatnonzero(np.abs(option - array[0]) <= tolerance * scale))
        return found

    def _given(self, run: int, number: int, position: int) -> Sequence[Array]:
        """What autograd gave for a leaf: in one pass, with the factor, and accumulated."""
        key = run, number, position
        if key not in self._options:
            one = self._runs.passes[run][number]
            gradient, leaf = one.gradients[position], one.leaves[position]
            options = [] if gradient is None else [self._runs.factor(run) * gradient]
            if leaf.accumulated is not None:
                options.append(leaf.accumulated.array)
            self._options[key] = options
        return self._options[key]

    def is_component(self, candidate: Candidate, gradient: str, position: int) -> bool:
        """Whether it is one component of autograd's gradient in all runs."""
        return self._runs.remembered(
            ("engine component", gradient, position),
            candidate,
            lambda: all(
                any(
                    within(candidate.array(run), self._runs.factor(run) * given, position, 1e-5)
                    for network in view.values()
                    if base(gradient) in network.autograd
                    for given in (component(network.autograd, gradient),)
                )
                for run, view in enumerate(self._runs.views)
            ),
        )

    def is_stale(self, candidate: Candidate) -> bool:
        """Whether it is ``.grad`` with the contributions of earlier passes still in it."""
        array, view = candidate.array(0), self._runs.views[0]
        fresh = any(
            close(array, network.autograd[g], NEAR * network.tolerance)
            for network in view.values()
            for g in network.autograd
        )
        return not fresh and any(
            close(array, network.accumulated.get(g), network.tolerance)
            for network in view.values()
            for g in network.autograd
        )

    def is_quotient(self, candidate: Candidate) -> bool:
        """Whether every number in it is a difference quotient with a small step."""
        return self._made_of(candidate, self._quotients)

    def is_rounded(self, candidate: Candidate) -> bool:
        """Whether it was rounded for printing: what was rounded cannot be told any more."""
        array = candidate.array(-1)
        return bool(np.any(array)) and np.array_equal(array, np.round(array, ROUNDED_DIGITS))

    def is_tainted(self, candidate: Candidate) -> bool:
        """Whether it was computed by a call that differentiates for the student."""
        return self._made_of(candidate, self._tainted) and not self._is_computed_elsewhere(
            candidate
        )

    def is_differentiated(self, candidate: Candidate) -> bool:
        """Whether certainly so: by the syntax tree, and not only by a word on the line."""
        return self.is_tainted(candidate) and self._made_of(candidate, self._differentiated)

    def _is_computed_elsewhere(self, candidate: Candidate) -> bool:
        """Whether an assignment calculates the same numbers where nothing may differentiate."""
        texts = self._runs.texts
        return any(
            c.record.kind == "assign"
            and not texts.may_differentiate(c.record)
            and texts.calculates(c.record)
            for c in self._runs.candidates
            if c.fingerprint == candidate.fingerprint
        )

    def is_multiple_of_autograd(self, candidate: Candidate, gradient: str) -> bool:
        """Whether it is autograd's derivative of the prediction, times the error."""
        return self.from_engine(candidate) and (
            self._runs.differentiates_prediction or self.has_prediction_derivative(gradient)
        )

    def has_prediction_derivative(self, gradient: str) -> bool:
        """Whether a differentiating call gave ∂ŷ/∂(the gradient's leaf) in every run."""
        return any(
            all(
                any(
                    network.right["b2"].size == 1
                    and close(
                        c.array(run) * network.right["b2"],
                        self._runs.factor(run) * component(network.right, gradient),
                        network.tolerance,
                    )
                    for network in view.values()
                )
                for run, view in enumerate(self._runs.views)
            )
            for c in self._runs.candidates
            if self._runs.texts.differentiates(c.record)
        )

    def _made_of(self, candidate: Candidate, numbers: frozenset[float]) -> bool:
        values = {v for v in candidate.records[-1].value.values if v}
        return bool(values) and bool(numbers) and values <= numbers

    @cached_property
    def _quotients(self) -> frozenset[float]:
        return self._numbers(r for r in self._last.records if r.kind == "quotient")

    @cached_property
    def _tainted(self) -> frozenset[float]:
        texts = self._runs.texts
        return self._numbers(r for r in self._last.records if texts.may_differentiate(r))

    @cached_property
    def _differentiated(self) -> frozenset[float]:
        texts = self._runs.texts
        return self._numbers(r for r in self._last.records if texts.differentiates(r))

    @property
    def _last(self) -> Observation:
        return self._runs.observations[-1]

    @staticmethod
    def _numbers(records: Iterable[Recorded]) -> frozenset[float]:
        return frozenset(v for record in records for v in record.value.values if v is not None)
