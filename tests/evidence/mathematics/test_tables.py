"""The tables of written answers: what each has to be called, and which mistake it shows."""

import pytest

from tests.evidence.mathematics import cases

ROWS = cases.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["place"])
def test_a_written_answer_is_judged_rightly(row):
    found = cases.finding(row["item"], cases.parts_of(row), latex=row.get("latex", False))
    assert cases.verdict(found) in row["expect"], f"{row['why']}: {found}"
    if found.holds is False and "misconception" in row:
        assert found.misconception == row["misconception"]


def test_the_tables_are_large_and_at_least_half_of_their_answers_are_wrong():
    wrong = [row for row in ROWS if "correct" not in row["expect"]]
    assert len(ROWS) >= 120
    assert 2 * len(wrong) >= len(ROWS)
