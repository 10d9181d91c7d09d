"""How a program lays its parameters out in leaves of the autograd graph.

Most have one leaf each for W1, b1, W2, b2 and x. Some pack everything into one vector, some write
every hidden unit out in scalars of its own. All are brought to arrays by role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from grader.observation import Leaf, Snapshot
from reference.problem4 import GRADIENTS

Array = NDArray[np.float64]
Roles = tuple[str, ...]
"""Role of each leaf in order, such as ``("W2", "W1", "x", "b1", "b2")``.

``W1[0]`` is one component of a role that is written out in scalars.
"""

Tolerances = Mapping[str, float]
"""How far numbers may be apart by dtype, relative to the largest entry of a gradient."""

WIDE: Tolerances = {"float64": 1e-8, "float32": 2e-4, "float16": 3e-2, "bfloat16": 2e-1}
"""For choosing runs; what counts in a verdict comes from the rubric."""

FIRST_PASSES, LAST_PASSES = 8, 2
"""Forward passes that are looked at: the first points or widths, and the end of training."""


@dataclass(frozen=True)
class Pass:
    """Autograd's work on one forward pass, over all calls that share its leaves.

    Someone who calls `autograd.grad` once per parameter makes five snapshots of one pass; so does
    someone who lets one parameter after the other be the only leaf.
    """

    leaves: tuple[Leaf, ...]
    values: tuple[Array, ...]
    gradients: tuple[Array | None, ...]
    root: float | None
    first: int
    custom_function: str | None
    by_hand: bool
    examples: int
    tolerance: float


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
            if (both := _united(old, new)) is not None:
                merged[position] = both
                break
        else:
            merged.append(new)
    return merged[:FIRST_PASSES] + merged[FIRST_PASSES:][-LAST_PASSES:]


def _pass(snapshot: Snapshot, tolerances: Tolerances) -> Pass:
    losses = snapshot.root.array
    root = float(losses.sum()) if losses.size == max(1, snapshot.examples) else None
    return Pass(
        leaves=snapshot.leaves,
        values=tuple(leaf.value.array for leaf in snapshot.leaves),
        gradients=tuple(_gradient(leaf, snapshot.examples) for leaf in snapshot.leaves),
        root=root,
        first=snapshot.index,
        custom_function=snapshot.custom_function,
        by_hand=snapshot.by_hand,
        examples=snapshot.examples,
        tolerance=max(
            tolerances.get(leaf.value.dtype, tolerances["float32"]) for leaf in snapshot.leaves
        ),
    )


def _gradient(leaf: Leaf, examples: int) -> Array | None:
    """A leaf's gradient; one of another size is no gradient of it.

    Under `vmap` there is one for each example, also of a leaf that they share.
    """
    size = len(leaf.value.values)
    if leaf.gradient is None or len(leaf.gradient.values) not in (size, examples * size):
        return None
    return leaf.gradient.array


def _same_forward(old: Pass, new: Pass) -> bool:
    return (
        len(old.values) == len(new.values)
        and old.root == new.root
        and old.by_hand == new.by_hand
        and all(np.array_equal(a, b) for a, b in zip(old.values, new.values, strict=True))
    )


def _united(old: Pass, new: Pass) -> Pass | None:
    """Both, when the same loss was computed once more to differentiate it by other leaves."""
    alike = old.root is not None and old.root == new.root != 0
    plain = old.examples == new.examples == 0 and old.custom_function is new.custom_function is None
    if not (alike and plain):
        return None
    leaves, values, gradients = [*old.leaves], [*old.values], [*old.gradients]
    for leaf, value, gradient in zip(new.leaves, new.values, new.gradients, strict=True):
        same = [n for n, other in enumerate(old.values) if np.array_equal(other, value)]
        if not same:
            leaves.append(leaf)
            values.append(value)
            gradients.append(gradient)
        elif len(same) > 1 or (gradient is not None and gradients[same[0]] is not None):
            return None
        elif gradient is not None:
            leaves[same[0]], gradients[same[0]] = leaf, gradient
    if len(leaves) > len(GRADIENTS):
        return None
    return replace(
        old,
        leaves=tuple(leaves),
        values=tuple(values),
        gradients=tuple(gradients),
        tolerance=max(old.tolerance, new.tolerance),
    )


def _joined(old: Pass, new: Pass) -> Pass:
    gradients = tuple(
        a if a is not None else b for a, b in zip(old.gradients, new.gradients, strict=True)
    )
    return replace(old, gradients=gradients, leaves=new.leaves)


# ---------------------------------------------------------------- one leaf for each role

_OPTIONAL_LEAVES = (
    (), ("y",), ("x",), ("b1",), ("b2",), ("x", "y"), ("y", "b1"), ("y", "b2"),
    ("x", "y", "b1"), ("x", "y", "b2"), ("y", "b1", "b2"),
)  # fmt: skip
"""Roles that may be no leaf: y rarely is one, x not always, a bias may be missing."""


def assignments(sizes: Sequence[int]) -> Iterator[Roles]:
    """Role assignments that the sizes of the leaves allow."""
    yield from _of_sizes(sizes, max(sizes), 1)


def batches(sizes: Sequence[int]) -> Iterator[Roles]:
    """The same where x holds several examples."""
    for n in sorted(set(sizes) - {1}):
        for h in sorted(set(sizes)):
            yield from (roles for roles in _of_sizes(sizes, h, n) if "x" in roles)


def _of_sizes(sizes: Sequence[int], h: int, n: int) -> Iterator[Roles]:
    size_of = dict.fromkeys(("W1", "b1", "W2"), h) | {"b2": 1, "x": n, "y": n}
    for absent in _OPTIONAL_LEAVES:
        present = [role for role in size_of if role not in absent]
        if len(present) == len(sizes):
            for roles in permutations(present):
                if all(size == size_of[role] for size, role in zip(sizes, roles, strict=True)):
                    yield roles


def by_role(one: Pass, roles: Roles) -> tuple[dict[str, Array], dict[str, Array]] | None:
    """Values and gradients by role; None when the roles do not fit the leaves."""
    values, gradients = list(one.values), list(one.gradients)
    if len(values) == 1 and len(roles) > 1:
        whole = gradients[0]
        values = _cut(values[0], roles)
        gradients = [None] * len(roles) if whole is None else [*_cut(whole, roles)]
    if len(values) != len(roles):
        return None
    given = [(r, g) for r, g in zip(roles, gradients, strict=True) if g is not None]
    return _joined_by_role(zip(roles, values, strict=True)), _joined_by_role(given)


def _joined_by_role(named: Iterable[tuple[str, Array]]) -> dict[str, Array]:
    """Arrays by role; components of one role, ``W1[0]`` and ``W1[1]``, are put together."""
    pieces: dict[str, dict[str, Array]] = {}
    for role, array in named:
        pieces.setdefault(base(role), {})[role] = array
    return {role: np.concatenate([p[key] for key in sorted(p)]) for role, p in pieces.items()}


def base(role: str) -> str:
    """``W1`` for ``W1`` and for ``W1[0]``."""
    return role.partition("[")[0]


def component(arrays: Mapping[str, Array], role: str) -> Array:
    """The array of a role, or the one component that ``W1[0]`` names."""
    name, _, index = role.partition("[")
    return arrays[name][int(index[:-1]), None] if index else arrays[name]


# ---------------------------------------------------------------- other layouts


def unusual(one: Pass) -> Iterator[Roles]:
    """Roles for a single packed leaf, or for leaves that are all scalars of several units."""
    sizes = [value.size for value in one.values]
    if len(sizes) == 1 and sizes[0] > 2 and sizes[0] % 3 == 2:
        yield from permutations(GRADIENTS)
    elif max(sizes) == 1 and len(sizes) % 3 == 2 and 2 <= len(sizes) // 3 <= MAX_UNITS:
        yield from _units_in_scalars(one)


def _cut(packed: Array, roles: Roles) -> list[Array]:
    """One vector as consecutive pieces, h long for W1, b1 and W2."""
    h = (packed.size - 2) // 3
    ends = np.cumsum([h if role in ("W1", "b1", "W2") else 1 for role in roles])[:-1]
    return list(np.split(packed, ends))


MAX_UNITS = 3
"""Hidden units that people write out one by one."""


def _units_in_scalars(one: Pass) -> Iterator[Roles]:
    """Tile 3h + 2 scalars with b2, x and h units (W1, b1, W2) that explain autograd's gradients."""
    if any(gradient is None for gradient in one.gradients):
        return
    scalars = [
        (float(v[0]), float(g[0]))
        for v, g in zip(one.values, one.gradients, strict=True)
        if g is not None
    ]
    limit = one.tolerance * max(abs(gradient) for _, gradient in scalars)
    for b2, x in permutations(range(len(scalars)), 2):
        rest = [n for n in range(len(scalars)) if n not in (b2, x)]
        g, input_value = scalars[b2][1], scalars[x][0]
        units = [
            unit
            for unit in permutations(rest, 3)
            if _unit_error([scalars[n] for n in unit], g, input_value) <= limit
        ]
        for tiling in _tilings(rest, units):
            roles = {b2: "b2", x: "x"}
            for k, unit in enumerate(tiling):
                roles |= {n: f"{r}[{k}]" for n, r in zip(unit, ("W1", "b1", "W2"), strict=True)}
            yield tuple(roles[n] for n in range(len(scalars)))


def _unit_error(unit: Sequence[tuple[float, float]], g: float, x: float) -> float:
    """How far three (value, gradient) pairs are from being one hidden unit's W1, b1 and W2."""
    (W1, dW1), (b1, db1), (W2, dW2) = unit
    z1 = W1 * x + b1
    delta = g * W2 if z1 > 0 else 0.0
    return max(abs(dW1 - delta * x), abs(db1 - delta), abs(dW2 - g * max(z1, 0.0)))


def _tilings(
    rest: Sequence[int], units: Sequence[tuple[int, ...]]
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Ways to cover `rest` by units, each way once."""
    if not rest:
        yield ()
        return
    for unit in units:
        if rest[0] in unit and set(unit) <= set(rest):
            left = [n for n in rest if n not in unit]
            for others in _tilings(left, units):
                yield (unit, *others)
