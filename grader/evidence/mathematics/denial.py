"""Formulas that their writer takes back: “not …”, “if we forgot … we would get …”, “… is wrong”.

Only words that leave no doubt count, and they only ever keep a formula from deciding an item: a
formula that is taken back is not an answer, and what remains decides, or a person does.
"""

from __future__ import annotations

import re
from typing import Final

from grader.evidence.mathematics.workbook import GAP, Line

_TURN: Final = re.compile(
    r"\b(?:but|however|correct(?:ly|ed)?|right|in truth|in fact|really|actually|should be|instead,?"
    r" (?:we|use|take|it)|(?:second|third|new|next|another|last) (?:attempt|try)"
    r"|(?:attempt|try) [2-9]|redo(?:ne|ing)?)\b",
    re.IGNORECASE,
)
"""Behind these words the sentence says what it stands for; “instead of” is no such word."""

_BEFORE: Final = re.compile(
    rf"""
      \b(?:not|never|cannot\ be|isn['’]t)\s*
      (?:equal\ to|given\ by|simply|just|the\ same\ as|of\ the\ form)?\s*$
    | \b(?:instead\ of|rather\ than|unlike|as\ opposed\ to)\s+(?:[\w-]+\s+){{0,2}}$
    | \b(?:wrong|incorrect|mistaken|mistake|tempting|na[iï]vely|forg[eo]t\w*|falsely)\b[^.]*$
    | \b(?:without|had\ (?:we|there|it)|if\b[^.]*\b(?:ignored?|dropped|omitted|left\ out|had|were|
       did\ not|didn['’]t|used))\b[^.]*\bwould\b[^.]*$
    | \b(?:diverges?|fails?|unstable|explodes?)\s+(?:for|when|if|with|in)?\s*{GAP}?\s*$
    """,
    re.IGNORECASE | re.VERBOSE,
)

_AFTER: Final = re.compile(
    r"^\W*(?:which\s+)?(?:is|are|was|would\s+be|seems)\s+"
    r"(?:clearly\s+|also\s+)?(?:wrong|incorrect|false|not\s+(?:right|correct|true|the))\b",
    re.IGNORECASE,
)


def is_denied(line: Line) -> bool:
    """Whether the sentence around a formula says that it is not what its writer means."""
    lead = _TURN.split(line.sentence)[-1]
    return bool(_BEFORE.search(lead) or _AFTER.search(line.after))
