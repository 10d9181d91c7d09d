"""Commands on a whole class: everything that goes through the store."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from grader.cli.options import (
    FAULT_STATUS,
    json_option,
    reports_errors,
    rubrics_option,
    seconds_option,
    store_option,
    strict_option,
    workers_option,
)
from grader.cores import usable_cores
from grader.safe_text import counted
from grader.sandbox.protection import REMEDY

if TYPE_CHECKING:
    from grader.regrading import Outcome
    from grader.rubric import Rubric
    from grader.store import Store


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@store_option
@click.option("--again", is_flag=True, help="Also run submissions that have not changed.")
@workers_option
@seconds_option
@rubrics_option
@strict_option
@click.option("--scheduler", metavar="ADDRESS",
              help="Grade on the Dask cluster with this scheduler.")  # fmt: skip
@reports_errors
def regrade(  # noqa: PLR0913, PLR0917 - one for each option
    export: Path,
    folder: Path,
    again: bool,
    workers: int | None,
    seconds: float,
    rubrics: Path,
    strict: bool,
    scheduler: str | None,
) -> None:
    """Grade a class into the store: Gradescope's export (zip or folder), or any other folder.

    Such a folder has one folder, zip or file for each submission.

    What is in the store already and has not changed is not run again. A run that was stopped goes
    on where it was when the command is given again.
    """
    from grader import cluster, pool
    from grader.reading.export import open_export
    from grader.regrading import regrade as grade_class
    from grader.reports.progress import class_progress
    from grader.scoring import known_rubric
    from grader.store import Store

    rubric = known_rubric(rubrics)
    found = open_export(export)  # what is wrong with either leaves no empty store behind
    cores = workers or usable_cores()
    running = pool.Running(cores, seconds, strict)
    grade = partial(pool.graded, rubrics=rubrics, running=running)
    if scheduler is not None:
        grade = partial(cluster.graded, rubrics=rubrics, running=running, address=scheduler)
    with Store(folder, writable=True, create=True) as store, class_progress() as advance:
        _tell_of_another_rubric(store, rubric, "regrade", str(export))
        outcome = grade_class(
            store, found, rubric, grade, workers=cores, again=again, advance=advance
        )
    _tell(outcome)
    if outcome.faults:
        sys.exit(FAULT_STATUS)


@click.command()
@store_option
@workers_option
@rubrics_option
@reports_errors
def rescore(folder: Path, workers: int | None, rubrics: Path) -> None:
    """Count the class in the store anew with this rubric; runs no student code."""
    from grader.regrading import rescore as score_class
    from grader.reports.progress import class_progress
    from grader.scoring import known_rubric
    from grader.store import Store

    rubric = known_rubric(rubrics)
    with Store(folder, writable=True) as store, class_progress() as advance:
        _tell_of_another_rubric(store, rubric, "rescore")
        outcome = score_class(store, rubric, workers=workers or usable_cores(), advance=advance)
    _tell(outcome)
    if outcome.outdated:
        click.echo(
            f"Read or run by another version of the grader: {outcome.outdated}. "
            "`grader regrade` runs them again."
        )


def _tell_of_another_rubric(store: Store, rubric: Rubric, *command: str) -> None:
    """Nobody should move scores by forgetting an option."""
    from grader.regrading import counted_with_another

    told = counted_with_another(store, rubric, store.records(), *command)
    if told:
        source = click.get_current_context().get_parameter_source("rubrics")
        word = "Note" if source is ParameterSource.COMMANDLINE else "Warning"
        click.echo(f"{word}: {told}", err=True)


def _tell(outcome: Outcome) -> None:
    """The numbers of a command, in one or a few lines."""
    for notice in outcome.notices:
        click.echo(f"Note: {notice.message}", err=True)
    if outcome.complaint:
        click.echo(f"Warning: {outcome.complaint} {REMEDY}", err=True)
    total = outcome.graded + outcome.unchanged + outcome.measured
    parts = [
        f"{number} {word}"
        for number, word in (
            (outcome.graded, "graded"),
            (outcome.unchanged, "unchanged"),
            (outcome.measured, "judged anew from what was stored"),
        )
        if number
    ]
    click.echo(f"Submissions: {total}, {', '.join(parts) or 'none found'}.")
    if outcome.faults:
        click.echo(
            "Not graded, for a reason of the grader's or its machine's: "
            f"{outcome.faults}. They wait for a TA, and the next regrade tries them again."
        )
    kept = total - outcome.fresh - outcome.moved
    fell = f" ({outcome.fell} fell)" if outcome.fell else ""
    click.echo(
        f"Scores: {outcome.fresh} new, {outcome.moved} moved{fell}, {kept} as before."
        + (" `grader diff` shows what moved." if outcome.moved else "")
    )


@click.command()
@store_option
@click.option("--since", default="last", metavar="RUN", show_default=True,
              help="Compare with the scores before this command of the store: a number, "
              "`last`, or `export` for what was exported last.")  # fmt: skip
@click.option("--runs", is_flag=True, help="Instead, list the store's commands with numbers.")
@json_option
@reports_errors
def diff(folder: Path, since: str, runs: bool, as_json: bool) -> None:
    """Show whose score moved, in which item, and why; scores that fell come first."""
    from grader.reports.changes import changed, show, show_runs
    from grader.store import Store

    with Store(folder) as store:
        if runs:
            show_runs(store.runs(), as_json=as_json)
            return
        changes = changed(store, since)
    show(changes, as_json=as_json)


@click.command()
@store_option
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              default=Path("exported"), show_default=True, help="Where to.")  # fmt: skip
@click.option("--canvas", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="A gradebook exported from Canvas: one column of it is filled.")  # fmt: skip
@click.option("--canvas-column", "column", metavar="TITLE", help="Which column.")
@click.option("--accept-lower", is_flag=True, help="Also export scores that fell.")
@reports_errors
def export(
    folder: Path, output: Path, canvas: Path | None, column: str | None, accept_lower: bool
) -> None:
    """Write results.json files, grades.csv, items.csv, decisions.yaml, and Canvas's gradebook."""
    from grader.exporting import export as write
    from grader.store import Store

    with Store(folder, writable=True) as store:
        done = write(store, output, canvas=canvas, column=column, accept_lower=accept_lower)
    click.echo(
        f"{counted(done.submissions, 'submission')} written to {output}/, for your eyes only."
    )
    if done.undecided:
        click.echo(f"Items that still wait for a TA: {done.undecided}. `grader review` shows them.")
    if done.canvas is not None:
        click.echo(f"canvas.csv: column “{done.canvas.column}” is filled.")
        for told, names in (
            ("No submission for", done.canvas.only_in_canvas),
            ("Not in the gradebook:", done.canvas.not_in_canvas),
        ):
            if names:
                click.echo(f"{told} {', '.join(names)}")


@click.command()
@store_option
@click.option("--terminal", is_flag=True, help="Ask here instead of in a browser.")
@click.option("--open", "opening", is_flag=True, help="Also open the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT",
              help="Port on 127.0.0.1.  [default: any that is free]")  # fmt: skip
@click.option("--student", metavar="TEXT", default=None,
              help="All of one student: part of a name or address.")  # fmt: skip
@click.option("--item", metavar="ITEM", default=None, help="One item only, such as 2a.update.")
@click.option("--who", envvar="GRADER_WHO", default=None,
              help="Your name, kept with each decision.  [default: your login]")  # fmt: skip
@json_option
@rubrics_option
@reports_errors
def review(  # noqa: PLR0913, PLR0917 - one for each option
    folder: Path,
    terminal: bool,
    opening: bool,
    port: int,
    student: str | None,
    item: str | None,
    who: str | None,
    as_json: bool,
    rubrics: Path,
) -> None:
    """Decide what the grader left to a TA: equal answers once, in a browser or right here.

    Without an option it prints the address of a page that only this machine can open.
    """
    from grader.reviewing.asking import Wish, login, run

    run(folder, rubrics, who or login(), Wish(terminal, as_json, opening, port, student, item))


@click.command()
@store_option
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              default=Path("report.html"), show_default=True)  # fmt: skip
@click.option("--students", type=click.Path(path_type=Path, file_okay=False), default=None,
              help="Also write each student's page into this folder: what the student sees, "
              "nothing else.")  # fmt: skip
@click.option("--since", default="last", metavar="RUN", show_default=True,
              help="Which scores moved: as for `diff`.")  # fmt: skip
@rubrics_option
@reports_errors
def report(folder: Path, output: Path, students: Path | None, since: str, rubrics: Path) -> None:
    """Write the class as one page of HTML: scores, items, misconceptions, similar work."""
    from datetime import datetime

    from grader.reports.page import write_report
    from grader.scoring import known_rubric, teaching
    from grader.store import Store

    rubric = known_rubric(rubrics)
    with Store(folder) as store:
        _tell_of_another_rubric(store, rubric, "report")
        source = write_report(
            store, rubric, output,
            teaching=teaching(), made=datetime.now().astimezone(), since=since, students=students,
        )  # fmt: skip
    found = counted(len(source.records), "submission"), counted(len(source.pairs), "similar pair")
    click.echo(f"{output}: {', '.join(found)}.")
    if students is not None:
        click.echo(f"{students}: a page for each of them.")
