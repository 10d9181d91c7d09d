"""Reads one formula as the judges do, and says how it went."""

import numpy as np

from grader.formulas.errors import FormulaError, Unreadable
from grader.formulas.evaluation import Evaluator
from grader.formulas.macros import macros
from grader.formulas.statements import statements


def member(source, preamble=""):
    """The expression that a source is as a whole.

    Raises:
        Unreadable: it is not read to its end, or it is more than one formula.
    """
    found = statements(source, macros(preamble))
    members = [member for statement in found for member in statement.members]
    for one in members:
        if one.trouble is not None:
            raise one.trouble
    if len(members) != 1:
        raise Unreadable("not one formula")
    return members[0].expression


def value(source, scope, preamble=""):
    """The value of a formula in a scope."""
    return Evaluator(scope).value(member(source, preamble))


def outcome(source, scope, preamble=""):
    """The value, or the error that came instead."""
    try:
        return value(source, scope, preamble)
    except FormulaError as error:
        return error


def equal(a, b):
    """Whether two values are the same, shapes included."""
    return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, rtol=1e-9, atol=1e-11))
