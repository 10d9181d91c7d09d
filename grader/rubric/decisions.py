"""TAs' decisions: which answer one was made for, and the file in which they travel.

A decision counts for the students that it names, as long as their answer is the one that the TA
looked at: spaces and places aside, its text must be the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from grader.errors import UsageError
from grader.model import Answers, Decision, ItemId, Value
from grader.rubric.schema import Rubric, part_of
from grader.safe_text import counted_points, points_text

EXTRA_CREDIT: Final = ItemId("extra_credit")
"""The id under which the typewritten bonus is reported and decided, beside the rubric's items."""

DIGITS = 16
"""Of a digest, in hexadecimal: a class has thousands of answers, not billions."""


class DecisionsFile(Value, frozen=True):
    """``decisions.yaml``: exported by ``grader export``, read by ``grader gradescope``.

    `rubric` is the digest of the one that the class was counted with; empty if that is not known.
    """

    decisions: tuple[Decision, ...]
    rubric: str = ""


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


def encode(decisions: Sequence[Decision], rubric: str = "") -> bytes:
    """The content of a decisions.yaml; one more readable line for each field."""
    return msgspec.yaml.encode(DecisionsFile(tuple(decisions), rubric))


def doubts_about(file: DecisionsFile, rubric: Rubric) -> Iterator[str]:
    """What of the decisions does not go with a rubric.

    Raises:
        UsageError: one is about an item that does not exist, or gives points that are none.
    """
    if file.rubric and file.rubric != rubric.digest:
        yield (
            "these decisions come from a class that was counted with another rubric than the one "
            f"in {rubric.folder}. --rubrics FOLDER takes another one along."
        )
    possible = {item.item: item.points for item in rubric.items}
    for one in file.decisions:
        who = ", ".join(one.students)
        if one.item not in (EXTRA_CREDIT, *possible):
            raise UsageError(f"a decision about {who} names {one.item!r}, which is no item.")
        if not one.points.is_finite() or one.points < 0:
            raise UsageError(f"the decision about {one.item} of {who} has {one.points} points.")
        if one.points > possible.get(one.item, one.points):
            yield (
                f"{one.item} has {counted_points(possible[one.item])}, and a decision about {who} "
                f"gives {points_text(one.points)}: the item's points count."
            )


def load_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a decisions.yaml.

    Raises:
        UsageError: it cannot be read or is none.
    """
    return load_decisions_file(path).decisions


def load_decisions_file(path: Path) -> DecisionsFile:
    """Read a decisions.yaml.

    Raises:
        UsageError: it cannot be read or is none.
    """
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=DecisionsFile, strict=False)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} holds no decisions: {error}.") from error


def answer_digests(answers: Answers, items: Iterable[ItemId], contents: str) -> dict[ItemId, str]:
    """For each item, what identifies the answer that a TA decides about.

    Every item has one, also without evidence: a TA can decide it all the same.
    """
    return {item: answer_digest(answers, item, contents) for item in (*items, EXTRA_CREDIT)}
