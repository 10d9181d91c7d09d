"""Grading on one's own machine: several submissions side by side, shown on the terminal."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.evidence.mathematics.explaining import explain
from grader.model import Part
from grader.pipeline import Graded, grade
from grader.reports import explanations, gradescope, terminal
from grader.rubric import Rubric, load_rubric
from grader.sandbox import Sandbox
from grader.sandbox.protection import REMEDY

CHECK_SECONDS = 10.0
"""Time limit of a run when the samples are checked: one of them never ends on purpose."""

DETAILED = 3
"""Up to this many submissions are shown in full; more in one table."""


class Running(NamedTuple):
    """How student code is run: side by side in how many processes, how long, and how strictly.

    With `explained`, it is also shown how that part of the writeup was found and read.
    """

    workers: int
    seconds: float
    strict: bool = False
    explained: str | None = None


def grade_all(
    paths: Sequence[Path],
    rubrics: Path,
    output: Path | None,
    running: Running,
    started: Sandbox | None = None,
) -> None:
    """Grade every path, show what came out, and write results.json files under `output`.

    A sandbox that has been `started` already serves where one process grades them all.

    Raises:
        SandboxFault: strictly, and student code could reach what it must not.
    """
    rubric = load_rubric(rubrics)
    console = Console()
    names = _names(paths)
    done: dict[Path, Graded] = {}
    with _progress(len(paths)) as advance:
        for path, graded in _graded(paths, rubric, rubrics, running, started):
            done[path] = graded
            if output is not None:
                write_results(graded, rubric, output / names[path] / "results.json")
            advance(names[path])
    _warn(console, done.values())
    for path in paths:
        if len(paths) <= DETAILED:
            card = done[path].scorecard
            terminal.show_submission(console, names[path], card, done[path].seconds)
        if running.explained is not None:
            _explain(console, done[path], Part(running.explained))
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
    rubric = load_rubric(rubrics)
    names = _names(paths)
    for path, graded in _graded(paths, rubric, rubrics, Running(usable_cores(), CHECK_SECONDS)):
        file = output / names[path] / "results.json"
        write_results(graded, rubric, file)
        yield path, json.loads(file.read_bytes())


def write_results(graded: Graded, rubric: Rubric, path: Path) -> None:
    """The same results.json that Gradescope gets."""
    told = gradescope.results(
        graded.scorecard,
        metadata=None,
        execution_time=graded.seconds,
        extra_data=extra_data(graded, rubric),
    )
    gradescope.write(gradescope.validated(told), path)


def extra_data(graded: Graded, rubric: Rubric) -> dict[str, object]:
    """What tells later which rubric graded what."""
    return {
        "rubric": rubric.digest,
        "submission": graded.submission.digest,
        "notices": [notice.code for notice in graded.scorecard.notices],
        "sandbox": graded.protection.summary if graded.protection else None,
    }


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """A name for each path, unique although folders may be called alike."""
    names: dict[Path, str] = {}
    for path in paths:
        name = path.resolve().name.removesuffix(".zip")
        taken = set(names.values())
        number = 2
        while name in taken:
            name = f"{path.resolve().name.removesuffix('.zip')}-{number}"
            number += 1
        names[path] = name
    return names


def _graded(
    paths: Sequence[Path],
    rubric: Rubric,
    rubrics: Path,
    running: Running,
    started: Sandbox | None = None,
) -> Iterator[tuple[Path, Graded]]:
    """Each path with its result, as they finish; other processes load the rubric themselves."""
    workers, seconds, strict, _ = running
    if min(workers, len(paths)) == 1:
        with contextlib.nullcontext(started) if started else Sandbox() as sandbox:
            if strict:
                sandbox.insist()
            for path in paths:
                yield path, grade(path, rubric, sandbox, seconds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(workers, len(paths)), context, initializer=_start_worker, initargs=(rubrics, strict)
    ) as pool:
        waiting = {pool.submit(_grade_in_worker, path, seconds): path for path in paths}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


class _Worker:
    """What one process of the pool keeps between submissions."""

    rubric: ClassVar[Rubric]
    sandbox: ClassVar[Sandbox]
    strict: ClassVar[bool]


def _start_worker(rubrics: Path, strict: bool) -> None:
    _Worker.sandbox = Sandbox()
    _Worker.rubric = load_rubric(rubrics)
    _Worker.strict = strict
    Finalize(None, _Worker.sandbox.close, exitpriority=1)  # nothing is left when the pool ends


def _grade_in_worker(path: Path, seconds: float) -> Graded:
    if _Worker.strict:
        _Worker.sandbox.insist()
    return grade(path, _Worker.rubric, _Worker.sandbox, seconds)


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal for many submissions, nothing elsewhere."""
    if total <= DETAILED or not sys.stderr.isatty():
        yield lambda _name: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("grading", total=total)
        yield lambda name: progress.update(task, advance=1, description=name)
