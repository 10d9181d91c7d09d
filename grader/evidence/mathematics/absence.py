"""Items that were not answered inside of a part that was: “2(c): skipped”, or A and b and no more.

An item counts as missing only if nothing in its part could be its answer: every formula there was
understood and is about something else, and no word hints at what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from grader.evidence.mathematics import problem2, targets
from grader.evidence.mathematics.pieces import Formula
from grader.evidence.mathematics.workbook import EQUALITIES, Line, Workbook
from grader.formulas import expression as e
from grader.model import Part

_NOTHING: Final = re.compile(
    r"(?:i )?(?:skip(?:ped|ping)?(?: this(?: one| part)?)?|no (?:answer|solution|idea|time)"
    r"|not (?:done|attempted|answered|solved|finished)|(?:did not|didn['’]t) (?:do|finish|get to)"
    r"(?: this(?: one| part)?| it)?|(?:don['’]t|do not) know(?: how| this(?: one)?| it)?|n/?a|none"
    r"|left out|omitted|ran out of time)",
    re.IGNORECASE,
)
"""What people write where they have no answer."""

_MARKUP: Final = re.compile(r"\\[a-zA-Z]+\*?|[^\w'’/ ]")

LONGEST_REMARK: Final = 300
"""Characters of a part that says something beside the question; a longer one may hold anything."""


def is_absent(item: str, book: Workbook) -> bool:
    """Whether a part that has text has no answer to an item of it."""
    part = Part(item.partition(".")[0])
    if _says_nothing(book, part):
        return True
    rule = _RULES.get(item)
    return rule is not None and _is_understood(book, part) and rule(book)


def _says_nothing(book: Workbook, part: Part) -> bool:
    words = " ".join(_MARKUP.sub(" ", book.prose(part)).split())
    return not any(_formulas(book, part)) and _NOTHING.fullmatch(words) is not None


def _formulas(book: Workbook, part: Part) -> Iterator[Formula]:
    return (piece for piece in book.pieces(part) if isinstance(piece, Formula))


def _is_understood(book: Workbook, part: Part) -> bool:
    """Whether every formula of a part was read to its end."""
    return all(
        formula.trouble is None and all(statement.is_read for statement in formula.statements)
        for formula in _formulas(book, part)
    )


def _mentions(line: Line, name: str) -> bool:
    return any(name in node.names for node in line.expressions)


# ---------------------------------------------------------------- 1(b): which λ

_ABOUT_STRENGTH: Final = re.compile(
    r"lambda|λ|larg|small|great|\bbig|increas|decreas|grow|positiv|negativ|choos|pick|strength|value"
    r"|high|low|abov|below|exceed|\bone\b|more|less|strong|weak|penal|shrink|between|decay|rang|power"
    r"|degree|coefficient|[<>]|\d",
    re.IGNORECASE,
)


def _no_condition(book: Workbook) -> bool:
    """Whether λ appears only inside of equations, and no word is about how large it is."""
    if not any(_formulas(book, Part("1b"))) or _ABOUT_STRENGTH.search(book.prose(Part("1b"))):
        return False
    lines = [line for part in ("1a", "1b", "1c") for line in book.lines(Part(part))]
    return not any(_is_about_lambda(line) for line in lines)


def _is_about_lambda(line: Line) -> bool:
    alone = any(isinstance(node, e.Symbol) and node.name == "lambda" for node in line.expressions)
    compared = not set(line.statement.relations) <= EQUALITIES
    return alone or (compared and _mentions(line, "lambda"))


# ---------------------------------------------------------------- 2(b), 2(c), 2(e)

_ABOUT_LEAST_SQUARES: Final = re.compile(
    r"least|squar|\bols\b|normal|pseudo|inverse|ordinary|solution|minimi|optim|substitut|plug|insert",
    re.IGNORECASE,
)
_ABOUT_LIMIT: Final = re.compile(
    r"limit|converg|tend|infinit|hint|geometric|neumann|→|∞|\bgo(?:es)? to|approach|final|series",
    re.IGNORECASE,
)
_ABOUT_ITERATES: Final = re.compile(
    r"power|\bsum|times|recursi|part|\babove|before|earlier|unroll|previous|\([a-e]\)|\d|=|formula"
    r"|expression|multipl|induct|product|matri",
    re.IGNORECASE,
)
_LIKE_ANOTHER: Final = re.compile(r"same|identical|equal|equivalent|coincid|agree|match|like", re.I)


def _no_data_form(book: Workbook) -> bool:
    """Whether A, b and the limit in them stand there, and X in nothing but A and b."""
    part = Part("2b")
    lines = book.lines(part)
    has_limit = any(targets.limit(line.expressions[0]) is not None for line in lines)
    affine = problem2.judge("2b.affine", book)
    is_named = affine is not None and (affine.holds or affine.misconception is not None)
    if not has_limit or not is_named or _ABOUT_LEAST_SQUARES.search(book.prose(part)):
        return False  # A and b may stand for X^TX and X^Ty
    others = (line for other in ("2a", "2c", "2d") for line in book.lines(Part(other)))
    if any(_is_limit_in_data(line) for line in others):
        return False
    return not any(_mentions(line, "X") and not _is_a_step(line) for line in lines)


def _is_limit_in_data(line: Line) -> bool:
    """Whether a limit stands there with X in it: the answer may stand in a later part."""
    return _mentions(line, "X") and any(
        targets.limit(node) is not None for node in line.expressions
    )


def _is_a_step(line: Line) -> bool:
    """Whether it says what A, b or w_{t+1} is."""
    first = line.expressions[0]
    is_named = isinstance(first, e.Symbol) and first.key in {"A", "b"}
    has_form = len(line.statement.members) > 1
    return has_form and (is_named or targets.next_iterate(first) is not None)


def _no_limit(book: Workbook) -> bool:
    """Whether w_t stands there, and nothing about where it goes."""
    part = Part("2c")
    lines = book.lines(part)
    has_iterate = any(targets.iterate(line.expressions[0]) is not None for line in lines)
    if not has_iterate or _ABOUT_LIMIT.search(book.prose(part)):
        return False
    return not any(_is_about_limit(line) for line in lines)


def _is_about_limit(line: Line) -> bool:
    """Whether there is an arrow, an infinity, an inverse, a limit, or a start at zero."""
    if not set(line.statement.relations) <= EQUALITIES or line.statement.lead:
        return True
    for node in (one for member in line.expressions for one in member.walk()):
        is_limit = isinstance(node, e.Limit | e.Wanted | e.Over) and "∞" in str(node)
        is_inverse = isinstance(node, e.Power) and isinstance(node.exponent, e.Negative)
        if is_limit or is_inverse or targets.limit(node) is not None or "∞" in str(node):
            return True
    first = line.expressions[0]
    return isinstance(first, e.Symbol) and first.key in {"w_0", "theta_0", "beta_0"}


def _no_expectation(book: Workbook) -> bool:
    """Whether there are a few words and no formula; “the same” may point at the answer of 2(c)."""
    part = Part("2e")
    words = book.prose(part)
    if any(_formulas(book, part)) or len(words) > LONGEST_REMARK or _ABOUT_ITERATES.search(words):
        return False
    return not _LIKE_ANOTHER.search(words) or not any(_formulas(book, Part("2c")))


_RULES: Final[dict[str, Callable[[Workbook], bool]]] = {
    "1b.lambda": _no_condition,
    "2b.least_squares": _no_data_form,
    "2c.limit": _no_limit,
    "2e.expectation": _no_expectation,
}
