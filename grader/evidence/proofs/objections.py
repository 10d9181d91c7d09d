"""Definite reasons against a proof: what makes it incorrect, and not only unproved.

Each check returns a finding with the student's own formula, its place, and, for a false step, the
numbers. A chain that is merely without a certificate is no reason: it goes to a TA.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import Case, is_call, is_claim
from grader.evidence.proofs.chains import IGNORED, Link, same
from grader.evidence.proofs.crossterms import cross_term, false_difference, has_own_f
from grader.evidence.proofs.lines import Line, Side
from grader.evidence.proofs.symbols import free_symbols
from grader.evidence.proofs.visible import terms
from grader.evidence.proofs.witnesses import misconception, witness
from grader.formulas import expression as e
from grader.model import Answers, Finding, Part, Passage


def objection(case: Case, answers: Answers) -> Finding | None:
    """The first definite reason against a proof without a certificate."""
    if _has_picture(case, answers):
        return None
    checks = (
        _false_step, _false_difference, _cross_term, _special_values, _special_point, _criterion,
        _circular, _assumes_convexity, _rules, _picture, _only_the_claim,
    )  # fmt: skip
    return next((found for check in checks if (found := check(case, answers)) is not None), None)


def _false_step(case: Case, _: Answers) -> Finding | None:
    """A link on the way that fails, and is not mended by a later chain from L to R."""
    if has_own_f(case) or words.is_indirect(case.argument.prose) or _orders_points(case):
        return None
    for link in case.links:
        if link.state != "fails" or link.line.stance != "stated" or not _is_on_the_way(case, link):
            continue
        if _is_mended(case, link):
            return None
        details = witness(case, link)
        mistake = misconception(case, link)
        return Finding(False, "proof-false-step", misconception=mistake, details=details)
    return None


def _orders_points(case: Case) -> bool:
    """“Let x₁ < x₂”: steps may hold for points in this order only."""
    points = (case.sampled.pair.first, case.sampled.pair.second)
    return any(
        relation in "<>≤≥" and {left.expression, right.expression} == set(points)
        for line in case.argument.lines
        for relation, left, right in zip(line.relations, line.sides, line.sides[1:], strict=False)
    )


def _false_difference(case: Case, _: Answers) -> Finding | None:
    """What is called the difference of both sides is another one."""
    return None if words.is_indirect(case.argument.prose) else false_difference(case)


def _cross_term(case: Case, _: Answers) -> Finding | None:
    """The squares are bounded, and the mixed term is not spoken of."""
    return None if _hides_something(case) else cross_term(case)


def _has_picture(case: Case, answers: Answers) -> bool:
    """Whether a part of the answer may be in a picture."""
    answer = answers.written.get(Part(case.item.partition(".")[0]))
    texts = [passage.text for passage in answer.passages] if answer is not None else []
    return any(words.shows_picture(text) for text in texts)


def _hides_something(case: Case) -> bool:
    """Whether a formula that was not read may hold what seems to be missing."""
    texts = [s.text for line in case.argument.lines for s in line.sides if s.expression is None]
    return bool(case.argument.unread) or any(words.has_weights(text) for text in texts)


def _is_on_the_way(case: Case, link: Link) -> bool:
    """Whether the chain has to do with L, R or their difference."""
    targets = (case.left, case.right, case.gap, -case.gap)
    for side in link.line.sides:
        value = case.value(side)
        if value is not None and any(same(value, target) for target in targets):
            return True
        if side.expression is not None and is_call(side.expression):
            return True
    return False


def _is_mended(case: Case, link: Link) -> bool:
    """Whether a later line leads from L to R or states the true gap, with all its links true."""
    bad = {k.number for k in case.links if k.state != "holds"}
    for later in case.links:
        if later.number <= link.number or later.number in bad:
            continue
        values = [case.value(side) for side in later.line.sides]
        if len(values) > 2 and any(same(v, case.left) for v in values):
            return True
        if any(same(v, case.gap) for v in values):
            return True
    return False


def _special_values(case: Case, _: Answers) -> Finding | None:
    """An example, or t = ½, and nothing for all t."""
    if _has_general_line(case) or not case.argument.lines or _hides_something(case):
        return None
    special = case.sampled.letters.special
    numeric = [line for line in case.argument.lines if _is_numeric(line)]
    if special and (len(special) > 1 or _is_weight_or_shift(special[0]) or numeric):
        details = {"found": _assigned(case, special[0]), "where": special[0].where}
        return Finding(False, "proof-special-values", details=details)
    return None


def _special_point(case: Case, _: Answers) -> Finding | None:
    """“Assume x₂ = 0”, and no line with both points."""
    if _hides_something(case) or words.moves_points(case.argument.prose):
        return None
    point = next((side for side in _numbered_points(case)), None)
    if point is None or any(_has_both_points(case, side) for side in _sides(case)):
        return None
    details = {"found": _assigned(case, point), "where": point.where}
    return Finding(False, "proof-special-values", details=details)


def _sides(case: Case) -> Iterator[Side]:
    return (side for line in case.argument.lines for side in line.sides)


def _numbered_points(case: Case) -> Iterator[Side]:
    """The points that are set to a number, also by assumption."""
    points = (case.sampled.pair.first, case.sampled.pair.second)
    for line in case.argument.lines:
        if line.relations == ("=",) and line.sides[0].expression in points:
            number = line.sides[1].expression
            if isinstance(number, e.Number):
                yield line.sides[0]


def _has_both_points(case: Case, side: Side) -> bool:
    """Whether a member depends on both points, or on one and something that is defined by them."""
    points = (case.sampled.pair.first, case.sampled.pair.second)
    found = set(free_symbols(side.expression)) if side.expression is not None else set()
    definitions = case.sampled.letters.definitions
    has_own_letters = any(one.key in definitions for one in found if one not in points)
    return has_own_letters or all(point in found for point in points)


def _is_weight_or_shift(side: Side) -> bool:
    return isinstance(side.expression, e.Symbol) and side.expression.key in ("t", "lambda", "theta")


def _assigned(case: Case, side: Side) -> str:
    line = next(line for line in case.argument.lines if side in line.sides)
    place = line.sides.index(side)
    return f"{side.text} {line.relations[place]} {line.sides[place + 1].text}"


def _is_numeric(line: Line) -> bool:
    nodes = [s.expression for s in line.sides]
    return bool(line.relations) and all(n is not None and not list(free_symbols(n)) for n in nodes)


def _has_general_line(case: Case) -> bool:
    """Whether some line speaks of the weights and both points."""
    for line in case.argument.lines:
        for side in line.sides:
            value = case.value(side)
            targets = (case.left, case.right, case.gap, -case.gap)
            if value is not None and any(same(value, target) for target in targets):
                return True
            if len(line.sides) > 1 and _mentions_weight_and_more(case, side.expression):
                return True
    return False


def _mentions_weight_and_more(case: Case, node: e.Expression | None) -> bool:
    keys = {s.key for s in free_symbols(node)} if node is not None else set()
    return len(keys) > 1 and any(key in case.sampled.letters.weights for key in keys)


def _criterion(case: Case, answers: Answers) -> Finding | None:
    """f'' > 0 or a Hessian, and neither the definition nor a proof of the criterion."""
    if _has_general_line(case) or _hides_something(case) or not _uses_criterion(case):
        return None
    if any(words.speaks_of_proof(passage.text) for passage in _where_proofs_stand(answers)):
        return None
    return Finding(False, "proof-by-unproved-criterion", details={"where": _first_place(case)})


def _where_proofs_stand(answers: Answers) -> Iterator[Passage]:
    """The text of 3(a)–(c), and what belongs to no part: a lemma at the beginning."""
    yield from answers.unplaced
    for part in ("3a", "3b", "3c"):
        if (answer := answers.written.get(Part(part))) is not None:
            yield from answer.passages


def _uses_criterion(case: Case) -> bool:
    if words.cites_criterion(case.argument.prose):
        return True
    texts = [side.text for line in case.argument.lines for side in line.sides]
    if any(words.writes_hessian(text) for text in texts):
        return True
    return any(
        isinstance(node, e.Prime) and node.order == 2
        for line in case.argument.lines
        for whole in line.expressions
        for node in whole.walk()
    )


def _first_place(case: Case) -> str:
    return case.argument.lines[0].where if case.argument.lines else ""


def _circular(case: Case, _: Answers) -> Finding | None:
    """Jensen's inequality as the reason: it presupposes that the function is convex."""
    if not words.cites_jensen(case.argument.prose) or _hides_something(case):
        return None
    if _is_expanded(case):
        return None
    return Finding(False, "proof-circular", details={"where": _first_place(case)})


def _assumes_convexity(case: Case, _: Answers) -> Finding | None:
    """“Since f is convex” in (a), or “assume f is convex”, and nothing that is calculated."""
    prose = case.argument.prose
    is_reason = case.item == "3a.proof" and words.assumes_convexity(prose)
    is_reason = is_reason and not words.is_indirect(prose)
    if not is_reason and not _begins_with_convexity(case):
        return None
    if _hides_something(case) or _is_expanded(case) or words.contradicts(prose):
        return None
    return Finding(False, "proof-assumes-convexity", details={"where": _first_place(case)})


def _begins_with_convexity(case: Case) -> bool:
    """“Assume f is convex, then f(tx₁ + …) ≤ …”, with the f of this part."""
    prose = case.argument.prose
    if not words.begins_with_convexity(prose) or words.cites_earlier(case.item, prose):
        return False
    assumed = [
        line.sides[0].expression
        for line in case.argument.lines
        if not line.relations
        and re.search(r"\b(?:assum|suppos)\w+(?: that)?\W*$", line.before, re.I)
    ]
    return all(node == e.Symbol("f") for node in assumed)


def _rules(case: Case, answers: Answers) -> Finding | None:
    """“A convex function of an affine one is convex”, without a proof of that rule."""
    if not words.cites_composition(case.argument.prose) or _hides_something(case):
        return None
    if _has_general_line(case):
        return None
    if any(words.speaks_of_proof(passage.text) for passage in _where_proofs_stand(answers)):
        return None
    return Finding(False, "proof-by-unproved-rule", details={"where": _first_place(case)})


def _picture(case: Case, _: Answers) -> Finding | None:
    """The shape of the graph, or “it is well known”, and no inequality."""
    if any(line.relations and set(line.relations) - IGNORED for line in case.argument.lines):
        return None
    if _hides_something(case):
        return None
    if words.describes_picture(case.argument.prose):
        return Finding(False, "proof-by-picture")
    is_bare = words.only_asserts(case.argument.prose)
    return Finding(False, "proof-asserted") if is_bare else None


def _only_the_claim(case: Case, _: Answers) -> Finding | None:
    """L ≤ R, perhaps with f written out, without a calculation and without a reason."""
    claims = [k for k in case.links if k.state == "holds" and is_claim(case, k)]
    if (
        not claims
        or _is_expanded(case)
        or _hides_something(case)
        or words.gives_reasons(case.argument.prose)
    ):
        return None
    if not all(_belongs_to_claim(case, k) for k in case.links):
        return None
    details = {"found": claims[0].text, "where": claims[0].left.where}
    return Finding(False, "proof-only-the-claim", details=details)


def _belongs_to_claim(case: Case, link: Link) -> bool:
    """Whether a link only says what L or R is, in one way."""
    if link.line.relations and set(link.line.relations) <= IGNORED:
        return True
    written = {
        side.expression
        for line in case.argument.lines
        for side in line.sides
        if side.expression is not None and not is_call(side.expression)
        and same(case.value(side), case.left)
    }  # fmt: skip
    values = (case.value(link.left), case.value(link.right))
    known = (case.left, case.right)
    is_plain = all(v is not None and any(same(v, one) for one in known) for v in values)
    return len(written) <= 1 and (is_plain or _is_range(link))


def _is_range(link: Link) -> bool:
    nodes = (link.left.expression, link.right.expression)
    return all(isinstance(node, e.Symbol | e.Number) for node in nodes)


def _is_expanded(case: Case) -> bool:
    """Whether a square was multiplied out, or a difference formed, anywhere."""
    for line in case.argument.lines:
        for side in line.sides:
            node, value = side.expression, case.value(side)
            if node is None or value is None:
                continue
            if any(same(value, one) for one in (case.gap, -case.gap)):
                return True
            if same(value, case.left) and len(terms(node)) > 2:
                return True
            if same(value, case.right) and len(terms(node)) > 2:
                return True
    return False
