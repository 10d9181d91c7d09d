"""Which network each forward pass is, understood alike in all runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.evidence.code.layouts import Pass, Roles
from grader.evidence.code.network import HOMEWORK_MODEL, Network, networks
from grader.evidence.code.trials import scalars
from grader.observation import Observation
from reference.problem4 import Model

Reading = tuple[Roles, str, Model]
"""Who plays which role, in which model."""


def views(
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
