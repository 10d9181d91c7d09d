"""Which leaf of the autograd graph plays which role, and what the student's model computes.

Names are not asked: an assignment of the leaves to W1, b1, W2, b2 and x is right when the
homework's network (or the one that a known misconception makes of it), with these numbers in these
roles, has the gradients that autograd returned. The slope g = ∂L/∂ŷ is read off b2's gradient, the
factor c of the loss from L = c (ŷ − y)² = g² / 4c.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from grader.evidence.code import layouts
from grader.evidence.code.layouts import Array, Pass, Roles
from reference import problem4
from reference.problem4 import GRADIENTS, HOMEWORK, MODELS, Instance, Model

HOMEWORK_MODEL = "homework"

KNOWN_FACTORS = (0.5, 1.0)

MIN_LEAVES, MAX_LEAVES = 3, 6


@dataclass(frozen=True)
class Network:
    """A pass understood: roles, model and numbers.

    Attributes:
        autograd: what this pass contributed, by role; `accumulated` is ``.grad`` after it.
        names: what the student calls each leaf.
        factor: c in L = c (ŷ − y)², or None when what was differentiated is no such loss.
        tolerance: relative accuracy of the numbers.
        target_seen: whether the target y that these roles imply is a number of the program.
        others: further examples that went through the network in the same pass.
        stacked: whether each example has gradients of its own (`vmap`), or all add up.
    """

    roles: Roles
    model_name: str
    model: Model
    instance: Instance
    autograd: dict[str, Array]
    accumulated: dict[str, Array]
    names: dict[str, tuple[str, ...]]
    factor: float | None
    tolerance: float
    target_seen: bool = False
    others: tuple[Instance, ...] = ()
    stacked: bool = False

    @cached_property
    def right(self) -> dict[str, Array]:
        """The gradients of the homework's network for these numbers."""
        return self.expected(problem4.gradients)

    @cached_property
    def own(self) -> dict[str, Array]:
        """The gradients of the student's own model for these numbers."""
        return self.expected(lambda i: problem4.gradients(i, self.model))

    def expected(self, formula: Callable[[Instance], Mapping[str, Array]]) -> dict[str, Array]:
        """What a formula gives for the pass: for several examples, the sum or all of them."""
        each = [formula(i) for i in (self.instance, *self.others)]
        if not self.others:
            return dict(each[0])
        return {
            role: np.concatenate([one[role] for one in each])
            if self.stacked or role == "x"
            else np.sum([one[role] for one in each], axis=0)
            for role in each[0]
        }

    @property
    def informative(self) -> bool:
        """Whether a wrong gradient would show in one of the examples."""
        return any(self._tells(i) for i in (self.instance, *self.others))

    @property
    def units(self) -> tuple[bool, ...]:
        """For each unit whether it is on, with each example."""
        examples = (self.instance, *self.others)
        return tuple(bool(s) for i in examples for s in problem4.gate(problem4.preactivation(i)))

    def _tells(self, i: Instance) -> bool:
        """Whether the error, x and W2 are neither 0 nor 1, and units are on and off.

        A single unit cannot be both; then it takes several runs.
        """
        z1 = problem4.preactivation(i)
        on = int(problem4.gate(z1).sum())
        mixed = i.h == 1 or 0 < on < i.h
        g = abs(problem4.slope(i, self.model))
        return bool(
            mixed
            and g > 0.05
            and abs(i.x) > 0.05
            and abs(i.x - 1) > 0.05
            and np.abs(z1).min() > 1e-4
        )


def networks(
    one: Pass, recorded_scalars: Array, hypotheses: Sequence[Network] | None = None
) -> list[Network]:
    """Every way to understand a pass; the homework's own model, where it fits, alone.

    Args:
        one: the pass.
        recorded_scalars: scalars that the code computed; the target y should be among them. It
            decides between models that x's missing gradient cannot tell apart.
        hypotheses: when given, only these roles and models are tried.
    """
    if one.examples:
        return _several(one, hypotheses)
    found: list[Network] = []
    for roles, name, model in hypotheses_for(one) if hypotheses is None else _tried(hypotheses):
        if name != HOMEWORK_MODEL and "x" in roles and _has_homework(found):
            break
        if network := _fit(one, roles, name, model):
            seen = _contains(recorded_scalars, network.instance.y, network.tolerance)
            found.append(replace(network, target_seen=seen))
    return (
        [network for network in found if network.target_seen] or found or _several(one, hypotheses)
    )


def _has_homework(found: Sequence[Network]) -> bool:
    return any(network.model_name == HOMEWORK_MODEL for network in found)


def hypotheses_for(one: Pass) -> Iterator[tuple[Roles, str, Model]]:
    """Assignments of roles with models worth trying, those with the homework's model first."""
    sizes = [value.size for value in one.values]
    yield from ((roles, HOMEWORK_MODEL, HOMEWORK) for roles in layouts.unusual(one))
    if not MIN_LEAVES <= len(sizes) <= MAX_LEAVES:
        return
    assignments = list(layouts.assignments(sizes))
    complete = [roles for roles in assignments if _biases(roles) == _takes(HOMEWORK)]
    yield from ((roles, HOMEWORK_MODEL, HOMEWORK) for roles in complete)
    if one.by_hand:  # a mistake in a hand-written backward must not pass for another model
        return
    for name, variants in MODELS.items():
        for roles in assignments:
            yield from ((roles, name, m) for m in variants if _biases(roles) == _takes(m))


def _biases(roles: Roles) -> tuple[bool, bool]:
    return "b1" in roles, "b2" in roles


def _takes(model: Model) -> tuple[bool, bool]:
    return model.hidden_bias, model.output_bias


def _tried(earlier: Sequence[Network]) -> Iterator[tuple[Roles, str, Model]]:
    return ((network.roles, network.model_name, network.model) for network in earlier)


def _fit(one: Pass, roles: Roles, name: str, model: Model) -> Network | None:
    """The network with these roles, when its gradients are what autograd returned."""
    if (arrays := layouts.by_role(one, roles)) is None:
        return None
    value, gradient = arrays
    if not _have_sizes(value):
        return None
    x = _input(value, gradient)
    if x is None:
        return None
    h = value["W1"].size
    instance = Instance(
        W1=value["W1"].reshape(h, 1),
        b1=value.get("b1", np.zeros(h)),
        W2=value["W2"].reshape(1, h),
        b2=float(value["b2"][0]) if "b2" in value else 0.0,
        x=x,
        y=0.0,
    )
    g = _slope(instance, model, gradient)
    if g is None:
        return None
    factor = _factor(g, one.root)
    instance = problem4.with_slope(replace(instance, factor=factor or 0.5), g, model)
    predicted = problem4.gradients(instance, model) | {"y": np.array([-g])}
    scale = max((float(np.abs(array).max()) for array in gradient.values()), default=0.0)
    limit = one.tolerance * max(scale, 1e-12)
    if not all(np.all(np.abs(predicted[r] - gradient[r]) <= limit) for r in gradient):
        return None
    # A packed leaf has one name for everything: names and sums by role need one leaf each.
    leaves = dict(zip(roles, one.leaves, strict=True)) if len(roles) == len(one.leaves) else {}
    return Network(
        roles=roles,
        model_name=name,
        model=model,
        instance=instance,
        autograd=gradient,
        accumulated={r: leaf.accumulated.array for r, leaf in leaves.items() if leaf.accumulated},
        names={role: leaf.names for role, leaf in leaves.items()},
        factor=factor,
        tolerance=one.tolerance,
    )


def _have_sizes(value: Mapping[str, Array], examples: int = 1) -> bool:
    """Whether the leaves are as large as their roles; another pass's roles may not fit at all."""
    if "W1" not in value or "W2" not in value:
        return False
    h = value["W1"].size
    size_of = {"W1": h, "b1": h, "W2": h, "b2": 1, "x": examples, "y": examples}
    return all(array.size == size_of[role] for role, array in value.items())


# ---------------------------------------------------------------- several examples in one pass


def _several(one: Pass, hypotheses: Sequence[Network] | None) -> list[Network]:
    """The homework's network with several examples at once; other models are not looked for."""
    sizes = [value.size for value in one.values]
    if not len(GRADIENTS) <= len(sizes) <= MAX_LEAVES:
        return []
    options = layouts.batches(sizes) if hypotheses is None else (h.roles for h in hypotheses)
    fits = (_fit_several(one, roles) for roles in options)
    return [network for network in fits if network is not None]


def _fit_several(one: Pass, roles: Roles) -> Network | None:
    """The network with these roles, when autograd's gradients are those of all examples."""
    arrays = layouts.by_role(one, roles)
    if arrays is None or not set(GRADIENTS) <= arrays[1].keys():
        return None
    value, gradient = arrays
    if not _have_sizes(value, value["x"].size):
        return None
    h = value["W1"].size
    examples = [
        Instance(value["W1"].reshape(h, 1), value["b1"], value["W2"].reshape(1, h),
                 float(value["b2"][0]), float(x), 0.0)
        for x in value["x"]
    ]  # fmt: skip
    slopes = gradient["b2"] if one.examples else _slopes(examples, gradient["x"])
    if slopes is None or slopes.size != len(examples) or len(examples) < 2:
        return None
    norm = float(np.sqrt(slopes @ slopes))
    c = _factor(norm, one.root)
    known = c if one.examples or c in KNOWN_FACTORS else _factor(norm, _times(one.root, examples))
    first, *others = (
        problem4.with_slope(replace(i, factor=c or 0.5), float(g))
        for i, g in zip(examples, slopes, strict=True)
    )
    network = Network(
        roles=roles,
        model_name=HOMEWORK_MODEL,
        model=HOMEWORK,
        instance=first,
        autograd=gradient,
        accumulated={r: leaf.accumulated.array for r, leaf in zip(roles, one.leaves, strict=True)
                     if leaf.accumulated},
        names={role: leaf.names for role, leaf in zip(roles, one.leaves, strict=True)},
        factor=known,
        tolerance=one.tolerance,
        others=tuple(others),
        stacked=one.examples > 0,
    )  # fmt: skip
    scale = max(float(np.abs(array).max()) for array in gradient.values())
    fits = all(
        network.right[role].size == gradient[role].size
        and np.all(np.abs(network.right[role] - gradient[role]) <= one.tolerance * scale)
        for role in GRADIENTS
    )
    return network if fits else None


def _times(root: float | None, examples: Sequence[Instance]) -> float | None:
    """What stands for L in c = Σ g² / 4L when the loss is a mean over the examples: L / n."""
    return None if root is None else root / len(examples)


def _slopes(examples: Sequence[Instance], gradient: Array) -> Array | None:
    """g of each example from its own ∂L/∂x = g (1 + Σ W2 s W1)."""
    factors = np.array(
        [float(problem4.gradients(problem4.with_slope(i, 1.0))["x"][0]) for i in examples]
    )
    if factors.size != gradient.size or np.any(np.abs(factors) < 1e-6):
        return None
    return np.asarray(gradient / factors)


def _input(value: dict[str, Array], gradient: dict[str, Array]) -> float | None:
    """x: the leaf, or from ∂L/∂W1 = x ∂L/∂z1 when x does not ask for a gradient.

    ∂L/∂z1 is b1's gradient; without one it is W2 g where W2's gradient shows the unit to be on.
    """
    if "x" in value:
        return float(value["x"][0])
    delta = gradient.get("b1")
    if delta is None and "W2" in gradient and "b2" in gradient:
        delta = value["W2"] * gradient["b2"] * (gradient["W2"] != 0)
    if "W1" not in gradient or delta is None:
        return None
    square = float(delta @ delta)
    return float(gradient["W1"] @ delta) / square if square > 0 else None


def _slope(i: Instance, model: Model, gradient: dict[str, Array]) -> float | None:
    """g: b2's gradient, or from ∂L/∂W2 = g a1 when b2 has none."""
    if "b2" in gradient:
        return float(gradient["b2"][0])
    if "W2" not in gradient:
        return None
    a1 = problem4.hidden(i, model)
    square = float(a1 @ a1)
    return float(gradient["W2"] @ a1) / square if square > 0 else None


def _factor(g: float, root: float | None) -> float | None:
    """c from L = g² / 4c, rounded to ½ or 1 when it is one of them."""
    if root is None or root <= 0 or g == 0:
        return None
    c = g * g / (4.0 * root)
    for known in KNOWN_FACTORS:
        if abs(c - known) < 1e-3 * known:
            return known
    return c


def _contains(scalars: Array, y: float, tolerance: float) -> bool:
    return bool(scalars.size and np.abs(scalars - y).min() <= 10 * tolerance * (1.0 + abs(y)))
