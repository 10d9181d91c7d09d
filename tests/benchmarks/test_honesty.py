"""A sample of the mutation testing of the judge, and tests of the tools that it rests on."""

import random

import numpy as np
import pytest

from benchmarks import sketches as s
from benchmarks.changes import mutants, rewritten
from benchmarks.exercises import EXERCISES, SOLUTION, X, eye, n, w, y
from benchmarks.honesty import Tally, report, trials
from benchmarks.spelling import random_style, spelled

SAMPLE = 12
"""Formulas of each item; `python -m benchmarks.honesty` tries thousands."""


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.item)
def test_no_mutant_is_accepted_and_no_right_answer_is_rejected(exercise):
    tally = Tally()
    for trial in trials(exercise, SAMPLE, seed=1):
        tally.add(trial)
        assert not trial.is_wrong_verdict, trial
    assert tally.right["correct"] >= tally.right.total() - 2, report({exercise.item: tally})


def test_the_same_seed_gives_the_same_formulas():
    first, second = ([one.writeup for one in trials(SOLUTION, 4, seed=3)] for _ in range(2))
    assert first == second


# ---------------------------------------------------------------- sketches

ENV = {"X": np.arange(6.0).reshape(3, 2), "w": np.ones((2, 1)), "y": np.ones((3, 1)), "n": 3.0,
       "I": np.eye(2)}  # fmt: skip


def test_sketches_have_values_and_shapes_have_to_fit():
    assert np.allclose(s.evaluate(X @ w - y, ENV), [[0], [4], [8]])
    for misfit in (w @ X, X + y, X @ X, X.inv, s.Name("nobody"), (X.T @ X - X.T @ X).inv):
        with pytest.raises(s.NoValueError):
            s.evaluate(misfit, ENV)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.item)
def test_the_forms_are_right_and_a_small_mistake_is_not(exercise):
    for form in exercise.forms:
        assert exercise.holds(form)
    *others, last = exercise.forms[0]
    doubled = (*others, s.replace(last, body=s.Number(3) @ last.body + last.body))
    assert exercise.item == "1c.penalty" or not exercise.holds(doubled)


def test_mutants_are_many_different_and_not_the_formula_itself():
    formula = (X.T @ X + n @ eye).inv @ X.T @ y
    found = list(mutants(formula))
    assert len(found) == len(set(found)) > 20
    assert formula not in found


def test_rewriting_keeps_values_with_rare_exceptions_that_are_checked_again():
    rng, formula = random.Random(0), (X.T @ X + n @ eye).inv @ X.T @ (X @ w - y)
    right = s.evaluate(formula, ENV)
    same = [np.allclose(s.evaluate(rewritten(formula, rng), ENV), right) for _ in range(50)]
    assert all(same)


def test_one_formula_is_spelled_in_many_ways():
    rng, formula = random.Random(0), (X.T @ X + n @ eye).inv @ X.T @ y
    assert len({spelled(formula, random_style(rng)) for _ in range(50)}) > 25
