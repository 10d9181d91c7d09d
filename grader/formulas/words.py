r"""Words: functions such as sin and diag, big operators Σ, Π, max, limits, argmin."""

from __future__ import annotations

from typing import Final, Literal, cast

from grader.formulas import brackets, scripts
from grader.formulas.alphabet import ASK, BIG
from grader.formulas.cursor import Cursor
from grader.formulas.errors import Unreadable
from grader.formulas.expression import (
    Add,
    Call,
    Comparison,
    Divide,
    Dots,
    Expression,
    Label,
    Limit,
    Multiply,
    Negative,
    Number,
    Over,
    Power,
    Prime,
    Sequence,
    Symbol,
    Wanted,
)
from grader.formulas.tokens import Kind, Token

_TIGHT: Final = frozenset({"sin", "cos", "tan", "tanh", "exp", "log", "ln"})
"""Functions whose argument without brackets goes on over juxtaposed factors: sin 2x."""

_LETTERS: Final = {"Sigma": "sum", "Pi": "prod"}
_CONSTANTS: Final = frozenset({"pi"})

_What = Literal["sum", "product", "max", "min"]
_Range = tuple[str, "Expression | None", "Expression | None"]


def word(p: Cursor, token: Token) -> Expression:
    """A word, already taken, with what belongs to it."""
    if token.text in BIG and not p.next_is(Kind.OPEN) and not p.next_is(Kind.BEGIN):
        return _over(p, token)
    if token.text in ASK:
        return _wanted(p, token)
    return _function(p, token)


def is_big_letter(p: Cursor, token: Token) -> bool:
    """Whether a capital letter, already taken, stands for a sum or a product: Σ_{k=0}."""
    ahead = (Kind.SUB, Kind.BEGIN, Kind.NAME)
    has_index = all(p.next_is(kind, ahead=n) for n, kind in enumerate(ahead))
    return token.text in _LETTERS and has_index and p.next_is(Kind.RELATION, "=", ahead=len(ahead))


def big_letter(p: Cursor, token: Token) -> Expression:
    """Σ or Π, typed as letters, with what they run over."""
    return _over(p, token._replace(text=_LETTERS[token.text]))


def _wanted(p: Cursor, token: Token) -> Expression:
    if p.accept(Kind.SUB):
        scripts.subscripts(p)
    return Wanted(token.text, p.factor() if p.starts_factor() else Label(token.text))


# ---------------------------------------------------------------- functions


def _function(p: Cursor, token: Token) -> Expression:
    function: Expression = Symbol(token.text)
    while p.next_is(Kind.PRIME) or p.next_is(Kind.SUB):
        function = scripts.one(p, function)
    power = None
    if p.next_is(Kind.SUP):
        function, power = _raised(p, function, token)
    arguments = _arguments(p, token)
    if len(arguments) == 1:
        arguments = (family(p, arguments[0]),)
    call: Expression = Call(function, arguments)
    return call if power is None else Power(call, power)


def _raised(p: Cursor, function: Expression, token: Token) -> tuple[Expression, Expression | None]:
    """The function and the exponent in sin² x; sin⁻¹ could be two things."""
    raised = scripts.put_on(function, scripts.superscript(p))
    if isinstance(raised, Prime):
        return raised, None
    if isinstance(raised, Power) and not isinstance(raised.exponent, Negative):
        return function, raised.exponent
    raise Unreadable(f"“{token.text}” with this superscript", token.start)


def _arguments(p: Cursor, token: Token) -> tuple[Expression, ...]:
    if p.next_is(Kind.OPEN):
        arguments, _ = brackets.bracketed(p)
        return arguments
    if p.accept(Kind.BEGIN):  # max{0, z} in braces that show no brackets
        content = p.condition()
        items = [content]
        while p.accept(Kind.SEPARATOR, ","):
            items.append(p.condition())
        p.expect(Kind.END)
        return tuple(items)
    if not p.starts_factor():
        raise p.wrong(f"the argument of {token.text}")
    return (_bare_argument(p, token),)


def _bare_argument(p: Cursor, token: Token) -> Expression:
    """The argument without brackets: sin 2x, sin π/2; sin x/2 could mean two things."""
    argument = p.factor()
    if token.text not in _TIGHT:
        if p.starts_factor():
            raise Unreadable(f"“{token.text}” needs brackets here", token.start)
        return argument
    while _goes_on(p):
        argument = Multiply(argument, p.factor())
    if p.next_is(Kind.OPERATOR, "/"):
        argument = _divided(p, argument, token)
    elif p.next_is(Kind.OPERATOR, "·", "×", "*") and p.next_is(Kind.NUMBER, ahead=1):
        raise Unreadable(f"“{token.text}” needs brackets here", token.start)
    return argument


def _goes_on(p: Cursor) -> bool:
    """Numbers and names belong to the argument, another function or a bracket does not."""
    return p.next_is(Kind.NAME) or p.next_is(Kind.NUMBER) or p.next_is(Kind.COMMAND, "frac")


def _divided(p: Cursor, argument: Expression, token: Token) -> Expression:
    """sin π/2 can only be the sine of π/2, since nobody halves a known sine."""
    slash = p.expect(Kind.OPERATOR, "/")
    names = argument.names
    under = p.factor()
    if not names <= _CONSTANTS or not isinstance(under, Number):
        raise Unreadable(f"“/” behind {token.text}: write brackets", slash.start)
    return Divide(argument, under)


# ---------------------------------------------------------------- big operators


def _over(p: Cursor, token: Token) -> Expression:
    index, first, last = _range(p)
    body = _body(p, token)
    what = cast(_What, BIG[token.text])
    if what != "sum" and index and _has_foreign_factor(body, index):
        raise Unreadable(f"how far does {token.text} reach? Write brackets", token.start)
    return Over(what, index, first, last, body)


def _body(p: Cursor, token: Token) -> Expression:
    """Up to the next + or −."""
    if p.accept(Kind.OPERATOR, "-"):
        return Negative(p.term())
    if not p.starts_factor():
        raise p.wrong(f"what {token.text} runs over")
    return p.term()


def _has_foreign_factor(body: Expression, index: str) -> bool:
    """Whether the last factor does not depend on the index: Π (1 − ηλ_k) w_0."""
    while isinstance(body, Negative):
        body = body.operand
    if not isinstance(body, Multiply):
        return False
    return index not in body.right.names


def family(p: Cursor, body: Expression) -> Expression:
    """Something in brackets that a range follows: diag(λ^k)_{k=0}^{d−1}."""
    ahead = (Kind.SUB, Kind.BEGIN, Kind.NAME, Kind.RELATION)
    if not all(p.next_is(kind, ahead=n) for n, kind in enumerate(ahead)):
        return body
    if not p.next_is(Kind.RELATION, "=", "≤", ahead=3):
        return body
    index, first, last = _range(p)
    return Over("list", index, first, last, body)


def _range(p: Cursor) -> _Range:
    """What stands below and above a big operator."""
    index, first, last = "", None, None
    for _ in range(2):
        if p.next_is(Kind.SUB):
            index, first, highest = _lower_bound(p)
            last = highest if highest is not None else last
        elif p.accept(Kind.SUP):
            last = _upper_bound(p)
    return index, first, last


def _upper_bound(p: Cursor) -> Expression:
    if not p.accept(Kind.BEGIN):
        return scripts.single(p)
    content = p.expression()
    p.expect(Kind.END)
    return content


def _lower_bound(p: Cursor) -> _Range:
    """Below Σ: “k = 0”, “k”, “0 ≤ k < t”, “k ∈ [n]”."""
    start = p.expect(Kind.SUB).start
    if not p.accept(Kind.BEGIN):
        return _index(scripts.single(p), start), None, None
    stacked = p.accept(Kind.COMMAND, "substack") is not None
    grouped = stacked and p.accept(Kind.BEGIN) is not None
    condition = p.condition()
    if grouped:
        p.expect(Kind.END)
    if p.next_is(Kind.SEPARATOR, ",") and p.next_is(Kind.DOTS, ahead=1):
        return _enumerated(p, condition, start)
    if p.next_is(Kind.SEPARATOR) or p.next_is(Kind.NEWLINE):
        raise p.wrong("one condition on the index")
    p.expect(Kind.END)
    return _bounds(condition, start)


def _enumerated(p: Cursor, condition: Expression, start: int) -> _Range:
    """“k = 0, …, d − 1” below the sign: the last value is the upper end."""
    for kind in (Kind.SEPARATOR, Kind.DOTS, Kind.SEPARATOR):
        p.expect(kind)
    last = p.expression()
    p.expect(Kind.END)
    index, first, _ = _bounds(condition, start)
    return index, first, last


def _index(expression: Expression, position: int) -> str:
    if isinstance(expression, Symbol) and not expression.subscripts:
        return expression.name
    raise Unreadable("the index of a sum", position)


def _bounds(condition: Expression, position: int) -> _Range:
    if isinstance(condition, Symbol):
        return _index(condition, position), None, None
    if not isinstance(condition, Comparison):
        raise Unreadable("the index of a sum", position)
    members, relations = condition.members, condition.relations
    if relations == ("=",):
        return _from_equation(members, position)
    if relations == ("∈",):
        return _index(members[0], position), *_from_set(members[1], position)
    if len(relations) == 2 and set(relations) <= {"≤", "<"}:
        first = members[0] if relations[0] == "≤" else Add((members[0], Number(1.0)))
        last = members[2] if relations[1] == "≤" else _before(members[2])
        return _index(members[1], position), first, last
    raise Unreadable("the range of a sum", position)


def _before(bound: Expression) -> Expression:
    return Add((bound, Negative(Number(1.0))))


def _from_equation(members: tuple[Expression, ...], position: int) -> _Range:
    """“k = 0”, or “k = 0, …, t − 1” below the sign."""
    return _index(members[0], position), members[1], None


def _from_set(values: Expression, position: int) -> tuple[Expression, Expression]:
    """i ∈ [n], k ∈ {0, …, d − 1}."""
    if isinstance(values, Symbol):
        return Number(1.0), values
    if isinstance(values, Sequence) and len(values.items) > 2:
        first, last = values.items[0], values.items[-1]
        explicit = [one.value for one in values.items[:-2] if isinstance(one, Number)]
        counted = [explicit[0] + k for k in range(len(values.items) - 2)] if explicit else []
        if isinstance(values.items[-2], Dots) and counted and explicit == counted:
            return first, last
    raise Unreadable("the set of an index", position)


# ---------------------------------------------------------------- limits


def limit(p: Cursor, _: Token) -> Expression:
    """Lim, already taken."""
    if not p.next_is(Kind.SUB):
        return Wanted("lim", p.term())
    start = p.expect(Kind.SUB).start
    p.expect(Kind.BEGIN)
    condition = p.condition()
    p.expect(Kind.END)
    if not isinstance(condition, Comparison) or condition.relations != ("→",):
        raise Unreadable("expected t → ∞ below the limit", start)
    return Limit(condition.members[0], condition.members[1], p.term())
