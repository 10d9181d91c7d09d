"""All runs of one program, side by side."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np

from grader.evidence.code.candidates import Candidate
from grader.evidence.code.labels import Vocabulary
from grader.evidence.code.layouts import WIDE, Pass, Tolerances, component, passes
from grader.evidence.code.network import Network
from grader.evidence.code.readings import views
from grader.evidence.code.texts import Texts
from grader.evidence.code.trials import SCALE, Trials
from grader.model import Program
from grader.observation import Observation
from reference.problem4 import GRADIENTS

T = TypeVar("T")


class Runs:
    """Runs are counted as submitted, varied, scaled.

    `views[r][k]` is the network of the k-th forward pass in run r; only passes that all runs
    understand alike are kept.
    """

    def __init__(self, program: Program, trials: Trials, tolerances: Tolerances = WIDE) -> None:
        self.program = program
        self.texts = Texts(program)
        self.trials = trials
        self.observations: list[Observation] = [
            trials.submitted,
            *(trial.observation for trial in trials.varied),
        ]
        scaled = [trial.observation for trial in trials.scaled]
        self.has_scaled = bool(scaled) and all(o.snapshots for o in scaled)
        if self.has_scaled:
            self.observations += scaled
        self.first_scaled = 1 + len(trials.varied)
        self.passes: list[list[Pass]] = [passes(o.snapshots, tolerances) for o in self.observations]
        understood = views(self.observations, self.passes)
        self.views, self.differentiates_prediction = _of_losses(understood)
        self._tolerances = tolerances
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

    @property
    def complete(self) -> bool:
        """Whether every run came to its end as the submitted one did: nothing is out of sight."""
        said = self.trials.submitted.message
        return all(o.ending == "returned" and o.message == said for o in self.observations)

    @cached_property
    def gradients(self) -> tuple[str, ...]:
        """The gradients to look for: five, or their components when units are written out."""
        split = next((n.roles for n in self.views[0].values() if "W1[0]" in n.roles), None)
        return GRADIENTS if split is None else tuple(sorted(split))

    def size_of(self, gradient: str) -> int:
        """Number of components; 0 when it differs among the passes."""
        sizes = {component(n.right, gradient).size for n in self.views[0].values()}
        return sizes.pop() if len(sizes) == 1 else 0

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the student calls the parameters."""
        names: dict[str, list[str]] = {}
        for network in self.views[0].values():
            for role, called in network.names.items():
                names.setdefault(role, []).extend(called)
        return Vocabulary(names)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Sites that all runs reached, in the order of the run as submitted."""
        tables = [{(r.site, r.occurrence): r for r in o.records} for o in self.observations]
        fingerprints: dict[Hashable, int] = {}
        found = []
        for key in tables[0]:
            if all(key in table for table in tables):
                records = tuple(table[key] for table in tables)
                numbers = tuple(record.value.values for record in records)
                fingerprint = fingerprints.setdefault(numbers, len(fingerprints))
                found.append(Candidate(*key, records, fingerprint))
        return tuple(found)

    @cached_property
    def by_record(self) -> dict[int, Candidate]:
        """Candidates by the step of their record in the run as submitted."""
        return {candidate.record.step: candidate for candidate in self.candidates}

    @cached_property
    def printed(self) -> tuple[Candidate, ...]:
        """Everything that was printed."""
        return tuple(c for c in self.candidates if c.record.kind == "print")

    @property
    def scaled_runs(self) -> range:
        """The runs with another factor on the engine."""
        return range(self.first_scaled, len(self.observations))

    def factor(self, run: int) -> float:
        """The factor on the engine in one run."""
        return SCALE if run in self.scaled_runs else 1.0

    def tolerance(self, candidate: Candidate, network: Network) -> float:
        """How far a value may be from what it should be."""
        return max(network.tolerance, self._tolerances.get(candidate.record.value.dtype, 0.0))

    def remembered(self, question: Hashable, candidate: Candidate, answer: Callable[[], T]) -> T:
        """Equal numbers in all runs get the same answer; most values appear several times."""
        key = (question, candidate.fingerprint)
        if key not in self._memory:
            self._memory[key] = answer()
        return self._memory[key]  # type: ignore[return-value]


def _of_losses(
    understood: Sequence[Mapping[int, Network]],
) -> tuple[list[Mapping[int, Network]], bool]:
    """The passes without those of the prediction itself, and whether there were any.

    ``autograd.grad(yhat, …)`` has the slope 1: in it, a1 would pass for the gradient of W2.
    """
    numbers = [
        number
        for number in (understood[0] if understood else {})
        if all(_slope_is_one(view[number]) for view in understood if number in view)
    ]
    if not numbers or len(numbers) == len(understood[0]):
        return list(understood), False
    return [
        {number: network for number, network in view.items() if number not in numbers}
        for view in understood
    ], True


def _slope_is_one(network: Network) -> bool:
    slope = network.autograd.get("b2")
    return slope is not None and bool(np.all(np.abs(slope - 1.0) < 1e-12))
