"""Formulas in other people's notations have their values, are refused, or differ."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from instances import NAMES, scope
from reading import equal, outcome

from grader.formulas import errors
from grader.formulas.errors import FormulaError

CASES = Path(__file__).resolve().parents[1] / "cases"
GROUPS = yaml.safe_load((CASES / "formulas.yaml").read_text(encoding="utf-8"))
ROWS = [
    pytest.param(*row, *[""] * (4 - len(row)), id=f"{group}: {row[0]} {row[1]}")
    for group, rows in GROUPS.items()
    for row in rows
]
PAIRS = yaml.safe_load((CASES / "formula_pairs.yaml").read_text(encoding="utf-8"))
NOTATION = json.loads((CASES / "notation.json").read_text(encoding="utf-8"))


def wanted(code):
    """The error class that has to come, or the value."""
    if code in {"Refused", "TYPE_ERROR"}:
        return FormulaError
    if code in vars(errors):
        return getattr(errors, code)
    value = eval(code, dict(NAMES))
    return float(np.ravel(value)[0]) if np.size(value) == 1 else value


@pytest.mark.parametrize(("part", "source", "code", "preamble"), ROWS)
def test_a_formula_has_its_value_or_is_refused(part, source, code, preamble):
    want, got = wanted(code), outcome(source, scope(part), preamble)
    if isinstance(want, type):
        assert isinstance(got, want), f"read as {got!r}"
    else:
        assert not isinstance(got, FormulaError), got
        assert equal(got, want)


@pytest.mark.parametrize(("part", "source", "code", "why"), NOTATION)
def test_a_notation_that_was_seen_in_homework_is_read(part, source, code, why):
    want, got = wanted(code), outcome(source, scope(part))
    if isinstance(want, type):
        assert isinstance(got, want), why
    else:
        assert not isinstance(got, FormulaError), got
        assert equal(got, want), why


@pytest.mark.parametrize(("part", "one", "other"), PAIRS)
def test_different_formulas_have_different_values(part, one, other):
    values = [outcome(source, scope(part)) for source in (one, other)]
    read = [value for value in values if not isinstance(value, FormulaError)]
    assert read, values
    assert len(read) == 1 or not equal(*read)


def test_the_tables_are_large():
    assert len(ROWS) >= 600
    assert len(PAIRS) >= 95
    assert len(NOTATION) == 97
