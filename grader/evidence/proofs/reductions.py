"""Reductions to an earlier part that is proved: the substitution itself is the proof.

(b) from (a)   tx₁ + (1−t)x₂ − b = t(x₁ − b) + (1−t)(x₂ − b) is stated, and (a) is applied;
               or the square is multiplied out, and its affine part added
(b), (c)       the quadratic part has the gap of the claim, and the rest is affine
(c) from (a)   every component of the residual is such a mean, the squares are added up
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import (
    ZERO,
    Case,
    concludes,
    groups,
    is_gap_in_sight,
    low_high,
)
from grader.evidence.proofs.chains import Link, same
from grader.evidence.proofs.steps import speaks_of_summing
from grader.evidence.proofs.symbols import INDICES, Pair, free_symbols, one_minus, weighted
from grader.evidence.proofs.visible import terms
from grader.formulas import expression as e
from grader.formulas.values import Array


def substitution(case: Case) -> bool:
    """Part (b): the shifted mean is stated to be the mean of the shifted points."""
    if case.item != "3b.proof" or not case.cites_proved:
        return False
    shift = case.sampled.numbers(e.Symbol("b"))
    points = case.sampled.pair
    first, second = case.sampled.numbers(points.first), case.sampled.numbers(points.second)
    if shift is None or first is None or second is None:
        return False
    wanted = (first - shift, second - shift)
    return any(_has_points(case, pair, wanted) for pair in _stated_means(case))


def _has_points(case: Case, pair: Pair, wanted: tuple[Array, Array]) -> bool:
    return same(case.sampled.numbers(pair.first), wanted[0]) and same(
        case.sampled.numbers(pair.second), wanted[1]
    )


def _stated_means(case: Case) -> Iterator[Pair]:
    """Means with the weights t and 1 − t in stated equations."""
    for link in case.stated:
        for side in (link.left, link.right):
            node = _unsquared(side.expression)
            pair = weighted(node) if node is not None else None
            if link.relation == "=" and pair is not None and _is_mean(case, pair, node):
                yield pair


def _unsquared(node: e.Expression | None) -> e.Expression | None:
    is_square = isinstance(node, e.Power) and node.exponent == e.Number(2.0)
    return node.base if is_square and isinstance(node, e.Power) else node


def _is_mean(case: Case, pair: Pair, node: e.Expression | None) -> bool:
    second = e.Multiply(one_minus(pair.weight), pair.second)
    mean = e.Add((e.Multiply(pair.weight, pair.first), second))
    has_weight = same(case.sampled.numbers(pair.weight), case.weight)
    return has_weight and same(case.sampled.numbers(mean), case.sampled.numbers(node))


def affine_part(case: Case) -> bool:
    """Part (b): f(x) = x² − 2bx + b²; (a) for the square, equality for the rest, added up."""
    if case.item != "3b.proof" or not case.cites_proved:
        return False
    return words.adds_affine_part(case.argument.prose) and any(
        link.relation == "=" and _is_expanded(link.right.expression) and _is_function(case, link)
        for link in case.stated
    )


def _is_expanded(node: e.Expression | None) -> bool:
    """x² − 2bx + b²."""
    signed = terms(node) if node is not None else []
    squared = [one for sign, one in signed if sign > 0 and isinstance(one, e.Power)]
    bases = {one.base for one in squared}
    return len(signed) == 3 and len(bases) == 2 and e.Symbol("b") in bases


def _is_function(case: Case, link: Link) -> bool:
    """Whether the left side is f(x) or (x − b)², with x any number."""
    left = link.left.expression
    wanted = [] if left is None else list(free_symbols(left))
    letters = [one for one in wanted if one != e.Symbol("b")]
    if left is None or len(set(letters)) != 1:
        return False
    f_there = case.sampled.numbers(e.Call(e.Symbol("f"), (letters[0],)))
    return same(f_there, case.value(link.left))


def quadratic_part(case: Case) -> bool:
    """f = g + an affine rest; tg(w₁) + (1−t)g(w₂) − g(tw₁ + (1−t)w₂) = … = t(1−t)‖XΔ‖² ≥ 0."""
    if case.item == "3a.proof" or not words.takes_affine_rest_apart(case.argument.prose):
        return False
    is_split = any(
        link.relation == "=" and len(terms(link.right.expression)) > 2 and _is_function(case, link)
        for link in case.stated
        if link.right.expression is not None
    )
    return is_split and any(_is_gap_worked_out(case, link) for link in case.stated)


def _is_gap_worked_out(case: Case, link: Link) -> bool:
    """0 ≤ something that is in a chain with the gap as a sum, and as a visible square."""
    sides = low_high(link)
    if sides is None or sides[0].expression != ZERO:
        return False
    run = next((run for run in groups(case, link.line) if sides[1] in run), [])
    return any(is_gap_in_sight(case, side) for side in run) and any(
        len(terms(s.expression)) > 2 and same(case.value(s), case.gap)
        for s in run
        if s.expression is not None
    )


def components(case: Case) -> bool:
    """Part (c): the means of all components, squared and added up, are both sides."""
    if case.item != "3c.proof" or not case.cites_proved or not speaks_of_summing(case):
        return False
    if concludes(case):
        return any(_adds_up(case, pair) for pair in _stated_means(case))
    return any(
        _adds_up(case, pair, (None,)) and _names_chord(case, pair)
        for side in case.sides()
        if side.expression is not None
        and (pair := weighted(side.expression)) is not None
        and _is_mean(case, pair, side.expression)
    )


def _names_chord(case: Case, pair: Pair) -> bool:
    """“Row i of X(tw₁ + (1−t)w₂) − y is tpᵢ + (1−t)qᵢ; its square is at most tpᵢ² + (1−t)qᵢ²”."""
    squares = (e.Power(e.Norm(s.expression), e.Number(2.0)) for s in case.sides() if s.expression)
    if not any(same(case.sampled.numbers(square), case.left) for square in squares):
        return False
    t, s = pair.weight, one_minus(pair.weight)
    chord = e.Add((e.Multiply(t, _square(pair.first)), e.Multiply(s, _square(pair.second))))
    value = case.sampled.numbers(chord)
    return any(same(case.value(side), value) for side in case.sides())


def _adds_up(
    case: Case, pair: Pair, rests: Sequence[e.Symbol | None] = (None, e.Symbol("y"))
) -> bool:
    """Σ(tp + (1−t)q)² is the left side and Σ(tp² + (1−t)q²) the right, for residuals p and q."""
    nodes = [case.sampled.spelled_out(node) for node in (pair.first, pair.second)]
    indices = {s.name for node in nodes for s in _indices(node)}
    if len(indices) != 1:
        return False
    index = indices.pop()
    return any(
        _is_sum(case, pair, index, [_less(node, rest, index) for node in nodes]) for rest in rests
    )


def _less(node: e.Expression, rest: e.Symbol | None, index: str) -> e.Expression:
    """The member, or with part (b) what is left of it after yᵢ."""
    if rest is None:
        return node
    return e.Add((node, e.Negative(e.Symbol(rest.name, (e.Symbol(index),)))))


def _is_sum(case: Case, pair: Pair, index: str, nodes: list[e.Expression]) -> bool:
    t, s = pair.weight, one_minus(pair.weight)
    mean = e.Add((e.Multiply(t, nodes[0]), e.Multiply(s, nodes[1])))
    squares = [_square(node) for node in nodes]
    chord = e.Add((e.Multiply(t, squares[0]), e.Multiply(s, squares[1])))
    left = case.sampled.at_index(_square(mean), index, "n")
    right = case.sampled.at_index(chord, index, "n")
    return same(left, case.left) and same(right, case.right)


def _square(node: e.Expression) -> e.Expression:
    return e.Power(node, e.Number(2.0))


def _indices(node: e.Expression) -> Iterator[e.Symbol]:
    for one in node.walk():
        if isinstance(one, e.Symbol) and one.name in INDICES and not one.subscripts:
            yield one
