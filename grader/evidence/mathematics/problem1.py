"""Problem 1: what each formula item asks, in terms of the reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from grader.evidence.mathematics import naming, penalty, targets
from grader.evidence.mathematics.examining import Answer, Examiner, Question, Target
from grader.evidence.mathematics.judging import Ruling, equated, mentions_right, ruling, unwrapped
from grader.evidence.mathematics.symbols import problem_1
from grader.evidence.mathematics.workbook import EQUALITIES, INDEX_LETTERS, Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError, NoValue
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


def questions() -> tuple[Question[Instance], ...]:
    """What the items ask whose answer is one value."""
    return (LOSS, SOLUTION)


def judge(item: str, book: Workbook) -> Ruling | None:
    """Rule on a formula item of Problem 1, or None."""
    if item == "1a.loss":
        definitions = book.definitions(_PART_A, GIVEN)
        examiner = Examiner(LOSS, _without_losses(definitions), (), book.not_spelled())
        lines = [line for line in book.lines(_PART_A) if not _names_a_matrix(line)]
        found = ruling(LOSS, book, examiner, lines) or _nameless_mistake(
            book, definitions, examiner
        )
        is_open = found is not None and not mentions_right(lines, examiner)
        if found is not None and is_open and _has_one_strength(found, lines, definitions):
            return Ruling(False, "known-mistake", "uniform-strength", found.details)
        return found
    if item == "1b.solution":
        return _solution(book)
    if item == "1b.lambda":
        return _condition(book)
    if item == "1c.penalty":
        return penalty.judge(book, _without_losses(book.definitions(penalty.PART, GIVEN)))
    return None


def _has_one_strength(
    found: Ruling, lines: Sequence[Line], definitions: Mapping[str, Definition]
) -> bool:
    """Whether the loss has the one strength λᵏ for all coefficients, and k means nothing."""
    index = found.details.get("symbol", "")
    if index not in INDEX_LETTERS:
        return False
    nodes = [
        member.expression
        for line in lines
        for number, member in enumerate(line.statement.members)
        if member.expression is not None and line.text(number) == found.details["found"]
    ]
    if any(isinstance(one, e.Call) for node in nodes for one in node.walk()):
        return False  # diag(λᵏ) means all k
    try:
        return any(
            all(_is_ridge(node, index, i, definitions) for i in _INSTANCES) for node in nodes
        )
    except FormulaError:
        return False


def _is_ridge(
    node: e.Expression, index: str, i: Instance, definitions: Mapping[str, Definition]
) -> bool:
    """Whether a formula is ‖Xw − y‖²/n + λᵏ‖w‖², whatever k is."""
    scope = problem_1(i).scope(frozenset(definitions)).with_definitions(definitions)
    error, size = problem1.squared_error(i) / i.n, float(i.w @ i.w)
    return all(
        np.isclose(Evaluator(scope).with_index(node, index, k), error + i.lam**k * size)
        for k in range(i.d)
    )


def _nameless_mistake(
    book: Workbook, definitions: Mapping[str, Definition], examiner: Examiner[Instance]
) -> Ruling | None:
    """A loss without a name for it that has a known mistake, if no other one stands there."""
    if book.unread(_PART_A, targets.loss):
        return None
    losses = set(_nameless_losses(book, definitions))
    answers = [
        Answer(line, number, examiner.trial(member.expression, Target()))
        for line in book.lines(_PART_A)
        for number, member in enumerate(line.statement.members)
        if member.expression is not None and member.expression in losses
    ]
    known = {answer.trial.misconception for answer in answers}
    if len(known) != 1 or None in known:
        return None
    last = answers[-1]
    return Ruling(False, "known-mistake", last.trial.misconception, last.details)


def _without_losses(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """The loss is what is asked for; a student's own L must not explain itself."""
    return {
        key: one
        for key, one in definitions.items()
        if key not in {"L", "J"} or any(map(naming.is_matrix, one.bodies))
    }


def _names_a_matrix(line: Line) -> bool:
    """“R = diag(1, λ, …)”: the letter is no loss."""
    first, *others = (member.expression for member in line.statement.members)
    return isinstance(first, e.Symbol) and any(one and naming.is_matrix(one) for one in others)


# ---------------------------------------------------------------- 1(b)


def _solution(book: Workbook) -> Ruling | None:
    definitions = book.definitions(SOLUTION.part, GIVEN)
    examiner = Examiner(SOLUTION, definitions, [_minimiser(book)], book.not_spelled())
    found = ruling(SOLUTION, book, examiner)
    if found is not None:
        return found
    return _linear_system(book, definitions)


def _minimiser(book: Workbook) -> Callable[[Instance], object] | None:
    """Where the student's own loss of part (a) is smallest, if it is quadratic and regularised."""
    definitions = book.definitions(_PART_A, GIVEN)
    bodies = [unwrapped(one) for one in equated(book, _PART_A, targets.loss)]
    bodies = bodies or list(_nameless_losses(book, definitions))
    if not bodies:
        return None

    def smallest(i: Instance) -> object:
        own = partial(_loss_at, i, bodies[-1], definitions)
        form = penalty.quadratic(own, i.d)
        if form is None:
            raise ValueError("the own loss is not quadratic")
        if np.linalg.eigvalsh(form.hessian)[0] <= 1e-9 or not _is_of_two_terms(form, i):
            raise ValueError("the own loss has no error, no regulariser, or no unique minimum")
        return np.linalg.solve(form.hessian, -form.slope)

    return smallest


def _nameless_losses(
    book: Workbook, definitions: Mapping[str, Definition]
) -> Iterator[e.Expression]:
    """What can only be a loss, though nothing says so: “(a) ‖Xw − y‖²/n + …”."""
    i = _INSTANCES[0]
    for line in book.lines(_PART_A):
        for member in line.statement.members:
            if member.expression is None or not set(line.statement.relations) <= EQUALITIES:
                continue
            with suppress(FormulaError):
                form = penalty.quadratic(partial(_loss_at, i, member.expression, definitions), i.d)
                if form is not None and _is_of_two_terms(form, i):
                    yield member.expression


def _is_of_two_terms(form: penalty.Quadratic, i: Instance) -> bool:
    """Whether a loss depends on y, and has more in it than a multiple of the squared error."""
    gram = i.X.T @ i.X
    share = float(np.sum(form.hessian * gram) / np.sum(gram * gram))
    is_error = np.allclose(form.hessian, share * gram)
    return bool(np.abs(form.slope).max() > 1e-9 and not is_error)


def _loss_at(
    i: Instance, node: e.Expression, definitions: Mapping[str, Definition], w: Array
) -> float:
    """The student's loss at other coefficients."""
    symbols = problem_1(replace(i, w=w))
    scope = symbols.scope(frozenset(definitions)).with_definitions(_without_losses(definitions))
    return Evaluator(scope).number(node)


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
    return np.asarray(np.ravel(sides[0]) - np.ravel(sides[1]), dtype=np.float64)


# ---------------------------------------------------------------- 1(b): which λ


def _condition(book: Workbook) -> Ruling | None:
    """λ > 1, if that is the only condition on λ that is more than λ > 0."""
    claims: list[tuple[Line, tuple[bool, ...]]] = []
    for line in book.lines(SOLUTION.part):
        holds = _on_lambda(line) or _said_of_lambda(line)
        if holds is not None and not all(holds):  # λ > 0 only makes the loss valid
            claims.append((line, holds))
    if not claims:
        return None
    claims = [one for one in claims if not _is_negated(one[0])] or claims
    claims = [one for one in claims if not _is_supposed(one[0])] or claims
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
    is_meant = not _is_negated(line) and not _is_supposed(line) and not _says_more(book)
    if all(holds == below for _, holds in claims) and is_meant:
        return Ruling(False, "known-mistake", "lambda-below-one", details)
    return Ruling(None, "answers-conflict", details=details)


def _is_negated(line: Line) -> bool:
    """Whether the sentence says what does not work: “λ < 1 would do the opposite”."""
    words = " ".join(_around(line))
    return bool(_REJECTS.search(words)) and not _ADMITS.search(words)


def _is_supposed(line: Line) -> bool:
    """Whether the sentence looks at a case instead of choosing it: “if λ < 1, …”, “… would …”."""
    before, after = _around(line)
    return bool(_SUPPOSES.search(f"{before} {after}")) and not _CHOOSES.search(before)


def _around(line: Line) -> tuple[str, str]:
    """The words of the sentence directly before a formula, and those behind it."""
    before = re.split(r"[.;!?]\s|\(", line.before)[-1]
    return before.lower(), re.split(r"[.;)!?](?:\s|$)", line.after)[0].lower()


def _says_more(book: Workbook) -> bool:
    """Whether words, or a formula that was not read, may say that λ is to be above one."""
    part = SOLUTION.part
    return bool(_ABOVE_ONE.search(book.prose(part))) or book.unread(part, _mentions_lambda)


def _mentions_lambda(node: e.Expression) -> bool:
    return "lambda" in node.names


_REJECTS: Final = re.compile(
    r"\b(?:not|avoid|opposite|whereas|while|instead|contrary|contrast|otherwise|would|rather|less"
    r"|weaker|weaken\w*|defeats?"
    r"|reverse\w*|wrong|fails?)\b|n['’]t\b"
)
_SUPPOSES: Final = re.compile(r"\b(?:with|if|for|when(?:ever)?|at|otherwise|in contrast|would)\b")
_CHOOSES: Final = re.compile(
    r"\b(?:wants?|needs?|must|should|choose|take|pick|set|requires?|so|use|ha(?:s|ve) to"
    r"|sensible|hence|therefore|thus)\b"
)
_ABOVE_ONE: Final = re.compile(
    r"\b(?:greater|larger|bigger|more|higher) than (?:1|one)\b|\b(?:above|exceed\w*) (?:1|one)\b",
    re.IGNORECASE,
)
_ADMITS: Final = re.compile(r"\b(?:also|as well|too|both|either|would work|fine|should)\b")
"""Words beside a second condition that throw it out, and that let it stand."""


_COMPARED: Final = re.compile(
    r"^(?:(?:must|should|has to|have to|needs to|ought to|is|being|to|be|chosen|strictly)\s+)*"
    r"(?:(?P<above>greater|larger|bigger|higher|more)|(?P<below>less|smaller|lower))\s+than\s+"
    r"(?:1|one)(?![.,]?\w|\s*(?:/|or\b))",
    re.IGNORECASE,
)
"""“λ must be bigger than 1”."""


def _said_of_lambda(line: Line) -> tuple[bool, ...] | None:
    """Where a comparison of λ with one in words holds among the probes."""
    members = [member.expression for member in line.statement.members]
    said = _COMPARED.match(line.after)
    if said is None or len(members) != 1 or not isinstance(members[0], e.Symbol):
        return None
    if members[0].key != "lambda":
        return None
    return tuple(bool(lam > 1) == bool(said["above"]) for lam in problem1.LAMBDA_PROBES)


def _on_lambda(line: Line) -> tuple[bool, ...] | None:
    """Where a relation between λ and numbers holds among the probes."""
    members = [member.expression for member in line.statement.members]
    names = frozenset().union(*(node.names for node in line.expressions))
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
