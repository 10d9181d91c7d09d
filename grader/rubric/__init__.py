"""Points and words: rubric files, and from evidence to a scorecard. Pure and fast."""

from grader.rubric.loading import load_rubric
from grader.rubric.schema import Rubric
from grader.rubric.scoring import score

__all__ = ["Rubric", "load_rubric", "score"]
