"""Texts that only say that there is no answer: “skipped”, “TODO”, “no time”, “?”, “I don't know”.

They count as what an empty part counts as. “No”, “none” and “nothing” are answers to some of the
questions, and “same” is one to a comparison: to a question for a formula it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from grader.model import Passage

MOST_CHARACTERS: Final = 200
"""Whoever writes more than this has something to say beside it."""

_TIME: Final = (
    r"(?:(?:i |we )?(?:do not|did not) (?:have|get|find)(?: any| enough| the| more)? time"
    r"|(?:i |we )?(?:had |have |got |was |there was |ran |run )?"
    r"(?:no|not enough|out of|no more)(?: more| enough)? time)(?: left)?"
)
_LEFT: Final = (
    r"(?:i |we )?(?:did not|have not|could not|was not able to|am not able to|can not|not)"
    r"(?: yet)? (?:attempt|try|do|done|solve|solved|answer|answered|finish|finished|manage|start"
    r"|started|get to|got to|tried|attempted|completed?)(?:ed)?"
)
_UNKNOWN: Final = (
    r"(?:i |we )?(?:do not|did not|have no|am not|no) (?:know|understand|idea|clue|sure|get)"
    r"(?: how(?: to)?(?: do| solve| answer| prove)?| what to do)?"
)
_NOTHING: Final = (
    r"(?:(?<!the )skip(?:ped|ping)?|to ?do|t b d|tbd|tba|fixme|n ?/ ?a|na|idk|no answer|no solution"
    r"|no attempt|un(?:solved|finished|answered|attempted)|left (?:blank|empty|out)|blank|empty"
    r"|missing|incomplete|omitted|given up|gave up|(?:will )?(?:do|come back|finish)"
    r"(?: to)?(?: it| this)? later|to be (?:done|continued|added|completed|filled in)"
    rf"|{_TIME}|{_LEFT}|{_UNKNOWN})"
)
_ASIDE: Final = (
    r"(?:sorry|unfortunately|for now|yet|please|because|i|it|this|that|one|the|part|parts|problem"
    r"|question|exercise|to|for|on|of|in|here|am|at all|completely|intentionally|was|is|also)"
)
_ALL_OF_IT: Final = re.compile(rf"(?:(?:{_ASIDE}) )*{_NOTHING}(?: (?:{_NOTHING}|{_ASIDE}))*")
_SIGNS: Final = re.compile(r"[-–—?.…_*~ ]+")
_SAME: Final = re.compile(r"(?:it is |this is )?(?:the |exactly the )?(?:same|identical|equal)")
_NOT: Final = re.compile(r"\b(do|did|have|was|could|has|would|ca)n'?t\b")
_BETWEEN: Final = re.compile(r"[\s\"'“”‘’.,;:!?(){}\[\]<>#*_`|\\–—-]+")


def says_nothing(passages: Iterable[Passage]) -> bool:
    """Whether a whole part is one of these."""
    text = _text(passages)
    return bool(_SIGNS.fullmatch(text)) or bool(_ALL_OF_IT.fullmatch(_words(text)))


def says_only_same(passages: Iterable[Passage]) -> bool:
    """Whether a whole part is the word “same”, which is no formula."""
    return bool(_SAME.fullmatch(_words(_text(passages))))


def _text(passages: Iterable[Passage]) -> str:
    """The text, as far as it can matter: one character more than a non-answer may have."""
    text = "\n".join(p.text[: MOST_CHARACTERS + 1] for p in passages).strip()
    return text if len(text) <= MOST_CHARACTERS else ""


def _words(text: str) -> str:
    """Lower-case words without punctuation and markup; “don't” is “do not”."""
    lower = text.lower().replace("’", "'").replace("can't", "can not").replace("cannot", "can not")
    lower = re.sub(r"\\(?:textbf|textit|emph|text|item|noindent)\b", " ", lower)
    lower = _NOT.sub(r"\1 not", lower).replace("i'm", "i am")
    return " ".join(_BETWEEN.sub(" ", lower).split())
