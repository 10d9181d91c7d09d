"""Which leaf of the autograd graph plays which role, and what the student's model computes.

Names are not asked: an assignment of the leaves to W1, b1, W2, b2 and x is right when the
homework's network (or the one that a known misconception makes of it), with these numbers in these
roles, has the gradients that autograd returned. The slope g = ∂L/∂ŷ is read off b2's gradient, the
factor c of the loss from L = c (ŷ − y)² = g² / 4c.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from grader.observation import Leaf, Snapshot
from reference import problem4
from reference.problem4 import HOMEWORK, MODELS, Instance, Model

Array = NDArray[np.float64]
Roles = tuple[str, ...]
"""Role of each leaf in order, such as ``("W2", "W1", "x", "b1", "b2")``."""

HOMEWORK_MODEL = "homework"

Tolerances = Mapping[str, float]
"""How far numbers may be apart by dtype, relative to the largest entry of a gradient."""

WIDE: Tolerances = {"float64": 1e-8, "float32": 2e-4, "float16": 3e-2, "bfloat16": 2e-1}
"""For choosing runs; what counts in a verdict comes from the rubric."""

KNOWN_FACTORS = (0.5, 1.0)

MIN_LEAVES, MAX_LEAVES = 3, 6

FIRST_PASSES, LAST_PASSES = 8, 2
"""Forward passes that are looked at: the first points or widths, and the end of training."""


@dataclass(frozen=True)
class Pass:
    """Autograd's work on one forward pass, over all calls that share its leaves.

    Someone who calls `autograd.grad` once per parameter makes five snapshots of one pass.
    """

    leaves: tuple[Leaf, ...]
    values: tuple[Array, ...]
    gradients: tuple[Array | None, ...]
    root: float | None
    first: int
    custom_function: str | None
    tolerance: float


@dataclass(frozen=True)
class Network:
    """A pass understood: roles, model and numbers.

    Attributes:
        autograd: what this pass contributed, by role; `accumulated` is ``.grad`` after it.
        names: what the student calls each leaf.
        factor: c in L = c (ŷ − y)², or None when what was differentiated is no such loss.
        first: index of its first snapshot.
        tolerance: relative accuracy of the numbers.
        target_seen: whether the target y that these roles imply is a number of the program.
    """

    roles: Roles
    model_name: str
    model: Model
    instance: Instance
    autograd: dict[str, Array]
    accumulated: dict[str, Array]
    names: dict[str, tuple[str, ...]]
    factor: float | None
    first: int
    tolerance: float
    target_seen: bool = False

    @cached_property
    def right(self) -> dict[str, Array]:
        """The gradients of the homework's network for these numbers."""
        return problem4.gradients(self.instance)

    @cached_property
    def own(self) -> dict[str, Array]:
        """The gradients of the student's own model for these numbers."""
        return problem4.gradients(self.instance, self.model)

    @property
    def informative(self) -> bool:
        """Whether a wrong gradient would show: the error, x and W2 are neither 0 nor 1."""
        i = self.instance
        z1 = problem4.preactivation(i)
        on = int(problem4.gate(z1).sum())
        mixed = on > 0 and (on < i.h or i.h == 1)
        g = abs(problem4.slope(i, self.model))
        return bool(
            mixed
            and g > 0.05
            and abs(i.x) > 0.05
            and abs(i.x - 1) > 0.05
            and np.abs(z1).min() > 1e-4
        )


def passes(snapshots: Sequence[Snapshot], tolerances: Tolerances = WIDE) -> list[Pass]:
    """Merge the snapshots that belong to one forward pass, in order."""
    merged: list[Pass] = []
    for snapshot in snapshots:
        if not snapshot.leaves:
            continue
        new = _pass(snapshot, tolerances)
        for position, old in enumerate(merged):
            if _same_forward(old, new):
                merged[position] = _joined(old, new)
                break
        else:
            merged.append(new)
    return merged[:FIRST_PASSES] + merged[FIRST_PASSES:][-LAST_PASSES:]


def _pass(snapshot: Snapshot, tolerances: Tolerances) -> Pass:
    root = snapshot.root.values[0] if len(snapshot.root.values) == 1 else None
    return Pass(
        leaves=snapshot.leaves,
        values=tuple(leaf.value.array for leaf in snapshot.leaves),
        gradients=tuple(leaf.gradient.array if leaf.gradient else None for leaf in snapshot.leaves),
        root=root,
        first=snapshot.index,
        custom_function=snapshot.custom_function,
        tolerance=max(
            tolerances.get(leaf.value.dtype, tolerances["float32"]) for leaf in snapshot.leaves
        ),
    )


def _same_forward(old: Pass, new: Pass) -> bool:
    return (
        len(old.values) == len(new.values)
        and old.root == new.root
        and all(np.array_equal(a, b) for a, b in zip(old.values, new.values, strict=True))
    )


def _joined(old: Pass, new: Pass) -> Pass:
    gradients = tuple(
        a if a is not None else b for a, b in zip(old.gradients, new.gradients, strict=True)
    )
    return replace(old, gradients=gradients, leaves=new.leaves)


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
    found: list[Network] = []
    for roles, name, model in hypotheses_for(one) if hypotheses is None else _tried(hypotheses):
        if name != HOMEWORK_MODEL and "x" in roles and _has_homework(found):
            break
        whole = _unpacked(one, roles)
        if len(roles) == len(whole.values) and (network := _fit(whole, roles, name, model)):
            seen = _contains(recorded_scalars, network.instance.y, network.tolerance)
            found.append(replace(network, target_seen=seen))
    return [network for network in found if network.target_seen] or found


def _has_homework(found: Sequence[Network]) -> bool:
    return any(network.model_name == HOMEWORK_MODEL for network in found)


def _unpacked(one: Pass, roles: Roles) -> Pass:
    """Cut a single leaf that holds all parameters, one after the other, into one for each role."""
    if len(one.values) != 1 or len(roles) == 1:
        return one
    h, value, gradient = _packed_width(one), one.values[0], one.gradients[0]
    ends = np.cumsum([h if role in ("W1", "b1", "W2") else 1 for role in roles])[:-1]
    pieces = np.split(gradient, ends) if gradient is not None else [None] * len(roles)
    leaves = (_piece_of(one.leaves[0]),) * len(roles)
    return replace(one, leaves=leaves, values=tuple(np.split(value, ends)), gradients=tuple(pieces))


def _piece_of(leaf: Leaf) -> Leaf:
    """The leaf without its name and its sum, which are not those of a piece."""
    return Leaf(leaf.key, (), leaf.value, leaf.gradient)


def _packed_width(one: Pass) -> int:
    """h, when one leaf could hold W1, b1, W2, b2 and x: its size is 3h + 2."""
    return (one.values[0].size - 2) // 3


def hypotheses_for(one: Pass) -> Iterator[tuple[Roles, str, Model]]:
    """Assignments of roles with models worth trying, those with the homework's model first."""
    sizes = [value.size for value in one.values]
    if len(sizes) == 1 and sizes[0] % 3 == 2 and sizes[0] > 2:
        yield from ((r, HOMEWORK_MODEL, HOMEWORK) for r in permutations(problem4.GRADIENTS))
        return
    if not MIN_LEAVES <= len(sizes) <= MAX_LEAVES:
        return
    assignments = list(_assignments(sizes))
    complete = [roles for roles in assignments if _biases(roles) == _takes(HOMEWORK)]
    yield from ((roles, HOMEWORK_MODEL, HOMEWORK) for roles in complete)
    for name, variants in MODELS.items():
        for roles in assignments:
            yield from ((roles, name, m) for m in variants if _biases(roles) == _takes(m))


def _biases(roles: Roles) -> tuple[bool, bool]:
    return "b1" in roles, "b2" in roles


def _takes(model: Model) -> tuple[bool, bool]:
    return model.hidden_bias, model.output_bias


def _tried(earlier: Sequence[Network]) -> Iterator[tuple[Roles, str, Model]]:
    return ((network.roles, network.model_name, network.model) for network in earlier)


_OPTIONAL_LEAVES = (
    (), ("y",), ("x",), ("b1",), ("b2",), ("x", "y"), ("y", "b1"), ("y", "b2"),
    ("x", "y", "b1"), ("x", "y", "b2"), ("y", "b1", "b2"),
)  # fmt: skip
"""Roles that may be no leaf: y rarely is one, x not always, a bias may be missing."""


def _assignments(sizes: Sequence[int]) -> Iterator[Roles]:
    """Role assignments that the sizes allow."""
    h = max(sizes)
    size_of = dict.fromkeys(("W1", "b1", "W2"), h) | dict.fromkeys(("b2", "x", "y"), 1)
    for absent in _OPTIONAL_LEAVES:
        present = [role for role in size_of if role not in absent]
        if len(present) == len(sizes):
            for roles in permutations(present):
                if all(size == size_of[role] for size, role in zip(sizes, roles, strict=True)):
                    yield roles


def _fit(one: Pass, roles: Roles, name: str, model: Model) -> Network | None:
    """The network with these roles, when its gradients are what autograd returned."""
    value = dict(zip(roles, one.values, strict=True))
    gradient = {
        role: array for role, array in zip(roles, one.gradients, strict=True) if array is not None
    }
    x = _input(value, gradient)
    if x is None or "W1" not in value or "W2" not in value:
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
    leaves = dict(zip(roles, one.leaves, strict=True))
    return Network(
        roles=roles,
        model_name=name,
        model=model,
        instance=instance,
        autograd=gradient,
        accumulated={r: leaf.accumulated.array for r, leaf in leaves.items() if leaf.accumulated},
        names={role: leaf.names for role, leaf in leaves.items()},
        factor=factor,
        first=one.first,
        tolerance=one.tolerance,
    )


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
