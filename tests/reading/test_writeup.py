"""What surrounds the division into parts: lines, quotations, several files, what may be lost."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from grader.model import Submission, SubmittedFile
from grader.reading import read

WRITEUPS = sorted((Path(__file__).parents[1] / "cases" / "writeups").iterdir())
PARTS = "# Problem 1\n## (a)\none-a\n## (b)\none-b\n"


def answers(**files):
    made = [
        SubmittedFile(
            path=path, content=content if isinstance(content, bytes) else content.encode()
        )
        for path, content in sorted(files.items())
    ]
    return read(Submission(name="case", files=tuple(made)))


def texts(found) -> dict[str, list[str]]:
    return {str(part): [p.text for p in a.passages] for part, a in found.written.items()}


def codes(found) -> dict[str, bool]:
    return {notice.code: notice.blocks for notice in found.notices}


class TestPassages:
    def test_lines_are_those_of_the_file(self):
        text = "% head\n\\documentclass{article}\n\\begin{document}\n\\section*{Problem 1}\n"
        text += "% note\n\\subsection*{(a)} % why\n% more\n\n  first line\nsecond % x\n"
        text += "\\end{document}\n"
        (passage,) = answers(**{"hw2.tex": text}).written["1a"].passages
        assert passage.where == "hw2.tex, line 9"
        assert passage.text.split("\n")[0] == "first line"
        assert "x" not in passage.text

    def test_an_answer_on_the_line_of_its_label(self):
        found = answers(**{"hw2.md": "# Problem 1\n\n**(a)** the loss\n\n(b) the rest\n"})
        assert [a.passages[0].where for a in found.written.values()] == [
            "hw2.md, line 3",
            "hw2.md, line 5",
        ]
        assert texts(found) == {"1a": ["the loss"], "1b": ["the rest"]}

    def test_cells_have_lines_of_their_own(self):
        cells = [
            {"cell_type": "markdown", "source": "# Problem 1\n\n## (a)\n\nfirst"},
            {"cell_type": "code", "source": "x = 1", "outputs": []},
            {"cell_type": "markdown", "source": "\nsecond"},
        ]
        found = answers(**{"hw2.ipynb": json.dumps({"cells": cells})})
        assert [(p.where, p.text) for p in found.written["1a"].passages] == [
            ("hw2.ipynb, cell 1, line 5", "first"),
            ("hw2.ipynb, cell 2, line 1", "```python\nx = 1\n```"),
            ("hw2.ipynb, cell 3, line 2", "second"),
        ]

    @pytest.mark.parametrize("path", WRITEUPS, ids=[path.name for path in WRITEUPS])
    def test_every_passage_stands_where_it_says(self, path):
        if path.suffix == ".ipynb":
            pytest.skip("lines are counted in cells")
        lines = path.read_text().replace("\u200b", "").split("\n")
        found = read(
            Submission(name="x", files=(SubmittedFile(path=path.name, content=path.read_bytes()),))
        )
        for answer in found.written.values():
            for passage in answer.passages:
                first, *rest = passage.text.split("\n")
                assert first in lines[passage.line - 1]
                for number, line in enumerate(rest):
                    assert lines[passage.line + number].startswith(line.rstrip())

    def test_the_preamble_is_kept_for_its_macros(self):
        text = "\\documentclass{article}\n\\newcommand{\\R}{\\mathbb{R}}\n\\begin{document}\n"
        found = answers(**{"hw2.tex": text + "\\section*{Problem 1}\n(a) one\n\\end{document}"})
        (preamble,) = found.unplaced
        assert preamble.line == 1 and "\\newcommand{\\R}" in preamble.text
        assert found.notices == ()

    def test_a_heading_that_is_a_sentence_belongs_to_the_answer(self):
        text = "# Problem 1\n## (b) $\\lambda > 1$\n## (c) Yes\nbecause it is quadratic\n"
        assert texts(answers(**{"hw2.md": text})) == {
            "1b": ["## (b) $\\lambda > 1$"],
            "1c": ["because it is quadratic"],
        }

    def test_what_comes_after_the_document_is_not_read(self):
        text = "\\begin{document}\n\\section*{Problem 1}\n(a) one\n\\end{document}\n(b) two\n"
        assert set(texts(answers(**{"hw2.tex": text}))) == {"1a"}


class TestQuotations:
    def test_a_quotation_in_the_middle_splits_the_answer(self):
        text = (
            "# Problem 4\n## (c)\nThe term $e$ comes from the skip.\n\n"
            "Discuss how the skip connection affects gradient flow to the input versus gradient "
            "flow to the parameters of the hidden layer.\n\nThe input always gets $e$.\n"
        )
        assert texts(answers(**{"hw2.md": text})) == {
            "4c": ["The term $e$ comes from the skip.", "The input always gets $e$."]
        }

    def test_a_formula_of_the_statement_in_an_answer_stays(self):
        text = "# Problem 2\n## (b)\nWe obtain\n\n$$w_{t+1} = Aw_t + b$$\n\nwith $A = I - 2H$.\n"
        assert "Aw_t + b" in texts(answers(**{"hw2.md": text}))["2b"][0]

    @pytest.mark.parametrize(
        "sentence",
        [
            "The quadratic function of a scalar input $f(x) = x^2$ is convex since $f'' = 2$.",
            "Gradient descent converges to the limit $w_\\infty = (X^TX)^{-1}X^Ty$.",
            "If $X^TX$ is invertible, the limit is $(I-A)^{-1}b$.",
            "The optimal solution is unique.",
            "The skip connection does not help $W_1$.",
            "Yes.",
            "Same.",
            "The loss function is defined as $L(w) = \\frac1n\\|Xw-y\\|^2 + w^T\\Lambda w$.",
            "where $\\eta < n/\\lambda_{max}$ is the learning rate.",
            "the matrix A = I - 2H has all eigenvalues in the interval (-1, 1)",
        ],
    )
    def test_sentences_of_ones_own_stay(self, sentence):
        found = texts(answers(**{"hw2.md": f"# Problem 2\n## (b)\n{sentence}\n"}))
        assert found == {"2b": [sentence]}

    def test_the_whole_statement_answers_nothing(self):
        statement = Path(read.__code__.co_filename).with_name("statement.txt").read_text()
        found = answers(**{"hw2.md": statement})
        assert found.written == {}
        assert found.typewritten.verdict == "no"
        assert not any(notice.blocks for notice in found.notices)


class TestWhatMayBeLost:
    def test_text_under_a_problem_but_no_part(self):
        text = "# Problem 3\nTake $x_1 = 0$ and $x_2 = 1$. Then the inequality holds.\n"
        found = answers(**{"hw2.md": text})
        (notice,) = found.notices
        assert notice.code == "writeup-text-unplaced" and notice.blocks
        assert "hw2.md, line 2" in notice.message
        assert found.unplaced[0].text.startswith("Take")

    @pytest.mark.parametrize("label", ["(c)", "**c.**"])
    @pytest.mark.parametrize("number", ["{}.", "*({})*", "({})"])
    def test_five_points_are_no_parts_of_a_problem_that_has_four(self, label, number):
        separate = "\n" if number == "{}." else "\n\n"
        points = separate.join(f"{number.format(n)} point {n}" for n in range(1, 6))
        text = f"### Problem 2\n(e) a mean\n\n### Problem 4\n{label}\n{separate}{points}\n"
        found = texts(answers(**{"hw2.md": text}))
        assert list(found) == ["2e", "4c"]
        assert all(f"point {n}" in found["4c"][0] for n in range(1, 6))

    def test_an_introduction_to_a_complete_problem_is_harmless(self):
        parts = "".join(f"## ({letter})\nsomething\n" for letter in "abcd")
        found = answers(**{"hw2.md": f"# Problem 3\nThroughout let $t \\in [0, 1]$.\n{parts}"})
        assert found.notices == ()
        assert len(found.unplaced) == 1

    def test_a_short_introduction_is_harmless(self):
        assert answers(**{"hw2.md": "Jane Doe, jd1234. I worked alone.\n" + PARTS}).notices == ()

    def test_a_long_text_before_any_heading(self):
        found = answers(**{"hw2.md": "We prove the claim by induction. " * 20 + "\n" + PARTS})
        assert codes(found) == {"writeup-text-unplaced": True}

    def test_code_before_any_heading_is_no_text_at_all(self):
        cells = [
            {"cell_type": "code", "source": "import torch\n" * 90, "outputs": []},
            {"cell_type": "markdown", "source": PARTS},
        ]
        found = answers(**{"hw2.ipynb": json.dumps({"cells": cells})})
        assert (found.notices, found.unplaced) == ((), ())

    def test_a_fence_that_is_never_closed(self):
        found = answers(**{"hw2.md": PARTS + "```python\nx = 1\n## (c)\nlost\n"})
        (notice,) = found.notices
        assert (notice.code, notice.blocks) == ("writeup-fence-open", True)
        assert "hw2.md, line 6" in notice.message

    @pytest.mark.parametrize(
        ("command", "files", "expected"),
        [
            (r"\input{prob1.tex}", {}, {"writeup-input-not-read": True}),
            (r"\include{prob1}", {}, {"writeup-input-not-read": True}),
            (r"\input prob1", {}, {"writeup-input-not-read": True}),
            (r"\lstinputlisting[language=Python]{code.py}", {}, {"writeup-input-not-read": True}),
            (r"\lstinputlisting{code.py}", {"src/code.py": "import torch"}, {}),
            (r"% \input{prob1.tex}", {}, {}),
            (r"\input{|cat /etc/passwd}", {}, {"writeup-input-not-read": True}),
        ],
    )
    def test_files_that_are_not_followed(self, command, files, expected):
        text = f"\\section*{{Problem 1}}\n\\subsection*{{(a)}}\none-a\n{command}\n"
        assert codes(answers(**{"hw2.tex": text}, **files)) == expected

    def test_nothing_but_a_reference_is_no_answer(self):
        text = "\\section*{Problem 1}\n\\subsection*{(a)}\n\\input{prob1a}\n"
        assert answers(**{"hw2.tex": text}).written == {}

    def test_a_picture_is_an_answer_that_only_a_person_can_read(self):
        text = "\\section*{Problem 3}\n\\subsection*{(a)}\n\\includegraphics[width=5cm]{a.jpg}\n"
        found = answers(**{"hw2.tex": text})
        assert set(found.written) == {"3a"}
        (notice,) = found.notices
        assert (notice.code, notice.blocks) == ("writeup-picture", True)
        assert "hw2.tex, line 3" in notice.message and "3a" in notice.message

    def test_a_writeup_that_is_too_long(self):
        found = answers(**{"hw2.md": PARTS + "x" * 400_001})
        assert codes(found) == {"writeup-too-long": True}
        assert found.typewritten.verdict == "unsure"

    def test_pictures_inside_of_the_text_are_not_counted(self):
        picture = f"![](data:image/png;base64,{'A' * 2_000_000})\n"
        assert set(answers(**{"hw2.md": PARTS + picture}).written) == {"1a", "1b"}

    def test_an_encoding_that_had_to_be_guessed(self):
        assert codes(answers(**{"hw2.md": PARTS.replace("one-a", "é").encode("cp1252")})) == {
            "file-not-utf8": False
        }


class TestSeveralWriteups:
    def test_the_fuller_one_counts(self):
        found = answers(
            **{"a.md": PARTS, "b.tex": "\\section*{Problem 1}\n\\subsection*{(a)}\nx\n"}
        )
        assert texts(found)["1a"] == ["one-a"]
        assert codes(found) == {"writeup-several": False}
        assert "a.md" in found.notices[0].message and "b.tex" in found.notices[0].message

    def test_answers_that_only_the_other_one_has(self):
        found = answers(**{"a.md": PARTS, "b.md": "# Problem 2\n## (c)\ntwo-c\n"})
        assert codes(found) == {"writeup-several": True}
        assert "2c" in found.notices[0].message

    def test_a_readme_and_notes_are_no_writeups(self):
        found = answers(
            **{"README.md": "How to run this. " * 50, "hw2.md": PARTS, "requirements.txt": "torch"}
        )
        assert texts(found)["1a"] == ["one-a"]
        assert found.notices == ()

    def test_an_empty_template_is_no_second_writeup(self):
        template = PARTS.replace("one-a", "TODO").replace("one-b", "<!-- your answer -->")
        assert answers(**{"hw2.md": PARTS, "template.md": template}).notices == ()

    def test_a_text_file_with_headings(self):
        assert set(answers(**{"hw2.txt": PARTS}).written) == {"1a", "1b"}

    def test_latex_in_a_text_file(self):
        assert set(answers(**{"hw2.txt": "\\section*{Problem 1}\n(a) one\n"}).written) == {"1a"}


class TestAnythingCanBeRead:
    """Whatever the bytes, `read` returns; nobody's homework is lost to an exception."""

    @pytest.mark.parametrize("path", WRITEUPS, ids=[path.name for path in WRITEUPS])
    def test_damaged_writeups(self, path):
        source = path.read_text()
        dice = random.Random(path.name)
        for _ in range(12):
            characters = list(source)
            for _ in range(dice.choice([1, 5, 50])):
                position = dice.randrange(len(characters))
                characters[position] = dice.choice(
                    ["", "$", "{", "}", "\\", "`", "#", "\n\n", "%", "("]
                )
            damaged = "".join(characters)[: dice.randrange(1, len(source) * 2)]
            answers(**{path.name: damaged})

    @pytest.mark.parametrize("suffix", ["tex", "md", "ipynb", "txt", "py", "pdf", "zip", ""])
    def test_noise(self, suffix):
        dice = random.Random(7)
        for size in (0, 1, 100, 5000):
            answers(**{f"hw2.{suffix}": dice.randbytes(size)})

    @pytest.mark.parametrize(
        "piece",
        [
            "$",
            "$$ ",
            r"\[",
            r"\begin{align}",
            r"\begin{lstlisting}",
            r"\begin{enumerate}",
            r"\item ",
            r"\section{",
            "{",
            "}",
            "(a) ",
            "(a)\n\n",
            "**",
            "**(a)** ",
            "# Problem 1\n",
            "## (a)\n",
            "`",
            "```\n",
            "> ",
            "- ",
            "1. ",
            "1.\n",
            "<!--",
            r"\newcommand{\x}{",
            r"\verb|",
            r"\iffalse ",
            "% ",
            "\\",
            "Problem 1 ",
            "x. (b) Y",
            " ",
            "\n",
            "<b>",
            "&nbsp;",
            "![",
            "\\includegraphics[",
            "Solution\n\n",
            "prove that the ",
            r"\def\a#1{\a{#1}}\a{",
            "_ ",
            "~",
            "[",
            "a, b, c, ",
            "(a)-",
        ],
    )
    @pytest.mark.parametrize("suffix", ["tex", "md"])
    def test_repetition_takes_no_time(self, piece, suffix):
        text = "Problem 1\n\n(a) x\n\n" + piece * (40_000 // len(piece))
        started = time.process_time()
        answers(**{f"hw2.{suffix}": text})
        assert time.process_time() - started < 3
