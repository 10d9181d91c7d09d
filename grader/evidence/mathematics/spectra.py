"""Which matrix a student's eigenvalues belong to: “let λᵢ be the eigenvalues of XᵀX”.

The letter is free (λ, σ, μ, h …); what counts is the matrix named beside the word. Without one,
λ_max has no meaning here, and a formula that uses it is not judged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from grader.evidence.mathematics.symbols import problem_2
from grader.evidence.mathematics.workbook import GAP, Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError, Misfit
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.statements import statements
from grader.formulas.values import (
    Array,
    Function,
    Value,
    column,
    eigenvalues,
    multiply,
    transpose,
)
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
    "ell",
)
"""Letters that people use for eigenvalues and singular values."""

_EIGEN_BEFORE: Final = re.compile(
    r"(?:eigen\w*|spectrum|spectral decomposition|autoval\w*|valeurs propres"
    r"|valores propios)[^.;]{0,60}?\b(?:of|for|de|von|di|der|del)\b[^.;]{0,25}$",
    re.IGNORECASE,
)
_OVER_FORMULAS: Final = re.compile(
    rf"\beigen\w*\s+{GAP}\s+of(?:\s+the)?(?:\s+matrix)?\s*$", re.IGNORECASE
)
"""“for each eigenvalue λᵢ of XᵀX”."""

_EXTREME: Final = re.compile(
    r"(?:largest|biggest|greatest|maximum|maximal|max|top|(?P<least>smallest|least|minimum|minimal"
    r"|min))\.?\s+eigenvalue\s+of(?:\s+(?:the|hessian|matrix))*\s*$",
    re.IGNORECASE,
)
"""“L is the largest eigenvalue of …”."""

_EIGENVALUES: Final = re.compile(r"\beigenval", re.IGNORECASE)
_EIGEN_AFTER: Final = re.compile(
    r"^[^.:]{0,90}?\b(?:eigenvalues?|eigenpairs|eigendecomposition|autoval\w*)", re.IGNORECASE
)
_ITS_EIGENVALUES: Final = re.compile(
    r"^[^:;]{0,90}?\bits\b[^.:;]{0,30}\b(?:eigenvalues?|spectrum)", re.IGNORECASE
)
"""“XᵀX is symmetric. Let its largest eigenvalue be …”."""

_IN_WORDS: Final = re.compile(
    r"eigenvalues?\s+of\s+(?:the\s+)?(?:matrix\s+)?(XᵀX|X'X|X\^TX|X\^T X|Xᵀ X)(?!\w)",
    re.IGNORECASE,
)
"""The matrix in a line of plain text, where it is no formula of its own."""

_SINGULAR: Final = re.compile(r"singular values?", re.IGNORECASE)


def spectrum(
    book: Workbook, part: Part, definitions: Mapping[str, Definition]
) -> e.Expression | None:
    """The matrix whose eigenvalues the part speaks of; None if there is none, or more than one."""
    found: list[tuple[e.Expression, Array]] = []
    i = problem2.instances()[0]
    matrices = problem2.A(i), _value(e.Symbol("A"), i, definitions)
    for node in _named_matrices(book, part):
        value = _value(node, i, definitions)
        if value is None or any(_is_same(value, A) for A in matrices):
            continue
        if not any(_is_same(value, other) for _, other in found):
            found.append((node, value))
    return found[0][0] if len(found) == 1 else None


def _is_same(value: Array, other: Array | None) -> bool:
    return other is not None and value.shape == other.shape and np.allclose(value, other)


def _named_matrices(book: Workbook, part: Part) -> Iterator[e.Expression]:
    for found in _IN_WORDS.finditer(book.prose(part)):
        yield from statements(found[1])[0].expressions
    for line in book.lines(part):
        members = [member.expression for member in line.statement.members]
        node = members[-1]
        if node is None or len(members) > 2:
            continue
        is_said = _EIGEN_AFTER.search(line.after) or _ITS_EIGENVALUES.search(line.after)
        is_ahead = _EIGEN_BEFORE.search(line.before) or _OVER_FORMULAS.search(line.sentence)
        if is_ahead or is_said:
            yield node
        if len(members) == 2 and line.statement.relations == ("=",) and members[0] is not None:
            yield from _decomposed(members[0], node)


def _decomposed(left: e.Expression, right: e.Expression) -> Iterator[e.Expression]:
    """The M of M v = μ v, and of M = U diag(μ₁, …, μ_d) Uᵀ."""
    factors = _factors(left), _factors(right)
    is_equation = all(len(one) >= 2 for one in factors) and factors[0][-1] == factors[1][-1]
    scalar = factors[1][0]
    is_scaled = isinstance(scalar, e.Symbol) and scalar.name in LETTERS and len(factors[1]) == 2
    if is_equation and is_scaled and isinstance(left, e.Multiply):
        yield left.left
    for one in factors[1] if len(factors[1]) == 3 else ():
        if not isinstance(one, e.Call) or str(one.function) not in {"diag", "Diag"}:
            continue
        names = [a for a in one.arguments if isinstance(a, e.Symbol)]
        if names and all(a.name in LETTERS for a in names):
            yield left


def _factors(node: e.Expression) -> list[e.Expression]:
    if isinstance(node, e.Either):
        node = node.product
    if isinstance(node, e.Multiply):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


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


@dataclass(frozen=True)
class Spectra:
    """What a part says about eigenvalues and singular values.

    Attributes:
        definitions: the student's symbols.
        matrix: whose eigenvalues the words speak of, if they name one matrix.
        forms: where they name none, what the eigenvalues of A are said to be: 1 − c λᵢ.
        extremes: names that the words give to the largest or the smallest eigenvalue of a matrix.
        singular: whether the words speak of singular values.
        rising: letters whose first one is the smallest.
        rooted: letters whose squares are the eigenvalues: “with eigenvalues ω_α²”.
    """

    definitions: Mapping[str, Definition]
    matrix: e.Expression | None
    forms: tuple[e.Expression, ...]
    extremes: tuple[tuple[str, e.Expression, bool], ...]
    singular: bool
    rising: frozenset[str]
    rooted: frozenset[str] = frozenset()

    def values(self, i: Instance) -> dict[str, Value]:
        """λ_max, λ_min, λ_1 … under every letter, as far as it is said which they are."""
        known: dict[str, Value] = {}
        letters, value = self._eigenvalues(i)
        if value is not None:
            increasing = np.asarray(np.linalg.eigvalsh(value), dtype=np.float64)
            roots = np.sqrt(np.maximum(increasing, 0.0))
            for letter in letters:
                those = roots if letter in self.rooted else increasing
                known |= _named_values(letter, those, rises=letter in self.rising)
        if self.singular:
            singular = np.asarray(np.linalg.svd(i.X, compute_uv=False), dtype=np.float64)[::-1]
            for letter in ("sigma", "s"):
                known |= _named_values(letter, singular, rises=letter in self.rising)
        for key, node, is_least in self.extremes:
            if (named := _value(node, i, self.definitions)) is not None:
                known[key] = float(np.linalg.eigvalsh(named)[0 if is_least else -1])
        return known

    def _eigenvalues(self, i: Instance) -> tuple[tuple[str, ...], Array | None]:
        """The letters for eigenvalues, and the matrix that has them."""
        if self.matrix is not None:
            return LETTERS, _value(self.matrix, i, self.definitions)
        found = {pair for node in self.forms for pair in _shares(node, self.definitions, i)}
        own = _value(e.Symbol("A"), i, self.definitions) if len(found) == 1 else None
        if own is None:
            return (), None
        ((letter, share),) = found  # A = I − cM, if its eigenvalues are 1 − c λᵢ
        return (letter,), (np.eye(i.d) - own) / share


def spectra(book: Workbook, part: Part, definitions: Mapping[str, Definition]) -> Spectra:
    """What a part says about eigenvalues."""
    lines = book.lines(part)
    forms = (
        member.expression
        for line in lines
        if _EIGENVALUES.search(f"{line.sentence} {line.after}")
        for member in line.statement.members
    )
    return Spectra(
        definitions,
        spectrum(book, part, definitions),
        tuple(node for node in forms if node is not None),
        tuple(_extremes(lines)),
        speaks_of_singular_values(book, part),
        frozenset(letter for letter in LETTERS if _rises(lines, letter)),
        _rooted(lines),
    )


def _rooted(lines: tuple[Line, ...]) -> frozenset[str]:
    """Letters that stand with an index, and always squared."""
    nodes = [one for line in lines for node in line.expressions for one in node.walk()]
    squares = [n.base for n in nodes if isinstance(n, e.Power) and n.exponent == e.Number(2)]
    every, squared = (
        Counter(n.name for n in some if isinstance(n, e.Symbol) and _is_numbered(n))
        for some in (nodes, squares)
    )
    return frozenset(name for name in LETTERS if every[name] and squared[name] == every[name])


def _extremes(lines: tuple[Line, ...]) -> Iterator[tuple[str, e.Expression, bool]]:
    """“… where L is the largest eigenvalue of M”."""
    for named, line in pairwise(lines):
        symbol, node = (one.statement.members[-1].expression for one in (named, line))
        said = _EXTREME.search(line.before)
        if said is not None and isinstance(symbol, e.Symbol) and node is not None:
            yield symbol.key, node, said["least"] is not None


def _shares(
    node: e.Expression | None, definitions: Mapping[str, Definition], i: Instance
) -> Iterator[tuple[str, float]]:
    """The letter λ and the number c of 1 − c λᵢ."""
    if not isinstance(node, e.Add) or len(node.terms) != 2 or node.terms[0] != e.Number(1):
        return
    indexed = {
        one
        for one in node.walk()
        if isinstance(one, e.Symbol) and one.name in LETTERS and _is_numbered(one)
    }
    if len(indexed) != 1 or not isinstance(node.terms[1], e.Negative):
        return
    (eigenvalue,) = indexed
    if eigenvalue.name in definitions or eigenvalue.key in definitions:
        return
    scope = problem_2(i).scope(frozenset(definitions)).with_definitions(definitions)
    values = []
    for number in (1.0, 2.0):
        with suppress(FormulaError):
            evaluator = Evaluator(scope.with_known({eigenvalue.key: number}))
            values.append(1.0 - evaluator.number(node))
    if len(values) == 2 and values[0] > 0 and np.isclose(values[1], 2 * values[0]):
        yield eigenvalue.name, values[0]


def _is_numbered(node: e.Symbol) -> bool:
    """Whether an eigenvalue has an index and nothing else: λᵢ, not λ_max."""
    return len(node.subscripts) == 1 and isinstance(node.subscripts[0], e.Symbol)


def _named_values(letter: str, increasing: Array, *, rises: bool) -> dict[str, Value]:
    """By index, in the student's order, and as the largest and the smallest."""
    largest, smallest = float(increasing[-1]), float(increasing[0])
    return {
        letter: column(increasing if rises else increasing[::-1]),
        **dict.fromkeys((f"{letter}_max", f"{letter}*", f"bar {letter}"), largest),
        f"{letter}_min": smallest,
    }


def _largest(a: Value) -> Value:
    if isinstance(a, float):
        raise Misfit("the largest eigenvalue of a number")
    return float(eigenvalues(a)[-1])


LARGEST_OF: Final = {
    f"{letter}_max": Function(_largest)
    for letter in LETTERS
    if letter not in {"lambda", "sigma", "s"}
}
"""μ_max(XᵀX); σ_max is a singular value, and λ_max is known everywhere."""


def gram(i: Instance) -> Value:
    """XᵀX."""
    return multiply(transpose(i.X), i.X)


def is_sorted(lines: tuple[Line, ...], letter: str) -> bool:
    """Whether the part says which eigenvalue λ₁ is: λ₁ ≥ … ≥ λ_d, or the other way round."""
    return _order(lines, letter) is not None


def _rises(lines: tuple[Line, ...], letter: str) -> bool:
    """Whether the first one is the smallest: 0 < λ₁ ≤ … ≤ λ_d."""
    return _order(lines, letter) == "rises"


def _order(lines: tuple[Line, ...], letter: str) -> Literal["rises", "falls"] | None:
    """Whether λ₁ is said to be the smallest or the largest, in a chain that goes on."""
    for line in lines:
        members, between = line.statement.members, line.statement.relations
        for number, relation in enumerate(between):
            if relation not in "≤<≥>":
                continue
            left, right = (_unsquared(members[n].expression) for n in (number, number + 1))
            if _is_first(left, letter) and _goes_on(right, letter):
                return "rises" if relation in "≤<" else "falls"
            if _is_first(right, letter) and _goes_on(left, letter):
                return "falls" if relation in "≤<" else "rises"
    return None


def _unsquared(node: e.Expression | None) -> e.Expression | None:
    """σ₁ of σ₁²; both have the same order."""
    is_square = isinstance(node, e.Power) and node.exponent == e.Number(2)
    return node.base if is_square and isinstance(node, e.Power) else node


def _is_first(node: e.Expression | None, letter: str) -> bool:
    return isinstance(node, e.Symbol) and node.key == f"{letter}_1"


def _goes_on(node: e.Expression | None, letter: str) -> bool:
    return isinstance(node, e.Dots) or (isinstance(node, e.Symbol) and node.name == letter)
