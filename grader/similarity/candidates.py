"""Which pairs of papers are worth a closer look: those that share rare shingles.

Shingles that stand in the homework or in the template, or in many papers of the class, say nothing
and are taken out first. Memory grows with the text, not with the number of pairs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from grader.similarity.papers import Paper
from grader.similarity.shingles import Hashes, Tokens

COMMON_SHARE = 0.1
"""A shingle in a larger part of the class is everybody's: a phrase, a habit, the lecture's."""

FEWEST_COMMON = 20
"""Up to so many papers nothing is taken for everybody's: they may well have copied from one."""

NEIGHBOURS = 8
"""Of a shingle's papers each is paired with so many of the next ones: a group of fifty that
copied is still found pair by pair, without its 1,225 pairs for every shingle."""

FEWEST_SHARED = 3
"""Shingles; with fewer, no passage of the least length comes about."""

MOST_CANDIDATES = 2_000
"""Pairs that are looked at closely, those with most shared shingles first: 20 seconds at most."""


def rare_shingles(papers: Sequence[Tokens], known: Collection[Tokens]) -> list[Hashes]:
    """For each paper the shingles that say something, sorted, each once."""
    own = [np.unique(paper.shingles) for paper in papers]
    if not own:
        return []
    every, counts = np.unique(np.concatenate(own), return_counts=True)
    limit = max(FEWEST_COMMON, COMMON_SHARE * len(papers))
    said = [np.zeros(1, dtype=np.uint64), *(tokens.shingles for tokens in known)]
    nothing = np.union1d(every[counts > limit], np.concatenate(said))
    shared = np.setdiff1d(every[counts > 1], nothing)
    return [np.intersect1d(one, shared, assume_unique=True) for one in own]


def candidates(papers: Sequence[Paper], rare: Sequence[Hashes]) -> list[tuple[int, int]]:
    """Pairs of numbers of papers, those with most in common first."""
    sizes = [len(one) for one in rare]
    if not sum(sizes):
        return []
    hashes = np.concatenate(list(rare))
    owners = np.repeat(np.arange(len(rare), dtype=np.int64), sizes)
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    keys = []
    for step in range(1, NEIGHBOURS + 1):
        same = hashes[:-step] == hashes[step:]
        keys.append(owners[:-step][same] * len(papers) + owners[step:][same])
    pairs, counts = np.unique(np.concatenate(keys), return_counts=True)
    ranked = pairs[np.argsort(-counts, kind="stable")][: np.sum(counts >= FEWEST_SHARED)]
    found = (divmod(int(pair), len(papers)) for pair in ranked)
    strangers = [
        (one, other)
        for one, other in found
        if set(papers[one].students).isdisjoint(papers[other].students)
    ]
    return strangers[:MOST_CANDIDATES]
