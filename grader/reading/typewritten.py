"""Whether the written work earns the extra credit for mathematical typesetting.

LaTeX or Markdown source with answers in it is proof. Without source the PDF's own account of its
making decides; what it cannot tell, or what contradicts itself, is for a person.
"""

from __future__ import annotations

from grader.model import Typewritten
from grader.reading.homework import PARTS
from grader.reading.papers import Papers
from grader.reading.remarks import MANY_WORDS, is_only_picture
from grader.reading.writeup import Writeup

MOST = 0.5
"""A writeup with this share of the parts stands for the whole, whatever lies beside it."""

PICTURED = 1 / 3
"""From this share of answers that are pictures on, it takes a person to say what is typed."""


def typewritten(writeup: Writeup, papers: Papers) -> Typewritten:
    """Decide from the source if there is any, else from the documents."""
    answers = writeup.written.values()
    if answers:
        pictured = sum(is_only_picture(answer.passages) for answer in answers)
        if pictured == len(answers):
            return Typewritten(verdict="no", because=f"the answers in {writeup.file} are pictures")
        if pictured >= PICTURED * len(answers):
            return _unsure(f"{pictured} of {len(answers)} answers in {writeup.file} are pictures")
    handwritten = [sheet for sheet in papers.sheets if sheet.typeset != "yes"]
    if len(answers) >= MOST * len(PARTS) or (answers and not handwritten):
        return _yes(f"the answers in {writeup.file} are typeset")
    if answers:
        return _unsure(
            f"some answers are in {writeup.file}, others may be in {handwritten[0].path}"
        )
    if writeup.file and writeup.loose_words >= MANY_WORDS:
        return _yes(f"{writeup.file} is typeset")
    return _by_papers(papers, unreadable=any(notice.blocks for notice in writeup.notices))


def _by_papers(papers: Papers, *, unreadable: bool) -> Typewritten:
    verdicts = {sheet.typeset for sheet in papers.sheets}
    if unreadable or "unsure" in verdicts or len(verdicts) > 1:
        reasons = [sheet.because for sheet in papers.sheets] or ["the writeup could not be read"]
        return _unsure("; ".join(reasons[:3]))
    if not verdicts:
        return Typewritten(verdict="no", because="no written answers were found")
    return Typewritten(verdict=verdicts.pop(), because=papers.sheets[0].because)


def _yes(because: str) -> Typewritten:
    return Typewritten(verdict="yes", because=because)


def _unsure(because: str) -> Typewritten:
    return Typewritten(verdict="unsure", because=because)
