"""2d.step_size: any range of η for which all eigenvalues of A lie in (−1, 1).

The upper end is what can be wrong. It is tried on instances of different shape and scale, at step
sizes up to the end of the claimed range: the sharp bound n/λ_max(XᵀX) passes, and so does every
stricter one that holds whatever X is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from grader.evidence.mathematics.denial import is_denied
from grader.evidence.mathematics.judging import Ruling
from grader.evidence.mathematics.spectra import LARGEST_OF, Spectra, is_sorted, spectra
from grader.evidence.mathematics.symbols import problem_2
from grader.evidence.mathematics.workbook import Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import (
    DivisionByZero,
    FormulaError,
    Misfit,
    NoValue,
    Undefined,
    Unreadable,
)
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.statements import statements
from grader.formulas.values import SINGULAR, Array
from grader.model import Part
from reference import problem2
from reference.misconception import Misconception, concerning
from reference.problem2 import Instance

PART: Final = Part("2d")
AFFINE_PART: Final = Part("2b")
STEP_SIZES: Final = frozenset({"eta", "alpha", "gamma", "mu", "tau", "lr"})
"""Letters for the step size."""

_SHARES: Final = (0.02, 0.3, 0.7, 0.95, 0.999)
"""Where in a claimed range the eigenvalues are tried."""

_FAR: Final = 1e3
"""Times a bound, where the own matrix must have left (−1, 1): else any range would suit it."""

_SCALES: Final = (1.0, 0.2, 5.0)
"""Of X: a bound that lacks a square or a factor n fails on one of them."""

_INDICES: Final = frozenset("ijkmlr")


@dataclass(frozen=True)
class Range:
    """One claimed range.

    Attributes:
        line, member: where its upper end stands.
        bound: the upper end.
        closed: whether that end belongs to it.
        low: its lower end, if one is written; it has to be 0.
        low_closed: whether 0 would belong to it.
        said: the range, where it is written in words.
    """

    line: Line
    member: int
    bound: e.Expression
    closed: bool
    low: e.Expression | None = None
    low_closed: bool = False
    said: str = ""

    @property
    def is_positive(self) -> bool | None:
        """Whether it holds positive step sizes only; None if 0 may be among them."""
        if self.low is None:
            return True
        if self.low != e.Number(0):
            return False
        return None if self.low_closed else True

    @property
    def details(self) -> dict[str, str]:
        """For the rubric's sentences."""
        return {"found": self.said or self.line.source.strip(), "where": self.line.where}


def _instances() -> tuple[Instance, ...]:
    """Of several shapes and scales; some have a single example, and d far from n."""
    base = problem2.instances()
    single = [problem2.sample(np.random.default_rng(3), 1, d) for d in (2, 4)]
    return tuple(replace(i, X=i.X * scale) for i in (*base, *single) for scale in _SCALES)


_INSTANCES: Final = _instances()
_SINGLE: Final = len(_SCALES) * len(problem2.instances())
"""From here on the instances have a single example."""

ENOUGH: Final = 4
"""Instances on which a bound needs a value; n/λ_min has none where XᵀX is singular."""


def judge(book: Workbook, given: frozenset[str]) -> Ruling | None:
    """Rule on the range of step sizes; None when no range was found."""
    definitions = _with_own_matrix(book, given)
    lines = book.lines(PART)
    every = [found for line in lines for found in _ranges(line)]
    every = every or list(_said_ranges(lines))
    ranges = [one for one in every if not is_denied(one.line)]
    if not ranges:
        return Ruling(None, "formula-denied", details=every[-1].details) if every else None
    boxed = [one for one in ranges if one.line.statement.boxed]
    last = (boxed or ranges)[-1]
    said = spectra(book, PART, definitions)
    try:
        bounds = {n: _bound(last, book, said, i) for n, i in enumerate(_INSTANCES)}
    except (Undefined, NoValue) as trouble:
        symbol = trouble.key if isinstance(trouble, Undefined) else ""
        note = "spectrum-unknown" if symbol else "formula-not-read"
        return Ruling(
            None, note, details={**last.details, "symbol": symbol, "reason": str(trouble)}
        )
    except FormulaError as trouble:
        return Ruling(None, "formula-not-read", details={**last.details, "reason": str(trouble)})
    return _ruled(last, bounds, definitions)


def _with_own_matrix(book: Workbook, given: frozenset[str]) -> dict[str, Definition]:
    """The student's symbols, with the A of 2(b), which 2(d) may restate or decompose."""
    definitions = book.definitions(PART, given)
    earlier = book.definitions(AFFINE_PART, given).get("A")
    if earlier is None or earlier.part != AFFINE_PART:
        return definitions
    own = {**definitions, "A": earlier}
    try:
        for i in _INSTANCES[:ENOUGH]:
            here, there = (_evaluator(i, one).value(e.Symbol("A")) for one in (definitions, own))
            if np.shape(here) != np.shape(there) or not np.allclose(here, there):
                return definitions
    except FormulaError:
        pass  # a decomposition has no value: V, S … are not known
    return own


def _evaluator(i: Instance, definitions: Mapping[str, Definition]) -> Evaluator:
    return Evaluator(problem_2(i).scope(frozenset(definitions)).with_definitions(definitions))


def _ranges(line: Line) -> Iterator[Range]:
    """η < bound, bound > η, η ∈ (0, bound)."""
    members, relations = line.statement.members, line.statement.relations
    for number, relation in enumerate(relations):
        left, right = members[number].expression, members[number + 1].expression
        if relation in "<≤" and _is_step_size(left) and right is not None:
            low = _end_beside(line, number - 1, "<≤", number - 1)
            yield Range(line, number + 1, right, relation == "≤", *low)
        elif relation in ">≥" and _is_step_size(right) and left is not None:
            low = _end_beside(line, number + 1, ">≥", number + 2)
            yield Range(line, number, left, relation == "≥", *low)
        elif relation == "∈" and _is_step_size(left):
            ends = _ends(right)
            if ends is not None:
                yield Range(line, number + 1, *ends)


_BETWEEN: Final = re.compile(
    r"^(?:is |be |must be |should be |has to be |can be |chosen |anywhere |strictly )*between"
    r"(?: (?P<low>0|zero) and(?: (?P<high>[^\s,;$]+))?)?",
    re.IGNORECASE,
)
"""“η between 0 and 1/λ_max”, in plain text or with its ends in formulas."""


def _said_ranges(lines: Sequence[Line]) -> Iterator[Range]:
    """“η between 0 and c”."""
    for number, line in enumerate(lines):
        if len(line.statement.members) != 1 or not _is_step_size(
            line.statement.members[0].expression
        ):
            continue
        said = _BETWEEN.match(line.after)
        if said is None:
            continue
        if said["high"]:
            yield from _said(line, said["high"])
            continue
        ends = lines[number + 1 : number + (2 if said["low"] else 3)]
        is_from_zero = said["low"] or _only(ends[:1]) == e.Number(0)
        bound = _only(ends[-1:])
        if is_from_zero and bound is not None and (said["low"] or ends[-1].before == "and"):
            yield _between(line, bound, ends[-1].source)


def _said(line: Line, words: str) -> Iterator[Range]:
    """The range whose upper end stands in plain text."""
    try:
        found = statements(words.rstrip("."))
    except Unreadable:
        return
    members = [member.expression for one in found for member in one.members]
    if len(members) == 1 and members[0] is not None:
        yield _between(line, members[0], words)


def _between(line: Line, bound: e.Expression, written: str) -> Range:
    said = f"{line.source.strip()} between 0 and {written.strip()}"
    return Range(line, 0, bound, closed=False, low=e.Number(0), said=said)


def _only(lines: Sequence[Line]) -> e.Expression | None:
    """The expression that a line consists of."""
    members = [member.expression for line in lines for member in line.statement.members]
    return members[0] if len(members) == 1 else None


def _end_beside(
    line: Line, relation: int, signs: str, member: int
) -> tuple[e.Expression | None, bool]:
    """The other end of a chain a < η < b, and whether it belongs to the range."""
    relations = line.statement.relations
    if not 0 <= relation < len(relations) or relations[relation] not in signs:
        return None, False
    return line.statement.members[member].expression, relations[relation] in "≤≥"


def _is_step_size(node: e.Expression | None) -> bool:
    return isinstance(node, e.Symbol) and node.name in STEP_SIZES and not node.subscripts


def _ends(node: e.Expression | None) -> tuple[e.Expression, bool, e.Expression, bool] | None:
    """The upper and the lower end of an interval, and whether they belong to it."""
    if isinstance(node, e.Interval):
        return node.high, node.high_closed, node.low, node.low_closed
    if isinstance(node, e.Sequence) and len(node.items) == 2:
        return node.items[1], False, node.items[0], False
    return None


# ---------------------------------------------------------------- the bound on an instance


def _bound(claimed: Range, book: Workbook, said: Spectra, i: Instance) -> float | None:
    """The upper end of the claimed range; with a free index, the smallest over all of them.

    None where it divides by an eigenvalue that is zero.

    Raises:
        FormulaError: it has no value.
    """
    known, definitions = said.values(i), said.definitions
    scope = problem_2(i).scope(frozenset(definitions)).with_definitions(definitions)
    defined = frozenset(scope.definitions)
    given = problem_2(i).given
    scope = scope.with_known(
        {key: value for key, value in known.items() if key not in defined and key not in given}
    )
    _require_order(claimed, book)
    scope = replace(scope, functions={**scope.functions, **LARGEST_OF})
    evaluator = Evaluator(scope)
    free = _free_index(claimed.bound)
    if free is None:
        return _number(evaluator, claimed.bound)
    values = []
    for index in range(1, i.d + 1):
        try:
            value = evaluator.with_index(claimed.bound, free, index)
        except NoValue:  # division by an eigenvalue that is zero: no condition
            continue
        except Misfit:
            break
        if isinstance(value, float) and value > 0:
            values.append(value)
    if not values:
        raise NoValue("the bound has no value")
    return min(values)


def _number(evaluator: Evaluator, node: e.Expression) -> float | None:
    try:
        bound = evaluator.number(node)
    except DivisionByZero:
        return None
    return bound if abs(bound) < 1.0 / SINGULAR else None


def _require_order(claimed: Range, book: Workbook) -> None:
    """λ₁ is the largest only if the part says so."""
    for one in claimed.bound.walk():
        numbered = isinstance(one, e.Symbol) and [str(s) for s in one.subscripts] in (
            ["1"],
            ["d"],
            ["n"],
        )
        if isinstance(one, e.Symbol) and numbered and one.name != "w":
            words = book.prose(PART).lower()
            is_said = (
                "largest" in words or "sorted" in words or "maxim" in words or "descending" in words
            )
            if not is_said and not is_sorted(book.lines(PART), one.name):
                raise Undefined(one.key)


def _free_index(node: e.Expression) -> str | None:
    bound = {one.index for one in node.walk() if isinstance(one, e.Over)}
    for one in node.walk():
        if isinstance(one, e.Symbol):
            for script in one.subscripts:
                if isinstance(script, e.Symbol) and script.name in _INDICES - bound:
                    return script.name
    return None


# ---------------------------------------------------------------- the verdict


def _ruled(
    claimed: Range, bounds: Mapping[int, float | None], definitions: Mapping[str, Definition]
) -> Ruling:
    details = claimed.details
    if claimed.is_positive is not True:
        note = "range-with-its-end" if claimed.is_positive is None else "range-below-zero"
        return Ruling(None, note, details=details)
    known = {n: bound for n, bound in bounds.items() if bound is not None}
    if len(known) < ENOUGH:
        return Ruling(None, "formula-not-read", details={**details, "reason": "it has no value"})
    failing = [
        n for n, bound in known.items() if not _holds(_INSTANCES[n], bound, closed=claimed.closed)
    ]
    if not failing:
        return Ruling(True, "range-valid", details=details)
    if _holds_for_own_matrix(claimed, known, definitions):
        return Ruling(True, "follows-from-own", details=details)
    if failing[0] >= _SINGLE:
        return Ruling(None, "range-nearly-valid", details=details)
    if claimed.closed and all(_holds(_INSTANCES[n], b, closed=False) for n, b in known.items()):
        return Ruling(None, "range-with-its-end", details=details)
    details |= {"witness": _witness(_INSTANCES[failing[0]], known[failing[0]])}
    for mistake in concerning("2d.step_size", problem2.MISCONCEPTIONS):
        if all(_is_bound(mistake, n, bound) for n, bound in known.items() if n < _SINGLE):
            return Ruling(False, "known-mistake", mistake.id, details)
    return Ruling(False, "range-too-wide", details=details)


def _is_bound(mistake: Misconception[Instance], number: int, bound: float) -> bool:
    expected = float(np.asarray(mistake.expected(_INSTANCES[number])))
    return bool(np.isclose(bound, expected, rtol=1e-9))


def _holds(i: Instance, bound: float, *, closed: bool) -> bool:
    """Whether all eigenvalues are inside (−1, 1) in the whole range, on range(XᵀX)."""
    shares = (*_SHARES, 1.0) if closed else _SHARES
    return 0 < bound < np.inf and all(
        problem2.step_size_margin(i, share * bound) > -1e-12 + 2e-12 * (share == 1.0)
        for share in shares
    )


def _holds_for_own_matrix(
    claimed: Range, bounds: Mapping[int, float], definitions: Mapping[str, Definition]
) -> bool:
    """Whether the range is right for the student's own A of part (b), where that is another one."""
    if claimed.closed or "A" not in definitions or definitions["A"].part != AFFINE_PART:
        return False
    try:
        return all(
            _own_margin(_INSTANCES[n], _FAR * bound, definitions) < 0
            and all(_own_margin(_INSTANCES[n], share * bound, definitions) > 0 for share in _SHARES)
            for n, bound in bounds.items()
        )
    except FormulaError:
        return False


def _own_margin(i: Instance, eta: float, definitions: Mapping[str, Definition]) -> float:
    """1 − max |eigenvalue| of the student's A, without those that are 1 for every η."""
    A = _evaluator(replace(i, eta=eta), definitions).value(e.Symbol("A"))
    if isinstance(A, float) or A.shape != (i.d, i.d) or not np.allclose(A, A.T):
        raise Misfit("no symmetric matrix")
    eigenvalues = np.asarray(np.linalg.eigvalsh(A), dtype=np.float64)
    moving: Array = np.sort(eigenvalues)[: i.rank]
    return float(1 - np.max(np.abs(moving)))


def _witness(i: Instance, bound: float) -> str:
    """“at η = 0.9 times your bound an eigenvalue of A is −1.4”."""
    share = next((s for s in _SHARES if problem2.step_size_margin(i, s * bound) <= 0), 1.0)
    smallest = problem2.eigenvalues_of_A(i, share * bound)[-1]
    return (
        f"for one random X (n = {i.n}, d = {i.d}), at {share:.3g} times your upper end "
        f"an eigenvalue of A is {smallest:.3g}"
    )
