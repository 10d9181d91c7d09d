"""Two papers → the passages that are alike: shared shingles are seeds, and what grows from them."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from grader.similarity.shingles import Hashes, Measure, Tokens

MOST_PLACES = 6
"""Of one shingle in one paper: a line that is repeated a hundred times is looked at so often."""


class Stretch(NamedTuple):
    """Tokens of both papers that belong together: [start, end) in each."""

    start: int
    end: int
    other_start: int
    other_end: int


class Alignment(NamedTuple):
    """A stretch, and which of its tokens stand in both papers in the same order."""

    stretch: Stretch
    same: tuple[int, ...]
    other_same: tuple[int, ...]
    words: int


def aligned(first: Tokens, second: Tokens, shared: Hashes, measure: Measure) -> list[Alignment]:
    """The passages that two papers have in common, the longest first; none counts twice.

    Args:
        first: one paper.
        second: the other one.
        shared: rare shingles that stand in both, sorted.
        measure: how long a passage must be.
    """
    found = [_aligned(first, second, one) for one in _stretches(first, second, shared, measure)]
    found.sort(key=lambda one: (-one.words, one.stretch))
    kept: list[Alignment] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for one in found:
        if one.words < measure.passage or _is_told(one, used):
            continue
        kept.append(one)
        used[0].update(one.same)
        used[1].update(one.other_same)
    return kept


def _is_told(one: Alignment, used: tuple[set[int], set[int]]) -> bool:
    """Whether half of it belongs to longer passages already."""
    sides = ((one.same, used[0]), (one.other_same, used[1]))
    return any(2 * len(known.intersection(same)) > len(same) for same, known in sides)


def _stretches(first: Tokens, second: Tokens, shared: Hashes, measure: Measure) -> list[Stretch]:
    """Chains of seeds that go on in both papers with a small gap at most."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for position in _positions(second, shared):
        if len(places[int(second.shingles[position])]) < MOST_PLACES:
            places[int(second.shingles[position])].append(position)
    done: list[Stretch] = []
    growing: list[Stretch] = []
    for position in _positions(first, shared):
        done += [one for one in growing if one.end + measure.gap < position]
        growing = [one for one in growing if one.end + measure.gap >= position]
        for other in places[int(first.shingles[position])]:
            _grow(growing, first, second, (position, other), measure)
    return [*done, *growing]


def _positions(paper: Tokens, shared: Hashes) -> list[int]:
    return [int(n) for n in np.flatnonzero(np.isin(paper.shingles, shared))]


def _grow(
    growing: list[Stretch], first: Tokens, second: Tokens, seed: tuple[int, int], measure: Measure
) -> None:
    """Add a seed to the stretch that it continues best, or begin a new one."""
    position, other = seed
    end, other_end = position + measure.length, other + measure.length
    fits = [
        (abs((other_end - end) - (one.other_end - one.end)), number)
        for number, one in enumerate(growing)
        if one.other_start <= other <= one.other_end + measure.gap
        and first.sections[one.start] == first.sections[position]
        and second.sections[one.other_start] == second.sections[other]
    ]
    shift, number = min(fits, default=(measure.gap + 1, 0))
    if shift > measure.gap:
        growing.append(Stretch(position, end, other, other_end))
    else:
        one = growing[number]
        growing[number] = Stretch(one.start, end, one.other_start, max(other_end, one.other_end))


def _aligned(first: Tokens, second: Tokens, stretch: Stretch) -> Alignment:
    """The longest common subsequence of a stretch's tokens."""
    ids = first.ids[stretch.start : stretch.end].tolist()
    others = second.ids[stretch.other_start : stretch.other_end].tolist()
    same: list[int] = []
    other_same: list[int] = []
    for block in LCSseq.opcodes(ids, others):
        if block.tag == "equal":
            same += range(stretch.start + block.src_start, stretch.start + block.src_end)
            other_same += range(
                stretch.other_start + block.dest_start, stretch.other_start + block.dest_end
            )
    words = int(first.is_word[same].sum()) if same else 0
    return Alignment(stretch, tuple(same), tuple(other_same), words)
