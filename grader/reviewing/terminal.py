"""The review queue on a terminal: a group, a question, the next group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from grader.errors import UsageError
from grader.model import Decision
from grader.reviewing import showing
from grader.reviewing.deciding import Desk, points_of, told
from grader.reviewing.queue import Group
from grader.rubric.decisions import EXTRA_CREDIT
from grader.safe_text import counted, points_text, printable

HELP = (
    "Type points, or f for full and 0 for zero; a comment may follow on the same line. "
    "a decides as suggested, u takes the last decision back, n and p go on and back, ? shows this, "
    "q quits."
)

MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}

MAX_NAMES = 8
"""Students named on one screen; the others are counted."""

MAX_LINES = 120
"""Lines of an answer on one screen; the web page shows them all."""

Look = Callable[[], Sequence[Group]]


def review(desk: Desk, look: Look, console: Console, ask: Callable[[str], str]) -> None:
    """Ask about one group after the other until the queue is empty or the TA quits.

    Args:
        desk: where decisions are made.
        look: the groups to be asked about, as they are now.
        console: where they are shown.
        ask: puts a question and returns the answer; EOFError or KeyboardInterrupt quit.
    """
    try:
        _Asking(desk, look, console, ask).run()
    except (EOFError, KeyboardInterrupt):
        console.print()
    left = sum(bool(group.waiting) for group in look())
    console.print(f"Decisions stored: {len(desk.actions)}. Groups that wait: {left}.")


class _Asking:
    def __init__(self, desk: Desk, look: Look, console: Console, ask: Callable[[str], str]) -> None:
        self._desk = desk
        self._look = look
        self._console = console
        self._ask = ask
        self._place = 0

    def run(self) -> None:
        self._console.print(Text(HELP, "dim"))
        groups = self._look()
        self._place = next((n for n, one in enumerate(groups) if one.waiting), 0)
        shown = -1
        while 0 <= self._place < len(groups):
            group = groups[self._place]
            if shown != self._place:
                self._console.print(
                    screen(self._desk, group, f"{self._place + 1} of {len(groups)}")
                )
                shown = self._place
            answer = self._ask(f"{group.item}, of {_possible(group)} > ").strip()
            if answer == "q":
                return
            try:
                if self._obeyed(answer, group):
                    shown = -1
            except UsageError as error:
                self._console.print(Text(printable(str(error)), "red"))
            groups = self._look()

    def _obeyed(self, answer: str, group: Group) -> bool:
        """Whether something new is to be shown."""
        word, _, rest = answer.partition(" ")
        if word == "?":
            self._console.print(Text(HELP, "dim"))
            return False
        if word in ("n", "p", "u"):
            return {"n": self._on, "p": self._back, "u": self._undo}[word]()
        if word == "a":
            if not group.suggestions:
                raise UsageError("There is no suggestion for this group.")
            first = group.suggestions[0]
            return self._decide(group, points_text(first.points), first.comment)
        if word == "f" and group.item != EXTRA_CREDIT:
            word = points_text(group.possible)
        points_of(word, group.item, group.possible)  # refused before the comment is asked for
        comment = rest or self._ask("Comment for the student, or Enter > ")
        return self._decide(group, word, comment)

    def _decide(self, group: Group, points: str, comment: str) -> bool:
        seen = [entry.state for entry in group.shown]
        action = self._desk.decide(group.item, seen, points, comment, group.key)
        self._console.print(Text(f"Stored: {_words(action.decision, action.students)}.", "green"))
        return self._on()

    def _on(self) -> bool:
        groups = self._look()
        behind = (*range(self._place + 1, len(groups)), *range(self._place))
        place = next((n for n in behind if groups[n].waiting), None)
        self._place = (
            len(groups)
            if place is None and not groups[self._place].waiting
            else (self._place if place is None else place)
        )
        return True

    def _back(self) -> bool:
        self._place = max(self._place - 1, 0)
        return True

    def _undo(self) -> bool:
        if not self._desk.actions:
            raise UsageError("Nothing to undo.")
        action = self._desk.actions[-1]
        self._desk.undo(action.numbers)
        self._console.print(
            Text(f"Taken back: {_words(action.decision, action.students)}.", "green")
        )
        keys = [group.key for group in self._look()]
        self._place = keys.index(action.group) if action.group in keys else self._place
        return True


def _words(decision: Decision, students: Sequence[str]) -> str:
    return printable(f"{decision.item} {told(decision)}, for {_names(students)}")


def _names(students: Sequence[str]) -> str:
    more = len(students) - MAX_NAMES
    named = ", ".join(students[:MAX_NAMES])
    return f"{named} and {more} more" if more > 0 else named


def _possible(group: Group) -> str:
    return "yes or no" if group.item == EXTRA_CREDIT else points_text(group.possible)


def screen(desk: Desk, group: Group, place: str) -> RenderableType:
    """One group as a TA reads it; `place` says which of how many."""
    first = group.shown[0]
    lines: list[RenderableType] = [*_members(group), *_answer(group)]
    lines.append(_findings(showing.found(desk.rubric, first)))
    if group.item != EXTRA_CREDIT and first.is_waiting:
        lines.append(Text(f"Already verified: {showing.span(group.shown)}", "dim"))
    if advice := showing.advice(desk.rubric, group.item):
        lines.append(Text(f"Rubric: {advice}", "dim"))
    if first.decision is not None:
        lines.append(Text(f"Decided: {printable(told(first.decision))}", "green"))
    lines += [
        Text(printable(f"Suggestion (a): {told(one)} {one.comment}"), "cyan")
        for one in group.suggestions[:1]
    ]
    lines += [
        Text(printable(f"Decided for an earlier answer: {told(one)} {one.comment}"), "dim")
        for one in desk.earlier(group)
    ]
    heads = showing.heads(group.shown)
    title = Text(f"{group.item}: {first.verdict.title} ({heads}; group {place})")
    return Panel(Lines(*lines), title=title, title_align="left")


def _members(group: Group) -> list[RenderableType]:
    """Who wrote it, and in which submission."""
    lines: list[RenderableType] = []
    for entry in group.shown[:MAX_NAMES]:
        line = Text(showing.people(entry.record), "bold")
        submission = showing.where(entry.record)
        lines.append(line.append(f"  {submission}" if submission else "", "dim"))
    more = len(group.shown) - MAX_NAMES
    return [*lines, Text(f"and {counted(more, 'more submission')}", "dim")] if more > 0 else lines


def _grid() -> Table:
    """A narrow column and one that takes the rest."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    return grid


def _findings(found: Sequence[showing.Found]) -> Table:
    grid = _grid()
    for one in found:
        grid.add_row(Text(*MARKS[one.holds]), Markdown(printable(one.text)))
    return grid


def _answer(group: Group) -> list[RenderableType]:
    """The lines of the most frequent wording, with their numbers."""
    variants = showing.variants(group.shown)
    lines: list[RenderableType] = []
    for passage in variants[0].passages:
        lines.append(Text(printable(passage.where), "dim"))
        texts = printable(passage.text).split("\n")
        grid = _grid()
        for number, text in enumerate(texts[:MAX_LINES], start=passage.line):
            grid.add_row(Text(f"{number:4}", "dim"), Text(text))
        if len(texts) > MAX_LINES:
            grid.add_row("", Text(f"… {len(texts) - MAX_LINES} more lines", "dim"))
        lines.append(grid)
    if len(variants) > 1:
        lines.append(Text(f"and {len(variants) - 1} other ways to write the same", "dim"))
    name = printable(group.shown[0].record.hand_in.name)
    return lines or [Text(f"No text could be read; look at {name} on Gradescope.", "yellow")]
