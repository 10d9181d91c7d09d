"""The commands as a TA types them: what they print, what they write, how they end."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.rubric import RUBRICS
from grader.samples import SAMPLES
from grader.store import Store


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_grade_shows_points_verdicts_and_feedback_of_one_submission():
    done = run("grade", SAMPLES / "missing-relu-mask")
    assert done.exit_code == 0
    assert "4d.analytic" in done.output
    assert "0.8/2" in done.output
    assert "its input was positive" in " ".join(done.output.replace("│", " ").split())


def test_grade_writes_the_same_results_that_gradescope_gets(tmp_path):
    done = run("grade", SAMPLES / "missing-skip-in-dx", "--output", tmp_path)
    assert done.exit_code == 0
    results = json.loads((tmp_path / "missing-skip-in-dx" / "results.json").read_text())
    tests = {test["extra_data"]["item"]: test for test in results["tests"]}
    assert tests["4d.analytic"]["score"] == pytest.approx(1.6)
    assert tests["4d.analytic"]["extra_data"]["notes"].count("missing-skip-in-dx") == 1


def test_grade_takes_zips_and_gives_equal_names_different_folders(tmp_path):
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        with zipfile.ZipFile(tmp_path / place / "hw2.zip", "w") as archive:
            archive.write(SAMPLES / "official-script" / "expected.yaml", "notes.yaml")
    out = tmp_path / "out"
    done = run("grade", tmp_path / "a" / "hw2.zip", tmp_path / "b" / "hw2.zip", "--output", out)
    assert done.exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["hw2", "hw2-2"]


def test_several_submissions_become_a_table_and_workers_agree_with_one_process(tmp_path):
    folders = [SAMPLES / n for n in ("missing-skip-in-dx", "no-code", "empty", "syntax-error")]
    alone = run("grade", *folders, "--workers", 1, "--output", tmp_path / "one")
    together = run("grade", *folders, "--workers", 2, "--output", tmp_path / "two")
    assert alone.exit_code == together.exit_code == 0
    for folder in folders:
        one, two = (
            json.loads((tmp_path / place / folder.name / "results.json").read_text())
            for place in ("one", "two")
        )
        assert [t["score"] for t in one["tests"]] == [t["score"] for t in two["tests"]]
        assert folder.name in alone.output


def test_a_path_that_does_not_exist_is_a_usage_error():
    done = run("grade", "no/such/folder")
    assert done.exit_code == 2
    assert "no/such/folder does not exist" in done.output


def test_a_broken_rubric_is_named_with_file_and_line(tmp_path):
    rubrics = shutil.copytree(RUBRICS, tmp_path / "rubrics")
    file = rubrics / "problem2.yaml"
    text = file.read_text()
    file.write_text(text.replace('title: "Gradient of the loss"', 'titel: "Gradient"', 1))
    line = text[: text.index("Gradient of the loss")].count("\n") + 1
    done = run("grade", SAMPLES / "empty", "--rubrics", rubrics)
    assert done.exit_code == 2
    assert f"problem2.yaml:{line}" in done.output
    assert "titel" in done.output


@pytest.mark.parametrize("command", ["check", "package", "rescore"])
def test_a_deduction_for_a_mistake_that_nobody_knows_is_refused(tmp_path, command):
    folder = tmp_path / "rubrics"
    shutil.copytree(RUBRICS, folder)
    file = folder / "problem4.yaml"
    text = file.read_text()
    row = "      - item: 4d.analytic\n"
    file.write_text(text.replace(row, f"{row}        deductions: {{missing-relu-maks: 0.1}}\n"))
    Store(tmp_path / "store", writable=True, create=True).close()
    place = {"package": ["-o", tmp_path / "a.zip"], "rescore": ["--store", tmp_path / "store"]}
    done = run(command, "--rubrics", folder, *place.get(command, ()))
    assert done.exit_code == 2
    line = text[: text.index(row)].count("\n") + 2
    assert f"problem4.yaml:{line}: 'missing-relu-maks' is no known mistake." in done.output
    assert "missing-relu-mask" in done.output


def test_other_rubrics_change_points_without_touching_code(tmp_path):
    rubrics = shutil.copytree(RUBRICS, tmp_path / "rubrics")
    file = rubrics / "homework2.yaml"
    file.write_text(file.read_text().replace("percent: 10", "percent: 50"))
    done = run("grade", SAMPLES / "official-script", "--rubrics", rubrics, "--output", tmp_path)
    assert done.exit_code == 0
    results = json.loads((tmp_path / "official-script" / "results.json").read_text())
    *items, extra = results["tests"]
    assert extra["score"] == pytest.approx(sum(item["score"] for item in items) / 2) != 0


def test_gradescope_writes_valid_results_even_when_the_rubric_is_broken(tmp_path):
    root = tmp_path / "autograder"
    shutil.copytree(SAMPLES / "official-script", root / "submission")
    rubrics = shutil.copytree(RUBRICS, tmp_path / "rubrics")
    (rubrics / "homework2.yaml").write_text("points: [")
    done = run("gradescope", "--root", root, "--rubrics", rubrics)
    assert done.exit_code == 2
    results = json.loads((root / "results" / "results.json").read_text())
    assert "not your fault" in results["output"]


def test_gradescope_grades_what_the_platform_lays_out(tmp_path):
    root = tmp_path / "autograder"
    shutil.copytree(SAMPLES / "official-script", root / "submission")
    assert run("gradescope", "--root", root).exit_code == 0
    results = json.loads((root / "results" / "results.json").read_text())
    scores = {test["extra_data"]["item"]: test["score"] for test in results["tests"]}
    assert sum(score for item, score in scores.items() if item.startswith("4d")) == 5


def test_check_says_what_agrees():
    done = run("check", "--no-samples", "--json")
    assert done.exit_code == 0
    assert all(not check["problems"] for check in json.loads(done.output))
