"""The formula items as exercises: right answers as sketches, and what makes a value right.

The values that count as right are computed here anew from the instances of `reference`, with the
alternatives that the contract accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from benchmarks import sketches as s
from benchmarks.sketches import Array, Name, Number, Sketch, Value
from reference import problem1, problem2, problem4

Environment = dict[str, Value]


@dataclass(frozen=True)
class Statement:
    """key = body: a definition, or the answer if the key is among the exercise's `asked`."""

    key: str
    body: Sketch


Form = tuple[Statement, ...]
"""One way to answer: statements in order."""


@dataclass(frozen=True)
class Exercise:
    """One rubric item.

    Attributes:
        item: its id.
        asked: keys of the statements that are the answer.
        forms: right answers.
        instances: environments in which they are evaluated, with what they were made from.
        is_right: whether values on the instances are right; None where there is none.
        before: right statements in earlier parts, and before the answer in its own.
        intro: sentences before the answer, to choose from.
    """

    item: str
    asked: tuple[str, ...]
    forms: tuple[Form, ...]
    instances: tuple[tuple[Environment, Any], ...]
    is_right: Callable[[Sequence[tuple[Value | None, Environment, Any]]], bool]
    before: dict[str, tuple[Statement, ...]]
    intro: tuple[str, ...] = ("",)

    def holds(self, form: Form) -> bool:
        """Whether a form, mutated or not, is right."""
        return self.is_right([self._outcome(form, env, i) for env, i in self.ready])

    @cached_property
    def ready(self) -> tuple[tuple[Environment, Any], ...]:
        """The instances with what was defined before."""
        found = []
        for env, i in self.instances:
            known = dict(env)
            for statements in self.before.values():
                for statement in statements:
                    with suppress(s.NoValueError):  # an inverse that does not exist on all
                        known[statement.key] = s.evaluate(statement.body, known)
            found.append((known, i))
        return tuple(found)

    def _outcome(
        self, form: Form, env: Environment, i: Any
    ) -> tuple[Value | None, Environment, Any]:
        known = dict(env)
        try:
            for statement in form:
                known[statement.key] = s.evaluate(statement.body, known)
        except s.NoValueError:
            return None, known, i
        found = [np.asarray(known[key]) for key in self.asked]
        if len(found) == 1:
            return known[self.asked[0]], known, i
        return np.concatenate([np.append(one.ravel(), one.shape) for one in found]), known, i


def _same(value: Value, right: object) -> bool:
    a, b = np.atleast_1d(np.squeeze(value)), np.atleast_1d(np.squeeze(np.asarray(right)))
    return a.shape == b.shape and bool(
        np.linalg.norm(a - b) <= 1e-9 * max(1e-12, np.linalg.norm(b))
    )


def _one_of(*ways: Callable[[Any], object]) -> Callable[[Sequence[Any]], bool]:
    """Right if there is one way that has all the values; a value on two instances is needed."""

    def is_right(outcomes: Sequence[tuple[Value | None, Environment, Any]]) -> bool:
        known = [(value, i) for value, _, i in outcomes if value is not None]
        return len(known) > 1 and any(
            all(_same(value, way(i)) for value, i in known) for way in ways
        )

    return is_right


def _column(values: Array) -> Array:
    return np.asarray(values, dtype=np.float64).reshape(-1, 1)


def _forms(key: str, *bodies: Sketch | Form) -> Iterator[Form]:
    """A sketch alone is the answer; statements are it with its definitions."""
    for body in bodies:
        yield body if isinstance(body, tuple) else (Statement(key, body),)


def _with(key: str, body: Sketch, **definitions: Sketch) -> Form:
    return (*(Statement(name, one) for name, one in definitions.items()), Statement(key, body))


# ---------------------------------------------------------------- names

X, y, w, n, d, lam, alpha = (Name(key) for key in "X y w n d lam alpha".split())
Lambda, A, b, H, eye, eta, t, w0, wt = (Name(key) for key in "Lambda A b H I eta t w0 wt".split())
W1, W2, b1, b2, x, z, a, yhat, k, r = (Name(key) for key in "W1 W2 b1 b2 x z a yhat k r".split())
e, gate, delta, mu = (Name(key) for key in "e s delta mu".split())
ZERO, ONE, TWO = Number(0), Number(1), Number(2)
HALF, OVER_N, TWO_OVER_N = ONE / TWO, ONE / n, TWO / n
LAST = d - ONE


def _strengths(first: Sketch = ZERO) -> s.Sum:
    return s.Sum("k", first, LAST, (lam**k) @ (s.Entry(w, k) ** 2))


DIAGONAL: Final = Statement("Lambda", s.Diagonal(lam, ZERO, LAST))
ERROR: Final = s.SquaredNorm(X @ w - y)
i_ = Name("i")
ROWS: Final = s.Sum("i", ONE, n, (s.Entry(X, i_).T @ w - s.Entry(y, i_)) ** 2)

# ---------------------------------------------------------------- problem 1


def _problem1() -> tuple[tuple[Environment, problem1.Instance], ...]:
    found = []
    for i in problem1.instances():
        env: Environment = {
            "X": i.X, "y": _column(i.y), "w": _column(i.w), "n": float(i.n), "d": float(i.d),
            "lam": i.lam, "alpha": i.alpha, "I": np.eye(i.d),
        }  # fmt: skip
        found.append((env, i))
    return tuple(found)


_ALTERNATIVES: Final = (
    problem1.Lambda,
    problem1.free_intercept,
    problem1.weighted,
    problem1.weighted_free_intercept,
)


def _loss(P: problem1.PenaltyMatrix) -> Callable[[problem1.Instance], float]:
    return lambda i: float(np.mean((i.X @ i.w - i.y) ** 2) + i.w @ P(i) @ i.w)


def _solution(P: problem1.PenaltyMatrix) -> Callable[[problem1.Instance], Array]:
    return lambda i: np.linalg.solve(i.X.T @ i.X + i.n * P(i), i.X.T @ i.y)


LOSS: Final = Exercise(
    "1a.loss",
    ("L",),
    tuple(
        _forms(
            "L",
            OVER_N @ ERROR + _strengths(),
            OVER_N @ ROWS + _strengths(),
            OVER_N @ ERROR + _strengths(ONE),
            OVER_N @ ERROR + alpha @ _strengths(),
            OVER_N @ (ERROR + n @ _strengths()),
            OVER_N @ ERROR + s.Sum("k", ONE, d, (lam ** (k - ONE)) @ (s.Entry(w, k - ONE) ** 2)),
            (DIAGONAL, Statement("L", OVER_N @ ERROR + w.T @ Lambda @ w)),
            (DIAGONAL, Statement("L", OVER_N @ ((X @ w - y).T @ (X @ w - y)) + w.T @ Lambda @ w)),
            (DIAGONAL, Statement("L", OVER_N @ ERROR + alpha @ w.T @ Lambda @ w)),
            (Statement("r", X @ w - y), DIAGONAL,
             Statement("L", OVER_N @ s.SquaredNorm(r) + w.T @ Lambda @ w)),
            (DIAGONAL, Statement("L", OVER_N @ (w.T @ X.T @ X @ w - TWO @ y.T @ X @ w + y.T @ y)
                                 + w.T @ Lambda @ w)),
        )
    ),
    _problem1(),
    _one_of(*(_loss(P) for P in _ALTERNATIVES)),
    {},
    ("We penalise higher powers more.", "The regularised loss is", ""),
)  # fmt: skip
_RIGHT_LOSS: Final = (DIAGONAL, Statement("L", OVER_N @ ERROR + w.T @ Lambda @ w))
GRAM, MOMENT = X.T @ X, X.T @ y
SOLUTION: Final = Exercise(
    "1b.solution",
    ("w*",),
    tuple(
        _forms(
            "w*",
            (OVER_N @ GRAM + Lambda).inv @ OVER_N @ MOMENT,
            (GRAM + n @ Lambda).inv @ MOMENT,
            OVER_N @ (OVER_N @ GRAM + Lambda).inv @ MOMENT,
            (TWO_OVER_N @ GRAM + TWO @ Lambda).inv @ TWO_OVER_N @ MOMENT,
            (GRAM / n + Lambda).inv @ (MOMENT / n),
            n @ (n @ GRAM + (n**2) @ Lambda).inv @ MOMENT,
            _with("w*", (OVER_N @ H + Lambda).inv @ OVER_N @ MOMENT, H=GRAM),
            _with("w*", (H + Lambda).inv @ Name("c"), H=OVER_N @ GRAM, c=OVER_N @ MOMENT),
            _with("w*", Name("M").inv @ MOMENT, M=GRAM + n @ Lambda),
        )
    ),
    _problem1(),
    _one_of(*(_solution(P) for P in _ALTERNATIVES)),
    {"1a": _RIGHT_LOSS},
    ("Setting the gradient to zero gives", "Hence", "The minimiser is"),
)


def _probes() -> tuple[tuple[Environment, float], ...]:
    return tuple(({"lam": lam, "alpha": 2.0}, lam) for lam in (0.02, 0.4, 0.97, 1.03, 1.8, 40.0))


CONDITION: Final = Exercise(
    "1b.lambda",
    ("claim",),
    (
        (Statement("claim", s.Gate(lam - ONE)),),
        (Statement("claim", s.Gate(lam - TWO / TWO)),),
    ),
    _probes(),
    lambda outcomes: all(value == float(at > 1) for value, _, at in outcomes),
    {},
    ("Higher powers are penalised more if", "We need", "It makes sense to take"),
)


def _is_smoothness(outcomes: Sequence[tuple[Value | None, Environment, Any]]) -> bool:
    raise NotImplementedError  # replaced in `PENALTY`, which has to know the formula


STEP: Final = s.Entry(w, k + ONE) - s.Entry(w, k)
DIFFERENCES: Final = s.Sum("k", ZERO, d - TWO, STEP**2)
PENALTY_FORMS: Final = tuple(
    _forms(
        "R",
        DIFFERENCES,
        s.Sum("k", ZERO, d - TWO, s.Entry(mu, k) @ STEP**2),
        s.Sum("k", ONE, LAST, (s.Entry(w, k) - s.Entry(w, k - ONE)) ** 2),
        alpha @ DIFFERENCES,
        s.Sum("k", ZERO, d - TWO, (lam**k) @ STEP**2),
        OVER_N @ ERROR + DIFFERENCES,
        OVER_N @ ERROR + _strengths() + alpha @ DIFFERENCES,
        OVER_N @ ERROR
        + _strengths()
        + s.Sum("k", ONE, LAST, (s.Entry(w, k) - s.Entry(w, k - ONE)) ** 2),
    )
)


@dataclass(frozen=True)
class _PenaltyExercise(Exercise):
    """1c.penalty: a property of a function of w, not a value."""

    def holds(self, form: Form) -> bool:
        return all(self._is_penalty(form, env, i) for env, i in self.instances)

    def _is_penalty(self, form: Form, env: Environment, i: problem1.Instance) -> bool:
        """Whether R, or R less the error, or less part (a) too, is Σ c_k (w_{k+1} − w_k)², c > 0.

        An error without 1/n, or with ½, is another weight between the two: no part of this item.
        """

        def value(at: Array) -> float:
            known = {**env, "w": _column(at)}
            found = None
            for statement in form:
                found = known[statement.key] = s.evaluate(statement.body, known)
            if not isinstance(found, float):
                raise s.NoValueError("no number")
            return found

        def without(at: Array, P: Array | None, share: float) -> float:
            loss = share * float(np.mean((i.X @ at - i.y) ** 2))
            return value(at) - loss - (0.0 if P is None else float(at @ P @ at))

        matrices = [None, *(P(i) for P in _ALTERNATIVES)]
        try:
            readings = [lambda at, c=c: without(at, None, c) for c in (0.0, 0.5, i.n, i.n / 2)]
            readings += [lambda at, P=P: without(at, P, 1.0) for P in matrices]
            return any(self._is_weighted(one, i.d) for one in readings)
        except s.NoValueError:
            return False

    @staticmethod
    def _is_weighted(R: Callable[[Array], float], d: int) -> bool:
        weights = np.array([R(np.where(np.arange(d) > at, 1.0, 0.0)) for at in range(d - 1)])
        rng = np.random.default_rng(2)
        draws = rng.normal(size=(4, d))
        sums = [float(weights @ np.diff(one) ** 2) for one in draws]
        fits = np.allclose([R(one) for one in draws], sums, rtol=1e-8, atol=1e-10)
        return bool(fits and (weights > 1e-9).all())


PENALTY: Final = _PenaltyExercise(
    "1c.penalty", ("R",), PENALTY_FORMS, _problem1()[:2], _is_smoothness, {"1a": _RIGHT_LOSS},
    ("Neighbouring coefficients should be similar:", "We use the penalty", "A smoothness term is"),
)  # fmt: skip

# ---------------------------------------------------------------- problem 2


def _problem2() -> tuple[tuple[Environment, problem2.Instance], ...]:
    found = []
    for i in problem2.instances():
        env: Environment = {
            "X": i.X, "y": _column(i.y), "w": _column(i.w), "wt": _column(i.w),
            "w0": _column(i.w0), "n": float(i.n), "d": float(i.d), "eta": i.eta, "t": float(i.t),
            "I": np.eye(i.d),
        }  # fmt: skip
        found.append((env, i))
    return tuple(found)


def _descended(i: problem2.Instance, steps: int, start: Array) -> Array:
    at = start
    for _ in range(steps):
        at = at - 2 * i.eta / i.n * i.X.T @ (i.X @ at - i.y)
    return at


def _affine(i: problem2.Instance) -> Array:
    matrix, vector = np.eye(i.d) - 2 * i.eta / i.n * i.X.T @ i.X, 2 * i.eta / i.n * i.X.T @ i.y
    return np.concatenate([matrix.ravel(), matrix.shape, vector, (i.d, 1)])


STEP_TWO: Final = (TWO @ eta) / n
A_BODY, B_BODY = eye - STEP_TWO @ GRAM, STEP_TWO @ MOMENT
RIGHT_A, RIGHT_B = Statement("A", A_BODY), Statement("b", B_BODY)
GRADIENT_BODY: Final = TWO_OVER_N @ X.T @ (X @ w - y)
RIGHT_2A: Final = (Statement("grad", GRADIENT_BODY),
                   Statement("next", wt - STEP_TWO @ X.T @ (X @ wt - y)))  # fmt: skip
GRADIENT: Final = Exercise(
    "2a.gradient",
    ("grad",),
    tuple(
        _forms(
            "grad",
            GRADIENT_BODY,
            TWO_OVER_N @ GRAM @ w - TWO_OVER_N @ MOMENT,
            TWO_OVER_N @ (GRAM @ w - MOMENT),
            (TWO @ X.T @ (X @ w - y)) / n,
            OVER_N @ (TWO @ GRAM @ w - TWO @ MOMENT),
            -(TWO_OVER_N @ X.T @ (y - X @ w)),
            TWO_OVER_N
            @ s.Sum("i", ONE, n, (s.Entry(X, i_).T @ w - s.Entry(y, i_)) @ s.Entry(X, i_)),
            _with("grad", TWO_OVER_N @ X.T @ r, r=X @ w - y),
            _with("grad", -(TWO_OVER_N @ X.T @ r), r=y - X @ w),
            _with("grad", TWO_OVER_N @ (H @ w - Name("c")), H=GRAM, c=MOMENT),
        )
    ),
    _problem2(),
    _one_of(lambda i: 2 / i.n * i.X.T @ (i.X @ i.w - i.y)),
    {},
    ("Differentiating,", "The gradient of the loss is", "By the chain rule"),
)
UPDATE: Final = Exercise(
    "2a.update",
    ("next",),
    tuple(
        _forms(
            "next",
            wt - STEP_TWO @ X.T @ (X @ wt - y),
            wt - eta @ TWO_OVER_N @ X.T @ (X @ wt - y),
            (eye - STEP_TWO @ GRAM) @ wt + STEP_TWO @ MOMENT,
            wt + STEP_TWO @ X.T @ (y - X @ wt),
            wt - eta @ (TWO_OVER_N @ GRAM @ wt - TWO_OVER_N @ MOMENT),
            _with("next", wt - STEP_TWO @ X.T @ r, r=X @ wt - y),
        )
    ),
    _problem2(),
    _one_of(lambda i: _descended(i, 1, i.w)),
    {"2a": (Statement("grad", GRADIENT_BODY),)},
    ("The update rule is", "so the explicit update reads", "and therefore"),
)
AFFINE: Final = Exercise(
    "2b.affine",
    ("A", "b"),
    (
        (RIGHT_A, RIGHT_B),
        (Statement("A", eye - eta @ TWO_OVER_N @ GRAM), Statement("b", eta @ TWO_OVER_N @ MOMENT)),
        (Statement("H", GRAM), Statement("A", eye - STEP_TWO @ H), RIGHT_B),
        (RIGHT_B, RIGHT_A),
        (Statement("A", eye - TWO @ eta @ (GRAM / n)), Statement("b", TWO @ eta @ (MOMENT / n))),
        (Statement("H", OVER_N @ GRAM), Statement("A", eye - TWO @ eta @ H), RIGHT_B),
    ),
    _problem2(),
    _one_of(_affine),
    {"2a": RIGHT_2A},
    ("Collecting terms, $w_{t+1} = A w_t + b$ with", "In affine form"),
)
_A_AND_B: Final = {"2a": RIGHT_2A, "2b": (RIGHT_A, RIGHT_B)}


def _least_squares(i: problem2.Instance) -> Array:
    return np.linalg.pinv(i.X, rcond=1e-10) @ i.y


LIMIT: Final = Exercise(
    "2b.limit",
    ("limit",),
    tuple(
        _forms(
            "limit",
            (eye - A).inv @ b,
            -((A - eye).inv @ b),
            _with("limit", Name("M").inv @ b, M=eye - A),
        )
    ),
    _problem2(),
    _one_of(_least_squares),
    _A_AND_B,
    ("At the limit $w = Aw + b$, so", "The fixed point is"),
)
LEAST_SQUARES: Final = Exercise(
    "2b.least_squares",
    ("limit",),
    tuple(
        _forms(
            "limit",
            GRAM.inv @ MOMENT,
            (STEP_TWO @ GRAM).inv @ STEP_TWO @ MOMENT,
            s.PseudoInverse(X) @ y,
            s.PseudoInverse(GRAM) @ MOMENT,
            (OVER_N @ GRAM).inv @ OVER_N @ MOMENT,
            _with("limit", H.inv @ MOMENT, H=GRAM),
            _with("limit", (OVER_N @ H).inv @ OVER_N @ Name("c"), H=GRAM, c=MOMENT),
        )
    ),
    _problem2(),
    _one_of(_least_squares),
    {"2a": RIGHT_2A, "2b": (RIGHT_A, RIGHT_B, Statement("limit", (eye - A).inv @ b))},
    ("In terms of the data, if $X$ has full column rank,", "Substituting,"),
)
ITERATES: Final = tuple(
    _forms(
        "iterate",
        (A**t) @ w0 + s.Sum("k", ZERO, t - ONE, (A**k) @ b),
        (A**t) @ w0 + s.Sum("k", ZERO, t - ONE, A**k) @ b,
        (A**t) @ w0 + s.Sum("k", ONE, t, (A ** (t - k)) @ b),
        (A**t) @ w0 + s.Sum("k", ONE, t, (A ** (k - ONE)) @ b),
        (A**t) @ w0 + (eye - A).inv @ (eye - A**t) @ b,
        (A**t) @ w0 + (eye - A**t) @ (eye - A).inv @ b,
        (A_BODY**t) @ w0 + s.Sum("k", ZERO, t - ONE, (A_BODY**k) @ B_BODY),
        _with("iterate", (A**t) @ w0 + Name("S") @ b, S=s.Sum("k", ZERO, t - ONE, A**k)),
    )
)
UNROLLED: Final = Exercise(
    "2c.unrolled", ("iterate",), ITERATES, _problem2(),
    _one_of(lambda i: _descended(i, i.t, i.w0)), _A_AND_B,
    ("Unrolling the recursion,", "By induction,"),
)  # fmt: skip
LIMIT_FROM_ZERO: Final = Exercise(
    "2c.limit",
    ("limit",),
    tuple(
        _forms(
            "limit",
            (eye - A).inv @ b,
            GRAM.inv @ MOMENT,
            s.PseudoInverse(X) @ y,
            -((A - eye).inv @ b),
        )
    ),
    _problem2(),
    _one_of(_least_squares),
    _A_AND_B | {"2c": (Statement("iterate", ITERATES[0][0].body),)},
    ("With $w_0 = 0$ the limit is", "Starting from zero,"),
)
EXPECTATION: Final = replace(
    UNROLLED,
    item="2e.expectation",
    asked=("mean",),
    forms=tuple((*form[:-1], Statement("mean", form[-1].body)) for form in ITERATES),
    intro=("The noise has mean zero, so", "By linearity of the expectation"),
)
LARGEST: Final = s.Largest(GRAM)


@dataclass(frozen=True)
class _RangeExercise(Exercise):
    """2d.step_size: any upper end at which no eigenvalue of A has left (−1, 1)."""

    def holds(self, form: Form) -> bool:
        for env, i in self.ready:
            value, _, _ = self._outcome(form, env, i)
            if not isinstance(value, float) or value <= 0:
                return False
            if value > (1 + 1e-9) * i.n / np.linalg.eigvalsh(i.X.T @ i.X)[-1]:
                return False
        return True


def _scaled() -> tuple[tuple[Environment, problem2.Instance], ...]:
    """Of many shapes and scales, down to a single example."""
    rng = np.random.default_rng(9)
    found = []
    for rows, columns in [(6, 3), (4, 4), (3, 5), (1, 2), (1, 3), (9, 4)]:
        for scale in (1.0, 0.1, 10.0):
            i = problem2.sample(rng, rows, columns)
            env: Environment = {
                "X": i.X * scale, "n": float(i.n), "d": float(i.d), "I": np.eye(i.d), "eta": i.eta,
                "y": _column(i.y), "w": _column(i.w), "wt": _column(i.w), "w0": _column(i.w0),
                "t": float(i.t),
            }  # fmt: skip
            found.append((env, replace(i, X=i.X * scale)))
    return tuple(found)


STEP_SIZE: Final = _RangeExercise(
    "2d.step_size",
    ("bound",),
    tuple(
        _forms(
            "bound",
            n / LARGEST,
            ONE / s.Largest(GRAM / n),
            n / (s.Norm(X) ** 2),
            n / (TWO @ LARGEST),
            TWO / (s.Largest(TWO_OVER_N @ GRAM)),
            _with("bound", n / s.Largest(H), H=GRAM),
            _with("bound", ONE / s.Largest(H), H=OVER_N @ GRAM),
            n / s.Norm(GRAM),
        )
    ),
    _scaled(),
    lambda _: False,
    {"2a": RIGHT_2A, "2b": (RIGHT_A, RIGHT_B)},
    ("All eigenvalues lie in $(-1,1)$ iff", "We need"),
)

# ---------------------------------------------------------------- problem 4


def _problem4() -> tuple[tuple[Environment, problem4.Instance], ...]:
    found = []
    for at, size in enumerate((3, 4, 5, 2)):
        i = problem4.sample(np.random.default_rng(70 + at), size)
        env: Environment = {
            "W1": i.W1, "b1": _column(i.b1), "W2": i.W2, "b2": i.b2, "x": i.x, "y": i.y,
            "h": float(i.h), "n": 7.0,
        }  # fmt: skip
        found.append((env, i))
    return tuple(found)


def _network(i: problem4.Instance) -> dict[str, Any]:
    """The network and its gradients, written out once more."""
    pre = i.W1[:, 0] * i.x + i.b1
    post, on = np.maximum(pre, 0), (pre > 0).astype(float)
    out = float(i.W2[0] @ post) + i.b2 + i.x
    error = out - i.y
    back = error * i.W2[0] * on
    return {"a": post, "yhat": out, "loss": error**2 / 2, "dW2": error * post, "db2": error,
            "db1": back, "dW1": back * i.x, "hidden": float(back @ i.W1[:, 0]),
            "dx": error + float(back @ i.W1[:, 0])}  # fmt: skip


def _of(name: str, factor: float = 1.0) -> Callable[[problem4.Instance], object]:
    return lambda i: factor * np.asarray(_network(i)[name])


RIGHT_Z, RIGHT_HIDDEN = Statement("z", W1 @ x + b1), Statement("a", s.Relu(z))
RIGHT_OUTPUT: Final = Statement("yhat", W2 @ a + b2 + x)
RIGHT_4_LOSS: Final = Statement("loss", HALF @ (yhat - y) ** 2)
FORWARD: Final = (RIGHT_Z, RIGHT_HIDDEN, RIGHT_OUTPUT, RIGHT_4_LOSS)
HIDDEN: Final = Exercise(
    "4a.hidden", ("a",),
    ((RIGHT_Z, RIGHT_HIDDEN), (Statement("a", s.Relu(W1 @ x + b1)),),
     (Statement("z", x @ W1 + b1), RIGHT_HIDDEN)),
    _problem4(), _one_of(_of("a")), {}, ("The hidden layer computes", "Forward pass:"),
)  # fmt: skip
OUTPUT: Final = Exercise(
    "4a.output", ("yhat",),
    ((RIGHT_OUTPUT,), (Statement("yhat", x + W2 @ a + b2),),
     (Statement("yhat", W2 @ s.Relu(W1 @ x + b1) + b2 + x),),
     (Statement("f", W2 @ a + b2), Statement("yhat", Name("f") + x))),
    _problem4(), _one_of(_of("yhat")), {"4a": (RIGHT_Z, RIGHT_HIDDEN)},
    ("The output is", "With the skip connection"),
)  # fmt: skip
SQUARED: Final = Exercise(
    "4a.loss", ("loss",),
    ((RIGHT_4_LOSS,), (Statement("loss", (yhat - y) ** 2),), (Statement("loss", HALF @ (y - yhat) ** 2),),
     (Statement("loss", ((yhat - y) ** 2) / TWO),),
     (Statement("loss", HALF @ (W2 @ a + b2 + x - y) ** 2),),
     (Statement("e", yhat - y), Statement("loss", HALF @ e**2))),
    _problem4(), _one_of(_of("loss"), _of("loss", 2.0)),
    {"4a": (RIGHT_Z, RIGHT_HIDDEN, RIGHT_OUTPUT)}, ("We use the squared loss", "The loss is"),
)  # fmt: skip
ERROR_E: Final = Statement("e", yhat - y)
GATE: Final = Statement("s", s.Gate(z))
DELTA: Final = Statement("delta", s.Hadamard(W2.T @ e, gate))
ONE_DELTA: Final = Statement("delta", s.Hadamard((yhat - y) @ W2.T, s.Gate(z)))


def _gradient(item: str, key: str, *forms: Form) -> Exercise:
    return Exercise(item, (key,), forms, _problem4(), _one_of(_of(key)), {"4a": FORWARD},
                    ("Applying the chain rule,", "Backpropagating:", ""))  # fmt: skip


K_SUM: Final = s.Sum("k", ONE, Name("h"), s.Entry(W2, k) @ s.Entry(gate, k) @ s.Entry(W1, k))
DB2: Final = _gradient(
    "4b.db2", "db2", (ERROR_E, Statement("db2", e)), (Statement("db2", yhat - y),)
)
DW2: Final = _gradient(
    "4b.dW2", "dW2",
    (ERROR_E, Statement("dW2", e @ a.T)), (Statement("dW2", (yhat - y) @ a.T),),
    (Statement("dW2", (yhat - y) @ s.Relu(W1 @ x + b1).T),),
)  # fmt: skip
DB1: Final = _gradient(
    "4b.db1", "db1",
    (ERROR_E, GATE, Statement("db1", s.Hadamard(W2.T @ e, gate))),
    (Statement("db1", s.Hadamard(W2.T, s.Gate(z)) @ (yhat - y)),),
    (ERROR_E, GATE, DELTA, Statement("db1", delta)),
    (ERROR_E, Statement("db1", e @ s.Hadamard(W2.T, s.Gate(W1 @ x + b1)))),
)  # fmt: skip
DW1: Final = _gradient(
    "4b.dW1", "dW1",
    (ERROR_E, GATE, Statement("dW1", s.Hadamard(W2.T @ e, gate) @ x)),
    (Statement("dW1", (yhat - y) @ x @ s.Hadamard(W2.T, s.Gate(z))),),
    (ERROR_E, GATE, DELTA, Statement("dW1", delta @ x)),
    (ONE_DELTA, Statement("dW1", delta @ x.T)),
)  # fmt: skip
DX: Final = _gradient(
    "4b.dx", "dx",
    (ERROR_E, GATE, Statement("dx", e @ (ONE + K_SUM))),
    (ERROR_E, GATE, DELTA, Statement("dx", e + W1.T @ delta)),
    (ERROR_E, GATE, Statement("dx", e @ (ONE + W2 @ s.Hadamard(gate, W1)))),
    (ERROR_E, GATE, Statement("dx", W1.T @ s.Hadamard(W2.T @ e, gate) + e)),
    (Statement("dx", (yhat - y) @ (ONE + W2 @ s.Hadamard(s.Gate(z), W1))),),
)  # fmt: skip
DECOMPOSITION: Final = Exercise(
    "4c.decomposition", ("skip", "path"),
    (
        (Statement("skip", e), Statement("path", e @ K_SUM)),
        (Statement("skip", e), Statement("path", W1.T @ s.Hadamard(W2.T @ e, gate))),
        (Statement("skip", e), Statement("path", e @ W2 @ s.Hadamard(gate, W1))),
        (Statement("skip", yhat - y), Statement("path", (yhat - y) @ W2 @ s.Hadamard(gate, W1))),
    ),
    _problem4(),
    _one_of(lambda i: np.array([_network(i)["db2"], _network(i)["hidden"]])),
    {"4a": FORWARD, "4b": (ERROR_E, GATE)},
    ("The gradient splits into two paths:", "We have"),
)  # fmt: skip

EXERCISES: Final = (
    LOSS, SOLUTION, CONDITION, PENALTY, GRADIENT, UPDATE, AFFINE, LIMIT, LEAST_SQUARES, UNROLLED,
    LIMIT_FROM_ZERO, STEP_SIZE, EXPECTATION, HIDDEN, OUTPUT, SQUARED, DB2, DW2, DW1, DB1, DX,
    DECOMPOSITION,
)  # fmt: skip
