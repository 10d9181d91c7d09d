"""Whose score moved between two states of the store, in which item, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import click
import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.errors import UsageError
from grader.model import ItemId, Scorecard, Value, Verdict
from grader.reports.summary import all_verdicts
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.scoring import DECIDED
from grader.safe_text import counted, points_text, printable
from grader.store import Record, Run, Store

PIPED_WIDTH = 1_000
"""Columns where there is no terminal: nothing is cut."""

SHOWN = 100
"""Students in the table for people; falls come first."""

NEW = "handed in for the first time"
RESUBMITTED = "another submission"
DECISION = "a TA's decision"
UNDONE = "a TA's decision does not apply any more"
OBSERVED = "read or run by another version of the grader"
MEASURED = "judged by another version of grader, reference, tolerances or claims"
RUBRIC = "rubric edit"
SHOWN_THERE = "what Gradescope showed"
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
    """One student's (or group's) score, before and after; None when there was none.

    `people` are the students by name; `note` says what the items that moved do not.
    """

    name: str
    students: tuple[str, ...]
    before: Decimal | None
    after: Decimal
    moves: tuple[Move, ...]
    people: str = ""
    note: str = ""

    @property
    def who(self) -> str:
        """For people: names, and the submission's where it is another one."""
        return f"{self.people} ({self.name})" if self.people not in ("", self.name) else self.name

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


def _change(
    before: Record | None, after: Record, students: tuple[str, ...] | None = None
) -> Change | None:
    """What moved for a submission's students, or for some of them."""
    whose = students or after.students
    people = after.hand_in.people(whose)
    if before is None:
        moves = [
            Move(v.item, None, v.points, None, v.verdict, NEW) for v in all_verdicts(after.card)
        ]
        return Change(after.hand_in.name, whose, None, after.card.points, tuple(moves), people)
    if before.number == after.number:
        return None
    moves = list(_moves(before, after))
    if not moves:
        return None
    score = before.card.points
    return Change(after.hand_in.name, whose, score, after.card.points, tuple(moves), people)


def since_export(now: Sequence[Record], exported: Mapping[str, Record]) -> Iterator[Change]:
    """What moved since it left the house; before the first export, what Gradescope showed."""
    for record in now:
        by_state: dict[int, list[str]] = {}
        for student in record.students:
            number = exported[student].number if student in exported else 0
            by_state.setdefault(number, []).append(student)
        for students in by_state.values():
            before = exported.get(students[0])
            change = (
                _change(before, record, tuple(students))
                if before is not None
                else _since_shown(record, tuple(students))
            )
            if change is not None:
                yield change


def _since_shown(record: Record, students: tuple[str, ...]) -> Change | None:
    """Compared with the score and the results that came with Gradescope's export, if any did."""
    shown = record.hand_in.shown
    if shown is None or (shown.score is None and not shown.results):
        return None
    in_rows = sum((one.points for one in shown.results), Decimal(0))
    score = shown.score if shown.score is not None else in_rows
    before = {one.item: one for one in shown.results}
    moves = tuple(
        Move(v.item, old.points, v.points, old.verdict, v.verdict, SHOWN_THERE)
        for v in all_verdicts(record.card)
        if (old := before.get(v.item)) is not None and old.points != v.points
    )
    if not moves and score == record.card.points:
        return None
    note = "" if shown.results and score == in_rows else f"{points_text(score)} is {SHOWN_THERE}"
    if note and shown.results:
        note += f"; its rows add up to {points_text(in_rows)}: points were given there by hand"
    name, people = record.hand_in.name, record.hand_in.people(students)
    return Change(name, students, score, record.card.points, moves, people, note)


def moved_items(before: Scorecard, after: Scorecard) -> list[tuple[Verdict | None, Verdict]]:
    """The verdicts that differ in points or in their word, as they were and as they are."""
    old = {verdict.item: verdict for verdict in all_verdicts(before)}
    pairs = ((old.get(new.item), new) for new in all_verdicts(after))
    return [
        (was, new)
        for was, new in pairs
        if was is None or (was.points, was.verdict) != (new.points, new.verdict)
    ]


def _moves(before: Record, after: Record) -> Iterator[Move]:
    for was, new in moved_items(before.card, after.card):
        yield Move(
            new.item,
            was.points if was else None,
            new.points,
            was.verdict if was else None,
            new.verdict,
            _why(before, after, new.item),
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
    click.echo(told(changes))
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    for change in changes[:SHOWN]:
        console.print(_headline(change), soft_wrap=True)
        console.print(Padding(_table(change), (0, 0, 0, 2), expand=False))
    if len(changes) > SHOWN:
        click.echo(f"… and {len(changes) - SHOWN} more; --json shows all of them.")


def told(changes: Sequence[Change]) -> str:
    """How many moved, and which way."""
    if not changes:
        return "Nothing moved."
    new = sum(one.before is None for one in changes)
    fell = sum(one.fell for one in changes)
    kept = sum(one.before == one.after for one in changes)
    rose = len(changes) - new - fell - kept
    ways = ((fell, "fell"), (rose, "rose"), (kept, "kept the total"), (new, "new"))
    parts = ", ".join(f"{number} {way}" for number, way in ways if number)
    return f"{counted(len(changes), 'scorecard')} moved: {parts}."


def _headline(change: Change) -> Text:
    score = _step(change.before, change.after) + (" (fell)" if change.fell else "")
    line = Text(f"{printable(change.who)}: {score}", "red" if change.fell else "bold")
    words = NEW if change.before is None else change.note
    return line.append(f", {words}" if words else "", "dim")


def _table(change: Change) -> Table:
    """The items that moved, one line each; of a new submission, none."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in ("item", "points", "verdict"):
        table.add_column(no_wrap=True)
    table.add_column("why")
    for move in change.moves if change.before is not None else ():
        table.add_row(move.item, _step(move.before, move.after), _words(move), move.why)
    return table


def _step(before: Decimal | None, after: Decimal) -> str:
    if before is None or before == after:
        return points_text(after)
    return f"{points_text(before)} → {points_text(after)}"


def _words(move: Move) -> str:
    if move.verdict_before is None or move.verdict_before == move.verdict:
        return move.verdict
    return f"{move.verdict_before} → {move.verdict}"


def show_runs(runs: Sequence[Run], *, as_json: bool) -> None:
    """Print the commands of a store, whose numbers ``--since`` takes."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(list(runs))).decode())
        return
    for run in runs:
        when = f"{run.at.astimezone():%Y-%m-%d %H:%M}"
        rubric = run.rubrics or f"with the digest {run.rubric}"
        given = "" if run.source == run.rubrics else f" {printable(run.source)}"
        click.echo(f"{run.number:4}  {when}  {run.command}{given}, rubric {rubric}")
