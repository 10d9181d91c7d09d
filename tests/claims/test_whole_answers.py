"""Whole answers, where what is said to one item could be mistaken for another."""

from pathlib import Path

import pytest
import yaml

from grader.evidence.written import evidence
from grader.evidence.written.claims import judge
from grader.model import Answer, Answers, ItemId, Part, Passage, Typewritten
from grader.rubric.scoring import verdict_name

FOLDER = Path(__file__).resolve().parents[1] / "cases"
CASES = yaml.safe_load((FOLDER / "claims_whole.yaml").read_text(encoding="utf-8"))
SHORT = yaml.safe_load((FOLDER / "claims_short.yaml").read_text(encoding="utf-8"))
ENOUGH_DECIDED = 0.55
"""Half of these answers are meant to mislead; what cannot be told is right to be left."""


def verdicts(rubric, case):
    part = Part(case.get("part", "4c"))
    answer = Answer(part, (Passage("hw2.md", 1, case["text"]),))
    answers = Answers({part: answer}, (), Typewritten("yes", ""))
    items = [ItemId(item) for item in case["truth"]]
    found = evidence(items, answers, [judge(rubric.claims)])
    return {one.item: verdict_name(one) for one in found}


@pytest.mark.parametrize("case", [*CASES, *SHORT], ids=lambda case: case["style"])
def test_no_item_of_a_whole_answer_is_wrong(case, rubric):
    for item, verdict in verdicts(rubric, case).items():
        truth = case["truth"][item]
        assert verdict == "review" or verdict in (truth if isinstance(truth, list) else [truth])


def test_most_items_of_whole_answers_are_decided(rubric):
    found = [v for case in CASES for i, v in verdicts(rubric, case).items()
             if case["truth"][i] != "missing"]  # fmt: skip
    assert sum(v != "review" for v in found) >= ENOUGH_DECIDED * len(found)
