"""Plots say in words what they show, and what they draw agrees with it."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from grader.reports.page import plots
from grader.reports.page.statistics import Range, class_numbers
from tests.reports.classes import record, synthetic, verdict
from tests.reports.test_statistics import RULE


def drawn(markup, kind):
    tree = ElementTree.fromstring(markup)
    return [e for e in tree.iter("rect") if e.get("class") == kind]


def ranges(*pairs):
    return [Range(Decimal(str(low)), Decimal(str(high))) for low, high in pairs]


def test_a_histogram_has_a_bar_for_each_bin_that_has_somebody():
    markup = plots.histogram(ranges((0, 0), (4.99, 12), (5, 12), (78.1, 78.1)), Decimal(71))
    assert [float(bar.get("height")) for bar in drawn(markup, "verified")] == [200.0, 100.0, 100.0]
    assert len(drawn(markup, "at-most")) == 3
    assert "As verified: 2 from 0 to 5, 1 from 5 to 10, 1 from 75 to 80." in markup
    assert "full points: 1 from 0 to 5, 2 from 10 to 15, 1 from 75 to 80." in markup


@pytest.mark.parametrize("size", [1, 2, 5, 9, 100, 1000])
def test_a_histogram_never_loses_anybody(rubric, size):
    numbers = class_numbers(synthetic(rubric, size), RULE, {})
    markup = plots.histogram([one.score for one in numbers.standings], numbers.possible)
    words = ElementTree.fromstring(markup).find("desc").text
    verified, at_most = words.split("As verified: ")[1].split("If every open review")
    for part in (verified, at_most):
        assert sum(int(n) for n in re.findall(r"(\d+) from", part)) == size
    for bar in (*drawn(markup, "verified"), *drawn(markup, "at-most")):
        assert float(bar.get("y")) >= 0
        assert float(bar.get("x").rstrip("%")) + float(bar.get("width").rstrip("%")) <= 100


@pytest.mark.parametrize("possible", ["0", "1", "71", "5000"])
def test_any_maximum_has_a_scale(possible):
    top = Decimal(possible)
    assert "NaN" not in plots.histogram([Range(top, top)], top)


def test_a_handful_is_shown_one_by_one():
    waiting = record(1, [verdict("1a.x", "review", 0, 10)])
    decided = record(2, [verdict("1a.x", "correct", 10, 10)])
    standings = class_numbers([waiting, decided], RULE, {}).standings
    markup = plots.ranges(standings, Decimal(10))
    assert len(drawn(markup, "verified")) == 2
    assert len(drawn(markup, "at-most")) == 1  # the second one is decided
    assert "0 to 11" in markup and ">11 · Student" in markup


def test_a_bar_is_divided_by_verdict_and_says_so():
    counts = {"correct": 1, "partial": 0, "incorrect": 1, "missing": 0, "review": 2}
    markup = plots.stacked(counts, "2b.affine")
    tree = ElementTree.fromstring(markup)
    assert [(r.get("class"), r.get("x"), r.get("width")) for r in tree.iter("rect")] == [
        ("correct", "0.000%", "25.000%"),
        ("incorrect", "25.000%", "25.000%"),
        ("review", "50.000%", "50.000%"),
    ]
    assert tree.find("title").text == "2b.affine"
    assert tree.find("desc").text == "1 correct, 1 incorrect, 2 review"


def test_names_in_plots_are_escaped():
    counts = dict.fromkeys(("correct", "partial", "incorrect", "missing", "review"), 0)
    assert "<script>" not in plots.stacked(counts, "<script>\u202e")
    assert "\u202e" not in plots.stacked(counts, "<script>\u202e")
