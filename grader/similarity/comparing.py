"""A class's papers → the pairs that a person may want to look at. A hint, never a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.similarity.candidates import candidates, rare_shingles
from grader.similarity.papers import Kind, Pair, Paper, Passage, Section, Side
from grader.similarity.passages import Alignment, aligned
from grader.similarity.shingles import Measure, Tokens, tokens_of

MEASURES: dict[Kind, Measure] = {
    "writeup": Measure(length=4, fewest_words=2, gap=6, passage=9, few=30, share=0.08, many=60),
    "code": Measure(length=20, fewest_words=20, gap=12, passage=40, few=100, share=0.70, many=220),
}
"""Set on classes of independent authors, in which no pair may show: `tests/similarity`."""

SHOWN_PASSAGES = 8
"""Of one pair, the longest ones."""

FEWEST_TOKENS = 60
"""A paper that is shorter is compared with nobody's."""


def similar(papers: Sequence[Paper], kind: Kind, known: Sequence[str] = ()) -> list[Pair]:
    """Pairs of papers with more in common than the homework explains, the most alike first.

    Args:
        papers: of the whole class.
        kind: what they are.
        known: texts that everybody has: the homework, the template.
    """
    measure = MEASURES[kind]
    read = [tokens_of(paper.sections, kind, measure) for paper in papers]
    enough = [n for n, tokens in enumerate(read) if len(tokens.ids) >= FEWEST_TOKENS]
    papers, read = [papers[n] for n in enough], [read[n] for n in enough]
    given = [tokens_of([Section("", text)], kind, measure) for text in known]
    rare = rare_shingles(read, given)
    pairs = []
    for one, other in candidates(papers, rare):
        shared = np.intersect1d(rare[one], rare[other], assume_unique=True)
        found = aligned(read[one], read[other], shared, measure)
        pair = _pair((papers[one], papers[other]), (read[one], read[other]), found)
        if _shows(pair, measure):
            pairs.append(pair)
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.words, pair.first, pair.second))


def _shows(pair: Pair, measure: Measure) -> bool:
    return pair.words >= measure.many or (pair.words >= measure.few and pair.share >= measure.share)


def _pair(
    papers: tuple[Paper, Paper], read: tuple[Tokens, Tokens], found: Sequence[Alignment]
) -> Pair:
    words = sum(one.words for one in found)
    shorter = min(int(tokens.is_word.sum()) for tokens in read)
    passages = (
        Passage(
            first=_side(papers[0], read[0], one.stretch[:2], one.same),
            second=_side(papers[1], read[1], one.stretch[2:], one.other_same),
            words=one.words,
        )
        for one in found[:SHOWN_PASSAGES]
    )
    return Pair(
        first=papers[0].name,
        second=papers[1].name,
        words=words,
        share=min(1.0, words / shorter) if shorter else 0.0,
        passages=tuple(passages),
    )


def _side(paper: Paper, tokens: Tokens, place: tuple[int, int], same: Sequence[int]) -> Side:
    """The text of a passage in one paper, cut where it begins and ends to be the same."""
    section = paper.sections[int(tokens.sections[place[0]])]
    begin, end = int(tokens.starts[place[0]]), int(tokens.ends[place[1] - 1])
    pieces: list[tuple[str, bool]] = []
    position, shared = begin, set(same)
    for number in range(*place):
        start, behind = int(tokens.starts[number]), int(tokens.ends[number])
        is_same = number in shared
        between = section.text[position:start]
        joins = bool(pieces) and pieces[-1][1] and is_same and _is_layout(between)
        _add(pieces, between, is_same=joins)
        _add(pieces, section.text[start:behind], is_same=is_same)
        position = behind
    _add(pieces, section.text[position:end], is_same=False)
    return Side(_label(section, begin), tuple(pieces))


def _label(section: Section, offset: int) -> str:
    if section.line is None:
        return section.label
    return f"{section.label}, line {section.line + section.text.count(chr(10), 0, offset)}"


def _is_layout(text: str) -> bool:
    """Whether nothing stands between two words but spaces or a mark; comments are more."""
    text = text.strip()
    return len(text) <= 3 and not any(character.isalnum() for character in text)


def _add(pieces: list[tuple[str, bool]], text: str, *, is_same: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1][1] == is_same:
        pieces[-1] = (pieces[-1][0] + text, is_same)
    else:
        pieces.append((text, is_same))
