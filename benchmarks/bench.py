"""How fast grading is, and how much memory it takes, as ratios measured in one run.

    make bench                      everything, about ten minutes
    make bench BENCH="--submissions 100"

Wall times are the best of several, taken in turns, so that a busy machine disturbs all of them
alike; each is held against another one from the same run. Ratios travel between machines, seconds
do not.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from grader import pipeline
from grader.evidence.code import trials
from grader.reading import read
from grader.reading.files import load
from grader.rubric import RUBRICS, load_rubric
from grader.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_submissions" / "official-script"
"""The homework's own script, mended: all runs of Problem 4(d), nothing else to read."""

MEGABYTE = 2**20
SAMPLING_SECONDS = 0.05

UNITTEST = """
import runpy, unittest
from gradescope_utils.autograder_utils.decorators import weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

class Check(unittest.TestCase):
    @weight(5)
    def test_it_runs(self):
        names = runpy.run_path({script!r})
        self.assertIn("torch", names)

suite = unittest.defaultTestLoader.loadTestsFromTestCase(Check)
JSONTestRunner(stream=open("results.json", "w")).run(suite)
"""
"""What others do: the same script once, in a fresh process that imports torch."""


class Row(NamedTuple):
    """One line of the table."""

    what: str
    measured: str
    wanted: str = ""
    good: bool | None = None


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    print(_machine(), "\n")
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_starting(asked.repeat, Path(folder)), *_memory(), *_share_of_time(asked.repeat)]
        rows += _many(asked.submissions, Path(folder))
    _show(rows)


def _machine() -> str:
    import torch  # noqa: PLC0415 - not before the others are measured

    cores, load = psutil.cpu_count(), psutil.getloadavg()[0]
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.machine()}, {cores} cores, {memory:.0f} GB, load {load:.1f}; "
        f"{platform.system()} {platform.release()}; Python {platform.python_version()}, "
        f"torch {torch.__version__}"
    )


# ---------------------------------------------------------------- one submission


def _starting(repeat: int, folder: Path) -> Iterator[Row]:
    """Cold and warm grading against importing torch and against a fresh unittest process."""
    script = next(SAMPLE.glob("*.py"))
    test = folder / "run_tests.py"
    test.write_text(UNITTEST.format(script=str(script)))
    grader = str(Path(sys.executable).with_name("grader"))
    rubric = load_rubric(RUBRICS)
    with Sandbox() as sandbox:
        pipeline.grade(SAMPLE, rubric, sandbox)
        importing, cold, fresh, warm = _in_turns(
            repeat,
            lambda: _run([sys.executable, "-c", "import torch"], folder),
            lambda: _run([grader, "grade", str(SAMPLE)], folder),
            lambda: _run([sys.executable, str(test)], folder),
            lambda: pipeline.grade(SAMPLE, rubric, sandbox),
        )
    yield Row("python -c 'import torch'", f"{importing:.2f} s")
    yield Row("one cold grader grade", f"{cold:.2f} s")
    yield _at_most("   against importing torch", cold / importing, 1.3)
    yield Row("gradescope-utils and unittest, fresh process", f"{fresh:.2f} s")
    yield Row("one warm full grading of 4(d)", f"{warm * 1000:.0f} ms")
    yield _at_least("   faster than the fresh process by", fresh / warm, 50)


def _memory() -> Iterator[Row]:
    """All processes of one cold grading together, shared pages counted once."""
    command = [str(Path(sys.executable).with_name("grader")), "grade", str(SAMPLE)]
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _proportional(process))
        time.sleep(SAMPLING_SECONDS)
    yield _at_most("memory of one grading, all processes, MB", peak / MEGABYTE, 450)


def _share_of_time(repeat: int) -> Iterator[Row]:
    """Where a warm grading spends its time."""
    rubric = load_rubric(RUBRICS)
    spent: dict[str, list[float]] = {}

    @contextmanager
    def measuring(name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        spent.setdefault(name, []).append(time.perf_counter() - started)

    with Sandbox() as sandbox:
        pipeline.grade(SAMPLE, rubric, sandbox)
        for _ in range(repeat):
            with measuring("reading"):
                answers = read(load(SAMPLE))
            program = answers.programs[0]
            with measuring("a confined process"):
                session = sandbox.session(program)
            with measuring("all runs, and choosing them"):
                seen = trials.conduct(session)
            with measuring("ending all that was started"):
                session.__exit__(None, None, None)
            with measuring("judging"):
                pipeline.measure(rubric, answers, [(program, seen)])
    total = sum(statistics.median(times) for times in spent.values())
    for name, times in spent.items():
        part = statistics.median(times)
        yield Row(f"   {name}", f"{part * 1000:.0f} ms, {part / total:.0%}")


# ---------------------------------------------------------------- many submissions


def _many(number: int, folder: Path) -> Iterator[Row]:
    """Time against number is a straight line, and memory is flat."""
    paths = []
    for n in range(number):
        shutil.copytree(SAMPLE, folder / "many" / f"s{n:04}")
        paths.append(str(folder / "many" / f"s{n:04}"))
    grader = str(Path(sys.executable).with_name("grader"))
    command = [grader, "grade", "--workers", "2", "--output", str(folder / "out")]
    half_seconds, _ = _watched([*command, *paths[: number // 2]])
    seconds, memory = _watched([*command, *paths])
    starting, _ = _watched([*command, *paths[:2]])
    yield Row(f"{number} submissions, two workers", f"{seconds:.0f} s")
    yield Row("   each", f"{(seconds - starting) / number * 1000:.0f} ms")
    ratio = (seconds - starting) / max(0.01, half_seconds - starting)
    yield Row("   twice as many take so many times as long", f"{ratio:.2f}", "2", 1.7 < ratio < 2.3)
    third = max(1, len(memory) // 3)
    early, late = statistics.median(memory[third : 2 * third]), statistics.median(memory[-third:])
    yield _at_most("   memory in the last third against the second", late / early, 1.05)


def _watched(command: list[str]) -> tuple[float, list[int]]:
    """Seconds that a command takes, and its memory now and then."""
    started = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    memory: list[int] = []

    def watch() -> None:
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            memory.append(_proportional(process))
            time.sleep(1)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    process.wait()
    return time.perf_counter() - started, memory or [1]


def _proportional(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


# ---------------------------------------------------------------- times and tables


def _in_turns(repeat: int, *works: Callable[[], object]) -> list[float]:
    """The best time of each, taken in turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeat):
        for work, kept in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            kept.append(time.perf_counter() - started)
    return [min(kept) for kept in times]


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _at_most(what: str, value: float, limit: float) -> Row:
    return Row(
        what, f"{value:.2f}" if value < 10 else f"{value:.0f}", f"≤ {limit:g}", value <= limit
    )


def _at_least(what: str, value: float, limit: float) -> Row:
    return Row(what, f"{value:.1f}", f"≥ {limit:g}", value >= limit)


def _show(rows: list[Row]) -> None:
    width = max(len(row.what) for row in rows)
    for row in rows:
        mark = "" if row.good is None else ("  ok" if row.good else "  MISSED")
        print(f"{row.what:{width}}  {row.measured:>14}  {row.wanted:>8}{mark}")


if __name__ == "__main__":
    main()
