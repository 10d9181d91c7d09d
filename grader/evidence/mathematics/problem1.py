"""Problem 1: what each formula item asks, in terms of the reference."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from grader.evidence.mathematics import targets
from grader.evidence.mathematics.judging import Examiner, Question, Ruling, ruling, unwrapped
from grader.evidence.mathematics.symbols import problem_1
from grader.evidence.mathematics.workbook import EQUALITIES, Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError, NoValue, Undefined
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.values import Array, Value, column
from grader.model import Part
from reference import problem1
from reference.misconception import concerning
from reference.problem1 import Instance

_INSTANCES: Final = problem1.instances()
GIVEN: Final = frozenset(problem_1(_INSTANCES[0]).given) | {"theta", "beta"}
"""Names that nobody redefines."""

_PART_A: Final = Part("1a")
_PART_C: Final = Part("1c")

_question = partial(Question[Instance], instances=_INSTANCES, symbols=problem_1, protected=GIVEN)


def _ways(item: str) -> dict[str, Callable[[Instance], object]]:
    return {"": problem1.EXPECTED[item], **problem1.ACCEPTED[item]}


def _is_coefficients(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and node.name.rstrip("*") in targets.ITERATES


LOSS: Final = _question(
    item="1a.loss",
    target=targets.loss,
    ways=_ways("1a.loss"),
    misconceptions=concerning("1a.loss", problem1.MISCONCEPTIONS),
)
SOLUTION: Final = _question(
    item="1b.solution",
    target=targets.optimum,
    ways=_ways("1b.solution"),
    misconceptions=concerning("1b.solution", problem1.MISCONCEPTIONS),
    implicit=_is_coefficients,
)


def judge(item: str, book: Workbook) -> Ruling | None:
    """Rule on a formula item of Problem 1, or None."""
    if item == "1a.loss":
        definitions = book.definitions(_PART_A, GIVEN)
        examiner = Examiner(LOSS, _without_losses(definitions), None, book.not_spelled())
        return ruling(LOSS, book, examiner)
    if item == "1b.solution":
        return _solution(book)
    if item == "1b.lambda":
        return _condition(book)
    if item == "1c.penalty":
        return _penalty(book)
    return None


def _without_losses(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """The loss is what is asked for; a student's own L must not explain itself."""
    return {key: one for key, one in definitions.items() if key not in {"L", "J"}}


# ---------------------------------------------------------------- 1(b)


def _solution(book: Workbook) -> Ruling | None:
    definitions = book.definitions(SOLUTION.part, GIVEN)
    examiner = Examiner(SOLUTION, definitions, _minimiser(book), book.not_spelled())
    found = ruling(SOLUTION, book, examiner)
    if found is not None:
        return found
    return _linear_system(book, definitions)


def _minimiser(book: Workbook) -> Callable[[Instance], object] | None:
    """Where the student's own loss of part (a) is smallest, if it is quadratic and regularised."""
    definitions = book.definitions(_PART_A, GIVEN)
    bodies = list(_loss_bodies(book, _PART_A))
    if not bodies:
        return None

    def smallest(i: Instance) -> object:
        own = partial(_loss_at, i, bodies[-1], definitions)
        hessian, slope = _quadratic(own, i.d)
        data = 2 / i.n * i.X.T @ i.X
        if np.linalg.eigvalsh(hessian)[0] <= 1e-9 or np.allclose(hessian, data):
            raise ValueError("the own loss has no regulariser, or no unique minimum")
        return np.linalg.solve(hessian, -slope)

    return smallest


def _loss_bodies(book: Workbook, part: Part) -> Iterator[e.Expression]:
    for line in book.lines(part):
        first = line.statement.members[0].expression
        if first is None or targets.loss(first) is None:
            continue
        for relation, member in zip(
            line.statement.relations, line.statement.members[1:], strict=True
        ):
            if relation in EQUALITIES and member.expression is not None:
                yield unwrapped(member.expression)


def _loss_at(
    i: Instance, node: e.Expression, definitions: Mapping[str, Definition], w: Array
) -> float:
    """The student's loss at other coefficients."""
    symbols = problem_1(replace(i, w=w))
    scope = symbols.scope(frozenset(definitions)).with_definitions(_without_losses(definitions))
    return Evaluator(scope).number(node)


def _quadratic(f: Callable[[Array], float], d: int) -> tuple[Array, Array]:
    """Hessian and slope at 0 of a quadratic function, exactly, from its values.

    Raises:
        ValueError: it is not quadratic.
    """
    unit, zero = np.eye(d), f(np.zeros(d))
    ahead = np.array([f(one) for one in unit])
    behind = np.array([f(-one) for one in unit])
    hessian = np.array([[f(a + b) for b in unit] for a in unit]) - ahead[:, None] - ahead + zero
    slope = (ahead - behind) / 2
    probe = np.linspace(0.7, -1.9, d)
    value = zero + slope @ probe + probe @ hessian @ probe / 2
    if not math.isclose(value, f(probe), rel_tol=1e-8):
        raise ValueError("not quadratic")
    return hessian, slope


def _linear_system(book: Workbook, definitions: Mapping[str, Definition]) -> Ruling | None:
    """(…) w = … with a unique solution, the right one: the system is an answer too."""
    for line in reversed(book.lines(SOLUTION.part)):
        members = line.statement.members
        if len(members) != 2 or line.statement.relations[0] not in EQUALITIES:
            continue
        left, right = members[0].expression, members[1].expression
        if left is None or right is None or not _is_system(left, right):
            continue
        try:
            if all(_solves(i, left, right, definitions) for i in _INSTANCES):
                found = line.source.strip()
                return Ruling(True, "linear-system", details={"found": found, "where": line.where})
        except FormulaError:
            continue
    return None


def _is_system(left: e.Expression, right: e.Expression) -> bool:
    """Whether it reads M w = v with all the w on the left, behind a matrix."""
    while isinstance(left, e.Either):
        left = left.product
    has_w = any(_is_coefficients(one) for one in right.walk())
    return isinstance(left, e.Multiply) and _is_coefficients(left.right) and not has_w


def _solves(
    i: Instance, left: e.Expression, right: e.Expression, definitions: Mapping[str, Definition]
) -> bool:
    """Whether the right w solves the system, and no other one does."""
    w = problem1.solution(i)
    residual = _residual(i, left, right, definitions, w)
    moved = [_residual(i, left, right, definitions, w + step) for step in np.eye(i.d)]
    matrix = np.column_stack(moved) - residual[:, None]
    scale = float(np.linalg.norm(matrix))
    return bool(np.linalg.norm(residual) < 1e-9 * scale and np.linalg.matrix_rank(matrix) == i.d)


def _residual(
    i: Instance,
    left: e.Expression,
    right: e.Expression,
    definitions: Mapping[str, Definition],
    w: Array,
) -> Array:
    known: dict[str, Value] = {
        key: column(w)
        for key in (
            "w",
            "w*",
            "hat w",
            "theta",
            "beta",
            "theta*",
            "beta*",
            "hat theta",
            "hat beta",
            "w_opt",
        )
    }
    scope = problem_1(replace(i, w=w)).scope(frozenset(definitions)).with_known(known)
    evaluator = Evaluator(scope.with_definitions(definitions))
    sides = [evaluator.value(side) for side in (left, right)]
    if any(isinstance(side, float) or side.shape != (i.d, 1) for side in sides):
        raise NoValue("no system in d unknowns")
    return np.asarray(np.subtract(*sides)).ravel()


# ---------------------------------------------------------------- 1(b): which λ


def _condition(book: Workbook) -> Ruling | None:
    """λ > 1, if that is the only condition on λ that is more than λ > 0."""
    claims: list[tuple[Line, tuple[bool, ...]]] = []
    for line in book.lines(SOLUTION.part):
        holds = _on_lambda(line)
        if holds is not None and not all(holds):  # λ > 0 only makes the loss valid
            claims.append((line, holds))
    if not claims:
        return None
    claims = [one for one in claims if not _is_negated(one[0])] or claims
    right = tuple(
        bool(problem1.penalises_higher_powers_more(lam)) for lam in problem1.LAMBDA_PROBES
    )
    line = claims[-1][0]
    details = {"found": line.source.strip(), "where": line.where}
    if any("≥" in line.statement.relations for line, _ in claims):
        return Ruling(None, "answers-conflict", details=details)
    if all(holds == right for _, holds in claims):
        return Ruling(True, "formula-right", details=details)
    below = tuple(bool(lam < 1) for lam in problem1.LAMBDA_PROBES)
    if all(holds == below for _, holds in claims) and not _is_negated(line):
        return Ruling(False, "known-mistake", "lambda-below-one", details)
    return Ruling(None, "answers-conflict", details=details)


def _is_negated(line: Line) -> bool:
    """Whether the sentence says what does not work: “λ < 1 would do the opposite”."""
    before = re.split(r"[.;(!?]\s", line.before)[-1]
    after = re.split(r"[.;)!?](?:\s|$)", line.after)[0]
    low = f" {before} {after} ".lower()
    return any(
        word in low
        for word in (
            " not ",
            "n't",
            "avoid",
            "opposite",
            "whereas",
            "while",
            "instead of",
            "contrary",
            "rather",
        )
    )


def _on_lambda(line: Line) -> tuple[bool, ...] | None:
    """Where a relation between λ and numbers holds among the probes."""
    members = [member.expression for member in line.statement.members]
    names = {
        one.name for m in members if m is not None for one in m.walk() if isinstance(one, e.Symbol)
    }
    if "=" in line.statement.relations:
        return None
    if len(members) < 2 or None in members or names - {"∞", "ℝ"} != {"lambda"}:
        return None
    if not any(isinstance(one, e.Symbol) and one.name == "lambda" for one in members):
        return None
    return _at_probes([m for m in members if m is not None], line.statement.relations)


def _at_probes(
    members: Sequence[e.Expression], relations: Sequence[str]
) -> tuple[bool, ...] | None:
    holds = []
    for lam in problem1.LAMBDA_PROBES:
        scope = problem_1(replace(_INSTANCES[0], lam=float(lam))).scope()
        evaluator = Evaluator(scope.with_known({"∞": 1e300}))
        try:
            if relations == ("∈",):
                holds.append(_inside(evaluator, members[1], float(lam)))
            else:
                comparison = e.Comparison(tuple(members), tuple(relations))
                holds.append(bool(evaluator.holds(comparison).all()))
        except FormulaError:
            return None
    return tuple(holds)


def _inside(evaluator: Evaluator, interval: e.Expression, value: float) -> bool:
    if isinstance(interval, e.Interval):
        low, high = evaluator.number(interval.low), evaluator.number(interval.high)
    elif isinstance(interval, e.Sequence) and len(interval.items) == 2:
        low, high = (evaluator.number(item) for item in interval.items)
    else:
        raise NoValue("no interval")
    return low < value < high


# ---------------------------------------------------------------- 1(c)

_ZERO: Final = 1e-9
"""Relative size below which a property's defect is rounding."""


def _penalty(book: Workbook) -> Ruling | None:
    """Any loss or penalty that is a weighted sum of squared differences of neighbours."""
    definitions = _without_losses(book.definitions(_PART_C, GIVEN))
    definitions |= _operators(book.lines(_PART_C))
    rulings = []
    for line in book.lines(_PART_C):
        for number in _penalty_members(line):
            node = line.statement.members[number].expression
            if node is None:
                trouble = line.statement.members[number].trouble
                details = {"found": line.text(number), "where": line.where, "reason": str(trouble)}
                rulings.append(Ruling(None, "formula-not-read", details=details))
            else:
                rulings.append(_penalty_ruling(unwrapped(node), line, number, definitions))
    known = [one for one in rulings if one is not None]
    if any(one.holds for one in known):
        return next(one for one in reversed(known) if one.holds)
    if (
        not known
        or any(one.holds is None for one in known)
        or book.unread(_PART_C, _names_a_penalty)
    ):
        return next((one for one in known if one.holds is None), None)
    return known[-1]


def _operators(lines: Sequence[Line]) -> dict[str, Definition]:
    """“(Dw)_k = w_{k+1} − w_k” defines the matrix D, row by row."""
    found = {}
    for line in lines:
        members = line.statement.members
        first = members[0].expression
        if len(members) < 2 or not isinstance(first, e.Component) or members[1].expression is None:
            continue
        is_product = isinstance(first.base, e.Multiply) and _is_coefficients(first.base.right)
        if (
            is_product
            and isinstance(first.base.left, e.Symbol)
            and isinstance(first.subscripts[0], e.Symbol)
        ):
            rows = e.Rows(members[1].expression, first.subscripts[0].name)
            found[first.base.left.key] = Definition((rows,))
    return found


def _penalty_members(line: Line) -> Iterator[int]:
    """Members that may be a loss or a penalty: behind a name for it, or a sum by themselves."""
    members = line.statement.members
    if len(members) == 1:
        yield 0
        return
    for number, relation in enumerate(line.statement.relations, start=1):
        if relation not in EQUALITIES or not _names_a_penalty(members[0].expression):
            break
        yield number
    if not _names_a_penalty(members[0].expression):
        yield 0


_PENALTY_NAMES: Final = frozenset({"R", "Omega", "P", "S", "r", "Phi", "Psi", "Q", "T", "D"})


def _names_a_penalty(node: e.Expression | None) -> bool:
    """L(w), R(w), Ω: names for the loss or for the penalty alone."""
    if node is None:
        return False
    if targets.loss(node) is not None:
        return True
    if isinstance(node, e.Either):
        node = node.call
    function = node.function if isinstance(node, e.Call) else node
    return isinstance(function, e.Symbol) and function.name in _PENALTY_NAMES


def _penalty_ruling(
    node: e.Expression, line: Line, number: int, definitions: Mapping[str, Definition]
) -> Ruling | None:
    details = {"found": line.text(number), "where": line.where}
    try:
        penalties = [_read_penalties(i, node, definitions) for i in _INSTANCES]
    except Undefined as trouble:
        if len(line.statement.members) == 1 or number == 0:
            return None
        return Ruling(None, "symbol-undefined", details={**details, "symbol": trouble.key})
    except FormulaError:
        return None
    if all(
        any(_is_smoothness(R, i) for R in Rs) for Rs, i in zip(penalties, _INSTANCES, strict=True)
    ):
        return Ruling(True, "formula-right", details=details)
    name = _penalty_mistake(penalties)
    if name is not None:
        return Ruling(False, "known-mistake", name, details)
    return None


def _read_penalties(
    i: Instance, node: e.Expression, definitions: Mapping[str, Definition]
) -> list[Callable[[Array], float]]:
    """The penalty R(w): the formula itself, without the squared error, without Λ as well.

    Raises:
        FormulaError: the formula has no value.
    """

    def formula(w: Array) -> float:
        symbols = problem_1(replace(i, w=w))
        scope = symbols.scope(frozenset(definitions)).with_definitions(definitions)
        return Evaluator(_with_weights(scope, i)).number(node)

    def without_error(w: Array) -> float:
        return formula(w) - problem1.squared_error(replace(i, w=w)) / i.n

    def without_ridge(w: Array, P: problem1.PenaltyMatrix) -> float:
        return without_error(w) - float(w @ P(i) @ w)

    formula(i.w)
    readings = [formula, without_error]
    readings += [
        partial(without_ridge, P=P)
        for P in (
            problem1.Lambda,
            problem1.free_intercept,
            problem1.weighted,
            problem1.weighted_free_intercept,
        )
    ]
    return readings


def _with_weights(scope, i: Instance):  # type: ignore[no-untyped-def]
    """Symbols for weights that nobody has to introduce: any positive numbers."""
    weights = ("mu", "gamma", "beta", "tau", "nu", "rho", "eta", "kappa", "delta", "alpha", "c", "s", "xi",
               "zeta", "omega", "psi", "sigma", "lambda", "v", "q", "r", "m", "g")  # fmt: skip
    known = {name: 0.6 + 0.13 * n for n, name in enumerate(weights) if name not in scope.known}
    labels = ("s", "2", "1", "smooth", "sm", "diff", "S", "D", "c", "0", "3", "reg")
    known |= {
        f"{name}_{label}": 0.7 + 0.11 * n
        for n, name in enumerate(("lambda", "mu", "gamma", "alpha", "beta", "tau", "eta"))
        for label in labels
    }
    families = {
        name: (lambda k, n=n: 0.9 + 0.3 * math.sin(1.0 + n + k)) for n, name in enumerate(weights)
    }
    del i
    return replace(scope.with_known(known), families=families)


def _is_smoothness(R: Callable[[Array], float], i: Instance) -> bool:
    """Zero on equal coefficients, a positive weight on every step, and nothing but differences."""
    rng = np.random.default_rng(5)
    u, v = rng.normal(size=i.d), rng.normal(size=i.d)
    return bool(
        problem1.value_on_constants(R, i.d) < _ZERO
        and (problem1.step_values(R, i.d) > _ZERO).all()
        and problem1.parallelogram_defect(R, u, v) < 1e-8
        and problem1.first_difference_defect(R, i.w) < 1e-8
        and problem1.first_difference_defect(R, u) < 1e-8
    )


def _penalty_mistake(penalties: list[list[Callable[[Array], float]]]) -> str | None:
    """The misconception to which the penalty is proportional, with all weights equal."""
    for mistake in concerning("1c.penalty", problem1.MISCONCEPTIONS):
        for reading in range(len(penalties[0])):
            if all(
                _is_proportional(penalties[n][reading], mistake.expected, i)
                for n, i in enumerate(_INSTANCES)
            ):
                return mistake.id
    return None


def _is_proportional(
    R: Callable[[Array], float], mistaken: Callable[[Instance], object], i: Instance
) -> bool:
    rng = np.random.default_rng(7)
    ratios = []
    for _ in range(4):
        w = rng.uniform(0.5, 2.0, i.d) * rng.choice([-1.0, 1.0], i.d)
        value = float(np.asarray(mistaken(replace(i, w=w, mu=np.ones(i.d - 1)))))
        if abs(value) < 1e-9:
            return False
        ratios.append(R(w) / value)
    return abs(ratios[0]) > 1e-9 and bool(np.allclose(ratios, ratios[0], rtol=1e-8))
