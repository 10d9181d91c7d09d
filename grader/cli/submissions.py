"""Commands on single submissions, on the zip, and on the grader itself."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import (
    DEFAULT_STORE,
    FAULT_STATUS,
    json_option,
    reports_errors,
    rubrics_option,
    seconds_option,
    strict_option,
    workers_option,
)
from grader.cores import usable_cores
from grader.errors import UsageError
from grader.reading.homework import PARTS
from grader.safe_text import counted

if TYPE_CHECKING:
    from grader.sandbox import Sandbox


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path, file_okay=False),
              help="Also write OUTPUT/<name>/results.json for each submission.")  # fmt: skip
@workers_option
@seconds_option
@click.option("--explain", metavar="PART", type=click.Choice(PARTS), default=None,
              help="Show how one part, such as 2b, was found and read.")  # fmt: skip
@rubrics_option
@strict_option
@reports_errors
def grade(  # noqa: PLR0913, PLR0917 - one for each option
    paths: tuple[Path, ...],
    output: Path | None,
    workers: int | None,
    seconds: float,
    explain: str | None,
    rubrics: Path,
    strict: bool,
) -> None:
    """Grade submissions: folders, zips or single files, one submission each."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist. Give the folder or zip of a submission.")
    with _early_sandbox() if len(paths) == 1 or workers == 1 else nullcontext() as sandbox:
        from grader.local import grade_all
        from grader.pool import Running

        running = Running(workers or usable_cores(), seconds, strict)
        grade_all(paths, rubrics, output, running, sandbox, explain)


def _early_sandbox() -> Sandbox:
    """Importing torch takes longest: it begins before our own modules are imported."""
    from grader.sandbox import Sandbox

    return Sandbox()


@click.command()
@click.option("--root", type=click.Path(path_type=Path), envvar="AUTOGRADER_ROOT",
              default=Path("/autograder"), show_default=True,
              help="Where the platform's folders are.")  # fmt: skip
@rubrics_option
@strict_option
def gradescope(root: Path, rubrics: Path, strict: bool) -> None:
    """Grade ROOT/submission and write ROOT/results/results.json; what run_autograder calls."""
    from grader.platform import run

    sys.exit(run(root, rubrics, strict=strict))


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              default=Path("autograder.zip"), show_default=True)  # fmt: skip
@click.option("--decisions", type=click.Path(path_type=Path, dir_okay=False),
              help="decisions.yaml of `grader export`: TAs' points come along.")  # fmt: skip
@rubrics_option
@reports_errors
def package(output: Path, decisions: Path | None, rubrics: Path) -> None:
    """Build the zip that Gradescope wants, and check it."""
    from grader.packaging import package as build
    from grader.rubric.decisions import doubts_about, load_decisions_file
    from grader.scoring import known_rubric

    rubric = known_rubric(rubrics)  # a broken one should not travel, nor broken decisions
    if decisions is not None:
        made = load_decisions_file(decisions)
        for told in doubts_about(made, rubric):
            click.echo(f"Warning: {told}", err=True)
        click.echo(
            f"{counted(len(made.decisions), 'decision')} of TAs in it, with the students' e-mail "
            "addresses: pass the zip on to nobody."
        )
    report = build(output, decisions=decisions, rubric=rubric)
    click.echo(f"{report.path}: {len(report.files)} files, {report.bytes / 1000:.0f} kB")
    click.echo("Upload it on Gradescope under Configure Autograder → Zip file upload.")


@click.command()
@rubrics_option
@click.option("--samples/--no-samples", default=True, help="Also grade all sample submissions.")
@click.option("--sandbox", is_flag=True,
              help="Instead, try to get out of what confines student code here.")  # fmt: skip
@click.option("--store", "folder", type=click.Path(path_type=Path), is_flag=False,
              flag_value=DEFAULT_STORE,
              metavar="[FOLDER]",
              help="Instead, look whether a store is whole, and mend it; without FOLDER that in "
              f"{DEFAULT_STORE}.")  # fmt: skip
@json_option
@reports_errors
def check(rubrics: Path, samples: bool, sandbox: bool, folder: Path | None, as_json: bool) -> None:
    """Check that rubric, reference, misconceptions and samples agree with each other."""
    from grader.checking import check_all, check_sandbox, check_store, show

    if folder is not None:
        checks = check_store(folder)
    else:
        checks = check_sandbox() if sandbox else check_all(rubrics, with_samples=samples)
    show(checks, as_json=as_json)
    if any(one.problems for one in checks):
        sys.exit(FAULT_STATUS)
