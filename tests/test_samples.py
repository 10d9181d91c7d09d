"""Every sample submission comes out as its folder name claims, through the whole pipeline."""

from __future__ import annotations

import json

import pytest
import yaml

from grader.local import write_results
from grader.pipeline import grade
from grader.rubric.contract import ITEM_IDS
from grader.samples import SAMPLES, load_expected, matches, sample_folders

FOLDERS = sample_folders()
RUN_SECONDS = 5.0  # two samples never end on purpose


def test_there_are_samples_for_every_kind_of_claim():
    assert len(FOLDERS) >= 14
    assert all(path.parent in FOLDERS for path in SAMPLES.glob("*/expected.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_sample_comes_out_as_claimed(folder, rubric, sandbox, tmp_path):
    graded = grade(folder, rubric, sandbox, RUN_SECONDS)
    write_results(graded, rubric, tmp_path / "results.json")
    results = json.loads((tmp_path / "results.json").read_bytes())
    assert matches(results, load_expected(folder)) == []


def test_results_list_all_items_in_order_and_then_the_extra_credit(rubric, sandbox, tmp_path):
    graded = grade(SAMPLES / "no-code", rubric, sandbox)
    write_results(graded, rubric, tmp_path / "results.json")
    tests = json.loads((tmp_path / "results.json").read_bytes())["tests"]
    assert [test["extra_data"]["item"] for test in tests] == [*ITEM_IDS, "extra_credit"]
    assert [test["number"] for test in tests[:-1]] == [item.partition(".")[0] for item in ITEM_IDS]
    assert all(test["name"].startswith(test["extra_data"]["item"]) for test in tests)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"verdicts": {"4d.model": "incorrect"}}, "4d.model"),
        ({"written": "missing"}, "1a.loss"),
        ({"typewritten": "no"}, "typewritten"),
        ({"points": {"4d.analytic": 1.6}}, "4d.analytic"),
        ({"misconceptions": {"4d.analytic": ["missing-relu-mask"]}}, "4d.analytic"),
        ({"notices": ["no-such-notice"]}, "no-such-notice"),
    ],
)
def test_a_sample_with_another_claim_does_not_match(change, difference, rubric, sandbox, tmp_path):
    folder = SAMPLES / "perfect-markdown"
    write_results(grade(folder, rubric, sandbox), rubric, tmp_path / "results.json")
    results = json.loads((tmp_path / "results.json").read_bytes())
    expected = yaml.safe_load((folder / "expected.yaml").read_text()) | change
    assert any(difference in line for line in matches(results, expected))


def result(verdict):
    return {"tests": [{"extra_data": {"item": "2b.affine", "verdict": verdict}}], "extra_data": {}}


@pytest.mark.parametrize(
    ("verdict", "truth", "agrees"),
    [
        ("review", "correct", True),
        ("correct", "correct", True),
        ("incorrect", "correct", False),
        ("incorrect", ["missing", "incorrect"], True),
        ("missing", ["missing", "incorrect"], False),
        ("missing", "missing", False),
        ("correct", [], False),
    ],
)
def test_where_a_review_is_expected_a_decision_has_to_agree_with_the_truth(verdict, truth, agrees):
    expected = {"written": "review", "truth": {"2b.affine": truth}}
    assert (matches(result(verdict), expected) == []) is agrees


def test_where_something_else_is_expected_the_truth_excuses_nothing():
    expected = {"written": "missing", "truth": {"2b.affine": "correct"}}
    assert matches(result("correct"), expected) != []
    assert matches(result("correct"), {"verdicts": {"2b.affine": "incorrect"}, **expected}) != []
