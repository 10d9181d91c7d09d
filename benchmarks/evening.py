"""What a TA's evening costs: regrade twice, then rescore, diff and export a store of a thousand.

    python -m benchmarks.evening [--submissions 40] [--stored 1000]

The class is graded once for real. The thousand are its gradings under other students' names, each
with a file of evidence of its own, so that rescoring reads as much as it would in a real class.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

import msgspec

from benchmarks.classes import build
from grader.model import Notice
from grader.rubric import RUBRICS, load_rubric
from grader.scoring import scored
from grader.store import Store

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print one line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--stored", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sources = [p for p in sorted((ROOT / "sample_submissions").iterdir()) if p.is_dir()]
        build([p for p in sources if p.name != "infinite-loop"], asked.submissions,
              folder / "class.zip")  # fmt: skip
        first = _timed("regrade", folder / "class.zip", "--store", folder / "store")
        second = _timed("regrade", folder / "class.zip", "--store", folder / "store")
        _tell(f"regrade of {asked.submissions}", first)
        _tell("regrade again, nothing changed", second, f"{second / first:.1%} of the first")
        crowd(folder / "store", folder / "crowd", asked.stored)
        rubrics = _cheaper(folder / "rubrics")
        store = ("--store", folder / "crowd")
        _tell(f"rescore of {asked.stored}", _timed("rescore", *store, "--rubrics", rubrics))
        _tell("diff", _timed("diff", *store))
        _tell("export", _timed("export", *store, "-o", folder / "out", "--accept-lower"))
        size = sum(path.stat().st_size for path in (folder / "crowd").rglob("*") if path.is_file())
        _tell(f"store of {asked.stored}: {size / 1e6:.1f} MB, each {size / asked.stored:.0f} bytes")


def crowd(source: Path, target: Path, number: int) -> None:
    """A store of `number` students made from the gradings of another one."""
    rubric = load_rubric(RUBRICS)
    with Store(source) as graded, Store(target, writable=True, create=True) as store:
        run = store.begin("regrade", "crowd", rubric.digest)
        with store.writing():
            for n, record in enumerate(islice(cycle(graded.records()), number)):
                grading = graded.load_grading(record.grading)
                mark = Notice("crowd", f"student {n}")
                facts = msgspec.structs.replace(
                    grading.facts, notices=(*grading.facts.notices, mark)
                )
                grading = msgspec.structs.replace(grading, facts=facts, submission=f"{n:064}")
                hand_in = msgspec.structs.replace(
                    record.hand_in, name=f"student-{n:05}", students=(f"s{n}@example.edu",)
                )
                card = scored(rubric, facts.evidence, facts.typewritten, facts.notices)
                stored = store.add_grading(run, grading)
                store.add_card(run, store.add_hand_in(run, hand_in), stored, card, {})
        store.finish(run)


def _cheaper(folder: Path) -> Path:
    """The rubric with another policy: every undecided item counts in full."""
    shutil.copytree(RUBRICS, folder)
    file = folder / "homework2.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("points: certain", "points: full"), encoding="utf-8")
    return folder


def _timed(*arguments: object) -> float:
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - started


def _tell(what: str, seconds: float | None = None, more: str = "") -> None:
    time_text = f"{Decimal(seconds).quantize(Decimal('0.01'))} s" if seconds is not None else ""
    print(f"{what:40} {time_text:>10} {more}", flush=True)


if __name__ == "__main__":
    main()
