"""Problem 2: Convergence of Gradient Descent for Linear Regression.

L(w) = (1/n)‖Xw − y‖² with X ∈ ℝ^(n×d), y ∈ ℝⁿ, w ∈ ℝᵈ, and H := XᵀX. Descent starts at w₀.

  2(a)  ∇L(w) = (2/n)Xᵀ(Xw − y),  w_(t+1) = w_t − η∇L(w_t)                solution, displays 1, 2
  2(b)  w_(t+1) = Aw_t + b,  A = I − (2η/n)H,  b = (2η/n)Xᵀy             display 1
        w_∞ = (I − A)⁻¹b = (XᵀX)⁻¹Xᵀy if X has full column rank           displays 3, 5
  2(c)  w_t = Aᵗw₀ + Σ_(k<t) Aᵏb;  from w₀ = 0 the limit is (I − A)⁻¹b    displays 1, 4
  2(d)  eigenvalues 1 − (2η/n)λᵢ(H), in (−1, 1) iff 0 < η < n/λ_max(H)    displays 1, 3
  2(e)  E[w_t] = Aᵗw₀ + Σ_(k<t) Aᵏb, as without noise                     display 3

Where XᵀX is singular, inverses are read as pseudo-inverses: from w₀ = 0 descent then reaches the
least-squares solution of minimum norm, X†y.

Slips of the official solution: (b) reads (I − A)⁻¹ on range(H) as H†, which lacks the factor
n/(2η). (d) concludes ρ(A) < 1 and Aᵗw₀ → 0 "for any w₀"; both need full column rank, for on
ker(H) A is the identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from reference.misconception import Array, Misconception, Value, catalogue

# Singular values below this share of the largest are zero: rounding leaves some 1e-16 of it, and
# the smallest that is sampled is 0.46 of it for X and 0.21 for XᵀX.
RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)  # compared by identity: arrays have no single truth value
class Instance:
    """Sampled inputs of problem 2.

    X (n, d) design matrix    y (n,) responses    w (d,) the current iterate w_t of parts (a), (b)
    w0 (d,) the start         eta step size       t number of steps
    """

    X: Array
    y: Array
    w: Array
    w0: Array
    eta: float
    t: int

    @property
    def n(self) -> int:
        """Number of examples."""
        return int(self.X.shape[0])

    @property
    def d(self) -> int:
        """Number of parameters."""
        return int(self.X.shape[1])

    @property
    def rank(self) -> int:
        """Rank of X. XᵀX is invertible, and bare inverses have a value, iff it is d."""
        return int(np.linalg.matrix_rank(self.X, rtol=RANK_TOLERANCE))


def sample(rng: np.random.Generator, n: int, d: int, rank: int | None = None) -> Instance:
    """Draw an instance whose X has the given rank (min(n, d) if None).

    X = U diag(s) Vᵀ with s between 0.6√n and 1.3√n, so nothing is nearly singular by accident,
    and η is a share of the sharp bound of 2(d): A has eigenvalues in (−1, 1), and 1 on ker(H).
    """
    rank = min(n, d) if rank is None else rank
    U, _, Vt = np.linalg.svd(rng.normal(size=(n, d)), full_matrices=False)
    s = np.sqrt(n) * np.linspace(1.3, 0.6, rank)
    return Instance(
        X=(U[:, :rank] * s) @ Vt[:rank],
        y=rng.normal(1.0, 1.0, n),
        w=rng.normal(size=d),
        w0=rng.normal(size=d),
        eta=float(rng.uniform(0.85, 0.95) * n / s[0] ** 2),
        t=3,
    )


# Of 200 seeds the one whose instances keep reference and mistakes furthest apart.
SEED = 133


def instances(seed: int = SEED) -> tuple[Instance, ...]:
    """The standard instances, by shape and rank; the last two have a singular XᵀX."""
    rng = np.random.default_rng(seed)
    tall, square = sample(rng, 6, 3), sample(rng, 4, 4)
    wide, deficient = sample(rng, 3, 5), sample(rng, 7, 4, rank=2)
    return tall, square, wide, deficient


# --- (a) and (b): update, affine form, limit ---------------------------------------------------


def gradient(i: Instance) -> Array:
    """∇L(w) = (2/n)Xᵀ(Xw − y), (d,). Homework 2(a), solution, display 1."""
    return 2 / i.n * i.X.T @ (i.X @ i.w - i.y)


def update(i: Instance) -> Array:
    """w_(t+1) = w_t − η∇L(w_t), (d,). Homework 2(a), solution, display 2."""
    return i.w - i.eta * gradient(i)


def H(i: Instance) -> Array:
    """H = XᵀX, (d, d)."""
    return i.X.T @ i.X


def A(i: Instance) -> Array:
    """A = I − (2η/n)XᵀX, (d, d). Homework 2(b), solution, display 1."""
    return np.eye(i.d) - 2 * i.eta / i.n * H(i)


def b(i: Instance) -> Array:
    """The vector b = (2η/n)Xᵀy, (d,). Homework 2(b), solution, display 1."""
    return 2 * i.eta / i.n * i.X.T @ i.y


def affine(i: Instance) -> dict[str, Array]:
    """A and b of w_(t+1) = Aw_t + b, by name."""
    return {"A": A(i), "b": b(i)}


def inverse(matrix: Array) -> Array:
    """The inverse, and the pseudo-inverse where there is none."""
    return np.asarray(np.linalg.pinv(matrix, rcond=RANK_TOLERANCE), dtype=np.float64)


def limit(i: Instance) -> Array:
    """w_∞ = (I − A)⁻¹b, (d,). Homework 2(b), display 3; 2(c), display 4 (from w₀ = 0)."""
    return inverse(np.eye(i.d) - A(i)) @ b(i)


def least_squares(i: Instance) -> Array:
    """w_∞ = (XᵀX)⁻¹Xᵀy, or X†y where XᵀX is singular, (d,). Homework 2(b), display 5."""
    return inverse(i.X) @ i.y


def rank_deficit(i: Instance) -> float:
    """The dimension d − rank(X) of ker(XᵀX): 0 iff the inverse that 2(b) uses exists."""
    return float(i.d - i.rank)


# --- (c) and (d): iterates, step size, decay -----------------------------------------------------


def power_sum(i: Instance, start: int, stop: int) -> Array:
    """The sum of Aᵏ for start ≤ k < stop, (d, d); 0 if there is no such k."""
    powers = (np.linalg.matrix_power(A(i), k) for k in range(start, stop))
    return sum(powers, start=np.zeros((i.d, i.d)))


def unrolled(i: Instance) -> Array:
    """w_t = Aᵗw₀ + Σ_(k=0)^(t−1) Aᵏb, (d,). Homework 2(c), solution, display 1."""
    return np.linalg.matrix_power(A(i), i.t) @ i.w0 + power_sum(i, 0, i.t) @ b(i)


def eigenvalues_of_H(i: Instance) -> Array:
    """λᵢ(H) ≥ 0, (d,), increasing: d − rank(X) of them are 0."""
    return np.asarray(np.linalg.eigvalsh(H(i)), dtype=np.float64)


def eigenvalues_of_A(i: Instance, eta: float) -> Array:
    """λᵢ(A) = 1 − (2η/n)λᵢ(H) at step size eta, (d,), decreasing. 2(d), solution, display 1."""
    return 1 - 2 * eta / i.n * eigenvalues_of_H(i)


def step_size_bound(i: Instance) -> float:
    """The sharp bound n/λ_max(XᵀX) on η. Homework 2(d), solution, display 3."""
    return float(i.n / eigenvalues_of_H(i)[-1])


def step_size_margin(i: Instance, eta: float) -> float:
    """1 − max |λᵢ(A)| on range(H) at step size eta: positive iff descent contracts there.

    On ker(H) A is the identity for every η; there nothing needs to contract.
    """
    return float(1 - np.max(np.abs(eigenvalues_of_A(i, eta)[i.d - i.rank :])))


def decay(i: Instance, t: int) -> float:
    """‖Aᵗw₀‖ / ‖w₀‖: at most ρ(A)ᵗ, hence → 0 if all eigenvalues are in (−1, 1). Homework 2(d)."""
    w = np.linalg.matrix_power(A(i), t) @ i.w0
    return float(np.linalg.norm(w) / np.linalg.norm(i.w0))


def decay_floor(i: Instance) -> float:
    """The limit of ‖Aᵗw₀‖ / ‖w₀‖, the share of w₀ in ker(H): 0 for every w₀ iff X has rank d."""
    w = i.w0 - inverse(i.X) @ i.X @ i.w0
    return float(np.linalg.norm(w) / np.linalg.norm(i.w0))


# --- (e): noise ----------------------------------------------------------------------------------


def expectation(i: Instance) -> Array:
    """E[w_t] = Aᵗw₀ + Σ_(k=0)^(t−1) Aᵏb, (d,), with A, b of 2(b). Homework 2(e), display 3."""
    return unrolled(i)


def descent(i: Instance, noise: Callable[[Array], Array] = np.zeros_like) -> Array:
    """w_t by t steps w ← w − η(∇L(w) + ε), ε = noise(w), from w₀ (d,). Homework 2(e), display 1."""
    w = i.w0
    for _ in range(i.t):
        w = w - i.eta * (2 / i.n * i.X.T @ (i.X @ w - i.y) + noise(w))
    return w


def expectation_gap(i: Instance) -> float:
    """‖E[w_t] − w_t‖ with w_t from noiseless descent: 0, the comparison that 2(e) asks for."""
    return float(np.linalg.norm(expectation(i) - descent(i)))


EXPECTED: dict[str, Callable[[Instance], Value]] = {
    "2a.gradient": gradient,
    "2a.update": update,
    "2b.affine": affine,
    "2b.limit": limit,
    "2b.least_squares": least_squares,
    "2c.unrolled": unrolled,
    "2c.limit": limit,
    "2d.step_size": step_size_bound,
    "2e.expectation": expectation,
}

# Claims in prose: the quantity that is 0 where the claim holds.
CLAIMS: dict[str, Callable[[Instance], float]] = {
    "2b.assumption": rank_deficit,
    "2d.decay": decay_floor,
    "2e.comparison": expectation_gap,
}


# --- Misconceptions ------------------------------------------------------------------------------

TEACHING: dict[str, str] = {
    # factors and signs, everywhere
    "missing-one-over-n": "The loss is an average over the examples: the 1/n got lost.",
    "missing-factor-two": "Differentiating a square gives a factor, which got lost.",
    "missing-two-over-n": "Two factors got lost: the one of the average and the one of the square.",
    "one-over-2n": "The factors are those of another loss: compare with the one in the question.",
    "flipped-sign": "A sign is wrong: check each difference against the definition.",
    # 2(a)
    "missing-responses": "The responses y are missing: they do not vanish when differentiating.",
    "missing-inner-derivative": "The chain rule also asks for the derivative of Xw: check shapes.",
    "outer-gram": "Check the shapes: this product of X and its transpose compares examples.",
    "missing-transpose": "Check the shapes: a transpose is missing.",
    "missing-eta": "The learning rate is missing.",
    "missing-iterate": "The update should start from the current iterate; here that is missing.",
    # 2(b), 2(c): affine form, limit
    "missing-eta-in-b": "The learning rate multiplies the whole gradient, also the part in b.",
    "missing-factor-two-in-b": "A factor of the gradient is in A, and got lost in b.",
    "missing-one-over-n-in-b": "The average is in A, and got lost in b.",
    "negative-b": "Check the sign of b: expand the update with care.",
    "plus-in-a": "Check the sign in A: expand the update with care.",
    "missing-identity": "The identity is missing: check where the iterate itself went.",
    "inverse-dropped": "Solving the linear system inverts its matrix; here the matrix multiplies.",
    "plus-in-inverse": "Move the term in A to the other side again: its sign changes.",
    "offset-only": "This is the limit only if the iterates have no influence on each other.",
    "series-from-one": "The geometric series has another first term: compare with the hint.",
    "zero-limit": "A start at zero does not keep the iterates there: follow the first step.",
    "leftover-one-over-n": "The factors of both sides should cancel: an average is left over.",
    "leftover-n": "The factors of both sides should cancel: the number of examples is left over.",
    "leftover-step-size": "The factors of both sides should cancel: does the limit depend on η?",
    # 2(c), 2(e): iterates
    "sum-to-t": "The sum has one term too many: try t = 1.",
    "sum-from-one": "The sum lacks its first term: try t = 1.",
    "sum-from-one-to-t": "The powers in the sum are one too high: try t = 1.",
    "start-one-power-short": "The power on the start is one too low: try t = 1.",
    "one-step-short": "This is the previous iterate: try t = 1.",
    "offset-once": "Every step adds an offset; here it is added only once.",
    "offset-times-t": "Earlier offsets pass through later steps; here they are just added up.",
    "start-unpowered": "Every step acts on the start too; here none does.",
    "start-powered-once": "Every step acts on the start too; here only one does.",
    "missing-start": "The start has no influence here; part of it is still there after t steps.",
    "missing-offsets": "The offsets that the steps add are missing.",
    "infinite-sum": "After t steps only finitely many offsets have been added.",
    "limit-for-iterate": "This is the limit; the question asks for the iterate after t steps.",
    "noise-kept": "The noise is still there: each step's noise has the mean that is given.",
    # 2(d)
    "twice-the-bound": "At the upper end of this range an eigenvalue leaves the interval: try it.",
    "smallest-eigenvalue": "Try this range on the direction of steepest curvature.",
    "singular-value-unsquared": "The bound uses X where a product of X with itself acts.",
    "inverted-bound": "Should a steeper loss allow larger or smaller steps?",
}

Formula: TypeAlias = Callable[[Instance], Value]


def _gradient(i: Instance, c: float) -> Array:
    """The gradient with a mistaken factor: c·Xᵀ(Xw − y)."""
    return c * i.X.T @ (i.X @ i.w - i.y)


_GRADIENT: dict[str, Callable[[Instance], Array]] = {
    "missing-one-over-n": lambda i: _gradient(i, 2),
    "missing-factor-two": lambda i: _gradient(i, 1 / i.n),
    "missing-two-over-n": lambda i: _gradient(i, 1),
    "one-over-2n": lambda i: _gradient(i, 1 / (2 * i.n)),
    "flipped-sign": lambda i: _gradient(i, -2 / i.n),
    "missing-responses": lambda i: 2 / i.n * i.X.T @ i.X @ i.w,
    "missing-inner-derivative": lambda i: 2 / i.n * (i.X @ i.w - i.y),
    "outer-gram": lambda i: 2 / i.n * (i.X @ i.X.T @ i.w - i.X.T @ i.y),
    "missing-transpose": lambda i: 2 / i.n * i.X @ (i.X @ i.w - i.y),
}


def _step_along(g: Callable[[Instance], Array]) -> Formula:
    """The update that a mistaken gradient leads to."""
    return lambda i: i.w - i.eta * g(i)


_UPDATE: dict[str, Formula] = {
    **{name: _step_along(g) for name, g in _GRADIENT.items()},
    "missing-eta": lambda i: i.w - gradient(i),
    "missing-iterate": lambda i: -i.eta * gradient(i),
}


def _affine(i: Instance, a: float, c: float) -> dict[str, Array]:
    """A = I − (2η/n)a·XᵀX and b = (2η/n)c·Xᵀy, where the right factors are a = c = 1."""
    return {"A": np.eye(i.d) - a * (np.eye(i.d) - A(i)), "b": c * b(i)}


_AFFINE: dict[str, Formula] = {
    "missing-one-over-n": lambda i: _affine(i, i.n, i.n),
    "missing-factor-two": lambda i: _affine(i, 1 / 2, 1 / 2),
    "missing-two-over-n": lambda i: _affine(i, i.n / 2, i.n / 2),
    "one-over-2n": lambda i: _affine(i, 1 / 4, 1 / 4),
    "missing-eta": lambda i: _affine(i, 1 / i.eta, 1 / i.eta),
    "missing-eta-in-b": lambda i: _affine(i, 1, 1 / i.eta),
    "missing-factor-two-in-b": lambda i: _affine(i, 1, 1 / 2),
    "missing-one-over-n-in-b": lambda i: _affine(i, 1, i.n),
    "negative-b": lambda i: _affine(i, 1, -1),
    "plus-in-a": lambda i: _affine(i, -1, 1),
    "flipped-sign": lambda i: _affine(i, -1, -1),
    "missing-identity": lambda i: {"A": A(i) - np.eye(i.d), "b": b(i)},
    "outer-gram": lambda i: {"A": np.eye(i.n) - 2 * i.eta / i.n * i.X @ i.X.T, "b": b(i)},
    "missing-transpose": lambda i: {"A": A(i), "b": 2 * i.eta / i.n * i.X @ i.y},
}

_LIMIT: dict[str, Formula] = {
    "flipped-sign": lambda i: inverse(A(i) - np.eye(i.d)) @ b(i),
    "plus-in-inverse": lambda i: inverse(np.eye(i.d) + A(i)) @ b(i),
    "inverse-dropped": lambda i: (np.eye(i.d) - A(i)) @ b(i),
    "missing-identity": lambda i: inverse(A(i)) @ b(i),
    "offset-only": b,
}

_LIMIT_FROM_ZERO: dict[str, Formula] = {
    "series-from-one": lambda i: limit(i) - b(i),
    "zero-limit": lambda i: np.zeros(i.d),
}

_LEAST_SQUARES: dict[str, Formula] = {
    "flipped-sign": lambda i: -least_squares(i),
    "inverse-dropped": lambda i: H(i) @ i.X.T @ i.y,
    "leftover-one-over-n": lambda i: least_squares(i) / i.n,
    "leftover-n": lambda i: i.n * least_squares(i),
    "leftover-step-size": lambda i: 2 * i.eta / i.n * least_squares(i),
    "outer-gram": lambda i: inverse(i.X @ i.X.T) @ (i.X.T @ i.y),
    "missing-transpose": lambda i: inverse(H(i)) @ (i.X @ i.y),
}


def _power(i: Instance, t: int) -> Array:
    """Aᵗw₀."""
    return np.linalg.matrix_power(A(i), t) @ i.w0


_ITERATE: dict[str, Formula] = {
    "sum-to-t": lambda i: _power(i, i.t) + power_sum(i, 0, i.t + 1) @ b(i),
    "sum-from-one": lambda i: _power(i, i.t) + power_sum(i, 1, i.t) @ b(i),
    "sum-from-one-to-t": lambda i: _power(i, i.t) + power_sum(i, 1, i.t + 1) @ b(i),
    "start-one-power-short": lambda i: _power(i, i.t - 1) + power_sum(i, 0, i.t) @ b(i),
    "one-step-short": lambda i: _power(i, i.t - 1) + power_sum(i, 0, i.t - 1) @ b(i),
    "offset-once": lambda i: _power(i, i.t) + b(i),
    "offset-times-t": lambda i: _power(i, i.t) + i.t * b(i),
    "negative-b": lambda i: _power(i, i.t) - power_sum(i, 0, i.t) @ b(i),
    "start-unpowered": lambda i: i.w0 + power_sum(i, 0, i.t) @ b(i),
    "start-powered-once": lambda i: _power(i, 1) + power_sum(i, 0, i.t) @ b(i),
    "missing-start": lambda i: power_sum(i, 0, i.t) @ b(i),
    "missing-offsets": lambda i: _power(i, i.t),
    "infinite-sum": lambda i: _power(i, i.t) + limit(i),
    "limit-for-iterate": limit,
}


def _iterate_with(factor: Callable[[Instance], float]) -> Formula:
    """w_t of a descent whose gradient has a mistaken factor: the same as a scaled step size."""
    return lambda i: descent(replace(i, eta=factor(i) * i.eta))


_EXPECTATION: dict[str, Formula] = {
    "missing-one-over-n": _iterate_with(lambda i: i.n),
    "missing-factor-two": _iterate_with(lambda _: 1 / 2),
    "missing-two-over-n": _iterate_with(lambda i: i.n / 2),
    "missing-eta": _iterate_with(lambda i: 1 / i.eta),
    "noise-kept": lambda i: unrolled(i) - i.eta * power_sum(i, 0, i.t) @ np.ones(i.d),
}

# A range that is stricter than the sharp one is right, so n/(2λ_max) and 1/λ_max are no mistakes;
# nor can sampling tell 2/λ_max from a valid range, since it is one for every n ≥ 2.
_STEP_SIZE: dict[str, Formula] = {
    "twice-the-bound": lambda i: 2 * step_size_bound(i),
    "smallest-eigenvalue": lambda i: float(i.n / eigenvalues_of_H(i)[i.d - i.rank]),
    "singular-value-unsquared": lambda i: float(i.n / np.sqrt(eigenvalues_of_H(i)[-1])),
    "inverted-bound": lambda i: 1 / step_size_bound(i),
}

MISCONCEPTIONS: tuple[Misconception[Instance], ...] = catalogue(
    TEACHING,
    {
        ("2a.gradient",): _GRADIENT,
        ("2a.update",): _UPDATE,
        ("2b.affine",): _AFFINE,
        ("2b.limit", "2c.limit"): _LIMIT,
        ("2c.limit",): _LIMIT_FROM_ZERO,
        ("2b.least_squares",): _LEAST_SQUARES,
        ("2c.unrolled", "2e.expectation"): _ITERATE,
        ("2e.expectation",): _EXPECTATION,
        ("2d.step_size",): _STEP_SIZE,
    },
)
