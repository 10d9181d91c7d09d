"""Before the due date a mistake is quoted, and nothing leads to the right answer."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from grader.model import Decision, Evidence, Finding, ItemId, Typewritten
from grader.rubric import score
from grader.rubric.withholding import explains, withheld

DUE = datetime(2026, 11, 27, tzinfo=timezone.utc)
GRADIENT = ItemId("2a.gradient")
TEACHING = {"missing-factor-two": "The square brings down a factor 2."}
WRONG = Finding(
    False,
    "known-mistake",
    misconception="missing-factor-two",
    details={"found": "X^T(Xw-y)", "where": "hw2.tex, line 3", "witness": "entry 1 should be 4.2"},
)


def cards(rubric, findings=(WRONG,), decisions=None):
    evidence = (Evidence(GRADIENT, True, tuple(findings)),)
    card = score(rubric, evidence, Typewritten("no", "a scan"), (), TEACHING, decisions)
    return card, withheld(rubric, card, evidence)


def of(card, item=GRADIENT):
    return next(verdict for verdict in card.verdicts if verdict.item == item)


def test_a_mistake_is_quoted_and_not_explained(rubric):
    full, brief = cards(rubric)
    assert "factor 2" in of(full).feedback and "4.2" in of(full).feedback
    told = of(brief).feedback
    assert "X^T(Xw-y)" in told and "line 3" in told
    assert "factor" not in told and "4.2" not in told
    assert rubric.assignment.withheld in told


def test_points_and_everything_else_stay(rubric):
    full, brief = cards(rubric)
    assert brief.points == full.points
    assert [v for v in brief.verdicts if v.item != GRADIENT] == [
        v for v in full.verdicts if v.item != GRADIENT
    ]
    assert msgspec.structs.replace(of(brief), feedback="") == msgspec.structs.replace(
        of(full), feedback=""
    )


@pytest.mark.parametrize("holds", [True, None])
def test_what_is_right_or_open_is_told_as_ever(rubric, holds):
    full, brief = cards(rubric, [Finding(holds, "formula-not-read", details=WRONG.details)])
    assert full == brief


def test_the_words_of_a_ta_stay(rubric):
    decision = Decision(GRADIENT, "a", ("s",), Decimal(1), "Grace", DUE, "Half of it.")
    full, brief = cards(rubric, decisions={GRADIENT: decision})
    assert "Half of it." in of(brief).feedback
    assert full == brief


@pytest.mark.parametrize(
    ("setting", "due", "early", "explained"),
    [
        ("always", DUE, True, True),
        ("after_due_date", DUE, True, False),
        ("after_due_date", DUE, False, True),
        ("after_due_date", None, True, True),
    ],
)
def test_the_rubric_and_the_date_say_when(rubric, setting, due, early, explained):
    assignment = msgspec.structs.replace(rubric.assignment, explanations=setting)
    now = DUE - timedelta(seconds=1) if early else DUE
    assert explains(msgspec.structs.replace(rubric, assignment=assignment), due, now) is explained
