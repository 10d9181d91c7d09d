"""The command line. Each command says what it does in its help; exit status as in `errors.py`."""

from __future__ import annotations

import click

from grader import __version__
from grader.cli import classes, submissions


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Grade NYU CS-GY 6923, Written Homework 2."""


for _command in (
    submissions.grade,
    submissions.gradescope,
    submissions.package,
    submissions.check,
    classes.regrade,
    classes.rescore,
    classes.diff,
    classes.export,
    classes.review,
    classes.report,
):
    main.add_command(_command)
