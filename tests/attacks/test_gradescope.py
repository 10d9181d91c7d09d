"""A hostile submission in an imitation of Gradescope's container, by the platform's command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.attacks import building, conditions
from tests.attacks.suite import GATE, ROOT

METADATA = {"id": 1, "created_at": "2026-01-01T00:00:00Z", "users": [], "assignment": {},
            "previous_submissions": [{"results": {"output": "HIDDEN-OUTPUT"}}]}  # fmt: skip

TAKES = """
won = False
for path in ({root!r} + "/submission_metadata.json", {root!r} + "/results/results.json",
             {root!r} + "/submission/hw2.py", {project!r} + "/reference/problem4.py",
             {project!r} + "/rubrics/homework2.yaml", "/proc/1/environ"):
    for mode in ("r", "r+"):
        try:
            open(path, mode).close()
            won = True
        except OSError:
            pass
"""


@pytest.fixture
def root():
    """The platform's folder, open to everybody as it makes it."""
    folder = Path(tempfile.mkdtemp(prefix="autograder-"))
    folder.chmod(0o755)
    for name in ("submission", "results"):
        (folder / name).mkdir()
    (folder / "submission_metadata.json").write_text(json.dumps(METADATA))
    yield folder
    shutil.rmtree(folder)


def graded(root: Path, text: str, **environment: str) -> dict:
    (root / "submission" / "hw2.py").write_text(text)
    words = [sys.executable, "-I", "-m", "grader", "gradescope", "--root", str(root)]
    subprocess.run(conditions.command("container", *words), cwd=ROOT, check=False, timeout=120,
                   env=os.environ | environment, capture_output=True)  # fmt: skip
    return json.loads((root / "results" / "results.json").read_text())


def test_an_honest_submission_gets_its_points_and_says_how_it_was_confined(root):
    results = graded(root, building.HONEST, GRADER_STRICT_SANDBOX="1")
    assert results["score"] == 5
    assert results["extra_data"]["sandbox"] == {"walls": ["user", "files", "calls"], "reached": []}


def test_a_program_reaches_nothing_of_the_platform(root):
    text = TAKES.format(root=str(root), project=str(ROOT))
    assert graded(root, f"{text}{GATE}{building.HONEST}")["score"] == 0
