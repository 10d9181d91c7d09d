"""The command line. Each command says what it does in its help; exit status as in `errors.py`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import __version__
from grader.errors import GraderError, UsageError
from grader.reading.homework import PARTS
from grader.rubric import RUBRICS

if TYPE_CHECKING:
    from grader.sandbox import Sandbox

FAULT_STATUS = 3

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


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Errors of ours become one sentence and an exit status instead of a traceback."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except GraderError as error:
            click.echo(f"grader: {error}", err=True)
            sys.exit(error.exit_status)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Grade NYU CS-GY 6923, Written Homework 2."""


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path, file_okay=False),
              help="Also write OUTPUT/<name>/results.json for each submission.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256), default=None,
              help="Processes that grade side by side.  [default: all cores]")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1, 3600), default=60.0, show_default=True,
              help="Time limit of one run of student code.")  # fmt: skip
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
        from grader.local import Running, grade_all, usable_cores

        running = Running(workers or usable_cores(), seconds, strict, explain)
        grade_all(paths, rubrics, output, running, sandbox)


def _early_sandbox() -> Sandbox:
    """Importing torch takes longest: it begins before our own modules are imported."""
    from grader.sandbox import Sandbox

    return Sandbox()


@main.command()
@click.option("--root", type=click.Path(path_type=Path), envvar="AUTOGRADER_ROOT",
              default=Path("/autograder"), show_default=True,
              help="Where the platform's folders are.")  # fmt: skip
@rubrics_option
@strict_option
def gradescope(root: Path, rubrics: Path, strict: bool) -> None:
    """Grade ROOT/submission and write ROOT/results/results.json; what run_autograder calls."""
    from grader.platform import run

    sys.exit(run(root, rubrics, strict=strict))


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              default=Path("autograder.zip"), show_default=True)  # fmt: skip
@reports_errors
def package(output: Path) -> None:
    """Build the zip that Gradescope wants, and check it."""
    from grader.packaging import package as build
    from grader.rubric import load_rubric

    load_rubric(RUBRICS)  # a broken rubric should not travel
    report = build(output)
    click.echo(f"{report.path}: {len(report.files)} files, {report.bytes / 1000:.0f} kB")
    click.echo("Upload it on Gradescope under Configure Autograder → Zip file upload.")


@main.command()
@rubrics_option
@click.option("--samples/--no-samples", default=True, help="Also grade all sample submissions.")
@click.option("--sandbox", is_flag=True,
              help="Instead, try to get out of what confines student code here.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what a program can read.")
@reports_errors
def check(rubrics: Path, samples: bool, sandbox: bool, as_json: bool) -> None:
    """Check that rubric, reference, misconceptions and samples agree with each other."""
    from grader.checking import check_all, check_sandbox, show

    checks = check_sandbox() if sandbox else check_all(rubrics, with_samples=samples)
    show(checks, as_json=as_json)
    if any(one.problems for one in checks):
        sys.exit(FAULT_STATUS)
