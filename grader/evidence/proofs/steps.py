"""Inequalities that lead from the left side to the right, each with a visible reason.

a term is dropped    a = b − t(1−t)(x₁ − x₂)² ≤ b
a fact is used       2uv ≤ u² + v², t² ≤ t, (u − v)² ≥ 0: stated, elementary, times a weight
Cauchy–Schwarz       uᵀv ≤ ‖u‖‖v‖ inside of a
triangle inequality  ‖tu + (1−t)v‖ ≤ t‖u‖ + (1−t)‖v‖, also squared
an earlier part      (tp + (1−t)q)² ≤ tp² + (1−t)q², if it is cited and proved
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.evidence.proofs.certificates import ZERO, Case, is_call, low_high
from grader.evidence.proofs.chains import Link, same
from grader.evidence.proofs.rewriting import rewritten
from grader.evidence.proofs.symbols import INDICES, factors, free_symbols, weighted
from grader.evidence.proofs.visible import dropped, is_visible, is_weight, squares, terms, total
from grader.formulas import expression as e
from grader.formulas.values import Array


@dataclass(frozen=True, eq=False)  # compared by identity: arrays have no single truth value
class Step:
    """An inequality a ≤ b that holds, with the values of both sides."""

    link: Link
    low: e.Expression
    high: e.Expression
    a: Array
    b: Array

    @property
    def amount(self) -> Array:
        """b − a."""
        return self.b - self.a


def steps(case: Case) -> bool:
    """Whether steps with a visible reason lead from L to R."""
    every = list(_steps(case))
    over_components = _summed(case, every)
    if not over_components and not _stands_alone(case):
        return False
    edges = [(step.a, step.b) for step in every if _has_reason(case, step)]
    edges += over_components + list(_weighted_sums(case, every))
    reached = [case.left]
    for _ in range(len(edges)):
        new = [b for a, b in edges if _is_among(a, reached) and not _is_among(b, reached)]
        reached += new
        if not new:
            break
    return _is_among(case.right, reached)


def _is_among(value: Array, reached: list[Array]) -> bool:
    return any(same(value, one) for one in reached)


def _stands_alone(case: Case) -> bool:
    """Whether L is shown in two ways, of which one is not f(…): the start of a derivation."""
    shown = {s.expression for s in case.sides() if same(case.value(s), case.left)}
    return any(not is_call(node) for node in shown)


def _steps(case: Case) -> Iterator[Step]:
    for link in case.stated:
        sides = low_high(link)
        if sides is None:
            continue
        low, high = (side.expression for side in sides)
        a, b = (case.value(side) for side in sides)
        if low is not None and high is not None and a is not None and b is not None:
            yield Step(link, low, high, a, b)


def _has_reason(case: Case, step: Step) -> bool:
    reasons = (_is_equal, _drops_term, _uses_fact, _cauchy_schwarz, _triangle, _earlier_part)
    return any(reason(case, step) for reason in reasons)


def _is_equal(_: Case, step: Step) -> bool:
    return same(step.a, step.b)


def _equal_members(case: Case, value: Array) -> list[e.Expression]:
    """Stated members of this value."""
    return [
        side.expression
        for side in case.sides()
        if side.expression is not None and same(case.value(side), value)
    ]


# ---------------------------------------------------------------- a term is dropped


def _drops_term(case: Case, step: Step) -> bool:
    """a is written as b minus something visible, or b as a plus something visible."""
    lower = _equal_members(case, step.a)
    higher = _equal_members(case, step.b)
    down = any(dropped(case.sampled, node, -1, step.amount) for node in lower)
    up = any(dropped(case.sampled, node, 1, step.amount) for node in higher)
    return (down and len(set(lower)) > 1) or (up and len(set(higher)) > 1)


# ---------------------------------------------------------------- a fact is used


def _uses_fact(case: Case, step: Step) -> bool:
    """b − a is a stated elementary inequality, times a weight or a visible square."""
    if len(terms(step.low)) < 2 or is_call(step.low):
        return False
    factors_of_step = [*case.multipliers()]
    for fact in _facts(case):
        if fact.link.number == step.link.number and fact.link.place == step.link.place:
            continue
        scaled = list(factors_of_step)
        if is_weight(case.sampled, e.Add((fact.high, e.Negative(fact.low)))):
            scaled += squares(case.sampled, [step.low, step.high])
        if any(same(fact.amount * m, step.amount) for m in scaled):
            return True
    return _contracts_weight(case, step)


def _contracts_weight(case: Case, step: Step) -> bool:
    """t² is replaced by t in front of one square, which is shown: the weight is in [0, 1]."""
    t = case.weight
    low = [node for _, node in terms(step.low)]
    for node in low:
        parts = factors(node)
        if len(parts) < 2 or not same(case.sampled.numbers(parts[0]), t**2):
            continue
        rest = total(case.sampled, [(1, _product(parts[1:]))])
        if rest is None or not is_visible(case.sampled, _product(parts[1:])):
            continue
        if same(step.amount, (t - t**2) * rest):
            return True
    return False


def _product(parts: list[e.Expression]) -> e.Expression:
    product = parts[0]
    for part in parts[1:]:
        product = e.Multiply(product, part)
    return product


def _facts(case: Case) -> Iterator[Step]:
    """Stated inequalities that everybody knows: a visible square ≥ 0, 2uv ≤ u² + v², t² ≤ t."""
    for step in _steps(case):
        is_square = step.low == ZERO and not is_call(step.high)
        if (
            (is_square and is_visible(case.sampled, step.high))
            or is_weight(case.sampled, e.Add((step.high, e.Negative(step.low))))
            or _is_am_gm(case, step)
            or _is_cauchy_schwarz(case, step)
        ):
            yield step


def _is_am_gm(case: Case, step: Step) -> bool:
    """2uv ≤ u² + v², or uv ≤ (u² + v²)/2."""
    pair = _inner_product(step.low)
    if pair is None:
        return False
    norms = [case.sampled.numbers(e.Power(e.Norm(one), e.Number(2.0))) for one in pair]
    if norms[0] is None or norms[1] is None:
        return False
    both = norms[0] + norms[1]
    return same(step.b, both) or same(step.b, both / 2)


def _is_cauchy_schwarz(case: Case, step: Step) -> bool:
    """uᵀv ≤ ‖u‖‖v‖."""
    pair = _inner_product(step.low)
    if pair is None:
        return False
    norms = [case.sampled.numbers(e.Norm(one)) for one in pair]
    if norms[0] is None or norms[1] is None:
        return False
    product = norms[0] * norms[1]
    return same(step.b, product) or same(step.b, 2 * product)


def _inner_product(node: e.Expression) -> tuple[e.Expression, e.Expression] | None:
    """u and v in uᵀv, ⟨u, v⟩, u · v, uv; numbers and weights before it are left out."""
    parts = [f for f in factors(node) if not isinstance(f, e.Number)]
    if len(parts) == 1 and isinstance(parts[0], e.Inner):
        return parts[0].left, parts[0].right
    if len(parts) == 1 and isinstance(parts[0], e.Absolute):
        return _inner_product(parts[0].operand)
    if len(parts) == 2:
        first = parts[0].base if isinstance(parts[0], e.Transpose) else parts[0]
        return first, parts[1]
    return None


# ---------------------------------------------------------------- norms


def _cauchy_schwarz(case: Case, step: Step) -> bool:
    """A term c·uᵀv of a becomes c‖u‖‖v‖ in b."""
    for sign, node in terms(step.low):
        parts = factors(node)
        for start in range(len(parts)):
            pair = _inner_product(_product(parts[start:]))
            if sign < 0 or pair is None:
                continue
            if _replaced_by_norms(case, step, parts[:start], pair):
                return True
    return False


def _replaced_by_norms(
    case: Case, step: Step, before: list[e.Expression], pair: tuple[e.Expression, e.Expression]
) -> bool:
    if before and not is_weight(case.sampled, _product(before)):
        return False
    scale = case.sampled.numbers(_product(before)) if before else np.ones_like(step.a)
    inner = case.sampled.numbers(e.Inner(*pair))
    norms = [case.sampled.numbers(e.Norm(one)) for one in pair]
    if scale is None or inner is None or norms[0] is None or norms[1] is None:
        return False
    amounts = [scale * m * (norms[0] * norms[1] - inner) for m in (1.0, 2.0)]
    has_norms = any(isinstance(one, e.Norm) for one in step.high.walk())
    return has_norms and any(same(step.amount, amount) for amount in amounts)


def _triangle(case: Case, step: Step) -> bool:
    """‖p + q‖ ≤ ‖p‖ + ‖q‖ with p and q weighted, both sides perhaps squared."""
    low, high = _unsquared(step.low), _unsquared(step.high)
    low_members = [low] if isinstance(low, e.Norm) else []
    if isinstance(step.low, e.Power) != isinstance(step.high, e.Power) or not low_members:
        return False
    inside = case.sampled.values(low.operand) if isinstance(low, e.Norm) else None
    summed = _sum_under_norms(high)
    if inside is None or summed is None:
        return False
    together = case.sampled.values(summed)
    return together is not None and all(
        np.shape(p) == np.shape(q) and np.allclose(p, q)
        for p, q in zip(inside, together, strict=True)
    )


def _unsquared(node: e.Expression) -> e.Expression:
    if isinstance(node, e.Power) and node.exponent == e.Number(2.0):
        return node.base
    return node


def _sum_under_norms(node: e.Expression) -> e.Expression | None:
    """tu + (1−t)v for t‖u‖ + (1−t)‖v‖."""
    if not isinstance(node, e.Add):
        return None
    parts = []
    for term in node.terms:
        norm = factors(term)[-1]
        if not isinstance(norm, e.Norm):
            return None
        parts.append(_product([*factors(term)[:-1], norm.operand]))
    return e.Add(tuple(parts))


# ---------------------------------------------------------------- an earlier part is used


def _earlier_part(case: Case, step: Step) -> bool:
    """(tp + (1−t)q)² ≤ tp² + (1−t)q² for numbers p, q, or a sum of such over an index."""
    if not case.cites_proved:
        return False
    node = step.low
    if isinstance(node, e.Over) and node.what == "sum":
        return _is_convex_square(case, node.body) and _is_sum_of_gaps(case, step, node)
    gap = _gap_of_square(case, node)
    return gap is not None and same(step.amount, gap)


def _is_convex_square(case: Case, body: e.Expression) -> bool:
    return isinstance(body, e.Power) and weighted(body.base) is not None and case.cites_proved


def _gap_of_square(case: Case, node: e.Expression) -> Array | None:
    """t(1−t)(p − q)² for (tp + (1−t)q)², or for g(tp + (1−t)q) with g(u) = u²."""
    inside = _squared(case, node)
    gap = None
    if inside is not None:
        gap = _gap_of_pair(case, inside)
    return gap


def _squared(case: Case, node: e.Expression) -> e.Expression | None:
    """What is squared, if a member is a square."""
    if isinstance(node, e.Power) and node.exponent == e.Number(2.0):
        return node.base
    call = node.call if isinstance(node, e.Either) else node
    if isinstance(call, e.Call) and call.function != e.Symbol("f") and len(call.arguments) == 1:
        value = case.sampled.numbers(call)
        inside = case.sampled.numbers(call.arguments[0])
        if value is not None and inside is not None and same(value, inside**2):
            return call.arguments[0]
    return None


def _gap_of_pair(case: Case, inside: e.Expression) -> Array | None:
    pair = weighted(inside)
    if pair is None:
        return _gap_with_rest(case, inside)
    value = case.sampled.numbers(inside)
    weight = case.sampled.numbers(pair.weight)
    p, q = case.sampled.numbers(pair.first), case.sampled.numbers(pair.second)
    if value is None or weight is None or p is None or q is None:
        return None
    if not same(value, weight * p + (1 - weight) * q):
        return None
    return np.asarray(weight * (1 - weight) * (p - q) ** 2)


def _gap_with_rest(case: Case, inside: e.Expression) -> Array | None:
    """(tp + (1−t)q − b)²: part (b)."""
    signed = terms(inside)
    if len(signed) < 3 or case.item != "3c.proof":
        return None
    pair = weighted(e.Add((signed[0][1], signed[1][1])))
    return _gap_of_pair(case, e.Add((signed[0][1], signed[1][1]))) if pair else None


def _is_sum_of_gaps(case: Case, step: Step, node: e.Over) -> bool:
    """Σ of the gaps of the single squares."""
    assert isinstance(node.body, e.Power)
    pair = weighted(node.body.base)
    if pair is None:
        return False
    difference = e.Power(e.Add((pair.first, e.Negative(pair.second))), e.Number(2.0))
    both = e.Multiply(pair.weight, e.Add((e.Number(1.0), e.Negative(pair.weight))))
    first = node.first or e.Number(1.0)
    last = node.last or e.Symbol("n")
    amount = case.sampled.numbers(
        e.Over("sum", node.index, first, last, e.Multiply(both, difference))
    )
    return same(amount, step.amount)


def _summed(case: Case, every: list[Step]) -> list[tuple[Array, Array]]:
    """Steps for one component, added up over all components, where the words say so."""
    if case.item != "3c.proof" or not _speaks_of_summing(case):
        return []
    edges = []
    for step in every:
        indices = {s.name for node in (step.low, step.high) for s in _indices(node)}
        if len(indices) != 1 or not _earlier_part(case, step):
            continue
        index = indices.pop()
        a = case.sampled.at_index(step.low, index, "n")
        b = case.sampled.at_index(step.high, index, "n")
        if a is not None and b is not None:
            edges.append((a, b))
    return edges


def _indices(node: e.Expression) -> Iterator[e.Symbol]:
    for symbol in free_symbols(node):
        for one in symbol.subscripts:
            if isinstance(one, e.Symbol) and one.name in INDICES:
                yield one


def _speaks_of_summing(case: Case) -> bool:
    words = case.argument.prose.lower()
    return any(word in words for word in ("sum", "add", "over all", "over §", "total"))


# ---------------------------------------------------------------- tangents


def _weighted_sums(case: Case, every: list[Step]) -> Iterator[tuple[Array, Array]]:
    """t times an inequality at the first point plus 1 − t times the same at the second."""
    t = case.weight
    for step in every:
        for letter in _single_free_letter(case, step):
            if not _has_reason(case, step):
                continue
            sides = [_at_points(case, node, letter) for node in (step.low, step.high)]
            if sides[0] is not None and sides[1] is not None:
                (p, q), (r, s) = sides[0], sides[1]
                yield t * p + (1 - t) * q, t * r + (1 - t) * s
    tangents = [step for step in every if _is_instance(case, step, every)]
    for first in tangents:
        for second in tangents:
            yield t * first.a + (1 - t) * second.a, t * first.b + (1 - t) * second.b


def _single_free_letter(case: Case, step: Step) -> list[e.Symbol]:
    """The letter of a statement for all x, if there is one."""
    found = {s for node in (step.low, step.high) for s in free_symbols(node)}
    free = [symbol for symbol in found if symbol.key in case.sampled.letters.free]
    return free if len(free) == 1 else []


def _at_points(case: Case, node: e.Expression, letter: e.Symbol) -> tuple[Array, Array] | None:
    """The values of a member with a letter replaced by the two points."""
    pair = case.sampled.pair
    values = [
        case.sampled.numbers(_replaced(node, letter, point)) for point in (pair.first, pair.second)
    ]
    return (values[0], values[1]) if values[0] is not None and values[1] is not None else None


def _replaced(node: e.Expression, letter: e.Symbol, point: e.Expression) -> e.Expression:
    return rewritten(node, lambda one: point if one == letter else one)


def _is_instance(case: Case, step: Step, every: list[Step]) -> bool:
    """Whether a step is a stated fact about all x, at one of the points."""
    for fact in every:
        for letter in _single_free_letter(case, fact):
            if not _has_reason(case, fact) and fact not in list(_facts(case)):
                continue
            low, high = (_at_points(case, node, letter) for node in (fact.low, fact.high))
            if low is None or high is None:
                continue
            if any(same(h - k, step.amount) for k, h in zip(low, high, strict=True)):
                return True
    return False
