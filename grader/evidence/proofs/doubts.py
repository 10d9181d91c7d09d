"""What speaks against a proof whose chain is right: something unread, assumed, or said wrongly."""

from __future__ import annotations

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import ZERO, Case, groups, is_call, low_high
from grader.evidence.proofs.chains import ORDERS, Link, same
from grader.evidence.proofs.lemmas import is_special_map, proves_rule
from grader.evidence.proofs.lines import Line, Side, announced
from grader.evidence.proofs.symbols import free_symbols
from grader.evidence.proofs.visible import terms
from grader.formulas import expression as e


def doubt(case: Case) -> str | None:
    """Why a certificate does not suffice, or None."""
    if case.argument.unread:
        return "a formula was not read"
    for link in case.links:
        if link.state == "open" and not _may_stay_open(case, link):
            return link.text
        if link.state == "assumed" and not (
            _is_instantiation(case, link) or _is_equality_case(case, link)
        ):
            return link.text
    for line in case.argument.lines:
        for wrong in (_leaves_the_range(case, line), _is_announced_wrongly(case, line)):
            if wrong is not None:
                return wrong
    for side in case.sampled.letters.special:
        if not _is_remark(case, side) and not _is_shift_zero(case, side):
            return side.text
    return _unexplained(case) or words.doubts(case.argument.prose)


def _may_stay_open(case: Case, link: Link) -> bool:
    """Whether a link without values belongs to a rule, its use, or to no step at all."""
    return _is_beside_the_point(link) or proves_rule(link.line) or is_special_map(case, link)


def _unexplained(case: Case) -> str | None:
    """An inequality that is true, and neither a step nor the claim: a slip on the way."""
    for link in case.links:
        sides = low_high(link)
        if link.state != "holds" or link.line.stance == "hypothesis" or sides is None:
            continue
        if _is_other_claim(case, *sides) or _is_other_difference(case, link, *sides):
            return link.text
    return None


def _is_other_claim(case: Case, low: Side, high: Side) -> bool:
    """f(tx₁ + (1−t)x₂) ≤ tf(x₁) + (1 + t)f(x₂)."""
    node = high.expression
    is_sum = node is not None and is_call(node) and len(terms(node)) == 2
    is_claim = same(case.value(low), case.left) and same(case.value(high), case.right)
    return is_sum and low.expression != ZERO and is_call(low.expression) and not is_claim


def _is_other_difference(case: Case, link: Link, low: Side, high: Side) -> bool:
    """0 ≤ a sum of terms that is no multiple of R − L, and no square in its chain."""
    if ZERO not in (low.expression, high.expression):
        return False
    side = high if low.expression == ZERO else low
    value, run = case.value(side), next((r for r in groups(case, link.line) if side in r), [side])
    nodes = [one.expression for one in run if one.expression is not None]
    if value is None or len(nodes) > 1 or len(terms(nodes[0])) < 3:
        return False
    gaps = [sign * case.gap * m for m in case.multipliers() for sign in (1, -1)]
    return not any(same(value * m, gap) for m in case.multipliers() for gap in gaps)


def _is_announced_wrongly(case: Case, line: Line) -> str | None:
    """“RHS − LHS: …”, “the right-hand side is …”, and then something else."""
    node, value = announced(line), case.value(line.sides[0])
    if node is None or value is None or line.stance != "stated":
        return None
    if isinstance(node, e.Add):
        is_right = same(value, case.sampled.numbers(node))
    else:  # of any inequality on the way
        members = [case.value(s) for k in case.stated for s in (k.left, k.right)]
        others = [case.value(s) for k in case.stated if k.line is line for s in (k.left, k.right)]
        known = [m for m in members if not any(m is other for other in others)]
        is_right = any(same(value, one) for one in (case.left, case.right, *known))
    return None if is_right else f"{line.before[-40:]} {line.sides[0].text}".strip()


def _is_beside_the_point(link: Link) -> bool:
    """f(x) = x², the definition of convexity, and such: said again, and not used."""
    return link.line.stance != "stated" and is_call(link.left.expression)


def _is_instantiation(case: Case, link: Link) -> bool:
    """“Use this at x = x₁”, “(a) is the case b = 0”; not an assumption such as x₁ > x₂."""
    node = link.left.expression
    if not isinstance(node, e.Symbol):
        return False
    if link.relation in ORDERS:  # “s² increases for s ≥ 0”, where s is none of the points
        return isinstance(link.right.expression, e.Number) and _is_dummy(case, node)
    if link.relation != "=":
        return False
    is_shift = _is_shift_zero(case, link.left)
    return node.key in case.sampled.letters.free or node.key in ("i", "j", "k") or is_shift


def _is_equality_case(case: Case, link: Link) -> bool:
    """“For t = 0 or t = 1 both sides are the same”, “if x₁ = x₂ there is equality”."""
    if link.relation != "=" or not words.is_equality_case(link.line.before):
        return False
    left, right = link.left.expression, link.right.expression
    is_end = right in (e.Number(0.0), e.Number(1.0)) and isinstance(left, e.Symbol)
    if is_end and isinstance(left, e.Symbol) and left.key in case.sampled.letters.weights:
        return True
    return {left, right} == {case.sampled.pair.first, case.sampled.pair.second}


def _is_dummy(case: Case, letter: e.Symbol) -> bool:
    """Whether a letter stands in no step of the proof."""
    used = [s for k in case.links if k.state == "holds" for s in (k.left, k.right)]
    return letter.key in case.sampled.letters.free and not any(
        symbol.key == letter.key
        for side in used
        if side.expression is not None
        for symbol in free_symbols(side.expression)
    )


def _is_shift_zero(case: Case, side: Side) -> bool:
    """“(a) is the case b = 0”; the formulas of the proof were checked for any b all the same."""
    return case.item == "3b.proof" and side.expression == e.Symbol("b")


def _is_remark(case: Case, side: Side) -> bool:
    """“Equality holds iff t = 0”, or b = yᵢ."""
    line = next(line for line in case.argument.lines if side in line.sides)
    return words.is_equality_case(line.before) or words.is_special_case_of_b(case.argument.prose)


def _leaves_the_range(case: Case, line: Line) -> str | None:
    """t ∈ [1, 2]: a range that is not that of the definition."""
    for place, relation in enumerate(line.relations):
        interval, node = (side.expression for side in (line.sides[place + 1], line.sides[place]))
        is_weight = isinstance(node, e.Symbol) and node.key in case.sampled.letters.weights
        if relation == "∈" and is_weight and interval == e.Symbol("ℝ"):
            return f"{line.sides[place].text} ∈ {line.sides[place + 1].text}"
        if relation != "∈" or not isinstance(interval, e.Interval):
            continue
        low, high = case.sampled.numbers(interval.low), case.sampled.numbers(interval.high)
        if low is None or high is None or float(low[0]) != 0.0 or float(high[0]) != 1.0:
            return f"{line.sides[place].text} ∈ {line.sides[place + 1].text}"
    return None
