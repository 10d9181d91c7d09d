"""What Gradescope knows about a submission: who handed it in, when, and what it earned before.

The platform writes `submission_metadata.json` beside the submission. Its documentation and real
files disagree: points arrive as strings, due dates once or per student, `results` of earlier
submissions for all of them, for the newest one, or as null. Nothing in here decides a grade, so
each field is read on its own and what cannot be read counts as unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.model import ItemId, Notice, Value
from grader.reading.lenient import mapping, mappings, moment, points, text

_ITEM_IN_NAME = re.compile(r"([\w.]+): ")
"""Every test that this grader reports is named ``<item id>: <title>``."""


class Submitter(Value, frozen=True):
    """One student of a submission; `due` is the date that holds for this student."""

    name: str
    email: str
    sid: str
    due: datetime | None = None

    @property
    def id(self) -> str:
        """Identifies the student everywhere: e-mail, else student number, else name."""
        return self.email.strip().lower() or self.sid.strip() or self.name.strip()


class EarlierResult(Value, frozen=True):
    """What one rubric item earned in an earlier submission."""

    item: ItemId
    points: Decimal
    verdict: str | None = None


class EarlierSubmission(Value, frozen=True):
    """One earlier submission; `results` is empty where the platform does not tell them."""

    submitted: datetime | None
    score: Decimal | None
    results: tuple[EarlierResult, ...] = ()


class Metadata(Value, frozen=True):
    """The platform's side of a submission. None and empty mean unknown.

    Attributes:
        submission: the platform's number of the submission.
        submitters: all students of the group.
        submitted: when it was handed in; a re-run keeps this time.
        due: the latest date that holds for any of the submitters.
        total_points: points of the whole assignment.
        earlier: what the same students handed in before, newest first.
    """

    submission: str
    submitters: tuple[Submitter, ...] = ()
    submitted: datetime | None = None
    due: datetime | None = None
    total_points: Decimal | None = None
    earlier: tuple[EarlierSubmission, ...] = ()

    @property
    def lateness(self) -> timedelta | None:
        """How long after the due date it came, zero when in time; for information only."""
        if self.submitted is None or self.due is None:
            return None
        return max(self.submitted - self.due, timedelta(0))


def load_metadata(path: Path) -> tuple[Metadata | None, tuple[Notice, ...]]:
    """Read the platform's file; when it cannot be used, None and the notice that says why."""
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None, (_unusable("metadata-missing", "there is no such file"),)
    except (OSError, ValueError, RecursionError) as trouble:
        return None, (_unusable("metadata-unreadable", str(trouble)),)
    if not isinstance(document, dict):
        return None, (_unusable("metadata-unreadable", "it does not hold a JSON object"),)
    return _metadata(document), ()


def _unusable(code: str, why: str) -> Notice:
    told = "Nothing is known about due dates and earlier submissions; grading goes on without."
    return Notice(code=code, message=f"submission_metadata.json cannot be used: {why}. {told}")


def _metadata(document: Mapping[str, Any]) -> Metadata:
    assignment = mapping(document.get("assignment"))
    common_due = moment(assignment.get("due_date"))
    submitted = moment(document.get("created_at"))
    submitters = tuple(_submitter(user, common_due) for user in mappings(document.get("users")))
    return Metadata(
        submission=text(document.get("id")),
        submitters=submitters,
        submitted=submitted,
        due=max((s.due for s in submitters if s.due is not None), default=common_due),
        total_points=points(assignment.get("total_points")),
        earlier=_newest_first(mappings(document.get("previous_submissions")), submitted),
    )


def _submitter(user: Mapping[str, Any], common_due: datetime | None) -> Submitter:
    own_due = moment(mapping(user.get("assignment")).get("due_date"))
    return Submitter(
        name=text(user.get("name")),
        email=text(user.get("email")),
        sid=text(user.get("sid")),
        due=own_due if own_due is not None else common_due,
    )


def _newest_first(
    entries: Iterable[Mapping[str, Any]], before: datetime | None
) -> tuple[EarlierSubmission, ...]:
    """Earlier submissions by time; a re-run of an old one must not look at what came after it."""
    read = [
        earlier_submission(entry.get("submission_time"), entry.get("score"), entry.get("results"))
        for entry in entries
    ]
    dated = [(s.submitted, s) for s in read if s.submitted is not None]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    in_order = [s for time, s in dated if before is None or time < before]
    return (*in_order, *(s for s in read if s.submitted is None))


def earlier_submission(submitted: object, score: object, results: object) -> EarlierSubmission:
    """One earlier submission from the platform's values for it."""
    tests = mappings(mapping(results).get("tests"))
    found = (_earlier_result(test) for test in tests)
    return EarlierSubmission(
        submitted=moment(submitted),
        score=points(score),
        results=tuple(result for result in found if result is not None),
    )


def _earlier_result(test: Mapping[str, Any]) -> EarlierResult | None:
    """The item behind one reported test, or None for a test that is not of this grader's making."""
    extra = mapping(test.get("extra_data"))
    named = _ITEM_IN_NAME.match(text(test.get("name")))
    item = text(extra.get("item")) or (named[1] if named else "")
    earned = points(test.get("score"))
    if not item or earned is None:
        return None
    return EarlierResult(
        item=ItemId(item), points=earned, verdict=text(extra.get("verdict")) or None
    )
