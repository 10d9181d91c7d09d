"""Grading on one's own machine: several submissions side by side, shown on the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from grader.cores import usable_cores
from grader.evidence.mathematics.explaining import explain
from grader.model import Part
from grader.pipeline import Graded
from grader.pool import Running, graded
from grader.reading.files import load
from grader.reading.intake import unique_names
from grader.reports import explanations, gradescope, terminal
from grader.reports.progress import class_progress
from grader.rubric import Rubric
from grader.sandbox import Sandbox
from grader.sandbox.protection import REMEDY
from grader.scoring import known_rubric

CHECK_SECONDS = 10.0
"""Time limit of a run when the samples are checked: one of them never ends on purpose."""

DETAILED = 3
"""Up to this many submissions are shown in full; more in one table."""


def grade_all(  # noqa: PLR0913, PLR0917 - what the command's options say
    paths: Sequence[Path],
    rubrics: Path,
    output: Path | None,
    running: Running,
    started: Sandbox | None = None,
    explained: str | None = None,
) -> None:
    """Grade every path, show what came out, and write results.json files under `output`.

    With `explained`, it is also shown how that part of the writeup was found and read.
    A sandbox that has been `started` already serves where one process grades them all.

    Raises:
        SandboxFault: strictly, and student code could reach what it must not.
    """
    rubric = known_rubric(rubrics)
    console = Console()
    names = _names(paths)
    done: dict[Path, Graded] = {}
    with class_progress() as begin:
        advance = begin(len(paths))
        for path, result in _graded(paths, rubrics, running, started):
            done[path] = result
            if output is not None:
                write_results(result, rubric, output / names[path] / "results.json")
            advance(names[path])
    _warn(console, done.values())
    for path in paths:
        if len(paths) <= DETAILED:
            card = done[path].scorecard
            terminal.show_submission(console, names[path], card, done[path].seconds)
        if explained is not None:
            _explain(console, done[path], Part(explained))
    if len(paths) > DETAILED:
        rows = [(names[path], done[path].scorecard, done[path].seconds) for path in paths]
        terminal.show_class(console, rows)
    if output is not None:
        console.print(f"Results written to {output}/…/results.json", highlight=False)


def _explain(console: Console, graded: Graded, part: Part) -> None:
    """One part as it was read, with what its items came to."""
    found = explain(graded.answers, part)
    statements = [
        (
            one.where,
            explanations.chain(one.members, [(k.relation, k.holds) for k in one.links]),
            one.troubles,
        )
        for one in found.statements
    ]
    verdicts = [v for v in graded.scorecard.verdicts if v.item.startswith(f"{part}.")]
    explanations.show(console, part, statements, found.symbols, verdicts)


def _warn(console: Console, graded: Iterable[Graded]) -> None:
    """Say once if student code was not as confined as it should have been."""
    complaints = {g.protection.complaint for g in graded if g.protection is not None}
    for complaint in sorted(filter(None, complaints)):
        console.print(f"Warning: {complaint} {REMEDY}", style="bold red", highlight=False)


def graded_results(
    paths: Sequence[Path], rubrics: Path, output: Path
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Grade every path without showing anything; what its results.json says."""
    rubric = known_rubric(rubrics)
    names = _names(paths)
    for path, result in _graded(paths, rubrics, Running(usable_cores(), CHECK_SECONDS)):
        file = output / names[path] / "results.json"
        write_results(result, rubric, file)
        yield path, json.loads(file.read_bytes())


def write_results(graded: Graded, rubric: Rubric, path: Path) -> None:
    """The same results.json that Gradescope gets."""
    told = gradescope.submission_results(
        graded.scorecard,
        rubric=rubric.digest,
        submission=graded.submission.digest,
        sandbox=graded.sandbox,
        seconds=graded.seconds,
    )
    gradescope.write(told, path)


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """A name for each path, unique although folders may be called alike."""
    names = unique_names(path.resolve().name.removesuffix(".zip") for path in paths)
    return dict(zip(paths, names, strict=True))


def _graded(
    paths: Sequence[Path], rubrics: Path, running: Running, started: Sandbox | None = None
) -> Iterator[tuple[Path, Graded]]:
    """Each path with its result, as they finish."""
    jobs = [(path, partial(load, path)) for path in paths]
    fitting = running._replace(workers=min(running.workers, len(paths)))
    return graded(jobs, rubrics, fitting, started)
