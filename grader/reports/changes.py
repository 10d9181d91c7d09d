"""Whose score moved between two states of the store, in which item, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.errors import UsageError
from grader.model import ItemId, Scorecard, Value, Verdict
from grader.reports.summary import all_verdicts
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.scoring import DECIDED
from grader.safe_text import points_text, printable
from grader.store import Record, Store

SHOWN = 100
"""Students in the table for people; falls come first."""

NEW = "handed in for the first time"
RESUBMITTED = "another submission"
DECISION = "a TA's decision"
UNDONE = "a TA's decision does not apply any more"
OBSERVED = "read or run by another version of the grader"
MEASURED = "judged by another version of grader, reference, tolerances or claims"
RUBRIC = "rubric edit"
FOLLOWS = "follows from the points of the items"


class Move(Value, frozen=True):
    """One item whose points or verdict are not what they were."""

    item: ItemId
    before: Decimal | None
    after: Decimal
    verdict_before: str | None
    verdict: str
    why: str


class Change(Value, frozen=True):
    """One student's (or group's) score, before and after; None when there was none."""

    name: str
    students: tuple[str, ...]
    before: Decimal | None
    after: Decimal
    moves: tuple[Move, ...]

    @property
    def fell(self) -> bool:
        """Whether the score is lower than it was."""
        return self.before is not None and self.after < self.before


def changed(store: Store, since: str) -> list[Change]:
    """What moved since a command of the store, or since the last export; falls come first.

    Args:
        store: where both states are.
        since: a run's number, ``last``, or ``export``.

    Raises:
        UsageError: there is no such run.
    """
    now = store.records()
    if since == "export":
        return _sorted(since_export(now, store.last_exported()))
    before = {s: one for one in store.records(before=_run(store, since)) for s in one.students}
    found = (_change(before.get(record.students[0]), record) for record in now)
    return _sorted(change for change in found if change is not None)


def _run(store: Store, since: str) -> int:
    numbers = [run.number for run in store.runs()]
    if since == "last" and numbers:
        return numbers[-1]
    if since.isdecimal() and int(since) in numbers:
        return int(since)
    known = f"1 to {numbers[-1]}" if numbers else "none yet"
    raise UsageError(f"there is no run {since!r}; runs of this store: {known}, `last`, `export`.")


def _sorted(changes: Iterator[Change] | Sequence[Change]) -> list[Change]:
    """Falls first, the deepest on top; then rises; then what moved without a change of score."""

    def gain(change: Change) -> Decimal:
        return change.after - (change.before if change.before is not None else Decimal(0))

    return sorted(changes, key=lambda one: (not one.fell, gain(one) == 0, gain(one), one.name))


def _change(before: Record | None, after: Record) -> Change | None:
    if before is None:
        moves = [
            Move(v.item, None, v.points, None, v.verdict, NEW) for v in all_verdicts(after.card)
        ]
        return Change(after.hand_in.name, after.students, None, after.card.points, tuple(moves))
    if before.number == after.number:
        return None
    moves = list(_moves(before.card, after.card, lambda item: _why(before, after, item)))
    if not moves:
        return None
    return Change(
        after.hand_in.name, after.students, before.card.points, after.card.points, tuple(moves)
    )


def since_export(now: Sequence[Record], exported: Mapping[str, Scorecard]) -> Iterator[Change]:
    """What moved since it left the house; before the first export, what Gradescope showed."""
    for record in now:
        for student in record.students:
            card = exported.get(student)
            if card is not None:
                moves = tuple(_moves(card, record.card, lambda _item: "changed since the export"))
                before = card.points
            else:
                before_shown, moves = _since_shown(record)
                if before_shown is None:
                    continue
                before = before_shown
            if moves:
                yield Change(record.hand_in.name, (student,), before, record.card.points, moves)


def _since_shown(record: Record) -> tuple[Decimal | None, tuple[Move, ...]]:
    """Compared with the results that came with Gradescope's export, if they are this grader's."""
    shown = record.hand_in.shown
    if shown is None or not shown.results:
        return None, ()
    before = {one.item: one for one in shown.results}
    moves = tuple(
        Move(v.item, old.points, v.points, old.verdict, v.verdict, "shown on Gradescope")
        for v in all_verdicts(record.card)
        if (old := before.get(v.item)) is not None and old.points != v.points
    )
    return sum((one.points for one in shown.results), Decimal(0)), moves


def moved_items(before: Scorecard, after: Scorecard) -> list[tuple[Verdict | None, Verdict]]:
    """The verdicts that differ in points or in their word, as they were and as they are."""
    old = {verdict.item: verdict for verdict in all_verdicts(before)}
    pairs = ((old.get(new.item), new) for new in all_verdicts(after))
    return [
        (was, new)
        for was, new in pairs
        if was is None or (was.points, was.verdict) != (new.points, new.verdict)
    ]


def _moves(before: Scorecard, after: Scorecard, why: Callable[[ItemId], str]) -> Iterator[Move]:
    for was, new in moved_items(before, after):
        yield Move(
            new.item,
            was.points if was else None,
            new.points,
            was.verdict if was else None,
            new.verdict,
            why(new.item),
        )


def _why(before: Record, after: Record, item: ItemId) -> str:
    """The one thing that moved an item: each is only a cause where those before it are equal."""
    was, now = _is_decided(before, item), _is_decided(after, item)
    if now:
        return DECISION
    if was:
        return UNDONE
    if before.hand_in.submission != after.hand_in.submission:
        return RESUBMITTED
    if item == EXTRA_CREDIT:
        same = before.facts.typewritten == after.facts.typewritten
        return (FOLLOWS if before.rubric == after.rubric else RUBRIC) if same else OBSERVED
    if before.grading == after.grading or before.facts.about(item) == after.facts.about(item):
        return RUBRIC
    return MEASURED if before.observed_with == after.observed_with else OBSERVED


def _is_decided(record: Record, item: ItemId) -> bool:
    if item == EXTRA_CREDIT:  # has no notes: decided is what differs from what was found
        found = {"yes": "correct", "no": "incorrect", "unsure": "review"}
        return record.card.extra_credit.verdict != found[record.facts.typewritten.verdict]
    return any(v.item == item and DECIDED in v.notes for v in record.card.verdicts)


# ---------------------------------------------------------------- shown


def show(changes: Sequence[Change], *, as_json: bool) -> None:
    """Print the changes, for people or for a program."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(list(changes))).decode())
        return
    fallen = sum(change.fell for change in changes)
    click.echo(f"{len(changes)} scorecards moved; {fallen} scores fell.")
    if changes:
        Console().print(_table(changes[:SHOWN]))
    if len(changes) > SHOWN:
        click.echo(f"… and {len(changes) - SHOWN} more; --json shows all of them.")


def _table(changes: Sequence[Change]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("submission", "score", "item", "points"):
        table.add_column(title, no_wrap=True)
    table.add_column("verdict")
    table.add_column("why")
    for change in changes:
        style = "red" if change.fell else ""
        new = change.before is None
        for number, move in enumerate(() if new else change.moves):
            first = number == 0
            table.add_row(
                Text(printable(change.name) if first else "", style),
                Text(_step(change.before, change.after) if first else "", style),
                move.item,
                _step(move.before, move.after),
                _words(move),
                move.why,
            )
        if new:
            table.add_row(printable(change.name), points_text(change.after), "", "", "", NEW)
    return table


def _step(before: Decimal | None, after: Decimal) -> str:
    if before is None or before == after:
        return points_text(after)
    return f"{points_text(before)} → {points_text(after)}"


def _words(move: Move) -> str:
    if move.verdict_before is None or move.verdict_before == move.verdict:
        return move.verdict
    return f"{move.verdict_before} → {move.verdict}"
