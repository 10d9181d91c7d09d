"""Decisions beside a rubric: what does not go together is told before it travels."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.errors import UsageError
from grader.model import Decision, ItemId
from grader.rubric.decisions import DecisionsFile, doubts_about, encode
from tests.rubric import example

RUBRIC = example.loaded()
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def decided(item, points):
    return Decision(ItemId(item), "digest", ("ada@x",), Decimal(points), "grace", NOW, "")


def doubts(*decisions, rubric=RUBRIC.digest):
    return " ".join(doubts_about(DecisionsFile(decisions, rubric), RUBRIC))


def test_decisions_that_fit_are_not_doubted():
    assert not doubts(decided("2d.decay", "2"), decided("extra_credit", "1"))
    assert not doubts(decided("2d.decay", "0"), rubric="")


def test_more_points_than_the_item_has_and_another_rubric_are_told():
    assert "2d.decay has 2 points, and a decision about ada@x gives 9" in doubts(
        decided("2d.decay", "9")
    )
    assert "counted with another rubric" in doubts(rubric="another")


@pytest.mark.parametrize(("item", "points"), [("9z.none", "1"), ("2d.decay", "-1")])
def test_decisions_that_cannot_be_are_refused(item, points):
    with pytest.raises(UsageError, match=r"ada@x"):
        doubts(decided(item, points))


def test_package_warns_before_decisions_travel_with_another_rubric(tmp_path):
    file = tmp_path / "decisions.yaml"
    file.write_bytes(encode([decided("2d.decay", "9")], "another"))
    arguments = ["package", "-o", tmp_path / "a.zip", "--decisions", file]
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    assert done.output.count("Warning: ") == 2
    assert "1 decision of TAs" in done.output and "pass the zip on to nobody" in done.output
