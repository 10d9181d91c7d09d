"""Problem 2: what each formula item asks, in terms of the reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from grader.evidence.mathematics import stepsize, targets
from grader.evidence.mathematics.examining import (
    DIFFERENT,
    EQUAL,
    Examiner,
    Outcome,
    Question,
    Target,
)
from grader.evidence.mathematics.judging import Ruling, ruling
from grader.evidence.mathematics.symbols import NOISE, Symbols, problem_2
from grader.evidence.mathematics.workbook import Line, Workbook, without
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError, Misfit
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.values import Value, add, column, multiply
from reference import problem2
from reference.misconception import concerning, distance
from reference.problem2 import Instance

GIVEN: Final = (
    frozenset(problem_2(problem2.instances()[0]).given)
    | {
        f"{name}{suffix}"
        for name in targets.ITERATES
        for suffix in ("", "_t", "_0", "_k", "_∞", "_*")
    }
    | {"E"}
)
"""Names that nobody redefines; “w₀ = 0” is an assumption and “E[w_t] = …” an answer."""

_INSTANCES: Final = problem2.instances()

_STEPS: Final = tuple(replace(i, t=t) for i, t in zip(_INSTANCES, (4, 6, 5, 7), strict=True))
"""With different numbers of steps: what is right for t = 4 alone is no answer.

No fewer, since people write out the first terms of a sum: I + A + A² + … + A^{t−1}.
"""

_NUMBERS: Final = tuple(
    problem2.sample(rng, 1, 1) for rng in [np.random.default_rng(2)] for _ in range(3)
)
"""Data of one example with one feature."""

_GRADIENT_IS: Final = re.compile(
    r"\b(?:gradient|derivative)(?:\s+of\s+(?:the\s+)?(?:loss|L))?\s*(?:is|equals|becomes|reads|:|=)"
    r"[\s:]*$",
    re.IGNORECASE,
)

_FULL_COLUMN_RANK: Final = frozenset({0, 1})
"""Instances on which a formula for the limit has to have a value; XᵀX is singular elsewhere."""

_question = partial(
    Question[Instance],
    instances=_INSTANCES,
    symbols=problem_2,
    protected=GIVEN,
    fixed=frozenset({"A", "b"}),
)


def _expected(item: str) -> dict[str, Callable[[Instance], object]]:
    return {"": problem2.EXPECTED[item]}


def _is_derivative(node: e.Expression) -> bool:
    """∇L or L itself: the update is not explicit yet."""
    return isinstance(node, e.Derivative) or (
        isinstance(node, e.Symbol) and node.name in {"g", "L"}
    )


def _is_iterate(node: e.Expression) -> bool:
    """w_{t−1}, w_1, w_∞, E[w_t]: every iterate but the start."""
    if not isinstance(node, e.Symbol) or node.name not in targets.ITERATES:
        return False
    subscripts = node.subscripts
    return not subscripts or (str(subscripts[0]) != "0" and not isinstance(subscripts[0], e.Label))


def _is_unknown_limit(node: e.Expression) -> bool:
    return targets.limit(node) is not None or targets.iterate(node) is not None


def _is_in_a_and_b(touched: frozenset[str]) -> bool:
    return bool(touched & {"A", "b"}) and not touched & {"X", "y", "eta", "n"}


def _is_in_data(touched: frozenset[str]) -> bool:
    return "X" in touched and not touched & {"A", "b"}


GRADIENT: Final = _question(
    item="2a.gradient",
    target=targets.gradient,
    said=_GRADIENT_IS,
    numbers=_NUMBERS,
    ways=_expected("2a.gradient"),
    misconceptions=concerning("2a.gradient", problem2.MISCONCEPTIONS),
)
UPDATE: Final = _question(
    item="2a.update",
    target=targets.next_iterate,
    numbers=_NUMBERS,
    ways=_expected("2a.update"),
    misconceptions=concerning("2a.update", problem2.MISCONCEPTIONS),
    implicit=_is_derivative,
)
LIMIT: Final = _question(
    item="2b.limit",
    needed=_FULL_COLUMN_RANK,
    target=targets.limit,
    ways=_expected("2b.limit"),
    misconceptions=concerning("2b.limit", problem2.MISCONCEPTIONS),
    tends=targets.tending,
    implicit=_is_unknown_limit,
    accepts=_is_in_a_and_b,
)
LEAST_SQUARES: Final = _question(
    item="2b.least_squares",
    numbers=_NUMBERS,
    needed=_FULL_COLUMN_RANK,
    target=targets.limit,
    ways=_expected("2b.least_squares"),
    misconceptions=concerning("2b.least_squares", problem2.MISCONCEPTIONS),
    tends=targets.tending,
    implicit=_is_unknown_limit,
    accepts=_is_in_data,
)
UNROLLED: Final = _question(
    item="2c.unrolled",
    instances=_STEPS,
    target=targets.iterate,
    ways=_expected("2c.unrolled"),
    misconceptions=concerning("2c.unrolled", problem2.MISCONCEPTIONS),
    implicit=_is_iterate,
)
LIMIT_FROM_ZERO: Final = _question(
    item="2c.limit",
    needed=_FULL_COLUMN_RANK,
    target=targets.limit,
    ways=_expected("2c.limit"),
    misconceptions=concerning("2c.limit", problem2.MISCONCEPTIONS),
    tends=targets.tending,
    implicit=_is_unknown_limit,
)
EXPECTATION: Final = _question(
    item="2e.expectation",
    instances=_STEPS,
    nameless=True,  # “w_t = …” without noise is another thing
    target=targets.expected_iterate,
    ways=_expected("2e.expectation"),
    misconceptions=concerning("2e.expectation", problem2.MISCONCEPTIONS),
    implicit=_is_iterate,
)


def judge(item: str, book: Workbook) -> Ruling | None:
    """Rule on a formula item of Problem 2, or None."""
    if item == "2b.affine":
        return _affine(book)
    if item == "2d.step_size":
        return stepsize.judge(book, GIVEN)
    question = _QUESTIONS.get(item)
    if question is None:
        return None
    if not book.has_X_before_w():
        question = replace(question, numbers=())
    definitions = book.definitions(question.part, GIVEN)
    follows = [_when_needed(follow, book) for follow in _FOLLOWS.get(item, ())]
    lines: Sequence[Line] = book.lines(question.part)
    if item == UNROLLED.item:
        lines = _from_any_start(lines)
    if item in _AFTER_AFFINE and _is_a_and_b_settled(book, definitions):
        definitions = without(definitions, ("A", "b"))
    examiner = Examiner(question, definitions, follows, book.not_spelled())
    found = ruling(question, book, examiner, lines)
    if item == EXPECTATION.item and _keeps_noise(book, definitions, found, lines):
        details = found.details if found is not None else {}
        return Ruling(False, "known-mistake", "noise-kept", details)
    if item == LIMIT.item and found is not None and _has_renamed(book):
        return Ruling(None, "formula-unclear", details=found.details)
    return found


def _keeps_noise(
    book: Workbook,
    definitions: Mapping[str, Definition],
    found: Ruling | None,
    lines: Sequence[Line],
) -> bool:
    """Whether the answer is right but for noise that is left in it, with no E around."""
    if found is None or found.details.get("symbol", "").partition("_")[0] not in NOISE:
        return False
    silent, loud = (
        ruling(question, book, Examiner(question, definitions), lines)
        for question in (replace(EXPECTATION, symbols=partial(_noisy, c)) for c in (0.0, 1.0))
    )
    is_right = silent is not None and silent.holds is True
    return is_right and loud is not None and loud.holds is False


def _noisy(size: float, i: Instance) -> Symbols:
    """The symbols of Problem 2 with values of the noise."""
    symbols = problem_2(i)
    noise = size * column(np.linspace(0.4, 1.7, i.d))
    return replace(symbols, families={name: lambda _: noise for name in NOISE})


_AFTER_AFFINE: Final = frozenset({"2b.limit", "2c.unrolled", "2c.limit", "2e.expectation"})
"""Items that may be answered in A and b, which are then those of the question."""


def _is_a_and_b_settled(book: Workbook, definitions: Mapping[str, Definition]) -> bool:
    """Whether A and b are the question's, rightly or with a mistake, and not other quantities.

    In 2(d) “A = QΛQᵀ” is a property of A.
    """
    parts = {definitions[key].part for key in ("A", "b") if key in definitions}
    if not parts:
        return True
    if parts - {AFFINE_PART, "2d"}:
        return False
    found = _affine(book)
    return found is not None and (found.holds is True or found.misconception is not None)


def _has_renamed(book: Workbook) -> bool:
    """Whether A or b are other quantities with this student than in the question."""
    found = _affine(book)
    return found is not None and found.note == "formula-unclear"


def _from_any_start(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines before “w₀ = 0” if they say what w_t is: behind it stands the special case."""
    for number, line in enumerate(lines):
        if _is_start_at_zero(line):
            before = lines[:number]
            said = [one.statement.members for one in before if one.statement.relations]
            firsts = [members[0].expression for members in said]
            if any(first is not None and targets.iterate(first) for first in firsts):
                return before
    return lines


def _is_start_at_zero(line: Line) -> bool:
    members = [member.expression for member in line.statement.members]
    is_start = isinstance(members[0], e.Symbol) and members[0].key in {"w_0", "theta_0", "beta_0"}
    return is_start and len(members) == 2 and str(members[1]) == "0"


_QUESTIONS: Final = {
    one.item: one
    for one in (GRADIENT, UPDATE, LIMIT, LEAST_SQUARES, UNROLLED, LIMIT_FROM_ZERO, EXPECTATION)
}


def questions() -> tuple[Question[Instance], ...]:
    """What the items ask whose answer is one value."""
    return tuple(_QUESTIONS.values())


# ---------------------------------------------------------------- follow-through

Own = Callable[[Instance], object] | None


def _when_needed(follow: Callable[[Workbook], Own], book: Workbook) -> Callable[[Instance], object]:
    """What follows from the own answer, which is looked for only if the reference differs."""
    known: list[Own] = []

    def value(i: Instance) -> object:
        if not known:
            known.append(follow(book))
        if known[0] is None:
            raise ValueError("no own answer from which anything follows")
        return known[0](i)

    return value


def _own(
    book: Workbook, question: Question[Instance], needs: str | None = None
) -> Callable[[Instance], Value] | None:
    """The student's own answer to an earlier item, as a function of the instance.

    Args:
        book: all answers.
        question: the earlier item.
        needs: a symbol without which an answer is trivial.
    """
    definitions = book.definitions(question.part, GIVEN)
    examiner = Examiner(question, definitions)
    answers = [
        answer
        for line in book.lines(question.part)
        for answer in _readable(question, examiner, line)
    ]
    if not answers:
        return None
    node, target = answers[-1]
    if needs is not None and needs not in examiner.depends_on(node, target):
        return None
    return lambda i: examiner.value(node, question.instances.index(i), target, own=True)


def _readable(
    question: Question[Instance], examiner: Examiner[Instance], line: Line
) -> Iterator[tuple[e.Expression, Target]]:
    """The members of a line that answer a question, rightly or wrongly."""
    first = line.statement.members[0].expression
    target = question.target(first) if first is not None else None
    if target is None:
        return
    for member in line.statement.members[1:]:
        if member.expression is None:
            continue
        outcome = examiner.trial(member.expression, target).outcome
        if outcome in {Outcome.RIGHT, Outcome.DIFFERENT}:
            yield member.expression, target


def _update_follows(book: Workbook) -> Own:
    """w − η times the student's own gradient, if that has to do with the data."""
    own = _own(book, GRADIENT, needs="X")
    if own is None:
        return None
    return lambda i: add(column(i.w), multiply(-i.eta, own(i)))


def _own_affine(book: Workbook) -> Callable[[Instance], tuple[Value, Value]] | None:
    """The student's own A and b."""
    definitions = book.definitions(AFFINE_PART, GIVEN)
    if not {"A", "b"} <= definitions.keys():
        return None

    def values(i: Instance) -> tuple[Value, Value]:
        evaluator = _evaluator(i, definitions)
        return evaluator.value(e.Symbol("A")), evaluator.value(e.Symbol("b"))

    return values


def _evaluator(i: Instance, definitions: dict[str, Definition]) -> Evaluator:
    return Evaluator(problem_2(i).scope(frozenset(definitions)).with_definitions(definitions))


def _limit_follows(book: Workbook) -> Own:
    """(I − A)⁻¹b with the student's own A and b, unless those are trivial."""
    own = _own_affine(book)
    if own is None:
        return None

    def value(i: Instance) -> object:
        A, b = own(i)
        if isinstance(A, float) or isinstance(b, float) or A.shape != (i.d, i.d):
            raise ValueError("not a recursion in d dimensions")
        return problem2.inverse(np.eye(i.d) - A) @ b

    return value


def _iterate_follows(book: Workbook) -> Own:
    """Aᵗw₀ + Σ Aᵏb with the student's own A and b."""
    own = _own_affine(book)
    if own is None:
        return None

    def value(i: Instance) -> object:
        A, b = own(i)
        w: Value = column(i.w0)
        for _ in range(i.t):
            w = add(multiply(A, w), b)
        return w

    return value


AFFINE_PART: Final = stepsize.AFFINE_PART


def _mean_follows(book: Workbook) -> Own:
    """What the student's own 2(c) says of w_t, unless that is no sum of steps from w₀."""
    own, depends = _own(book, UNROLLED, needs="w_0"), _own(book, UNROLLED, needs="b")
    return own if depends is not None else None


_FOLLOWS: Final[dict[str, tuple[Callable[[Workbook], Own], ...]]] = {
    "2a.update": (_update_follows,),
    "2b.least_squares": (_limit_follows,),
    "2c.limit": (_limit_follows,),
    "2c.unrolled": (_iterate_follows,),
    "2e.expectation": (_iterate_follows, _mean_follows),
}


# ---------------------------------------------------------------- 2(b): A and b


def _affine(book: Workbook) -> Ruling | None:
    """A and b, by name or as what stands before w_t and behind it."""
    definitions = book.definitions(AFFINE_PART, GIVEN)
    here = {
        key for key in ("A", "b") if key in definitions and definitions[key].part == AFFINE_PART
    }
    if here == {"A", "b"}:
        return _named_affine(book, definitions)
    return _written_out(book, definitions)


def _named_affine(book: Workbook, definitions: dict[str, Definition]) -> Ruling:
    details = _affine_details(book)
    values: list[dict[str, Value] | None] = []
    trouble: Misfit | None = None
    try:
        for i in _INSTANCES:
            evaluator = _evaluator(i, definitions)
            try:
                values.append({key: evaluator.value(e.Symbol(key)) for key in ("A", "b")})
            except Misfit as misfit:  # fits at most where n = d
                values.append(None)
                trouble = misfit
    except FormulaError as error:
        return Ruling(None, "formula-not-read", details={**details, "reason": str(error)})
    if trouble is not None:
        return _misfit_affine(values, trouble, details)
    if _all_equal(values, problem2.affine):
        return Ruling(True, "formula-right", details=details)
    own = _own(book, UPDATE)
    if own is not None and _is_own_update(book, definitions):
        return Ruling(True, "follows-from-own", details=details)
    if _is_other_a_or_b(book, definitions):
        return Ruling(None, "formula-unclear", details=details)
    for mistake in concerning("2b.affine", problem2.MISCONCEPTIONS):
        if _all_equal(values, mistake.expected):
            return Ruling(False, "known-mistake", mistake.id, details)
    if book.unread(AFFINE_PART, _is_a_or_b):
        return Ruling(None, "differs-beside-unread", details=details)
    return Ruling(False, "formula-differs", details=details)


def _is_other_a_or_b(book: Workbook, definitions: dict[str, Definition]) -> bool:
    """Whether the student's update, written with A or b, is not A w + b: then they are others."""
    for line in book.lines(AFFINE_PART):
        first = line.statement.members[0].expression
        if first is None or targets.next_iterate(first) is None:
            continue
        for member in line.statement.members[1:]:
            node = member.expression
            if node is None or not any(_is_a_or_b(one) for one in node.walk()):
                continue
            try:
                if not all(_is_affine_step(_evaluator(i, definitions), node) for i in _INSTANCES):
                    return True
            except FormulaError:
                continue
    return False


def _is_affine_step(evaluator: Evaluator, node: e.Expression) -> bool:
    A, b = evaluator.value(e.Symbol("A")), evaluator.value(e.Symbol("b"))
    step = add(multiply(A, evaluator.value(e.Symbol("w_t"))), b)
    return distance(np.asarray(step), np.asarray(evaluator.value(node))) < DIFFERENT


def _misfit_affine(
    values: list[dict[str, Value] | None], trouble: Misfit, details: dict[str, str]
) -> Ruling:
    for mistake in concerning("2b.affine", problem2.MISCONCEPTIONS):
        if _all_equal(values, mistake.expected):
            return Ruling(False, "known-mistake", mistake.id, details)
    return Ruling(None, "shapes-do-not-fit", details={**details, "reason": str(trouble)})


def _affine_details(book: Workbook) -> dict[str, str]:
    """The lines that define A and b, quoted."""
    found = {}
    for line in book.lines(AFFINE_PART):
        first = line.statement.members[0].expression
        if (
            isinstance(first, e.Symbol)
            and first.key in {"A", "b"}
            and len(line.statement.members) > 1
        ):
            found[first.key] = f"{first.key} = {line.text(len(line.statement.members) - 1)}"
            found["where"] = line.where
    text = ", ".join(found[key] for key in ("A", "b") if key in found)
    return {"found": text, "where": found["where"]} if text else {}


def _all_equal(
    values: list[dict[str, Value] | None], expected: Callable[[Instance], object]
) -> bool:
    """Whether A and b have these values wherever they have any."""
    compared = 0
    for i, own in zip(_INSTANCES, values, strict=True):
        if own is None:
            continue
        try:
            right = expected(i)
        except ValueError:
            continue
        flat = {
            key: np.ravel(value) if key == "b" else np.asarray(value) for key, value in own.items()
        }
        if not isinstance(right, Mapping) or distance(flat, right) > EQUAL:
            return False
        compared += 1
    return compared > 0


def _is_own_update(book: Workbook, definitions: dict[str, Definition]) -> bool:
    """Whether A w + b is the student's own update of part (a)."""
    own = _own(book, UPDATE)
    if own is None:
        return False
    try:
        for i in _INSTANCES:
            evaluator = _evaluator(i, definitions)
            A, b = evaluator.value(e.Symbol("A")), evaluator.value(e.Symbol("b"))
            mine = add(multiply(A, column(i.w)), b)
            if distance(np.ravel(mine), np.ravel(own(i))) > EQUAL:
                return False
    except FormulaError:
        return False
    return True


def _written_out(book: Workbook, definitions: dict[str, Definition]) -> Ruling | None:
    """w_{t+1} = (I − …) w_t + …, with A and b left without names."""
    question = Question[Instance](
        item="2b.affine",
        instances=_INSTANCES,
        symbols=problem_2,
        target=targets.next_iterate,
        ways={"": problem2.update},
        protected=GIVEN | {"A", "b"},
        implicit=lambda node: _is_derivative(node) or _is_a_or_b(node),
        lone=False,
    )
    examiner = Examiner(question, definitions)
    for line in reversed(book.lines(AFFINE_PART)):
        first = line.statement.members[0].expression
        if first is None or targets.next_iterate(first) is None:
            continue
        for number, member in enumerate(line.statement.members[1:], start=1):
            if member.expression is not None and _is_affine(member.expression):
                trial = examiner.trial(member.expression, Target())
                details = {"found": line.text(number), "where": line.where}
                if trial.outcome is Outcome.RIGHT:
                    return Ruling(True, "formula-right", details=details)
    return None


def _is_a_or_b(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and node.key in {"A", "b"}


def _is_affine(node: e.Expression) -> bool:
    """One term that ends in w_t with no w before it, and one without w."""
    if not isinstance(node, e.Add) or len(node.terms) != 2:
        return False
    with_w = [term for term in node.terms if _mentions_w(term)]
    if len(with_w) != 1 or isinstance(with_w[0], e.Negative):
        return False
    product = with_w[0]
    while isinstance(product, e.Either):
        product = product.product
    return isinstance(product, e.Multiply) and _ends_in_w(product)


def _mentions_w(node: e.Expression) -> bool:
    return not node.names.isdisjoint(targets.ITERATES)


def _ends_in_w(node: e.Multiply) -> bool:
    is_w = isinstance(node.right, e.Symbol) and node.right.name in targets.ITERATES
    return is_w and not _mentions_w(node.left)
