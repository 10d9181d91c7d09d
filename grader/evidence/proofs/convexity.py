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
    square,
)
from grader.evidence.proofs.chains import Link, Sampled, links, untangled
from grader.evidence.proofs.doubts import doubt
from grader.evidence.proofs.instances import instances
from grader.evidence.proofs.lemmas import composition, identity
from grader.evidence.proofs.lines import Argument, Line, Side, argument, preface
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
    function_names,
    left_side,
    right_side,
)
from grader.evidence.proofs.tangents import tangents
from grader.evidence.proofs.witnesses import witness
from grader.evidence.written import quotes_of
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
    "quadratic": quadratic_part,
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
    against = doubt(case)
    if certificate is not None and not failed and against is None:
        return Finding(True, f"proof-by-{certificate}", details=_verified(case))
    if certificate is None and not is_shared:
        reason = objection(case, answers)
        if reason is not None:
            return reason
    return _review(case, certificate, failed, against)


def _verified(case: Case) -> dict[str, str]:
    held = sum(link.state == "holds" for link in case.links)
    noun = "step" if held == 1 else "steps"
    return {"verified": f"{held} {noun}" if held else "", "instances": str(len(instances()))}


def _review(
    case: Case, certificate: str | None, failed: Sequence[Link], against: str | None
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
        return Finding(None, "proof-reason-to-check", details=details | {"reason": against or ""})
    return Finding(None, "proof-not-certified", details=details)


def _open(case: Case) -> dict[str, str]:
    for link in case.links:
        if link.state == "open":
            return {"found": link.text, "where": link.left.where}
    return {"where": case.argument.unread[0]}
