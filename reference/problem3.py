"""Problem 3: Convexity Analysis.

f is convex iff f(tx₁ + (1−t)x₂) ≤ tf(x₁) + (1−t)f(x₂) for all points x₁, x₂ and t ∈ [0, 1]. The
*gap* is the right side minus the left, and a proof of (a)–(c) shows what the gap is equal to:

  3(a)  f(x) = x²           t(1−t)(x₁ − x₂)²                              solution, display 1
  3(b)  f(x) = (x − b)²     t(1−t)(x₁ − x₂)²                              display 2
  3(c)  f(w) = ‖Xw − y‖²    t(1−t)‖X(w₁ − w₂)‖²                           display 4
  3(d)  f(x) = |sin x + 0.5x| is not convex: at (x₁, x₂, t) = (0, π, 1/2) the left side exceeds
        the right, by 1 exactly                                           displays 1, 2
        from x₀ = 10 gradient descent with a small step settles in the local minimum
        x* = 4π/3 + 2π ≈ 10.47, not in the global one at 0                displays 3, 4

All three gaps of (a)–(c) are t‖u‖² + (1−t)‖v‖² − ‖tu + (1−t)v‖² for vectors u, v: the points
themselves, the points shifted by b, or the residuals z₁ = Xw₁ − y and z₂ = Xw₂ − y.

Slips of the official solution: (d) lets descent converge "monotonically" for η < 2/f''(x*). It
is monotone for η ≤ 1/f''(x*); between the two bounds it still converges, from side to side. And
4π/3 + 2πk are local minima of f only for k ≥ 0: f is even, so on the left it is their mirror
images −(4π/3 + 2πk).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from reference.misconception import Array, Misconception, Value, catalogue

# A point violates convexity only if the chord is exceeded by this much. At (0, 2π, 1/2) both
# sides are π/2 exactly, and bare floats find an excess of 4e-16 there.
VIOLATION_MARGIN = 1e-9


@dataclass(frozen=True, eq=False)  # compared by identity: arrays have no single truth value
class Instance:
    """Sampled inputs of problem 3.

    x1, x2 points     t ∈ (0, 1)         b shift of part (b)    X (n, d) design matrix
    w1, w2 (d,) points of part (c)       y (n,) responses       x0 start of the descent in (d)
    """

    x1: float
    x2: float
    t: float
    b: float
    w1: Array
    w2: Array
    X: Array
    y: Array
    x0: float = 10.0  # given by the homework, never sampled

    @property
    def n(self) -> int:
        """Number of examples."""
        return int(self.X.shape[0])

    @property
    def d(self) -> int:
        """Number of parameters."""
        return int(self.X.shape[1])


def sample(rng: np.random.Generator, n: int, d: int) -> Instance:
    """Draw an instance with x₁ < 0 < π < x₂ < 2π and t < 1/2.

    So nothing can be swapped unseen, and in (d) the sine and 0.5x differ in sign at x₂.
    """
    return Instance(
        x1=float(rng.uniform(-3.0, -1.0)),
        x2=float(rng.uniform(3.5, 6.0)),
        t=float(rng.uniform(0.15, 0.4)),
        b=float(rng.uniform(0.5, 1.5)),
        w1=rng.normal(size=d),
        w2=rng.normal(size=d),
        X=rng.normal(size=(n, d)),
        y=rng.normal(1.0, 1.0, n),
    )


# Of 200 seeds the one whose instances keep reference and mistakes furthest apart.
SEED = 139


def instances(seed: int = SEED) -> tuple[Instance, ...]:
    """The standard instances: more examples than parameters, fewer, and equally many."""
    rng = np.random.default_rng(seed)
    return tuple(sample(rng, n, d) for n, d in [(5, 3), (3, 5), (4, 4)])


# --- The functions, and the definition of convexity ----------------------------------------------

Point = TypeVar("Point", float, Array)


def square(x: float) -> float:
    """f(x) = x². Homework 3(a)."""
    return x**2


def shifted_square(x: float, b: float) -> float:
    """f(x) = (x − b)². Homework 3(b)."""
    return (x - b) ** 2


def squared_error(w: Array, X: Array, y: Array) -> float:
    """f(w) = ‖Xw − y‖², without a 1/n. Homework 3(c)."""
    return float((X @ w - y) @ (X @ w - y))


def f(x: float) -> float:
    """The function |sin x + 0.5x| of homework 3(d)."""
    return abs(math.sin(x) + 0.5 * x)


def gap(f: Callable[[Point], float], x1: Point, x2: Point, t: float) -> float:
    """tf(x₁) + (1−t)f(x₂) − f(tx₁ + (1−t)x₂): never negative iff f is convex."""
    return t * f(x1) + (1 - t) * f(x2) - f(t * x1 + (1 - t) * x2)


# --- (a)–(c): what the gap is equal to -----------------------------------------------------------


def certificate_a(i: Instance) -> float:
    """t(1−t)(x₁ − x₂)² ≥ 0, the gap of x². Homework 3(a), solution, display 1."""
    return i.t * (1 - i.t) * (i.x1 - i.x2) ** 2


def certificate_b(i: Instance) -> float:
    """t(1−t)((x₁ − b) − (x₂ − b))² ≥ 0, the gap of (x − b)². Homework 3(b), display 2."""
    return i.t * (1 - i.t) * ((i.x1 - i.b) - (i.x2 - i.b)) ** 2


def certificate_c(i: Instance) -> float:
    """t(1−t)‖X(w₁ − w₂)‖² ≥ 0, the gap of ‖Xw − y‖². Homework 3(c), solution, display 4."""
    z = i.X @ (i.w1 - i.w2)
    return i.t * (1 - i.t) * float(z @ z)


def gap_a(i: Instance) -> float:
    """The gap of f(x) = x² on this instance, from the definition."""
    return gap(square, i.x1, i.x2, i.t)


def gap_b(i: Instance) -> float:
    """The gap of f(x) = (x − b)² on this instance, from the definition."""
    return gap(lambda x: shifted_square(x, i.b), i.x1, i.x2, i.t)


def gap_c(i: Instance) -> float:
    """The gap of f(w) = ‖Xw − y‖² on this instance, from the definition."""
    return gap(lambda w: squared_error(w, i.X, i.y), i.w1, i.w2, i.t)


# --- (d): a point that violates the definition, and gradient descent -----------------------------


def excess(x1: float, x2: float, t: float) -> float:
    """f(tx₁ + (1−t)x₂) − (tf(x₁) + (1−t)f(x₂)): above VIOLATION_MARGIN, f is not convex.

    t has to be in [0, 1]: outside, the point is not between x₁ and x₂ and shows nothing.
    Raises ValueError if it is not.
    """
    if not 0 <= t <= 1:
        raise ValueError(f"t = {t} is not in [0, 1]")
    return -gap(f, x1, x2, t)


def slope(x: float) -> float:
    """f'(x) = ±(cos x + 0.5), + where sin x + 0.5x > 0, that is for x > 0. 3(d), display 3."""
    return math.copysign(1.0, math.sin(x) + 0.5 * x) * (math.cos(x) + 0.5)


def curvature(x: float) -> float:
    """f''(x) = −sin x for x > 0. Homework 3(d), solution, display 3."""
    return -math.sin(x)


def descent(x0: float, eta: float, steps: int) -> Array:
    """The iterates x₀, x₁, … of x ← x − ηf'(x), (steps + 1,). Homework 3(d), after display 3."""
    x = [x0]
    for _ in range(steps):
        x.append(x[-1] - eta * slope(x[-1]))
    return np.array(x)


def local_minimiser(x0: float) -> float:
    """x* = 4π/3 + 2πk, the minimum between the maxima 2π/3 + 2πk < x₀ < 2π/3 + 2π(k+1).

    For x₀ = 10 it is 4π/3 + 2π ≈ 10.47. Homework 3(d), solution, display 4. Raises ValueError
    for x₀ ≤ 2π/3: from there small steps lead down to 0, or the mirror image is meant.
    """
    if x0 <= 2 * math.pi / 3:
        raise ValueError(f"x0 = {x0} is not to the right of the first maximum, 2π/3")
    k = math.floor((x0 - 2 * math.pi / 3) / (2 * math.pi))
    return 4 * math.pi / 3 + 2 * math.pi * k


def monotone_step_size(x0: float) -> float:
    """1/f''(x*): up to this η descent approaches x* from one side, given x₀ = 10. 3(d)."""
    return 1 / curvature(local_minimiser(x0))


def convergent_step_size(x0: float) -> float:
    """2/f''(x*): for η below, x* attracts nearby iterates; above, it repels them. 3(d)."""
    return 2 / curvature(local_minimiser(x0))


def excess_at(i: Instance) -> float:
    """The excess over the chord at the instance's own x₁, x₂, t."""
    return excess(i.x1, i.x2, i.t)


def descent_limit(i: Instance) -> float:
    """Where descent from x₀ with small steps settles. Homework 3(d), second question."""
    return local_minimiser(i.x0)


def height_of_local_minimum(i: Instance) -> float:
    """f(x*) − f(0), with f(0) = 0 the global minimum: positive, so x* is a local one only."""
    return f(descent_limit(i)) - f(0.0)


EXPECTED: dict[str, Callable[[Instance], Value]] = {
    "3a.proof": certificate_a,
    "3b.proof": certificate_b,
    "3c.proof": certificate_c,
    "3d.counterexample": excess_at,
    "3d.descent": descent_limit,
}

# Claims in prose: the quantity that is positive because the claim holds.
CLAIMS: dict[str, Callable[[Instance], float]] = {"3d.descent": height_of_local_minimum}


# --- Misconceptions ------------------------------------------------------------------------------

TEACHING: dict[str, str] = {
    # 3(a)–(c)
    "dropped-cross-term": "The square of a sum also has a mixed term.",
    "halved-cross-term": "The mixed term of the square of a sum has a factor that got lost.",
    "flipped-cross-term": "The mixed term has the wrong sign: collect the terms again.",
    "unsquared-weights": "The weights t and 1 − t are inside the square and get squared too.",
    "missing-one-minus-t": "A weight got lost: the difference should vanish at t = 0 and at t = 1.",
    "missing-t": "A weight got lost: the difference should vanish at t = 0 and at t = 1.",
    "unsquared-difference": "The difference of the two points should appear squared.",
    "shift-not-distributed": "Write what is subtracted as t times itself plus 1 − t times itself.",
    "missing-design": "The points pass through X before they are squared.",
    "shift-left-over": "What is subtracted from both should cancel in their difference.",
    # 3(d)
    "swapped-weights": "Check which of the two points carries t on each side.",
    "sine-in-degrees": "The sine was taken of degrees; the problem is in radians.",
    "missing-absolute-value": "The absolute value is missing; it matters at negative points.",
    "split-absolute-value": "The absolute value of a sum is not the sum of absolute values.",
    "missing-half": "A factor inside the absolute value got lost.",
    "global-minimum": "Small steps go downhill only: what lies between the start and that point?",
    "local-maximum": "The slope vanishes there too; check the second derivative.",
    "missing-period": "The slope vanishes there too; look for the point in the start's own valley.",
    "next-valley": "That is one valley too far: which way does the first step go?",
}

Formula: TypeAlias = Callable[[Instance], Value]
Pair: TypeAlias = Callable[[Instance], tuple[Array, Array]]


def _points(i: Instance) -> tuple[Array, Array]:
    """3(a): u = x₁ and v = x₂, (1,) each."""
    return np.array([i.x1]), np.array([i.x2])


def _shifted_points(i: Instance) -> tuple[Array, Array]:
    """3(b): u = x₁ − b and v = x₂ − b, (1,) each."""
    return np.array([i.x1 - i.b]), np.array([i.x2 - i.b])


def _residuals(i: Instance) -> tuple[Array, Array]:
    """3(c): u = z₁ = Xw₁ − y and v = z₂ = Xw₂ − y, (n,) each."""
    return i.X @ i.w1 - i.y, i.X @ i.w2 - i.y


def _gaps(pair: Pair) -> dict[str, Formula]:
    """The gaps that mistakes in expanding ‖tu + (1−t)v‖² lead to, for the u and v of one part."""

    def weighted(i: Instance, uu: float, vv: float, uv: float) -> float:
        u, v = pair(i)
        return float(uu * u @ u + vv * v @ v + uv * u @ v)

    def product(i: Instance) -> float:
        return i.t * (1 - i.t)

    def length(i: Instance) -> float:
        return math.sqrt(weighted(i, 1, 1, -2))

    return {
        "dropped-cross-term": lambda i: weighted(i, product(i), product(i), 0),
        "halved-cross-term": lambda i: weighted(i, product(i), product(i), -product(i)),
        "flipped-cross-term": lambda i: weighted(i, product(i), product(i), 2 * product(i)),
        "unsquared-weights": lambda i: weighted(i, 0, 0, -2 * product(i)),
        "missing-one-minus-t": lambda i: i.t * length(i) ** 2,
        "missing-t": lambda i: (1 - i.t) * length(i) ** 2,
        "unsquared-difference": lambda i: product(i) * length(i),
    }


def _gap_shifted_once(i: Instance, pair: Pair, shift: float | Array) -> float:
    """The gap if in tu + (1−t)v the shift was taken out of u but not of v."""
    u, v = pair(i)
    inside = i.t * u + (1 - i.t) * (v + shift)
    return float(i.t * u @ u + (1 - i.t) * v @ v - inside @ inside)


_SHIFTED: dict[str, Formula] = {
    **_gaps(_shifted_points),
    "shift-not-distributed": lambda i: _gap_shifted_once(i, _shifted_points, i.b),
    "shift-left-over": lambda i: i.t * (1 - i.t) * (i.x1 - i.x2 - i.b) ** 2,
}

_ERROR: dict[str, Formula] = {
    **_gaps(_residuals),
    "shift-not-distributed": lambda i: _gap_shifted_once(i, _residuals, i.y),
    "missing-design": lambda i: i.t * (1 - i.t) * float((i.w1 - i.w2) @ (i.w1 - i.w2)),
    "shift-left-over": lambda i: i.t * (1 - i.t) * squared_error(i.w1 - i.w2, i.X, i.y),
}


def _excess_of(f: Callable[[float], float]) -> Formula:
    """The excess over the chord if f was computed by a mistaken formula."""
    return lambda i: -gap(f, i.x1, i.x2, i.t)


_COUNTEREXAMPLE: dict[str, Formula] = {
    "swapped-weights": lambda i: (
        f(i.t * i.x1 + (1 - i.t) * i.x2) - ((1 - i.t) * f(i.x1) + i.t * f(i.x2))
    ),
    "sine-in-degrees": _excess_of(lambda x: abs(math.sin(math.radians(x)) + 0.5 * x)),
    "missing-absolute-value": _excess_of(lambda x: math.sin(x) + 0.5 * x),
    "split-absolute-value": _excess_of(lambda x: abs(math.sin(x)) + abs(0.5 * x)),
    "missing-half": _excess_of(lambda x: abs(math.sin(x) + x)),
}

_DESCENT: dict[str, Formula] = {
    "global-minimum": lambda _: 0.0,
    "local-maximum": lambda i: descent_limit(i) - 2 * math.pi / 3,
    "missing-period": lambda _: 4 * math.pi / 3,
    "next-valley": lambda i: descent_limit(i) + 2 * math.pi,
}

MISCONCEPTIONS: tuple[Misconception[Instance], ...] = catalogue(
    TEACHING,
    {
        ("3a.proof",): _gaps(_points),
        ("3b.proof",): _SHIFTED,
        ("3c.proof",): _ERROR,
        ("3d.counterexample",): _COUNTEREXAMPLE,
        ("3d.descent",): _DESCENT,
    },
)
