"""TAs' decisions: which answer one was made for, and the file in which they travel.

A decision counts for the students that it names, as long as their answer is the one that the TA
looked at: spaces and places aside, its text must be the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from grader.errors import UsageError
from grader.model import Answers, Decision, ItemId, Value
from grader.rubric.schema import part_of

EXTRA_CREDIT: Final = ItemId("extra_credit")
"""The id under which the typewritten bonus is reported and decided, beside the rubric's items."""

DIGITS = 16
"""Of a digest, in hexadecimal: a class has thousands of answers, not billions."""


class DecisionsFile(Value, frozen=True):
    """``decisions.yaml``: exported by ``grader export``, read by ``grader gradescope``."""

    decisions: tuple[Decision, ...]


def answer_digest(answers: Answers, item: ItemId, contents: str) -> str:
    """Identifies what a TA looks at to decide `item`; without any text, all that was handed in.

    Args:
        answers: the submission as read.
        item: a rubric item or `EXTRA_CREDIT`.
        contents: digest of all that was handed in, whatever the files are called.
    """
    if item == EXTRA_CREDIT:
        text = "\0".join(map(answers.text_of, answers.written))
    elif item.startswith("4d."):
        text = "\0".join(program.text for program in answers.programs)
    else:
        text = answers.text_of(part_of(item))
    words = " ".join(text.split()) or contents
    return hashlib.sha256(f"{part_of(item)}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()[
        :DIGITS
    ]


def applying(
    decisions: Sequence[Decision], students: Collection[str], digests: Mapping[ItemId, str]
) -> dict[ItemId, Decision]:
    """The decision for each item that counts for these students: of several, the last one.

    Args:
        decisions: of the whole class, the oldest first.
        students: who handed this submission in.
        digests: `answer_digest` of each of its items.
    """
    named = [one for one in decisions if not set(students).isdisjoint(one.students)]
    return {one.item: one for one in named if one.answer == digests.get(one.item)}


def encode(decisions: Sequence[Decision]) -> bytes:
    """The content of a decisions.yaml; one more readable line for each field."""
    return msgspec.yaml.encode(DecisionsFile(tuple(decisions)))


def load_decisions(path: Path) -> tuple[Decision, ...]:
    """Read a decisions.yaml.

    Raises:
        UsageError: it cannot be read or is none.
    """
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=DecisionsFile, strict=False).decisions
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} holds no decisions: {error}.") from error


def answer_digests(answers: Answers, items: Iterable[ItemId], contents: str) -> dict[ItemId, str]:
    """For each item, what identifies the answer that a TA decides about.

    Every item has one, also without evidence: a TA can decide it all the same.
    """
    return {item: answer_digest(answers, item, contents) for item in (*items, EXTRA_CREDIT)}
