"""Numbers, pairs and moves → the finished pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader import __version__
from grader.formulas.tokens import Macros
from grader.model import Verdict
from grader.reading.metadata import Metadata
from grader.reports.changes import Change
from grader.reports.gradescope import OUTPUT_LIMIT
from grader.reports.mathml import macros_of
from grader.reports.page import plots, typesetting
from grader.reports.page.alike import KINDS, Likeness
from grader.reports.page.statistics import VERDICTS, ClassNumbers, class_numbers
from grader.reports.summary import all_verdicts, summary
from grader.reports.terminal import MARKS
from grader.rubric.schema import Rubric, part_of
from grader.safe_text import points_text, printable, shortened
from grader.store import Record

FOLDER = Path(__file__).parent

HANDFUL = 8
"""Up to so many submissions are shown one by one; bars of how many have how much say little."""

HARDEST = 5
"""Items that are named above the list."""

SHOWN_PAIRS = 25
"""Pairs whose passages are shown; the others are listed by name."""

LISTED_PAIRS = 200

SHOWN_CHANGES = 100

NAME_LIMIT = 80
"""Characters of a name on the page."""

PASSAGE_LIMIT = 2_500
"""Characters of one side of a passage."""


@dataclass(frozen=True)
class Source:
    """Everything that the page of a class is made of.

    Attributes:
        records: the current state of the class; may be empty.
        rubric: for title and extra credit. teaching: a sentence for each misconception.
        pairs: submissions that are alike. changes: what moved, and since when (`since`).
        made: now. place: the store, for people.
        pages: address of a student's page by number of the hand-in; empty where there are none.
    """

    records: Sequence[Record]
    rubric: Rubric
    teaching: Mapping[str, str]
    pairs: Sequence[Likeness]
    changes: Sequence[Change]
    since: str
    made: datetime
    place: str
    pages: Mapping[int, str] = field(default_factory=dict)


def class_page(source: Source) -> str:
    """The report of a class: one file of HTML."""
    told = _told_about_store(source)
    if not source.records:
        return _rendered("empty.html", **told)
    numbers = class_numbers(source.records, source.rubric.assignment.extra_credit, source.teaching)
    return _rendered(
        "class.html",
        numbers=numbers,
        students=sum(len(record.students) for record in source.records),
        outdated=sum(record.rubric != source.rubric.digest for record in source.records),
        scores=_scores(numbers),
        hardest=sorted(numbers.items, key=lambda one: one.share.low)[:HARDEST],
        links=[source.pages.get(record.hand_in_number) for record in source.records],
        policy=source.rubric.assignment.undecided.points,
        **_moved(source),
        **_alike(source),
        **told,
    )


def _told_about_store(source: Source) -> dict[str, Any]:
    return {
        "title": source.rubric.assignment.title,
        "made": source.made,
        "place": source.place,
        "version": __version__,
    }


def _scores(numbers: ClassNumbers) -> Markup:
    if len(numbers.standings) <= HANDFUL:
        return plots.ranges(numbers.standings, numbers.possible)
    return plots.histogram([one.score for one in numbers.standings], numbers.possible)


def _moved(source: Source) -> dict[str, Any]:
    """What moved, without those that had no score before."""
    known = [one for one in source.changes if one.before is not None]
    moved = [one for one in known if one.before != one.after]
    return {
        "since": source.since,
        "fresh": len(source.changes) - len(known),
        "fallen": sum(one.fell for one in moved),
        "changes": moved[:SHOWN_CHANGES],
        "more_changes": max(0, len(moved) - SHOWN_CHANGES),
        "kept": len(known) - len(moved),
    }


def _alike(source: Source) -> dict[str, Any]:
    names = [record.hand_in.people() for record in source.records]
    return {
        "names": names,
        "kinds": KINDS,
        "pairs": source.pairs[:SHOWN_PAIRS],
        "more_pairs": source.pairs[SHOWN_PAIRS:LISTED_PAIRS],
        "unlisted_pairs": max(0, len(source.pairs) - LISTED_PAIRS),
    }


# ---------------------------------------------------------------- one student


def student_page(record: Record, rubric: Rubric) -> str:
    """What the student sees on Gradescope, as a file of HTML: nothing else is in it."""
    shown = [verdict for verdict in all_verdicts(record.card) if verdict.visibility == "visible"]
    return _rendered(
        "student.html",
        title=rubric.assignment.title,
        who=record.hand_in.people(),
        summary=shortened(summary(record.card, _metadata(record)), OUTPUT_LIMIT),
        parts=[
            _part(part, list(group)) for part, group in groupby(shown, lambda v: part_of(v.item))
        ],
        version=__version__,
        known=macros_of(record.answers),
    )


def _metadata(record: Record) -> Metadata:
    """As much of the platform's metadata as an export tells: enough for lateness."""
    hand_in = record.hand_in
    return Metadata(
        submission=hand_in.name,
        submitters=hand_in.submitters,
        submitted=hand_in.submitted,
        due=max((one.due for one in hand_in.submitters if one.due is not None), default=None),
    )


def _part(part: str, verdicts: list[Verdict]) -> tuple[str, Decimal, Decimal, list[Verdict]]:
    earned = sum((one.points for one in verdicts), Decimal(0))
    possible = sum((one.possible for one in verdicts), Decimal(0))
    return part, earned, possible, verdicts


# ---------------------------------------------------------------- templates


def _rendered(template: str, **words: Any) -> str:
    return _environment().get_template(template).render(words)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    style, script = (
        (FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")
    )
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_digest=_digest(style),
        script_digest=_digest(script),
        verdicts=VERDICTS,
        marks=MARKS,
        bar=plots.stacked,
        share_bar=plots.share_bar,
    )
    environment.filters.update(
        points=_points,
        exact=points_text,
        percent=_percent,
        brief=_brief,
        markdown=_markdown,
        prose=lambda text: typesetting.prose(_brief(text, PASSAGE_LIMIT)),
        duration=_duration,
    )
    return environment


def _markdown(text: str, known: Macros | None = None) -> Markup:
    return typesetting.markdown(shortened(text, OUTPUT_LIMIT), known or {})


def _clean(value: object) -> object:
    """Whatever goes into the page, without characters that hide or reorder text."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _points(points: Decimal) -> str:
    """At most one decimal: a mean of exact points has no end of them."""
    return points_text(points.quantize(Decimal("0.1"))) if points % 1 else points_text(points)


def _percent(share: Decimal | float) -> str:
    return f"{100 * share:.0f}"


def _brief(text: str, limit: int = NAME_LIMIT) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, hours = round(seconds / 60), round(seconds / 3600, 1)
    return f"{minutes} min" if minutes < 100 else f"{hours} h"
