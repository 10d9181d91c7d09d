"""The tangent at the mean lies below: f(u) − f(m) − f′(m)(u − m) = (u − m)² ≥ 0, for all u.

t times this at the first point plus 1 − t times the same at the second is the claim, since the
linear terms cancel. The combination may be made once, in a lemma or an earlier part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import ZERO, Case, concludes, groups
from grader.evidence.proofs.chains import same
from grader.evidence.proofs.lines import Argument, Line
from grader.evidence.proofs.steps import all_steps, has_reason
from grader.evidence.proofs.symbols import free_symbols, one_minus, weighted
from grader.evidence.proofs.visible import is_visible, splits, terms
from grader.formulas import expression as e
from grader.formulas.rewriting import replaced
from grader.formulas.values import Array


def tangents(case: Case) -> bool:
    """Whether a lower bound of f is shown whose mean over the points is the claim."""
    return _is_combined(case) and any(_is_tangent(case, *bound) for bound in _bounds(case))


def _is_combined(case: Case) -> bool:
    """Whether the weighted sum is formed here, or before and the words refer to it."""
    if concludes(case) and words.combines(case.argument.prose):
        return True
    if not words.refers_back(case.argument.prose):
        return False
    return any(_combines(case, one) for one in case.earlier)


def _combines(case: Case, before: Argument) -> bool:
    """Whether f at the mean and the mean of f stand in one chain, read with the letters here."""
    if not words.combines(before.prose):
        return False
    if concludes(case):
        return True
    return any(
        line.stance == "stated" and set(line.relations) & {"≤", "≥"} and _reaches_mean(case, line)
        for line in before.lines
    )


def _reaches_mean(case: Case, line: Line) -> bool:
    """tf(x₁) + (1−t)f(x₂) ≥ … = f(z), for the f here or for any f."""
    nodes = line.expressions
    values = [case.sampled.numbers(node) for node in nodes]
    if all(any(same(v, one) for v in values) for one in (case.left, case.right)):
        return True
    calls = [one.function for node in nodes if (one := _call(node)) is not None]
    pairs = [pair for node in nodes if (pair := weighted(node)) is not None]
    ends = [(_call(pair.first), _call(pair.second)) for pair in pairs]
    return any(
        p is not None and q is not None and p.function == q.function and p.function in calls
        for p, q in ends
    )


def _call(node: e.Expression) -> e.Call | None:
    """The node as f(z)."""
    node = node.call if isinstance(node, e.Either) else node
    return node if isinstance(node, e.Call) else None


def _bounds(case: Case) -> Iterator[tuple[e.Expression, e.Expression]]:
    """Lower and upper side of inequalities that have a visible reason."""
    for step in all_steps(case):
        if has_reason(case, step):
            yield step.low, step.high
    for line in case.argument.lines:
        if line.stance != "stated":
            continue
        for run in groups(case, line):
            nodes = [side.expression for side in run if side.expression is not None]
            if any(is_visible(case.sampled, node) for node in nodes):
                yield from ((ZERO, node) for node in nodes if len(terms(node)) > 2)


def _is_tangent(case: Case, low: e.Expression, high: e.Expression) -> bool:
    difference = e.Add((high, e.Negative(low)))
    free = _free(case, difference)
    if not 1 <= len(free) <= 2:
        return False
    return any(_gives_claim(case, difference, letters) for letters in permutations(free))


def _free(case: Case, node: e.Expression) -> list[e.Symbol]:
    found = {symbol for symbol in free_symbols(node) if symbol.key in case.sampled.letters.free}
    return sorted(found, key=lambda symbol: symbol.key)


def _gives_claim(case: Case, difference: e.Expression, letters: Sequence[e.Symbol]) -> bool:
    """The first letter stands for both points, a second one for their mean."""
    pair = case.sampled.pair
    if len(letters) == 2:
        difference = replaced(difference, letters[1], _mean(case))
    values: list[Array] = []
    for point in (pair.first, pair.second):
        node = replaced(difference, letters[0], point)
        value = case.sampled.numbers(node)
        f_there = case.sampled.numbers(e.Call(e.Symbol("f"), (point,)))
        if value is None or f_there is None or not splits(case.sampled, node, f_there):
            return False
        values.append(value)
    t = case.weight
    return same(np.asarray(t * values[0] + (1 - t) * values[1]), case.gap)


def _mean(case: Case) -> e.Expression:
    pair = case.sampled.pair
    second = e.Multiply(one_minus(pair.weight), pair.second)
    return e.Add((e.Multiply(pair.weight, pair.first), second))
