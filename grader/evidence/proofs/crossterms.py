"""The mixed term of the square: wrong in a difference, or left out of a bound."""

from __future__ import annotations

import numpy as np

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import (
    ZERO,
    Case,
    is_claim,
    low_high,
    speaks_of_difference,
)
from grader.evidence.proofs.chains import Link, same
from grader.evidence.proofs.instances import instances
from grader.evidence.proofs.lines import Side, announced
from grader.evidence.proofs.symbols import free_symbols
from grader.evidence.proofs.visible import terms
from grader.evidence.proofs.witnesses import (
    difference_details,
    gap_without_cross_term,
    mistaken_gap,
)
from grader.formulas import expression as e
from grader.model import Finding


def false_difference(case: Case) -> Finding | None:
    """“Subtract: … = t(1−t)(x₁ + x₂)² ≥ 0”: right from step to step, but not the difference."""
    if _forms_difference(case) or has_own_f(case):
        return None
    for link in case.stated:
        ends = low_high(link)
        if ends is None or ZERO not in (ends[0].expression, ends[1].expression):
            continue
        if not speaks_of_difference(link.line.before) and announced(link.line) is None:
            continue
        side = ends[1] if ends[0].expression == ZERO else ends[0]
        mistake = mistaken_gap(case, side)
        if mistake is not None:
            details = difference_details(case, link.line.sides[0], side)
            return Finding(False, "proof-false-step", misconception=mistake, details=details)
    return None


def cross_term(case: Case) -> Finding | None:
    """t² ≤ t and (1−t)² ≤ 1 − t, hence L ≤ R: what becomes of 2t(1−t)uv is not said."""
    if words.deals_with_cross_term(case.argument.prose):
        return None
    ends = [(k, *sides) for k in case.links if (sides := low_high(k)) is not None]
    bounds = [(case.value(low), case.value(high)) for _, low, high in ends]
    others = [k for (k, low, high) in ends if not _is_bound_of_weights(case, low, high)]
    t, s = case.weight, 1 - case.weight
    contracts = all(any(same(a, w**2) and same(b, w) for a, b in bounds) for w in (t, s))
    if not contracts or not others or not all(is_claim(case, k) for k in others):
        return None
    if any(k.state != "holds" for k in case.links) or not _is_multiplied_out(case):
        return None
    return Finding(
        False, "proof-cross-term-left-out", misconception="dropped-cross-term",
        details={"where": others[0].left.where},
    )  # fmt: skip


def _is_bound_of_weights(case: Case, low: Side, high: Side) -> bool:
    """t² ≤ t, 0 ≤ t, or t²u² + (1−t)²v² ≤ tu² + (1−t)v²."""
    symbols = {s for one in (low, high) if one.expression for s in free_symbols(one.expression)}
    if all(symbol.key in case.sampled.letters.weights for symbol in symbols):
        return True
    gap = gap_without_cross_term(case)
    is_whole = gap is not None and same(case.value(low), case.right - gap)
    return is_whole and same(case.value(high), case.right)


def _is_multiplied_out(case: Case) -> bool:
    """Whether the square stands there with all its terms, and no difference is formed."""
    nodes = [node for line in case.argument.lines for node in line.expressions]
    has_terms = (len(terms(n)) > 2 and same(case.sampled.numbers(n), case.left) for n in nodes)
    return not _forms_difference(case) and any(has_terms)


def _forms_difference(case: Case) -> bool:
    """Whether R − L or L − R stands anywhere."""
    values = (case.value(side) for line in case.argument.lines for side in line.sides)
    return any(same(value, gap) for value in values for gap in (case.gap, -case.gap))


def has_own_f(case: Case) -> bool:
    """Whether the student's f is another one, such as (1/n)‖Xw − y‖²: then a TA has to see."""
    for link in case.links:
        call = link.left.expression
        call = call.call if isinstance(call, e.Either) else call
        if not isinstance(call, e.Call) or call.function != e.Symbol("f") or link.relation != "=":
            continue
        if link.state == "open" and isinstance(call.arguments[0], e.Symbol):
            return True
        if link.state == "fails" and _is_scaled(case, link):
            return True
    return False


def _is_scaled(case: Case, link: Link) -> bool:
    """f(…) = ½(…) or (1/n)(…)."""
    left, right = case.value(link.left), case.value(link.right)
    if left is None or right is None:
        return False
    n = np.array([float(i.n) for i in instances()])
    scales = (np.full_like(n, 0.5), 1 / n, 1 / (2 * n), np.full_like(n, 2.0))
    return any(same(right, left * scale) for scale in scales)
