"""Problem 1: Finer Regularization.

Linear regression on the features [1, x, x², …, x^(d−1)]: the rows of X ∈ ℝ^(n×d) are φ(xᵢ)ᵀ,
y ∈ ℝⁿ are the responses, w ∈ ℝᵈ the coefficients. The strength of the penalty on w_k² is λᵏ.

  1(a)  Λ = diag(λ⁰, λ¹, …, λ^(d−1)),  L(w) = (1/n)‖Xw − y‖² + wᵀΛw      solution, displays 1, 2
  1(b)  ∇L(w) = (2/n)Xᵀ(Xw − y) + 2Λw                                     display 1
        w* = ((1/n)XᵀX + Λ)⁻¹ (1/n)Xᵀy                                    display 3
        higher powers get smaller coefficients for λ > 1
  1(c)  Σₖ μₖ (w_(k+1) − w_k)² = wᵀDᵀMDw,  (Dw)ₖ = w_(k+1) − w_k          displays 1–3
        ∇L(w) = (2/n)Xᵀ(Xw − y) + 2Λw + 2DᵀMDw, linear in w up to a constant: a closed form
        exists                                                             displays 5–7

Every regulariser here is wᵀPw for a d×d penalty matrix P, so `loss`, `gradient` and `solution`
take P as an argument: Λ is the reference, other matrices are accepted forms or mistakes.

Slips of the official solution: (b) never says which λ make sense (it is λ > 1), and asks for
"Λ ≻ 0 and at least one of XᵀX, Λ positive definite", where Λ ≻ 0 alone is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from reference.misconception import Array, Misconception, Value, catalogue


@dataclass(frozen=True, eq=False)  # compared by identity: arrays have no single truth value
class Instance:
    """Sampled inputs of problem 1.

    X (n, d) polynomial features    y (n,) responses    w (d,) coefficients
    mu (d−1,) weights of part (c)   lam λ > 0           alpha overall ridge weight, if one is used
    """

    X: Array
    y: Array
    w: Array
    mu: Array
    lam: float
    alpha: float

    @property
    def n(self) -> int:
        """Number of examples."""
        return int(self.X.shape[0])

    @property
    def d(self) -> int:
        """Number of coefficients."""
        return int(self.X.shape[1])

    @property
    def x(self) -> Array:
        """The inputs xᵢ themselves, (n,): the feature of power 1."""
        return self.X[:, 1]


def sample(rng: np.random.Generator, n: int, d: int) -> Instance:
    """Draw an instance with n examples and powers below d (d ≥ 3, so that 1(c) has neighbours)."""
    x = np.linspace(-1.3, 1.3, n) + rng.uniform(-0.1, 0.1, n)
    # λ stays away from 1, where λᵏ, λ and 1 agree and mistakes would hide.
    lam = rng.choice([rng.uniform(0.5, 0.75), rng.uniform(1.3, 1.8)])
    return Instance(
        X=x[:, None] ** np.arange(d),
        y=rng.normal(1.0, 1.0, n),
        w=rng.uniform(1.2, 2.0, d) * rng.choice([-1.0, 1.0], d),
        mu=rng.uniform(0.5, 2.0, d - 1),
        lam=float(lam),
        alpha=float(rng.uniform(1.5, 3.0)),
    )


# Of 120 seeds the one whose instances keep reference and mistakes furthest apart.
SEED = 105


def instances(seed: int = SEED) -> tuple[Instance, ...]:
    """The standard instances: more examples than coefficients, fewer, and equally many."""
    rng = np.random.default_rng(seed)
    return tuple(sample(rng, n, d) for n, d in [(7, 4), (3, 5), (4, 4), (9, 5)])


# --- Penalty matrices P, all (d, d) ----------------------------------------------------------

PenaltyMatrix: TypeAlias = Callable[[Instance], Array]


def Lambda(i: Instance) -> Array:
    """Λ = diag(λ⁰, λ¹, …, λ^(d−1)). Homework 1(a), solution, display 1."""
    return np.diag(i.lam ** np.arange(i.d))


def free_intercept(i: Instance) -> Array:
    """diag(0, λ¹, …, λ^(d−1)): w₀ is not penalised. Homework 1(a), instructor remark."""
    return np.diag(i.lam ** np.arange(i.d) * (np.arange(i.d) > 0))


def weighted(i: Instance) -> Array:
    """αΛ: a ridge weight multiplies the whole regulariser. Homework 1(a), instructor remark."""
    return i.alpha * Lambda(i)


def weighted_free_intercept(i: Instance) -> Array:
    """α diag(0, λ¹, …, λ^(d−1)): both remarks at once."""
    return i.alpha * free_intercept(i)


def D(i: Instance) -> Array:
    """The first-difference operator, (d−1, d): (Dw)ₖ = w_(k+1) − w_k. 1(c), display 2."""
    return np.diff(np.eye(i.d), axis=0)


def smoothness(i: Instance) -> Array:
    """DᵀMD with M = diag(μ₀, …, μ_(d−2)). Homework 1(c), solution, display 3."""
    return D(i).T @ np.diag(i.mu) @ D(i)


def combined(i: Instance) -> Array:
    """Λ + DᵀMD: part (a) and smoothness together. Homework 1(c), solution, display 6."""
    return Lambda(i) + smoothness(i)


# --- Expected values ---------------------------------------------------------------------------


def squared_error(i: Instance) -> float:
    """‖Xw − y‖², without the 1/n."""
    r = i.X @ i.w - i.y
    return float(r @ r)


def loss(i: Instance, P: PenaltyMatrix = Lambda) -> float:
    """L(w) = (1/n)‖Xw − y‖² + wᵀPw. Homework 1(a), solution, display 2, with P = Λ."""
    return squared_error(i) / i.n + float(i.w @ P(i) @ i.w)


def gradient(i: Instance, P: PenaltyMatrix = Lambda) -> Array:
    """∇L(w) = (2/n)Xᵀ(Xw − y) + 2Pw, (d,). Homework 1(b), display 1; 1(c), display 5."""
    return 2 / i.n * i.X.T @ (i.X @ i.w - i.y) + 2 * P(i) @ i.w


def solve(matrix: Array, right: Array) -> Array:
    """matrix⁻¹ right, (d,). Raises LinAlgError if the matrix is singular."""
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)


def normal_equations(i: Instance, P: PenaltyMatrix = Lambda) -> tuple[Array, Array]:
    """The system ((1/n)XᵀX + P) w* = (1/n)Xᵀy: matrix (d, d), right side (d,). 1(b), display 2."""
    return i.X.T @ i.X / i.n + P(i), i.X.T @ i.y / i.n


def solution(i: Instance, P: PenaltyMatrix = Lambda) -> Array:
    """w* = ((1/n)XᵀX + P)⁻¹ (1/n)Xᵀy, (d,). Homework 1(b), display 3; 1(c), display 7.

    Raises LinAlgError if the matrix is singular; with Λ ≻ 0 it never is.
    """
    return solve(*normal_equations(i, P))


# Values of λ at which a claimed condition is tried. 1 is left out: there all strengths are equal,
# and both "λ > 1" and "λ ≥ 1" are accepted.
LAMBDA_PROBES: Array = np.array([0.05, 0.3, 0.7, 0.95, 1.05, 1.4, 3.0, 20.0])


def penalises_higher_powers_more(lam: float) -> bool:
    """λ^(k+1) > λᵏ > 0 for every k, that is λ > 1. Homework 1(b), second question."""
    return lam > 1


def condition_at_probes(condition: Callable[[float], bool]) -> Array:
    """Where a condition on λ holds among LAMBDA_PROBES: 1.0 or 0.0 for each."""
    return np.array([float(condition(lam)) for lam in LAMBDA_PROBES])


def penalty(i: Instance) -> float:
    """Σₖ μₖ (w_(k+1) − w_k)² = wᵀDᵀMDw. Homework 1(c), solution, displays 1 and 3.

    Any weights μₖ > 0 are right: put a student's own into the instance with `replace(i, mu=…)`.
    """
    return float(i.w @ smoothness(i) @ i.w)


# --- Properties of a smoothness penalty R(w), for 1(c), where many answers are right -------------

Penalty: TypeAlias = Callable[[Array], float]


def _relative(difference: float, *terms: float) -> float:
    """|difference| on the scale of the terms it came from, 0 if all of them vanish."""
    scale = max(abs(term) for term in terms)
    return abs(difference) / scale if scale > 0 else 0.0


def value_on_constants(R: Penalty, d: int) -> float:
    """Largest |R(c, …, c)|, relative to R on the unit vectors: 0 if equal neighbours are free."""
    units = [R(e) for e in np.eye(d)]
    return max(_relative(R(np.full(d, c)), *units) for c in (-2.0, 1.0))


def step_values(R: Penalty, d: int) -> Array:
    """R at the d−1 steps (0, …, 0, 1, …, 1): the weights μₖ, each positive. Shape (d−1,)."""
    return np.array([R(np.where(np.arange(d) > k, 1.0, 0.0)) for k in range(d - 1)])


def parallelogram_defect(R: Penalty, u: Array, v: Array) -> float:
    """R(u+v) + R(u−v) − 2R(u) − 2R(v), relative: 0 for every u and v iff R is quadratic."""
    terms = R(u + v), R(u - v), -2 * R(u), -2 * R(v)
    return _relative(sum(terms), *terms)


def off_tridiagonal(R: Penalty, d: int) -> float:
    """Largest Hessian entry beyond the neighbours, relative: 0 if only neighbours interact.

    For a quadratic R the entry (j, k) is R(eⱼ + eₖ) − R(eⱼ) − R(eₖ), exactly.
    """
    e = np.eye(d)
    far = [(j, k) for j in range(d) for k in range(j + 2, d)]
    scale = [R(unit) for unit in e]
    return max(_relative(R(e[j] + e[k]) - R(e[j]) - R(e[k]), *scale) for j, k in far)


def first_difference_defect(R: Penalty, w: Array) -> float:
    """R(w) − Σₖ R(stepₖ)(w_(k+1) − w_k)², relative: 0 for every w iff R has the form of 1(c).

    The strictest of the five; it also catches w₁² − w₀², which passes the other four.
    """
    form = float(step_values(R, w.size) @ np.diff(w) ** 2)
    return _relative(R(w) - form, R(w), form)


def nonlinearity(g: Callable[[Array], Array], u: Array, v: Array) -> float:
    """‖g(u+v) − g(u) − g(v) + g(0)‖, relative: 0 for every u and v iff g is linear plus a constant.

    With g = ∇L this is why 1(c) has a closed form: ∇L(w) = 0 is then a linear system.
    """
    terms = g(u + v), -g(u), -g(v), g(np.zeros_like(u))
    return _relative(float(np.linalg.norm(sum(terms))), *(float(np.linalg.norm(t)) for t in terms))


def gradient_nonlinearity(i: Instance) -> float:
    """Nonlinearity of ∇L for the combined loss of 1(c), between w and the solution w*."""
    return nonlinearity(lambda w: gradient(replace(i, w=w), combined), i.w, solution(i, combined))


EXPECTED: dict[str, Callable[[Instance], Value]] = {
    "1a.loss": loss,
    "1b.solution": solution,
    "1b.lambda": lambda _: condition_at_probes(penalises_higher_powers_more),
    "1c.penalty": penalty,
}

# Other right answers, by item and by what sets them apart.
ACCEPTED: dict[str, dict[str, Callable[[Instance], Value]]] = {
    "1a.loss": {
        "unpenalised intercept": partial(loss, P=free_intercept),
        "overall weight": partial(loss, P=weighted),
        "overall weight, unpenalised intercept": partial(loss, P=weighted_free_intercept),
    },
    "1b.solution": {
        "unpenalised intercept": partial(solution, P=free_intercept),
        "overall weight": partial(solution, P=weighted),
        "overall weight, unpenalised intercept": partial(solution, P=weighted_free_intercept),
    },
    "1c.penalty": {
        "loss with smoothness": partial(loss, P=smoothness),
        "loss with smoothness and part (a)": partial(loss, P=combined),
    },
}

# Claims in prose: the quantity that makes the claim true, here 0.
CLAIMS: dict[str, Callable[[Instance], float]] = {"1c.closed_form": gradient_nonlinearity}


# --- Misconceptions ------------------------------------------------------------------------------

TEACHING: dict[str, str] = {
    # 1(a) and 1(b)
    "missing-one-over-n": "The average over the examples got lost: follow it through every term.",
    "one-over-2n": "An extra factor balances error and regulariser differently than asked for.",
    "regulariser-inside-mean": "Only the squared error is averaged; here the regulariser is too.",
    "unsquared-error": "The norm in the data term should be squared.",
    "missing-regulariser": "There is no regulariser left: nothing keeps the coefficients small.",
    "absolute-coefficients": "The penalty should use squared coefficients, not absolute values.",
    "unsquared-coefficients": "Without a square, the penalty rewards negative coefficients.",
    "uniform-strength": "Every coefficient has the same strength; it should depend on the power.",
    "linear-strength": "The strength should be a power of λ; here it is a multiple of λ.",
    "squared-strength": "The square belongs to the coefficient; here the strength is squared too.",
    "shifted-strength": "Check the exponent of λ at the constant feature: it is one too high.",
    "inverse-strength": "The exponents of λ have the wrong sign: compare two neighbouring powers.",
    "reversed-strength": "The strengths run in the wrong order: check who gets which.",
    "missing-last-power": "The regulariser stops one coefficient early: count the features.",
    "subtracted-regulariser": "The regulariser has the wrong sign: it rewards big coefficients.",
    # 1(b)
    "left-missing-one-over-n": "Follow the average to both sides: the matrix has lost it.",
    "right-missing-one-over-n": "Follow the average to both sides: the right side has lost it.",
    "divided-inside-inverse": "When n moves into the inverse, check what happens to the penalty.",
    "missing-factor-two": "Differentiating a square gives a factor; check it in every term.",
    "inverse-dropped": "Solving the linear system inverts its matrix; here the matrix multiplies.",
    "flipped-sign": "The sign is wrong: look again at setting the gradient to zero.",
    "outer-gram": "Check the shapes: this product of X and its transpose compares examples.",
    "missing-transpose": "Check the shapes: a transpose is missing next to y.",
    "lambda-below-one": "Try λ = 1/2: do the strengths grow or shrink with the power?",
    "any-positive-lambda": "A positive λ makes a valid penalty; ask when it grows with the power.",
    # 1(c)
    "sum-of-neighbours": "Try equal coefficients: this pulls neighbours to opposite signs.",
    "unsquared-differences": "Without a square the differences can cancel, or be rewarded.",
    "absolute-differences": "The question asks for squares; absolute values cost the closed form.",
    "second-differences": "This penalises curvature: a steep straight line would cost nothing.",
    "skipped-neighbours": "Look at the indices: the coefficients compared are not consecutive.",
    "missing-last-difference": "The sum stops one pair early: count the consecutive pairs.",
    "difference-of-squares": "The order of subtracting and squaring matters: this can be negative.",
    "square-of-the-sum": "Differences of opposite sign cancel before they are squared.",
    "product-of-neighbours": "Try equal coefficients: a product of neighbours does not vanish.",
    "subtracted-differences": "The penalty has the wrong sign: it rewards differences.",
    "no-difference": "This shrinks each coefficient, and does not look at its neighbour.",
}

Formula: TypeAlias = Callable[[Instance], Value]


def _strengths(of: Callable[[Instance, Array], Array]) -> PenaltyMatrix:
    """The diagonal penalty matrix with entry of(i, k) at power k."""
    return lambda i: np.diag(of(i, np.arange(i.d, dtype=np.float64)))


# Mistaken strengths show in the loss and, carried through rightly, in the solution.
_MISTAKEN_LAMBDA: dict[str, PenaltyMatrix] = {
    "uniform-strength": _strengths(lambda i, k: i.lam + 0 * k),
    "linear-strength": _strengths(lambda i, k: i.lam * k),
    "squared-strength": _strengths(lambda i, k: i.lam ** (2 * k)),
    "shifted-strength": _strengths(lambda i, k: i.lam ** (k + 1)),
    "inverse-strength": _strengths(lambda i, k: i.lam**-k),
    "reversed-strength": _strengths(lambda i, k: i.lam ** (i.d - 1 - k)),
    "missing-last-power": _strengths(lambda i, k: i.lam**k * (k < i.d - 1)),
    "subtracted-regulariser": _strengths(lambda i, k: -(i.lam**k)),
}

_LOSS: dict[str, Formula] = {
    **{name: partial(loss, P=P) for name, P in _MISTAKEN_LAMBDA.items()},
    "missing-one-over-n": lambda i: squared_error(i) + i.w @ Lambda(i) @ i.w,
    "one-over-2n": lambda i: squared_error(i) / (2 * i.n) + i.w @ Lambda(i) @ i.w,
    "regulariser-inside-mean": lambda i: (squared_error(i) + i.w @ Lambda(i) @ i.w) / i.n,
    "unsquared-error": lambda i: np.sqrt(squared_error(i)) / i.n + i.w @ Lambda(i) @ i.w,
    "missing-regulariser": lambda i: squared_error(i) / i.n,
    "absolute-coefficients": lambda i: squared_error(i) / i.n + np.sum(Lambda(i) @ np.abs(i.w)),
    "unsquared-coefficients": lambda i: squared_error(i) / i.n + np.sum(Lambda(i) @ i.w),
}


def _solve(i: Instance, gram: float, penalty: float, right: float) -> Array:
    """(gram·XᵀX + penalty·Λ)⁻¹ right·Xᵀy, for factors that were lost or added on the way."""
    return solve(gram * i.X.T @ i.X + penalty * Lambda(i), right * i.X.T @ i.y)


_SOLUTION: dict[str, Formula] = {
    **{name: partial(solution, P=P) for name, P in _MISTAKEN_LAMBDA.items()},
    "missing-one-over-n": lambda i: _solve(i, 1, 1, 1),
    "left-missing-one-over-n": lambda i: _solve(i, 1, 1, 1 / i.n),
    "right-missing-one-over-n": lambda i: _solve(i, 1 / i.n, 1, 1),
    "divided-inside-inverse": lambda i: _solve(i, 1, 1 / i.n, 1),
    "missing-factor-two": lambda i: _solve(i, 2 / i.n, 1, 2 / i.n),
    "one-over-2n": lambda i: _solve(i, 1 / i.n, 2, 1 / i.n),
    "missing-regulariser": lambda i: np.linalg.pinv(i.X) @ i.y,
    "inverse-dropped": lambda i: (i.X.T @ i.X / i.n + Lambda(i)) @ i.X.T @ i.y / i.n,
    "flipped-sign": lambda i: -solution(i),
    "outer-gram": lambda i: solve(i.X @ i.X.T / i.n + Lambda(i), i.X.T @ i.y / i.n),
    "missing-transpose": lambda i: solve(normal_equations(i)[0], i.X @ i.y / i.n),
}

_CONDITION: dict[str, Formula] = {
    "lambda-below-one": lambda _: condition_at_probes(lambda lam: lam < 1),
    "any-positive-lambda": lambda _: condition_at_probes(lambda lam: lam > 0),
}

_PENALTY: dict[str, Formula] = {
    "sum-of-neighbours": lambda i: i.mu @ (i.w[1:] + i.w[:-1]) ** 2,
    "unsquared-differences": lambda i: i.mu @ (i.w[1:] - i.w[:-1]),
    "absolute-differences": lambda i: i.mu @ np.abs(i.w[1:] - i.w[:-1]),
    "second-differences": lambda i: i.mu[1:] @ (i.w[2:] - 2 * i.w[1:-1] + i.w[:-2]) ** 2,
    "skipped-neighbours": lambda i: i.mu[1:] @ (i.w[2:] - i.w[:-2]) ** 2,
    "missing-last-difference": lambda i: i.mu[:-1] @ (i.w[1:-1] - i.w[:-2]) ** 2,
    "difference-of-squares": lambda i: i.mu @ (i.w[1:] ** 2 - i.w[:-1] ** 2),
    "square-of-the-sum": lambda i: (i.mu @ (i.w[1:] - i.w[:-1])) ** 2,
    "product-of-neighbours": lambda i: i.mu @ (i.w[1:] * i.w[:-1]),
    "subtracted-differences": lambda i: -(i.mu @ (i.w[1:] - i.w[:-1]) ** 2),
    "no-difference": lambda i: i.mu @ i.w[:-1] ** 2,
}

MISCONCEPTIONS: tuple[Misconception[Instance], ...] = catalogue(
    TEACHING,
    {
        ("1a.loss",): _LOSS,
        ("1b.solution",): _SOLUTION,
        ("1b.lambda",): _CONDITION,
        ("1c.penalty",): _PENALTY,
    },
)
