"""The tables: what a spreadsheet, Gradescope's users and Canvas get to read."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.model import ExtraCredit, ItemId, Scorecard, Verdict
from grader.reading.export import HandIn
from grader.reading.metadata import Submitter
from grader.reports.tables import csv_text, defused, fill_canvas, grades, items
from grader.store import Record


def record(number, *submitters, points="3", verdict="partial"):
    possible = Decimal(5)
    one = Verdict(ItemId("1a.loss"), "Loss", verdict, Decimal(points), possible, "", ("a-note",))
    card = Scorecard((one,), ExtraCredit("Typewritten", "correct", Decimal("0.3"), ""))
    when = datetime(2026, 11, 27, 20, 5, tzinfo=timezone.utc)
    hand_in = HandIn(f"submission_{number}", tuple(s.id for s in submitters), "d", submitters, when)
    return Record(
        number, number, hand_in, hand_in.students, "r", 1, 1, "o", "m", 1.0, None,
        load_card=lambda: card, load_facts=pytest.fail, load_answers=pytest.fail,
    )  # fmt: skip


ADA = Submitter("Ada Lovelace", "al1815@nyu.edu", "N00012345")
LI = Submitter("Li, Wei", "", "00077")
EVIL = Submitter('=HYPERLINK("x")', "evil@nyu.edu", "@SUM(1)")
CLASS = [record(1, ADA, LI), record(2, EVIL, points="0", verdict="review")]


def read(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_no_cell_is_a_formula(cell):
    assert defused(cell).startswith("'")
    assert read(csv_text([[cell]]))[0][0].startswith("'")


@pytest.mark.parametrize("cell", ["Ada", "2.5", "N00012345", "a=b", "λ > 1", "", 'say "x", y\nz'])
def test_other_cells_come_back_as_they_were(cell):
    assert read(csv_text([[cell, "end"]]))[0] == [cell, "end"]


def test_grades_have_a_row_for_each_student_and_a_column_for_each_item():
    header, *rows = read(csv_text(grades(CLASS)))
    assert header[-2:] == ["1a.loss: Loss (5 pts)", "extra_credit: Typewritten (0 pts)"]
    by_name = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert set(by_name) == {"Ada Lovelace", "Li, Wei", '\'=HYPERLINK("x")'}
    ada = by_name["Ada Lovelace"]
    assert (ada["Total Score"], ada["Max Points"], ada["Status"]) == ("3.3", "5", "Graded")
    assert (ada["Submission ID"], ada["Submission Time"]) == ("1", "2026-11-27 20:05:00 +0000")
    assert by_name["Li, Wei"]["SID"] == "00077"
    assert by_name['\'=HYPERLINK("x")']["Status"] == "Ungraded"


def test_an_empty_class_is_a_header():
    assert len(list(grades([]))) == len(list(items([]))) == 1


def test_every_item_is_a_row():
    header, *rows = items(CLASS)
    assert len(rows) == 3 * 2
    assert [row[header.index("Verdict")] for row in rows[2:4]] == ["partial", "correct"]
    assert rows[2][header.index("Notes")] == "a-note"


GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (11),Homework 2 (12),Current Score
,,,,,Manual Posting,,
    Points Possible,,,,,100,71,(read only)
"Lovelace, Ada",901,x1,al1815,CS-GY 6923,88,,90
"Wei, Li",902,00077,lw1,CS-GY 6923,77,5,80
"Else, Someone",903,x3,se3,CS-GY 6923,66,12,70
"Student, Test",904,,,CS-GY 6923,,,
"""  # noqa: E501


def test_one_column_of_a_canvas_gradebook_is_filled_and_the_rest_left_out():
    filled = fill_canvas(GRADEBOOK, CLASS, "Homework 2")
    header, posting, possible, *rows = filled.rows
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 2 (12)"]
    assert possible[-1] == "71"
    assert [row[-1] for row in rows] == ["3.3", "3.3", "12", ""]
    assert filled.only_in_canvas == ["Else, Someone", "Student, Test"]
    assert filled.not_in_canvas == [EVIL.name]
    assert posting[-1] == ""


def test_semicolons_and_a_byte_order_mark_are_canvas_as_well():
    text = "\ufeff" + GRADEBOOK.replace('"Lovelace, Ada"', "Ada Lovelace").replace(
        '"Wei, Li"', "Li Wei"
    ).replace(",", ";")
    filled = fill_canvas(text, CLASS, "Homework 2 (12)")
    assert [row[-1] for row in filled.rows[3:5]] == ["3.3", "3.3"]


def test_a_name_that_two_students_have_is_no_match():
    twins = [record(n, Submitter("Wei Li", f"w{n}@x", "")) for n in (1, 2)]
    text = "Student,ID,Section,HW (1)\nLi Wei,5,A,\n"
    assert fill_canvas(text, twins).rows[1][-1] == ""


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("", None, "no gradebook"),
        ("Name,Score\nAda,1\n", None, "no gradebook"),
        (GRADEBOOK, None, "Homework 1"),
        (GRADEBOOK, "Homework 3", "no columns"),
        ("Student,ID,Section\nAda,1,A\n", None, "no columns"),
    ],
)
def test_a_gradebook_that_cannot_be_filled_says_why(text, column, told):
    with pytest.raises(UsageError, match=told):
        fill_canvas(text, CLASS, column)
