"""Plots as SVG inside the page: numbers in, markup out.

Positions go in percent across and in pixels down, so that a plot fills a phone or a screen while
its letters keep their size. Colours come from the page's style; a pattern tells them apart too, and
every plot says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import ceil

from markupsafe import Markup

from grader.model import VerdictName
from grader.reports.page.statistics import VERDICTS, Range, Standing
from grader.safe_text import points_text, printable

MOST_BINS = 18
"""Bars of a histogram: on a phone they are still as wide as a finger's nail."""

STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000)

HEIGHT = 200
"""Pixels of a histogram's area."""

ROW = 44
"""Pixels of one line of a plot of ranges."""

SHORT_NAME = 28
"""Characters: with the points before it, a name still fits on a phone."""


def histogram(scores: Sequence[Range], possible: Decimal) -> Markup:
    """How many submissions have how many points: filled as verified, outlined at most.

    Args:
        scores: of each submission.
        possible: the maximum without extra credit, which is marked.
    """
    top = max([possible, *(one.high for one in scores)])
    width = next(step for step in STEPS if top / step <= MOST_BINS)
    bins = max(1, ceil(top / width))
    low = _binned([one.low for one in scores], width, bins)
    high = _binned([one.high for one in scores], width, bins)
    tallest = max(*low, *high, 1)
    step = next(one for one in STEPS if tallest / one <= 5)
    ceiling = ceil(tallest / step) * step
    body = [
        *_levels(step, ceiling),
        *_bars("verified", low, ceiling),
        *_bars("at-most", high, ceiling),
        *_scale(width, bins),
        _mark(Decimal(100) * possible / (width * bins), points_text(possible)),
    ]
    words = (
        f"{len(scores)} submissions in steps of {width} points. As verified: "
        f"{_listed(low, width)}. If every open review got full points: {_listed(high, width)}."
    )
    return _plot("Distribution of scores", words, HEIGHT + 44, body, kind="plot scaled")


def _binned(points: Sequence[Decimal], width: int, bins: int) -> list[int]:
    """The maximum itself belongs to the last bin."""
    counts = [0] * bins
    for one in points:
        counts[min(int(one // width), bins - 1)] += 1
    return counts


def _bars(kind: str, counts: Sequence[int], ceiling: int) -> Iterator[Markup]:
    wide = 100 / len(counts)
    for number, count in enumerate(counts):
        if count:
            height = HEIGHT * count / ceiling
            yield Markup(
                '<rect class="{}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>'
            ).format(kind, wide * (number + 0.08), HEIGHT - height, wide * 0.84, height)


def _levels(step: int, ceiling: int) -> Iterator[Markup]:
    for count in range(0, ceiling + 1, step):
        y = HEIGHT - HEIGHT * count / ceiling
        yield Markup('<line class="level" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y)
        yield Markup('<text class="left" x="-6" y="{:.1f}">{}</text>').format(y + 4, count)


def _scale(width: int, bins: int) -> Iterator[Markup]:
    """Numbers below, as many as have room on a phone."""
    every = ceil(bins / 8)
    for number in range(0, bins + 1, every):
        yield Markup('<text class="below" x="{:.2f}%" y="{}">{}</text>').format(
            100 * number / bins, HEIGHT + 18, number * width
        )


def _mark(percent: Decimal, text: str) -> Markup:
    return Markup(
        '<line class="full" x1="{0:.2f}%" x2="{0:.2f}%" y1="-4" y2="{1}"/>'
        '<text class="before" x="{0:.2f}%" dx="-4" y="{2}">{3} = all points</text>'
    ).format(percent, HEIGHT, HEIGHT + 36, text)


def _listed(counts: Sequence[int], width: int) -> str:
    return ", ".join(
        f"{count} from {number * width} to {(number + 1) * width}"
        for number, count in enumerate(counts)
        if count
    )


# ---------------------------------------------------------------- a handful of submissions


def ranges(standings: Sequence[Standing], possible: Decimal) -> Markup:
    """A line for each submission, from what is verified to what it is at most."""
    top = max([possible, *(one.score.high for one in standings)])
    body: list[Markup] = []
    for number, one in enumerate(standings):
        body += _range(one, top, number * ROW)
    bottom = len(standings) * ROW
    body += _axis(top, possible, bottom)
    words = "; ".join(f"{_short(one.people)}: {_from_to(one.score)}" for one in standings)
    return _plot("Scores", words, bottom + 40, body)


def _range(one: Standing, top: Decimal, y: int) -> Iterator[Markup]:
    low, high = 100 * one.score.low / top, 100 * one.score.high / top
    yield Markup('<text class="name" x="0" y="{}">{} · {}</text>').format(
        y + 14, _from_to(one.score), _short(one.people)
    )
    yield Markup('<rect class="verified" x="0" y="{}" width="{:.2f}%" height="12"/>').format(
        y + 21, low
    )
    if one.score.is_open:
        yield Markup(
            '<rect class="at-most" x="{:.2f}%" y="{}" width="{:.2f}%" height="12"/>'
        ).format(low, y + 21, high - low)


def _axis(top: Decimal, possible: Decimal, y: int) -> Iterator[Markup]:
    step = next(one for one in STEPS if top / one <= 8)
    for points in range(0, int(top) + 1, step):
        yield Markup('<text class="{}" x="{:.2f}%" y="{}">{}</text>').format(
            "below" if points else "name", 100 * Decimal(points) / top, y + 16, points
        )
    yield Markup(
        '<line class="full" x1="{0:.2f}%" x2="{0:.2f}%" y1="16" y2="{1}"/>'
        '<text class="before" x="{0:.2f}%" dx="-4" y="{2}">{3} = all points</text>'
    ).format(100 * possible / top, y, y + 34, points_text(possible))


def _from_to(score: Range) -> str:
    low = points_text(score.low)
    return f"{low} to {points_text(score.high)}" if score.is_open else low


def _short(name: str) -> str:
    name = printable(name)
    return name if len(name) <= SHORT_NAME else f"{name[: SHORT_NAME - 1]}…"


# ---------------------------------------------------------------- bars of verdicts


def stacked(counts: Mapping[VerdictName, int], about: str) -> Markup:
    """One bar of all submissions by verdict."""
    total = sum(counts.values()) or 1
    body, behind = [], 0
    for verdict in VERDICTS:
        if count := counts[verdict]:
            body.append(
                Markup('<rect class="{}" x="{:.3f}%" width="{:.3f}%" height="16"/>').format(
                    verdict, 100 * behind / total, 100 * count / total
                )
            )
            behind += count
    words = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    return _plot(about, words, 16, body, kind="bar")


def share_bar(part: int, whole: int, about: str) -> Markup:
    """One bar for a part of the class."""
    body = [
        Markup('<rect class="rest" width="100%" height="10"/>'),
        Markup('<rect class="part" width="{:.3f}%" height="10"/>').format(
            100 * part / (whole or 1)
        ),
    ]
    return _plot(about, f"{part} of {whole}", 10, body, kind="bar")


def _plot(
    title: str, words: str, height: int, body: Sequence[Markup], kind: str = "plot"
) -> Markup:
    return Markup(
        '<svg class="{}" role="img" width="100%" height="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(kind, height, printable(title), printable(words), Markup("").join(body))
