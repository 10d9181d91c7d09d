"""What several commands share: their options, and how errors end."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from grader.errors import GraderError
from grader.rubric import RUBRICS

FAULT_STATUS = 3
INTERRUPTED_STATUS = 130
"""As shells have it: 128 and the number of the signal."""

rubrics_option = click.option(
    "--rubrics",
    type=click.Path(path_type=Path, file_okay=False),
    default=RUBRICS,
    show_default="the grader's own",
    help="Folder with another rubric.",
)

strict_option = click.option(
    "--strict-sandbox",
    "strict",
    is_flag=True,
    envvar="GRADER_STRICT_SANDBOX",
    help="Refuse to run student code where it could reach what it must not.",
)

workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=None,
    help="Processes that work side by side.  [default: all cores]",
)

seconds_option = click.option(
    "--seconds",
    type=click.FloatRange(1, 3600),
    default=60.0,
    show_default=True,
    help="Time limit of one run of student code.",
)

DEFAULT_STORE = Path("grading-store")

store_option = click.option(
    "--store",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_STORE,
    show_default=True,
    envvar="GRADER_STORE",
    help="Folder of the store.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print what a program can read.")


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Errors of ours become one sentence and an exit status instead of a traceback."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except GraderError as error:
            click.echo(f"grader: {error}", err=True)
            sys.exit(error.exit_status)
        except KeyboardInterrupt:
            click.echo("grader: stopped. What is finished is kept where it was written.", err=True)
            sys.exit(INTERRUPTED_STATUS)

    return wrapped
