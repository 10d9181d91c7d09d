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
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.labels import Vocabulary
from grader.evidence.code.layouts import WIDE, Pass, Roles, Tolerances, component, passes
from grader.evidence.code.network import HOMEWORK_MODEL, Network, networks
from grader.evidence.code.trials import SCALE, Trials, scalars
from grader.model import Program
from grader.observation import Observation, Recorded
from reference.problem4 import GRADIENTS, Instance, Model

Array = NDArray[np.float64]
Formula = Callable[[Instance], Mapping[str, Array]]
T = TypeVar("T")

EVERYTHING = "all"
"""Stands for all gradients at once, when the code joins them in one vector."""

NEAR = 50.0
"""Between the tolerance and this many times it, a value is neither right nor wrong."""

ROUNDED_DIGITS = 6
"""Numbers drawn at random have more; people print fewer."""

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
    def fingerprint(self) -> Hashable:
        """The numbers of all runs."""
        return tuple(record.value.values for record in self.records)

    @cached_property
    def constant(self) -> bool:
        """Whether all runs yielded the same numbers."""
        first = self.record.value.values
        return all(record.value.values == first for record in self.records)


class Investigation:
    """All runs of one program, understood together.

    Runs are counted as submitted, varied, scaled. `views[r][k]` is the network of the k-th forward
    pass in run r; only passes that all runs understand alike are kept.
    """

    def __init__(self, program: Program, trials: Trials, tolerances: Tolerances = WIDE) -> None:
        self.program = program
        self._tolerances = tolerances
        self.trials = trials
        self.observations: list[Observation] = [
            trials.submitted,
            *(trial.observation for trial in trials.varied),
        ]
        scaled = [trial.observation for trial in trials.scaled]
        self.has_scaled = bool(scaled) and all(o.snapshots for o in scaled)
        if self.has_scaled:
            self.observations += scaled
        self._first_scaled = 1 + len(trials.varied)
        self.passes: list[list[Pass]] = [passes(o.snapshots, tolerances) for o in self.observations]
        self.views = _views(self.observations, self.passes)
        self._memory: dict[Hashable, object] = {}

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
        return self.has_scaled and len(self.trials.varied) >= 2

    @cached_property
    def gradients(self) -> tuple[str, ...]:
        """The gradients to look for: five, or their components when units are written out."""
        split = next((n.roles for n in self.views[0].values() if "W1[0]" in n.roles), None)
        return GRADIENTS if split is None else tuple(sorted(split))

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
            if all(key in table for table in tables[1:])
        )

    @cached_property
    def by_record(self) -> dict[int, Candidate]:
        """Candidates by the step of their record in the run as submitted."""
        return {candidate.record.step: candidate for candidate in self.candidates}

    # -- what a candidate is

    def is_right(self, candidate: Candidate, gradient: str, slack: float = 1.0) -> bool:
        """Whether it equals the reference, or follows from the student's model, in all runs."""
        return self._remembered(
            ("right", gradient, slack),
            candidate,
            lambda: (
                self._equals_everywhere(candidate, lambda n: component(n.right, gradient), slack)
                or self._equals_everywhere(candidate, lambda n: _followed(n, gradient), slack)
            ),
        )

    def is_reference(self, candidate: Candidate, gradient: str, slack: float = 1.0) -> bool:
        """Whether it equals the gradient of the homework's own network in all runs."""
        return self._equals_everywhere(candidate, lambda n: component(n.right, gradient), slack)

    def has_components(self, gradient: str) -> bool:
        """Whether all components of the right gradient are among the numbers not from autograd.

        They may be hidden in a larger array or in another order: then nothing is left out.
        """
        return all(
            any(
                _contains_all(self._pools[run], _followed(network, gradient), network.tolerance)
                for network in view.values()
            )
            for run, view in enumerate(self.views)
        )

    @cached_property
    def _pools(self) -> list[Array]:
        """For each run, all numbers that the program computed and autograd did not, sorted."""
        own = [c for c in self.candidates if not self.from_engine(c)]
        pools = [[c.array(run) for c in own] for run in range(len(self.observations))]
        return [np.unique(np.concatenate([*pool, np.zeros(1)])) for pool in pools]

    def equals_mistake(self, candidate: Candidate, mistaken: Formula, gradient: str) -> bool:
        """Whether a misconception's formula gives it in every run."""
        return self._equals_everywhere(
            candidate, lambda n: component(mistaken(n.instance), gradient), 1.0
        )

    def _equals_everywhere(
        self, candidate: Candidate, expected: Callable[[Network], Array], slack: float
    ) -> bool:
        return all(
            any(
                close(
                    candidate.array(run),
                    expected(network),
                    slack * self._tolerance(candidate, network),
                )
                for network in view.values()
            )
            for run, view in enumerate(self.views)
        )

    def from_engine(self, candidate: Candidate) -> bool:
        """Whether it moved with the factor on autograd's engine."""
        return self.has_scaled and self._remembered(
            ("engine",),
            candidate,
            lambda: self._moved(candidate) or self.engine_gradient(candidate) is not None,
        )

    def _moved(self, candidate: Candidate) -> bool:
        pairs = [
            (candidate.array(run), candidate.array(run + 1 - self._first_scaled))
            for run in self._scaled_runs
        ]
        told = [(scaled, plain) for scaled, plain in pairs if np.any(plain)]
        return bool(told) and all(close(scaled, SCALE * plain, 1e-3) for scaled, plain in told)

    @property
    def _scaled_runs(self) -> range:
        return range(self._first_scaled, len(self.observations))

    def engine_gradient(self, candidate: Candidate) -> str | None:
        """Which autograd gradient it is, or a component of: a role, or ``leaf k`` without roles.

        Equal in every run to what one pass gave or to what ``.grad`` accumulated, with the factor.
        """
        return self._remembered(
            ("gradient",), candidate, lambda: self._find_engine_gradient(candidate)
        )

    def _find_engine_gradient(self, candidate: Candidate) -> str | None:
        told = self.has_scaled and any(np.any(candidate.array(r)) for r in self._scaled_runs)
        if not told:  # zeros do not show a factor
            return None
        for number, one in enumerate(self.passes[0]):
            for position in range(len(one.leaves)):
                if self._follows_leaf(candidate, number, position):
                    return self._name_of(number, position)
        return None

    def _name_of(self, number: int, position: int) -> str:
        network = self.views[0].get(number)
        if network is None:
            return f"leaf {position}"
        packed = len(network.roles) != len(self.passes[0][number].leaves)
        return EVERYTHING if packed else network.roles[position]

    def _follows_leaf(self, candidate: Candidate, number: int, position: int) -> bool:
        """Whether one component (or all) of a leaf's gradient gives the candidate in every run."""
        components: set[int] | None = None
        for run, passes_of_run in enumerate(self.passes):
            if number >= len(passes_of_run) or position >= len(passes_of_run[number].leaves):
                return False
            found = self._matching_components(
                candidate.array(run), passes_of_run[number], position, self._factor(run)
            )
            components = found if components is None else components & found
            if not components:
                return False
        return True

    @staticmethod
    def _matching_components(array: Array, one: Pass, position: int, factor: float) -> set[int]:
        """Components that equal a scalar; {-1} when the whole gradient equals the array."""
        gradient, leaf = one.gradients[position], one.leaves[position]
        options = [] if gradient is None else [factor * gradient]
        if leaf.accumulated is not None:
            options.append(leaf.accumulated.array)
        found: set[int] = set()
        for option in options:
            if close(array, option, one.tolerance):
                found.add(-1)
            elif array.size == 1 and option.size > 1:
                scale = max(float(np.abs(option).max()), 1e-9)
                found |= set(np.flatnonzero(np.abs(option - array[0]) <= one.tolerance * scale))
        return found

    def _factor(self, run: int) -> float:
        return SCALE if run in self._scaled_runs else 1.0

    def is_stale(self, candidate: Candidate) -> bool:
        """Whether it is ``.grad`` with the contributions of earlier passes still in it."""
        array, view = candidate.array(0), self.views[0]
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

    def _remembered(self, question: Hashable, candidate: Candidate, answer: Callable[[], T]) -> T:
        """Equal numbers in all runs get the same answer; most values appear several times."""
        key = (question, candidate.fingerprint)
        if key not in self._memory:
            self._memory[key] = answer()
        return self._memory[key]  # type: ignore[return-value]

    def is_quotient(self, candidate: Candidate) -> bool:
        """Whether every number in it is a difference quotient with a small step."""
        return self._made_of(candidate, self._quotients)

    def is_rounded(self, candidate: Candidate) -> bool:
        """Whether it was rounded for printing: what was rounded cannot be told any more."""
        array = candidate.array(-1)
        return bool(np.any(array)) and np.array_equal(array, np.round(array, ROUNDED_DIGITS))

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
        return max(network.tolerance, self._tolerances.get(candidate.record.value.dtype, 0.0))

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
    def shown_together(self) -> tuple[tuple[Candidate, Candidate], ...]:
        """Two values of one size that alone were printed together: weaker than a difference."""
        noticed = [
            c for c in self.printed if c.record.value.dtype != "int" and not self._is_leaf_value(c)
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
        return any(np.array_equal(array, v) for one in self.passes[0] for v in one.values)

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


def _contains_all(pool: Array, wanted: Array, tolerance: float) -> bool:
    """Whether each wanted number has one in the sorted pool that is equal within the tolerance."""
    places = np.searchsorted(pool, wanted)
    below = np.abs(pool[np.maximum(places - 1, 0)] - wanted)
    above = np.abs(pool[np.minimum(places, pool.size - 1)] - wanted)
    limit = tolerance * max(float(np.abs(wanted).max(initial=0.0)), 1e-9)
    return bool(np.all(np.fmin(below, above) <= limit))


def _followed(network: Network, gradient: str) -> Array:
    """What follows from the student's own model, unless autograd cannot see its skip."""
    return component(network.right if network.model.detached else network.own, gradient)


def _views(
    observations: Sequence[Observation], passes_of_runs: Sequence[Sequence[Pass]]
) -> list[Mapping[int, Network]]:
    """Networks by run and pass; of several readings the one that holds in every run."""
    readings = _readings(observations, passes_of_runs)
    chosen: dict[int, Reading] = {}
    for number, options in readings[0].items():
        for option in sorted(options, key=lambda o: o.model_name != HOMEWORK_MODEL):
            if all(
                any(_reading(other) == _reading(option) for other in later.get(number, ()))
                for later in readings[1:]
                if number in later
            ):
                chosen[number] = _reading(option)
                break
    return [
        {
            number: next(option for option in options if _reading(option) == chosen[number])
            for number, options in reading.items()
            if number in chosen
        }
        for reading in readings
    ]


Reading = tuple[Roles, str, Model]


def _reading(network: Network) -> Reading:
    return network.roles, network.model_name, network.model


def _readings(
    observations: Sequence[Observation], passes_of_runs: Sequence[Sequence[Pass]]
) -> list[dict[int, list[Network]]]:
    """All ways to understand each pass; later runs only try what fitted the first."""
    first: dict[int, list[Network]] = {}
    result = []
    for observation, passes_of_run in zip(observations, passes_of_runs, strict=True):
        known = scalars(observation)
        reading = {
            number: networks(one, known, first.get(number))
            for number, one in enumerate(passes_of_run)
        }
        first = first or reading
        result.append(reading)
    return result
