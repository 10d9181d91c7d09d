"""Numbers of a class: exact, and honest about what is undecided."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from grader.reports.page.statistics import Range, class_numbers, score_range
from grader.rubric.schema import ExtraCreditRule
from tests.reports.classes import FAULT_NOTICE, record, synthetic, verdict

RULE = ExtraCreditRule("Typewritten", Decimal(10), "earned", "yes", "no", "unsure")
TEACHING = {"missing-skip-term": "The skip connection adds x itself."}


def numbers(*records):
    return class_numbers(records, RULE, TEACHING)


def simple(number, *names, **more):
    points = {"correct": 2, "partial": 1}
    verdicts = [verdict(f"{n}a.x", name, points.get(name, 0), 2) for n, name in enumerate(names)]
    return record(number, verdicts, **more)


def test_a_score_is_a_range_until_reviews_are_done():
    card = simple(1, "correct", "review", "incorrect").card
    assert score_range(card, RULE) == Range(Decimal("2.20"), Decimal("4.40"))
    assert not score_range(simple(1, "correct", "partial").card, RULE).is_open


def test_what_a_review_has_verified_counts_at_least():
    card = record(1, [verdict("4d.analytic", "review", "0.8", 2)]).card
    assert score_range(card, RULE) == Range(Decimal("0.88"), Decimal("2.20"))


@pytest.mark.parametrize(
    ("verdict_of_bonus", "low", "high"),
    [("correct", "2.2", "4.4"), ("review", "2", "4.4"), ("incorrect", "2", "4")],
)
def test_extra_credit_may_be_undecided_too(verdict_of_bonus, low, high):
    card = simple(1, "correct", "review").card
    bonus = replace(card.extra_credit, verdict=verdict_of_bonus)
    card = replace(card, extra_credit=bonus)
    assert score_range(card, RULE) == Range(Decimal(low), Decimal(high))


def test_extra_credit_of_the_maximum_does_not_grow_with_reviews():
    rule = ExtraCreditRule("Typewritten", Decimal(10), "maximum", "", "", "")
    card = simple(1, "correct", "review").card
    assert score_range(card, rule) == Range(Decimal("2.4"), Decimal("4.4"))


def test_mean_and_median_are_ranges():
    found = numbers(simple(1, "correct"), simple(2, "review"), simple(3, "incorrect"))
    assert found.median == Range(Decimal(0), Decimal("2.20"))
    assert (round(found.mean.low, 3), round(found.mean.high, 3)) == (
        Decimal("0.733"),
        Decimal("1.467"),
    )


def test_items_are_counted_by_verdict_with_their_share_of_points():
    (item,) = numbers(simple(1, "correct"), simple(2, "review"), simple(3, "missing")).items
    assert item.counts == {"correct": 1, "partial": 0, "incorrect": 0, "missing": 1, "review": 1}
    assert (round(item.share.low, 3), round(item.share.high, 3)) == (
        Decimal("0.333"),
        Decimal("0.667"),
    )


def test_an_item_without_points_is_not_hard():
    (item,) = numbers(record(1, [verdict("1a.loss", "correct", 0, 0)])).items
    assert item.share == Range(Decimal(1), Decimal(1))


def test_equal_answers_are_one_decision():
    same = {"digests": {"0a.x": "equal"}}
    found = numbers(simple(1, "review", **same), simple(2, "review", **same), simple(3, "review"))
    assert (found.open_items, found.answers) == (3, 2)


def test_a_misconception_counts_once_for_a_submission():
    wrong = [
        verdict("4a.output", "incorrect", 0, 2, ("missing-skip-term", "wrong-value")),
        verdict("4d.model", "incorrect", 0, 1, ("missing-skip-term",)),
    ]
    (mistake,) = numbers(record(1, wrong), record(2, wrong[:1]), simple(3, "correct")).mistakes
    assert (mistake.id, mistake.submissions) == ("missing-skip-term", 2)
    assert mistake.items == ("4a.output", "4d.model")
    assert mistake.sentence == TEACHING["missing-skip-term"]


def test_the_slowest_and_the_failed_are_named():
    found = numbers(
        simple(1, "correct", seconds=2.0),
        simple(2, "correct", seconds=9.0, notices=(FAULT_NOTICE,)),
    )
    assert found.times.slowest[0] == ("submission_00002", 9.0)
    assert (found.times.total, found.times.median) == (11.0, 5.5)
    assert [one.is_fault for one in found.standings] == [False, True]


def test_a_thousand_students(rubric):
    found = numbers(*synthetic(rubric, 1000))
    assert all(sum(item.counts.values()) == 1000 for item in found.items)
    assert len(found.items) == len(rubric.items)
    assert Decimal(0) < found.median.low < found.median.high < found.possible * Decimal("1.1")
