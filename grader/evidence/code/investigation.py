"""All that is asked about one program, in one place.

`runs` says what happened, `origins` where numbers come from, `truth` whether they are right, and
`comparisons` what was held against what.
"""

from __future__ import annotations

from grader.evidence.code.comparisons import Comparisons
from grader.evidence.code.layouts import WIDE, Tolerances
from grader.evidence.code.origins import Origins
from grader.evidence.code.runs import Runs
from grader.evidence.code.trials import Trials
from grader.evidence.code.truth import Truth
from grader.model import Program


class Investigation:
    """The questions to ask about one program and all its runs."""

    def __init__(self, program: Program, trials: Trials, tolerances: Tolerances = WIDE) -> None:
        self.program = program
        self.trials = trials
        self.runs = Runs(program, trials, tolerances)
        self.origins = Origins(self.runs)
        self.truth = Truth(self.runs, self.origins)
        self.comparisons = Comparisons(self.runs, self.origins)
