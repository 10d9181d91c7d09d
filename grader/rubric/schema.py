"""What a rubric file may say. The types are the validator, the codec and the JSON schema at once.

`homework2.yaml` is an `AssignmentFile`; it names one `ProblemFile` per problem. `Rubric` is what
both come to. Unknown keys are refused, points are decimals.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from grader.model import ItemId, Part, Value
from grader.rubric.claims import ClaimsFile

Points = Annotated[Decimal, Meta(description="Points: a number from 0 up, at most two decimals.")]
Percent = Annotated[Decimal, Meta(description="A number from 0 to 100.")]
Visibility = Literal["visible", "hidden", "after_due_date", "after_published"]
Sentence = Annotated[str, Meta(max_length=2000)]


class ItemFeedback(Value, frozen=True, omit_defaults=True):
    """Sentences for one item, by its verdict; what is left out comes from the problem's notes."""

    correct: Sentence = ""
    incorrect: Sentence = ""
    missing: Sentence = ""
    review: Sentence = ""


class RubricItem(Value, frozen=True, omit_defaults=True):
    """One row of the results page.

    Attributes:
        item: fixed id such as ``2b.affine``.
        title: what the student reads beside it.
        points: the maximum.
        aspects: shares of the points by aspect (weights); empty when the item is one whole.
        deductions: points that a misconception costs, where it costs less than everything.
        feedback: sentences by verdict.
        advice: for the TA who decides a review.
        visibility: overrides the assignment's.
    """

    item: ItemId
    title: str
    points: Points
    aspects: dict[str, Points] = {}
    deductions: dict[str, Points] = {}
    feedback: ItemFeedback = ItemFeedback()
    advice: Sentence = ""
    visibility: Visibility | None = None


class RubricPart(Value, frozen=True):
    """One lettered part with the points that the homework gives it."""

    part: Part
    points: Points
    items: list[RubricItem]


class Tolerances(Value, frozen=True):
    """How far numbers may differ, relative to the largest gradient, by the coarsest dtype."""

    float64: float = 1e-8
    float32: float = 2e-4
    float16: float = 3e-2
    bfloat16: float = 2e-1


class ProblemFile(Value, frozen=True, omit_defaults=True):
    """One problem: its parts, and the words for what evidence says.

    Attributes:
        notes: sentence for each note of a finding; may quote its details in braces.
        aspect_names: what the student calls an aspect, such as ``∂L/∂W1``.
        misconceptions: sentences that replace the reference's own.
        tolerances: of numerical comparison.
    """

    problem: str
    title: str
    points: Points
    parts: list[RubricPart]
    notes: dict[str, Sentence] = {}
    aspect_names: dict[str, str] = {}
    misconceptions: dict[str, Sentence] = {}
    tolerances: Tolerances = Tolerances()


class ExtraCreditRule(Value, frozen=True):
    """The typewritten bonus: `percent` of the points earned or of the maximum."""

    title: str
    percent: Percent
    of: Literal["earned", "maximum"]
    yes: Sentence
    no: Sentence
    unsure: Sentence


class UndecidedRule(Value, frozen=True):
    """What an item under review counts until a TA decides.

    `certain`: what is already verified; `none`: nothing; `full`: everything.
    """

    points: Literal["certain", "none", "full"]
    sentence: Sentence


class AssignmentFile(Value, frozen=True):
    """The homework as a whole: which problems, in which order, and the policies.

    `claims` names the file with the table of claims; without it no prose is decided. `decided` is
    the sentence for an item that a TA has decided; it may quote {points}, {possible}, {comment}.
    `missing` is the one for an item without an answer, where the item has none of its own; it may
    quote {problem} and {letter}.
    With `explanations: after_due_date`, mistakes are only quoted until then, with `withheld`.
    """

    title: str
    points: Points
    problems: list[str]
    extra_credit: ExtraCreditRule
    undecided: UndecidedRule
    visibility: Visibility = "visible"
    claims: str = ""
    explanations: Literal["always", "after_due_date"] = "always"
    withheld: Sentence = "This is not right yet. After the due date you can read why."
    decided: Sentence = "A TA decided this: {points} of {possible} points.|{comment}"
    missing: Sentence = "Nothing was found for this. If you did answer it, tell a TA."


class Rubric(Value, frozen=True):
    """A complete rubric as loaded: the assignment, its problems in order, and what they hash to.

    `folder` says where it was read, for people; it is no part of the digest.
    """

    assignment: AssignmentFile
    problems: tuple[ProblemFile, ...]
    digest: str
    claims: ClaimsFile | None = None
    folder: str = ""

    @property
    def parts(self) -> tuple[RubricPart, ...]:
        """All parts in order."""
        return tuple(part for problem in self.problems for part in problem.parts)

    @property
    def items(self) -> tuple[RubricItem, ...]:
        """All items in the order of the results page."""
        return tuple(item for part in self.parts for item in part.items)

    def problem_of(self, item: ItemId) -> ProblemFile:
        """The problem that an item belongs to."""
        return next(p for p in self.problems if item.startswith(p.problem))


def part_of(item: ItemId) -> Part:
    """``2b`` for ``2b.affine``."""
    return Part(item.partition(".")[0])


def json_schema(kind: type[Value]) -> bytes:
    """JSON schema of a rubric file, for editors that validate while one types."""
    schema = _with_numbers(msgspec.json.schema(kind))
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def _with_numbers(schema: Any) -> Any:
    """The schema with decimals as numbers: in YAML they are written without quotes."""
    if isinstance(schema, dict):
        if schema.get("format") == "decimal":
            kept = {k: v for k, v in schema.items() if k not in ("type", "format")}
            return {"type": "number", **kept}
        return {key: _with_numbers(value) for key, value in schema.items()}
    return [_with_numbers(entry) for entry in schema] if isinstance(schema, list) else schema
