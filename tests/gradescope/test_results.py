"""results.json says what the scorecard says, and nothing that the platform would choke on."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import Fault
from grader.model import ExtraCredit, ItemId, Notice, Scorecard, Verdict
from grader.reading.metadata import EarlierResult, EarlierSubmission, Metadata
from grader.reports import gradescope
from grader.reports.gradescope import Results, emergency_results, results, validated, write
from grader.safe_text import printable, shortened
from tests.gradescope.harness import Platform

EVENING = datetime(2025, 10, 27, 23, 59, tzinfo=timezone.utc)
NO_BONUS = ExtraCredit(
    title="Typewritten", verdict="missing", points=Decimal(0), feedback="No writeup was found."
)
BONUS = ExtraCredit(
    title="Typewritten (10 % extra credit)",
    verdict="correct",
    points=Decimal("0.3"),
    feedback="Set with pdfTeX.",
)


def verdict(item: str, points: str, possible: str = "1", **fields: Any) -> Verdict:
    earned, total = Decimal(points), Decimal(possible)
    name = "correct" if earned == total else "partial" if earned else "incorrect"
    defaults = {"title": f"About {item}", "verdict": name, "feedback": f"Feedback on {item}."}
    return Verdict(item=ItemId(item), points=earned, possible=total, **{**defaults, **fields})


def graded(
    *verdicts: Verdict, bonus: ExtraCredit = NO_BONUS, notices: tuple[Notice, ...] = ()
) -> Scorecard:
    return Scorecard(verdicts=verdicts, extra_credit=bonus, notices=notices)


def report(scorecard: Scorecard, metadata: Metadata | None = None, **extra: Any) -> Results:
    return validated(results(scorecard, metadata=metadata, execution_time=1.5, extra_data=extra))


FOUR = graded(
    verdict("2b.affine", "1"),
    verdict("2b.limit", "0.5", certain=Decimal("0.5"), notes=("sign-slip",)),
    verdict("2c.limit", "0", "2", verdict="review"),
    verdict("4b.db2", "0", visibility="after_published"),
    bonus=BONUS,
)


# ---------------------------------------------------------------- one entry per item


def test_items_come_in_order_with_part_name_points_and_status() -> None:
    told = [
        (t.get("number"), t["name"], t["score"], t["max_score"], t["status"])
        for t in report(FOUR)["tests"]
    ]
    assert told == [
        ("2b", "2b.affine: About 2b.affine", 1.0, 1.0, "passed"),
        ("2b", "2b.limit: About 2b.limit", 0.5, 1.0, "failed"),
        ("2c", "2c.limit: About 2c.limit", 0.0, 2.0, "failed"),
        ("4b", "4b.db2: About 4b.db2", 0.0, 1.0, "failed"),
        (None, "extra_credit: Typewritten (10 % extra credit)", 0.3, 0.0, "passed"),
    ]


def test_entries_carry_feedback_verdict_and_visibility() -> None:
    tests = report(FOUR)["tests"]
    assert [t["output"] for t in tests][1:3] == ["Feedback on 2b.limit.", "Feedback on 2c.limit."]
    assert [t["tags"] for t in tests] == [
        ["correct"], ["partial"], ["review"], ["incorrect"], ["correct"]
    ]  # fmt: skip
    assert [t["visibility"] for t in tests][2:] == ["visible", "after_published", "visible"]
    assert tests[1]["extra_data"] == {
        "item": "2b.limit", "verdict": "partial", "notes": ["sign-slip"], "certain": 0.5
    }  # fmt: skip
    assert tests[4]["extra_data"]["item"] == "extra_credit"


def test_a_bonus_that_was_not_earned_is_not_shown_as_passed() -> None:
    bonus = report(graded(verdict("1a.loss", "1")))["tests"][-1]
    assert (bonus["score"], bonus["max_score"], bonus["status"]) == (0.0, 0.0, "failed")


def test_top_level_fields() -> None:
    told = report(FOUR, rubric="ab12")
    assert told["score"] == 1.8
    assert told["extra_data"]["rubric"] == "ab12"
    assert told["extra_data"]["grader"]
    assert (told["execution_time"], told["stdout_visibility"]) == (1.5, "hidden")
    assert (told["output_format"], told["test_output_format"]) == ("md", "md")


@pytest.mark.parametrize("points", ["0", "0.1", "0.25", "0.7", "1", "2.20", "3"])
@pytest.mark.parametrize("name", ["correct", "partial", "incorrect", "missing", "review"])
def test_any_verdict_with_any_points_can_be_told(name: str, points: str) -> None:
    card = graded(*(verdict(f"1a.x{n}", points, "3", verdict=name) for n in range(3)))
    told = report(card)
    assert {t["status"] for t in told["tests"][:3]} == {"passed" if points == "3" else "failed"}
    assert told["score"] == float(3 * Decimal(points))


def test_a_sum_of_decimals_stays_exact() -> None:
    tenths = graded(*(verdict(f"1a.x{n}", "0.1") for n in range(39)), bonus=BONUS)
    assert sum(0.1 for _ in range(39)) != 3.9  # what floats would make of it
    assert report(tenths)["score"] == 4.2


# ---------------------------------------------------------------- faults of gradescope-utils


def test_no_verdict_makes_a_test_vanish() -> None:
    """Skipped tests and failing subtests do; a lost entry would be noticed."""
    names = ("correct", "partial", "incorrect", "missing", "review")
    card = graded(*(verdict(f"1a.{n}", "0", verdict=n) for n in names))
    assert len(report(card)["tests"]) == len(names) + 1
    with pytest.raises(Fault, match="5 items graded, 0 reported"):
        gradescope._complete({"tests": [], "leaderboard": []}, verdicts=card.verdicts, top={})


def test_scores_do_not_leak_from_one_scorecard_to_the_next() -> None:
    """`partial_credit` keeps the score on the function; ours are made anew each time."""
    for points in ("1", "0.5", "0", "1"):
        told = report(graded(*(verdict(f"1a.x{n}", points) for n in range(3))))
        assert [t["score"] for t in told["tests"][:3]] == [float(points)] * 3


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_points_that_are_no_number_are_refused(number: str) -> None:
    broken = Verdict(
        item=ItemId("1a.loss"), title="Loss", verdict="correct", feedback="",
        points=Decimal(number), possible=Decimal(1),
    )  # fmt: skip
    with pytest.raises(Fault):
        report(graded(broken))


@pytest.mark.parametrize(("points", "possible"), [("1.01", "1"), ("-0.5", "1")])
def test_points_outside_their_range_are_refused(points: str, possible: str) -> None:
    with pytest.raises(Fault):
        report(graded(verdict("1a.loss", points, possible)))


def test_execution_time_is_a_number_and_an_empty_leaderboard_is_left_out() -> None:
    told = report(FOUR)
    assert isinstance(told["execution_time"], float)
    assert "leaderboard" not in told


def test_nothing_is_printed_and_nothing_printed_gets_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sys.stdout.write("noise before\n")
    stdout = sys.stdout
    told = report(FOUR)
    assert sys.stdout is stdout
    assert capsys.readouterr() == ("noise before\n", "")
    assert "noise" not in json.dumps(told)


def test_empty_feedback_and_strange_titles_still_make_an_entry() -> None:
    card = graded(verdict("1a.loss", "1", feedback="", title="α\x00\n`second line`"))
    test = report(card)["tests"][0]
    assert (test["output"], test["name"]) == ("", "1a.loss: α")


# ---------------------------------------------------------------- what students type


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b\x07c\x1b[31md\x7fe\x9bf", "abc[31mdef"),
        ("line\r\nnext\ttab", "line\nnext\ttab"),
        ("half \ud800 emoji", "half \ufffd emoji"),
        ("abc\u202efdp.exe\u2066", "abc\\u202efdp.exe\\u2066"),
        ("∑ λᵏ 🎓 naïve", "∑ λᵏ 🎓 naïve"),
    ],
)
def test_only_printable_characters_are_told(typed: str, shown: str) -> None:
    assert printable(typed) == shown
    card = graded(verdict("1a.loss", "1", feedback=typed), notices=(Notice("n", typed),))
    told = report(card, name=typed)
    assert told["tests"][0]["output"] == shown
    assert told["extra_data"]["name"] == shown


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters()), st.text(st.characters()), st.integers(1, 3000))
def test_any_text_at_all_makes_valid_results(feedback: str, message: str, times: int) -> None:
    card = graded(
        verdict("1a.loss", "1", feedback=feedback * times), notices=(Notice("n", message * times),)
    )
    json.dumps(report(card), ensure_ascii=False).encode()


def test_each_text_and_all_texts_together_are_limited() -> None:
    long = "x" * 200_000
    few = report(graded(verdict("1a.loss", "1", feedback=long)))
    assert len(few["tests"][0]["output"]) < gradescope.OUTPUT_LIMIT + 100
    many = report(graded(*(verdict(f"1a.x{n}", "1", feedback=long) for n in range(200))))
    assert sum(len(t["output"]) for t in many["tests"]) < gradescope.TOTAL_LIMIT + 200 * 100
    told = report(graded(notices=tuple(Notice("n", long) for _ in range(100))))
    assert len(told["output"]) < gradescope.OUTPUT_LIMIT + 100


def test_a_cut_keeps_both_ends_and_whole_lines() -> None:
    text = "\n".join(f"line {n}" for n in range(1000))
    cut = shortened(text, 200)
    head, marker, tail = cut.partition("[… 8,")
    assert text.startswith(head.strip())
    assert text.endswith(tail.partition("\n\n")[2])
    assert marker
    assert shortened("short", 200) == "short"


@pytest.mark.parametrize("fence", ["```", "~~~~", "`````"])
def test_a_cut_never_lets_code_out_of_its_fence(fence: str) -> None:
    code = "\n".join(f"# **{n}**" for n in range(500))
    inside = shortened(f"Your code:\n{fence}python\n{code}\n{fence}\nIt stops.", 400)
    assert inside.count(f"\n{fence}") == 4
    assert inside.index(f"\n{fence}\n\n[…") < inside.index(f"\n{fence}\n# **")
    closed_before = shortened(f"{fence}\nx\n{fence}\n" + "word\n" * 500, 400)
    assert closed_before.count(fence) == 2


def test_notices_are_text_not_markup() -> None:
    notice = Notice("file-not-utf8", "`a*b*.tex`\n<img src=x> [link](http://x)")
    told = report(graded(notices=(notice,)))["output"]
    assert r"\`a\*b\*.tex\` \<img src=x\> \[link\](http://x)" in told


def test_a_flood_of_notices_is_counted_not_listed() -> None:
    told = report(graded(notices=tuple(Notice("n", f"file {n}") for n in range(50))))["output"]
    assert "file 19" in told
    assert "file 20" not in told
    assert "and 30 more" in told


# ---------------------------------------------------------------- the text above the table


def told_above(scorecard: Scorecard, metadata: Metadata | None = None) -> str:
    return str(report(scorecard, metadata)["output"])


def test_the_total_names_extra_credit_and_what_waits_for_a_ta() -> None:
    card = graded(
        verdict("2b.affine", "1.50", "2"), verdict("2c.limit", "0", verdict="review"), bonus=BONUS
    )
    assert told_above(card) == (
        "**1.8 of 3 points:** 1.5 for the answers and 0.3 of extra credit.\n\n"
        "**1 point waits for a TA**, who decides by hand: 2(c)."
    )


def test_a_total_is_not_given_away_by_results_that_are_not_shown_yet() -> None:
    told = told_above(FOUR, since(("4b.db2", "1", "correct"), ("2b.affine", "0", "incorrect")))
    assert "4b.db2" not in told
    assert "of 5 points" not in told
    assert "no total" in told
    assert "2(b) “About 2b.affine” rose from 0 to 1" in told


def since(*before: tuple[str, str, str | None], when: datetime | None = None) -> Metadata:
    results = tuple(EarlierResult(ItemId(i), Decimal(p), v) for i, p, v in before)
    earlier = EarlierSubmission(submitted=when, score=None, results=results)
    return Metadata(submission="1", earlier=(earlier,))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (("0", "incorrect"), ("1", "correct"), "1(a) “Loss” rose from 0 to 1"),
        (("1", "correct"), ("0.5", "partial"), "1(a) “Loss” fell from 1 to 0.5"),
        (("0", "review"), ("0.5", "partial"), "1(a) “Loss” was decided: partial, from 0 to 0.5"),
        (("0", "review"), ("0", "incorrect"), "1(a) “Loss” was decided: incorrect, from 0 to 0"),
        (("1", "correct"), ("0", "review"), "1(a) “Loss” now waits for a TA"),
        (("0", "review"), ("0", "review"), "Nothing has changed"),
        (("0.50", None), ("0.5", "partial"), "Nothing has changed"),
        (("0.5", "partial"), ("0.5", "partial"), "Nothing has changed"),
    ],
)
def test_what_moved_since_the_last_submission(
    before: tuple[str, str | None], now: tuple[str, str], told: str
) -> None:
    loss = verdict("1a.loss", now[0], title="Loss", verdict=now[1])
    card = graded(loss, verdict("1b.lambda", "1"))
    above = told_above(card, since(("1a.loss", *before), when=EVENING))
    assert f"**Since your last submission** (2025-10-27 23:59):\n\n- {told}" in above
    assert "1(b)" not in above


def test_what_was_not_found_is_named_by_part_or_by_title() -> None:
    card = graded(
        verdict("1a.loss", "0", "5", verdict="missing"),
        verdict("1b.solution", "4", "4"),
        verdict("1b.lambda", "0", verdict="missing", title="Which λ"),
    )
    assert "**Nothing was found** for 1(a), 1(b) “Which λ”: 6 points." in told_above(card)


def test_the_newest_submission_with_known_results_is_compared() -> None:
    silent = EarlierSubmission(submitted=EVENING, score=Decimal(5))
    foreign = EarlierSubmission(None, None, (EarlierResult(ItemId("TestAdd"), Decimal(1)),))
    metadata = since(("1a.loss", "0", "incorrect"), ("1z.gone", "1", "correct"))
    mixed = Metadata(submission="1", earlier=(silent, foreign, *metadata.earlier))
    assert "“About 1a.loss” rose" in told_above(graded(verdict("1a.loss", "1")), mixed)


@pytest.mark.parametrize("metadata", [None, Metadata(submission="1")])
def test_a_first_submission_is_compared_with_nothing(metadata: Metadata | None) -> None:
    assert "Since" not in told_above(FOUR, metadata)


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (timedelta(seconds=20), "Handed in 1 min after the due date"),
        (timedelta(minutes=65), "Handed in 1 h 5 min after"),
        (timedelta(days=1, hours=3, minutes=9), "Handed in 1 day 3 h after"),
        (timedelta(days=12), "Handed in 12 days 0 h after"),
    ],
)
def test_lateness_is_information_only(late: timedelta, told: str) -> None:
    metadata = Metadata(submission="1", submitted=EVENING + late, due=EVENING)
    assert told in told_above(FOUR, metadata)
    assert report(FOUR, metadata)["score"] == report(FOUR)["score"]


def test_work_in_time_is_not_commented() -> None:
    metadata = Metadata(submission="1", submitted=EVENING, due=EVENING)
    assert "Handed in" not in told_above(FOUR, metadata)


# ---------------------------------------------------------------- validated


def changed(*path: str | int, to: Any) -> Callable[[Results], None]:
    def change(told: Any) -> None:
        for key in path[:-1]:
            told = told[key]
        told[path[-1]] = to

    return change


def without(*path: str | int) -> Callable[[Results], None]:
    def change(told: Any) -> None:
        for key in path[:-1]:
            told = told[key]
        del told[path[-1]]

    return change


@pytest.mark.parametrize(
    "spoil",
    [
        changed("score", to="1.8"),
        changed("score", to=True),
        changed("score", to=None),
        changed("score", to=1.81),
        changed("score", to=float("nan")),
        changed("execution_time", to="1.50"),
        changed("execution_time", to=float("inf")),
        changed("output", to=None),
        changed("output", to="x" * 100_001),
        changed("output_format", to="markdown"),
        changed("visibility", to="shown"),
        changed("stdout_visibility", to="Hidden"),
        changed("extra_data", to=[]),
        changed("extra_data", "seed", to=float("nan")),
        changed("extra_data", "seed", to=Decimal(1)),
        changed("extra_data", "seed", to={1, 2}),
        changed("extra_data", "name", to="\ud800"),
        changed("extra_data", "blob", to="x" * gradescope.FILE_LIMIT),
        changed("tests", to=[]),
        changed("tests", to=None),
        changed("tests", 0, to="passed"),
        changed("tests", 0, "score", to="1"),
        changed("tests", 0, "score", to=float("nan")),
        changed("tests", 0, "score", to=1.000001),
        changed("tests", 0, "score", to=-1.0),
        changed("tests", 0, "max_score", to=float("inf")),
        changed("tests", 0, "max_score", to=0.5),
        changed("tests", 0, "status", to="pass"),
        changed("tests", 0, "output", to=["a"]),
        changed("tests", 0, "output", to="x" * 100_001),
        changed("tests", 0, "name", to=""),
        changed("tests", 0, "number", to=2),
        changed("tests", 0, "tags", to="correct"),
        changed("tests", 0, "tags", to=[1]),
        changed("tests", 0, "visibility", to="after_due"),
        changed("tests", 0, "max-score", to=1.0),
        changed("leader_board", to=[]),
        without("score"),
        without("tests"),
        without("tests", 0, "score"),
        without("tests", 0, "status"),
        without("tests", 4, "extra_data", "item"),  # then it is 0.3 of 0 points, and no bonus
    ],
)
def test_results_that_are_slightly_wrong_are_refused(spoil: Callable[[Results], None]) -> None:
    told = report(FOUR)
    spoil(told)
    with pytest.raises(Fault, match=r"results\.json would be"):
        validated(told)


@pytest.mark.parametrize("told", [[], None, 3, "text", [{"score": 1}]])
def test_what_is_no_object_at_all_is_refused(told: Any) -> None:
    with pytest.raises(Fault):
        validated(told)


def test_right_results_come_back_unchanged() -> None:
    told = report(FOUR)
    assert validated(told) is told


# ---------------------------------------------------------------- write


def test_a_written_file_reaches_gradescope_as_it_is(tmp_path: Path) -> None:
    told = report(FOUR)
    write(told, tmp_path / "prepared.json")
    script = tmp_path / "run_autograder"
    script.write_text("#!/bin/sh\ncp prepared.json results/results.json\n")
    script.chmod(0o755)
    delivery = Platform(tmp_path).grade({})
    assert (delivery.results, delivery.error_code) == (told, None)


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_writing_makes_folders_and_ignores_the_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "results" / "results.json"
    path.parent.mkdir()
    before = os.umask(umask)
    try:
        write(report(FOUR), path)
        write(report(FOUR), path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["results.json"]
    assert path.read_bytes().isascii()


def test_missing_and_read_only_folders_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there" / "results.json"
    write({"score": 0}, path)
    path.chmod(0o400)
    path.parent.chmod(0o500)
    write({"score": 1}, path)
    assert json.loads(path.read_text()) == {"score": 1}


def test_a_failed_write_leaves_the_old_file_and_no_debris(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write({"score": 1}, path)
    with pytest.raises(ValueError, match="JSON"):
        write({"score": float("nan")}, path)
    assert [p.name for p in tmp_path.iterdir()] == ["results.json"]
    assert json.loads(path.read_text()) == {"score": 1}


def test_a_place_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.json" / "inside").mkdir(parents=True)
    for path in (tmp_path / "file" / "results.json", tmp_path / "folder.json"):
        with pytest.raises(Fault, match="cannot write"):
            write({"score": 1}, path)
    assert {p.name for p in tmp_path.iterdir()} == {"file", "folder.json"}


# ---------------------------------------------------------------- emergency


def test_an_emergency_lists_every_item_as_waiting() -> None:
    items = [(ItemId("1a.loss"), "Loss", Decimal(5)), (ItemId("extra_credit"), "T", Decimal(0))]
    told = validated(emergency_results("The rubric\x00 **broke**.", items))
    assert told["score"] == 0
    assert "The rubric **broke**." in told["output"]
    assert [(t.get("number"), t["name"], t["max_score"]) for t in told["tests"]] == [
        ("1a", "1a.loss: Loss", 5.0),
        (None, "extra_credit: T", 0.0),
    ]
    assert {t["extra_data"]["verdict"] for t in told["tests"]} == {"review"}


def test_an_emergency_without_a_rubric_is_still_valid() -> None:
    told = validated(emergency_results("x" * 300_000))
    assert len(told["tests"]) == 1
    assert told["extra_data"]["grader_fault"] is True


def test_thirty_nine_items_keep_their_order() -> None:
    parts = [f"{p}{letter}" for p, letter in itertools.product("1234", "abcde")]
    items = [f"{part}.x{n}" for part in parts for n in range(2)][:39]
    told = report(graded(*(verdict(item, "1") for item in items)))
    assert [t["extra_data"]["item"] for t in told["tests"][:-1]] == items


def test_what_is_hidden_altogether_hides_the_total_and_the_extra_credit() -> None:
    bonus = ExtraCredit("Typewritten", "correct", Decimal("0.3"), "Set with pdfTeX.", "hidden")
    told = report(graded(verdict("2b.affine", "1", visibility="hidden"), bonus=bonus))
    assert told["visibility"] == "hidden"
    assert {test["visibility"] for test in told["tests"]} == {"hidden"}
    assert report(FOUR)["visibility"] == "visible"


def test_advice_for_a_ta_is_nowhere_in_the_results() -> None:
    advised = verdict("2b.affine", "0", verdict="review", advice="A = I − (2η/n)XᵀX.")
    assert "XᵀX" not in str(report(graded(advised)))
