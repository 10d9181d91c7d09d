"""A class of six whose submissions are graded in a moment: written answers, no code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main

RIGHT = r"$\frac1n\|Xw-y\|^2+\sum_{k=0}^{d-1}\lambda^k w_k^2$"
WRONG = r"$\frac1n\|Xw-y\|^2+\lambda\sum_{k=0}^{d-1} w_k^2$"
UNCLEAR = "It is probably some kind of loss with a penalty."

CLASS = {"ada": RIGHT, "ben": WRONG, "cem": UNCLEAR, "dia": UNCLEAR, "eve": RIGHT, "fay": ""}


def submission(folder: Path, answer: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = f"# Problem 1\n\n## (a)\n\n{answer}\n\n## (b)\n\n$\\lambda > 1$\n"
    (folder / "hw2.md").write_text(text)


@pytest.fixture(name="course")
def fixture_course(tmp_path: Path) -> Path:
    """A folder of submissions."""
    for name, answer in CLASS.items():
        submission(tmp_path / "class" / name, answer)
    return tmp_path / "class"


@pytest.fixture(name="store")
def fixture_store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def run(*arguments: object, status: int = 0) -> str:
    """A command as a TA types it; its output."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == status, done.output
    return done.output


def regrade(course: Path, store: Path, *options: object) -> str:
    return run("regrade", course, "--store", store, "--workers", 1, *options)
