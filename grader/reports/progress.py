"""A bar while many submissions are graded: on a terminal, and nowhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

FEW = 3
"""Up to this many submissions no bar is worth while."""


@contextlib.contextmanager
def class_progress() -> Iterator[Callable[[int], Callable[[str], None]]]:
    """Takes the number of submissions; what that returns is told, in words, each that is done."""
    with contextlib.ExitStack() as stack:

        def begin(total: int) -> Callable[[str], None]:
            if total <= FEW or not sys.stderr.isatty():
                return lambda _words: None
            bar = stack.enter_context(_bar())
            task = bar.add_task("grading", total=total)
            return lambda words: bar.update(task, advance=1, description=words)

        yield begin


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True)
