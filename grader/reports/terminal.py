"""What a person at a terminal reads: one submission in detail, or a class in a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from grader.model import Notice, Scorecard, Verdict, VerdictName
from grader.safe_text import points_text, printable

STYLES: dict[VerdictName, str] = {
    "correct": "green",
    "partial": "yellow",
    "incorrect": "red",
    "missing": "red",
    "review": "cyan",
}
MARKS: dict[VerdictName, str] = {
    "correct": "✓", "partial": "◐", "incorrect": "✗", "missing": "–", "review": "?",
}  # fmt: skip


def show_submission(console: Console, name: str, card: Scorecard, seconds: float) -> None:
    """Points, verdicts and feedback of one submission, part by part."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column("item", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("words", ratio=1)
    for part, verdicts in groupby(card.verdicts, key=lambda v: v.item.partition(".")[0]):
        _add_part(table, part, list(verdicts))
    extra = card.extra_credit
    table.add_row(
        Text("+", "bold"),
        points_text(extra.points),
        _verdict_text(extra.verdict),
        Group(Text(extra.title), Markdown(printable(extra.feedback))),
    )
    footer = f"{_total(card)} · {seconds:.1f} s"
    console.print(Panel(Group(*_notices(card.notices), table, Text(f"\n{footer}", "bold")),
                        title=printable(name), title_align="left"))  # fmt: skip


def _add_part(table: Table, part: str, verdicts: Sequence[Verdict]) -> None:
    earned = sum((v.points for v in verdicts), Decimal(0))
    possible = sum((v.possible for v in verdicts), Decimal(0))
    table.add_row(
        Text(part, "bold"), Text(f"{points_text(earned)}/{points_text(possible)}", "bold")
    )
    for verdict in verdicts:
        table.add_row(
            f"  {verdict.item}",
            f"{points_text(verdict.points)}/{points_text(verdict.possible)}",
            _verdict_text(verdict.verdict),
            _words(verdict),
        )


def _words(verdict: Verdict) -> RenderableType:
    """The title, and the feedback where there is more to say than that it is right."""
    title = Text(verdict.title, STYLES[verdict.verdict])
    if verdict.verdict == "correct" or not verdict.feedback:
        return title
    words: list[RenderableType] = [title, Markdown(printable(verdict.feedback))]
    if verdict.advice:
        words.append(Text(f"For the TA: {verdict.advice}", "dim"))
    return Group(*words)


def _verdict_text(verdict: VerdictName) -> Text:
    return Text(f"{MARKS[verdict]} {verdict}", STYLES[verdict])


def _notices(notices: Sequence[Notice]) -> list[Text]:
    return [Text(f"! {printable(notice.message)}", "yellow") for notice in notices]


def _total(card: Scorecard) -> str:
    waiting = card.undecided
    more = f", {points_text(waiting)} of them wait for a TA" if waiting else ""
    bonus = card.extra_credit.points
    plus = f" (with {points_text(bonus)} extra credit)" if bonus else ""
    return f"{points_text(card.points)} of {points_text(card.possible)} points{plus}{more}"


def show_class(console: Console, graded: Sequence[tuple[str, Scorecard, float]]) -> None:
    """One line per submission: points, what waits for a TA, how many verdicts of each kind."""
    table = Table(pad_edge=False)
    table.add_column("submission", overflow="fold", min_width=20)
    table.add_column("points", justify="right")
    table.add_column("waiting", justify="right")
    for verdict, mark in MARKS.items():
        table.add_column(Text(mark, STYLES[verdict]), justify="right")
    table.add_column("seconds", justify="right")
    for name, card, seconds in graded:
        counts = [sum(v.verdict == verdict for v in card.verdicts) for verdict in MARKS]
        table.add_row(
            printable(name),
            f"{points_text(card.points)}/{points_text(card.possible)}",
            points_text(card.undecided),
            *map(str, counts),
            f"{seconds:.1f}",
        )
    console.print(table)
    console.print(Text(", ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items()), "dim"))
