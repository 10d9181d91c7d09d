"""A rubric that keeps explanations back until the due date, in Gradescope's container."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta, timezone

import pytest

from grader.platform import run
from grader.rubric import RUBRICS


@pytest.mark.parametrize(("days", "explained"), [(1, False), (-1, True)])
def test_why_an_answer_is_wrong_is_told_after_the_due_date(tmp_path, days, explained):
    rubrics = tmp_path / "rubrics"
    shutil.copytree(RUBRICS, rubrics)
    file = rubrics / "homework2.yaml"
    file.write_text(
        file.read_text().replace("explanations: always", "explanations: after_due_date")
    )
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "hw2.md").write_text(
        "# Problem 2\n\n(a) $\\nabla \\mathcal{L}(w) = \\frac1n X^T(Xw-y)$\n"
    )
    due = datetime.now(timezone.utc) + timedelta(days=days)
    metadata = {"id": 1, "users": [], "assignment": {"due_date": due.isoformat()}}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(metadata))
    assert run(tmp_path, rubrics) == 0
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    test = next(t for t in results["tests"] if t["extra_data"]["item"] == "2a.gradient")
    assert test["extra_data"]["verdict"] == "incorrect"
    assert "\\frac1n X^T(Xw-y)" in test["output"]
    assert ("To see it" in test["output"]) is explained
    assert ("After the due date" in test["output"]) is not explained
