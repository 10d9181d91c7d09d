r"""Doubled backslashes in the formulas of a Markdown writeup: what TeX is to read of them."""

import pytest

from grader.reading.escapes import without_escapes

CASES = [
    (r"\\(e\\,x\\,W_2\\)", r"\(e\,x\,W_2\)"),
    (r"\\[ \\|Xw-y\\|^2 \\]", r"\[ \|Xw-y\|^2 \]"),
    (r"\\[ a \\\\ b \\]", r"\[ a \\ b \]"),  # a new row
    # a converter that passes formulas through: a row may begin with a bar or a comma
    ("\\\\[ \\|x\\| \\\\\n| y | \\\\| z \\\\]", "\\[ \\|x\\| \\\\\n| y | \\\\| z \\]"),
    (r"\\( \|x\| \\) and \\[ a \\| b \\]", r"\( \|x\| \) and \[ a \\| b \]"),
    # rows of a display, and a line break before a bracket, are what they seem
    (r"$$ a = b \\ | c | $$", r"$$ a = b \\ | c | $$"),
    (r"$\begin{matrix} a \\| b \end{matrix}$", r"$\begin{matrix} a \\| b \end{matrix}$"),
    (r"$$ a \\[4pt] b $$", r"$$ a \\[4pt] b $$"),
    (r"$\|x\| \\| y$", r"$\|x\| \\| y$"),
    (
        "```python\nprint('\\\\(a\\\\,b\\\\)')\n```\n",
        "```python\nprint('\\\\(a\\\\,b\\\\)')\n```\n",
    ),
    (r"$\\|Xw-y\\|^2$", r"$\|Xw-y\|^2$"),
    (r"$w\\_0$", r"$w\_0$"),
    (r"$$ \\|Xw\\| $$", r"$$ \\|Xw\\| $$"),  # might be rows: left as it is
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_only_doubled_backslashes_of_markdown_are_halved(text: str, expected: str) -> None:
    assert without_escapes(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_no_line_is_added_or_lost(text: str) -> None:
    assert without_escapes(text).count("\n") == text.count("\n")
