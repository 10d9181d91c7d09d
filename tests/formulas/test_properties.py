"""Whatever people print, in their own notation, is read back with the same value."""

from dataclasses import replace

import instances as i
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from printers import SHAPES, STYLES, evaluate, expressions, printed
from reading import outcome

from grader.formulas.errors import FormulaError

SCOPE = replace(i.scope("2"), known={**i.scope("2").known, "lambda": i.LAM, "Lambda": i.Lam})
SORTS = [sort for sort in SHAPES if sort != "nd"]
RUNS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # the machine may be busy: time is tested elsewhere


def close(got, want):
    """Equal up to the rounding of two orders of summation."""
    size = max(1.0, float(np.max(np.abs(want))))
    return np.shape(got) == np.shape(want) and bool(np.allclose(got, want, 1e-8, 1e-8 * size))


@pytest.mark.parametrize("style", range(len(STYLES)))
@pytest.mark.parametrize("sort", SORTS)
@RUNS
@given(data=st.data())
def test_what_is_printed_is_read_back_with_its_value(style, sort, data):
    node = data.draw(expressions(sort, 3))
    source, want = printed(node, STYLES[style]), evaluate(node)
    assume(len(source) < 1_500)
    got = outcome(source, SCOPE)
    assert not isinstance(got, FormulaError), (source, got)
    assert close(got, want), source


@RUNS
@given(node=expressions("d", 3))
def test_all_notations_of_one_expression_agree(node):
    values = [outcome(printed(node, style), SCOPE) for style in STYLES]
    assert all(close(value, evaluate(node)) for value in values)


@RUNS
@given(data=st.data())
def test_a_sign_that_is_changed_changes_the_value(data):
    node = data.draw(expressions("d", 3))
    style = data.draw(st.sampled_from(STYLES))
    changed = ("negative", node)
    assume(np.max(np.abs(evaluate(node))) > 1e-6)
    assert not close(outcome(printed(changed, style), SCOPE), evaluate(node))
