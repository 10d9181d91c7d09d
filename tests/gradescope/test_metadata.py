"""submission_metadata.json in its documented form, as it really is, and damaged."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import ItemId
from grader.reading.metadata import EarlierResult, Metadata, load_metadata

PACIFIC = timezone(timedelta(hours=-7))


def told(name: str, score: Any, **extra: Any) -> dict[str, Any]:
    """One reported test, with every key that the platform stores."""
    return {
        "name": name, "tags": None, "score": score, "number": "2b", "output": "…", "status": None,
        "max_score": 1, "extra_data": extra or None, "visibility": "visible",
        "name_format": None, "output_format": "md",
    }  # fmt: skip


REAL = {
    "id": 123456,
    "users": [
        {
            "id": 2, "email": "ada@example.edu", "name": "Ada Example", "sid": "00012345",
            "assignment": {
                "release_date": "2025-10-10T00:00:00.000000-07:00",
                "due_date": "2025-10-27T23:59:00.000000-07:00",
                "late_due_date": None,
            },
        },
        {
            "id": 3, "email": "ben@example.edu", "name": "Ben Example", "sid": "",
            "assignment": {"due_date": "2025-10-29T23:59:00.000000-07:00"},
        },
    ],
    "created_at": "2025-10-30T01:29:00.500000-07:00",
    "assignment_id": None,
    "assignment": {
        "id": 3, "title": "Written Homework 2", "due_date": "2025-10-27T23:59:00.000000-07:00",
        "total_points": "71.0", "course_id": 4, "group_submission": True, "group_size": None,
        "outline": [{"id": 5, "type": "ProgrammingQuestion", "weight": "71.0"}],
    },
    "submission_method": "upload",
    "previous_submissions": [
        {
            "id": 6, "submission_time": "2025-10-26T10:00:00.000000-07:00", "score": "20.0",
            "autograder_error": False,
            "results": {
                "score": 20.5, "extra_data": None, "leaderboard": [],
                "tests": [
                    told("2b.affine: A and b", 1, item="2b.affine", verdict="correct"),
                    told("2b.limit: the limit", 0.1),
                    told("extra_credit: Typewritten", "2.5"),
                    told("TestAddTwoInts", 5),
                    told("1a.loss: not graded", None),
                ],
            },
        },
        {"id": 8, "submission_time": "2025-10-26T23:00:00.000000-07:00", "score": None,
         "autograder_error": True, "results": None},
        {"id": 7, "submission_time": "2025-10-25T10:00:00.000000-07:00", "score": "19.0"},
    ],
}  # fmt: skip

DOCUMENTED = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2018-07-31T23:00:00.000000-07:00",
        "group_size": 4,
        "group_submission": True,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2018-07-02T00:00:00.000000-07:00",
        "title": "Programming Assignment 1",
        "total_points": "20.0",
    },
    "submission_method": "upload",
    "users": [{"email": "student@example.com", "id": 1234, "name": "Student User"}],
    "previous_submissions": [
        {
            "submission_time": "2017-04-06T14:24:48.087023-07:00",
            "score": 0.0,
            "results": {"tests": [], "score": 0.0},
        }
    ],
}


def load(path: Path, content: Any) -> Metadata:
    file = path / "submission_metadata.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    metadata, notices = load_metadata(file)
    assert metadata is not None
    assert notices == ()
    return metadata


def test_the_real_form(tmp_path: Path) -> None:
    read = load(tmp_path, REAL)
    assert [(s.name, s.email, s.sid) for s in read.submitters] == [
        ("Ada Example", "ada@example.edu", "00012345"),
        ("Ben Example", "ben@example.edu", ""),
    ]
    assert read.submission == "123456"
    assert read.total_points == Decimal("71.0")
    assert read.submitted == datetime(2025, 10, 30, 1, 29, 0, 500000, PACIFIC)


def test_the_latest_due_date_of_a_group_counts(tmp_path: Path) -> None:
    read = load(tmp_path, REAL)
    assert read.due == datetime(2025, 10, 29, 23, 59, tzinfo=PACIFIC)
    assert read.lateness == timedelta(hours=1, minutes=30, milliseconds=500)


def test_earlier_submissions_come_newest_first_with_what_is_known(tmp_path: Path) -> None:
    newest, middle, oldest = load(tmp_path, REAL).earlier
    assert (newest.score, newest.results) == (None, ())
    assert oldest.score == Decimal("19.0")
    assert middle.results == (
        EarlierResult(ItemId("2b.affine"), Decimal(1), "correct"),
        EarlierResult(ItemId("2b.limit"), Decimal("0.1")),
        EarlierResult(ItemId("extra_credit"), Decimal("2.5")),
    )


def test_a_rerun_does_not_look_at_what_came_after_it(tmp_path: Path) -> None:
    read = load(tmp_path, {**REAL, "created_at": "2025-10-26T12:00:00.000000-07:00"})
    assert [s.score for s in read.earlier] == [Decimal("20.0"), Decimal("19.0")]
    assert read.lateness == timedelta(0)


def test_the_documented_form(tmp_path: Path) -> None:
    read = load(tmp_path, DOCUMENTED)
    assert [(s.name, s.sid) for s in read.submitters] == [("Student User", "")]
    assert read.due == datetime(2018, 7, 31, 23, tzinfo=PACIFIC)
    assert read.lateness == timedelta(0)
    assert [s.results for s in read.earlier] == [()]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("users", None),
        ("users", {}),
        ("users", [None, 3, "Ada"]),
        ("created_at", None),
        ("created_at", "yesterday"),
        ("created_at", 1.5),
        ("assignment", None),
        ("assignment", {"due_date": [], "total_points": "many"}),
        ("assignment", {"total_points": "NaN"}),
        ("assignment", {"total_points": "1e999999999"}),
        ("previous_submissions", None),
        ("previous_submissions", [None, {"results": []}, {"results": {"tests": {}}}]),
        ("previous_submissions", [{"score": True, "results": {"tests": [{"name": 3}, 4]}}]),
    ],
)
def test_one_damaged_field_costs_only_itself(tmp_path: Path, key: str, value: Any) -> None:
    read = load(tmp_path, {**REAL, key: value})
    assert read.submission == "123456"
    assert (key == "users") != bool(read.submitters)
    assert (key == "assignment") != (read.total_points == Decimal(71))


def test_times_without_a_zone_are_comparable(tmp_path: Path) -> None:
    read = load(tmp_path, {**DOCUMENTED, "created_at": "2018-08-01T06:30:00"})
    assert read.lateness == timedelta(minutes=30)


def test_numbers_stand_for_student_ids(tmp_path: Path) -> None:
    read = load(tmp_path, {"users": [{"sid": 12345, "name": None}, {"sid": True}]})
    assert [s.sid for s in read.submitters] == ["12345", ""]


def test_a_byte_order_mark_is_no_damage(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff" + json.dumps(REAL)).submission == "123456"


def test_an_empty_object_means_that_nothing_is_known(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Metadata(submission="")
    assert load(tmp_path, {}).lateness is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"a": 1} trailing']
)
def test_a_broken_file_gives_a_notice_and_never_an_exception(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "submission_metadata.json"
    file.write_bytes(content)
    metadata, (notice,) = load_metadata(file)
    assert metadata is None
    assert (notice.code, notice.blocks) == ("metadata-unreadable", False)


def test_a_missing_file_is_told_apart(tmp_path: Path) -> None:
    metadata, (notice,) = load_metadata(tmp_path / "none.json")
    assert (metadata, notice.code) == (None, "metadata-missing")
    assert load_metadata(tmp_path)[1][0].code == "metadata-unreadable"


ZONES = st.sampled_from(["", "Z", "-07:00", "+14:00"])
TIMES = st.builds(lambda moment, zone: moment.isoformat() + zone, st.datetimes(), ZONES)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | TIMES
)  # fmt: skip
KEYS = st.sampled_from(
    ["users", "assignment", "due_date", "created_at", "previous_submissions", "results", "tests",
     "score", "name", "extra_data", "item", "submission_time", "total_points", "sid"]
)  # fmt: skip
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)
)


@settings(
    max_examples=150,
    deadline=None,  # of no interest here, and CI machines are slow at times
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(KEYS, TREES, max_size=8))
def test_no_document_raises(tmp_path: Path, document: dict[str, Any]) -> None:
    read = load(tmp_path, document)
    assert read.lateness is None or read.lateness >= timedelta(0)
