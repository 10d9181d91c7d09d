"""Analytic gradients as the `backward` of a hand-written `torch.autograd.Function`.

Such formulas reach the student through autograd's engine, so they move with its scale and look
copied. But where every way from the loss to the leaves leads through the Function, what the engine
returned is what the student's `backward` computed: it is held against the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from grader.evidence.code.candidates import close
from grader.evidence.code.gradients import shown
from grader.evidence.code.investigation import Investigation
from grader.evidence.code.layouts import Array, Pass
from grader.evidence.code.network import Network
from grader.evidence.code.truth import Formula
from grader.model import Finding
from reference import problem4
from reference.problem4 import GRADIENTS, MISCONCEPTIONS

LOSS_SLACK = 10.0
"""Times the tolerance: the loss is a square, and its error is the larger."""


@dataclass(frozen=True)
class Written:
    """What the hand-written backward gave in one pass, and the network that it belongs to."""

    gradients: Mapping[str, Array]
    network: Network
    tolerance: float


def findings(inquiry: Investigation) -> tuple[Finding, ...] | None:
    """One finding for each gradient; None where a person has to look."""
    runs = inquiry.runs
    numbers = [n for n, one in enumerate(runs.passes[0]) if one.by_hand]
    if not runs.tested or not numbers:
        return None
    written = [_in_every_run(inquiry, number) for number in numbers]
    known = [one for one in written if one is not None]
    if not known or len(known) < len(written):
        return None
    name = runs.passes[0][numbers[0]].custom_function or ""
    each = [_finding(inquiry, gradient, known, name) for gradient in GRADIENTS]
    return None if any(finding is None for finding in each) else tuple(f for f in each if f)


def _in_every_run(inquiry: Investigation, number: int) -> list[Written] | None:
    """The pass in each run that got so far; fewer than half of them are not enough."""
    found = []
    for run, passes in enumerate(inquiry.runs.passes):
        if number >= len(passes):
            continue
        one = passes[number]
        written = _written(inquiry, run, one) if one.by_hand else None
        if written is None:
            return None
        found.append(written)
    return found if 2 * len(found) > len(inquiry.runs.passes) else None


def _written(inquiry: Investigation, run: int, one: Pass) -> Written | None:
    """Roles come from a network of the same run with the same values and the same loss."""
    for network in inquiry.runs.views[run].values():
        gradients = _by_value(one, network)
        if gradients is not None and _same_loss(one, network):
            return Written(gradients, network, max(one.tolerance, network.tolerance))
    return None


def _same_loss(one: Pass, network: Network) -> bool:
    """Whether the Function's loss is the network's: with another one its gradients differ too."""
    if one.root is None:
        return False
    expected = problem4.loss(network.instance, network.model)
    return abs(one.root - expected) <= LOSS_SLACK * network.tolerance * max(abs(expected), 1e-9)


def _by_value(one: Pass, network: Network) -> dict[str, Array] | None:
    """The pass's gradients by the role whose value the leaf has."""
    i = network.instance
    values = {"W1": i.W1, "b1": i.b1, "W2": i.W2, "b2": i.b2, "x": i.x}
    found: dict[str, Array] = {}
    for role, value in values.items():
        same = [
            gradient
            for leaf, gradient in zip(one.values, one.gradients, strict=True)
            if np.array_equal(leaf, np.asarray(value, dtype=np.float64).ravel())
        ]
        if len(same) != 1 or same[0] is None:
            return None
        found[role] = same[0]
    return found


def _finding(
    inquiry: Investigation, gradient: str, passes: list[list[Written]], name: str
) -> Finding | None:
    """Right in all passes and runs, or wrong in all; anything between is for a person."""
    everything = [one for runs in passes for one in runs]
    if _is_quotient(inquiry, passes[0][0].gradients[gradient]):
        return None
    right = [
        close(one.gradients[gradient], one.network.right[gradient], one.tolerance)
        for one in everything
    ]
    details = {
        "name": name,
        "where": "its backward",
        "found": shown(passes[0][0].gradients[gradient].tolist()),
        "autograd": shown(passes[0][0].network.right[gradient].tolist()),
    }
    if all(right):
        return Finding(True, "right-and-computed", gradient, details=details)
    if any(right):
        return None
    mistake = _mistake(gradient, everything)
    note = "misconception" if mistake else "wrong-values"
    return Finding(False, note, gradient, mistake, details)


def _mistake(gradient: str, everything: list[Written]) -> str | None:
    for misconception in MISCONCEPTIONS:
        formula = cast("Formula", misconception.expected)  # five arrays, in problem 4
        if all(
            close(one.gradients[gradient], one.network.expected(formula)[gradient], one.tolerance)
            for one in everything
        ):
            return misconception.id
    return None


def _is_quotient(inquiry: Investigation, array: Array) -> bool:
    """Whether difference quotients made it, or a call that differentiates."""
    submitted = inquiry.trials.submitted
    texts = inquiry.runs.texts
    numbers = {
        value
        for record in submitted.records
        if record.kind == "quotient" or texts.differentiates(record)
        for value in record.value.values
    }
    values = {value for value in array.tolist() if value}
    return bool(values) and values <= numbers
