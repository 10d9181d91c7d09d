"""The values of one place in the source across all runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from grader.evidence.code.layouts import Array
from grader.observation import Recorded

NEAR = 50.0
"""Between the tolerance and this many times it, a value is neither right nor wrong."""


@dataclass(frozen=True)
class Candidate:
    """One site's n-th value in every run: as submitted, varied, scaled.

    `fingerprint` is the same for candidates with the same numbers in all runs.
    """

    site: str
    occurrence: int
    records: tuple[Recorded, ...]
    fingerprint: int

    @property
    def record(self) -> Recorded:
        """The value in the run as submitted."""
        return self.records[0]

    @property
    def size(self) -> int:
        return len(self.record.value.values)

    def array(self, run: int) -> Array:
        """The numbers in one run."""
        return self._arrays[run]

    @cached_property
    def _arrays(self) -> tuple[Array, ...]:
        return tuple(record.value.array for record in self.records)

    @cached_property
    def constant(self) -> bool:
        """Whether all runs yielded the same numbers."""
        first = self.record.value.values
        return all(record.value.values == first for record in self.records)


def close(value: Array, expected: Array | None, tolerance: float) -> bool:
    """Equal size, finite, and |value − expected| ≤ tolerance · max |expected|."""
    if expected is None or value.size != expected.size:
        return False
    if value.ndim == expected.ndim == 1 and value.size <= FEW:
        return _few_close(value.tolist(), expected.tolist(), tolerance)
    largest = float(np.abs(expected).max(initial=0.0))
    if not isfinite(largest):
        return False
    gap = float(np.abs(value - expected).max(initial=0.0))  # not finite: within no tolerance
    return gap <= tolerance * max(largest, 1e-9)


FEW = 16
"""Up to so many numbers Python compares faster than numpy."""


def _few_close(value: list[float], expected: list[float], tolerance: float) -> bool:
    largest = 1e-9
    for number in expected:
        if not isfinite(number):
            return False
        largest = max(largest, abs(number))
    limit = tolerance * largest
    return all(abs(a - b) <= limit for a, b in zip(value, expected, strict=True))


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
