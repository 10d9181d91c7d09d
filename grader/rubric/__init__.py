"""Points and words: rubric files, and from evidence to a scorecard. Pure and fast."""

from pathlib import Path
from typing import Final

from grader.rubric.loading import load_rubric
from grader.rubric.schema import Rubric
from grader.rubric.scoring import score

RUBRICS: Final = Path(__file__).resolve().parents[2] / "rubrics"
"""The folder that is used unless another is named."""

__all__ = ["RUBRICS", "Rubric", "load_rubric", "score"]
