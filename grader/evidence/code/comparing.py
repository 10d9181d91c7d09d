"""Evidence for 4d.comparison: whether the code holds its own gradients against autograd's.

What was held against what is observed, not read: a difference, a check, the arguments of one call,
values printed side by side. Some compare a norm or absolute values instead of the gradients; that
shows less, and is a comparison all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.evidence.code.candidates import Candidate
from grader.evidence.code.gradients import Claims
from grader.evidence.code.investigation import Investigation
from grader.evidence.code.layouts import base
from grader.evidence.code.origins import EVERYTHING
from grader.model import Finding
from reference.problem4 import GRADIENTS

COMPARED_ENOUGH = 3
"""Comparing three of the five gradients shows that the code compares; the rest is a matter of
completeness that costs no point."""

NOT_BY_FORMULA = frozenset(
    {"copied-from-autograd", "not-computed", "differentiated-by-a-call", "multiple-of-autograd"}
)
"""What leaves nothing that a comparison with autograd could verify."""

ByGradient = Mapping[str, Claims]


def comparison(inquiry: Investigation, by_gradient: ByGradient) -> tuple[Finding, ...]:
    """One finding for the whole item, or one for each gradient when only some were compared."""
    submitted = inquiry.trials.submitted
    if not submitted.snapshots and not may_call_autograd(inquiry):
        return (Finding(False, "nothing-from-autograd"),)
    if not inquiry.runs.has_scaled:
        return (Finding(None, "comparison-not-observed"),)
    if any(c.finding().note == "contradicting-values" for c in by_gradient.values()):
        return (Finding(None, "contradicting-values"),)
    held = {base(name) for name in _held(inquiry) | _held_against_function(inquiry)}
    held |= {base(name) for name in _held_in_summary(inquiry, by_gradient)}
    if len(held) >= COMPARED_ENOUGH or EVERYTHING in held:
        return (Finding(True, "compared", details={"gradients": ", ".join(sorted(held))}),)
    both = held | {base(name) for name in _printed_together(inquiry, by_gradient)}
    if len(both) >= COMPARED_ENOUGH:
        details = {"gradients": ", ".join(sorted(both))}
        return (Finding(True, "printed-side-by-side", details=details),)
    if both:
        return _in_part(inquiry, by_gradient, both)
    return (_none(inquiry, by_gradient),)


def may_call_autograd(inquiry: Investigation) -> bool:
    """Whether a run that was not watched to its end, or its tests, might use autograd."""
    ended = inquiry.trials.submitted.ending == "returned"
    return inquiry.runs.texts.main.mentions_autograd or not ended


def _in_part(
    inquiry: Investigation, by_gradient: ByGradient, compared: set[str]
) -> tuple[Finding, ...]:
    """Fewer than enough: decided when the others cannot have been compared."""
    others = [gradient for gradient in GRADIENTS if gradient not in compared]
    findings = [c.finding() for name, c in by_gradient.items() if base(name) in others]
    if findings and all(f.holds is False and f.note in NOT_BY_FORMULA for f in findings):
        return tuple(
            Finding(True, "compared", gradient)
            if gradient in compared
            else Finding(False, "not-worth-comparing", gradient)
            for gradient in GRADIENTS
        )
    if inquiry.trials.submitted.ending != "returned":
        return (Finding(None, "stopped-before-comparison"),)
    return (Finding(None, "compared-in-part", details={"gradients": ", ".join(sorted(compared))}),)


def _none(inquiry: Investigation, by_gradient: ByGradient) -> Finding:
    """Nothing was held against autograd: is that all, or did we not see it?"""
    submitted = inquiry.trials.submitted
    if any(s.custom_function for s in submitted.snapshots):
        return Finding(None, "custom-autograd-function")
    findings = [claim.finding() for claim in by_gradient.values()]
    if findings and all(f.holds is False and f.note in NOT_BY_FORMULA for f in findings):
        copied = {f.note for f in findings} == {"copied-from-autograd"}
        return Finding(False, "compared-with-itself" if copied else "nothing-to-compare")
    if submitted.ending != "returned":
        return Finding(None, "stopped-before-comparison")
    if not inquiry.runs.complete:
        return Finding(None, "comparison-not-observed")
    if not any(claim.meant or claim.unnamed_right for claim in by_gradient.values()):
        return Finding(None, "nothing-to-compare")
    if inquiry.runs.texts.main.shows_by_package or _collected_together(inquiry, by_gradient):
        return Finding(None, "collected-but-not-compared")
    return Finding(False, "never-compared")


def _held(inquiry: Investigation) -> set[str]:
    """Gradients whose autograd value was subtracted from, or checked against, a computed one."""
    held = {
        gradient
        for _, other, gradient in inquiry.comparisons.held()
        if not inquiry.origins.from_engine(other)
    }
    joined = any(
        inquiry.origins.from_engine(a) != inquiry.origins.from_engine(b)
        and _is_concatenation(inquiry, a, b)
        for a, b in inquiry.comparisons.pairs
    )
    return held | ({EVERYTHING} if joined else set())


def _held_against_function(inquiry: Investigation) -> set[str]:
    """Gradients of a hand-written autograd Function that were compared with plain autograd's."""
    if not any(s.custom_function for s in inquiry.trials.submitted.snapshots):
        return set()
    return {
        gradient
        for a, b, gradient in inquiry.comparisons.held()
        if inquiry.origins.from_engine(b) and a.record.label != b.record.label
    }


def _held_in_summary(inquiry: Investigation, by_gradient: ByGradient) -> set[str]:
    """Gradients compared by absolute values, norms, sums, ratios or rounded numbers."""
    answers = {
        name: (*claim.meant, *claim.unnamed_right)
        for name, claim in by_gradient.items()
        if claim.meant or claim.unnamed_right
    }
    return inquiry.comparisons.in_summary(answers)


def _is_concatenation(inquiry: Investigation, a: Candidate, b: Candidate) -> bool:
    """Whether several gradients were joined before comparing: longer than any single one."""
    longest = max((v.size for one in inquiry.runs.passes[0] for v in one.values), default=0)
    return a.size == b.size > longest


def _collected_together(inquiry: Investigation, by_gradient: ByGradient) -> bool:
    """Whether one container, or one picture or file, got both kinds of some gradient.

    They may have been compared in it, by means that are not seen here.
    """
    kinds: dict[str, set[bool]] = {}
    for candidate in inquiry.runs.candidates:
        key, _, path = candidate.site.partition("#")
        place = key if "/" in path else candidate.record.group
        if place and _is_some_gradient(inquiry, by_gradient, candidate):
            kinds.setdefault(place, set()).add(inquiry.origins.from_engine(candidate))
    return any(len(kind) > 1 for kind in kinds.values()) or any(
        inquiry.origins.is_mixed(candidate) or inquiry.origins.vanishes(candidate)
        for candidate in inquiry.runs.candidates
    )


def _is_some_gradient(
    inquiry: Investigation, by_gradient: ByGradient, candidate: Candidate
) -> bool:
    if inquiry.origins.from_engine(candidate):
        return True
    return any(
        inquiry.truth.is_right(candidate, name) or _same_numbers(candidate, claim.meant)
        for name, claim in by_gradient.items()
    )


def _printed_together(inquiry: Investigation, by_gradient: ByGradient) -> set[str]:
    """Gradients of which both the autograd value and the computed one were printed."""
    automatic, computed = set(), set()
    for candidate in inquiry.runs.printed:
        if inquiry.origins.from_engine(candidate):
            gradient = inquiry.origins.engine_gradient(candidate)
            automatic |= {gradient} if gradient else set()
            continue
        for gradient, claim in by_gradient.items():
            right = inquiry.truth.is_right(candidate, gradient)
            if right or _same_numbers(candidate, claim.meant):
                computed.add(gradient)
    return (automatic & computed) | inquiry.comparisons.shown()


def _same_numbers(candidate: Candidate, others: tuple[Candidate, ...]) -> bool:
    values = candidate.record.value.values
    return any(other.record.value.values == values for other in others)
