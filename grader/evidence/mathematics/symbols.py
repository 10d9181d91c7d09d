"""The symbols that the homework introduces, with their values on an instance of the reference.

Three sorts: *given* names, which nobody redefines (X, y, η …); *named* quantities, which the
question or common usage names and a student may define (Λ, A, b, ŷ …); and *other spellings* of
given names (θ for w), which count as long as the student does not define them otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from grader.formulas.scope import Scope
from grader.formulas.values import FUNCTIONS, Array, Function, Value, column, eigenvalues
from reference import problem1, problem2, problem4


@dataclass(frozen=True)
class Symbols:
    """The symbols of one part on one instance.

    Attributes:
        given: nobody redefines them.
        named: what they are unless the student defines them.
        spellings: other names of given ones, by the name that they stand for.
        counted: other ways to count, for formulas with an index that does not exist otherwise.
        functions, first_index, scalar_rows, families, dot_is_inner, columns, components, sizes,
        examples: see `Scope`.
    """

    given: Mapping[str, Value]
    named: Mapping[str, Value] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    first_index: Mapping[str, int] = field(default_factory=dict)
    counted: tuple[Mapping[str, int], ...] = ()
    scalar_rows: Mapping[str, Array] = field(default_factory=dict)
    families: Mapping[str, Callable[[int], Value]] = field(default_factory=dict)
    dot_is_inner: bool = True
    columns: int = 0
    components: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    examples: frozenset[str] = frozenset()

    def scope(
        self, defined: frozenset[str] = frozenset(), counted: Mapping[str, int] | None = None
    ) -> Scope:
        """The scope in which formulas are evaluated.

        Args:
            defined: names that the student defines; they are no other spellings then.
            counted: where indices begin, if not where they are expected to.
        """
        known = {**self.named, **self.given}
        for name, others in self.spellings.items():
            for other in others:
                if name in known and other not in defined and other not in known:
                    known[other] = known[name]
        first = {**self.first_index, **(counted or {})}
        for name, others in self.spellings.items():
            first |= {other: first[name] for other in others if name in first}
        return Scope(
            known,
            functions=self.functions,
            first_index=first,
            scalar_rows=self.scalar_rows,
            data=frozenset({"X", "Phi", "hat X", "tilde X"}),
            families={k: one for k, one in self.families.items() if k not in defined},
            dot_is_inner=self.dot_is_inner,
            columns=self.columns,
            components=self.components,
            sizes=self.sizes,
            examples=self.examples,
        )


def _iterates(name: str, value: Value) -> dict[str, Value]:
    """An iterate under the names that people give it."""
    return dict.fromkeys((name, f"{name}_t", f"{name}_k", f"{name}_old"), value)


def _identity(size: int) -> dict[str, Value]:
    eye = np.eye(size)
    return {
        "I": eye,
        "I_d": eye,
        "I_p": eye,
        "mathbb I": eye,
        "E_d": eye,
        "Id": eye,
        "id": eye,
        "𝟏_d": column(np.ones(size)),
    }


_FEATURES: Final = {"w": 0, "X:columns": 0, "x:columns": 0}
_COUNTED: Final = (_FEATURES, {**_FEATURES, "X": 0, "x": 0, "y": 0})
"""Features from 0, as the powers of x are; and the examples from 0 as well."""

_MEAN = Function(lambda value: value)
"""E[·] of something that no noise is left in."""

_FAMILY = {
    "lambda_*": Function(lambda index, matrix: float(eigenvalues(matrix)[index - 1])),
    "E": _MEAN,
}


NOISE: Final = ("epsilon", "xi", "zeta")
"""Letters for the noise of 2(e)."""


def problem_1(i: problem1.Instance) -> Symbols:
    """Problem 1: X, y, w, λ; Λ and D; weights α and μ that a student may choose."""
    w = column(i.w)
    given: dict[str, Value] = {
        "X": i.X, "y": column(i.y), "w": w, "n": float(i.n), "d": float(i.d), "lambda": i.lam,
        "x": i.X,
    }  # fmt: skip
    named: dict[str, Value] = {
        "Lambda": problem1.Lambda(i), "alpha": i.alpha, **_identity(i.d), "I_n": np.eye(i.n),
    }  # fmt: skip
    return Symbols(
        given,
        named,
        spellings={
            "w": ("theta", "beta"),
            "n": ("N", "m"),
            "d": ("p",),
            "alpha": ("beta", "gamma", "tau"),
        },
        functions={**_FAMILY, "phi": _MEAN},
        first_index={"w": 0},
        counted=_COUNTED,
        scalar_rows={"x": column(i.x)},
        columns=i.d,
    )


def problem_2(i: problem2.Instance) -> Symbols:
    """Problem 2: X, y, w, η, t; the A and b of the question."""
    given: dict[str, Value] = {
        "X": i.X, "y": column(i.y), **_iterates("w", column(i.w)), "w_0": column(i.w0),
        "w^(0)": column(i.w0), "n": float(i.n), "d": float(i.d), "eta": i.eta, "t": float(i.t),
        "x": i.X, **_identity(i.d),
    }  # fmt: skip
    noise = dict.fromkeys(NOISE, np.zeros((i.d, 1)))
    named: dict[str, Value] = {
        "A": problem2.A(i),
        "b": column(problem2.b(i)),
        "I_n": np.eye(i.n),
    }
    theta = {
        f"w{suffix}": (f"theta{suffix}", f"beta{suffix}", f"x{suffix}")[:2]
        for suffix in ("", "_t", "_k", "_0", "_old")
    }
    return Symbols(
        given,
        named,
        spellings={
            "eta": ("alpha", "gamma", "mu", "tau", "lr"),
            "n": ("N", "m"),
            "d": ("p",),
            **theta,
        },
        counted=_COUNTED,
        functions={**_FAMILY, "E": replace(_MEAN, inside=noise)},
        columns=i.d,
    )


SEED: Final = 388_000
"""Of 400 seeds one whose gates differ most from those that a mistake in z₁ leads to."""


def problem_4_instances() -> tuple[problem4.Instance, ...]:
    """Networks of several sizes. A gate is 0 or 1, so few of them could agree by chance."""
    sizes = enumerate((3, 4, 5, 6))
    return tuple(problem4.sample(np.random.default_rng(SEED + n), h) for n, h in sizes)


def problem_4(i: problem4.Instance) -> Symbols:
    """Problem 4: x, y, W₁, b₁, W₂, b₂; layers under the names that people give them."""
    z1, a1 = column(problem4.preactivation(i)), column(problem4.hidden(i))
    gate = column(problem4.gate(problem4.preactivation(i)))
    given: dict[str, Value] = {
        "x": i.x, "y": i.y, "W_1": i.W1, "b_1": column(i.b1), "W_2": i.W2, "b_2": i.b2,
        "I": np.eye(i.h), "I_h": np.eye(i.h), "𝟏": np.ones((i.h, 1)),
    }  # fmt: skip
    named: dict[str, Value] = {"z_1": z1, "a_1": a1, "hat y": problem4.output(i)}
    activations = ("sigma", "phi", "g", "ReLU", "relu", "R", "rho", "f", "psi", "varphi")
    return Symbols(
        given,
        named | {"gate": gate},
        spellings={"z_1": ("z",), "a_1": ("a",), "hat y": ("hat y_1",)},
        functions={
            **dict.fromkeys(activations, FUNCTIONS["ReLU"]),
            "E": _MEAN,
            "H": Function(_step),
            "theta": Function(_step),
            "Theta": Function(_step),
            "u": Function(_step),
            "chi": Function(_step),
        },
        dot_is_inner=False,
        columns=i.h,
        components=i.h,
        sizes=dict.fromkeys(("h", "H", "m"), i.h),
        examples=frozenset({"y", "hat y"}),
    )


def one_example(symbols: Symbols) -> Symbols:
    """The same where a mean is over n examples: here over the one that there is."""
    return replace(symbols, sizes={**symbols.sizes, **dict.fromkeys(EXAMPLES, 1)})


EXAMPLES: Final = ("n", "N")


def _step(z: Value) -> Value:
    return float(z > 0) if isinstance(z, float) else np.where(z > 0, 1.0, 0.0)
