r"""The points and the weight of a counterexample, wherever and however they are given.

“$x_1 = 0$, $x_2 = \pi$, $t = 1/2$”, “take x = 0 and y = π with t = 0.5”, a table, a tuple,
“between 0 and π at the midpoint”, ½f(0) + ½f(π) in a chain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from grader.evidence.proofs.lines import Argument, Line
from grader.evidence.proofs.symbols import factors
from grader.evidence.proofs.visible import terms
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Scope
from grader.formulas.values import Function, Value
from grader.model import Passage
from reference import problem3

POINTS: Final = (("x_1", "x_2"), ("x", "y"), ("a", "b"), ("u", "v"), ("p", "q"), ("x_0", "x_1"),
                 ("x", "z"), ("x", "x'"), ("a_1", "a_2"), ("z_1", "z_2"))  # fmt: skip
"""Names that people give to the two points, the first one first."""

WEIGHTS: Final = frozenset({"t", "lambda", "theta", "alpha", "mu", "s"})

CLOSE: Final = 5e-3
"""Numbers that are printed with two or three digits differ by less from what they stand for."""

MAX_TRIPLES = 12

_DESCENT: Final = re.compile(
    r"gradient descent|\bGD\b|\bdescent\b|learning rate|step size|gradientenabstieg|"
    r"descente de gradient|initiali[sz]ed",
    re.IGNORECASE,
)
_MIDDLE: Final = re.compile(
    r"\bmid-?\s?point\b|\bmiddle\b|\bhalf-?\s?way\b|\baverage\b|\bmean\b|\bmilieu\b|\bmitte\b",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\bbetween\s+§\s+and\s+§|\bpoints?\s+§\s+(?:and|,)\s+§", re.IGNORECASE
)
_ROW: Final = re.compile(r"^\s*\|(.+)\|\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Triple:
    """Two points and the weight of the first; `is_given` if the weight is written as such."""

    x1: float
    x2: float
    t: float
    is_given: bool = True

    @property
    def middle(self) -> float:
        """tx₁ + (1−t)x₂."""
        return self.t * self.x1 + (1 - self.t) * self.x2

    @property
    def chord(self) -> float:
        """tf(x₁) + (1−t)f(x₂)."""
        return self.t * problem3.f(self.x1) + (1 - self.t) * problem3.f(self.x2)

    @property
    def excess(self) -> float:
        """f there, less the chord; positive where the definition of convexity is violated."""
        return problem3.excess(self.x1, self.x2, self.t)

    @property
    def swapped(self) -> Triple:
        """The same with the weights the other way round."""
        return Triple(self.x2, self.x1, self.t)


def number(node: e.Expression | None) -> float | None:
    """The value of a formula without letters, f being |sin x + 0.5x|."""
    if node is None:
        return None
    try:
        value = Evaluator(_SCOPE).value(node)
    except (FormulaError, RecursionError):
        return None
    return value if isinstance(value, float) else None


def _f(x: Value) -> float:
    return problem3.f(float(np.asarray(x).item()))


_SCOPE: Final = Scope({"pi": math.pi, "π": math.pi}, {"f": Function(_f)})


def triples(argument: Argument, passages: Sequence[Passage]) -> list[Triple]:
    """All triples that are complete, in order."""
    lines = list(_about_convexity(argument))
    found = [*_assigned(lines, argument), *_from_chords(lines), *_from_tables(passages)]
    found = found or list(_from_evaluations(lines))
    return list(dict.fromkeys(found))[:MAX_TRIPLES]


def outside(argument: Argument) -> bool:
    """Whether a weight outside of [0, 1] is given."""
    return any(
        role == "t" and not 0 <= value <= 1
        for line in argument.lines
        for role, value in _assignments(line)
    )


def is_unread(argument: Argument) -> bool:
    """Whether a point or a weight is given in a way that was not read."""
    names = {"t", *WEIGHTS, *(name for pair in POINTS for name in pair)}
    for line in argument.lines:
        for place, relation in enumerate(line.relations):
            left, right = (side.expression for side in line.sides[place : place + 2])
            is_name = isinstance(left, e.Symbol) and left.key in names
            if is_name and right is None and relation == "=":
                return True
    return bool(argument.unread)


def _about_convexity(argument: Argument) -> Iterator[Line]:
    """The lines before the text turns to gradient descent."""
    has_begun = False
    for line in argument.lines:
        if has_begun and _DESCENT.search(line.before):
            return
        has_begun = has_begun or bool(line.relations)
        yield line


# ---------------------------------------------------------------- assignments


def _assigned(lines: Sequence[Line], argument: Argument) -> Iterator[Triple]:
    """Triples from x₁ = …, x₂ = …, t = …; a new value for a name begins a new triple."""
    middles = [a for line in lines for a in _arguments(line)]
    default = 0.5 if _MIDDLE.search(argument.prose) else None
    current: dict[str, float] = {}
    for line in lines:
        for role, value in _assignments(line):
            is_new_value = role in current and current[role] != value
            if is_new_value or (role != "t" and role in current and _has_points(current)):
                yield from _complete(current, middles, default)
                current = {"t": current["t"]} if "t" in current and role != "t" else {}
            current[role] = value
    yield from _complete(current, middles, default)
    yield from _between(lines, argument)


def _has_points(current: dict[str, float]) -> bool:
    return any(set(names) <= set(current) for names in POINTS)


def _assignments(line: Line) -> Iterator[tuple[str, float]]:
    """Names with their values: ``x_1 = 0``, ``(x_1, x_2, t) = (0, π, ½)``, ``a = x_1 = 0``."""
    for place, relation in enumerate(line.relations):
        left, right = (side.expression for side in line.sides[place : place + 2])
        if relation not in ("=", "≔", "←") or left is None or right is None:
            continue
        yield from _pairs(left, right)


def _pairs(left: e.Expression, right: e.Expression) -> Iterator[tuple[str, float]]:
    if isinstance(left, e.Sequence) and isinstance(right, e.Sequence | e.Interval):
        items = right.items if isinstance(right, e.Sequence) else (right.low, right.high)
        for name, item in zip(left.items, items, strict=False):
            yield from _pairs(name, item)
        return
    value = number(right)
    if isinstance(left, e.Symbol) and value is not None:
        yield ("t" if left.key in WEIGHTS else left.key), value


def _complete(
    current: dict[str, float], middles: Sequence[float], default: float | None
) -> Iterator[Triple]:
    pair = next((names for names in POINTS if set(names) <= set(current)), None)
    if pair is None:
        return
    first, second = current[pair[0]], current[pair[1]]
    if "t" in current:
        weights = [current["t"]]
    else:
        weights = [] if default is None else [default]
        weights = weights or _weights_of(middles, first, second)
    for weight in weights:
        if 0 <= weight <= 1:
            yield Triple(first, second, weight, is_given="t" in current)


def _weights_of(middles: Sequence[float], first: float, second: float) -> list[float]:
    """The weights that belong to points at which f is evaluated."""
    if first == second:
        return []
    found = [(middle - second) / (first - second) for middle in middles]
    return [weight for weight in found if CLOSE < weight < 1 - CLOSE]


def _arguments(line: Line) -> Iterator[float]:
    """The numbers at which f is evaluated in a line."""
    for whole in line.expressions:
        for node in whole.walk():
            if isinstance(node, e.Call) and node.function == e.Symbol("f"):
                value = number(node.arguments[0])
                if value is not None:
                    yield value


def _between(lines: Sequence[Line], argument: Argument) -> Iterator[Triple]:
    """“Between 0 and π at the midpoint”."""
    if not _BETWEEN.search(argument.prose) or not _MIDDLE.search(argument.prose):
        return
    values = [number(line.sides[0].expression) for line in lines if not line.relations]
    plain = [value for value in values if value is not None]
    if len(plain) >= 2:
        yield Triple(plain[0], plain[1], 0.5, is_given=False)


def _from_evaluations(lines: Sequence[Line]) -> Iterator[Triple]:
    """f at three numbers and nothing else about the points: two ends and what lies between."""
    at = sorted({argument for line in lines for argument in _arguments(line)})
    if len(at) != 3:
        return
    first, middle, second = at
    weight = (second - middle) / (second - first)
    given = {value for line in lines for role, value in _assignments(line) if role == "t"}
    if not given:
        yield Triple(first, second, weight, is_given=False)
    elif any(abs(one - weight) < CLOSE for one in given):
        yield Triple(first, second, weight)
    elif any(abs(1 - one - weight) < CLOSE for one in given):
        yield Triple(second, first, 1 - weight)


# ---------------------------------------------------------------- chords and tables


def _from_chords(lines: Sequence[Line]) -> Iterator[Triple]:
    """½f(0) + ½f(π), (f(0) + f(π))/2."""
    for line in lines:
        for whole in line.expressions:
            for node in whole.walk():
                triple = _chord(node)
                if triple is not None:
                    yield triple


def _chord(node: e.Expression) -> Triple | None:
    scale = 1.0
    if isinstance(node, e.Divide):
        under = number(node.under)
        scale, node = (1 / under if under else 0.0), node.over
    if not isinstance(node, e.Add) or len(node.terms) != 2:
        return None
    parts = [_weighted_value(term) for _, term in terms(node)]
    if any(part is None for part in parts):
        return None
    (w1, x1), (w2, x2) = (part for part in parts if part is not None)
    if abs(scale * (w1 + w2) - 1) > 1e-9 or not 0 <= scale * w1 <= 1:
        return None
    return Triple(x1, x2, scale * w1)


def _weighted_value(term: e.Expression) -> tuple[float, float] | None:
    """Weight and argument of ½f(π), f(π)/2 or f(π)."""
    if isinstance(term, e.Divide):
        inner, under = _weighted_value(term.over), number(term.under)
        return (inner[0] / under, inner[1]) if inner and under else None
    weight, argument = 1.0, None
    for factor in factors(term):
        call = factor.call if isinstance(factor, e.Either) else factor
        if isinstance(call, e.Call) and call.function == e.Symbol("f"):
            argument = number(call.arguments[0])
        elif (value := number(factor)) is not None:
            weight *= value
        else:
            return None
    return (weight, argument) if argument is not None else None


def _from_tables(passages: Sequence[Passage]) -> Iterator[Triple]:
    """Rows below a header with x₁, x₂ and t."""
    for passage in passages:
        rows = [
            [cell.strip(" $`*\\") for cell in row[1].split("|")]
            for row in _ROW.finditer(passage.text)
        ]
        for header, *body in [rows] if rows else []:
            names = [_plain(cell) for cell in header]
            if {"x1", "x2", "t"} <= set(names):
                yield from _rows(names, body)


def _plain(cell: str) -> str:
    cell = cell.translate(str.maketrans("₁₂λ", "12t"))
    return re.sub(r"[^a-z0-9]", "", cell.lower().replace("lambda", "t"))


def _rows(names: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[Triple]:
    places = [names.index(name) for name in ("x1", "x2", "t")]
    for row in body:
        try:
            x1, x2, t = (float(row[place]) for place in places)
        except (ValueError, IndexError):
            continue
        if 0 <= t <= 1:
            yield Triple(x1, x2, t)
