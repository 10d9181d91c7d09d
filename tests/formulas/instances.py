"""One instance of every problem: numpy names for the tables, and a `Scope` with the same values."""

import numpy as np

from grader.formulas.errors import Misfit
from grader.formulas.scope import Definition, Scope
from grader.formulas.statements import statements
from grader.formulas.values import Function, eigenvalues, singular_values

N, D, H, T = 6, 3, 4, 4
LAM, ETA = 1.3, 0.4


def _draw(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape)


def inv(a):
    return np.linalg.inv(a)


def mp(a, k):
    return np.linalg.matrix_power(a, k)


def sq(a):
    return float((a**2).sum())


X = np.linalg.qr(_draw(N, D, seed=1))[0] * [3.1, 2.2, 1.9] @ np.linalg.qr(_draw(D, D, seed=11))[0]
y, w = _draw(N, 1, seed=2), _draw(D, 1, seed=3)
Lam = np.diag([LAM**k for k in range(D)])
Diff = np.diff(np.eye(D), axis=0)
mu = np.array([0.7, 1.9])
M = np.diag(mu)
wt, w0 = _draw(D, 1, seed=4), _draw(D, 1, seed=5)
Hess = X.T @ X
A = np.eye(D) - 2 * ETA / N * Hess
bv = 2 * ETA / N * X.T @ y
x1, x2, t3, b3 = 0.4, 2.3, 0.35, 0.8
w1, w2 = _draw(D, 1, seed=6), _draw(D, 1, seed=7)
z1, z2 = X @ w1 - y, X @ w2 - y
x4, ys = 0.7, -0.4
W1, b1, W2, b2 = _draw(H, 1, seed=8), _draw(H, 1, seed=9), _draw(1, H, seed=10), 0.3
zz1 = W1 * x4 + b1
a1, s = np.maximum(zz1, 0), (zz1 > 0) * 1.0
yhat = float((W2 @ a1).item()) + b2 + x4
e = yhat - ys
assert 0 < s.sum() < H  # neither all gates open nor all closed

NAMES = {
    "np": np, "inv": inv, "mp": mp, "sq": sq, "X": X, "y": y, "w": w, "Lam": Lam, "Diff": Diff,
    "M": M, "mu": mu, "n": N, "d": D, "h": H, "T": T, "lam": LAM, "eta": ETA, "wt": wt, "w0": w0,
    "H": Hess, "A": A, "bv": bv, "lmaxH": float(np.linalg.eigvalsh(Hess)[-1]), "t": t3, "b": b3,
    "x1": x1, "x2": x2, "f": lambda x: (x - b3) ** 2, "w1": w1, "w2": w2, "z1": z1, "z2": z2,
    "x": x4, "ys": ys, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "zz1": zz1, "a1": a1, "s": s,
    "yhat": yhat, "e": e, "I": np.eye(D), "math": np, "lams": np.linalg.eigvalsh(Hess),
    "pinv": np.linalg.pinv,
}  # fmt: skip
"""What the tables may use on their right side."""

_SPECTRAL = {
    "lambda_*": Function(lambda i, a: float(eigenvalues(a)[i - 1])),
    "sigma_*": Function(lambda i, a: float(singular_values(a)[i - 1])),
}


def defined(**sources):
    """Functions that a student has defined: name = parameter: body."""
    found = {}
    for name, source in sources.items():
        parameter, _, body = source.partition(": ")
        expression = statements(body)[0].members[0].expression
        found[name] = Definition((expression,), (parameter,))
    return found


def _weight(k):
    if not 0 <= k < len(mu):
        raise Misfit("a weight that does not exist")
    return float(mu[k])


_ONE = Scope(
    {
        "X": X, "x": X, "y": y, "w": w, "Lambda": Lam, "D": Diff, "M": M, "n": float(N),
        "d": float(D), "lambda": LAM, "alpha": 0.6, "I": np.eye(D), "w*": w, "theta": w,
    },
    functions=_SPECTRAL,
    first_index={"w": 0, "Lambda": 0, "theta": 0},
    families={"mu": _weight},
    columns=D,
)  # fmt: skip
_TWO = Scope(
    {
        "X": X, "x": X, "y": y, "w": w, "w_t": wt, "w_0": w0, "theta_t": wt, "w*": w, "n": float(N),
        "d": float(D), "eta": ETA, "t": float(T), "A": A, "b": bv, "H": Hess, "I": np.eye(D),
        "w^(0)": w0,
    },
    functions=_SPECTRAL,
    columns=D,
)  # fmt: skip
_THREE = Scope(
    {
        "x_1": x1, "x_2": x2, "t": t3, "b": b3, "lambda": LAM, "theta": t3, "pi": np.pi, "x": x4,
        "eta": ETA, "x_t": x2, "y": 0.9,
    },
    definitions=defined(f=r"x: (x - b)^2", g=r"x: \sin x + 0.5x"),
)  # fmt: skip
_VECTORS = Scope(
    {
        "X": X, "y": y, "w": w, "w_1": w1, "w_2": w2, "z_1": z1, "z_2": z2, "t": t3, "n": float(N),
    },
    definitions=defined(f=r"w: \|Xw - y\|^2"),
)  # fmt: skip
_RELU = Function(lambda z: np.maximum(z, 0.0), lambda z: (np.asarray(z) > 0) * 1.0)
_FOUR = Scope(
    {
        "x": x4, "y": ys, "W_1": W1, "b_1": b1, "W_2": W2, "b_2": b2, "z_1": zz1, "a_1": a1,
        "s": s, "e": e, "hat y": yhat, "h": float(H), "d L/d z_1": W2.T * e * s,
        "d L/d hat y": e, "d L/d a_1": W2.T * e, "d L/d W_1": W2.T * e * s * x4,
    },
    functions={"sigma": _RELU},
    dot_is_inner=False,
    columns=H,
)  # fmt: skip

SCOPES = {"1": _ONE, "2": _TWO, "3": _THREE, "3v": _VECTORS, "4": _FOUR}
"""The symbols of each problem; 3v has those of 3(c)."""


def scope(part):
    """The scope for a part such as 1b."""
    return SCOPES["3v" if part == "3c" else part if part in SCOPES else part[0]]
