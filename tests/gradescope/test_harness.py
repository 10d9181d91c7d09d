"""The emulated platform does to tiny autograders what the real one is known to do."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.gradescope.harness import MAX_OUTPUT_LENGTH, TRUNCATION_MESSAGE, Delivery, Platform

FINE = {"score": 1, "tests": [{"score": 1, "output": "fine"}]}


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


def run(platform: Platform, script: str, **files: bytes) -> Delivery:
    path = platform.root / "run_autograder"
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o755)
    return platform.grade(files, {"id": 7})


def leaving(platform: Platform, results: str) -> Delivery:
    (platform.root / "prepared.json").write_text(results)
    return run(platform, "cp prepared.json results/results.json")


def test_good_results_arrive_as_they_are(platform: Platform) -> None:
    delivery = leaving(platform, json.dumps(FINE))
    assert (delivery.results, delivery.error_code, delivery.exit_status) == (FINE, None, 0)


def test_the_autograder_sees_submission_metadata_and_limits(platform: Platform) -> None:
    script = "cat submission/a.txt submission_metadata.json; echo $TIMEOUT_SECONDS; pwd; false"
    delivery = run(platform, script, **{"a.txt": b"handed in "})
    assert delivery.stdout == f'handed in {{"id": 7}}600\n{platform.root}\n'
    assert delivery.exit_status == 1
    assert delivery.results is None


def test_nothing_survives_from_one_run_to_the_next(platform: Platform) -> None:
    run(platform, "touch results/left submission/left", **{"a.txt": b""})
    assert run(platform, "ls results submission").stdout == "results:\nstdout\n\nsubmission:\n"


def test_stdout_and_stderr_are_one_text_with_bad_bytes_replaced(platform: Platform) -> None:
    assert run(platform, r"printf 'a\0\377'; echo b >&2").stdout == "a\ufffd\ufffdb\n"


def test_a_timeout_replaces_results_that_were_there_already(platform: Platform) -> None:
    platform.timeout_seconds = 1
    delivery = run(platform, "echo '{\"score\": 5}' > results/results.json; sleep 30")
    assert delivery.results["score"] == 0
    assert "longer than 1 seconds" in delivery.results["output"]
    assert delivery.exit_status == -9
    assert delivery.elapsed < 10


def test_a_timeout_kills_only_the_direct_child(platform: Platform) -> None:
    platform.timeout_seconds = 1
    run(platform, "sleep 30 & echo $! > grandchild; wait")
    grandchild = int((platform.root / "grandchild").read_text())
    os.kill(grandchild, 0)  # raises if it were gone
    os.kill(grandchild, 9)


@pytest.mark.parametrize("raw", ["", "{", '{"score": 1} trailing', '\ufeff{"score": 1}', "score"])
def test_what_is_not_json_becomes_a_zero_and_is_shown_to_instructors(
    platform: Platform, raw: str
) -> None:
    delivery = leaving(platform, raw)
    assert delivery.error_code == "invalid_json"
    assert delivery.results["score"] == 0
    assert delivery.stdout.endswith(raw)


@pytest.mark.parametrize(
    "raw",
    [
        '{"score": NaN}',
        '{"score": 1, "tests": [{"score": Infinity}]}',
        '[{"score": 1}]',
        "3",
        '{"output": 3}',
        '{"tests": [3]}',
        '{"tests": [{"output": 3}]}',
    ],
)
def test_json_that_cannot_be_sent_on_is_lost(platform: Platform, raw: str) -> None:
    assert leaving(platform, raw).error_code == "http"


def test_long_texts_are_cut_in_the_middle(platform: Platform) -> None:
    long = "a" * 70_000 + "b" * 70_000
    raw = json.dumps({"output": long, "tests": [{"output": long}, {"output": "short"}]})
    results = leaving(platform, raw).results
    for text in (results["output"], results["tests"][0]["output"]):
        assert TRUNCATION_MESSAGE in text
        assert (text[0], text[-1], len(text) <= MAX_OUTPUT_LENGTH) == ("a", "b", True)
    assert results["tests"][1]["output"] == "short"
    noise = run(platform, "head -c 300000 /dev/zero | tr '\\0' x").stdout
    assert TRUNCATION_MESSAGE in noise


@pytest.mark.parametrize(("text", "mode"), [("echo hi\n", 0o755), ("#!/bin/sh\n", 0o644)])
def test_a_script_that_cannot_start_is_a_failure(platform: Platform, text: str, mode: int) -> None:
    script = platform.root / "run_autograder"
    script.write_text(text)
    script.chmod(mode)
    assert platform.grade({}).error_code == "autograder"


def test_bash_would_run_a_line_appended_to_a_running_script(platform: Platform) -> None:
    """Why our run_autograder ends on a single line with `exit`."""
    started = time.time()
    script = "echo 'echo appended' >> run_autograder\nsleep 0.1"
    assert "appended" in run(platform, script).stdout
    assert time.time() - started < 10
