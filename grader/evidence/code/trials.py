"""Which runs to ask for, so that being right by luck does not count.

A program is run as submitted, then with other values until `WANTED` runs are informative (units on
and off, an error that is not small, x neither 0 nor 1), and each of these once more with autograd's
engine scaled.
Other values come from moved seeds; what stays the same under them is varied by replacing the
numbers in the source that reach the leaves. Which numbers do is found by changing them one at a
time and stopping at the first backward pass.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.layouts import passes
from grader.evidence.code.network import Network, networks
from grader.model import Value
from grader.observation import Observation, RunRequest
from grader.sandbox import limits

WANTED = 3
"""Informative runs with other values; design/p4d: at least three draws."""

UNITS, MOST = 16, 8
"""So many units should have been seen in all, so narrow networks are run more often: a mask from
the wrong tensor agrees with the right one for three units of four. But not more often than that."""

MAX_TRIALS = 14
"""With three hidden units a quarter of all draws has all units on or all off."""

SCALE = 1.37
"""Factor on the engine: no ratio that a mistake of this homework produces."""

MAX_PROBES = 80
PROBE_SECONDS = 20.0

INPUT_LABELS = frozenset({"x", "X", "x_val", "x_in", "inp", "x_value", "x0", "x_data", "x_input"})


class Trial(Value, frozen=True):
    """One run: what was asked and what came of it."""

    request: RunRequest
    observation: Observation


class Trials(Value, frozen=True):
    """All runs of one program.

    `varied` holds informative ones where there are any; `scaled` repeats each of them with another
    factor on the engine. `unlike` counts those that contradict what the submitted run looks like.
    """

    submitted: Observation
    varied: tuple[Trial, ...] = ()
    scaled: tuple[Trial, ...] = ()
    unlike: int = 0


class Runner(Protocol):
    """What the sandbox's session offers."""

    @property
    def alive(self) -> bool: ...

    def run(self, request: RunRequest) -> Observation: ...


def conduct(
    runner: Runner, seconds: float = limits.RUN_SECONDS, total: float = limits.PROGRAM_SECONDS
) -> Trials:
    """Run the program as often as needed; stops early when there is nothing to vary.

    Args:
        runner: where it runs.
        seconds: limit of the run as submitted.
        total: after this many seconds no further run is begun.
    """
    started = time.monotonic()
    submitted = runner.run(RunRequest(seconds=seconds))
    if not submitted.snapshots or not runner.alive:
        return Trials(submitted)
    again = min(seconds, limits.RERUN_FACTOR * submitted.settled + limits.RERUN_EXTRA_SECONDS)
    values = submitted.values if submitted.ending == "timed_out" else 0
    search = _Search(runner, submitted, RunRequest(seconds=again, values=values), started + total)
    varied = search.varied()
    if not varied or not runner.alive:
        return Trials(submitted, varied, unlike=search.unlike)
    scaled: list[Trial] = []
    for trial in varied:
        request = msgspec.structs.replace(trial.request, scale=SCALE)
        scaled.append(Trial(request, runner.run(request)))
        if search.over():
            break
    return Trials(submitted, varied[: len(scaled)], tuple(scaled), search.unlike)


@dataclass
class _Search:
    """Looks for informative variations of one program; `again` is a run without any change."""

    runner: Runner
    submitted: Observation
    again: RunRequest
    deadline: float
    hypotheses: list[Network] = field(init=False)
    unlike: int = 0

    def __post_init__(self) -> None:
        first = passes(self.submitted.snapshots)[0]
        self.hypotheses = networks(first, scalars(self.submitted))

    def varied(self) -> tuple[Trial, ...]:
        moved = self._trial(seed=1, offset=1)
        fixed = [not change for change in self._leaf_changes(moved.observation)]
        constants = self._reaching_constants(fixed) if any(fixed) or not fixed else ()
        if not constants and not self._changed(moved.observation):
            return ()
        found, others = self._tried(constants)
        if not self.hypotheses:
            return tuple(others[:WANTED])
        if not _enough(found) and not constants:  # drawn from (0, 1), say: no unit is ever off
            found += self._tried(self._reaching_constants([True] * len(fixed)))[0]
        return _chosen(found)

    def _tried(self, constants: Sequence[int]) -> tuple[list[Informative], list[Trial]]:
        """Runs with other values: the informative ones, until there are enough, and the others."""
        found: list[Informative] = []
        others: list[Trial] = []
        for number in range(1, MAX_TRIALS + 1):
            trial = self._draw(number, constants)
            if self._usable(trial.observation):
                units = self._units(trial.observation)
                if units:
                    found.append((trial, units))
                else:
                    others.append(trial)
            if _enough(found) or self.over():
                break
        return found, others

    def over(self) -> bool:
        """Whether no further run should begin."""
        return not self.runner.alive or time.monotonic() > self.deadline

    def _trial(self, **changes: Any) -> Trial:
        request = msgspec.structs.replace(self.again, **changes)
        return Trial(request, self.runner.run(request))

    def _draw(self, number: int, constants: Sequence[int]) -> Trial:
        rng = np.random.default_rng(number)
        values = rng.uniform(0.3, 1.8, len(constants)) * rng.choice([-1.0, 1.0], len(constants))
        replaced = dict(zip(constants, map(float, values), strict=True))
        return self._trial(seed=number, offset=number, constants=replaced)

    def _usable(self, observation: Observation) -> bool:
        """Whether the run got as far as the submitted one."""
        return bool(observation.snapshots) and (
            observation.ending in (self.submitted.ending, "returned")
        )

    def _units(self, observation: Observation) -> tuple[bool, ...]:
        """For each unit whether it is on, where mistakes would show; nothing where none would.

        Counts the run when it contradicts the submitted one.
        """
        known = scalars(observation)
        understood = [
            network
            for one in passes(observation.snapshots)
            for network in networks(one, known, self.hypotheses)
        ]
        self.unlike += not understood and self._tells(observation)
        return tuple(on for network in understood if network.informative for on in network.units)

    def _tells(self, observation: Observation) -> bool:
        """Whether a first pass that nothing fits shows another model than the submitted run.

        Not without hypotheses, nor where gradients that are all zero hide x from us.
        """
        first = passes(observation.snapshots)[0]
        seen = [gradient is not None and bool(gradient.any()) for gradient in first.gradients]
        given = any("x" in network.roles for network in self.hypotheses)
        return bool(self.hypotheses) and (any(seen) if given else all(seen))

    def _reaching_constants(self, fixed: Sequence[bool]) -> tuple[int, ...]:
        """Indices of numbers in the source that reach the leaves which other seeds leave alone."""
        reaching, spent = [], 0.0
        for constant in self.submitted.constants[:MAX_PROBES]:
            if spent > PROBE_SECONDS or self.over():
                break
            changed = {constant.index: constant.value * 1.13 + 0.017}
            observation = self._trial(constants=changed, stop_at_first_pass=True).observation
            spent += observation.seconds
            changes = zip(fixed, self._leaf_changes(observation), strict=False)
            if any(both for both in changes if all(both)) or self._input_changed(observation):
                reaching.append(constant.index)
        return tuple(reaching)

    def _leaf_changes(self, observation: Observation) -> list[bool]:
        """For each leaf of the first pass, whether it has other values of the same shape.

        Widths that are drawn at random change with the seed: then every leaf has changed.
        """
        if not observation.snapshots:
            return []
        new, old = observation.snapshots[0].leaves, self.submitted.snapshots[0].leaves
        if [leaf.value.shape for leaf in new] != [leaf.value.shape for leaf in old]:
            return [] if observation.constants != self.submitted.constants else [True] * len(old)
        return [a.value.values != b.value.values for a, b in zip(new, old, strict=True)]

    def _changed(self, observation: Observation) -> bool:
        return any(self._leaf_changes(observation))

    def _input_changed(self, observation: Observation) -> bool:
        """Whether x is another number; a run that broke before autograd says nothing."""
        return bool(observation.snapshots) and _inputs(observation) != _inputs(self.submitted)


Informative = tuple[Trial, tuple[bool, ...]]
"""A run with other values, and whether each of its units was on."""


def _enough(found: Sequence[Informative]) -> bool:
    units = [on for _, those in found for on in those]
    many = len(units) >= UNITS or len(found) >= MOST
    return many and len(found) >= WANTED and _shows_both(found)


def _shows_both(found: Sequence[Informative]) -> bool:
    """Whether some unit was on and some was off: a single one is either, in each run."""
    return len({on for _, units in found for on in units}) == len((True, False))


def _chosen(found: Sequence[Informative]) -> tuple[Trial, ...]:
    """The first ones; none when a state of a unit never showed.

    The run that completes the two states goes to the front: time may run out before the others
    are repeated.
    """
    if not _shows_both(found):
        return ()
    completing = next(n for n in range(len(found)) if _shows_both(found[: n + 1]))
    order = dict.fromkeys((0, completing, *range(len(found))))
    return tuple(found[n][0] for n in list(order)[:MOST])


def _inputs(observation: Observation) -> list[tuple[float | None, ...]]:
    """Values of variables that are called x, before the first pass."""
    return [
        record.value.values
        for record in observation.records
        if record.snapshot == 0 and record.kind == "assign" and record.label in INPUT_LABELS
    ]


def scalars(observation: Observation) -> NDArray[np.float64]:
    """All single numbers that the code computed, and those in its source."""
    computed = [r.value.values[0] for r in observation.records if len(r.value.values) == 1]
    written = [constant.value for constant in observation.constants]
    both = [number for number in computed if number is not None] + written
    return np.array(both + [-number for number in written], dtype=np.float64)
