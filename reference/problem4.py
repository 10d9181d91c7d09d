r"""Problem 4: backpropagation through a ReLU network with a skip connection (20 points).

One example (x, y) ∈ ℝ × ℝ, h hidden units, parameters W₁ ∈ ℝ^{h×1}, b₁ ∈ ℝ^h, W₂ ∈ ℝ^{1×h}, b₂ ∈ ℝ.

Forward pass and loss (homework 4(a), solution):

    z₁ = W₁ x + b₁            a₁ = ReLU(z₁)            ŷ = W₂ a₁ + b₂ + x            L = c (ŷ − y)²

with c = ½ in the solution; c = 1 is accepted and doubles every gradient ("if you omit it, multiply
every gradient by 2"). Gradients (4(b), solution), with the slope g = ∂L/∂ŷ = 2c (ŷ − y), which for
c = ½ is the solution's e, and the gate s = 1{z₁ > 0}:

    ∂L/∂b₂ = g        ∂L/∂W₂ = g a₁ᵀ        ∂L/∂b₁ = (W₂ᵀ g) ⊙ s        ∂L/∂W₁ = ((W₂ᵀ g) ⊙ s) x
    ∂L/∂x  = g (1 + Σₖ W₂ₖ sₖ W₁ₖ)

Notation: gradients are keyed ``W1 b1 W2 b2 x``. The solution's ReLU takes the subgradient 0 at 0;
instances keep away from 0, as the homework allows.

Slips of the document: the script of 4(d) has one closing parenthesis too many in its `dL_dx` line
and lost the indentation of `max_abs_diff` at a page break. With both mended, four of its five
differences are exactly 0.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reference.misconception import Array, Misconception

GRADIENTS: Final = ("W1", "b1", "W2", "b2", "x")
"""The five gradients that 4(b) asks for, by what the loss is differentiated by."""


@dataclass(frozen=True)
class Instance:
    """Numbers for everything that the homework leaves open.

    W1 (h, 1), b1 (h,), W2 (1, h), b2, x, y: scalars, factor: the c in L = c (ŷ − y)².
    """

    W1: Array
    b1: Array
    W2: Array
    b2: float
    x: float
    y: float
    factor: float = 0.5

    @property
    def h(self) -> int:
        """Number of hidden units."""
        return self.b1.size


@dataclass(frozen=True)
class Model:
    """What a network computes: the homework's, or one that a misconception makes of it.

    activation, derivative    σ and σ′, elementwise
    skip                      factor of x in ŷ (1 in the homework)
    detached                  whether autograd does not see the skip (x was taken as a bare number)
    hidden_skip               factor of x that is added to every hidden unit's activation
    hidden_bias, output_bias  whether b₁ and b₂ take part
    """

    activation: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    skip: float = 1.0
    detached: bool = False
    hidden_skip: float = 0.0
    hidden_bias: bool = True
    output_bias: bool = True


def relu(z: Array) -> Array:
    """max(0, z)."""
    return np.maximum(z, 0.0)


def gate(z: Array) -> Array:
    """1{z > 0}, the derivative of ReLU."""
    return np.where(z > 0, 1.0, 0.0)


HOMEWORK: Final = Model(relu, gate)


# ---------------------------------------------------------------- 4(a): forward pass and loss


def preactivation(i: Instance, model: Model = HOMEWORK) -> Array:
    """z₁ = W₁ x + b₁, shape (h,)."""
    return i.W1[:, 0] * i.x + (i.b1 if model.hidden_bias else 0.0)


def hidden(i: Instance, model: Model = HOMEWORK) -> Array:
    """a₁ = ReLU(z₁), shape (h,). Item 4a.hidden."""
    return model.activation(preactivation(i, model)) + model.hidden_skip * i.x


def output(i: Instance, model: Model = HOMEWORK) -> float:
    """ŷ = W₂ a₁ + b₂ + x. Item 4a.output."""
    bias = i.b2 if model.output_bias else 0.0
    return float(i.W2[0] @ hidden(i, model)) + bias + model.skip * i.x


def loss(i: Instance, model: Model = HOMEWORK) -> float:
    """L = c (ŷ − y)². Item 4a.loss."""
    return i.factor * (output(i, model) - i.y) ** 2


# ---------------------------------------------------------------- 4(b): gradients


def slope(i: Instance, model: Model = HOMEWORK) -> float:
    """The slope g = ∂L/∂ŷ = 2c (ŷ − y); the solution's e for c = ½."""
    return 2.0 * i.factor * (output(i, model) - i.y)


def gradients(i: Instance, model: Model = HOMEWORK) -> dict[str, Array]:
    """The five gradients of the loss, shapes (h,), (h,), (h,), (1,), (1,). Items 4b.* and 4d.*."""
    g, z1 = slope(i, model), preactivation(i, model)
    delta = i.W2[0] * g * model.derivative(z1)  # ∂L/∂z₁
    direct = (0.0 if model.detached else model.skip) + model.hidden_skip * i.W2.sum()
    return {
        "W1": delta * i.x,
        "b1": delta,
        "W2": g * hidden(i, model),
        "b2": np.array([g]),
        "x": np.array([g * direct + delta @ i.W1[:, 0]]),
    }


def skip_share(i: Instance) -> float:
    """The skip path's part of ∂L/∂x, which is g itself. Item 4c.decomposition."""
    return slope(i)


def hidden_share(i: Instance) -> float:
    """The hidden path's part of ∂L/∂x: g Σₖ W₂ₖ sₖ W₁ₖ. Item 4c.decomposition."""
    return float(gradients(i)["x"][0]) - skip_share(i)


def with_slope(i: Instance, g: float, model: Model = HOMEWORK) -> Instance:
    """The same network with the target y for which ∂L/∂ŷ is g (y enters nowhere else)."""
    return replace(i, y=output(i, model) - g / (2.0 * i.factor))


def sample(rng: np.random.Generator, h: int, factor: float = 0.5) -> Instance:
    """A well-conditioned instance: units on and off, |z₁| and |ŷ − y| not small, x not 0 or 1.

    With one hidden unit both states cannot show at once; it is then on.
    """
    while True:
        W1, b1, W2 = rng.normal(size=(h, 1)), rng.normal(size=h), rng.normal(size=(1, h))
        b2, x, y = rng.normal(size=3)
        i = Instance(W1, b1, W2, float(b2), float(x), float(y), factor)
        on = int(gate(preactivation(i)).sum())
        mixed = on == 1 if h == 1 else 0 < on < h
        far = np.abs(preactivation(i)).min() > 0.05 / h and abs(slope(i)) > 0.2
        if mixed and far and abs(x) > 0.2 and abs(x - 1) > 0.2:
            return i


# ---------------------------------------------------------------- misconceptions of the model


def _identity(z: Array) -> Array:
    return z


def _sigmoid(z: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-z)))


MODELS: Final[Mapping[str, tuple[Model, ...]]] = {
    "missing-skip-term": (Model(relu, gate, skip=0.0),),
    "detached-skip": (Model(relu, gate, detached=True),),
    "skip-into-hidden-layer": (Model(relu, gate, skip=0.0, hidden_skip=1.0),),
    "missing-relu": (Model(_identity, np.ones_like),),
    "wrong-activation": (
        Model(np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
        Model(_sigmoid, lambda z: _sigmoid(z) * (1.0 - _sigmoid(z))),
        Model(lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
        Model(lambda z: np.logaddexp(0.0, z), _sigmoid),
        Model(lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1.0, np.exp(z))),
    ),
    "missing-skip-and-relu": (Model(_identity, np.ones_like, skip=0.0),),
    "missing-skip-and-wrong-activation": (
        Model(np.tanh, lambda z: 1.0 - np.tanh(z) ** 2, skip=0.0),
        Model(_sigmoid, lambda z: _sigmoid(z) * (1.0 - _sigmoid(z)), skip=0.0),
    ),
    "skip-subtracted": (Model(relu, gate, skip=-1.0),),
    "missing-hidden-bias": (Model(relu, gate, hidden_bias=False),),
    "missing-output-bias": (Model(relu, gate, output_bias=False),),
}
"""Networks that a mistake in the forward pass makes of the homework's, by misconception."""


# ---------------------------------------------------------------- misconceptions of the gradients


def _with(**wrong: Callable[[Instance], Array]) -> Callable[[Instance], dict[str, Array]]:
    """The right gradients with some of them replaced by what a mistake makes of them."""
    return lambda i: gradients(i) | {name: formula(i) for name, formula in wrong.items()}


def _gated_by(gate_of: Callable[[Instance], Array]) -> Callable[[Instance], dict[str, Array]]:
    """The gradients when another vector stands where the gate s should."""

    def mistaken(i: Instance) -> dict[str, Array]:
        delta = i.W2[0] * slope(i) * gate_of(i)
        x = np.array([slope(i) + delta @ i.W1[:, 0]])
        return gradients(i) | {"W1": delta * i.x, "b1": delta, "x": x}

    return mistaken


def _scaled(factor: float) -> Callable[[Instance], dict[str, Array]]:
    def mistaken(i: Instance) -> dict[str, Array]:
        return {name: factor * value for name, value in gradients(i).items()}

    return mistaken


def _delta(i: Instance) -> Array:
    return gradients(i)["b1"]


def _ungated(i: Instance) -> Array:
    return np.asarray(i.W2[0] * slope(i))


def _outer(a: Array, b: Array) -> Array:
    """The h × h matrix that (h, 1) times (h,) broadcasts to, flattened."""
    return np.asarray(np.outer(a, b).ravel(), dtype=np.float64)


def _gate(i: Instance) -> Array:
    """The gate s."""
    return gate(preactivation(i))


def _through_hidden(i: Instance, gate_of: Array, weights: Array) -> Array:
    """The gradient g (1 + Σ …) of x, with the given gate and the given weights in the sum."""
    return np.array([slope(i) * (1.0 + np.sum(weights * gate_of))])


_TEACHING: Final[Mapping[str, str]] = {
    "missing-skip-in-dx": "The input reaches the output by two paths; the direct one, over the "
    "skip connection, contributes to the gradient of x too.",
    "missing-relu-mask": "A ReLU passes a gradient only where its input was positive; this "
    "gradient flows through units that were off.",
    "mask-from-wrong-tensor": "The ReLU's gate is decided by the sign of the pre-activation z1, "
    "and by nothing else.",
    "activation-used-as-mask": "The derivative of ReLU is 0 or 1; the activation itself stands in "
    "its place.",
    "missing-x-in-dw1": "W1 is multiplied by x in the forward pass, so the chain rule brings x "
    "into its gradient.",
    "extra-x-in-db1": "b1 is added without x in the forward pass, so no x appears in its gradient.",
    "preactivation-in-dw2": "W2 is multiplied by the activation after the ReLU, not by the "
    "pre-activation before it.",
    "missing-w2": "The gradient reaches the hidden layer through W2; it has to appear as a factor.",
    "w1-for-w2": "The gradient reaches the hidden layer through the output weights W2, not W1.",
    "missing-error": "Every gradient carries the derivative of the loss with respect to the "
    "prediction as a factor.",
    "missing-w1-in-dx": "On its way from the hidden layer to x the gradient passes through W1.",
    "skip-only-dx": "The input also acts through the hidden layer; only the skip path is counted.",
    "wrong-loss-factor": "The derivative of the loss and the loss itself do not fit together: "
    "check the constant factor.",
    "wrong-sign": "The sign is turned around: check whether the error is the prediction minus "
    "the target.",
    "summed-bias": "Every hidden unit has a bias of its own; the gradient was summed over them.",
    "shape-broadcast": "A column times a row gave an h by h matrix: broadcasting turned an "
    "elementwise product into an outer one.",
}

_ITEMS: Final[Mapping[str, str]] = {
    "W1": "4b.dW1", "b1": "4b.db1", "W2": "4b.dW2", "b2": "4b.db2", "x": "4b.dx",
}  # fmt: skip

WRONG_FACTOR: Final = "wrong-loss-factor"

_MISTAKES: Final[tuple[tuple[str, str, Callable[[Instance], dict[str, Array]]], ...]] = (
    ("missing-skip-in-dx", "x", _with(x=lambda i: gradients(i)["x"] - slope(i))),
    ("missing-relu-mask", "W1 b1 x", _gated_by(lambda i: np.ones(i.h))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(i.W1[:, 0]))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(i.W1[:, 0] * i.x))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(i.W2[0]))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(i.b1))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(-preactivation(i)))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(np.full(i.h, i.x)))),
    ("mask-from-wrong-tensor", "W1 b1 x", _gated_by(lambda i: gate(_ungated(i)))),
    ("activation-used-as-mask", "W1 b1 x", _gated_by(hidden)),
    ("missing-x-in-dw1", "W1", _with(W1=_delta)),
    ("extra-x-in-db1", "b1", _with(b1=lambda i: _delta(i) * i.x)),
    ("preactivation-in-dw2", "W2", _with(W2=lambda i: slope(i) * preactivation(i))),
    (
        "missing-w2",
        "W1 b1 x",
        _with(
            W1=lambda i: slope(i) * _gate(i) * i.x,
            b1=lambda i: slope(i) * gate(preactivation(i)),
            x=lambda i: _through_hidden(i, gate(preactivation(i)), i.W1[:, 0]),
        ),
    ),
    (
        "w1-for-w2",
        "W1 b1",
        _with(
            W1=lambda i: slope(i) * i.W1[:, 0] * gate(preactivation(i)) * i.x,
            b1=lambda i: slope(i) * i.W1[:, 0] * gate(preactivation(i)),
        ),
    ),
    ("missing-error", "W1 b1 W2 b2 x", lambda i: gradients(with_slope(i, 1.0))),
    (
        "missing-w1-in-dx",
        "x",
        _with(x=lambda i: _through_hidden(i, gate(preactivation(i)), i.W2[0])),
    ),
    ("skip-only-dx", "x", _with(x=lambda i: np.array([slope(i)]))),
    (WRONG_FACTOR, "W1 b1 W2 b2 x", _scaled(2.0)),
    (WRONG_FACTOR, "W1 b1 W2 b2 x", _scaled(0.5)),
    ("wrong-sign", "W1 b1 W2 b2 x", _scaled(-1.0)),
    ("summed-bias", "b1", _with(b1=lambda i: np.array([_delta(i).sum()]))),
    (
        "shape-broadcast",
        "W1 b1",
        _with(
            W1=lambda i: _outer(_ungated(i), _gate(i)) * i.x,
            b1=lambda i: _outer(_ungated(i), _gate(i)),
        ),
    ),
    (
        "shape-broadcast",
        "W1 b1",
        _with(
            W1=lambda i: _outer(_gate(i), _ungated(i)) * i.x,
            b1=lambda i: _outer(_gate(i), _ungated(i)),
        ),
    ),
)

MISCONCEPTIONS: Final[tuple[Misconception[Instance], ...]] = tuple(
    Misconception(
        name, (*(_ITEMS[which] for which in concerned.split()), "4d.analytic"), _TEACHING[name],
        formula,
    )
    for name, concerned, formula in _MISTAKES
)  # fmt: skip
"""Mistakes in the gradients. `expected` gives five arrays, right where a mistake does not show."""

MODEL_TEACHING: Final[Mapping[str, str]] = {
    "missing-skip-term": "The skip connection adds x itself to the output.",
    "detached-skip": "The skip connection adds x as a bare number, which autograd cannot "
    "differentiate.",
    "skip-into-hidden-layer": "The skip connection leads from the input to the output; here x is "
    "added in the hidden layer.",
    "missing-relu": "The hidden layer applies a ReLU to its pre-activation.",
    "wrong-activation": "The homework's hidden layer uses ReLU; the code uses another activation.",
    "missing-skip-and-relu": "The hidden layer applies a ReLU, and the skip connection adds x "
    "itself to the output.",
    "missing-skip-and-wrong-activation": "The homework's hidden layer uses ReLU, and the skip "
    "connection adds x itself to the output.",
    "skip-subtracted": "The skip connection adds x to the output; here it is subtracted.",
    "missing-hidden-bias": "The hidden layer has a bias b1.",
    "missing-output-bias": "The output layer has a bias b2.",
}
"""One sentence for each entry of `MODELS`."""


def _gradient(name: str) -> Callable[[Instance], Array]:
    return lambda i: gradients(i)[name]


EXPECTED: Final[Mapping[str, Callable[[Instance], float | Array]]] = {
    "4a.hidden": hidden,
    "4a.output": output,
    "4a.loss": loss,
    **{item: _gradient(name) for name, item in _ITEMS.items()},
    "4c.decomposition": lambda i: np.array([skip_share(i), hidden_share(i)]),
}
"""Reference values of the items that have a formula."""
