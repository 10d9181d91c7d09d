"""Which text stands under which part: one table of snippets in many people's styles."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.model import Submission, SubmittedFile
from grader.reading import read

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "headings.yaml").read_text())


def placed(name: str, text: str) -> dict[str, str]:
    file = SubmittedFile(path=name, content=text.encode())
    answers = read(Submission(name="case", files=(file,)))
    return {
        part: "\n".join(passage.text for passage in answer.passages)
        for part, answer in answers.written.items()
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_text_stands_under_its_part(case):
    found = placed(f"hw2.{case['format']}", case["text"])
    expected = {str(part): pieces for part, pieces in case["parts"].items()}
    assert set(found) == set(expected), found
    for pieces in expected.values():
        for piece in pieces:
            where = {part for part, text in found.items() if piece in text}
            assert where == {part for part in expected if piece in expected[part]}, (piece, found)


def test_the_table_is_large_enough():
    assert len(CASES) >= 70
