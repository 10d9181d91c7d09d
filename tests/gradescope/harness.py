"""Gradescope's harness, as far as an autograder can notice it.

Rebuilt from what version 0.15.1 does inside the container: fresh folders for each run, one child
process and a timer that kills only that, then results.json read, cut and sent on. Sending is
emulated up to the bytes of the request. What the server makes of them is not public.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

MAX_OUTPUT_LENGTH = 100_000
TRUNCATION_MESSAGE = "[...(truncated)...]"
PLATFORM_FAILED = "The autograder failed to execute correctly."


@dataclass(frozen=True)
class Delivery:
    """What reaches Gradescope: `results` is None when the autograder left no file."""

    results: Any
    stdout: str
    exit_status: int | None
    error_code: str | None
    elapsed: float


class Platform:
    """One autograder container, built already; `root` stands for /autograder."""

    def __init__(self, root: Path, timeout_seconds: int = 600) -> None:
        self.root = root
        self.timeout_seconds = timeout_seconds
        self.results_path = root / "results" / "results.json"

    def grade(self, files: Mapping[str, bytes], metadata: Any = None) -> Delivery:
        """One submission, from download to the request that hands in its results."""
        self._prepare(files, metadata)
        try:
            exit_status, elapsed = self._run_autograder()
        except OSError as trouble:  # not executable, no #! line
            return _failure("autograder", str(trouble))
        try:
            return self._submitted(exit_status, elapsed)
        except Exception as trouble:  # the harness catches everything here, and calls it "http"
            return _failure("http", str(trouble))

    def _prepare(self, files: Mapping[str, bytes], metadata: Any) -> None:
        for name in ("submission", "results"):
            shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / name).mkdir()
        (self.root / "submission_metadata.json").write_text(json.dumps(metadata or {}))
        for name, content in files.items():
            path = self.root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _run_autograder(self) -> tuple[int, float]:
        started, timed_out = time.time(), False

        def kill() -> None:
            nonlocal timed_out
            timed_out = True
            process.kill()  # this process only: what it has started lives on

        with (self.root / "results" / "stdout").open("w") as stdout:
            process = subprocess.Popen(
                "./run_autograder",
                cwd=self.root,
                env=self._environment(),
                stdout=stdout,
                stderr=subprocess.STDOUT,
            )
            timer = Timer(self.timeout_seconds, kill)
            timer.start()
            exit_status = process.wait()
            timer.cancel()
        elapsed = time.time() - started
        if timed_out:
            self.results_path.write_text(json.dumps(self._timeout_results(elapsed)))
        return exit_status, elapsed

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k != "AUTHENTICATION_TOKEN"}
        return {
            **inherited,
            "AUTOGRADER_ROOT": str(self.root),  # ours: the platform's root is always /autograder
            "TIMEOUT_SECONDS": str(self.timeout_seconds),
            "SUBMISSION_URL": "submission-url",
            "SUBMIT_RESULTS_URL": "submit-results-url",
        }

    def _timeout_results(self, elapsed: float) -> dict[str, Any]:
        told = f"It took longer than {self.timeout_seconds} seconds to run."
        return {
            "score": 0,
            "output": f"Your submission timed out. {told}",
            "execution_time": elapsed,
        }

    def _submitted(self, exit_status: int, elapsed: float) -> Delivery:
        stdout = _truncated(_read(self.root / "results" / "stdout"))
        raw = _read(self.results_path) if self.results_path.exists() else None
        results, error_code = _parsed(raw)
        if error_code:
            stdout += f"\nYour results.json file could not be parsed as JSON.\n\n{raw}"
        _truncate_results(results)
        payload = json.dumps({"stdout": stdout, "results": results}, allow_nan=False).encode()
        sent = json.loads(payload)
        return Delivery(sent["results"], sent["stdout"], exit_status, error_code, elapsed)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\0", "\ufffd")


def _parsed(raw: str | None) -> tuple[Any, str | None]:
    try:
        return (None if raw is None else json.loads(raw)), None
    except ValueError:
        return {"score": 0, "output": PLATFORM_FAILED}, "invalid_json"


def _truncated(text: Any) -> Any:
    if text is None or len(text) <= MAX_OUTPUT_LENGTH:
        return text
    half = (MAX_OUTPUT_LENGTH - len(TRUNCATION_MESSAGE)) // 2
    return f"{text[:half]}{TRUNCATION_MESSAGE}{text[len(text) - half :]}"


def _truncate_results(results: Any) -> None:
    """As naive as the original: whatever is no object of objects of strings raises here."""
    if results is None:
        return
    if "output" in results:
        results["output"] = _truncated(results["output"])
    if results.get("tests"):
        for test in results["tests"]:
            if "output" in test:
                test["output"] = _truncated(test["output"])


def _failure(code: str, why: str) -> Delivery:
    return Delivery({"score": 0, "output": PLATFORM_FAILED}, why, None, code, 0.0)
