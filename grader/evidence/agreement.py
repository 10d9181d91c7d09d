"""Problem 4(d) against 4(b): does the program compute what the student derived?

A contradiction teaches more than either verdict alone: “your derivation has the skip term, your
code has not”. It changes no verdict; it adds a sentence to what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from grader.model import Evidence, Finding, ItemId

ANALYTIC: Final = ItemId("4d.analytic")

DERIVED: Final = {
    "W1": ItemId("4b.dW1"), "b1": ItemId("4b.db1"), "W2": ItemId("4b.dW2"), "b2": ItemId("4b.db2"),
    "x": ItemId("4b.dx"),
}  # fmt: skip
"""The item of 4(b) for each gradient of the program."""

RIGHT_ON_PAPER: Final = "Your own formula in part (b) is right: compare your code with it"
SAME_MISTAKE: Final = "Your formula in part (b) has the same mistake"
RIGHT_IN_CODE: Final = (
    "Your program in part (d) computes this gradient rightly: compare your formula with it"
)


def agreed(known: Mapping[ItemId, Evidence]) -> dict[ItemId, Evidence]:
    """The evidence with a remark wherever program and derivation of a gradient differ."""
    evidence = dict(known)
    program = evidence.get(ANALYTIC)
    if program is None:
        return evidence
    evidence[ANALYTIC] = msgspec.structs.replace(
        program, findings=tuple(_beside(one, evidence) for one in program.findings)
    )
    for finding in program.findings:
        item = DERIVED.get(finding.aspect)
        if item in evidence and finding.holds is True:
            evidence[item] = _remarked(evidence[item])
    return evidence


def _beside(finding: Finding, evidence: Mapping[ItemId, Evidence]) -> Finding:
    """A wrong gradient of the program, with what part (b) says of it."""
    derived = evidence.get(DERIVED.get(finding.aspect, ItemId("")))
    if finding.holds is not False or derived is None or not derived.findings:
        return finding
    first = derived.findings[0]
    if first.holds is True:
        return _with(finding, RIGHT_ON_PAPER)
    if (
        first.holds is False
        and first.misconception
        and first.misconception == finding.misconception
    ):
        return _with(finding, SAME_MISTAKE)
    return finding


def _remarked(derived: Evidence) -> Evidence:
    findings = tuple(
        _with(one, RIGHT_IN_CODE) if one.holds is False else one for one in derived.findings
    )
    return msgspec.structs.replace(derived, findings=findings)


def _with(finding: Finding, remark: str) -> Finding:
    return msgspec.structs.replace(finding, details={**finding.details, "derivation": remark})
