"""`grader check`: do rubric, reference, misconceptions and samples agree with each other?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np

from grader.evidence import mathematics
from grader.local import graded_results
from grader.model import Value
from grader.rubric import RUBRICS
from grader.samples import load_expected, matches, sample_folders
from grader.sandbox import Sandbox, proof
from grader.scoring import known_rubric
from grader.store import Store
from grader.store.repair import mend
from reference import problem1, problem2, problem3, problem4
from reference.misconception import Misconception, distance

APART = 1e-6
"""Relative distance from which on two misconceptions can be told apart."""


class Check(Value, frozen=True):
    """One thing that was checked, and what is wrong with it; if nothing is, its `state`."""

    name: str
    problems: tuple[str, ...]
    state: str = "ok"


def check_all(rubrics: Path = RUBRICS, *, with_samples: bool = True) -> list[Check]:
    """Run all checks.

    Raises:
        RubricError: the rubric cannot be loaded at all.
    """
    known_rubric(rubrics)
    checks = [
        Check("rubric files load, ids and points fit the contract", ()),
        Check("deductions name known misconceptions", ()),
        Check("misconceptions differ from the right values", tuple(_same_as_reference())),
        Check("misconceptions differ from each other", tuple(_same_as_another())),
        Check("formula items tell their misconceptions apart", tuple(_confused_in_formulas())),
    ]
    if with_samples:
        checks.append(Check("sample submissions come out as they claim", tuple(_samples(rubrics))))
    return checks


def check_sandbox() -> list[Check]:
    """Try to get through every wall around student code.

    Raises:
        SandboxFault: the sandbox does not work at all.
    """
    with Sandbox() as sandbox:
        walls = [Check(wall, (), state) for wall, state in proof.standing(sandbox).items()]
        tried = [
            Check(f"student code: {one.claim}", () if one.holds else (one.seen,))
            for one in proof.proofs(sandbox)
        ]
        complaint = sandbox.protection.complaint
    return [*walls, *tried, *([Check("all of that", (complaint,))] if complaint else [])]


def check_store(folder: Path) -> list[Check]:
    """Look at every row and file of a store, and mend what can be mended.

    Raises:
        UsageError: there is none, or it cannot be written.
    """
    with Store(folder, writable=True) as store:
        problems = mend(store)
        number = len(store.records())
    mended = tuple(f"{one.what}: {one.remedy}" for one in problems if one.mended)
    broken = tuple(f"{one.what}; {one.remedy}" for one in problems if not one.mended)
    return [
        Check(f"the store holds {number} submissions", broken),
        *(Check(told, (), "mended") for told in mended),
    ]


def show(checks: Sequence[Check], *, as_json: bool) -> None:
    """Print what was checked."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(list(checks))).decode())
        return
    for check in checks:
        failed = click.style("FAILED", fg="red")
        mark = failed if check.problems else click.style(check.state, fg="green")
        click.echo(f"{check.name}: {mark}")
        for problem in check.problems:
            click.echo(f"    {problem}")


def _tables() -> Iterator[tuple[Sequence[Misconception[Any]], Sequence[Any], Callable[..., Any]]]:
    """For each problem: misconceptions, instances, and the reference value of an item."""
    for module in (problem1, problem2, problem3):
        yield module.MISCONCEPTIONS, module.instances(), module.EXPECTED.get
    rng = np.random.default_rng(0)
    instances = [problem4.sample(rng, h) for h in (2, 3, 5)]
    yield problem4.MISCONCEPTIONS, instances, lambda _: problem4.gradients


def _same_as_reference() -> Iterator[str]:
    for misconceptions, instances, expected in _tables():
        for mistake in misconceptions:
            for item in mistake.items:
                right = expected(item)
                if right and not _apart(mistake.expected, right, instances):
                    yield f"{mistake.id} has the right value for {item}"


def _same_as_another() -> Iterator[str]:
    for misconceptions, instances, _ in _tables():
        for one, other in combinations(misconceptions, 2):
            shared = set(one.items) & set(other.items)
            if (
                one.id != other.id
                and shared
                and not _apart(one.expected, other.expected, instances)
            ):
                yield f"{one.id} and {other.id} have the same value for {', '.join(sorted(shared))}"


def _confused_in_formulas() -> Iterator[str]:
    """The same, as formulas are judged: on the judge's own instances, and with all accepted ways.

    Of the five gradients of Problem 4 only the one that an item asks for is compared there.
    """
    for question in mathematics.questions():
        for mistake in question.misconceptions:
            for way, right in question.ways.items():
                if not _apart(mistake.expected, right, question.instances):
                    yield f"{question.item}: {mistake.id} is right ({way or 'as in the solution'})"
        for one, other in combinations(question.misconceptions, 2):
            is_same = not _apart(one.expected, other.expected, question.instances)
            if one.id != other.id and is_same:
                yield f"{question.item}: {one.id} and {other.id} have the same value"


def _apart(one: Callable[..., Any], other: Callable[..., Any], instances: Sequence[Any]) -> bool:
    """Whether two formulas differ on some instance; one without a value there is no evidence."""
    compared = False
    for instance in instances:
        try:
            gap = distance(one(instance), other(instance))
        except (ValueError, np.linalg.LinAlgError):
            continue
        compared = True
        if gap > APART:
            return True
    return not compared


def _samples(rubrics: Path) -> Iterator[str]:
    """Grade every sample and compare with what it claims."""
    folders = sample_folders()
    with tempfile.TemporaryDirectory() as output:
        for folder, results in graded_results(folders, rubrics, Path(output)):
            for difference in matches(results, load_expected(folder)):
                yield f"{folder.name}: {difference}"
