"""Headings that are only titles: which problems and parts they stand for, by counting.

“Gradient descent” names Problem 2 to a reader, because the heading before it is “Finer
regularization” and two more follow. No such heading can be read alone; but four headings of one
level, of which one is a title that is known and none contradicts, can be counted. So can the
headings below a problem, when there are exactly as many as the problem has parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from grader.reading.headings import Reading
from grader.reading.homework import CODE_PART, LETTERS, TOPICS
from grader.reading.manuscript import Marker, Style

Label: TypeAlias = "tuple[Marker, list[Reading]]"

COUNTED_WEIGHT = 1.0
"""A title that is known by its place only: less telling than one that names its problem."""

_TOPICS = {problem: re.compile(words, re.IGNORECASE) for problem, words in TOPICS.items()}


class _Heading(NamedTuple):
    """A heading: its place among the labels, the problem that it may announce, how surely."""

    place: int
    problem: int
    is_sure: bool


def counted(labels: Sequence[Label]) -> list[Label]:
    """The labels, with a meaning for headings that have none but their place."""
    labels = list(labels)
    levels = {marker.level for marker, _ in labels if marker.style is Style.HEADING}
    for level in sorted(levels - {0}):
        headings = list(_problem_headings(labels, level))
        problems = _problems(labels, headings)
        for heading, problem in problems.items():
            label = labels[heading.place][0].label
            if not heading.is_sure:
                meaning = Reading(problem, "", "titled", "", COUNTED_WEIGHT, len(label))
                labels[heading.place] = (labels[heading.place][0], [meaning])
        if len(problems) > 1:
            _count_parts(labels, problems)
            break  # headings of a lower level stand inside answers
    return labels


def _problem_headings(labels: Sequence[Label], level: int) -> Iterable[_Heading]:
    """The headings of a level that are not labels of parts."""
    for index, (marker, meanings) in enumerate(labels):
        if marker.style is Style.HEADING and marker.level == level:
            sure = next((m.problem for m in meanings if m.problem and not m.letters), 0)
            if sure or not meanings:
                yield _Heading(index, sure or _topic(marker.label), bool(sure))


def _topic(title: str) -> int:
    """The problem whose topic a title names; 0 when it names none, or several."""
    named = [problem for problem, words in _TOPICS.items() if words.search(title)]
    return named[0] if len(named) == 1 else 0


def _problems(labels: Sequence[Label], headings: list[_Heading]) -> dict[_Heading, int]:
    """The problem of each heading that announces one, as far as that can be told."""
    named = {h: h.problem for h in headings if h.problem}
    if any(
        meaning.naming != "titled" and h.is_sure
        for h in headings
        for meaning in labels[h.place][1][:1]
    ):
        return {h: n for h, n in named.items() if h.is_sure}
    if not named:
        starts = [h.place for h in headings]
        is_outline = len(headings) == len(LETTERS) and all(
            _begins_with_a(labels, first, end) for first, end in pairwise([*starts, len(labels)])
        )
        return dict(zip(headings, LETTERS, strict=True)) if is_outline else {}
    if len(set(named.values())) < len(named) or (
        len(named) == 1 and not any(h.is_sure for h in named)
    ):
        return {h: n for h, n in named.items() if h.is_sure}
    return named | _between(headings, named)


def _between(headings: list[_Heading], named: dict[_Heading, int]) -> dict[_Heading, int]:
    """The problems of headings between, before and behind named ones, where the count fits."""
    found: dict[_Heading, int] = {}
    numbers = [0, *(named.get(h, 0) for h in headings), max(LETTERS) + 1]
    anchors = [0, *(i for i, n in enumerate(numbers) if 0 < n <= max(LETTERS)), len(numbers) - 1]
    for first, last in pairwise(anchors):
        if numbers[last] - numbers[first] == last - first:
            for place in range(first + 1, last):
                found[headings[place - 1]] = numbers[first] + place - first
    return found


def _begins_with_a(labels: Sequence[Label], first: int, end: int) -> bool:
    """Whether the first part that is labelled behind a heading is part (a)."""
    letters = (m.letters for _, ms in labels[first + 1 : end] for m in ms[:1] if m.letters)
    return next(letters, "").startswith("a")


def _count_parts(labels: list[Label], problems: dict[_Heading, int]) -> None:
    """Give headings below problems the letters of the parts, if all of them are mere titles."""
    ends = [*(h.place for h in problems), len(labels)]
    ends.sort()
    children: dict[int, list[int]] = {}
    for heading, problem in problems.items():
        end = next(e for e in ends if e > heading.place)
        level = labels[heading.place][0].level
        inside = range(heading.place + 1, end)
        if any(m.letters and m.weight >= 0 for i in inside for m in labels[i][1]):
            return
        below = [i for i in inside if labels[i][0].style is Style.HEADING and not labels[i][1]]
        depth = min((labels[i][0].level for i in below), default=0)
        children[problem] = [i for i in below if labels[i][0].level == depth > level]
    for problem, indices in children.items():
        missing = [f"{problem}{letter}" for letter in LETTERS[problem][len(indices) :]]
        if len(indices) > len(LETTERS[problem]) or missing not in ([], [CODE_PART]):
            return  # only the code may be handed in elsewhere
    for problem, indices in children.items():
        for index, letter in zip(indices, LETTERS[problem], strict=False):
            marker = labels[index][0]
            meaning = Reading(problem, letter, "titled", "letter", 0.0, len(marker.label))
            labels[index] = (marker, [meaning])
