"""Scorecards with the reference's words; imports no judging, so that counting anew is quick."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from grader.model import Decision, Evidence, ItemId, Notice, Scorecard, Typewritten
from grader.rubric import Rubric, score
from reference import problem1, problem2, problem3, problem4


def scored(
    rubric: Rubric,
    evidence: Sequence[Evidence],
    typewritten: Typewritten,
    notices: Sequence[Notice],
    decisions: Mapping[ItemId, Decision] | None = None,
) -> Scorecard:
    """Points and words for evidence, fresh or stored; runs nothing."""
    return score(rubric, evidence, typewritten, notices, teaching(), decisions)


@functools.cache
def teaching() -> Mapping[str, str]:
    """The reference's sentence for each misconception."""
    catalogues = (
        problem1.MISCONCEPTIONS,
        problem2.MISCONCEPTIONS,
        problem3.MISCONCEPTIONS,
        problem4.MISCONCEPTIONS,
    )
    known = {mistake.id: mistake.teaching for mistakes in catalogues for mistake in mistakes}
    return {**known, **problem4.MODEL_TEACHING}
