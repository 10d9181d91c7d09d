"""What is compared: the papers of a class, and what two of them have in common."""

from __future__ import annotations

from typing import Literal, TypeAlias

from grader.model import Value

Kind: TypeAlias = Literal["writeup", "code"]


class Section(Value, frozen=True):
    """A stretch of one paper.

    Attributes:
        label: says for people where it stands (``2b``, ``p4.py``).
        line: of its first line in the student's file; None where that is not known.
    """

    label: str
    text: str
    line: int | None = None


class Paper(Value, frozen=True):
    """The writeup or the code of one hand-in.

    Attributes:
        name: of the hand-in, unique in its class.
        students: all who handed it in; papers that share one are never compared.
        sections: the text, in pieces over whose borders nothing is matched.
    """

    name: str
    students: tuple[str, ...]
    sections: tuple[Section, ...]


class Side(Value, frozen=True):
    """One paper's part of a passage.

    Attributes:
        label: the section that it stands in, with the line where that is known.
        pieces: the text in order, each piece with whether the other side has it too.
    """

    label: str
    pieces: tuple[tuple[str, bool], ...]


class Passage(Value, frozen=True):
    """A stretch of two papers that is alike; `words` of it (tokens, for code) are the same."""

    first: Side
    second: Side
    words: int


class Pair(Value, frozen=True):
    """Two papers with passages that are alike, the longest first.

    Attributes:
        first, second: names of the hand-ins.
        words: how many words (tokens, for code) stand in both in the same order.
        share: of the shorter paper's words, from 0 to 1.
    """

    first: str
    second: str
    words: int
    share: float
    passages: tuple[Passage, ...]
