"""Regrade, rescore, diff and export as a TA types them."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import stat
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from grader.model import Decision, ItemId
from grader.reports.changes import Change, Move, show
from grader.rubric import RUBRICS
from grader.rubric.decisions import load_decisions
from grader.store import Store, database
from tests.evening.conftest import RIGHT, WRONG, regrade, run, submission

LOSS = ItemId("1a.loss")


def points(store, item=LOSS):
    with Store(store) as opened:
        return {
            one.hand_in.name: next(v.points for v in one.card.verdicts if v.item == item)
            for one in opened.records()
        }


def cheaper(tmp_path):
    """A rubric where 1a.loss is worth less and 1b.solution more."""
    folder = tmp_path / "rubrics"
    shutil.copytree(RUBRICS, folder)
    file = folder / "problem1.yaml"
    text = file.read_text()
    start = text.index("item: 1a.loss")
    text = text[:start] + text[start:].replace("points: 5", "points: 3", 1)
    text = text.replace("points: 5", "points: 3", 1) if "part: 1a" in text else text
    file.write_text(text)
    homework = folder / "homework2.yaml"
    homework.write_text(homework.read_text().replace("points: 71", "points: 69", 1))
    file.write_text(file.read_text().replace("points: 15", "points: 13", 1))
    return folder


def decide(store, student, amount, item=LOSS, comment="Seen in person."):
    """What `grader review` does."""
    with Store(store, writable=True) as opened:
        record = next(one for one in opened.records() if student in one.students)
        decision = Decision(
            item=item,
            answer=record.facts.answer_digests[item],
            students=(student,),
            points=Decimal(amount),
            who="Grace",
            when=datetime.now(timezone.utc),
            comment=comment,
        )
        opened.decide(opened.begin("review", "Grace", record.rubric), [decision])


def test_what_has_not_changed_is_not_run_again(course, store):
    assert "6 graded" in regrade(course, store)
    assert "6 unchanged" in regrade(course, store)
    submission(course / "ben", f"So {RIGHT}")
    assert "1 graded, 5 unchanged" in regrade(course, store)
    assert points(store)["ben"] == 5
    assert "6 graded" in regrade(course, store, "--again")


def test_diff_names_who_moved_where_and_why(course, store, tmp_path):
    regrade(course, store)
    submission(course / "ben", RIGHT)
    submission(course / "ada", WRONG)
    regrade(course, store)
    changes = json.loads(run("diff", "--store", store, "--json"))
    assert [one["name"] for one in changes] == ["ada", "ben"], "falls come first"
    fallen = {move["item"]: move for move in changes[0]["moves"]}
    assert fallen[LOSS]["why"] == "another submission"
    assert [Decimal(fallen[LOSS][when]) for when in ("before", "after")] == [5, 0]
    run("rescore", "--store", store, "--rubrics", cheaper(tmp_path))
    moves = {
        one["name"]: {move["item"]: move["why"] for move in one["moves"]}
        for one in json.loads(run("diff", "--store", store, "--json"))
    }
    assert moves["ben"][LOSS] == moves["eve"][LOSS] == "rubric edit"
    assert "ada" not in moves


def test_a_rescore_takes_another_rubric_and_comes_back(course, store, tmp_path):
    regrade(course, store)
    before = points(store)
    run("rescore", "--store", store, "--rubrics", cheaper(tmp_path))
    assert points(store)["ada"] == 3
    run("rescore", "--store", store)
    assert points(store) == before


def test_tolerances_and_claims_are_measured_anew_from_what_is_stored(course, store, tmp_path):
    regrade(course, store)
    rubrics = tmp_path / "rubrics"
    shutil.copytree(RUBRICS, rubrics)
    homework = rubrics / "homework2.yaml"
    homework.write_text(homework.read_text().replace("claims: claims.yaml", "#"))
    assert "6 judged anew" in run("rescore", "--store", store, "--rubrics", rubrics, "--workers", 1)
    assert points(store)["ada"] == 5


def test_a_decision_survives_regrade_and_rescore_until_the_answer_changes(course, store):
    regrade(course, store)
    decide(store, "cem", "2.5")
    run("rescore", "--store", store)
    moves = json.loads(run("diff", "--store", store, "--json"))[0]["moves"]
    assert {move["item"]: move["why"] for move in moves}[LOSS] == "a TA's decision"
    regrade(course, store, "--again")
    assert points(store)["cem"] == Decimal("2.5")
    assert points(store)["dia"] == 0, "an equal answer of another student was not decided"
    (course / "cem" / "more.txt").write_text("a file that is no answer")
    regrade(course, store)
    assert points(store)["cem"] == Decimal("2.5")
    submission(course / "cem", RIGHT)
    regrade(course, store)
    assert points(store)["cem"] == 5


def test_a_zero_stays_zero_and_a_withdrawn_decision_is_none(course, store):
    regrade(course, store)
    decide(store, "ada", "0")
    run("rescore", "--store", store)
    assert points(store)["ada"] == 0
    with Store(store, writable=True) as opened:
        (number,) = opened.decisions()
        opened.withdraw(number, "Grace")
    run("rescore", "--store", store)
    assert points(store)["ada"] == 5


def test_an_export_refuses_scores_that_fell(course, store, tmp_path):
    out = tmp_path / "out"
    regrade(course, store)
    run("export", "--store", store, "-o", out)
    submission(course / "ada", WRONG)
    regrade(course, store)
    refused = run("export", "--store", store, "-o", tmp_path / "second", status=2)
    assert "ada" in refused and "--accept-lower" in refused
    assert not (tmp_path / "second").exists()
    told = run("diff", "--store", store, "--since", "export")
    assert "1 scorecard moved: 1 fell." in told
    assert "another submission" in told
    run("export", "--store", store, "-o", out, "--accept-lower")
    run("export", "--store", store, "-o", out)


def test_an_export_has_results_tables_and_decisions(course, store, tmp_path):
    out = tmp_path / "out"
    regrade(course, store)
    decide(store, "cem", "2.5", comment="=1+1")
    run("rescore", "--store", store)
    assert "still wait" in run("export", "--store", store, "-o", out)
    results = json.loads((out / "results" / "cem" / "results.json").read_text())
    shown = {test["extra_data"]["item"]: test for test in results["tests"]}
    assert shown[LOSS]["score"] == 2.5
    assert "decided-by-ta" in shown[LOSS]["extra_data"]["notes"]
    rows = list(csv.DictReader((out / "grades.csv").open()))
    assert {row["Name"]: row["Total Score"] for row in rows}["ben"] == "1.1"
    assert len(rows) == 6
    items = list(csv.DictReader((out / "items.csv").open()))
    assert len(items) == 6 * 40
    (decision,) = load_decisions(out / "decisions.yaml")
    assert (decision.item, decision.points, decision.students) == (LOSS, Decimal("2.5"), ("cem",))


def test_what_gradescope_showed_is_the_first_measure_of_a_fall(course, store, tmp_path):
    for name in ("ada", "ben"):
        shutil.copytree(course / name, tmp_path / "export" / f"submission_{name}")
    (tmp_path / "export" / "submission_metadata.yml").write_text(
        "submission_ben:\n  :submitters: [{':name': Ben, ':email': ben@x}]\n  :score: 5.0\n"
        "  :results:\n    score: 5.0\n    tests:\n"
        "    - {name: '1a.loss: Loss', score: 5.0, extra_data: {item: 1a.loss}}\n"
        "submission_ada:\n  :submitters: [{':name': Ada, ':email': ada@x}]\n  :results:\n"
    )
    regrade(tmp_path / "export", store)
    refused = run("export", "--store", store, "-o", tmp_path / "out", status=2)
    assert "Ben (submission_ben)" in refused and "Ada" not in refused


@pytest.mark.parametrize(
    ("results", "note"),
    [
        ("", "60 is what Gradescope showed"),
        ("{score: 0, tests: []}", "60 is what Gradescope showed"),
        (
            "{tests: [{name: '1a.loss: Loss', score: 5.0, extra_data: {item: 1a.loss}}]}",
            "its rows add up to 5: points were given there by hand",
        ),
    ],
)
def test_any_score_that_gradescope_showed_counts_for_a_fall(course, store, tmp_path, results, note):
    shutil.copytree(course / "ben", tmp_path / "export" / "submission_1")
    (tmp_path / "export" / "submission_metadata.yml").write_text(
        "submission_1:\n  :submitters: [{':name': Ben, ':email': ben@x}]\n"
        f"  :score: 60.0\n  :results: {results}\n"
    )
    regrade(tmp_path / "export", store)
    assert "60 → 1.1" in run("export", "--store", store, "-o", tmp_path / "out", status=2)
    assert note in run("diff", "--store", store, "--since", "export")


def test_a_group_shares_a_scorecard_until_one_of_them_hands_in_alone(course, store, tmp_path):
    export = tmp_path / "export"
    shutil.copytree(course / "ada", export / "submission_1")
    both = "[{':name': A, ':email': a@x}, {':name': B, ':email': b@x}]"
    (export / "submission_metadata.yml").write_text(f"submission_1:\n  :submitters: {both}\n")
    regrade(export, store)
    run("export", "--store", store, "-o", tmp_path / "out")
    (tmp_path / "rest").mkdir()
    run("rescore", "--store", store, "--rubrics", cheaper(tmp_path / "rest"))
    told = run("diff", "--store", store, "--since", "export")
    assert told.count("A, B (submission_1)") == 1, "a group moves once"
    assert "rubric edit" in told
    shutil.copytree(course / "ben", export / "submission_2")
    (export / "submission_metadata.yml").write_text(
        f"submission_1:\n  :submitters: {both}\nsubmission_2:\n"
        "  :submitters: [{':name': B, ':email': b@x}]\n"
    )
    regrade(export, store)
    with Store(store) as opened:
        held = {one.hand_in.name: one.students for one in opened.records()}
    assert held == {"submission_1": ("a@x",), "submission_2": ("b@x",)}


# ---------------------------------------------------------------- faults


def test_commands_say_what_is_missing(store, tmp_path):
    assert "grader regrade" in run("diff", "--store", store, status=2)
    assert "grader regrade" in run("rescore", "--store", store, status=2)
    assert "does not exist" in run("regrade", tmp_path / "nowhere", "--store", store, status=2)


def test_a_store_of_a_newer_version_is_left_alone(course, store):
    regrade(course, store)
    opened = sqlite3.connect(store / "store.sqlite")
    opened.execute("PRAGMA user_version = 99")
    opened.close()
    for command in (("regrade", course), ("rescore",), ("diff",), ("export",)):
        assert "newer version" in run(*command, "--store", store, status=2)


def test_a_store_of_an_older_version_is_brought_up_to_date(course, store, monkeypatch):
    regrade(course, store)
    before = points(store)
    newer = (*database.MIGRATIONS, "CREATE TABLE remark (id INTEGER PRIMARY KEY, text TEXT);")
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    assert points(store) == before, "reading migrates as well"
    opened = sqlite3.connect(store / "store.sqlite")
    assert opened.execute("PRAGMA user_version").fetchone() == (len(newer),)
    assert opened.execute("SELECT count(*) FROM remark").fetchone() == (0,)
    monkeypatch.undo()
    assert "newer version" in run("diff", "--store", store, status=2)


def test_a_migration_that_fails_leaves_the_store_as_it_was(course, store, monkeypatch):
    regrade(course, store)
    before = points(store)
    broken = (*database.MIGRATIONS, "CREATE TABLE remark (id);\nCREATE TABLE run (id);")
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", broken)
        assert "already exists" in run("diff", "--store", store, status=3)
    assert points(store) == before


def test_nobody_else_may_look_into_a_store(course, store):
    regrade(course, store)
    assert stat.S_IMODE(store.stat().st_mode) == 0o700


def test_nobody_else_may_read_an_export(course, store, tmp_path):
    regrade(course, store)
    run("export", "--store", store, "-o", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(files) == 6 + 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_regrade_of_nothing_leaves_no_store_behind(store, tmp_path):
    (tmp_path / "empty").mkdir()
    run("regrade", tmp_path / "empty", "--store", store, status=2)
    run("regrade", tmp_path, "--store", store, "--rubrics", tmp_path, status=2)
    assert not store.exists()


def test_rows_are_never_changed(course, store):
    regrade(course, store)
    opened = sqlite3.connect(store / "store.sqlite")
    for table in ("scorecard", "hand_in", "grading", "run"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id + 100"):
            with pytest.raises(sqlite3.DatabaseError, match="only grows"):
                opened.execute(change)


def test_damaged_evidence_is_found_put_aside_and_graded_again(course, store):
    regrade(course, store)
    before = points(store)
    objects = sorted((store / "objects").glob("*/*.json.z"))
    objects[0].write_bytes(b"damaged")
    objects[1].unlink()
    (objects[2].parent / "x.unfinished").write_bytes(b"")
    told = run("check", "--store", store, status=3)
    assert told.count("mended") == 2 and "gone" in told
    assert "graded" in regrade(course, store)
    assert points(store) == before
    assert "ok" in run("check", "--store", store)


def test_a_diff_has_a_block_for_each_submission(course, store, tmp_path):
    regrade(course, store)
    run("rescore", "--store", store, "--rubrics", cheaper(tmp_path))
    told = run("diff", "--store", store)
    assert "2 scorecards moved: 2 fell." in told
    moves = [line.split("  ") for line in told.splitlines() if "1a.loss" in line]
    assert [[word.strip() for word in words if word.strip()] for words in moves] == [
        ["1a.loss", "5 → 3", "correct", "rubric edit"]
    ] * 2
    change = next(one for one in told.splitlines() if one.startswith("ada: "))
    assert change.endswith("(fell)")


def test_a_line_of_moves_is_not_cut_where_nobody_sees_it(capsys):
    move = Move(LOSS, Decimal(5), Decimal(3), "correct", "partial", "why " * 30 + "end")
    show([Change("submission_1", ("a@x",), Decimal(5), Decimal(3), (move,), "Ada")], as_json=False)
    told = capsys.readouterr().out
    assert "Ada (submission_1): 5 → 3 (fell)" in told and "why end" in told


def test_the_commands_of_a_store_are_listed_with_their_numbers(course, store):
    regrade(course, store)
    run("rescore", "--store", store)
    first, second = run("diff", "--store", store, "--runs").splitlines()
    assert first.split()[0] == "1" and f"regrade {course}, rubric {RUBRICS}" in first
    assert second.split()[0] == "2" and "rescore" in second
    runs = json.loads(run("diff", "--store", store, "--runs", "--json"))
    assert [one["command"] for one in runs] == ["regrade", "rescore"]


# ---------------------------------------------------------------- which rubric counts


def test_another_rubric_than_last_time_is_told_with_the_command_that_keeps_it(
    course, store, tmp_path
):
    regrade(course, store)
    copy = cheaper(tmp_path)
    told = run("rescore", "--store", store, "--rubrics", copy)
    assert "6 scores were counted with the rubric in" in told and "2 moved (2 fell)" in told
    assert "6 as before" in run("rescore", "--store", store, "--rubrics", copy)
    told = regrade(course, store)
    assert f"grader regrade {course} --store {store} --rubrics {copy}" in told
    assert "2 moved, 4 as before" in told
    assert "Warning" not in regrade(course, store)


def test_an_edited_rubric_is_told(course, store, tmp_path):
    copy = cheaper(tmp_path)
    regrade(course, store, "--rubrics", copy)
    homework = copy / "homework2.yaml"
    homework.write_text(homework.read_text().replace("percent: 10", "percent: 20"))
    assert "before it was edited" in run("rescore", "--store", store, "--rubrics", copy)


def test_review_and_report_name_the_rubric_that_counted(course, store, tmp_path):
    copy = cheaper(tmp_path)
    regrade(course, store, "--rubrics", copy)
    refused = run("review", "--json", "--store", store, status=2)
    assert f"grader review --store {store} --rubrics {copy}" in refused
    told = run("report", "--store", store, "-o", tmp_path / "r.html")
    assert f"grader report --store {store} --rubrics {copy}" in told
