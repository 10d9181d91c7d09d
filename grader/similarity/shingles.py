"""Tokens → shingles: the hashes of every few tokens in a row, as arrays, for a whole class.

A shingle of code says which of its names are the same, not what they are called: a name counts as
how many tokens ago it stood last within the shingle. So `z = W @ x + b` and `u = A @ t + c` agree,
and `z = W @ z + b` does not.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.similarity.papers import Kind, Section
from grader.similarity.tokens import FORMULA, NAME, Token, code_tokens, words

Hashes: TypeAlias = NDArray[np.uint64]

MAX_TOKENS = 20_000
"""Of one paper, three times the longest homework: aligning two takes 50 MB at most."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


class Measure(NamedTuple):
    """How one kind of paper is compared; all numbers are tokens.

    Attributes:
        length: of a shingle. fewest_words: of a writeup's shingle that are no formulas.
        gap: how many tokens may differ in the middle of a passage.
        passage: the fewest words of a passage.
        few, share: a pair shows with so many words in all its passages, if they are at least that
            part of the shorter paper.
        many: with so many words it shows in any case.
    """

    length: int
    fewest_words: int
    gap: int
    passage: int
    few: int
    share: float
    many: int


@dataclass(frozen=True)
class Tokens:
    """One paper as arrays, one entry for each token.

    Attributes:
        ids: the same for the same word. starts, ends: offsets in the section's text.
        sections: number of its section. is_word: False for a formula.
        shingles: hash of the shingle that begins here, 0 where none does.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    sections: NDArray[np.int32]
    is_word: NDArray[np.bool_]
    shingles: Hashes


def tokens_of(sections: Sequence[Section], kind: Kind, measure: Measure) -> Tokens:
    """All sections of a paper; a shingle never reaches over the border of two."""
    read = code_tokens if kind == "code" else words
    found: list[tuple[int, Token]] = []
    for number, section in enumerate(sections):
        left = MAX_TOKENS - len(found)
        found += [(number, token) for token in islice(read(section.text), left)]
    ids = np.array([_id(token.word) for _, token in found], dtype=np.int64)
    is_word = np.array([not token.word.startswith(FORMULA) for _, token in found], dtype=bool)
    numbers = np.array([number for number, _ in found], dtype=np.int32)
    names = _last_seen(token.word + text_of(sections[n], token) for n, token in found)
    return Tokens(
        ids=ids,
        starts=np.array([token.start for _, token in found], dtype=np.int32),
        ends=np.array([token.end for _, token in found], dtype=np.int32),
        sections=numbers,
        is_word=is_word,
        shingles=_shingles(ids, names, is_word, numbers, measure),
    )


def text_of(section: Section, token: Token) -> str:
    """What is written there."""
    return section.text[token.start : token.end]


def _id(word: str) -> int:
    """The same number for the same word in every process; two words in 10¹⁹ share one."""
    content = word.encode("utf-8", "surrogatepass")
    return zlib.crc32(content) << 31 ^ zlib.adler32(content)


def _last_seen(written: Iterable[str]) -> NDArray[np.int64]:
    """How many tokens ago the same own name stood last; 0 for all that is no own name."""
    last: dict[str, int] = {}
    distances = []
    for position, text in enumerate(written):
        if text.startswith(NAME):
            distances.append(position - last.get(text, position))
            last[text] = position
        else:
            distances.append(0)
    return np.array(distances, dtype=np.int64)


def _shingles(
    ids: NDArray[np.int64],
    distances: NDArray[np.int64],
    is_word: NDArray[np.bool_],
    sections: NDArray[np.int32],
    measure: Measure,
) -> Hashes:
    length = measure.length
    count = len(ids) - length + 1
    hashes = np.zeros(len(ids), dtype=np.uint64)
    if count <= 0:
        return hashes
    total: Hashes = np.zeros(count, dtype=np.uint64)
    written = np.zeros(count, dtype=np.int64)
    for step in range(length):
        ago = distances[step : step + count]
        seen = np.where(ago <= step, ago, 0).astype(np.uint64)
        value = (ids[step : step + count].astype(np.uint64) ^ (seen << np.uint64(56))) * _MIX
        total = (total ^ (value ^ (value >> np.uint64(29)))) * _PRIME
        written += is_word[step : step + count]
    whole = sections[:count] == sections[length - 1 :]
    hashes[:count] = np.where(whole & (written >= measure.fewest_words), total | np.uint64(1), 0)
    return hashes
