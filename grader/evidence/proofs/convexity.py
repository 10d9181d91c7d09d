"""3a.proof, 3b.proof, 3c.proof: is this a proof of convexity from the definition?

correct     every formula was read, every link holds, a certificate was found (`certificates`),
            and no word casts doubt on it
incorrect   for a definite reason only: a false link on the way to the inequality, special
            values instead of all, the claim itself and nothing more, a criterion without proof
review      everything else, with what was verified
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from grader.evidence.proofs import words
from grader.evidence.proofs.cauchy import cauchy
from grader.evidence.proofs.certificates import (
    Case,
    difference,
    equivalence,
    is_call,
    square,
)
from grader.evidence.proofs.chains import ORDERS, Link, Sampled, links, same, untangled
from grader.evidence.proofs.instances import instances
from grader.evidence.proofs.lemmas import composition, identity, is_special_map, proves_rule
from grader.evidence.proofs.lines import Argument, Line, Side, announced, argument, preface
from grader.evidence.proofs.objections import objection
from grader.evidence.proofs.reductions import (
    affine_part,
    components,
    quadratic_part,
    substitution,
)
from grader.evidence.proofs.repeated import with_repeated
from grader.evidence.proofs.rewriting import with_calls, with_primed_points
from grader.evidence.proofs.steps import steps
from grader.evidence.proofs.symbols import (
    free_symbols,
    function_names,
    left_side,
    right_side,
)
from grader.evidence.proofs.tangents import tangents
from grader.evidence.proofs.witnesses import witness
from grader.evidence.written import quotes_of
from grader.formulas import expression as e
from grader.model import Answers, Evidence, Finding, ItemId, Part

ITEMS: Final = ("3a.proof", "3b.proof", "3c.proof")

_REF: Final = re.compile(r"\\(?:eq|auto|c|C|name)?ref\s*\{([^{}]*)\}")
_LABEL: Final = re.compile(r"\\label\s*\{([^{}]*)\}")

CERTIFICATES: Final[dict[str, Callable[[Case], bool]]] = {
    "difference": difference,
    "equivalence": equivalence,
    "square": square,
    "steps": steps,
    "substitution": substitution,
    "affine": affine_part,
    "quadratic-part": quadratic_part,
    "identity": identity,
    "components": components,
    "cauchy": cauchy,
    "tangents": tangents,
    "composition": composition,
}


@dataclass
class Known:
    """What was found so far about one submission: (c) asks whether (a) was proved.

    Attributes:
        findings: by item.
        arguments: by part, the empty part being what stands before all parts.
    """

    findings: dict[str, Finding | None] = field(default_factory=dict)
    arguments: dict[str, Argument | None] = field(default_factory=dict)

    def argument(self, part: str, answers: Answers) -> Argument | None:
        """The argument under a part, read once."""
        if part not in self.arguments:
            found = argument(Part(part), answers) if part else preface(answers)
            self.arguments[part] = found
        return self.arguments[part]


def judge(item: ItemId, answers: Answers, known: Known | None = None) -> Evidence | None:
    """Evidence for a proof item; None for other items and for answers without any words."""
    if item not in ITEMS or Part(item.partition(".")[0]) not in answers.written:
        return None
    finding = verdict(item, answers, known)
    if finding is None:
        return None
    quotes = quotes_of(item, answers) if finding.holds is None else ()
    return Evidence(item, True, (finding,), quotes)


def verdict(item: str, answers: Answers, known: Known | None = None) -> Finding | None:
    """What is known about one proof."""
    known = known if known is not None else Known()
    if item not in known.findings:
        known.findings[item] = _verdict(item, answers, known)
    return known.findings[item]


def _verdict(item: str, answers: Answers, known: Known) -> Finding | None:
    part = Part(item.partition(".")[0])
    found = known.argument(part, answers)
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
    before = _earlier(item, answers, known)
    earlier = [line for one in before.values() for line in one.lines]
    found = with_repeated(item, _with_calls(found, earlier), earlier)
    sampled = Sampled(item, found.lines, earlier)
    if (lines := untangled(sampled)) is not None:
        found = replace(found, lines=tuple(lines))
        sampled = Sampled(item, found.lines, earlier)
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
        tuple(one for part, one in before.items() if _may_count(part, item, answers, known)),
    )  # fmt: skip


def _earlier(item: str, answers: Answers, known: Known) -> dict[str, Argument]:
    """What was written before all parts, and under the parts before."""
    parts = {"3b.proof": ("3a",), "3c.proof": ("3a", "3b")}.get(item, ())
    arguments = {part: known.argument(part, answers) for part in ("", *parts)}
    return {part: found for part, found in arguments.items() if found is not None}


def _may_count(part: str, item: str, answers: Answers, known: Known) -> bool:
    """Whether what was written before is another text, in which no mistake was found."""
    if not part:
        return True
    if _shared_with(Part(item.partition(".")[0]), answers) is not None:
        return False
    finding = verdict(f"{part}.proof", answers, known)
    return finding is None or finding.holds is not False


def _with_calls(found: Argument, earlier: Sequence[Line]) -> Argument:
    """p(u) as a value of p, where the student defined a function p(w) = …."""
    names = function_names([*earlier, *found.lines])
    if not names:
        return found
    lines = tuple(
        replace(line, sides=tuple(_with_calls_in(side, names) for side in line.sides))
        for line in found.lines
    )
    return replace(found, lines=lines)


def _with_calls_in(side: Side, names: frozenset[str]) -> Side:
    if side.expression is None:
        return side
    return replace(side, expression=with_calls(side.expression, names))


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
    """Whether (a), or (b) as well for (c), is cited, and no mistake was found in its proof.

    What the homework asks to prove first may be used next, also while a person looks at its proof.
    """
    if item == "3a.proof":
        return False
    if not words.cites_earlier(item, found.prose) and not _refers_back(item, answers):
        return False
    if _shared_with(Part(item.partition(".")[0]), answers) is not None:
        return False
    earlier = ["3a.proof"] if item == "3b.proof" else ["3a.proof", "3b.proof"]
    findings = [verdict(one, answers, known) for one in earlier if one[:2] in answers.written]
    return any(finding is not None and finding.holds is not False for finding in findings)


def _refers_back(item: str, answers: Answers) -> bool:
    """Whether a reference points to a label in an earlier part."""
    labels: set[str] = set()
    for part in ("3a", "3b", "3c"):
        answer = answers.written.get(Part(part))
        text = "\n".join(p.text for p in answer.passages) if answer is not None else ""
        if item.startswith(part):
            return bool(labels & set(_REF.findall(text)))
        labels |= set(_LABEL.findall(text))
    return False


# ---------------------------------------------------------------- the decision


def _decided(case: Case, answers: Answers, *, is_shared: bool) -> Finding:
    certificate = next((name for name, check in CERTIFICATES.items() if check(case)), None)
    failed = [k for k in case.links if k.state == "fails"]
    doubt = _doubt(case)
    if certificate is not None and not failed and doubt is None:
        return Finding(True, f"proof-by-{certificate}", details=_verified(case))
    if certificate is None and not is_shared:
        reason = objection(case, answers)
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
    failed = [link for link in failed if link.line.stance == "stated"]
    if failed:
        details |= witness(case, failed[0])
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
    return words.doubts(case.argument.prose)


def _may_stay_open(case: Case, link: Link) -> bool:
    """Whether a link without values belongs to a rule, its use, or to no step at all."""
    return _is_beside_the_point(link) or proves_rule(link.line) or is_special_map(case, link)


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
