"""Decisions of TAs that travel in the zip: whose they are, and for which answer."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from grader import platform
from grader.model import Decision, ItemId
from grader.platform import run
from grader.reading import read
from grader.reading.files import load
from grader.rubric import RUBRICS
from grader.rubric.decisions import answer_digest, encode

LOSS = ItemId("1a.loss")
ANSWER = "# Problem 1\n\n(a) It is some loss, probably.\n"


@pytest.fixture(name="root")
def fixture_root(tmp_path, monkeypatch):
    """A container with one submission of Ada's, and a zip that may hold decisions."""
    monkeypatch.setattr(platform, "PROJECT", tmp_path)
    submitted(tmp_path, ANSWER)
    users = [{"name": "Ada", "email": "Ada@x.edu"}, {"name": "Ben", "email": "ben@x.edu"}]
    (tmp_path / "submission_metadata.json").write_text(json.dumps({"id": 1, "users": users}))
    return tmp_path


def submitted(root, text):
    (root / "submission").mkdir(exist_ok=True)
    (root / "submission" / "hw2.md").write_text(text)


def decided(root, student="ada@x.edu"):
    submission = load(root / "submission")
    digest = answer_digest(read(submission), LOSS, submission.digest)
    when = datetime(2026, 11, 27, tzinfo=timezone.utc)
    decision = Decision(LOSS, digest, (student,), Decimal("2.5"), "Grace", when, "Half of it.")
    (root / "decisions.yaml").write_bytes(encode([decision]))


def graded(root):
    assert run(root, RUBRICS) == 0
    results = json.loads((root / "results" / "results.json").read_text())
    return next(test for test in results["tests"] if test["extra_data"]["item"] == LOSS)


def test_a_decision_counts_for_its_students(root):
    decided(root)
    test = graded(root)
    assert (test["score"], test["extra_data"]["verdict"]) == (2.5, "partial")
    assert "Half of it." in test["output"]


def test_it_counts_for_nobody_else(root):
    decided(root, "cem@x.edu")
    assert graded(root)["extra_data"]["verdict"] == "review"


def test_it_does_not_count_for_another_answer(root):
    decided(root)
    submitted(root, ANSWER.replace("probably", "surely not"))
    assert graded(root)["score"] == 0


def test_spaces_and_places_are_no_part_of_an_answer(root):
    decided(root)
    submitted(root, "\n\n" + ANSWER.replace("some loss", "some\n  loss"))
    assert graded(root)["score"] == 2.5


def test_a_file_that_cannot_be_read_is_a_fault_and_no_grade(root):
    (root / "decisions.yaml").write_text("decisions: [{item: 1a.loss}]")
    assert run(root, RUBRICS) != 0
    results = json.loads((root / "results" / "results.json").read_text())
    assert {test["extra_data"]["verdict"] for test in results["tests"]} == {"review"}
