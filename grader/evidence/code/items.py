"""Evidence for the four items of Problem 4(d), from all runs of one program."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.evidence.code.candidates import Candidate
from grader.evidence.code.gradients import Claims, claims, place_of_line
from grader.evidence.code.investigation import Investigation
from grader.evidence.code.layouts import WIDE, Tolerances, base, passes
from grader.evidence.code.network import HOMEWORK_MODEL, KNOWN_FACTORS, Network
from grader.evidence.code.origins import EVERYTHING
from grader.evidence.code.trials import Trials
from grader.model import Evidence, Finding, ItemId, Program
from reference.problem4 import GRADIENTS

MODEL, AUTOGRAD = ItemId("4d.model"), ItemId("4d.autograd")
ANALYTIC, COMPARISON = ItemId("4d.analytic"), ItemId("4d.comparison")
ITEMS = (MODEL, AUTOGRAD, ANALYTIC, COMPARISON)

CALLS_AUTOGRAD = re.compile(r"backward|\bgrad\b|jacobian|jacrev|vjp|value_and_grad")
COMPARED_ENOUGH = 3
"""Comparing three of the five gradients shows that the code compares; the rest is a matter of
completeness that costs no point."""


def evidence(
    program: Program | None, trials: Trials | None, tolerances: Tolerances = WIDE
) -> tuple[Evidence, ...]:
    """Evidence for 4d.model, 4d.autograd, 4d.analytic, 4d.comparison, in this order.

    Args:
        program: what was handed in, or None: all four are unanswered.
        trials: its runs, or None when it cannot be run at all.
        tolerances: of the rubric.
    """
    if program is None:
        return tuple(Evidence(item, answered=False) for item in ITEMS)
    if program.trouble is not None:
        return _undecided("code-does-not-run", {"message": program.trouble.message})
    if trials is None:
        return _undecided("grader-fault", {})
    inquiry = Investigation(program, trials, tolerances)
    if (obstacle := _obstacle(inquiry)) is not None:
        return _undecided(*obstacle)
    by_gradient = claims(inquiry) if inquiry.runs.understood else {}
    return (
        Evidence(MODEL, True, (_model(inquiry),)),
        Evidence(AUTOGRAD, True, _autograd(inquiry)),
        Evidence(ANALYTIC, True, _analytic(inquiry, by_gradient)),
        Evidence(COMPARISON, True, (_comparison(inquiry, by_gradient),)),
    )


def _undecided(note: str, details: dict[str, str]) -> tuple[Evidence, ...]:
    return tuple(Evidence(item, True, (Finding(None, note, details=details),)) for item in ITEMS)


def _obstacle(inquiry: Investigation) -> tuple[str, dict[str, str]] | None:
    """Why nothing can be said: the program broke before autograd ran."""
    run = inquiry.trials.submitted
    place = place_of_line(inquiry.program.sources, run.line or 0)
    details = {"message": run.message, "where": place, "seconds": f"{run.seconds:.0f}"}
    if run.snapshots or run.ending == "returned":
        return None
    if run.missing_package:
        return "missing-package", details | {"package": run.missing_package}
    return {
        "raised": "stopped-by-an-exception",
        "timed_out": "time-limit",
        "out_of_memory": "out-of-memory",
        "grader_fault": "grader-fault",
    }.get(run.ending, "ended-without-a-report"), details


# ---------------------------------------------------------------- 4d.model


def _model(inquiry: Investigation) -> Finding:
    """Whether the forward pass and the loss are the homework's."""
    if not inquiry.trials.submitted.snapshots:
        return Finding(None, "no-backward-pass")
    if not inquiry.runs.understood:
        return Finding(None, "model-not-recognised", details=_leaves(inquiry))
    network = inquiry.runs.network
    if network.model_name == HOMEWORK_MODEL:
        return _homework_model(inquiry, network)
    if network.model.detached:
        return Finding(True, "model-is-right", misconception=network.model_name)
    if not network.model.hidden_bias and _has_bias(inquiry):
        return Finding(None, "bias-without-gradient")
    if not network.target_seen:
        return Finding(None, "model-not-certain", details={"model": network.model_name})
    return Finding(False, "another-model", misconception=network.model_name)


def _homework_model(inquiry: Investigation, network: Network) -> Finding:
    """The right network: was it tried on other numbers, and is the loss a known one?"""
    if "x" not in network.roles and not network.target_seen:
        return Finding(None, "model-not-certain")
    if not inquiry.trials.varied:
        return Finding(None, "model-not-varied")
    factors = [n.factor for n in inquiry.runs.views[0].values() if n.factor is not None]
    if factors and not set(factors) & set(KNOWN_FACTORS):
        return Finding(None, "unusual-loss-factor", details={"factor": f"{factors[0]:.4g}"})
    return Finding(True, "model-is-right")


def _has_bias(inquiry: Investigation) -> bool:
    """Whether something is called b1 although it takes no part in the graph."""
    names = (c.record.label.rpartition(" ")[2].lower() for c in inquiry.runs.candidates)
    return any(name.removeprefix("self.") in ("b1", "b_1", "bias1") for name in names)


def _leaves(inquiry: Investigation) -> dict[str, str]:
    first = passes(inquiry.trials.submitted.snapshots)
    leaves = first[0].leaves if first else ()
    names = [f"{leaf.names[0] if leaf.names else '?'} {tuple(leaf.value.shape)}" for leaf in leaves]
    return {"leaves": ", ".join(names)}


# ---------------------------------------------------------------- 4d.autograd


def _autograd(inquiry: Investigation) -> tuple[Finding, ...]:
    """Whether autograd ran and gave the five gradients."""
    submitted = inquiry.trials.submitted
    if not submitted.snapshots:
        if CALLS_AUTOGRAD.search(inquiry.program.text):
            return (Finding(None, "autograd-call-not-reached"),)
        return (Finding(False, "autograd-never-called"),)
    if not inquiry.runs.understood:
        given = [g for one in passes(submitted.snapshots)[:1] for g in one.gradients]
        complete = sum(gradient is not None for gradient in given) >= len(GRADIENTS)
        return (Finding(True if complete else None, "autograd-ran"),)
    seen = {g for network in inquiry.runs.views[0].values() for g in network.autograd}
    unseen = {"x"} if inquiry.runs.network.model.detached else set()
    stale = _stale(inquiry)
    return tuple(_from_autograd(g, seen - unseen, stale) for g in GRADIENTS)


def _from_autograd(gradient: str, given: set[str], stale: dict[str, bool | None]) -> Finding:
    if gradient in stale:
        return Finding(stale[gradient], "stale-gradient", gradient, "stale-gradient")
    if gradient in given:
        return Finding(True, "gradient-from-autograd", gradient)
    return Finding(False, "no-autograd-gradient", gradient)


def _stale(inquiry: Investigation) -> dict[str, bool | None]:
    """Gradients that the code reads with earlier passes' contributions still in them.

    False where it always does so, None where only some of its readings are stale.
    """
    read: dict[str, list[bool]] = {}
    for auto, _, gradient in inquiry.comparisons.held():
        read.setdefault(gradient, []).append(inquiry.origins.is_stale(auto))
    for candidate in inquiry.runs.printed:
        which = (
            inquiry.origins.engine_gradient(candidate)
            if inquiry.origins.from_engine(candidate)
            else None
        )
        if which is not None:
            read.setdefault(which, []).append(inquiry.origins.is_stale(candidate))
    return {g: False if all(stale) else None for g, stale in read.items() if any(stale)}


# ---------------------------------------------------------------- 4d.analytic


def _analytic(inquiry: Investigation, by_gradient: dict[str, Claims]) -> tuple[Finding, ...]:
    """One finding for each gradient; a hand-written autograd Function is for a person."""
    custom = next(
        (s.custom_function for s in inquiry.trials.submitted.snapshots if s.custom_function), None
    )
    if not by_gradient:
        note = (
            "no-backward-pass" if not inquiry.trials.submitted.snapshots else "model-not-recognised"
        )
        return (Finding(None, note),)
    findings = tuple(_whole(gradient, by_gradient) for gradient in GRADIENTS)
    if custom and not all(finding.holds for finding in findings):
        return (Finding(None, "custom-autograd-function", details={"name": custom}),)
    return findings


def _whole(gradient: str, by_gradient: dict[str, Claims]) -> Finding:
    """A gradient that is written out in components is as good as the worst of them."""
    findings = [c.finding() for name, c in by_gradient.items() if base(name) == gradient]
    return min(findings, key=lambda f: (f.holds is not False, f.holds is not None))


# ---------------------------------------------------------------- 4d.comparison


def _comparison(inquiry: Investigation, by_gradient: dict[str, Claims]) -> Finding:
    """Whether the code holds the analytic gradients against autograd's."""
    if not inquiry.runs.has_scaled:
        return Finding(None, "comparison-not-observed")
    if any(f.note == "contradicting-values" for c in by_gradient.values() for f in (c.finding(),)):
        return Finding(None, "contradicting-values")
    held = {base(name) for name in _held(inquiry) | _held_against_function(inquiry)}
    if len(held) >= COMPARED_ENOUGH or EVERYTHING in held:
        return Finding(True, "compared", details={"gradients": ", ".join(sorted(held))})
    both = held | {base(name) for name in _printed_together(inquiry, by_gradient)}
    if len(both) >= COMPARED_ENOUGH:
        return Finding(True, "printed-side-by-side", details={"gradients": ", ".join(sorted(both))})
    if both:
        return Finding(None, "compared-in-part", details={"gradients": ", ".join(sorted(both))})
    return _no_comparison(inquiry, by_gradient)


def _no_comparison(inquiry: Investigation, by_gradient: dict[str, Claims]) -> Finding:
    """Nothing was held against autograd: is that all, or did we not see it?"""
    submitted = inquiry.trials.submitted
    if any(s.custom_function for s in submitted.snapshots):
        return Finding(None, "custom-autograd-function")
    notes = {claim.finding().note for claim in by_gradient.values()}
    if notes == {"not-computed"}:
        return Finding(False, "nothing-to-compare")
    if notes == {"copied-from-autograd"}:
        return Finding(False, "compared-with-itself")
    if not any(claim.meant or claim.unnamed_right for claim in by_gradient.values()):
        return Finding(None, "nothing-to-compare")
    if submitted.ending != "returned":
        return Finding(None, "stopped-before-comparison")
    if _collected_together(inquiry):
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


def _is_concatenation(inquiry: Investigation, a: Candidate, b: Candidate) -> bool:
    """Whether several gradients were joined before comparing: longer than any single one."""
    longest = max((v.size for one in inquiry.runs.passes[0] for v in one.values), default=0)
    return a.size == b.size > longest


def _collected_together(inquiry: Investigation) -> bool:
    """Whether one container holds values of both kinds: they may have been compared in it."""
    kinds: dict[str, set[bool]] = {}
    for candidate in inquiry.runs.candidates:
        site = candidate.site.partition("/")[0]
        if site != candidate.site:
            kinds.setdefault(site, set()).add(inquiry.origins.from_engine(candidate))
    return any(len(kind) > 1 for kind in kinds.values())


def _printed_together(inquiry: Investigation, by_gradient: dict[str, Claims]) -> set[str]:
    """Gradients of which both the autograd value and the computed one were printed."""
    automatic, computed = set(), set()
    for candidate in inquiry.runs.printed:
        if inquiry.origins.from_engine(candidate):
            gradient = inquiry.origins.engine_gradient(candidate)
            automatic |= {gradient} if gradient else set()
            continue
        for gradient, claim in by_gradient.items():
            if inquiry.truth.is_right(candidate, gradient) or _same_numbers(candidate, claim.meant):
                computed.add(gradient)
    return (automatic & computed) | inquiry.comparisons.shown()


def _same_numbers(candidate: Candidate, others: tuple[Candidate, ...]) -> bool:
    values = candidate.record.value.values
    return any(other.record.value.values == values for other in others)


# ---------------------------------------------------------------- more than one program


def agreed(
    programs: Sequence[Program], each: Sequence[tuple[Evidence, ...]]
) -> tuple[Evidence, ...]:
    """The first program's evidence; where another program says otherwise, a person decides."""
    if len(each) == 1:
        return each[0]
    names = " and ".join(program.path for program in programs)
    disagree = Finding(None, "programs-disagree", details={"programs": names})
    return tuple(
        own if all(_outcome(own) == _outcome(other) for other in others)
        else Evidence(own.item, True, (disagree,))
        for own, *others in zip(*each, strict=True)
    )  # fmt: skip


def _outcome(evidence: Evidence) -> frozenset[tuple[str, bool | None]]:
    return frozenset((finding.aspect, finding.holds) for finding in evidence.findings)
