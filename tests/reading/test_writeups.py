"""Whole writeups in other people's styles.

Every answer in them carries the words ``zz1a`` at its beginning and ``yy1a`` at its end (``zz3ab``
where one answer stands for two parts); ``qq0`` stands in text that belongs to no part.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.model import Submission, SubmittedFile
from grader.reading import read

WRITEUPS = sorted((Path(__file__).parents[1] / "cases" / "writeups").iterdir())
TOKEN = re.compile(r"\b(?:[zZ]z|yy)([1-4])([a-e]+)\b|\bqq0\b")


def misreadings(path: Path) -> list[str]:
    """Every token that is not exactly where it belongs, and every part that should be missing."""
    content = path.read_bytes()
    answers = read(Submission(name="case", files=(SubmittedFile(path=path.name, content=content),)))
    found = {
        str(part): "\n".join(passage.text for passage in answer.passages)
        for part, answer in answers.written.items()
    }
    wrong = []
    expected_parts = set()
    for match in TOKEN.finditer(content.decode()):
        expected = {f"{match[1]}{letter}" for letter in match[2] or ""}
        expected_parts |= expected
        where = {part for part, text in found.items() if re.search(rf"\b{match[0]}\b", text)}
        if where != expected:
            wrong.append(f"{match[0]} is in {sorted(where)}, not in {sorted(expected)}")
    return wrong + [f"{part} is not missing" for part in sorted(set(found) - expected_parts)]


NOT_UNDERSTOOD = sorted((WRITEUPS[0].parents[1] / "writeups_not_understood").iterdir())


@pytest.mark.parametrize("path", WRITEUPS, ids=[path.name for path in WRITEUPS])
def test_every_answer_is_found(path):
    assert misreadings(path) == []


@pytest.mark.parametrize("path", NOT_UNDERSTOOD, ids=[path.name for path in NOT_UNDERSTOOD])
def test_what_is_not_understood_goes_to_a_person(path):
    file = SubmittedFile(path=path.name, content=path.read_bytes())
    answers = read(Submission(name="case", files=(file,)))
    assert any(notice.blocks for notice in answers.notices)
