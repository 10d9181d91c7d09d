"""Instances on which the links of a proof are checked.

Fixed seeds, points of both signs, t near 0 and 1, more examples than parameters and fewer. Values
are rounded, so that they can be quoted.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Final

import numpy as np

from grader.formulas.errors import Misfit
from grader.formulas.values import Array, Function, Value, column
from reference import problem3
from reference.problem3 import Instance

SEED: Final = 6923

WEIGHTS: Final = (0.3, 0.04, 0.95, 0.55, 0.7, 0.18)
"""Values of t. None is ½ or has a partner 1 − t, where mistakes can hide."""

SCALES: Final = ((4.0, 4.0), (0.8, 0.8), (4.0, 0.8), (0.8, 4.0), (4.0, 4.0), (0.8, 0.8))
"""How large the two points are: z ≤ z² holds for large numbers only, z² ≤ z for small ones."""

SHAPES: Final = ((5, 3), (3, 5), (4, 2), (2, 4), (4, 4), (6, 2))
"""n × d of the design matrix; n is at least 2, so that a component can be looked at."""


@cache
def instances() -> tuple[Instance, ...]:
    """The instances, one for each weight."""
    rng = np.random.default_rng(SEED)
    ways = zip(WEIGHTS, SHAPES, SCALES, strict=True)
    return tuple(_instance(rng, t, shape, scales) for t, shape, scales in ways)


def _instance(
    rng: np.random.Generator, t: float, shape: tuple[int, int], scales: tuple[float, float]
) -> Instance:
    def normal(*size: int, scale: float = 1.5) -> Array:
        return np.round(rng.normal(0.0, scale, size), 2)

    n, d = shape
    x1, x2, b = (round(float(rng.uniform(-one, one)), 2) for one in (*scales, min(scales) / 2))
    w1, w2 = (normal(d, scale=one / 3) for one in scales)
    return Instance(x1=x1, x2=x2, t=t, b=b, w1=w1, w2=w2, X=normal(n, d), y=normal(n))


def generator(key: str, number: int) -> np.random.Generator:
    """Random numbers for a symbol of the student's own, the same in every run."""
    return np.random.default_rng([SEED, zlib.crc32(key.encode()), number])


def function(item: str, i: Instance) -> Function:
    """The f of an item, on values of formulas."""
    if item == "3c.proof":
        return Function(lambda w: _squared_error(w, i))
    if item == "3b.proof":
        return Function(lambda x: problem3.shifted_square(_number(x), i.b), lambda x: 2 * (x - i.b))
    return Function(lambda x: problem3.square(_number(x)), lambda x: 2 * x)


def _number(x: Value) -> float:
    if not isinstance(x, float):
        raise Misfit("f of a vector")
    return x


def _squared_error(w: Value, i: Instance) -> float:
    if not isinstance(w, np.ndarray) or w.shape != (i.d, 1):
        raise Misfit("f of something that is not a parameter vector")
    return problem3.squared_error(w.ravel(), i.X, i.y)


def givens(item: str, i: Instance) -> dict[str, Value]:
    """What the homework introduces: b in (b); X, y, n, d in (c), with the rows of X as x_i."""
    if item == "3b.proof":
        return {"b": i.b}
    if item == "3c.proof":
        return {"X": i.X, "y": column(i.y), "n": float(i.n), "d": float(i.d)}
    return {}
