"""A mistake with its numbers: where a step fails, by how much, and what kind of mistake it is."""

from __future__ import annotations

import numpy as np

from grader.evidence.proofs.certificates import Case
from grader.evidence.proofs.chains import Link, same, worst
from grader.evidence.proofs.instances import instances
from grader.evidence.proofs.lines import Side
from grader.formulas.values import Array, Value
from reference import problem3


def witness(case: Case, link: Link) -> dict[str, str]:
    """The link with its numbers on the instance where it fails most clearly."""
    number = worst(case.sampled, link)
    i = instances()[number]
    values = [case.sampled.values(side.expression) for side in (link.left, link.right)]
    shown = [_printed(value[number]) if value is not None else "" for value in values]
    details = {"found": link.text, "where": link.left.where, "at": _place(case, i)}
    if all(shown):
        details |= {"left": shown[0], "right": shown[1]}
    return details


def _place(case: Case, i: problem3.Instance) -> str:
    if case.item == "3c.proof":
        return f"with random X of size {i.n} × {i.d} and t = {i.t:g}"
    shift = f", b = {i.b:g}" if case.item == "3b.proof" else ""
    return f"at t = {i.t:g}, first point {i.x1:g}, second point {i.x2:g}{shift}"


def _printed(value: Value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else ""


def misconception(case: Case, link: Link) -> str | None:
    """The mistake of the reference that leads to the same numbers as the false member."""
    value = case.value(link.right)
    if value is None:
        return None
    candidates = (case.right - value, value, -value, value - case.right)
    return _mistake_with(case, candidates)


def mistaken_gap(case: Case, side: Side) -> str | None:
    """The mistake in expanding the square that leads to this difference."""
    value = case.value(side)
    return _mistake_with(case, (value, -value)) if value is not None else None


def _mistake_with(case: Case, candidates: tuple[Array, ...]) -> str | None:
    """The mistake of the reference whose gap is one of these."""
    for mistake in problem3.MISCONCEPTIONS:
        if case.item in mistake.items and any(same(_gap(mistake.id, case), c) for c in candidates):
            return mistake.id
    return None


def gap_without_cross_term(case: Case) -> Array | None:
    """R − (t²u² + (1−t)²v²)."""
    return _gap("dropped-cross-term", case)


def _gap(name: str, case: Case) -> Array | None:
    """The gap that a mistake of the reference leads to."""
    for mistake in problem3.MISCONCEPTIONS:
        if mistake.id == name and case.item in mistake.items:
            return np.array([float(np.sum(mistake.expected(i))) for i in instances()])  # type: ignore[arg-type]
    return None


def difference_details(case: Case, first: Side, side: Side) -> dict[str, str]:
    """The difference of the claim beside what is written, where they are farthest apart."""
    value = case.value(side)
    assert value is not None
    is_right_minus_left = float(np.sum(value * case.gap)) > 0
    gap = case.gap if is_right_minus_left else -case.gap
    number = int(np.argmax(np.abs(value - gap)))
    name = "right side − left side" if is_right_minus_left else "left side − right side"
    return {
        "found": f"{name} = {first.text}", "where": first.where,
        "at": _place(case, instances()[number]),
        "left": _printed(float(gap[number])), "right": _printed(float(value[number])),
    }  # fmt: skip
