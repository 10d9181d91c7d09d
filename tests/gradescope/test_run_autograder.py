"""run_autograder leaves a valid results.json whatever becomes of the grader that it starts."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.packaging import PROJECT
from grader.reports.gradescope import emergency_results, validated
from tests.gradescope.harness import Delivery, Platform

GRADED = {"score": 2.0, "tests": [{"score": 2.0}]}


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """An image whose setup.sh never ran: there is no virtual environment yet."""
    shutil.copy(PROJECT / "run_autograder", tmp_path / "run_autograder")
    return Platform(tmp_path, timeout_seconds=20)


def with_grader(platform: Platform, script: str) -> Delivery:
    """Let a shell script stand for ``python -I -m grader gradescope``."""
    python = platform.root / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f"#!/usr/bin/env bash\ncd {platform.root}\n{script}\n")
    python.chmod(0o755)
    return platform.grade({"hw2.tex": b""}, {"id": 1})


def is_emergency(delivery: Delivery) -> bool:
    validated(delivery.results)
    extra: Any = delivery.results["extra_data"]
    return delivery.error_code is None and extra.get("grader_fault") is True


def is_running(pid: int) -> bool:
    """Not gone, and no zombie that waits for an init that never reaps."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_what_the_grader_wrote_is_left_alone(platform: Platform) -> None:
    delivery = with_grader(platform, f"echo '{json.dumps(GRADED)}' > results/results.json; exit 3")
    assert delivery.results == GRADED
    assert delivery.exit_status == 0


def test_the_grader_is_called_as_agreed(platform: Platform) -> None:
    assert with_grader(platform, 'echo "$@"').stdout.startswith("-I -m grader gradescope\n")


@pytest.mark.parametrize(
    "crash",
    ["exit 1", "kill -9 $$", "kill -TERM $$", "touch results/results.json", "exec no-such-program"],
)
def test_a_grader_that_dies_is_a_matter_for_a_ta(platform: Platform, crash: str) -> None:
    delivery = with_grader(platform, crash)
    assert is_emergency(delivery)
    assert "left no results.json" in delivery.stdout


def test_a_missing_environment_is_a_matter_for_a_ta(platform: Platform) -> None:
    assert is_emergency(platform.grade({}))


def test_a_grader_that_hangs_is_stopped_before_the_platform_does_it(platform: Platform) -> None:
    platform.timeout_seconds = 3
    started = time.monotonic()
    delivery = with_grader(platform, "sleep 60 & echo $! > sleeper; wait")
    assert time.monotonic() - started < 10
    assert is_emergency(delivery)
    assert not is_running(int((platform.root / "sleeper").read_text()))


@pytest.mark.parametrize("limit", ["", "0", "soon", "600.0"])
def test_a_strange_time_limit_is_no_obstacle(
    platform: Platform, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = platform._environment() | {"TIMEOUT_SECONDS": limit}
    monkeypatch.setattr(platform, "_environment", lambda: environment)
    delivery = with_grader(platform, f"echo '{json.dumps(GRADED)}' > results/results.json")
    assert delivery.results == GRADED


def test_results_of_an_earlier_run_do_not_pass_for_this_one(platform: Platform) -> None:
    results = platform.root / "results"
    results.mkdir()
    (results / "results.json").write_text(json.dumps(GRADED))
    environment = os.environ | {"AUTOGRADER_ROOT": str(platform.root)}
    status = os.spawnve(os.P_WAIT, platform.root / "run_autograder", ["run"], environment)
    assert status == 0
    assert json.loads((results / "results.json").read_text())["extra_data"]["grader_fault"]


def test_results_and_metadata_are_closed_to_other_users(platform: Platform) -> None:
    (platform.root / "source").mkdir()
    ask = "stat -c %a results submission source submission_metadata.json"
    assert with_grader(platform, ask).stdout.startswith("700\n700\n700\n600\n")


def test_a_line_appended_while_it_runs_is_not_executed(platform: Platform) -> None:
    script = f"echo 'echo appended > {platform.root}/owned' >> run_autograder; exit 1"
    assert is_emergency(with_grader(platform, script))
    assert not (platform.root / "owned").exists()


def test_the_shell_says_the_same_as_the_grader_would(platform: Platform) -> None:
    told = platform.grade({}).results
    ours = emergency_results("")
    del ours["extra_data"]["grader"]  # the shell does not know the version
    assert told == ours | {"output": ours["output"].strip()}
