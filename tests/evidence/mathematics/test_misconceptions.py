"""Every misconception is recognised from a written formula, named, and worded."""

import re
from decimal import Decimal

import pytest

from grader.evidence import mathematics
from grader.model import Evidence, ItemId, Typewritten
from grader.rubric import score
from grader.scoring import teaching
from reference import problem1, problem2, problem4
from tests.evidence.mathematics import cases

NAMED = [row for row in cases.rows() if "misconception" in row]
BY_FORMULA = {question.item for question in mathematics.questions()} | {
    "1b.lambda", "1c.penalty", "2b.affine", "2d.step_size",
}  # fmt: skip
NEVER_NAMED = {
    "any-positive-lambda",  # λ > 0 makes the loss valid: said beside a right answer in words too
    "missing-last-power",  # in 1(b) only; diag(1, …, λ^{d−2}, 0) is not completed from its dots
}


def test_every_misconception_of_a_formula_item_is_in_the_tables():
    shown = {(row["item"], row["misconception"]) for row in NAMED}
    for module in (problem1, problem2, problem4):
        for mistake in module.MISCONCEPTIONS:
            items = BY_FORMULA & set(mistake.items)
            if items and mistake.id not in NEVER_NAMED:
                assert any((item, mistake.id) in shown for item in items), mistake


def test_every_mistaken_network_is_in_the_tables():
    shown = {(row["item"], row["misconception"]) for row in NAMED}
    for question in mathematics.questions():
        if question.part == "4a":
            assert {(question.item, one.id) for one in question.misconceptions} <= shown


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row["place"])
def test_a_named_mistake_is_shown_with_its_sentence(row, rubric):
    found = cases.finding(row["item"], cases.parts_of(row))
    if found.holds is None:
        pytest.skip("left to a person")
    assert found.misconception == row["misconception"]
    said = verdict_of(rubric, row["item"], found).feedback
    assert teaching()[row["misconception"]].rstrip(".") in re.sub(r"\s+", " ", said)
    assert "{" not in re.sub(r"\$[^$]*\$|`[^`]*`|\\\w+\{.*", "", said)


def verdict_of(rubric, item, found):
    evidence = Evidence(ItemId(item), True, (found,))
    card = score(rubric, (evidence,), Typewritten("yes", "It is LaTeX."), (), teaching())
    return next(one for one in card.verdicts if one.item == item)


def test_a_mistake_costs_the_item_and_a_review_costs_nothing_yet(rubric):
    wrong = cases.finding("2a.gradient", {"2a": r"$\nabla L(w) = 2X^T(Xw-y)$"})
    verdict = verdict_of(rubric, "2a.gradient", wrong)
    assert (verdict.verdict, verdict.points) == ("incorrect", Decimal(0))
    assert "2X^T(Xw-y)" in verdict.feedback.replace("\\", "")
    open_ = cases.finding("2a.gradient", {"2a": r"$\nabla L(w) \ne 2X^T(Xw-y)$"})
    assert verdict_of(rubric, "2a.gradient", open_).verdict == "review"
