"""What can be seen to be non-negative, without a calculation: squares, norms, weights, products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from grader.evidence.proofs.chains import RELATIVE, Sampled, same
from grader.evidence.proofs.symbols import factors, free_symbols
from grader.formulas import expression as e
from grader.formulas.values import Array

MAX_TERMS = 9
"""Of a difference whose terms are sorted into the two sides of the inequality."""

Term = tuple[int, e.Expression]


def is_visible(sampled: Sampled, node: e.Expression) -> bool:  # noqa: PLR0911  (a table of cases)
    """Whether a member is non-negative at a glance."""
    if isinstance(node, e.Number):
        return node.value >= 0
    if is_weight(sampled, node):
        return True
    if isinstance(node, e.Root | e.Norm | e.Absolute):
        return _is_honest(sampled, node)
    if isinstance(node, e.Annotated):
        return is_visible(sampled, node.operand)
    if isinstance(node, e.Power):
        base = node.base.operand if isinstance(node.base, e.Norm | e.Absolute) else node.base
        is_square = _is_even_power(node) and _is_honest(sampled, base)
        return is_square or is_visible(sampled, node.base)
    if isinstance(node, e.Divide):
        return is_visible(sampled, node.over) and is_visible(sampled, node.under)
    if isinstance(node, e.Add):
        return all(is_visible(sampled, term) for term in node.terms)
    if isinstance(node, e.Over):
        return node.what == "sum" and is_visible(sampled, node.body)
    if isinstance(node, e.Inner):
        return node.left == node.right
    if isinstance(node, e.Symbol):
        return _is_visible_definition(sampled, node)
    return _is_visible_product(sampled, factors(node))


def _is_honest(sampled: Sampled, node: e.Expression) -> bool:
    """Whether nothing below is made non-negative by a root or by bars: |R − L| proves nothing."""
    return all(
        is_visible(sampled, one.operand if isinstance(one, e.Root | e.Absolute | e.Norm) else one)
        for one in node.walk()
        if _takes_sign_away(sampled, one)
    )


def _takes_sign_away(sampled: Sampled, node: e.Expression) -> bool:
    """A root, the absolute value of a number, a broken power, max."""
    if isinstance(node, e.Absolute | e.Norm):
        return sampled.numbers(node.operand) is not None
    if isinstance(node, e.Power):
        return isinstance(node.exponent, e.Divide)
    if isinstance(node, e.Call):
        return str(node.function) in ("max", "ReLU", "abs", "sqrt")
    return isinstance(node, e.Root) or (isinstance(node, e.Over) and node.what != "sum")


def _is_even_power(node: e.Power) -> bool:
    exponent = node.exponent
    return isinstance(exponent, e.Number) and exponent.value in (2, 4)


def _is_visible_definition(sampled: Sampled, node: e.Symbol) -> bool:
    definition = sampled.letters.definitions.get(node.key)
    if definition is None or definition.parameters or isinstance(definition.body, e.Symbol):
        return False
    return is_visible(sampled, definition.body)


def _is_visible_product(sampled: Sampled, parts: Sequence[e.Expression]) -> bool:
    """A product of what is visible, of equal numbers, or vᵀMᵀMv with such numbers before it."""
    if len(parts) < 2:
        return False
    rest = [part for part in parts if not is_visible(sampled, part)]
    if not rest:
        return True
    half = len(rest) // 2
    if len(rest) % 2:
        return False
    mirrored = [e.Transpose(part) for part in reversed(rest[half:])]
    if all(_is_same_transposed(a, b) for a, b in zip(rest[:half], mirrored, strict=True)):
        return True
    return len(rest) == 2 and rest[0] == rest[1] and sampled.numbers(rest[0]) is not None


def _is_same_transposed(a: e.Expression, b: e.Transpose) -> bool:
    return a == b or (isinstance(b.base, e.Transpose) and a == b.base.base)


def is_weight(sampled: Sampled, node: e.Expression) -> bool:
    """Whether something depends on t alone and is not negative for t in [0, 1]: t(1 − t), 2t."""
    if not _depends_on_weights_only(sampled, node, frozenset()):
        return False
    values = sampled.numbers(node)
    return values is not None and bool(np.all(values >= 0))


def _depends_on_weights_only(sampled: Sampled, node: e.Expression, seen: frozenset[str]) -> bool:
    for symbol in free_symbols(node):
        if symbol.key in sampled.letters.weights:
            continue
        definition = sampled.letters.definitions.get(symbol.key)
        if definition is None or definition.parameters or symbol.key in seen:
            return False
        if not _depends_on_weights_only(sampled, definition.body, seen | {symbol.key}):
            return False
    return True


# ---------------------------------------------------------------- terms


def terms(node: e.Expression, sign: int = 1) -> list[Term]:
    """The terms of a sum with their signs, brackets taken off."""
    if isinstance(node, e.Add):
        return [term for one in node.terms for term in terms(one, sign)]
    if isinstance(node, e.Negative):
        return terms(node.operand, -sign)
    if isinstance(node, e.Annotated):
        return terms(node.operand, sign)
    return [(sign, node)]


def total(sampled: Sampled, chosen: Sequence[Term]) -> Array | None:
    """The value of some terms together."""
    values = [sampled.numbers(node) for _, node in chosen]
    if any(value is None for value in values):
        return None
    signed = [sign * np.asarray(v) for (sign, _), v in zip(chosen, values, strict=True)]
    return np.sum(signed, axis=0) if signed else None


def splits(sampled: Sampled, node: e.Expression, part: Array) -> bool:
    """Whether some, but not all, of the terms of a sum come to `part`: R in R − L."""
    all_terms = terms(node)
    if not 2 <= len(all_terms) <= MAX_TERMS:
        return False
    values = [total(sampled, [term]) for term in all_terms]
    if any(value is None for value in values):
        return False
    sums = _subsets(len(all_terms)) @ np.array(values)  # (subsets, instances)
    size = 1 + np.abs(sums) + np.abs(part)
    return bool(np.any(np.all(np.abs(sums - part) <= RELATIVE * size, axis=1)))


@cache
def _subsets(count: int) -> Array:
    """All choices of some, but not all, of `count` terms, one row each."""
    numbers = np.arange(1, 2**count - 1)
    chosen = (numbers[:, None] >> np.arange(count)) & 1
    return np.asarray(chosen, dtype=np.float64)


def dropped(sampled: Sampled, node: e.Expression, sign: int, amount: Array) -> e.Expression | None:
    """The visible term of that sign and value in a sum: t(1−t)(x₁−x₂)² in R − t(1−t)(x₁−x₂)²."""
    all_terms = terms(node)
    if len(all_terms) < 2:
        return None
    for one, term in all_terms:
        if one == sign and same(sampled.numbers(term), amount) and is_visible(sampled, term):
            return term
    return None


def squares(sampled: Sampled, nodes: Sequence[e.Expression]) -> list[Array]:
    """The values of all squares and squared norms in some members."""
    found: dict[e.Expression, Array] = {}
    for node in nodes:
        for one in node.walk():
            if isinstance(one, e.Power) and _is_even_power(one) and one not in found:
                values = sampled.numbers(one)
                if values is not None:
                    found[one] = values
    return list(found.values())
