"""Scorecards with the reference's words; imports no judging, so that counting anew is quick."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from grader.errors import RubricError
from grader.model import Decision, Evidence, ItemId, Notice, Scorecard, Typewritten
from grader.rubric import Rubric, load_rubric, score
from grader.rubric.loading import line_of
from reference import problem1, problem2, problem3, problem4

CATALOGUES = (
    problem1.MISCONCEPTIONS,
    problem2.MISCONCEPTIONS,
    problem3.MISCONCEPTIONS,
    problem4.MISCONCEPTIONS,
)


def known_rubric(folder: Path) -> Rubric:
    """Load a rubric in which deductions and sentences name known mistakes only.

    Raises:
        RubricError: with file, line and remedy, for anything that is not right.
    """
    rubric = load_rubric(folder)
    for name, problem in zip(rubric.assignment.problems, rubric.problems, strict=True):
        known = teaching().keys() | problem.notes.keys()
        items = [item for part in problem.parts for item in part.items]
        named = [*problem.misconceptions, *(one for item in items for one in item.deductions)]
        for mistake in named:
            if mistake not in known:
                raise RubricError(folder / name, line_of(folder / name, mistake),
                                  f"{mistake!r} is no known mistake.",
                                  _meant(mistake, problem.problem))  # fmt: skip
    return rubric


def _meant(mistake: str, problem: str) -> str:
    """The id that was probably meant, or all of the problem."""
    if near := get_close_matches(mistake, teaching(), n=3):
        return f"Did you mean {' or '.join(near)}?"
    here = {
        one.id for few in CATALOGUES for one in few if any(i.startswith(problem) for i in one.items)
    }
    return f"Known are {', '.join(sorted(here))}."


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
    known = {mistake.id: mistake.teaching for mistakes in CATALOGUES for mistake in mistakes}
    return {**known, **problem4.MODEL_TEACHING}
