"""What `grader review` was asked for: a list for programs, the terminal, or the web page."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
from rich.console import Console

from grader.errors import UsageError
from grader.reviewing import terminal
from grader.reviewing.deciding import Desk
from grader.reviewing.pages import is_named
from grader.reviewing.queue import Group
from grader.reviewing.showing import listed
from grader.reviewing.web import serve
from grader.scoring import known_rubric
from grader.store import Record, Store
from grader.store.database import FILE_NAME


class Wish(NamedTuple):
    """The options of the command; see its help."""

    terminal: bool = False
    as_json: bool = False
    opening: bool = False
    port: int = 0
    student: str | None = None
    item: str | None = None


def login() -> str:
    """Who works here, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "TA"


def run(folder: Path, rubrics: Path, who: str, wish: Wish) -> None:
    """Show the queue in the way that was wished for.

    Raises:
        UsageError: there is no store, no such student, or no such item.
    """
    if not (folder / FILE_NAME).exists():
        Store(folder).close()  # says what to do
    with Store(folder, writable=not wish.as_json) as store:
        desk = Desk(store, known_rubric(rubrics), who)
        record = _record(desk, wish.student) if wish.student is not None else None
        _check_item(desk, wish.item)
        try:
            look = _looking(desk, record, wish.item, only_waiting=wish.as_json)
            _show(desk, look, record, wish)
        finally:
            desk.close()


def _show(
    desk: Desk, look: Callable[[], Sequence[Group]], record: Record | None, wish: Wish
) -> None:
    if wish.as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(list(listed(desk.rubric, look())))))
    elif wish.terminal:
        terminal.review(desk, look, Console(), input)
    else:
        serve(desk, wish.port, _start(look(), record, wish), opening=wish.opening, echo=click.echo)


def _looking(
    desk: Desk, record: Record | None, item: str | None, *, only_waiting: bool
) -> Callable[[], Sequence[Group]]:
    """What is asked about: what waits, or everything of one student."""

    def of_student() -> Sequence[Group]:
        assert record is not None
        now = desk.record(record.hand_in_number) or record
        return [Group("", (one,)) for one in desk.entries(now) if item in (None, one.item)]

    def of_class() -> Sequence[Group]:
        known = (one for one in desk.groups() if item in (None, one.item))
        return [one for one in known if one.waiting or not only_waiting]

    return of_student if record is not None else of_class


def _start(groups: Sequence[Group], record: Record | None, wish: Wish) -> str:
    if record is not None:
        place = f"student/{record.hand_in_number}"
        return f"{place}/{wish.item}" if wish.item else place
    waiting = [group for group in groups if group.waiting]
    return f"group/{waiting[0].key}" if wish.item and waiting else ""


def _record(desk: Desk, wanted: str) -> Record:
    found = [one for one in desk.records() if is_named(one, wanted)]
    exact = [one for one in found if wanted in (one.hand_in.name, *one.students)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise UsageError(f"no student or submission in the store has {wanted!r} in its name.")
    names = ", ".join(one.hand_in.name for one in found[:5])
    raise UsageError(f"{wanted!r} fits {len(found)} submissions ({names} …): say more of the name.")


def _check_item(desk: Desk, item: str | None) -> None:
    known = [one.item for one in desk.rubric.items]
    if item not in (None, "extra_credit", *known):
        raise UsageError(f"there is no item {item!r}. Items look like {known[0]}.")
