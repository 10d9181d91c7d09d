"""What made a result: digests of the rooms that observe and of those that measure.

A stored observation can be used again as long as what observes is the same, evidence as long as
what measures is. Points and words depend on the rubric only, which has its own digest.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import msgspec

from grader.rubric import Rubric

PROJECT = Path(__file__).resolve().parents[1]

OBSERVING = (
    "grader/reading",
    "grader/sandbox",
    "grader/observation.py",
    "grader/evidence/code/trials.py",
    "grader/evidence/code/layouts.py",
    "grader/evidence/code/network.py",
)
"""Decide what is read out of the files and which runs are asked for."""

ABOUT_EXPORTS = frozenset({"export.py", "lenient.py", "metadata.py"})
"""In `reading`, but they say who handed in and when, not what."""

MEASURING = ("grader/evidence", "grader/formulas", "grader/claims", "reference")

DIGITS = 16


@functools.cache
def observed_with() -> str:
    """Digest of what reads submissions and runs programs, PyTorch's version included."""
    return _digest([*_sources(OBSERVING), metadata.version("torch").encode()])


def measured_with(rubric: Rubric) -> str:
    """Digest of what judges answers: our code, the reference, tolerances and table of claims."""
    tolerances = [problem.tolerances for problem in rubric.problems]
    return _digest([_measuring_sources(), msgspec.json.encode([tolerances, rubric.claims])])


@functools.cache
def _measuring_sources() -> bytes:
    return _digest(_sources(MEASURING)).encode()


def _sources(rooms: Iterable[str]) -> Iterator[bytes]:
    for room in rooms:
        path = PROJECT / room
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in files:
            if file.name in ABOUT_EXPORTS:
                continue
            yield file.relative_to(PROJECT).as_posix().encode()
            yield file.read_bytes()


def _digest(pieces: Iterable[bytes]) -> str:
    summary = hashlib.sha256()
    for piece in pieces:
        summary.update(len(piece).to_bytes(8, "big") + piece)
    return summary.hexdigest()[:DIGITS]
