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
from itertools import islice, pairwise

import numpy as np

from grader.evidence.proofs.certificates import (
    ZERO,
    Case,
    groups,
    is_call,
    low_high,
    shows_both_sides,
)
from grader.evidence.proofs.chains import Link, same
from grader.evidence.proofs.symbols import (
    INDICES,
    Pair,
    factors,
    free_symbols,
    one_minus,
    weighted,
)
from grader.evidence.proofs.visible import (
    dropped,
    is_visible,
    is_weight,
    splits,
    squares,
    terms,
    total,
)
from grader.formulas import expression as e
from grader.formulas.rewriting import replaced
from grader.formulas.values import Array

MAX_STEPS = 25
"""Inequalities of one proof that are looked at: each is compared with each other one."""


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
    every = list(all_steps(case))
    if shows_both_sides(case) and any(_is_whole_gap(case, step) for step in every):
        return True
    over_components = _summed(case, every)
    edges = [(step.a, step.b) for step in every if has_reason(case, step)]
    if not over_components and not _added(case, edges) and not _stands_alone(case):
        return False
    edges += [*over_components, *_weighted_sums(case, every), *_differences(case)]
    edges += [
        pair for step in every if has_reason(case, step) for pair in _against_zero(case, step)
    ]
    edges += [(step.a**2, step.b**2) for step in every if _triangle(case, step)]
    edges += _added(case, edges)
    reached = [case.left]
    for _ in range(len(edges)):
        new = [b for a, b in edges if _is_among(a, reached) and not _is_among(b, reached)]
        reached += new
        if not new:
            break
    return _is_among(case.right, reached)


def _is_whole_gap(case: Case, step: Step) -> bool:
    """t²d² ≤ td², and both sides of the claim are written as the same terms with these."""
    return same(step.amount, case.gap) and _contracts_weight(case, step)


def _is_among(value: Array, reached: list[Array]) -> bool:
    return any(same(value, one) for one in reached)


def _stands_alone(case: Case) -> bool:
    """Whether L is written out; in (b) and (c) also how it is f at the mean of the points."""
    shown = {s.expression for s in case.sides() if same(case.value(s), case.left)}
    is_enough = case.item == "3a.proof" or len(shown) > 1
    if is_enough and any(not is_call(node) for node in shown):
        return True
    if shown and any(not is_call(node) for node in shown) and _shows_mean(case):
        return True
    return _shows_root(case) or _shows_part(case)


def _shows_mean(case: Case) -> bool:
    """tx₁ + (1−t)x₂ − b = tu + (1−t)v, or the same with residuals, stated before it is squared."""
    for link in case.stated:
        node = link.right.expression
        if link.relation != "=" or node is None or weighted(node) is None:
            continue
        squared = case.sampled.numbers(e.Power(e.Norm(node), e.Number(2.0)))
        if same(squared, case.left):
            return True
    return False


def _shows_root(case: Case) -> bool:
    """Part (c): ‖X(tw₁ + (1−t)w₂) − y‖ = ‖t(Xw₁ − y) + (1−t)(Xw₂ − y)‖, to be squared."""
    norms = [
        side.expression for side in case.sides()
        if isinstance(side.expression, e.Norm) and (value := case.value(side)) is not None
        and same(value**2, case.left)
    ]  # fmt: skip
    return len(set(norms)) > 1


def _shows_part(case: Case) -> bool:
    """tw₁ᵀPw₁ + (1−t)w₂ᵀPw₂ = zᵀPz + t(1−t)ΔᵀPΔ: the gap, without the part that is affine.

    Or the difference of both sides, written out.
    """
    for link in case.stated:
        left, right = link.left.expression, link.right.expression
        if link.relation != "=" or left is None or right is None:
            continue
        is_difference = any(same(case.value(link.right), d) for d in (case.gap, -case.gap))
        if is_difference and not is_call(right) and len(terms(right)) > 2:
            return True
        is_written = len(terms(left)) > 1 and not is_call(left) and not is_call(right)
        if is_written and dropped(case.sampled, right, 1, case.gap) is not None:
            return True
    return False


def all_steps(case: Case) -> Iterator[Step]:
    """The inequalities that are stated and hold."""
    return islice(_every_step(case), MAX_STEPS)


def _every_step(case: Case) -> Iterator[Step]:
    for link in case.stated:
        sides = low_high(link)
        if sides is None:
            continue
        low, high = (side.expression for side in sides)
        a, b = (case.value(side) for side in sides)
        if low is not None and high is not None and a is not None and b is not None:
            yield Step(link, low, high, a, b)


def has_reason(case: Case, step: Step) -> bool:
    """Whether an inequality has a visible reason."""
    reasons = (
        _is_equal,
        _is_named,
        _drops_term,
        _uses_fact,
        _cauchy_schwarz,
        _triangle,
        _earlier_part,
    )
    return any(reason(case, step) for reason in reasons)


def _is_equal(_: Case, step: Step) -> bool:
    return same(step.a, step.b)


def _is_named(case: Case, step: Step) -> bool:
    """The difference stands by itself in the text: “since the difference is (x − c)²”."""
    for line in case.argument.lines:
        node = line.sides[0].expression
        if line.relations or node is None or line.stance != "stated":
            continue
        if same(case.sampled.numbers(node), step.amount) and is_visible(case.sampled, node):
            return True
    return False


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
    spelled = [node for node in _equal_members(case, step.a) if not is_call(node)]
    if not any(len(terms(node)) > 1 for node in spelled):
        return False
    is_whole_claim = same(step.b, case.right) and len(terms(step.high)) <= 2
    if is_whole_claim and _was_multiplied(case, step):
        return True
    factors_of_step = [np.ones_like(case.gap)] if is_whole_claim else [*case.multipliers()]
    for fact in [*_facts(case), *_facts_in_a_row(case)]:
        if fact.link.number == step.link.number and fact.link.place == step.link.place:
            continue
        scaled = list(factors_of_step)
        if is_weight(case.sampled, e.Add((fact.high, e.Negative(fact.low)))):
            scaled += squares(case.sampled, [step.low, step.high])
        if any(same(fact.amount * m, step.amount) for m in scaled):
            return True
    return _contracts_weight(case, step)


def _was_multiplied(case: Case, step: Step) -> bool:
    """A fact was multiplied by a weight in a line of its own: t(1−t)(u² + v²) ≥ 2t(1−t)uv."""
    facts = list(_facts(case))
    return any(
        same(one.amount, step.amount) and any(same(fact.amount * m, one.amount) for fact in facts)
        for one in all_steps(case)
        if not same(one.b, case.right) and one.link.number != step.link.number
        for m in case.multipliers()
    )


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
    """The elementary inequalities among those that are stated."""
    return (step for step in all_steps(case) if _is_elementary(case, step))


def _facts_in_a_row(case: Case) -> Iterator[Step]:
    """2uᵀv ≤ 2‖u‖‖v‖ ≤ ‖u‖² + ‖v‖², as one fact."""
    facts = list(_facts(case))
    for first, second in pairwise(facts):
        is_next = first.link.number == second.link.number and same(first.b, second.a)
        if is_next and second.link.place == first.link.place + 1:
            yield Step(second.link, first.low, second.high, first.a, second.b)


def _is_elementary(case: Case, step: Step) -> bool:
    """What everybody knows: a visible square ≥ 0, 2uv ≤ u² + v², uᵀv ≤ ‖u‖‖v‖, t² ≤ t."""
    is_square = step.low == ZERO and not is_call(step.high)
    return (
        (is_square and is_visible(case.sampled, step.high))
        or is_weight(case.sampled, e.Add((step.high, e.Negative(step.low))))
        or _is_am_gm(case, step)
        or _is_cauchy_schwarz(case, step)
    )


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
        gap = _gap_of_square(case, node.body)
        return gap is not None and same(_summed_up(case, node, gap), step.amount)
    gap = _gap_of_square(case, node)
    if gap is not None and same(case.sampled.numbers(gap), step.amount):
        return True
    return len(terms(node)) > 1 and any(
        sign > 0 and _replaced_by_chord(case, step, term) for sign, term in terms(node)
    )


def _replaced_by_chord(case: Case, step: Step, term: e.Expression) -> bool:
    """One term (tp + (1−t)q)² of a becomes tp² + (1−t)q² in b; the other terms stay equal."""
    gap = _gap_of_square(case, term)
    gap_value = case.sampled.numbers(gap) if gap is not None else None
    square = case.sampled.numbers(term)
    if gap_value is None or square is None or not same(gap_value, step.amount):
        return False
    difference = e.Add((step.high, e.Negative(step.low)))
    return splits(case.sampled, difference, square + gap_value)


def _summed_up(case: Case, node: e.Over, body: e.Expression) -> Array | None:
    first, last = node.first or e.Number(1.0), node.last or e.Symbol("n")
    return case.sampled.numbers(e.Over("sum", node.index, first, last, body))


def _gap_of_square(case: Case, node: e.Expression) -> e.Expression | None:
    """w(1−w)(p − q)² for (wp + (1−w)q)², or for g(…) with g(u) = u²."""
    inside = _squared(case, node)
    pair = _weighted_inside(case, inside) if inside is not None else None
    if pair is None or not _is_mean(case, pair):
        return None
    difference = e.Power(e.Add((pair.first, e.Negative(pair.second))), e.Number(2.0))
    return e.Multiply(e.Multiply(pair.weight, one_minus(pair.weight)), difference)


def _is_mean(case: Case, pair: Pair) -> bool:
    """Whether the points are numbers, and the weight is in (0, 1)."""
    weight = case.sampled.numbers(pair.weight)
    is_weight_here = weight is not None and bool(np.all((weight > 0) & (weight < 1)))
    return is_weight_here and all(
        case.sampled.numbers(node) is not None for node in (pair.first, pair.second)
    )


def _squared(case: Case, node: e.Expression) -> e.Expression | None:
    """What is squared, if a member is a square."""
    if isinstance(node, e.Power) and node.exponent == e.Number(2.0):
        return node.base
    call = node.call if isinstance(node, e.Either) else node
    if not isinstance(call, e.Call) or not isinstance(call.function, e.Symbol):
        return None
    definition = case.sampled.letters.definitions.get(call.function.key)
    if definition is None or len(definition.parameters) != len(call.arguments):
        return None
    body = definition.body
    for name, argument in zip(definition.parameters, call.arguments, strict=True):
        body = replaced(body, e.Symbol(name), argument)
    return _squared(case, body) if not isinstance(body, e.Call | e.Either) else None


def _weighted_inside(case: Case, inside: e.Expression) -> Pair | None:
    """wp + (1−w)q for what is squared: as written, after a shift, or as stated elsewhere."""
    direct = _checked(case, inside, weighted(inside))
    if direct is not None:
        return direct
    for node in _equal_insides(case, inside):
        if (found := _checked(case, inside, weighted(node))) is not None:
            return found
    signed = terms(inside)
    if case.item == "3c.proof" and len(signed) > 1:  # part (b): … − yᵢ
        rest = e.Add(tuple(term for _, term in signed[:-1])) if len(signed) > 2 else signed[0][1]
        return _weighted_inside(case, rest)
    return _through_linear(inside)


def _checked(case: Case, inside: e.Expression, pair: Pair | None) -> Pair | None:
    """The pair, if it has the value of what is squared."""
    if pair is None:
        return None
    second = e.Multiply(one_minus(pair.weight), pair.second)
    mean = e.Add((e.Multiply(pair.weight, pair.first), second))
    return pair if same(case.sampled.numbers(mean), case.sampled.numbers(inside)) else None


def _equal_insides(case: Case, inside: e.Expression) -> list[e.Expression]:
    """What the student equates with it."""
    value = case.sampled.numbers(inside)
    return [] if value is None else _equal_members(case, value)


def _through_linear(node: e.Expression) -> Pair | None:
    """xᵢᵀ(tw₁ + (1−t)w₂): the points are xᵢᵀw₁ and xᵢᵀw₂."""
    parts = factors(node)
    pair = weighted(parts[-1]) if len(parts) > 1 else None
    if pair is None:
        return None
    before = parts[:-1]
    return Pair(pair.weight, _product([*before, pair.first]), _product([*before, pair.second]))


def _summed(case: Case, every: list[Step]) -> list[tuple[Array, Array]]:
    """Steps for one component, added up over all components, where the words say so."""
    if case.item != "3c.proof" or not speaks_of_summing(case):
        return []
    edges = []
    for step in every:
        low, high = (case.sampled.spelled_out(node) for node in (step.low, step.high))
        indices = {s.name for node in (low, high) for s in _indices(node)}
        if len(indices) != 1 or not _earlier_part(case, step):
            continue
        index = indices.pop()
        a = case.sampled.at_index(low, index, "n")
        b = case.sampled.at_index(high, index, "n")
        if a is not None and b is not None:
            edges.append((a, b))
    return edges


def _indices(node: e.Expression) -> Iterator[e.Symbol]:
    for symbol in free_symbols(node):
        for one in symbol.subscripts:
            if isinstance(one, e.Symbol) and one.name in INDICES:
                yield one


def speaks_of_summing(case: Case) -> bool:
    """Whether the words say that inequalities are added."""
    words = case.argument.prose.lower()
    return any(word in words for word in ("sum", "add", "over all", "over §", "total"))


# ---------------------------------------------------------------- differences and sums


def _differences(case: Case) -> Iterator[tuple[Array, Array]]:
    """a ≤ b from b − a = something visibly non-negative."""
    for line in case.argument.lines:
        if line.stance != "stated":
            continue
        for run in groups(case, line):
            nodes = [side.expression for side in run if side.expression is not None]
            if any(is_visible(case.sampled, node) for node in nodes):
                yield from (pair for node in nodes if (pair := _two_sides(case, node)))


def _against_zero(case: Case, step: Step) -> Iterator[tuple[Array, Array]]:
    """p ≤ q from p − q ≤ 0, for each form of the difference in the chain."""
    if step.high != ZERO:
        return
    run = next((r for r in groups(case, step.link.line) if step.link.left in r), [])
    for side in run:
        pair = _two_sides(case, side.expression) if side.expression is not None else None
        if pair is not None:
            yield pair[1], pair[0]


def _two_sides(case: Case, node: e.Expression) -> tuple[Array, Array] | None:
    """What is subtracted in a difference, and the rest."""
    signed = terms(node)
    high = total(case.sampled, [(1, term) for sign, term in signed if sign > 0])
    low = total(case.sampled, [(1, term) for sign, term in signed if sign < 0])
    return (low, high) if low is not None and high is not None else None


def _added(case: Case, edges: list[tuple[Array, Array]]) -> list[tuple[Array, Array]]:
    """An inequality plus an equation for the affine rest, where the words say so."""
    if case.item != "3b.proof" or not speaks_of_summing(case):
        return []
    rest = case.left - _earlier_left(case)
    is_stated = any(
        link.relation == "=" and same(case.value(link.left), rest) for link in case.stated
    )
    if not is_stated:
        return []
    return [(a + rest, b + rest) for a, b in [*edges, *_claims_of_earlier_part(case)]]


def _earlier_left(case: Case) -> Array:
    """(tx₁ + (1−t)x₂)²."""
    first, second = _points(case)
    return np.asarray((case.weight * first + (1 - case.weight) * second) ** 2)


def _points(case: Case) -> tuple[Array, Array]:
    pair = case.sampled.pair
    first, second = case.sampled.numbers(pair.first), case.sampled.numbers(pair.second)
    nothing = np.full_like(case.weight, np.nan)
    return (nothing if first is None else first), (nothing if second is None else second)


def _claims_of_earlier_part(case: Case) -> list[tuple[Array, Array]]:
    """(tx₁ + (1−t)x₂)² ≤ tx₁² + (1−t)x₂², if (a) is cited and proved."""
    first, second = _points(case)
    right = case.weight * first**2 + (1 - case.weight) * second**2
    return [(_earlier_left(case), right)] if case.cites_proved else []


# ---------------------------------------------------------------- tangents


def _weighted_sums(case: Case, every: list[Step]) -> Iterator[tuple[Array, Array]]:
    """t times an inequality at the first point plus 1 − t times the same at the second."""
    t = case.weight
    for step in every:
        for letter in _single_free_letter(case, step):
            if not has_reason(case, step):
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
        case.sampled.numbers(replaced(node, letter, point)) for point in (pair.first, pair.second)
    ]
    return (values[0], values[1]) if values[0] is not None and values[1] is not None else None


def _is_instance(case: Case, step: Step, every: list[Step]) -> bool:
    """Whether a step is a stated fact about all x, at one of the points."""
    for fact in every:
        for letter in _single_free_letter(case, fact):
            if not has_reason(case, fact) and not _is_elementary(case, fact):
                continue
            low, high = (_at_points(case, node, letter) for node in (fact.low, fact.high))
            if low is None or high is None:
                continue
            if any(same(h - k, step.amount) for k, h in zip(low, high, strict=True)):
                return True
    return False
