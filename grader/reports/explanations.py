"""What `grader grade --explain 2b` shows on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.model import Verdict
from grader.safe_text import printable

_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "dim")}
"""A link that holds, one that does not, and one that has no value to check."""


def show(
    console: Console,
    part: str,
    statements: list[tuple[str, Text, tuple[str, ...]]],
    symbols: dict[str, str],
    verdicts: list[Verdict],
) -> None:
    """The statements of one part as understood, its symbols, and what the items came to."""
    console.print(Text(f"\nPart {part} as the grader read it", "bold"))
    if not statements:
        console.print("No formula was found in this part.")
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
    for where, text, troubles in statements:
        table.add_row(Text(printable(where), "dim"), text)
        for trouble in troubles:
            table.add_row("", Text(f"not read: {printable(trouble)}", "yellow"))
    console.print(table)
    if symbols:
        console.print(Text("Symbols:", "bold"))
        for name, meaning in symbols.items():
            console.print(
                f"  {printable(name)} = {printable(meaning)}", highlight=False, markup=False
            )
    for verdict in verdicts:
        notes = ", ".join(verdict.notes)
        console.print(
            f"  {verdict.item}: {verdict.verdict} ({notes})", highlight=False, markup=False
        )


def chain(members: tuple[str, ...], links: list[tuple[str, bool | None]]) -> Text:
    """A chain with a mark behind each relation."""
    text = Text(printable(members[0]))
    for (relation, holds), member in zip(links, members[1:], strict=True):
        mark, style = _MARKS[holds]
        text.append(f" {relation}")
        text.append(mark, style)
        text.append(f" {printable(member)}")
    return text
