"""A bar while many submissions are graded: on a terminal, and nowhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

FEW = 3
"""Up to this many submissions no bar is worth while."""


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar for `total` submissions; what it yields is told the name of each that is done."""
    with class_progress() as begin:
        yield begin(total)


@contextlib.contextmanager
def class_progress() -> Iterator[Callable[[int], Callable[[Any], None]]]:
    """The same where the number becomes known later, and with what waits for review."""
    with contextlib.ExitStack() as stack:

        def begin(total: int) -> Callable[[Any], None]:
            if total <= FEW or not sys.stderr.isatty():
                return lambda _step: None
            bar = stack.enter_context(_bar())
            return _Advance(bar, total)

        yield begin


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True)


class _Advance:
    """Moves the bar on; a step with a scorecard also counts the reviews so far."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("grading", total=total)
        self._waiting = 0

    def __call__(self, step: Any) -> None:
        if isinstance(step, str):
            self._bar.update(self._task, advance=1, description=step)
            return
        self._waiting += sum(v.verdict == "review" for v in step.card.verdicts)
        words = f"{step.name} {step.how}; {self._waiting} items wait for review"
        self._bar.update(self._task, advance=1, description=words)
