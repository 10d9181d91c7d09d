"""A small class without programs: three wrote the same about 2(d), one did not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.pipeline import grade_submission
from grader.reading.export import open_export
from grader.regrading import regrade
from grader.reviewing.deciding import Desk
from grader.reviewing.queue import Group
from grader.rubric import RUBRICS, load_rubric
from grader.store import Store

WRITEUP = r"""# Problem 2

## (d)

{decay}

# Problem 3

## (d)

{descent}
"""

DECAY = r"Since $\left|\lambda_i\right| < 1$ the powers of the matrix go away somehow."
ALIKE = r"Since $|\lambda_{i}|<1$ the powers of the matrix go away somehow."
OTHER = "The matrix shrinks everything, more or less, I would say."
HOSTILE = r'<script>alert("x")</script> [link](javascript:alert(1)) $\href{javascript:alert(1)}{x}$'
DESCENT = "It perhaps moves somewhere."

STUDENTS = {
    "ada": (DECAY, DESCENT),
    "bob": (DECAY, "It might go on and on, I think."),
    "cleo": (ALIKE, "One cannot know where it ends."),
    "dan": (OTHER, HOSTILE),
}


PICTURE = b"%PDF-1.4 a picture of an answer"


def write_class(folder: Path, students: dict[str, tuple[str, str]]) -> Path:
    for name, (decay, descent) in students.items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        text = WRITEUP.format(decay=decay, descent=descent)
        (place / "hw2.md").write_text(text, encoding="utf-8")
    return folder


def written_only(jobs):
    """Grades what has no program: there is nothing to start a sandbox for."""
    nowhere = SimpleNamespace(protection_so_far=None)
    rubric = load_rubric(RUBRICS)
    for number, load in jobs:
        yield number, grade_submission(load(), rubric, nowhere)


def fill(folder: Path, export: Path) -> None:
    with Store(folder, writable=True, create=True) as store:
        regrade(store, open_export(export), load_rubric(RUBRICS), written_only)


@pytest.fixture(scope="session")
def filled(tmp_path_factory) -> Path:
    """A store that tests copy and do not touch."""
    folder = tmp_path_factory.mktemp("review")
    fill(folder / "store", write_class(folder / "class", STUDENTS))
    return folder / "store"


@pytest.fixture
def folder(filled, tmp_path) -> Path:
    """A store of the test's own."""
    return Path(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture
def store(folder) -> Iterator[Store]:
    with Store(folder, writable=True, create=True) as opened:
        yield opened


@pytest.fixture
def desk(store, rubric) -> Desk:
    """Grace's desk; each look at the clock is a minute later."""
    minutes = count()
    start = datetime(2026, 3, 1, 20, 0, tzinfo=timezone.utc)
    return Desk(store, rubric, "grace", lambda: start + timedelta(minutes=next(minutes)))


@pytest.fixture
def handed_in_anew(folder, tmp_path) -> Callable[..., None]:
    """Some students hand in another submission, which is regraded."""

    def regraded(**students: tuple[str, str]) -> None:
        fill(folder, write_class(tmp_path / "anew", students))

    return regraded


@pytest.fixture
def group_of(desk) -> Callable[..., Group]:
    """The group of an item that a student is in."""

    def found(item: str, student: str) -> Group:
        return next(
            group
            for group in desk.groups()
            if group.item == item and any(student in one.record.students for one in group.entries)
        )

    return found


@pytest.fixture
def states() -> Callable[[Group], list[str]]:
    return lambda group: [entry.state for entry in group.shown]
