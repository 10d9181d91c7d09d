"""What stands above the table of results: the total, what still waits, what has moved.

Written for the student in Markdown. Results that the rubric does not show yet are not mentioned
here either, and then there is no total: it would give them away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from grader.model import ExtraCredit, ItemId, Notice, Scorecard, Verdict
from grader.reading.metadata import EarlierResult, EarlierSubmission, Metadata
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.schema import part_of
from grader.safe_text import counted_points, escaped, points_text

MAX_NOTICES = 20
"""A submission of a thousand broken files still gets a summary that can be read."""


def bonus_verdict(extra: ExtraCredit) -> Verdict:
    """Extra credit as one more verdict, of no maximum: it raises the score, never the total."""
    return Verdict(
        item=EXTRA_CREDIT,
        title=extra.title,
        verdict=extra.verdict,
        points=extra.points,
        possible=Decimal(0),
        feedback=extra.feedback,
        certain=extra.points,
        visibility=extra.visibility,
    )


def all_verdicts(scorecard: Scorecard) -> tuple[Verdict, ...]:
    """Every row of the results page: the rubric's items, and the extra credit behind them."""
    return (*scorecard.verdicts, bonus_verdict(scorecard.extra_credit))


def summary(scorecard: Scorecard, metadata: Metadata | None) -> str:
    """The whole text, paragraph by paragraph; what there is nothing to say about is left out."""
    shown = tuple(v for v in scorecard.verdicts if v.visibility == "visible")
    paragraphs = [
        _total(scorecard, all_shown=len(shown) == len(scorecard.verdicts)),
        _waiting(shown),
        _missing(shown),
        _since_last_time((*shown, *_shown_bonus(scorecard)), metadata),
        _notices(scorecard.notices),
        _lateness(metadata),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _shown_bonus(scorecard: Scorecard) -> tuple[Verdict, ...]:
    bonus = bonus_verdict(scorecard.extra_credit)
    return (bonus,) if bonus.visibility == "visible" else ()


def _total(scorecard: Scorecard, *, all_shown: bool) -> str:
    if not all_shown:
        return "Some results are not shown yet, so there is no total here."
    total, possible = points_text(scorecard.points), points_text(scorecard.possible)
    bonus = scorecard.extra_credit.points
    if not bonus:
        return f"**{total} of {possible} points.**"
    answers = points_text(scorecard.points - bonus)
    return (
        f"**{total} of {possible} points:** {answers} for the answers "
        f"and {points_text(bonus)} of extra credit."
    )


def _waiting(shown: tuple[Verdict, ...]) -> str:
    waiting = [v for v in shown if v.verdict == "review"]
    if not waiting:
        return ""
    points = counted_points(sum((v.possible for v in waiting), Decimal(0)))
    verb = "waits" if points == "1 point" else "wait"
    return f"**{points} {verb} for a TA**, who decides by hand: {_places(waiting, shown)}."


def _missing(shown: tuple[Verdict, ...]) -> str:
    missing = [v for v in shown if v.verdict == "missing" and v.possible]
    if not missing:
        return ""
    points = counted_points(sum((v.possible for v in missing), Decimal(0)))
    return (
        f"**Nothing was found** for {_places(missing, shown)}: {points}. "
        "The rows below say what to do if you did answer."
    )


def _places(some: Sequence[Verdict], every: Sequence[Verdict]) -> str:
    """Where they stand in the homework: ``2(d)``, or one by one where only some of a part are."""
    of_part = Counter(part_of(v.item) for v in every)
    whole = {
        part for part, n in Counter(part_of(v.item) for v in some).items() if n == of_part[part]
    }
    names = (_place(v.item) if part_of(v.item) in whole else named(v) for v in some)
    return ", ".join(dict.fromkeys(names))


def _place(item: ItemId) -> str:
    """``2(d)`` for ``2d.decay``, as the homework has it."""
    return re.sub(r"^(\d+)(\w+)$", r"\1(\2)", part_of(item))


def named(verdict: Verdict) -> str:
    """An item as a student knows it: its part and its title."""
    if verdict.item == EXTRA_CREDIT:
        return verdict.title
    return f"{_place(verdict.item)} “{verdict.title}”"


# ---------------------------------------------------------------- since the last submission


def _since_last_time(verdicts: Sequence[Verdict], metadata: Metadata | None) -> str:
    """Compared with the newest earlier submission whose results the platform tells."""
    known = {verdict.item for verdict in verdicts}
    earlier = metadata.earlier if metadata is not None else ()
    last = next((s for s in earlier if any(r.item in known for r in s.results)), None)
    if last is None:
        return ""
    moves = "\n".join(f"- {move}" for move in _moves(last, verdicts))
    when = f" ({last.submitted:%Y-%m-%d %H:%M})" if last.submitted is not None else ""
    return f"**Since your last submission**{when}:\n\n{moves or '- Nothing has changed.'}"


def _moves(last: EarlierSubmission, verdicts: Sequence[Verdict]) -> Iterator[str]:
    before = {result.item: result for result in last.results}
    for now in verdicts:
        if now.item in before and (move := _move(before[now.item], now)):
            yield f"{named(now)} {move}"


def _move(before: EarlierResult, now: Verdict) -> str:
    change = f"from {points_text(before.points)} to {points_text(now.points)}"
    if now.verdict == "review":
        return "now waits for a TA" if before.verdict not in ("review", None) else ""
    if before.verdict == "review":
        return f"was decided: {now.verdict}, {change}"
    if now.points == before.points:
        return ""
    return f"rose {change}" if now.points > before.points else f"fell {change}"


# ---------------------------------------------------------------- information


def _notices(notices: tuple[Notice, ...]) -> str:
    if not notices:
        return ""
    lines = [f"- {escaped(notice.message)}" for notice in notices[:MAX_NOTICES]]
    if len(notices) > MAX_NOTICES:
        lines.append(f"- … and {len(notices) - MAX_NOTICES} more")
    return "**About what you handed in:**\n\n" + "\n".join(lines)


def _lateness(metadata: Metadata | None) -> str:
    late = metadata.lateness if metadata is not None else None
    if not late:
        return ""
    return f"Handed in {_duration(late)} after the due date. No points are taken off for that here."


def _duration(span: timedelta) -> str:
    """The two largest units: 2 days 3 h, 1 h 5 min, 12 min."""
    minutes = max(1, round(span.total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} day{'s' if days > 1 else ''} {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
