"""The instances on which formulas are compared tell apart what people confuse."""

import numpy as np
import pytest

from grader.evidence import mathematics
from grader.evidence.mathematics.symbols import problem_4_instances
from reference import problem4


def arguments(W, b, V, x):
    """What a gate is taken of by mistake, by name."""
    return {
        "W1 + b1": W + b,
        "W1": W,
        "W1 x": W * x,
        "b1": b,
        "W2": V,
        "x": np.full(len(W), x),
        "-z1": -(W * x + b),
        "W1 x - b1": W * x - b,
        "b1 - W1 x": b - W * x,
        "2 W1 x + b1": 2 * W * x + b,
        "W1 x + 2 b1": W * x + 2 * b,
        "z1 + x": W * x + b + x,
        "z1 - x": W * x + b - x,
        "W2 x + b1": V * x + b,
        "W1 x + W2": W * x + V,
        "z1 + 1": W * x + b + 1,
        "z1 - 1": W * x + b - 1,
    }


NAMES = arguments(*np.ones((3, 1)), 1.0).keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_gate_of_something_else_differs_in_several_units(name):
    wrong = 0
    for i in problem_4_instances():
        gate = problem4.gate(arguments(i.W1[:, 0], i.b1, i.W2[0], i.x)[name])
        wrong += int((gate != problem4.gate(problem4.preactivation(i))).sum())
    assert wrong >= 3


@pytest.mark.parametrize("question", mathematics.questions(), ids=lambda one: one.item)
def test_right_values_and_mistakes_are_finite_and_not_zero(question):
    for i in question.instances:
        for way in question.ways.values():
            value = np.asarray(way(i))
            assert np.isfinite(value).all()
            assert np.abs(value).max() > 1e-3
