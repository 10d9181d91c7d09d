"""Misconceptions: the mistakes that students make, each written as the formula it amounts to.

A wrong answer teaches most when the grader can say *which* mistake reproduces it. So a mistake is
not described by a pattern of text but by its value: if a student's formula agrees with
`expected(i)` on every sampled instance `i`, and not with the reference, the mistake is found.

One id names one mistake everywhere (here, as a sample folder, as a deduction, in statistics).
A mistake such as `missing-one-over-n` shows in a gradient and in an update with different values;
it then has one entry for each value, with the same id and different items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

# What a formula evaluates to: a number, an array, or several named arrays at once
# (A and b in problem 2(b), the five gradients in problem 4).
Value: TypeAlias = float | Array | Mapping[str, Array]

InstanceT = TypeVar("InstanceT")

KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ITEM_ID = re.compile(r"[1-4][a-e]\.\w+")


@dataclass(frozen=True)
class Misconception(Generic[InstanceT]):
    """One mistake, as it shows in the value of one or more rubric items.

    id        kebab-case name, for example `missing-one-over-n`
    items     rubric items in which the mistake has this value, for example `("2a.gradient",)`
    teaching  one sentence to the student: where to look, without the answer
    expected  the value of the mistaken formula on an instance; when it names several arrays,
              those that the mistake leaves alone have their right value

    `expected` raises ValueError (LinAlgError is one) on an instance for which the mistaken
    formula has no value: X Xᵀ for XᵀX, say, fits a d×d equation only if n = d.
    """

    id: str
    items: tuple[str, ...]
    teaching: str
    expected: Callable[[InstanceT], Value]

    def __post_init__(self) -> None:
        if not KEBAB_CASE.fullmatch(self.id):
            raise ValueError(f"misconception id {self.id!r} is not kebab-case")
        if not self.items or not all(ITEM_ID.fullmatch(item) for item in self.items):
            raise ValueError(f"misconception {self.id!r} names no rubric items: {self.items!r}")


def concerning(
    item: str, misconceptions: Iterable[Misconception[InstanceT]]
) -> tuple[Misconception[InstanceT], ...]:
    """The misconceptions that can show in this rubric item, in the order given."""
    return tuple(m for m in misconceptions if item in m.items)


def catalogue(
    teaching: Mapping[str, str],
    formulas: Mapping[tuple[str, ...], Mapping[str, Callable[[InstanceT], Value]]],
) -> tuple[Misconception[InstanceT], ...]:
    """Join two tables, sentences by id and mistaken formulas by items and id, into misconceptions.

    Raises ValueError if a formula has no sentence, or a sentence no formula.
    """
    used = {name for mistakes in formulas.values() for name in mistakes}
    if used != teaching.keys():
        raise ValueError(f"only in one of the two tables: {sorted(used ^ teaching.keys())}")
    return tuple(
        Misconception(name, items, teaching[name], expected)
        for items, mistakes in formulas.items()
        for name, expected in mistakes.items()
    )


def distance(a: Value, b: Value) -> float:
    """Relative distance ‖a − b‖ / max(‖a‖, ‖b‖): 0 for equal values, at most 2.

    Named arrays are compared name by name and the largest distance counts. Values of different
    names or shapes are infinitely far apart, and so is whatever is not finite.
    """
    if isinstance(a, Mapping) or isinstance(b, Mapping):
        if not (isinstance(a, Mapping) and isinstance(b, Mapping)) or a.keys() != b.keys():
            return float("inf")
        return max((distance(a[name], b[name]) for name in a), default=0.0)
    p, q = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if p.shape != q.shape or not (np.isfinite(p).all() and np.isfinite(q).all()):
        return float("inf")
    scale = max(np.linalg.norm(p), np.linalg.norm(q))
    return float(np.linalg.norm(p - q) / scale) if scale > 0 else 0.0
