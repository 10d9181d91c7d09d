"""Cauchy–Schwarz for (√t, √(1−t)) and (√t·p, √(1−t)·q): its two sides are those of the claim.

(tp + (1−t)q)² ≤ (t + (1−t))(tp² + (1−t)q²): named in words, with the two vectors, or as a product
whose first factor is the sum of the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import Case, concludes, is_call
from grader.evidence.proofs.chains import same
from grader.evidence.proofs.symbols import factors
from grader.formulas import expression as e
from grader.formulas.values import Array


def cauchy(case: Case) -> bool:
    """Whether the inequality is cited, applied to such vectors, and leads to the claim."""
    if not words.cites_cauchy(case.argument.prose) or not concludes(case) or not _shows_mean(case):
        return False
    vectors = list(_vectors(case))
    return _are_suitable(case, vectors) or (len(vectors) < 2 and _has_product(case))


def _shows_mean(case: Case) -> bool:
    """Whether what is squared on the left, or the square, is written with t and 1 − t."""
    for side in case.sides():
        value, node = case.value(side), side.expression
        if value is None or is_call(node) or not isinstance(node, e.Add | e.Power):
            continue
        if same(value, case.left) or same(value**2, case.left):
            return case.item == "3a.proof" or _is_reshaped(case)
    return False


def _is_reshaped(case: Case) -> bool:
    """Part (b): tx₁ + (1−t)x₂ − b = t(x₁ − b) + (1−t)(x₂ − b), or the same squared, is stated."""
    return any(
        link.relation == "="
        and any(same(power, case.left) for power in _powers(case.value(link.right)))
        for link in case.stated
    )


def _powers(value: Array | None) -> list[Array]:
    return [] if value is None else [value, value**2]


def _are_suitable(case: Case, vectors: Sequence[list[Array]]) -> bool:
    """(√t, √(1−t)) and (√t·p, √(1−t)·q) with (tp + (1−t)q)² = L and tp² + (1−t)q² = R."""
    for first, second in permutations(vectors, 2):
        if len(first) != len(second):
            continue
        product = np.sum([a * b for a, b in zip(first, second, strict=True)], axis=0)
        norms = [np.sum([a * a for a in vector], axis=0) for vector in (first, second)]
        if not same(norms[0], np.ones_like(case.gap)) or not same(product**2, case.left):
            continue
        if same(norms[1], case.right):
            return True
    return False


def _vectors(case: Case) -> Iterator[list[Array]]:
    for side in case.sides():
        node = side.expression
        if isinstance(node, e.Interval):
            node = e.Sequence((node.low, node.high))
        if not isinstance(node, e.Sequence):
            continue
        values = [case.sampled.numbers(item) for item in node.items]
        if len(values) == 2 and all(value is not None for value in values):
            yield [value for value in values if value is not None]


def _has_product(case: Case) -> bool:
    """L ≤ (t + (1−t)) · R."""
    one = np.ones_like(case.gap)
    for side in case.sides():
        parts = factors(side.expression) if side.expression is not None else []
        if len(parts) != 2 or not same(case.value(side), case.right):
            continue
        first = case.sampled.numbers(parts[0])
        if isinstance(parts[0], e.Add) and same(first, one):
            return True
    return False
