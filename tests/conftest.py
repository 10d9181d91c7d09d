"""What many tests share: the rubric, and one sandbox for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.rubric import RUBRICS, Rubric, load_rubric
from grader.sandbox import Sandbox


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric(RUBRICS)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running
