"""Problem 4(d): what free-form code computed, against the reference.

network.py     which leaf of the autograd graph plays which role, and what the model is
trials.py      which runs to ask for: as submitted, with other values, with a scaled engine
labels.py      what the student's own words for a value say about it
readings.py    which network each forward pass is, alike in all runs
candidates.py  the values of one place in the source across all runs
runs.py        all runs of one program, side by side
origins.py     where a candidate's numbers come from
truth.py       whether they are right
comparisons.py what the code held against what
investigation.py  the four together
source.py      what one file's text shows
texts.py       the same for single values, in the file that computed them
gradients.py   for each gradient: right, wrong, copied, hard-coded, or not found
handwritten.py the same for formulas in a hand-written autograd Function
comparing.py   the evidence for 4d.comparison
items.py       the evidence for 4d.model, 4d.autograd and 4d.analytic; all four together
"""

from grader.evidence.code.gradients import place_of_line
from grader.evidence.code.items import ITEMS, agreed, evidence

__all__ = ["ITEMS", "agreed", "evidence", "place_of_line"]
