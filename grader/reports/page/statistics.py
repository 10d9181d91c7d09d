"""A class in numbers. Pure: records in, numbers out; points are exact decimals.

Whatever is undecided is counted twice, as if every open review got nothing beyond what is verified
and as if it got full points: what a class comes to is a range until the reviews are done.
Everything is counted by submission; a group's submission counts once.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args

from grader.model import ItemId, Scorecard, Value, VerdictName
from grader.rubric.schema import ExtraCreditRule
from grader.rubric.scoring import CENT
from grader.store import Record

VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)

SLOWEST = 5
"""Submissions that are named because they took longest."""


class Range(Value, frozen=True):
    """From what is verified to what it would be if all open reviews got full points."""

    low: Decimal
    high: Decimal

    @property
    def is_open(self) -> bool:
        """Whether a review can still move it."""
        return self.low != self.high


class Standing(Value, frozen=True):
    """One submission in the table of the class; `people` are its students, for people.

    Attributes:
        score: points, extra credit included. open_items: reviews that wait.
        counts: how many items have each verdict. seconds: how long grading took.
        is_fault: whether the grader failed on some of it.
    """

    name: str
    people: str
    score: Range
    open_items: int
    counts: dict[VerdictName, int]
    seconds: float
    is_fault: bool


class ItemLoad(Value, frozen=True):
    """How the class did in one item.

    Attributes:
        counts: submissions by verdict. share: of the item's points, 0 to 1, the class's mean.
        answers: how many different answers wait for a TA (equal ones are decided together).
    """

    item: ItemId
    title: str
    possible: Decimal
    counts: dict[VerdictName, int]
    share: Range
    answers: int


class MistakeCount(Value, frozen=True):
    """A known misconception: in how many submissions it was found, and in which items."""

    id: str
    sentence: str
    submissions: int
    items: tuple[ItemId, ...]


class Times(Value, frozen=True):
    """Seconds that grading took; `slowest` are the names of those that took longest."""

    total: float
    median: float
    slowest: tuple[tuple[str, float], ...]


class ClassNumbers(Value, frozen=True):
    """Everything that the page tells in numbers; `standings` are in the order of the records."""

    standings: tuple[Standing, ...]
    items: tuple[ItemLoad, ...]
    mistakes: tuple[MistakeCount, ...]
    times: Times
    possible: Decimal
    mean: Range
    median: Range

    @property
    def open_items(self) -> int:
        """Items that wait for a TA, in all submissions."""
        return sum(one.open_items for one in self.standings)

    @property
    def answers(self) -> int:
        """Decisions that these come to when equal answers are taken together."""
        return sum(one.answers for one in self.items)


def class_numbers(
    records: Sequence[Record], rule: ExtraCreditRule, teaching: Mapping[str, str]
) -> ClassNumbers:
    """Count a class.

    Args:
        records: its current state, one submission each; at least one.
        rule: of the extra credit, which grows with the points.
        teaching: a sentence for each misconception.
    """
    standings = tuple(_standing(record, rule) for record in records)
    lows = [one.score.low for one in standings]
    highs = [one.score.high for one in standings]
    return ClassNumbers(
        standings=standings,
        items=_items(records),
        mistakes=_mistakes([record.card for record in records], teaching),
        times=_times(standings),
        possible=max(record.card.possible for record in records),
        mean=Range(_mean(lows), _mean(highs)),
        median=Range(statistics.median(lows), statistics.median(highs)),
    )


def score_range(card: Scorecard, rule: ExtraCreditRule) -> Range:
    """What a scorecard comes to at least and at most, extra credit included."""
    low = sum((v.certain for v in card.verdicts), Decimal(0))
    high = (
        low
        + card.undecided
        - sum((v.certain for v in card.verdicts if v.verdict == "review"), Decimal(0))
    )
    verdict = card.extra_credit.verdict
    return Range(
        low + (_bonus(card, rule, low) if verdict == "correct" else 0),
        high + (_bonus(card, rule, high) if verdict in ("correct", "review") else 0),
    )


def _bonus(card: Scorecard, rule: ExtraCreditRule, earned: Decimal) -> Decimal:
    base = earned if rule.of == "earned" else card.possible
    return (base * rule.percent / 100).quantize(CENT, ROUND_HALF_UP)


def _standing(record: Record, rule: ExtraCreditRule) -> Standing:
    counts = Counter(v.verdict for v in record.card.verdicts)
    return Standing(
        name=record.hand_in.name,
        people=record.hand_in.people(),
        score=score_range(record.card, rule),
        open_items=counts["review"] + (record.card.extra_credit.verdict == "review"),
        counts={verdict: counts[verdict] for verdict in VERDICTS},
        seconds=record.seconds,
        is_fault=record.card.has_failed,
    )


def _items(records: Sequence[Record]) -> tuple[ItemLoad, ...]:
    """In the rubric's order, which all scorecards have."""
    counts: dict[ItemId, Counter[VerdictName]] = defaultdict(Counter)
    lows: dict[ItemId, Decimal] = defaultdict(Decimal)
    highs: dict[ItemId, Decimal] = defaultdict(Decimal)
    possible: dict[ItemId, Decimal] = defaultdict(Decimal)
    answers: dict[ItemId, set[str]] = defaultdict(set)
    titles: dict[ItemId, tuple[str, Decimal]] = {}
    for record in records:
        digests = record.load_facts().answer_digests  # not kept: a thousand of them are large
        for v in record.card.verdicts:
            is_open = v.verdict == "review"
            titles[v.item] = (v.title, v.possible)
            counts[v.item][v.verdict] += 1
            lows[v.item] += v.certain
            highs[v.item] += v.possible if is_open else v.certain
            possible[v.item] += v.possible
            if is_open:
                answers[v.item].add(digests.get(v.item, str(record.number)))
    return tuple(
        ItemLoad(
            item=item,
            title=title,
            possible=points,
            counts={verdict: counts[item][verdict] for verdict in VERDICTS},
            share=Range(_share(lows[item], possible[item]), _share(highs[item], possible[item])),
            answers=len(answers[item]),
        )
        for item, (title, points) in titles.items()
    )


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole if whole else Decimal(1)


def _mean(points: Sequence[Decimal]) -> Decimal:
    return sum(points, Decimal(0)) / len(points)


def _mistakes(cards: Sequence[Scorecard], teaching: Mapping[str, str]) -> tuple[MistakeCount, ...]:
    """Those that were found, the most frequent first."""
    found: Counter[str] = Counter()
    items: dict[str, Counter[ItemId]] = defaultdict(Counter)
    for card in cards:
        here = {(note, v.item) for v in card.verdicts for note in v.notes if note in teaching}
        found.update({note for note, _ in here})
        for note, item in here:
            items[note][item] += 1
    return tuple(
        MistakeCount(note, teaching[note], count, tuple(sorted(items[note])))
        for note, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    )


def _times(standings: Sequence[Standing]) -> Times:
    slowest = sorted(standings, key=lambda one: (-one.seconds, one.name))[:SLOWEST]
    return Times(
        total=sum(one.seconds for one in standings),
        median=statistics.median(one.seconds for one in standings),
        slowest=tuple((one.name, one.seconds) for one in slowest),
    )
