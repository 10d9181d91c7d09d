"""The values of one place in the source across all runs, and where they come from.

A `Candidate` is what one site yielded the n-th time it was reached, in every run. By following it
through the runs we know, without trusting its name, whether it is

    right         equal to the reference gradient in every run,
    from engine   moved by the factor that the last run put into autograd's engine,
    constant      the same in all runs although the right value changes,
    a quotient    made of difference quotients with a small step,
    tainted       made by a call that differentiates for the student (forward mode and the like).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.labels import Vocabulary
from grader.evidence.code.network import (
    HOMEWORK_MODEL,
    RELATIVE_TOLERANCE,
    Network,
    networks,
    passes,
)
from grader.evidence.code.trials import SCALE, Trials, scalars
from grader.model import Program
from grader.observation import Observation, Recorded
from reference.problem4 import GRADIENTS

Array = NDArray[np.float64]

NEAR = 50.0
"""Between the tolerance and this many times it, a value is neither right nor wrong."""

DIFFERENTIATING_CALL = re.compile(
    r"\b(jvp|jacfwd|jacrev|vjp|forward_ad|make_dual|unpack_dual|jacobian|hessian|approx_fprime"
    r"|derivative|numdifftools|sympy|lambdify|jax)\b"
)
"""Calls that differentiate for the student; sympy and jax among them."""


@dataclass(frozen=True)
class Candidate:
    """One site's n-th value in every run: as submitted, varied, scaled."""

    site: str
    occurrence: int
    records: tuple[Recorded, ...]

    @property
    def record(self) -> Recorded:
        """The value in the run as submitted."""
        return self.records[0]

    @property
    def size(self) -> int:
        return len(self.record.value.values)

    def array(self, run: int) -> Array:
        """The numbers in one run."""
        return self.records[run].value.array

    @cached_property
    def constant(self) -> bool:
        """Whether all runs yielded the same numbers."""
        first = self.record.value.values
        return all(record.value.values == first for record in self.records)


class Investigation:
    """All runs of one program, understood together.

    `views[r][k]` is the network of the k-th forward pass in run r; only passes that all runs
    understand alike are kept. The last run is the scaled one when there is one.
    """

    def __init__(self, program: Program, trials: Trials) -> None:
        self.program = program
        self.trials = trials
        self.observations: list[Observation] = [
            trials.submitted,
            *(trial.observation for trial in trials.varied),
        ]
        if trials.scaled is not None and trials.scaled.observation.snapshots:
            self.observations.append(trials.scaled.observation)
        self.has_scaled = len(self.observations) > 1 + len(trials.varied)
        self.views = _views(self.observations)

    @property
    def understood(self) -> bool:
        """Whether the leaves have roles."""
        return any(self.views[0].values()) if self.views else False

    @property
    def network(self) -> Network:
        """The first understood pass of the run as submitted."""
        return next(iter(self.views[0].values()))

    @property
    def tested(self) -> bool:
        """Whether being right means something: informative runs and a scaled one."""
        return self.has_scaled and len(self.trials.varied) >= 2  # noqa: PLR2004

    @cached_property
    def vocabulary(self) -> Vocabulary:
        names: dict[str, list[str]] = {}
        for network in self.views[0].values():
            for role, called in network.names.items():
                names.setdefault(role, []).extend(called)
        return Vocabulary(names)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Sites that all runs reached, in the order of the run as submitted."""
        tables = [{(r.site, r.occurrence): r for r in o.records} for o in self.observations]
        return tuple(
            Candidate(*key, records=(record, *(table[key] for table in tables[1:])))
            for key, record in tables[0].items()
            if all(
                key in table and len(table[key].value.values) == len(record.value.values)
                for table in tables[1:]
            )
        )

    @cached_property
    def by_record(self) -> dict[int, Candidate]:
        """Candidates by the step of their record in the run as submitted."""
        return {candidate.record.step: candidate for candidate in self.candidates}

    # -- what a candidate is

    def is_right(self, candidate: Candidate, gradient: str, slack: float = 1.0) -> bool:
        """Whether it equals the reference, or what follows from the student's model, in all runs."""
        return any(
            self._equals_everywhere(candidate, which, slack)
            for which in (lambda n: n.right[gradient], lambda n: n.own[gradient])
        )

    def _equals_everywhere(self, candidate: Candidate, expected: object, slack: float) -> bool:
        return all(
            any(
                close(candidate.array(run), expected(network), self._tolerance(candidate, network)
                      * slack)  # type: ignore[operator]
                for network in view.values()
            )
            for run, view in enumerate(self.views)
        )

    def equals_mistake(self, candidate: Candidate, mistaken: object, gradient: str) -> bool:
        """Whether a misconception's formula gives it in every run, and the reference does not."""
        return self._equals_everywhere(candidate, lambda n: mistaken(n.instance)[gradient], 1.0)  # type: ignore[operator]

    def from_engine(self, candidate: Candidate) -> bool:
        """Whether it moved with the factor on autograd's engine."""
        if not self.has_scaled:
            return False
        scaled, plain = candidate.array(-1), candidate.array(1)
        if close(scaled, SCALE * plain, 1e-3) and np.abs(plain).max(initial=0.0) > 0:
            return True
        return any(self._is_engine_gradient(candidate, gradient) for gradient in GRADIENTS)

    def engine_gradient(self, candidate: Candidate) -> str | None:
        """Which autograd gradient it is: as one pass gave it, or as ``.grad`` accumulated it."""
        for gradient in GRADIENTS:
            if self._is_engine_gradient(candidate, gradient):
                return gradient
        return None

    def is_stale(self, candidate: Candidate) -> bool:
        """Whether it is ``.grad`` with the contributions of earlier passes still in it."""
        return any(
            gradient in network.accumulated
            and close(candidate.array(0), network.accumulated[gradient], network.tolerance)
            and not close(candidate.array(0), network.autograd[gradient], NEAR * network.tolerance)
            for network in self.views[0].values()
            for gradient in network.autograd
        ) and not any(
            close(candidate.array(0), network.autograd[g], network.tolerance)
            for network in self.views[0].values()
            for g in network.autograd
        )

    def _is_engine_gradient(self, candidate: Candidate, gradient: str) -> bool:
        """Equal to autograd's gradient in every run, and scaled in the scaled one."""
        if not self.has_scaled:
            return False
        last = len(self.views) - 1
        for run, view in enumerate(self.views):
            factor = SCALE if run == last else 1.0
            array = candidate.array(run)
            if not any(
                close(array, factor * network.autograd[gradient], network.tolerance)
                or close(array, network.accumulated.get(gradient), network.tolerance)
                for network in view.values()
                if gradient in network.autograd
            ):
                return False
        return True

    def is_quotient(self, candidate: Candidate) -> bool:
        """Whether every number in it is a difference quotient with a small step."""
        return self._made_of(candidate, self._quotients)

    def is_tainted(self, candidate: Candidate) -> bool:
        """Whether it was computed by a call that differentiates for the student."""
        return self._made_of(candidate, self._tainted)

    def _made_of(self, candidate: Candidate, numbers: frozenset[float]) -> bool:
        values = {v for v in candidate.records[-1].value.values if v}
        return bool(values) and bool(numbers) and values <= numbers

    @cached_property
    def _quotients(self) -> frozenset[float]:
        return self._numbers(r for r in self._last.records if r.kind == "quotient")

    @cached_property
    def _tainted(self) -> frozenset[float]:
        lines = self.program.text.splitlines()
        marked = {n for n, text in enumerate(lines, 1) if DIFFERENTIATING_CALL.search(text)}
        return self._numbers(r for r in self._last.records if r.line in marked)

    @property
    def _last(self) -> Observation:
        return self.observations[-1]

    @staticmethod
    def _numbers(records: Iterable[Recorded]) -> frozenset[float]:
        return frozenset(v for record in records for v in record.value.values if v is not None)

    def _tolerance(self, candidate: Candidate, network: Network) -> float:
        return max(network.tolerance, RELATIVE_TOLERANCE.get(candidate.record.value.dtype, 0.0))

    # -- what was held against what

    @cached_property
    def pairs(self) -> tuple[tuple[Candidate, Candidate], ...]:
        """Candidates that the code held against each other, in the run as submitted."""
        return tuple(self._differences()) + tuple(self._arguments())

    def _differences(self) -> Iterator[tuple[Candidate, Candidate]]:
        for both in self.trials.submitted.compared:
            left, right = self.by_record.get(both.left), self.by_record.get(both.right)
            if left is not None and right is not None:
                yield left, right

    def _arguments(self) -> Iterator[tuple[Candidate, Candidate]]:
        """Arguments of one call, such as ``allclose(a, b)`` or the student's ``compare(a, b)``."""
        noticed = [c for c in self.candidates if c.record.kind == "argument" and c.record.group]
        for _, calls in groupby(noticed, key=lambda c: (c.record.group, c.occurrence)):
            members = list(calls)[:12]
            yield from ((a, b) for n, a in enumerate(members) for b in members[n + 1 :])

    @cached_property
    def printed(self) -> tuple[Candidate, ...]:
        """Everything that was printed."""
        return tuple(c for c in self.candidates if c.record.kind == "print")


def close(value: Array, expected: Array | None, tolerance: float) -> bool:
    """Equal size, finite, and |value − expected| ≤ tolerance · max |expected|."""
    if expected is None or value.size != expected.size:
        return False
    if not (np.isfinite(value).all() and np.isfinite(expected).all()):
        return False
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-9)
    return bool(np.abs(value - expected).max(initial=0.0) <= tolerance * scale)


def _views(observations: Sequence[Observation]) -> list[Mapping[int, Network]]:
    """Networks by run and pass; of several readings the one that holds in every run."""
    readings = [_readings(observation) for observation in observations]
    first = readings[0]
    chosen: dict[int, tuple[object, str, object]] = {}
    for number, options in first.items():
        shared = [
            (option.roles, option.model_name, option.model)
            for option in options
            if all(
                any(_same(option, other) for other in later.get(number, ()))
                for later in readings[1:]
                if number in later
            )
        ]
        shared.sort(key=lambda reading: reading[1] != HOMEWORK_MODEL)
        if shared:
            chosen[number] = shared[0]
    return [
        {
            number: next(o for o in options if (o.roles, o.model_name, o.model) == chosen[number])
            for number, options in reading.items()
            if number in chosen
        }
        for reading in readings
    ]


def _readings(observation: Observation) -> dict[int, list[Network]]:
    known = scalars(observation)
    return {
        number: networks(one, known) for number, one in enumerate(passes(observation.snapshots))
    }


def _same(a: Network, b: Network) -> bool:
    return (a.roles, a.model_name, a.model) == (b.roles, b.model_name, b.model)
