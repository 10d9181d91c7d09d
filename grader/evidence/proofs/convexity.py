"""3a.proof, 3b.proof, 3c.proof: is this a proof of convexity from the definition?

    correct     every formula was read, every link holds, a certificate was found (`certificates`),
                and no word casts doubt on it
    incorrect   for a definite reason only: a false link on the way to the inequality, special
                values instead of all, the claim itself and nothing more, a criterion without proof
    review      everything else, with what was verified
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np

from grader.evidence.proofs import words
from grader.evidence.proofs.certificates import (
    Case,
    difference,
    equivalence,
    is_call,
    low_high,
    square,
)
from grader.evidence.proofs.chains import IGNORED, Link, Sampled, links, same, worst
from grader.evidence.proofs.instances import instances
from grader.evidence.proofs.lines import Argument, Line, Side, argument
from grader.evidence.proofs.rewriting import with_primed_points
from grader.evidence.proofs.steps import steps
from grader.evidence.proofs.symbols import (
    free_symbols,
    left_side,
    right_side,
)
from grader.evidence.proofs.visible import terms
from grader.evidence.written import quotes_of
from grader.formulas import expression as e
from grader.formulas.values import Array
from grader.model import Answers, Evidence, Finding, ItemId, Part, Passage
from reference import problem3

ITEMS: Final = ("3a.proof", "3b.proof", "3c.proof")

CERTIFICATES: Final[dict[str, Callable[[Case], bool]]] = {
    "difference": difference,
    "equivalence": equivalence,
    "square": square,
    "steps": steps,
}

Known: TypeAlias = dict[str, Finding | None]
"""Findings about the proofs of one submission: (c) asks whether (a) was proved."""


def judge(item: ItemId, answers: Answers, known: Known | None = None) -> Evidence | None:
    """Evidence for a proof item; None for other items and for answers without any words."""
    if item not in ITEMS or Part(item.partition(".")[0]) not in answers.written:
        return None
    finding = verdict(item, answers, known if known is not None else {})
    if finding is None:
        return None
    quotes = quotes_of(item, answers) if finding.holds is None else ()
    return Evidence(item, True, (finding,), quotes)


def verdict(item: str, answers: Answers, known: Known | None = None) -> Finding | None:
    """What is known about one proof."""
    known = known if known is not None else {}
    if item not in known:
        known[item] = _verdict(item, answers, known)
    return known[item]


def _verdict(item: str, answers: Answers, known: Known) -> Finding | None:
    part = Part(item.partition(".")[0])
    found = argument(part, answers)
    if found is None or not (found.lines or found.prose.strip()):
        return None
    shared = _shared_with(part, answers)
    if shared == Part("3b") and words.is_special_case_of_b(found.prose):
        return verdict("3b.proof", answers, known)
    return _decided(_case(item, found, answers, known), answers, is_shared=shared is not None)


def _shared_with(part: Part, answers: Answers) -> Part | None:
    """Another proof part with the same text: (a) and (b) were answered together."""
    own = answers.written[part].passages
    for other in (Part("3a"), Part("3b"), Part("3c")):
        if other != part and other in answers.written and answers.written[other].passages == own:
            return other
    return None


# ---------------------------------------------------------------- the case


def _case(item: str, found: Argument, answers: Answers, known: Known) -> Case:
    found = _with_primes(item, found)
    sampled = Sampled(item, found.lines, _earlier_lines(item, answers))
    pair = sampled.pair
    weight = sampled.numbers(pair.weight)
    left, right = sampled.numbers(left_side(pair)), sampled.numbers(right_side(pair))
    nothing = np.full(len(instances()), np.nan)
    return Case(
        item, found, sampled, tuple(links(sampled)),
        nothing if left is None else left,
        nothing if right is None else right,
        nothing if weight is None else weight,
        _cites_proved(item, found, answers, known),
    )  # fmt: skip


def _earlier_lines(item: str, answers: Answers) -> list[Line]:
    """What was written under the parts before."""
    parts = {"3b.proof": ("3a",), "3c.proof": ("3a", "3b")}.get(item, ())
    arguments = [argument(Part(part), answers) for part in parts]
    return [line for found in arguments if found is not None for line in found.lines]


def _with_primes(item: str, found: Argument) -> Argument:
    """x′ read as a point in (a) and (b), and in (c) where w′ stands beside w with weights."""
    if item == "3c.proof":
        return found
    lines = tuple(replace(line, sides=tuple(map(_primed, line.sides))) for line in found.lines)
    return replace(found, lines=lines)


def _primed(side: Side) -> Side:
    if side.expression is None:
        return side
    return replace(side, expression=with_primed_points(side.expression))


def _cites_proved(item: str, found: Argument, answers: Answers, known: Known) -> bool:
    """Whether (a), or (b) as well for (c), is cited and proved."""
    if item == "3a.proof" or not words.cites_earlier(item, found.prose):
        return False
    if _shared_with(Part(item.partition(".")[0]), answers) is not None:
        return False
    earlier = ["3a.proof"] if item == "3b.proof" else ["3a.proof", "3b.proof"]
    findings = [verdict(one, answers, known) for one in earlier if one[:2] in answers.written]
    return any(finding is not None and finding.holds is True for finding in findings)


# ---------------------------------------------------------------- the decision


def _decided(case: Case, answers: Answers, *, is_shared: bool) -> Finding:
    certificate = next((name for name, check in CERTIFICATES.items() if check(case)), None)
    failed = [k for k in case.links if k.state == "fails"]
    doubt = _doubt(case)
    if certificate is not None and not failed and doubt is None:
        return Finding(True, f"proof-by-{certificate}", details=_verified(case))
    if certificate is None and not is_shared:
        reason = _wrong(case, answers)
        if reason is not None:
            return reason
    return _review(case, certificate, failed, doubt)


def _verified(case: Case) -> dict[str, str]:
    held = sum(link.state == "holds" for link in case.links)
    noun = "step" if held == 1 else "steps"
    return {"verified": f"{held} {noun}" if held else "", "instances": str(len(instances()))}


def _review(
    case: Case, certificate: str | None, failed: Sequence[Link], doubt: str | None
) -> Finding:
    details = _verified(case)
    if failed:
        details |= _witness(case, failed[0])
        return Finding(None, "proof-with-a-false-step", details=details)
    if case.argument.unread or any(k.state == "open" for k in case.links):
        details |= _open(case)
        return Finding(None, "proof-not-read-to-its-end", details=details)
    if certificate is not None:
        return Finding(None, "proof-reason-to-check", details=details | {"reason": doubt or ""})
    return Finding(None, "proof-not-certified", details=details)


def _open(case: Case) -> dict[str, str]:
    for link in case.links:
        if link.state == "open":
            return {"found": link.text, "where": link.left.where}
    return {"where": case.argument.unread[0]}


# ---------------------------------------------------------------- doubts about a certified proof


def _doubt(case: Case) -> str | None:
    """Why a certificate does not suffice, or None."""
    if case.argument.unread:
        return "a formula was not read"
    for link in case.links:
        if link.state == "open" and not _is_beside_the_point(case, link):
            return link.text
        if link.state == "assumed" and not _is_instantiation(case, link):
            return link.text
    for line in case.argument.lines:
        if (outside := _leaves_the_range(case, line)) is not None:
            return outside
    for side in case.sampled.letters.special:
        if not _is_remark(case, side):
            return side.text
    return words.doubts(case.argument.prose)


def _is_beside_the_point(case: Case, link: Link) -> bool:
    """f(x) = x², the definition of convexity, and such: said again, and not used."""
    return link.line.stance != "stated" and is_call(link.left.expression)


def _is_instantiation(case: Case, link: Link) -> bool:
    """“Use this at x = x₁”, “(a) is the case b = 0”; not an assumption such as x₁ > x₂."""
    node = link.left.expression
    if link.relation != "=" or not isinstance(node, e.Symbol):
        return False
    is_general = words.is_special_case_of_b(case.argument.prose)
    return node.key in case.sampled.letters.free or node.key in ("i", "j", "k") or is_general


def _is_remark(case: Case, side: Side) -> bool:
    """“Equality holds iff t = 0”, or b = yᵢ."""
    line = next(line for line in case.argument.lines if side in line.sides)
    return words.is_equality_case(line.before) or words.is_special_case_of_b(case.argument.prose)


def _leaves_the_range(case: Case, line: Line) -> str | None:
    """t ∈ [1, 2]: a range that is not that of the definition."""
    for place, relation in enumerate(line.relations):
        interval = line.sides[place + 1].expression
        if relation != "∈" or not isinstance(interval, e.Interval):
            continue
        low, high = case.sampled.numbers(interval.low), case.sampled.numbers(interval.high)
        if low is None or high is None or float(low[0]) != 0.0 or float(high[0]) != 1.0:
            return f"{line.sides[place].text} ∈ {line.sides[place + 1].text}"
    return None


# ---------------------------------------------------------------- definite reasons against


def _wrong(case: Case, answers: Answers) -> Finding | None:
    checks = (
        _false_step, _special_values, _criterion, _circular, _rules, _picture, _only_the_claim,
    )  # fmt: skip
    return next((found for check in checks if (found := check(case, answers)) is not None), None)


def _false_step(case: Case, _: Answers) -> Finding | None:
    """A link on the way that fails, and is not mended by a later chain from L to R."""
    for link in case.links:
        if link.state != "fails" or link.line.stance != "stated" or not _is_on_the_way(case, link):
            continue
        if _is_mended(case, link):
            return None
        details = _witness(case, link)
        mistake = _misconception(case, link)
        return Finding(False, "proof-false-step", misconception=mistake, details=details)
    return None


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


def _witness(case: Case, link: Link) -> dict[str, str]:
    """The link with its numbers on the instance where it fails most clearly."""
    number = worst(case.sampled, link)
    i = instances()[number]
    values = [case.sampled.values(side.expression) for side in (link.left, link.right)]
    shown = [_shown(value[number]) if value is not None else "" for value in values]
    details = {"found": link.text, "where": link.left.where, "at": _place(case, i)}
    if all(shown):
        details |= {"left": shown[0], "right": shown[1]}
    return details


def _place(case: Case, i: problem3.Instance) -> str:
    if case.item == "3c.proof":
        return f"with random X of size {i.n} × {i.d} and t = {i.t:g}"
    shift = f", b = {i.b:g}" if case.item == "3b.proof" else ""
    return f"at t = {i.t:g}, first point {i.x1:g}, second point {i.x2:g}{shift}"


def _shown(value: float | Array) -> str:
    return f"{value:.4g}" if isinstance(value, float) else ""


def _misconception(case: Case, link: Link) -> str | None:
    """The mistake of the reference that leads to the same numbers as the false member."""
    value = case.value(link.right)
    if value is None:
        return None
    candidates = (case.right - value, value, -value, value - case.right)
    for mistake in problem3.MISCONCEPTIONS:
        if case.item not in mistake.items:
            continue
        numbers = np.array([float(np.sum(mistake.expected(i))) for i in instances()])  # type: ignore[arg-type]
        if any(same(numbers, candidate) for candidate in candidates):
            return mistake.id
    return None


def _special_values(case: Case, _: Answers) -> Finding | None:
    """An example, or t = ½, and nothing for all t."""
    if _has_general_line(case) or not case.argument.lines:
        return None
    special = case.sampled.letters.special
    numeric = [line for line in case.argument.lines if _is_numeric(line)]
    if special and (len(special) > 1 or _is_weight_or_shift(special[0]) or numeric):
        details = {"found": _assigned(case, special[0]), "where": special[0].where}
        return Finding(False, "proof-special-values", details=details)
    return None


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
            if side.expression is not None and _mentions_weight(case, side.expression):
                if len(line.sides) > 1 and len({s.key for s in free_symbols(side.expression)}) > 1:
                    return True
    return False


def _mentions_weight(case: Case, node: e.Expression) -> bool:
    return any(s.key in case.sampled.letters.weights for s in free_symbols(node))


def _criterion(case: Case, answers: Answers) -> Finding | None:
    """f'' > 0 or a Hessian, and neither the definition nor a proof of the criterion."""
    if _has_general_line(case) or not _uses_criterion(case):
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
    return any(
        isinstance(node, e.Prime) and node.order == 2
        for line in case.argument.lines
        for side in line.sides
        if side.expression is not None
        for node in side.expression.walk()
    )


def _first_place(case: Case) -> str:
    return case.argument.lines[0].where if case.argument.lines else ""


def _circular(case: Case, _: Answers) -> Finding | None:
    """Jensen's inequality as the reason: it presupposes that the function is convex."""
    if not words.cites_jensen(case.argument.prose) or _is_expanded(case):
        return None
    return Finding(False, "proof-circular", details={"where": _first_place(case)})


def _rules(case: Case, answers: Answers) -> Finding | None:
    """“A convex function of an affine one is convex”, without a proof of that rule."""
    if not words.cites_composition(case.argument.prose) or _has_general_line(case):
        return None
    if any(words.speaks_of_proof(passage.text) for passage in _where_proofs_stand(answers)):
        return None
    return Finding(False, "proof-by-unproved-rule", details={"where": _first_place(case)})


def _picture(case: Case, _: Answers) -> Finding | None:
    """The shape of the graph, or “it is well known”, and no inequality."""
    if any(line.relations and set(line.relations) - IGNORED for line in case.argument.lines):
        return None
    if words.describes_picture(case.argument.prose):
        return Finding(False, "proof-by-picture")
    is_bare = words.only_asserts(case.argument.prose)
    return Finding(False, "proof-asserted") if is_bare else None


def _only_the_claim(case: Case, _: Answers) -> Finding | None:
    """L ≤ R, perhaps with f written out, without a calculation and without a reason."""
    claims = [k for k in case.links if k.state == "holds" and _is_claim(case, k)]
    if not claims or _is_expanded(case) or words.gives_reasons(case.argument.prose):
        return None
    if not all(_belongs_to_claim(case, k) for k in case.links):
        return None
    details = {"found": claims[0].text, "where": claims[0].left.where}
    return Finding(False, "proof-only-the-claim", details=details)


def _is_claim(case: Case, link: Link) -> bool:
    sides = low_high(link)
    if sides is None:
        return False
    low, high = (case.value(side) for side in sides)
    return same(low, case.left) and same(high, case.right)


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
    return len(written) <= 1 and (is_plain or _is_range(case, link))


def _is_range(case: Case, link: Link) -> bool:
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
