"""Rules that the student proves once: g(ℓ(x)) is convex for a convex g and an affine ℓ.

The proof of the rule is a chain g(ℓ(tx₁ + (1−t)x₂)) = g(tℓ(x₁) + (1−t)ℓ(x₂)) ≤ tg(ℓ(x₁)) +
(1−t)g(ℓ(x₂)) with letters for any g. It is applied where the inner map is called affine, and the
outer function is the square of an earlier part, a sum of such, or one with an identity of its own:
t‖u‖² + (1−t)‖v‖² − ‖tu + (1−t)v‖² = t(1−t)‖u − v‖² for all u and v. Such an identity may also be
stated once, and be used in each part at its points.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import Case, concludes
from grader.evidence.proofs.chains import Link, Sampled, equal, links, same
from grader.evidence.proofs.lines import Argument, Line
from grader.evidence.proofs.symbols import Pair, factors, free_symbols, one_minus, weighted
from grader.evidence.proofs.visible import dropped, is_visible, terms
from grader.formulas import expression as e
from grader.formulas.rewriting import replaced, rewritten


def composition(case: Case) -> bool:
    """Parts (b) and (c): the rule is proved, and applied to an affine map inside."""
    prose = case.argument.prose
    if case.item == "3a.proof" or not words.applies_rule(prose):
        return False
    if not any(proves_rule(line) and _fits(case, line) for line in _lines(case)):
        return False
    if case.item == "3b.proof":
        return case.cites_proved and _names_inner(case) and not _names_other_outer(case)
    has_outer = _names_inner(case) and any(_is_outer_gap(case, line) for line in _lines(case))
    return has_outer or _is_sum_of_squares(case)


def identity(case: Case) -> bool:
    """An identity for all u and v, stated before, is used at the points of this part.

    ‖tu + (1−t)v‖² = t‖u‖² + (1−t)‖v‖² − t(1−t)‖u − v‖² with u = x₁ − b and v = x₂ − b.
    """
    if not words.refers_back(case.argument.prose) and not words.refers_by_number(
        case.argument.prose
    ):
        return False
    if not (concludes(case) if case.item == "3a.proof" else _states_mean(case)):
        return False
    return any(
        any(_is_used(case, line) for line in one.lines) and not _has_false_line(case, one)
        for one in case.earlier
    )


def _has_false_line(case: Case, one: Argument) -> bool:
    """Whether something that was written before is false, such as a step of the proof."""
    sampled = Sampled(case.item, one.lines)
    return any(link.state == "fails" for link in links(sampled))


def _is_used(case: Case, line: Line) -> bool:
    """Whether the identity, at the points that stand here, is L = R − (something visible)."""
    vectors = _vectors(case, line)
    points = _inner_points(case)
    if line.stance != "stated" or "=" not in line.relations or len(vectors) != 2:
        return False
    for letters in permutations(vectors):
        if not _are_put_in(case, letters, points):
            continue
        put_in = [
            replaced(replaced(n, letters[0], points[0]), letters[1], points[1])
            for n in line.expressions
        ]
        is_left = any(same(case.sampled.numbers(node), case.left) for node in put_in)
        if is_left and any(dropped(case.sampled, node, -1, case.gap) for node in put_in):
            return True
    return False


def _vectors(case: Case, line: Line) -> list[e.Symbol]:
    """The letters of an identity that are no weights."""
    free = {s for node in line.expressions for s in free_symbols(node)}
    letters = sorted(free, key=lambda s: s.key)
    return [one for one in letters if one.key not in (*case.sampled.letters.weights, "s")]


def _inner_points(case: Case) -> tuple[e.Expression, e.Expression]:
    """x₁ and x₂, x₁ − b and x₂ − b, or Xw₁ − y and Xw₂ − y."""
    first, second = case.sampled.pair.first, case.sampled.pair.second
    if case.item == "3a.proof":
        return first, second
    if case.item == "3b.proof":
        shift = e.Negative(e.Symbol("b"))
        return e.Add((first, shift)), e.Add((second, shift))
    return _residual(first), _residual(second)


def _are_put_in(
    case: Case, letters: tuple[e.Symbol, ...], points: tuple[e.Expression, e.Expression]
) -> bool:
    """“With u = x₁ − b and v = x₂ − b”, or “at x₁ − b and x₂ − b”."""
    alone = [s.expression for line in case.argument.lines if not line.relations for s in line.sides]
    for letter, point in zip(letters, points, strict=True):
        is_defined = letter.key in case.sampled.letters.definitions
        written = [letter] if is_defined else [node for node in alone if node is not None]
        if not any(_is_equal(case, node, point) for node in written):
            return False
    return True


def _is_equal(case: Case, node: e.Expression, point: e.Expression) -> bool:
    a, b = case.sampled.values(node), case.sampled.values(point)
    return a is not None and b is not None and equal(a, b)


def _states_mean(case: Case) -> bool:
    """X(tw₁ + (1−t)w₂) − y = tu + (1−t)v, perhaps inside of a norm or a square, is stated."""
    points = _inner_points(case)
    for link in case.stated:
        for side in (link.left, link.right):
            pair = _mean_inside(side.expression) if link.relation == "=" else None
            if pair is not None and all(
                _is_equal(case, node, point)
                for node, point in zip((pair.first, pair.second), points, strict=True)
            ):
                return True
    return False


def _mean_inside(node: e.Expression | None) -> Pair | None:
    while isinstance(node, e.Power | e.Norm):
        node = node.base if isinstance(node, e.Power) else node.operand
    return weighted(node) if node is not None else None


def is_special_map(case: Case, link: Link) -> bool:
    """“ℓ(x) = αx + β … take ℓ(x) = x − b”: a map of the rule, made definite."""
    call = _call(link.left.expression) if link.left.expression is not None else None
    if call is None or link.relation != "=" or not isinstance(call.function, e.Symbol):
        return False
    definition = case.sampled.letters.definitions.get(call.function.key)
    if definition is None or tuple(map(str, call.arguments)) != definition.parameters:
        return False
    letters = [s for s in free_symbols(definition.body) if s.key not in definition.parameters]
    return bool(letters) and case.sampled.is_free(*letters)


def _lines(case: Case) -> Iterator[Line]:
    for one in (*case.earlier, case.argument):
        yield from one.lines


def proves_rule(line: Line) -> bool:
    """Whether a chain is the proof of the rule."""
    nodes = [side.expression for side in line.sides]
    for place in range(1, len(line.relations)):
        before, middle, last = nodes[place - 1 : place + 2]
        is_chain = line.relations[place - 1 : place + 1] == ("=", "≤") and before != middle
        if is_chain and middle is not None and last is not None and _is_step(middle, last):
            return before is not None
    return False


def _is_step(middle: e.Expression, last: e.Expression) -> bool:
    """g(tp + (1−t)q) ≤ tg(p) + (1−t)g(q) with one letter for g."""
    outer = _call(middle)
    inner = outer.arguments[0] if outer is not None else None
    pair = weighted(last)
    if outer is None or not isinstance(inner, e.Add) or len(inner.terms) != 2 or pair is None:
        return False
    ends = [_call(pair.first), _call(pair.second)]
    weights = (pair.weight, factors(last.terms[1])[0]) if isinstance(last, e.Add) else ()
    return len(weights) == 2 and all(
        end is not None
        and end.function == outer.function
        and factors(term) == [weight, *factors(end.arguments[0])]
        for end, term, weight in zip(ends, inner.terms, weights, strict=True)
    )


def _fits(case: Case, line: Line) -> bool:
    """Whether ℓ(tx₁ + (1−t)x₂) has the value tℓ(x₁) + (1−t)ℓ(x₂), or its form if ℓ is any map."""
    calls = [_call(side.expression) for side in line.sides if side.expression is not None]
    insides = [call.arguments[0] for call in calls if call is not None][:2]
    if len(insides) != 2:
        return False
    values = [case.sampled.values(_with_design(node)) for node in insides]
    if values[0] is not None and values[1] is not None:
        return equal(values[0], values[1])
    inner, mean = _call(insides[0]), weighted(insides[1])
    before = weighted(inner.arguments[0]) if inner is not None else None
    if inner is None or mean is None or before is None:
        return False
    ends = [_call(mean.first), _call(mean.second)]
    return before.weight == mean.weight and all(
        end is not None and end.function == inner.function and end.arguments[0] == point
        for end, point in zip(ends, (before.first, before.second), strict=True)
    )


def _with_design(node: e.Expression) -> e.Expression:
    """Xw for aᵀw with any a: a linear map that has values."""
    return rewritten(node, lambda one: e.Symbol("X") if isinstance(one, e.Transpose) else one)


def _names_inner(case: Case) -> bool:
    """Whether x − b, or Xw − y, is written: its square is f."""
    for side in case.sides():
        node = side.expression
        letters = set(free_symbols(node)) if node is not None else set()
        for letter in letters:
            f_there = case.sampled.numbers(e.Call(e.Symbol("f"), (letter,)))
            square = e.Power(e.Norm(node), e.Number(2.0)) if node is not None else None
            if f_there is not None and same(case.sampled.numbers(square), f_there):
                return True
    return False


def _names_other_outer(case: Case) -> bool:
    """g(x) = …, which is not the square."""
    for line in case.argument.lines:
        call = _call(line.sides[0].expression) if line.sides[0].expression is not None else None
        if call is None or line.relations[:1] != ("=",) or call.function == e.Symbol("f"):
            continue
        if not isinstance(call.arguments[0], e.Symbol):
            continue
        square = e.Power(call.arguments[0], e.Number(2.0))
        values = [case.sampled.numbers(node) for node in (square, line.sides[1].expression)]
        is_inner = _is_inner(case, call.arguments[0], line.sides[1].expression)
        if not same(*values) and not is_inner and not _is_any_affine(case, line):
            return True
    return False


def _is_any_affine(case: Case, line: Line) -> bool:
    """ℓ(x) = αx + β, with letters that stand for any numbers."""
    node, call = line.sides[1].expression, line.sides[0].expression
    letter = getattr(_call(call), "arguments", (None,))[0] if call is not None else None
    if node is None or not isinstance(letter, e.Symbol):
        return False
    others = [s for s in free_symbols(node) if s != letter]
    pair, t = case.sampled.pair, case.sampled.pair.weight
    at_first, at_second = (replaced(node, letter, p) for p in (pair.first, pair.second))
    mean = e.Add((e.Multiply(t, pair.first), e.Multiply(one_minus(t), pair.second)))
    chord = e.Add((e.Multiply(t, at_first), e.Multiply(one_minus(t), at_second)))
    at_mean = case.sampled.numbers(replaced(node, letter, mean))
    return case.sampled.is_free(*others) and same(at_mean, case.sampled.numbers(chord))


def _is_inner(case: Case, letter: e.Expression, node: e.Expression | None) -> bool:
    """ℓ(x) = x − b."""
    if node is None:
        return False
    f_there = case.sampled.numbers(e.Call(e.Symbol("f"), (letter,)))
    return same(case.sampled.numbers(e.Power(e.Norm(node), e.Number(2.0))), f_there)


def _call(node: e.Expression) -> e.Call | None:
    node = node.call if isinstance(node, e.Either) else node
    is_one = isinstance(node, e.Call) and len(node.arguments) == 1
    return node if is_one and isinstance(node, e.Call) else None


def _is_outer_gap(case: Case, line: Line) -> bool:
    """An identity for all u and v that is the gap of the claim at the two residuals."""
    if line.stance != "stated" or "=" not in line.relations:
        return False
    points = [_residual(point) for point in (case.sampled.pair.first, case.sampled.pair.second)]
    vectors = _vectors(case, line)
    if len(vectors) != 2:
        return False
    for first, second in permutations(vectors):
        put_in = [
            replaced(replaced(n, first, points[0]), second, points[1]) for n in line.expressions
        ]
        gaps = [node for node in put_in if same(case.sampled.numbers(node), case.gap)]
        has_spelled = any(len(terms(node)) > 2 for node in gaps)
        if has_spelled and any(is_visible(case.sampled, node) for node in gaps):
            return True
    return False


def _residual(point: e.Expression) -> e.Expression:
    return e.Add((e.Multiply(e.Symbol("X"), point), e.Negative(e.Symbol("y"))))


def _is_sum_of_squares(case: Case) -> bool:
    """f(w) = Σ gᵢ(aᵢᵀw) is stated, (a) or (b) is cited, and sums were dealt with."""
    return (
        case.cites_proved
        and words.adds_inequalities(_prose(case))
        and any(
            link.relation == "=" and isinstance(link.right.expression, e.Over)
            for link in case.stated
        )
    )


def _prose(case: Case) -> str:
    return " ".join(one.prose for one in (*case.earlier, case.argument))
