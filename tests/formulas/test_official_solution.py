"""The 110 formulas of the official solution: each is read to its end, and its equations hold."""

import json
from dataclasses import replace
from pathlib import Path

import instances as i
import numpy as np
import pytest
from reading import equal

from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.statements import statements
from grader.formulas.values import Function

CASES = Path(__file__).resolve().parents[1] / "cases" / "seed_formulas.jsonl"
FORMULAS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
CONDITIONS = {153, 169}
"""“t = 1/2” and “cos x = −0.5”: they say which t and x are meant."""

EQUATIONS = [formula for formula in FORMULAS if formula["id"] not in CONDITIONS]
EQUALITIES = {"=", "≔", "≡"}

HOLDING = 97
"""Equations of which both sides have a value on the instance."""


def _loss(penalty):
    return Function(lambda w: i.sq(i.X @ w - i.y) / i.N + float((w.T @ penalty @ w).item()))


def _gradient(w, penalty):
    return 2 / i.N * i.X.T @ (i.X @ w - i.y) + 2 * penalty @ w


def _minimiser(penalty):
    return i.inv(i.X.T @ i.X / i.N + penalty) @ i.X.T @ i.y / i.N


SMOOTH = i.Diff.T @ i.M @ i.Diff
NONE = np.zeros((i.D, i.D))


def _one(penalty):
    return replace(
        i.scope("1"),
        known={**i.scope("1").known, "w*": _minimiser(penalty), "L": 0.0,
               "d L/d w": _gradient(i.w, penalty), "d L_combo/d w": _gradient(i.w, penalty),
               },
        functions={**i.scope("1").functions, "L": _loss(penalty), "L_smooth": _loss(SMOOTH),
                   "L_combo": _loss(i.Lam + SMOOTH)},
    )  # fmt: skip


def _two():
    scope = i.scope("2")
    wt = i.mp(i.A, i.T) @ i.w0 + sum(i.mp(i.A, k) @ i.bv for k in range(i.T))
    known = {
        **scope.known, "w_∞": i.inv(np.eye(i.D) - i.A) @ i.bv, "epsilon_t": np.zeros((i.D, 1)),
        "w_t": wt, "g_t": _gradient(wt, NONE), "w_t+1": i.A @ wt + i.bv,
    }  # fmt: skip
    gradient = Function(lambda w: _gradient(w, NONE))
    functions = {"L": _loss(NONE), "d L/d w": gradient, "E": Function(lambda value: value)}
    return replace(scope, known=known, functions={**scope.functions, **functions})


def _three(definition):
    base = i.scope("3")
    known = {**base.known, "pi": np.pi, "x*": 4 * np.pi / 3 + 2 * np.pi}
    return replace(base, known=known, definitions={**base.definitions, **i.defined(f=definition)})


def _four():
    scope = i.scope("4")
    hidden = i.W2.T * i.e * i.s
    known = {**scope.known, "L": 0.5 * i.e**2, "d L/d b_2": i.e, "d L/d W_2": i.e * i.a1.T,
             "d L/d b_1": hidden, "d L/d x": i.e * (1 + (i.W2 @ (i.s * i.W1)).item()),
             "d hat y/d x": 1 + (i.W2 @ (i.s * i.W1)).item()}  # fmt: skip
    return replace(scope, known=known)


SCOPES = {
    "1a": _one(i.Lam), "1b": _one(i.Lam), "1c": _one(i.Lam + SMOOTH), "2": _two(),
    "3": i.scope("3"), "3a": _three("x: x^2"), "3b": i.scope("3"), "3c": i.scope("3c"),
    "3d": _three(r"x: |\sin x + 0.5x|"), "4": _four(),
}  # fmt: skip


def links(formula):
    """Its equations, as pairs of expressions."""
    for statement in statements(formula["latex"]):
        members = [member.expression for member in statement.members]
        for relation, left, right in zip(statement.relations, members, members[1:], strict=False):
            if relation in EQUALITIES:
                yield left, right


def value(node, part):
    scope = SCOPES.get(part, SCOPES.get(part[0]))
    try:
        return Evaluator(scope).value(node)
    except FormulaError:
        return None


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: f"{formula['id']}")
def test_it_is_read_to_its_end(formula):
    found = statements(formula["latex"])
    assert found
    assert all(statement.is_read for statement in found)


@pytest.mark.parametrize("formula", EQUATIONS, ids=lambda formula: f"{formula['id']}")
def test_both_sides_of_its_equations_are_equal(formula):
    for left, right in links(formula):
        one, other = value(left, formula["part"]), value(right, formula["part"])
        if one is None or other is None or isinstance(other, float) != isinstance(one, float):
            continue  # no value on this instance, or “= 0” for a vector
        exact = not any(isinstance(node, e.Prime) for node in (*left.walk(), *right.walk()))
        assert equal(one, other) if exact else np.allclose(one, other, atol=1e-3), (left, right)


def test_most_of_the_equations_have_values():
    pairs = [(pair, formula["part"]) for formula in FORMULAS for pair in links(formula)]
    holding = [pair for pair, part in pairs if all(value(side, part) is not None for side in pair)]
    assert len(holding) >= HOLDING, len(holding)
