"""The values of one place in the source across all runs."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.evidence.code.layouts import Array
from grader.observation import Recorded

NEAR = 50.0
"""Between the tolerance and this many times it, a value is neither right nor wrong."""


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


def close(value: Array, expected: Array | None, tolerance: float) -> bool:
    """Equal size, finite, and |value − expected| ≤ tolerance · max |expected|."""
    if expected is None or value.size != expected.size:
        return False
    if not (np.isfinite(value).all() and np.isfinite(expected).all()):
        return False
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-9)
    return bool(np.abs(value - expected).max(initial=0.0) <= tolerance * scale)


def within(number: Array, gradient: Array, position: int, tolerance: float) -> bool:
    """Whether a single number is one component, as exactly as the largest one allows."""
    if number.size != 1 or position >= gradient.size:
        return False
    scale = max(float(np.abs(gradient).max(initial=0.0)), 1e-9)
    return bool(abs(number[0] - gradient[position]) <= tolerance * scale)


def contains_all(pool: Array, wanted: Array, tolerance: float) -> bool:
    """Whether each wanted number has one in the sorted pool that is equal within the tolerance."""
    places = np.searchsorted(pool, wanted)
    below = np.abs(pool[np.maximum(places - 1, 0)] - wanted)
    above = np.abs(pool[np.minimum(places, pool.size - 1)] - wanted)
    limit = tolerance * max(float(np.abs(wanted).max(initial=0.0)), 1e-9)
    return bool(np.all(np.fmin(below, above) <= limit))
