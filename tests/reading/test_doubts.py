"""Where the division into parts is doubtful nothing may be called missing; elsewhere it may."""

from __future__ import annotations

import pytest

from grader.model import Submission, SubmittedFile
from grader.reading import read

PROBLEM_1 = "# Problem 1\n\n## (a)\n\none-a\n\n## (b)\n\none-b\n\n## (c)\n\none-c\n\n"
PROBLEM_3 = (
    "# Problem 3\n\n## (a)\n\nthree-a\n\n## (b)\n\nthree-b\n\n## (c)\n\nthree-c\n\n"
    "## (d)\n\nthree-d\n\n"
)

DOUBTFUL = {
    "a letter twice": "# Problem 1\n\n## (a)\n\none-a\n\n## (a)\n\none-b\n\n## (c)\n\none-c\n",
    "a letter twice, the parts in plain text": (
        "# Problem 1\n\n(a) one-a\n\n(a) one-b\n\n(c) one-c\n\n" + PROBLEM_3
    ),
    "an unknown heading where a problem is missing": (
        PROBLEM_1 + "# Optimization\n\nThe gradient is $2X^T(Xw-y)/n$.\n\n" + PROBLEM_3
    ),
    "letters from the start again under an unknown heading": (
        PROBLEM_1 + "**Something**\n\n## (a)\n\ntwo-a\n\n## (b)\n\ntwo-b\n\n" + PROBLEM_3
    ),
    "bare numbers in plain lines, backwards, with gaps between the parts": (
        "4.\n\n(c) four-c $e=1$\n\n3.\n\n(d) three-d $f=2$\n\n2.\n\n(b) two-b\n\n(d) two-d\n\n"
        "(e) two-e\n\n1.\n\n(c) one-c\n"
    ),
    "a formula that is tagged with a part": (
        PROBLEM_1 + PROBLEM_3 + "$$\nA = I - 2 X^T X \\tag{2b}\n$$\n"
    ),
}

CERTAIN = {
    "one part is missing": "# Problem 1\n\n## (a)\n\none-a\n\n## (c)\n\none-c\n\n" + PROBLEM_3,
    "a problem is missing": PROBLEM_1 + PROBLEM_3,
    "a list in an answer has letters too": (
        "# Problem 1\n\n## (a)\n\none-a\n\n- (a) first\n- (b) second\n\n## (c)\n\none-c\n\n"
        + PROBLEM_3
    ),
    "an answer refers to the missing part": (
        "# Problem 1\n\n## (a)\n\none-a as in\n(b) below\n\n## (c)\n\none-c\n\n" + PROBLEM_3
    ),
    "the title and an introduction stand above": (
        "# Homework 2\n\nI skipped the first problem.\n\n#" + PROBLEM_3
    ),
    "all parts are there": PROBLEM_1 + PROBLEM_3,
}


def blocking(text: str, name: str = "hw2.md") -> list[str]:
    file = SubmittedFile(path=name, content=text.encode())
    answers = read(Submission(name="case", files=(file,)))
    return [notice.code for notice in answers.notices if notice.blocks]


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_doubtful_division_blocks(name):
    assert "writeup-division-doubtful" in blocking(DOUBTFUL[name])


@pytest.mark.parametrize("name", CERTAIN)
def test_a_part_that_is_simply_missing_is_missing(name):
    assert blocking(CERTAIN[name]) == []


def test_the_notice_names_the_line_and_the_parts():
    file = SubmittedFile(path="hw2.md", content=DOUBTFUL["a letter twice"].encode())
    answers = read(Submission(name="case", files=(file,)))
    (notice,) = [n for n in answers.notices if n.code == "writeup-division-doubtful"]
    assert "hw2.md, line 7" in notice.message and "1b" in notice.message


def test_a_text_file_without_headings_that_is_full_of_mathematics_blocks():
    sentence = "The gradient is ∇L(w) = (2/n) Xᵀ(Xw − y) and the update subtracts η times that. "
    assert blocking(sentence * 12, "answers.txt")
    assert not blocking("numpy\ntorch\nmatplotlib\n" * 40, "requirements.txt")
    assert not blocking("Run the script with python and look at what it prints. " * 12, "README.md")
