r"""Derivatives: \frac{∂L}{∂w}, ∂L/∂w, ∇L(w), dW_1.

They are names of quantities that have their values elsewhere; only `Differentiate` is a task.
"""

from __future__ import annotations

from typing import Final

from grader.formulas import brackets, scripts
from grader.formulas.cursor import Cursor
from grader.formulas.errors import TooMuch, Unreadable
from grader.formulas.expression import (
    Call,
    Derivative,
    Differentiate,
    Divide,
    Either,
    Expression,
    Label,
    Number,
    Symbol,
)
from grader.formulas.tokens import Kind, Token

LONGEST_POINT = 12
"""Tokens of a point such as (w_{t+1}); longer brackets are read once, as a factor."""

_BY_D: Final = frozenset({"W", "b", "x", "z", "a", "w", "L"})
"""What a d may be glued to, as in dW_1; d is also a number of features."""


def fraction(p: Cursor, _: Token) -> Expression:
    r"""\frac, already taken: an ordinary fraction, or a derivative in Leibniz' notation."""
    if (derivative := _leibniz(p)) is not None:
        return derivative
    over = brackets.argument(p)
    return Divide(over, brackets.argument(p))


def _leibniz(p: Cursor) -> Expression | None:
    """∂L over ∂w; None for an ordinary fraction."""
    start = p.mark()
    sign = _differential(p) if p.accept(Kind.BEGIN) else None
    if sign is None or not _has_differential_below(p):
        p.rewind(start)
        return None
    try:
        return _leibniz_parts(p)
    except TooMuch:
        raise
    except Unreadable:
        if sign.kind is Kind.COMMAND:
            raise
        p.rewind(start)  # d as a number: \frac{d}{d+1}
        return None


def _differential(p: Cursor) -> Token | None:
    return p.accept(Kind.COMMAND, "partial") or p.accept(Kind.NAME, "d")


def _has_differential_below(p: Cursor) -> bool:
    """Whether the denominator, too, begins with ∂ or d."""
    depth, ahead = 1, 0
    while depth and (token := p.peek(ahead)):
        depth += {Kind.BEGIN: 1, Kind.END: -1}.get(token.kind, 0)
        ahead += 1
    if not p.next_is(Kind.BEGIN, ahead=ahead):
        return False
    return p.next_is(Kind.COMMAND, "partial", ahead=ahead + 1) or p.next_is(
        Kind.NAME, "d", ahead=ahead + 1
    )


def _leibniz_parts(p: Cursor) -> Expression:
    order = _order(p)
    of = None if p.next_is(Kind.END) else p.expression()
    p.expect(Kind.END)
    p.expect(Kind.BEGIN)
    by, below = _denominator(p)
    p.expect(Kind.END)
    if order != below:
        raise p.wrong("a derivative of one order above and below")
    if of is None:
        operand = p.term() if p.starts_factor() else Label("")
        return Differentiate(operand, by)
    return _of(p, of, by, order)


def _denominator(p: Cursor) -> tuple[Expression, int]:
    """∂w, ∂w², ∂w ∂wᵀ: by what, and how often."""
    if _differential(p) is None:
        raise p.wrong("∂")
    by = variable(p)
    order = _order(p)
    while _differential(p):
        if _without_transpose(p) != by:
            raise Unreadable("a mixed derivative", p.place)
        order += 1
    return by, order


def _without_transpose(p: Cursor) -> Expression:
    by = variable(p)
    if p.next_is(Kind.SUP):
        scripts.superscript(p)
    return by


def _order(p: Cursor) -> int:
    """The 2 of ∂²; 1 if nothing is written."""
    if not p.accept(Kind.SUP):
        return 1
    grouped = p.accept(Kind.BEGIN)
    number = p.expect(Kind.NUMBER)
    if grouped:
        p.expect(Kind.END)
    return int(number.text) if number.text.isdigit() else 0


def _of(p: Cursor, of: Expression, by: Expression, order: int) -> Expression:
    call = of.call if isinstance(of, Either) else of
    if isinstance(call, Call) and isinstance(call.function, Symbol) and len(call.arguments) == 1:
        return Derivative(call.function, by, call.arguments[0], order)
    return Derivative(of, by, _point(p), order)


def _point(p: Cursor) -> Expression | None:
    """(w_t) behind a derivative."""
    if not p.next_is(Kind.OPEN, "(") or scripts.behind_bracket(p, 0) > LONGEST_POINT:
        return None
    start = p.mark()
    _, content = brackets.bracketed(p)
    if isinstance(content, Symbol | Number):
        return content
    p.rewind(start)
    return None


def partial(p: Cursor, _: Token) -> Expression:
    """∂L/∂w with a slash, or ∂_w L; the first ∂ is already taken."""
    if p.accept(Kind.SUB):
        by = scripts.subscripts(p)[0]
        of = variable(p)
        return Derivative(of, by, _point(p))
    of = variable(p)
    p.expect(Kind.OPERATOR, "/")
    p.expect(Kind.COMMAND, "partial")
    return Derivative(of, variable(p))


def nabla(p: Cursor, token: Token) -> Expression:
    """∇, already taken, with what it stands before."""
    order = 1
    by: Expression | None = None
    for _ in range(2):
        if p.accept(Kind.SUB):
            by = scripts.subscripts(p)[0]
        elif p.next_is(Kind.SUP):
            order = _order(p)
    if order not in {1, 2}:
        raise Unreadable("a derivative of this order", token.start)
    return _nabla_of(p, by, order)


def _nabla_of(p: Cursor, by: Expression | None, order: int) -> Expression:
    if p.next_is(Kind.NAME) or p.next_is(Kind.BEGIN):
        of = variable(p)
        return Derivative(of, by, _point(p), order)
    if p.next_is(Kind.OPEN):
        return Differentiate(brackets.bracketed(p)[1], by)
    if p.starts_factor():
        return Differentiate(p.factor(), by)
    return Derivative(None, by, None, order)


def is_differential(p: Cursor, token: Token) -> bool:
    """Whether a d, already taken, is glued to a name, as in dW_1."""
    following = p.peek()
    if following is None or following.start != token.end:
        return False
    if following.kind is Kind.ACCENT:
        return True
    return following.kind is Kind.NAME and following.text in _BY_D


def short(p: Cursor) -> Expression:
    """dW_1 for the gradient by W_1, and dL/dW_1 on one line; the first d is already taken."""
    found = variable(p)
    if not (p.next_is(Kind.OPERATOR, "/") and p.next_is(Kind.NAME, "d", ahead=1)):
        return Derivative(None, found)
    p.position += 2
    return Derivative(found, variable(p))


def variable(p: Cursor) -> Symbol:
    """A name with its subscripts and marks, not applied to anything."""
    p.deeper()
    if p.accept(Kind.BEGIN):
        found: Expression = variable(p)
        p.expect(Kind.END)
    elif accent := p.accept(Kind.ACCENT):
        found = accented(p, accent)
    else:
        found = with_glued_digit(p, p.expect(Kind.NAME))
    while p.next_is(Kind.SUB) or scripts.has_mark(p):
        found = scripts.one(p, found)
    p.higher()
    if not isinstance(found, Symbol):
        raise p.wrong("a name")
    return found


def accented(p: Cursor, accent: Token) -> Symbol:
    """The letter below a hat, tilde or bar, already taken: a name of its own."""
    base = brackets.argument(p)
    if not isinstance(base, Symbol):
        raise Unreadable(f"“{accent.text}” over more than one letter", accent.start)
    plain = accent.text in {"vec", "underline"}
    return Symbol(base.name if plain else f"{accent.text} {base.name}", base.subscripts)


def with_glued_digit(p: Cursor, token: Token) -> Symbol:
    """W1 for W_1, as in code; a digit behind a Greek command multiplies."""
    digit = p.peek()
    glued = digit is not None and digit.kind is Kind.NUMBER and digit.start == token.end
    if not glued or digit is None or token.end - token.start != 1 or not token.text.isascii():
        return Symbol(token.text)
    if not digit.text.isdigit() or len(digit.text) > 1:
        raise Unreadable(f"“{token.text}{digit.text}”: a product, or an index?", token.start)
    p.position += 1
    return Symbol(token.text, (Number(float(digit.text)),))
