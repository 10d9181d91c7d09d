"""Definitions by cases whose words stand between formulas: “s_k = 1 if z_k > 0, otherwise 0”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

from grader.formulas import expression as e
from grader.formulas.statements import Statement

_IF: Final = re.compile(
    r"^[\s,(]*(?:if|when|whenever|wherever|where|for|iff|as long as)\b", re.IGNORECASE
)
_ELSE: Final = re.compile(r"\b(?:otherwise|else|elsewhere|if not)\b", re.IGNORECASE)
_ZERO_ELSE: Final = re.compile(
    r"^[\s,;(]*(?:and |or |but )?(?:(?:it is |is )?(?:0|zero) (?:otherwise|elsewhere|else|if not)"
    r"|(?:otherwise|elsewhere|else|if not)[\s,]*(?:it is |is )?(?:0|zero))\b",
    re.IGNORECASE,
)


class Line(Protocol):
    """What is looked at of a line of an answer."""

    @property
    def statement(self) -> Statement:
        """What it says."""

    @property
    def after(self) -> str:
        """The prose directly behind its formula."""


def is_conditional(lines: Sequence[Line], number: int) -> bool:
    """Whether “s = 1” is said only for some case."""
    statement, words = lines[number].statement, _words_behind(lines, number)
    is_constant = len(statement.members) == 2 and isinstance(_value(statement), e.Number)
    says_when = _IF.match(words) or _ELSE.search(words[:20]) or _shares_index(lines, number)
    return is_constant and statement.relations == ("=",) and bool(says_when)


def _shares_index(lines: Sequence[Line], number: int) -> bool:
    """“s_k = 1, z_k > 0”: the condition of a component stands right behind its value."""
    if number + 1 >= len(lines) or _condition(lines[number + 1].statement) is None:
        return False
    here, there = (lines[n].statement.members[0].expression for n in (number, number + 1))
    if not isinstance(here, e.Symbol) or not isinstance(there, e.Symbol):
        return False
    letters = [one for one in here.subscripts if isinstance(one, e.Symbol)]
    return bool(letters) and here.subscripts == there.subscripts


def is_other_case(lines: Sequence[Line], number: int) -> bool:
    """Whether “s = 0” only says what holds otherwise, two lines behind “s = 1 if …”."""
    if number < 2 or not is_conditional(lines, number - 2):
        return False
    first, other = (lines[n].statement.members[0].expression for n in (number - 2, number))
    return first == other and _condition(lines[number - 1].statement) is not None


def by_cases(lines: Sequence[Line], number: int) -> e.Cases | None:
    """The value by cases that begins in a line; None when its words are not understood.

    What holds otherwise has to be said: by a number, in an equation, or as “0 otherwise”.
    """
    if number + 1 >= len(lines):
        return None
    condition, value = _condition(lines[number + 1].statement), _value(lines[number].statement)
    otherwise = _otherwise(lines, number)
    if condition is None or value is None or otherwise is None:
        return None
    return e.Cases(((value, condition), otherwise))


def _words_behind(lines: Sequence[Line], number: int) -> str:
    """The words between a line and the next one, in one display or between two formulas."""
    here = lines[number].statement
    following = lines[number + 1].statement.lead if number + 1 < len(lines) else ""
    return here.remark or following or lines[number].after


def _value(statement: Statement) -> e.Expression | None:
    return statement.members[-1].expression


def _condition(statement: Statement) -> e.Comparison | None:
    if not statement.is_read or len(statement.members) != 2 or statement.relations[0] not in "<>≤≥":
        return None
    return e.Comparison(statement.expressions, statement.relations)


def _otherwise(
    lines: Sequence[Line], number: int
) -> tuple[e.Expression, e.Comparison | None] | None:
    """What holds in the other case: behind the condition, which is the line after `number`."""
    words = _words_behind(lines, number + 1)
    if _ZERO_ELSE.match(words):
        return e.Number(0), None
    if number + 2 >= len(lines):
        return None
    statement = lines[number + 2].statement
    first, value = statement.members[0].expression, _value(statement)
    is_same = len(statement.members) == 2 and first == lines[number].statement.members[0].expression
    if not isinstance(value, e.Number) or not (is_same or len(statement.members) == 1):
        return None
    behind = _words_behind(lines, number + 2)
    if _ELSE.search(words) or _ELSE.search(behind[:20]):
        return value, None
    opposite = _condition(lines[number + 3].statement) if number + 3 < len(lines) else None
    says_when = _IF.match(behind) or _shares_index(lines, number + 2)
    if says_when and opposite is not None:
        return value, opposite
    return None
