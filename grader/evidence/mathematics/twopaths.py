"""4c.decomposition: which part of ∂L/∂x comes from the skip, and which through the hidden layer.

Either the answer is a sum of two terms with the right values, or each term is named beside the
path that it belongs to: “the skip contributes e, the hidden path e Σ …”. The terms may also be
those of the student's own ∂L/∂x of part (b).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from grader.evidence.mathematics.judging import Ruling
from grader.evidence.mathematics.symbols import problem_4, problem_4_instances
from grader.evidence.mathematics.workbook import Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.model import Part
from reference import problem4
from reference.problem4 import Instance

PART: Final = Part("4c")
GRADIENTS: Final = Part("4b")

_INSTANCES: Final = problem_4_instances()

SKIP_WORDS: Final = ("skip", "direct", "identity", "residual", "shortcut")
HIDDEN_WORDS: Final = (
    "hidden", "standard", "network", "mlp", "main", "other", "relu", "through", "usual", "normal",
    "nonlinear", "ordinary",
)  # fmt: skip
"""What people call the two paths."""


@dataclass(frozen=True)
class Shares:
    """The two parts of ∂L/∂x on one instance, and the evaluator for it."""

    evaluator: Evaluator
    skip: float
    hidden: float


Pairs = Sequence[Shares]
"""One decomposition on every instance."""


def judge(book: Workbook, given: frozenset[str], factor: float) -> Ruling | None:
    """Rule on the decomposition; None when it was not found.

    Args:
        book: the answers.
        given: names that nobody redefines.
        factor: the c of the student's loss.
    """
    definitions = book.definitions(PART, given)
    instances = [replace(i, factor=factor) for i in _INSTANCES]
    for note, shares in (
        ("formula-right", [_expected(i, definitions) for i in instances]),
        ("follows-from-own", _own(instances, definitions)),
    ):
        if shares and (line := _found(book, shares)) is not None:
            return Ruling(True, note, details={"found": line.source.strip(), "where": line.where})
    return None


def _found(book: Workbook, shares: Pairs) -> Line | None:
    return _as_a_sum(book, shares) or _told_apart(book, shares)


def _evaluator(i: Instance, definitions: Mapping[str, Definition]) -> Evaluator:
    scope = problem_4(i).scope(frozenset(definitions))
    return Evaluator(scope.with_definitions(definitions))


def _expected(i: Instance, definitions: Mapping[str, Definition]) -> Shares:
    return Shares(_evaluator(i, definitions), problem4.skip_share(i), problem4.hidden_share(i))


def _own(instances: Sequence[Instance], definitions: Mapping[str, Definition]) -> Pairs:
    """The parts of the student's own ∂L/∂x: the skip's is what b₂ gets. Empty if there are none."""
    found = []
    for i in instances:
        evaluator = _evaluator(i, definitions)
        try:
            slope, whole = (
                evaluator.number(e.Derivative(e.Symbol("L"), by))
                for by in (e.Symbol("b", (e.Number(2),)), e.Symbol("x"))
            )
        except FormulaError:
            return ()
        if min(abs(slope), abs(whole - slope)) < 1e-9:  # one of the paths is missing
            return ()
        found.append(Shares(evaluator, slope, whole - slope))
    return found


# ---------------------------------------------------------------- one formula with two terms


def _as_a_sum(book: Workbook, shares: Pairs) -> Line | None:
    words = _all_words(book)
    orders = _orders(words)
    if not any(word in words for word in SKIP_WORDS):
        return None
    for line in book.lines(PART):
        for node in line.expressions:
            if orders and all(_splits(node, s, orders) for s in shares):
                return line
    return _told_of(book, shares, orders) if len(orders) == 1 else None


def _told_of(book: Workbook, shares: Pairs, orders: Sequence[Order]) -> Line | None:
    """“The first term of ∂L/∂x …”, in part (b), where no sum has its terms the other way."""
    sums = [
        (line, order)
        for line in book.lines(GRADIENTS)
        for node in line.expressions
        for order in _BOTH_ORDERS
        if all(_splits(node, s, [order]) for s in shares)
    ]
    about_x = any(_is_slope(node) for line in book.lines(PART)[:1] for node in line.expressions)
    one_way = {order for _, order in sums} == set(orders)
    return sums[-1][0] if about_x and one_way else None


def _is_slope(node: e.Expression) -> bool:
    return isinstance(node, e.Derivative) and node.by == e.Symbol("x")


Order = tuple[str, str]
"""The paths of the first and the second term."""

_BOTH_ORDERS: Final[tuple[Order, ...]] = (("skip", "hidden"), ("hidden", "skip"))
_ORDINAL: Final = re.compile(
    r"\b(?:(?P<first>first|former|left)|(?P<second>second|latter|right))"
    r"(?: (?:term|part|summand|one|piece|contribution)s?\b"
    r"|(?= (?:is|comes?|from|represents|belongs|stems|corresponds|arises|due)\b))"
    r"(?P<words>[^.;,]{0,60})"
)
"""“The first term is the hidden path”, “the second comes from the skip”."""


def _orders(words: str) -> tuple[Order, ...]:
    """The orders of the terms that the words allow; none where they contradict or are unclear."""
    allowed = set(_BOTH_ORDERS)
    for match in _ORDINAL.finditer(words):
        path = _PATHS.search(match["words"])
        if path is not None:
            place = 0 if match["first"] else 1
            allowed = {order for order in allowed if order[place] == path.lastgroup}
        else:
            return ()
    return tuple(order for order in _BOTH_ORDERS if order in allowed)


def _all_words(book: Workbook) -> str:
    """The prose of the part, and the remarks under its braces."""
    remarks = " ".join(
        one.remark
        for line in book.lines(PART)
        for node in line.expressions
        for one in node.walk()
        if isinstance(one, e.Annotated)
    )
    return f"{book.prose(PART)} {remarks}".lower()


def _splits(node: e.Expression, shares: Shares, orders: Sequence[Order]) -> bool:
    """Whether it is a sum of two terms with the values of the two paths, in one of these orders."""
    outer, terms = _outer_and_terms(node)
    if len(terms) != 2:
        return False
    try:
        scale = 1.0 if outer is None else shares.evaluator.number(outer)
        parts = [scale * shares.evaluator.number(term) for term in terms]
    except FormulaError:
        return False
    values = {"skip": shares.skip, "hidden": shares.hidden}
    return any(
        all(
            np.isclose(part, values[path]) and _may_be_called(term, path)
            for part, term, path in zip(parts, terms, order, strict=True)
        )
        for order in orders
    )


def _may_be_called(term: e.Expression, path: str) -> bool:
    """Whether a brace below a term names this path, or none."""
    named = {
        match.lastgroup
        for one in term.walk()
        if isinstance(one, e.Annotated)
        for match in _PATHS.finditer(one.remark.lower())
    }
    return not named or path in named


def _outer_and_terms(node: e.Expression) -> tuple[e.Expression | None, tuple[e.Expression, ...]]:
    """e(1 + S) as e and its two terms; a bare sum has no outer factor."""
    while isinstance(node, e.Either):
        node = node.product
    if isinstance(node, e.Add):
        return None, node.terms
    if isinstance(node, e.Multiply):
        for outer, inner in ((node.left, node.right), (node.right, node.left)):
            if isinstance(inner, e.Add):
                return outer, inner.terms
    return None, ()


# ---------------------------------------------------------------- two formulas, each with a name


def _told_apart(book: Workbook, shares: Pairs) -> Line | None:
    """“The skip contributes e, the hidden path …”: the line of the first, if both are there."""
    skip, hidden = None, None
    for line in book.lines(PART):
        path = _path_named(line)
        for node in line.expressions if path is not None else ():
            if path == "skip" and all(_is(node, s, s.skip) for s in shares):
                skip = skip or line
            if path == "hidden" and all(_is(node, s, s.hidden) for s in shares):
                hidden = hidden or line
    rest_is_said = _REST.search(book.prose(PART).lower()) is not None
    return skip if hidden is not None or (skip is not None and rest_is_said) else None


_REST: Final = re.compile(
    r"\b(?:rest|other|second|remain\w*|sum)\b[^.;]{0,60}\b(?:" + "|".join(HIDDEN_WORDS) + r"|path)"
)
"""“The rest comes through the hidden layer.”"""


def _is(node: e.Expression, shares: Shares, value: float) -> bool:
    try:
        return bool(np.isclose(shares.evaluator.number(node), value, rtol=1e-9))
    except FormulaError:
        return False


_PATHS: Final = re.compile(f"(?P<skip>{'|'.join(SKIP_WORDS)})|(?P<hidden>{'|'.join(HIDDEN_WORDS)})")
_NAMED_BEHIND: Final = re.compile(
    r"\W*(?:\(|(?:which )?(?:is|comes|from|via|through|along|due|for|flows|represents|belongs)\b)"
    r"|\s*the (?:path|route|way|part|contribution)\b"
)

_SHARED: Final = re.compile(r"\b(?:due|belong\w*|correspond\w*|attribut\w+|owe[ds]?|owing) to\b")
_SHARING: Final = re.compile(r"\W*to (?:the )?(?P<path>[\w ]{0,20})")
"""“… is due to the skip connection and … to the standard path.”"""


def _path_named(line: Line) -> str | None:
    """Which path the words beside a formula name: those before it, or else those behind it."""
    before, behind = line.context
    ahead = re.split(r"[.;!?]\s|\\item\b", " ".join(before).lower())[-1]
    after = re.split(r"[.;!?](?:\s|$)", " ".join(behind).lower())[0]
    next_name = _PATHS.search(after)
    if next_name is not None and _NAMED_BEHIND.match(after):
        return next_name.lastgroup
    shared = _SHARING.match(after) if _SHARED.search(ahead) else None
    if shared is not None and (named := _PATHS.search(shared["path"])) is not None:
        return named.lastgroup
    names = list(_PATHS.finditer(ahead))
    last = names[-1] if names else next_name
    return last.lastgroup if last is not None else None
