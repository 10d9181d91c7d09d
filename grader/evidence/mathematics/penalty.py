"""1c.penalty: any weighted sum of squared differences of neighbouring coefficients.

Many answers are right: R(w) alone or in a loss with the squared error, with or without part (a),
with any positive weights. So the formula is taken as a function of w. Where it is quadratic, its
Hessian says everything: zero on equal coefficients, positive on every step, and nothing but
differences of neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from grader.evidence.mathematics import targets
from grader.evidence.mathematics.denial import is_denied
from grader.evidence.mathematics.judging import Ruling, unwrapped
from grader.evidence.mathematics.symbols import problem_1
from grader.evidence.mathematics.workbook import EQUALITIES, Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError, Undefined
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition, Scope
from grader.formulas.values import Array, Value
from grader.model import Part
from reference import problem1
from reference.misconception import concerning
from reference.problem1 import Instance

PART: Final = Part("1c")

_INSTANCES: Final = problem1.instances()[:2]
"""More examples than coefficients, and fewer: the shape of X matters no further here."""

_ZERO: Final = 1e-8
"""Relative size below which a property's defect is rounding."""

_NAMES: Final = frozenset({"R", "Omega", "P", "S", "r", "Phi", "Psi", "Q", "T", "D"})
"""Letters for the penalty alone."""

_WEIGHTS: Final = tuple(
    "mu gamma beta tau nu rho eta kappa delta alpha c s xi zeta omega psi sigma lambda "
    "v q r m g".split()
)
_WEIGHT_LABELS: Final = ("s", "2", "1", "smooth", "sm", "diff", "S", "D", "c", "0", "3", "reg")
"""Weights are for the student to choose, and need no introduction."""


def judge(book: Workbook, definitions: Mapping[str, Definition]) -> Ruling | None:
    """Rule on the penalty; None when no formula was found that could be one.

    Args:
        book: the answers.
        definitions: the student's symbols, without the loss itself.
    """
    known = [_operators(i, book.lines(PART), definitions) for i in _INSTANCES]
    others = book.not_spelled() | _letters_beside_w(book.lines(PART))
    scopes = [
        partial(_scope, i, definitions, matrices, others)
        for i, matrices in zip(_INSTANCES, known, strict=True)
    ]
    lines = [line for line in book.lines(PART) if not is_denied(line)]
    found = [one for line in lines for one in _of_line(line, scopes)]
    right = [one for one in found if one.holds]
    if right:
        return _last_of(right[-1], [one for line in lines for one in _named(line, scopes)])
    unsure = [one for one in found if one.holds is None]
    if unsure or not found:
        return unsure[-1] if unsure else None
    if found[-1].misconception == "subtracted-differences" and _has_negative(lines):
        return None
    return None if book.unread(PART, _is_penalty_name) else found[-1]


def _has_negative(lines: Sequence[Line]) -> bool:
    """Whether something is said to be below zero: a weight that may turn the sign round."""
    for line in lines:
        members = [member.expression for member in line.statement.members]
        for left, relation, right in zip(
            members, line.statement.relations, members[1:], strict=False
        ):
            if (relation in "<≤" and right == e.Number(0)) or (
                relation in ">≥" and left == e.Number(0)
            ):
                return True
    return False


def _last_of(right: Ruling, named: Sequence[Ruling]) -> Ruling:
    """The right penalty, unless another one with a name for it stands behind."""
    if named and named[-1].holds is False:
        return Ruling(None, "answers-conflict", details=named[-1].details)
    return right


def _letters_beside_w(lines: Sequence[Line]) -> frozenset[str]:
    """Where w is written, θ and β are no other letters for it but weights."""
    has_w = any("w" in node.names for line in lines for node in line.expressions)
    return frozenset(targets.ITERATES - {"w"}) if has_w else frozenset()


ScopeAt = Callable[[Array], Scope]


def _named(line: Line, scopes: Sequence[ScopeAt]) -> Iterator[Ruling]:
    """What stands behind a name for the penalty or the loss."""
    if _is_penalty_name(line.statement.members[0].expression):
        yield from _of_line(line, scopes)


def _of_line(line: Line, scopes: Sequence[ScopeAt]) -> Iterator[Ruling]:
    members = line.statement.members
    named = _is_penalty_name(members[0].expression)
    for number in _members(line):
        details = {"found": line.text(number), "where": line.where}
        node = members[number].expression
        if node is not None:
            ruling = _ruled(unwrapped(node), scopes, details, named=named and number > 0)
            if ruling is not None:
                yield ruling
        elif named:
            reason = str(members[number].trouble)
            yield Ruling(None, "formula-not-read", details={**details, "reason": reason})


def _members(line: Line) -> Iterator[int]:
    """Members that may be a loss or a penalty: behind a name for it, or a sum by itself."""
    named = _is_penalty_name(line.statement.members[0].expression)
    if not named:
        yield 0
        return
    for number, relation in enumerate(line.statement.relations, start=1):
        if relation not in EQUALITIES:
            return
        yield number


def _is_penalty_name(node: e.Expression | None) -> bool:
    """L(w), R(w), Ω: names for the loss or for the penalty alone."""
    if node is None:
        return False
    if targets.loss(node) is not None:
        return True
    if isinstance(node, e.Either):
        node = node.call
    function = node.function if isinstance(node, e.Call) else node
    return isinstance(function, e.Symbol) and function.name in _NAMES


# ---------------------------------------------------------------- the formula as a function of w


def _scope(
    i: Instance,
    definitions: Mapping[str, Definition],
    matrices: Mapping[str, Value],
    not_spelled: frozenset[str],
    w: Array,
) -> Scope:
    scope = problem_1(replace(i, w=w)).scope(frozenset(definitions) | not_spelled)
    known = dict(matrices)
    for number, name in enumerate(_WEIGHTS):
        known.setdefault(name, 0.6 + 0.13 * number)
        for place, label in enumerate(_WEIGHT_LABELS):
            known[f"{name}_{label}"] = 0.7 + 0.11 * number + 0.05 * place
    free = {key: value for key, value in known.items() if key not in scope.known}
    families = {
        name: partial(_weight, number)
        for number, name in enumerate(_WEIGHTS)
        if scope.known.get(name) is not scope.known["w"]  # β may be another letter for w
    }
    kept = {key: one for key, one in definitions.items() if key not in matrices}
    return replace(scope.with_known({**free, **matrices}), families=families).with_definitions(kept)


def _weight(number: int, index: int) -> float:
    """A positive weight for every index: μ_k."""
    return 0.9 + 0.3 * math.sin(1.0 + number + index)


def _operators(
    i: Instance, lines: Sequence[Line], definitions: Mapping[str, Definition]
) -> dict[str, Value]:
    """“(Dw)_k = w_{k+1} − w_k” defines the matrix D, row by row."""
    found: dict[str, Value] = {}
    for line in lines:
        members = line.statement.members
        rows = _rows(members[0].expression, members[1].expression) if len(members) > 1 else None
        if rows is None:
            continue
        scope = problem_1(i).scope(frozenset(definitions)).with_definitions(definitions)
        try:
            found[rows[0]] = Evaluator(scope).value(rows[1])
        except FormulaError:
            continue
    return found


def _rows(left: e.Expression | None, right: e.Expression | None) -> tuple[str, e.Rows] | None:
    if not isinstance(left, e.Component) or right is None or not isinstance(left.base, e.Multiply):
        return None
    matrix, vector, index = left.base.left, left.base.right, left.subscripts[0]
    is_row = isinstance(matrix, e.Symbol) and isinstance(index, e.Symbol) and _is_w(vector)
    if not is_row:
        return None
    assert isinstance(matrix, e.Symbol)
    assert isinstance(index, e.Symbol)
    return matrix.key, e.Rows(right, index.name)


def _is_w(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and node.name in targets.ITERATES


# ---------------------------------------------------------------- its verdict


def _ruled(
    node: e.Expression, scopes: Sequence[ScopeAt], details: dict[str, str], *, named: bool
) -> Ruling | None:
    try:
        functions = [
            _Function(partial(_number, node, scope), i)
            for scope, i in zip(scopes, _INSTANCES, strict=True)
        ]
        if all(function.is_smoothness() for function in functions):
            return Ruling(True, "formula-right", details=details)
        mistake = _mistake(functions)
    except Undefined as trouble:
        unknown = {**details, "symbol": trouble.key}
        return Ruling(None, "symbol-undefined", details=unknown) if named else None
    except FormulaError:
        return None
    return Ruling(False, "known-mistake", mistake, details) if mistake else None


def _number(node: e.Expression, scope: ScopeAt, w: Array) -> float:
    return Evaluator(scope(w)).number(node)


def _mistake(functions: Sequence[_Function]) -> str | None:
    """The misconception to which the penalty is proportional, with all weights equal."""
    for mistake in concerning("1c.penalty", problem1.MISCONCEPTIONS):
        for reading in range(len(functions[0].readings)):
            if all(one.is_proportional(reading, mistake.expected) for one in functions):
                return mistake.id
    return None


@dataclass(frozen=True)
class Quadratic:
    """wᵀHw/2 + gᵀw + c."""

    hessian: Array
    slope: Array
    constant: float

    def __call__(self, w: Array) -> float:
        return float(w @ self.hessian @ w / 2 + self.slope @ w + self.constant)


def quadratic(f: Callable[[Array], float], d: int) -> Quadratic | None:
    """f as a quadratic function, exactly, from its values; None if it is not one."""
    unit, zero = np.eye(d), f(np.zeros(d))
    ahead, behind = (np.array([f(sign * one) for one in unit]) for sign in (1.0, -1.0))
    hessian = np.diag(ahead + behind - 2 * zero)
    for j in range(d):
        for k in range(j):
            hessian[j, k] = hessian[k, j] = f(unit[j] + unit[k]) - ahead[j] - ahead[k] + zero
    found = Quadratic(hessian, (ahead - behind) / 2, zero)
    probe: Array = np.linspace(0.7, -1.9, d, dtype=np.float64)
    return found if math.isclose(found(probe), f(probe), rel_tol=1e-8, abs_tol=1e-10) else None


class _Function:
    """The formula on one instance, and the penalties that it may be read as."""

    def __init__(self, f: Callable[[Array], float], i: Instance) -> None:
        self._i = i
        self._form = quadratic(f, i.d)
        rng = np.random.default_rng(7)
        self._points = [rng.uniform(0.5, 2.0, i.d) * rng.choice([-1.0, 1.0], i.d) for _ in range(4)]
        whole: Callable[[Array], float] = self._form or f
        ridges = (
            problem1.Lambda,
            problem1.free_intercept,
            problem1.weighted,
            problem1.weighted_free_intercept,
        )
        self.readings: list[Callable[[Array], float]] = [
            whole,
            *(partial(self._without_error, whole, c) for c in (1.0, i.n, i.n / 2, 0.5)),
            *(partial(self._without_ridge, whole, P(i)) for P in ridges),
        ]

    def _error(self, w: Array) -> float:
        return problem1.squared_error(replace(self._i, w=w)) / self._i.n

    def _without_error(self, f: Callable[[Array], float], factor: float, w: Array) -> float:
        """Without the error term, which some write without 1/n or with ½; that is no item here."""
        return f(w) - factor * self._error(w)

    def _without_ridge(self, f: Callable[[Array], float], P: Array, w: Array) -> float:
        return f(w) - self._error(w) - float(w @ P @ w)

    def is_smoothness(self) -> bool:
        """Zero on equal coefficients, positive on every step, nothing but differences."""
        return self._form is not None and any(map(self._has_form, self.readings))

    def _has_form(self, R: Callable[[Array], float]) -> bool:
        d = self._i.d
        return bool(
            problem1.value_on_constants(R, d) < _ZERO
            and (problem1.step_values(R, d) > _ZERO).all()
            and all(problem1.first_difference_defect(R, w) < _ZERO for w in self._points[:2])
        )

    def is_proportional(self, reading: int, mistaken: Callable[[Instance], object]) -> bool:
        """Whether a reading is a constant times a mistaken penalty with equal weights."""
        ratios = []
        for w in self._points:
            value = float(np.asarray(mistaken(replace(self._i, w=w, mu=np.ones(self._i.d - 1)))))
            if abs(value) < _ZERO:
                return False
            ratios.append(self.readings[reading](w) / value)
        return abs(ratios[0]) > _ZERO and bool(np.allclose(ratios, ratios[0], rtol=1e-7))
