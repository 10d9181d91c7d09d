"""Formulas in lines of plain text, without any delimiters."""

import pytest

from grader.evidence.mathematics.pieces import Formula, pieces
from grader.model import Passage

CASES = [
    ("By a), (t u + v)² ≤ t u² = f(x₂). ∎", ["(t u + v)² ≤ t u² = f(x₂)"]),
    ("By (a), t u² ≤ f(x₂).", ["t u² ≤ f(x₂)"]),
    ("   t x₁² + x₂²\n   = t(x₁ − x₂)² ≥ 0.", ["t x₁² + x₂²", "= t(x₁ − x₂)² ≥ 0"]),
    ("The sum of both\n   = t(x₁ − x₂)² ≥ 0.", ["= t(x₁ − x₂)² ≥ 0"]),
    ("   t x₁² + x₂²\n\n   = t(x₁ − x₂)² ≥ 0.", ["= t(x₁ − x₂)² ≥ 0"]),
]


@pytest.mark.parametrize(("text", "formulas"), CASES)
def test_what_is_a_formula_in_plain_text(text: str, formulas: list[str]) -> None:
    found = pieces([Passage("hw.md", 1, text)])
    assert [one.source.strip() for one in found if isinstance(one, Formula)] == formulas
