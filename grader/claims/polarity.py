"""Whether a word of a clause is affirmed, denied, or left open.

A negation works to the right and only so far: “no direct path”, “does not help W1”, “neither W1 nor
b1 benefits”. Two negations, or one that cannot be placed, leave the word open, and so does every
kind of hedging. What is open never decides anything.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, TypeAlias

Polarity: TypeAlias = Literal["yes", "no", "open"]

REACH: Final = {
    "not": 7, "never": 6, "no": 6, "neither": 10, "nor": 7, "none": 9, "nothing": 6, "nobody": 5,
    "nowhere": 5, "without": 3, "fails": 5, "fail": 5, "failed": 5, "unable": 5, "lacks": 4,
    "lack": 4, "hardly": 5, "impossible": 6, "false": 6, "miss": 4, "misses": 4, "missing": 4,
    "missed": 4, "hard": 3, "difficult": 3,
}  # fmt: skip
"""Negating words, and how many words to the right each can govern in a clause."""

STRONG_MODALS: Final = frozenset("may might could possibly potentially likely".split())
"""“It could help” claims nothing; “it can help” and “it should converge” do, as students write."""

MODAL_REACH = 4

PREVENTING = re.compile(r"(?:prevent|avoid|hinder|eliminat|combat|against|stops?$|stopping|free$)")
PREVENTING_REACH = 7
"""“Prevents W1 from vanishing” denies the vanishing, and “does not prevent …” affirms it."""

PLACES: Final = frozenset("at in near there when where once around on as".split())
"""What follows a “stops” that is the end of a way."""

SCOPE_ENDS: Final = frozenset("thanks dueto because despite likeas thatis".split())
"""Where a negation ends: “never vanishes thanks to the identity” affirms the identity."""

HEDGES = re.compile(
    r"\b(?:maybe|perhaps|probably|presumably|supposedly|not (?:\w+ )?(?:sure|certain|clear)|unsure"
    r"|uncertain|unclear|i guess|my guess|guessing|do not know|no idea|not (?:\w+ )?know|seems?"
    r"|appears?(?! (?:in|on|as|here|there|only|again|with|at)\b)|in doubt|doubt(?:ful)?"
    r"|arguabl[ey]|debatable|question(?:able)?"
    r"|i suppose(?! (?:that )?(?:x|z|φ|xtx|the (?:columns|matrix|gram))\b)"
    r"|hopefully|i (?:would )?(?:expect|imagine)|if i (?:am|remember|recall|understand)|depending"
    r"|(?:it|that|this|answer|result|outcome) depends|not (?:\w+ )?necessarily|in theory"
    r"|supposed to|allegedly|one (?:could|might|may) (?:think|argue|say|expect|believe)"
    r"|at first (?:glance|sight)|might look|looks like|in a sense|in some sense|so to speak"
    r"|either way|or not|either .{1,80} or|(?:hard|difficult|impossible) to (?:say|tell|know|judge)"
    r"|whether|with (?:high|low|some) probability|if (?:we are |one is )?(?:un)?lucky"
    r"|not (?:\w+ )?(?:true|the case|correct|right|say|claim)|(?:do|does|did) not (?:\w+ )?mean"
    r"|untrue|incorrect(?:ly)?|false|(?<!prediction is )(?<!output is )wrong|myth|misconception"
    r"|mistaken|contrary to|pretend|as if|some people"
    r"|some (?:say|think|claim|argue|believe)|someone|people (?:\w+ )?(?:say|think|claim|believe)"
    r"|(?:one|you|we) (?:often |sometimes |may |might |could |would |can )+(?:reads?|hears?"
    r"|thinks?|says?|writes?|claims?|expects?|guess|hopes?|believes?)(?! that the)"
    r"|who knows|yes and no)\b|\?"
)
"""Anywhere in a sentence, these leave all of it open: what is doubted, or said not to be so."""

ASSUMING = re.compile(r"\bi (?:would |just )?assume\b")
"""A hedge as well, except where an assumption is asked for."""

UNSAID = re.compile(
    r"\b(?:except|apart from|besides|other than|excluding|aside from|nearly|almost|opposite"
    r"|vice versa)\b"
)
"""Words that turn what stands beside them into something else than it seems."""

WEAK = re.compile(
    r"\b(?:slightly|somewhat|partly|partially|a (?:little|bit)|marginal(?:ly)?"
    r"|to (?:some|a certain) (?:extent|degree)|indirectly|implicit(?:ly)?|mostly|mainly|usually"
    r"|often|sometimes|generally|typically|occasionally|in principle|more or less"
    r"|sort of|kind of|roughly the|limited|trivially|basically|essentially|at least partly|barely"
    r"|hardly|rarely|as much|not (?:really|very|so|that|much|always|fully|completely"
    r"|entirely|as|quite|all|every|each))\b"
)
"""A claim beside one of these is smaller than it looks."""


@lru_cache(maxsize=2_000)
def is_hedged(sentence: str) -> bool:
    """Whether a sentence leaves open what it says."""
    return bool(HEDGES.search(sentence))


@lru_cache(maxsize=4_000)
def is_weakened(clause: str) -> bool:
    """Whether a clause says less than its words."""
    return bool(WEAK.search(clause) or UNSAID.search(clause))


_WORD = re.compile(r"[\w'@#]+")
_AFTER = re.compile(
    r"\s*(?:to |for |in |of |with |on |by )?(?:no|none|neither|nothing|not|nobody)\b"
)


def polarity(clause: str, start: int, end: int, *, possible: bool) -> Polarity:
    """How the word at ``clause[start:end]`` stands there.

    Args:
        clause: one clause in plain words.
        start: where the word begins.
        end: where it ends.
        possible: whether the word is about what can happen, so that “may” takes nothing away.
    """
    before = _in_scope(_WORD.findall(clause[:start]))
    negations = _negations(before)
    if _AFTER.match(clause, end):
        negations += 1
    prevented = any(_prevents(before, place) for place in range(len(before))[-PREVENTING_REACH:])
    modal = STRONG_MODALS.intersection(before[-MODAL_REACH:])
    if negations > 1 or (modal and not possible):
        return "open"
    if negations == 1 and prevented:  # “does not prevent W1 from vanishing”: so it can happen
        return "yes" if possible else "open"
    return "no" if negations == 1 or prevented else "yes"


def _prevents(before: list[str], place: int) -> bool:
    """Whether a word prevents what follows; what “stops at the minimum” ends there."""
    word, behind = before[place], before[place + 1 : place + 2]
    ends = word in ("stop", "stops", "stopping") and bool(behind) and behind[0] in PLACES
    return not ends and bool(PREVENTING.match(word))


def _in_scope(before: list[str]) -> list[str]:
    """The words from which a negation can still reach."""
    ends = [place for place, word in enumerate(before) if word in SCOPE_ENDS]
    return before[ends[-1] + 1 :] if ends else before


def _negations(before: list[str]) -> int:
    """How many negations reach the word behind `before`; “neither … nor” is one."""
    found = [
        word for distance, word in enumerate(reversed(before), 1) if distance <= REACH.get(word, 0)
    ]
    if "neither" in found or "nor" in found:
        found = [word for word in found if word not in ("nor", "neither")] + ["neither"]
    return len(found)
