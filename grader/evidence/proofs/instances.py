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

SHAPES: Final = ((5, 3), (3, 5), (4, 2), (2, 4), (4, 4), (6, 2))
"""n × d of the design matrix; n is at least 2, so that a component can be looked at."""


@cache
def instances() -> tuple[Instance, ...]:
    """The instances, one for each weight."""
    rng = np.random.default_rng(SEED)
    return tuple(_instance(rng, t, n, d) for t, (n, d) in zip(WEIGHTS, SHAPES, strict=True))


def _instance(rng: np.random.Generator, t: float, n: int, d: int) -> Instance:
    def normal(*shape: int) -> Array:
        return np.round(rng.normal(0.0, 1.5, shape), 1)

    x1, x2 = (round(float(x), 1) for x in rng.uniform(-4.0, 4.0, 2))
    b = round(float(rng.uniform(-2.0, 2.0)), 1)
    return Instance(
        x1=x1, x2=x2 + 0.05, t=t, b=b + 0.05,
        w1=normal(d), w2=normal(d), X=normal(n, d), y=normal(n),
    )  # fmt: skip


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
