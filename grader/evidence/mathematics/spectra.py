"""Which matrix a student's eigenvalues belong to: “let λᵢ be the eigenvalues of XᵀX”.

The letter is free (λ, σ, μ, h …); what counts is the matrix named beside the word. Without one,
λ_max has no meaning here, and a formula that uses it is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from grader.evidence.mathematics.symbols import problem_2
from grader.evidence.mathematics.workbook import Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.values import Array, Value, column, multiply, transpose
from grader.model import Part
from reference import problem2
from reference.problem2 import Instance

LETTERS: Final = (
    "lambda",
    "mu",
    "sigma",
    "s",
    "Lambda",
    "h",
    "c",
    "kappa",
    "nu",
    "rho",
    "theta",
    "omega",
    "d",
    "g",
    "tau",
    "xi",
    "q",
    "l",
)
"""Letters that people use for eigenvalues and singular values."""

_EIGEN_BEFORE: Final = re.compile(
    r"(?:eigen\w*|spectrum|spectral decomposition|autoval\w*|valeurs propres"
    r"|valores propios)[^.;]{0,60}?\b(?:of|for|de|von|di|der|del)\b[^.;]{0,25}$",
    re.IGNORECASE,
)
_EIGEN_AFTER: Final = re.compile(
    r"^[^.:]{0,90}?\b(?:eigenvalues?|eigenpairs|eigendecomposition|autoval\w*)", re.IGNORECASE
)
_SINGULAR: Final = re.compile(r"singular values?", re.IGNORECASE)


def spectrum(
    book: Workbook, part: Part, definitions: Mapping[str, Definition]
) -> e.Expression | None:
    """The matrix whose eigenvalues the part speaks of; None if there is none, or more than one."""
    found: list[tuple[e.Expression, Array]] = []
    i = problem2.instances()[0]
    for node in _named_matrices(book, part):
        value = _value(node, i, definitions)
        is_A = isinstance(node, e.Symbol) and node.key == "A"
        if value is None or is_A or np.allclose(value, problem2.A(i)):
            continue
        if not any(value.shape == other.shape and np.allclose(value, other) for _, other in found):
            found.append((node, value))
    return found[0][0] if len(found) == 1 else None


def _named_matrices(book: Workbook, part: Part) -> Iterator[e.Expression]:
    for line in book.lines(part):
        node = line.statement.members[-1].expression
        if node is None or len(line.statement.members) > 2:
            continue
        if _EIGEN_BEFORE.search(line.before) or _EIGEN_AFTER.search(line.after):
            yield node


def _value(node: e.Expression, i: Instance, definitions: Mapping[str, Definition]) -> Array | None:
    scope = problem_2(i).scope(frozenset(definitions)).with_definitions(definitions)
    try:
        value = Evaluator(scope).value(node)
    except FormulaError:
        return None
    if isinstance(value, float) or value.shape != (i.d, i.d) or not np.allclose(value, value.T):
        return None
    return value


def speaks_of_singular_values(book: Workbook, part: Part) -> bool:
    """Whether the part speaks of singular values, which are then those of X."""
    return bool(_SINGULAR.search(book.prose(part)))


def known_spectra(
    book: Workbook, part: Part, definitions: Mapping[str, Definition], i: Instance
) -> dict[str, Value]:
    """The values of λ_max, λ_min, λ_1 … under every letter, where the text says of which matrix."""
    known: dict[str, Value] = {}
    matrix = spectrum(book, part, definitions)
    if matrix is not None and (value := _value(matrix, i, definitions)) is not None:
        increasing = np.asarray(np.linalg.eigvalsh(value), dtype=np.float64)
        for letter in LETTERS:
            known |= _named_values(letter, increasing, rises=_rises(book.lines(part), letter))
    if speaks_of_singular_values(book, part):
        singular = np.asarray(np.linalg.svd(i.X, compute_uv=False), dtype=np.float64)[::-1]
        for letter in ("sigma", "s"):
            known |= _named_values(letter, singular, rises=_rises(book.lines(part), letter))
    return known


def _named_values(letter: str, increasing: Array, *, rises: bool) -> dict[str, Value]:
    """By index, in the student's order, and as the largest and the smallest."""
    largest, smallest = float(increasing[-1]), float(increasing[0])
    return {
        letter: column(increasing if rises else increasing[::-1]),
        **dict.fromkeys((f"{letter}_max", f"{letter}*", f"bar {letter}"), largest),
        f"{letter}_min": smallest,
    }


def gram(i: Instance) -> Value:
    """XᵀX."""
    return multiply(transpose(i.X), i.X)


def is_sorted(lines: tuple[Line, ...], letter: str) -> bool:
    """Whether the part says which eigenvalue λ₁ is: λ₁ ≥ … ≥ λ_d, or the other way round."""
    return _order(lines, letter, frozenset("≥>≤<"))


def _rises(lines: tuple[Line, ...], letter: str) -> bool:
    """Whether the first one is the smallest: 0 < λ₁ ≤ … ≤ λ_d."""
    return _order(lines, letter, frozenset("≤<"))


def _order(lines: tuple[Line, ...], letter: str, relations: frozenset[str]) -> bool:
    for line in lines:
        members, between = line.statement.members, line.statement.relations
        for number, relation in enumerate(between):
            beside = [members[number].expression, members[number + 1].expression]
            is_first = isinstance(beside[0], e.Symbol) and beside[0].key == f"{letter}_1"
            goes_on = isinstance(beside[1], e.Dots) or (
                isinstance(beside[1], e.Symbol) and beside[1].name == letter
            )
            if is_first and goes_on and relation in relations:
                return True
    return False
