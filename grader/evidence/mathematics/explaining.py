"""How an answer was found and read: the formulas as understood, their symbols, their links.

For a TA who wonders about a verdict, and for whoever mends the reader. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from grader.evidence.mathematics.pieces import Formula
from grader.evidence.mathematics.symbols import Symbols, problem_1, problem_2, problem_4
from grader.evidence.mathematics.workbook import Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.printing import pretty
from grader.formulas.scope import Definition, Scope
from grader.formulas.statements import Member
from grader.model import Answers, Part
from reference import problem1, problem2, problem4

_SAMPLES: Final[dict[str, Callable[[], Iterator[Symbols]]]] = {
    "1": lambda: (problem_1(i) for i in problem1.instances()),
    "2": lambda: (problem_2(i) for i in problem2.instances()),
    "4": lambda: (problem_4(problem4.sample(np.random.default_rng(n), 3 + n)) for n in range(3)),
}
"""Symbols on several instances, by problem; formulas of Problem 3 have scopes of their own."""

NOT_READ: Final = "(not read)"

NEARLY_EQUAL: Final = 1e-6
"""Relative difference up to which a link with “=” is shown as true."""


@dataclass(frozen=True)
class Link:
    """One relation of a chain: whether it holds on all instances, or None if that is unknown."""

    relation: str
    holds: bool | None


@dataclass(frozen=True)
class Explained:
    """One statement: where it stands, how its members were understood, which links hold."""

    where: str
    members: tuple[str, ...]
    links: tuple[Link, ...]
    troubles: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """One part: its statements in order, and what the student's symbols stand for."""

    part: Part
    found: bool
    statements: tuple[Explained, ...]
    symbols: dict[str, str]


def explain(answers: Answers, part: Part) -> Explanation:
    """How one part was found and read."""
    book = Workbook(answers)
    definitions = book.definitions(part, frozenset())
    scopes = [
        symbols.scope(frozenset(definitions)).with_definitions(_own(definitions, symbols))
        for symbols in _SAMPLES.get(part[0], lambda: iter(()))()
    ]
    statements = [_explained(line, scopes) for line in book.lines(part)]
    statements += [
        _unread(piece)
        for piece in book.pieces(part)
        if isinstance(piece, Formula) and piece.trouble
    ]
    return Explanation(part, part in answers.written, tuple(statements), _meanings(definitions))


def _unread(formula: Formula) -> Explained:
    """A formula that could not even be divided into signs."""
    return Explained(
        formula.where, (NOT_READ,), (), (f"{formula.source.strip()}: {formula.trouble}",)
    )


def _own(definitions: Mapping[str, Definition], symbols: Symbols) -> dict[str, Definition]:
    taken = symbols.given.keys() | symbols.named.keys()
    return {key: one for key, one in definitions.items() if key not in taken}


def _meanings(definitions: Mapping[str, Definition]) -> dict[str, str]:
    return {
        pretty(key): pretty(str(one.bodies[-1])) for key, one in definitions.items() if one.bodies
    }


def _explained(line: Line, scopes: list[Scope]) -> Explained:
    members = line.statement.members
    links = tuple(
        Link(relation, _holds(members[n], relation, members[n + 1], scopes))
        for n, relation in enumerate(line.statement.relations)
    )
    troubles = tuple(
        f"{line.text(n)}: {member.trouble}" for n, member in enumerate(members) if member.trouble
    )
    return Explained(line.where, tuple(map(_shown, members)), links, troubles)


def _shown(member: Member) -> str:
    return pretty(str(member.expression)) if member.expression is not None else NOT_READ


def _holds(left: Member, relation: str, right: Member, scopes: list[Scope]) -> bool | None:
    """Whether a link holds on every instance on which both sides have a value."""
    if left.expression is None or right.expression is None:
        return None
    if any(_is_definition(left.expression, right.expression, scope) for scope in scopes[:1]):
        return None
    comparison = e.Comparison((left.expression, right.expression), (relation,))
    results = [one for scope in scopes if (one := _on(comparison, scope)) is not None]
    return all(results) if results else None


_NAMES: Final = e.Symbol | e.Derivative | e.Call | e.Either


def _is_definition(left: e.Expression, right: e.Expression, scope: Scope) -> bool:
    """Whether one side is a name that has its value from the other: their equality is no news."""
    return any(
        isinstance(name, _NAMES) and name not in definition.bodies and body in definition.bodies
        for definition in scope.definitions.values()
        for name, body in ((left, right), (right, left))
    )


def _on(comparison: e.Comparison, scope: Scope) -> bool | None:
    evaluator = Evaluator(scope)
    try:
        if comparison.relations[0] not in {"=", "≔", "≡", "≈"}:
            return bool(evaluator.holds(comparison).all())
        left, right = (np.asarray(evaluator.value(side)) for side in comparison.members)
    except FormulaError:
        return None
    if left.shape != right.shape:
        return None
    scale = max(float(np.linalg.norm(left)), float(np.linalg.norm(right)), 1e-300)
    return float(np.linalg.norm(left - right)) <= NEARLY_EQUAL * scale
