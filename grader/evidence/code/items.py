"""Evidence for the four items of Problem 4(d), from all runs of one program."""

from __future__ import annotations

from collections.abc import Sequence

from grader.evidence.code import handwritten
from grader.evidence.code.candidates import Candidate, close
from grader.evidence.code.comparing import comparison, may_call_autograd
from grader.evidence.code.gradients import Claims, claims, place_of_line
from grader.evidence.code.investigation import Investigation
from grader.evidence.code.layouts import WIDE, Tolerances, base, passes
from grader.evidence.code.network import HOMEWORK_MODEL, KNOWN_FACTORS, Network
from grader.evidence.code.trials import Trials
from grader.model import Evidence, Finding, ItemId, Program
from reference.problem4 import GRADIENTS

MODEL, AUTOGRAD = ItemId("4d.model"), ItemId("4d.autograd")
ANALYTIC, COMPARISON = ItemId("4d.analytic"), ItemId("4d.comparison")
ITEMS = (MODEL, AUTOGRAD, ANALYTIC, COMPARISON)


STALE_DIFFERENCE = 1e-3
"""Relative; what an earlier pass left behind is larger."""


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
        Evidence(AUTOGRAD, True, _autograd(inquiry, by_gradient)),
        Evidence(ANALYTIC, True, _analytic(inquiry, by_gradient)),
        Evidence(COMPARISON, True, comparison(inquiry, by_gradient)),
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
    if inquiry.trials.unlike:
        return Finding(None, "model-fits-in-part")
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


def _autograd(inquiry: Investigation, by_gradient: dict[str, Claims]) -> tuple[Finding, ...]:
    """Whether autograd ran and gave the five gradients.

    One that the code leaves out altogether costs its points under the analytic gradients only.
    """
    submitted = inquiry.trials.submitted
    if not submitted.snapshots:
        if may_call_autograd(inquiry):
            return (Finding(None, "autograd-call-not-reached"),)
        return (Finding(False, "autograd-never-called"),)
    if not inquiry.runs.understood:
        given = [g for one in passes(submitted.snapshots)[:1] for g in one.gradients]
        complete = sum(gradient is not None for gradient in given) >= len(GRADIENTS)
        return (Finding(True if complete else None, "autograd-ran"),)
    seen = {g for network in inquiry.runs.views[0].values() for g in network.autograd}
    unseen = {"x"} if inquiry.runs.network.model.detached else set()
    from_engine, stale = seen - unseen, _stale(inquiry)
    derived = {base(name) for name, c in by_gradient.items() if c.finding().note != "not-computed"}
    left_out = set(GRADIENTS) - derived - from_engine if derived else set()
    return tuple(
        Finding(True, "gradient-left-out", gradient)
        if gradient in left_out
        else _from_autograd(gradient, from_engine, stale)
        for gradient in GRADIENTS
    )


def _from_autograd(gradient: str, given: set[str], stale: dict[str, bool | None]) -> Finding:
    if gradient in stale:
        return Finding(stale[gradient], "stale-gradient", gradient, "stale-gradient")
    if gradient in given:
        return Finding(True, "gradient-from-autograd", gradient)
    return Finding(False, "no-autograd-gradient", gradient)


def _stale(inquiry: Investigation) -> dict[str, bool | None]:
    """Gradients that the code reads with earlier passes' contributions still in them.

    False where it always does so, or in the end, against a value that it does not fit; None where
    some readings are stale and it is not plain that this was a mistake.
    """
    read: dict[str, list[bool]] = {}
    last: dict[str, tuple[Candidate, Candidate]] = {}
    for auto, other, gradient in inquiry.comparisons.held():
        read.setdefault(gradient, []).append(inquiry.origins.is_stale(auto))
        if gradient not in last or last[gradient][0].record.step < auto.record.step:
            last[gradient] = auto, other
    for candidate in inquiry.runs.printed:
        if inquiry.origins.from_engine(candidate):
            which = inquiry.origins.engine_gradient(candidate)
            if which is not None:
                read.setdefault(which, []).append(inquiry.origins.is_stale(candidate))
    return {
        gradient: False if all(stale) or _misleads(inquiry, last.get(gradient)) else None
        for gradient, stale in read.items()
        if any(stale)
    }


def _misleads(inquiry: Investigation, last: tuple[Candidate, Candidate] | None) -> bool:
    """Whether a stale value was held, at the end, against a computed one that it does not equal.

    Someone who shows first that ``.grad`` accumulates, and clears it then, made no mistake.
    """
    if last is None:
        return False
    auto, other = last
    return (
        inquiry.origins.is_stale(auto)
        and not inquiry.origins.from_engine(other)
        and not close(auto.array(0), other.array(0), STALE_DIFFERENCE)
    )


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
        by_hand = handwritten.findings(inquiry)
        return by_hand or (Finding(None, "custom-autograd-function", details={"name": custom}),)
    return findings


def _whole(gradient: str, by_gradient: dict[str, Claims]) -> Finding:
    """A gradient that is written out in components is as good as the worst of them."""
    findings = [c.finding() for name, c in by_gradient.items() if base(name) == gradient]
    return min(findings, key=lambda f: (f.holds is not False, f.holds is not None))


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
