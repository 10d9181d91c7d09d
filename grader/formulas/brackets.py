r"""Brackets, bars and groups: (…), [a, b), \{…\}, ⟨u, v⟩, |…|, ‖…‖, {…} of TeX, indicators."""

from __future__ import annotations

from typing import Final

from grader.formulas import scripts, words
from grader.formulas.cursor import ENDS, Cursor
from grader.formulas.errors import TooMuch, Unreadable
from grader.formulas.expression import (
    Absolute,
    Add,
    Call,
    Comparison,
    Divide,
    Either,
    Expression,
    Indicator,
    Inner,
    Interval,
    Label,
    Multiply,
    Negative,
    Norm,
    Number,
    Sequence,
    Symbol,
)
from grader.formulas.tokens import Kind, Token

CLOSERS: Final = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋"}

_BOUNDS: Final = frozenset("()[]")
"""Brackets that may bound an interval, and need not match then."""


# ---------------------------------------------------------------- brackets that are seen


def opened(p: Cursor, token: Token) -> Expression:
    """An atom in brackets, the opening one already taken."""
    content = _inside(p, token)
    if isinstance(content, Comparison):
        return Indicator(content)
    if token.text == "⟨":
        return _inner(content, token)
    return words.family(p, content)


def _inner(content: Expression, token: Token) -> Expression:
    if not isinstance(content, Sequence):  # a physicist's mean
        return Call(Symbol("E"), (content,))
    if len(content.items) != 2:
        raise Unreadable("⟨ ⟩ takes two vectors", token.start)
    return Inner(*content.items)


def bracketed(p: Cursor) -> tuple[tuple[Expression, ...], Expression]:
    """What stands in the brackets ahead: as arguments of a function, and as a group."""
    content = _inside(p, p.expect(Kind.OPEN))
    return (content.items if isinstance(content, Sequence) else (content,)), content


def applied(p: Cursor, symbol: Expression) -> Expression:
    """A name, with what stands in brackets behind it: a call, or a product."""
    if not p.next_is(Kind.OPEN, "(", "[", "{"):
        return symbol
    arguments, content = bracketed(p)
    behind = scripts.read(p)
    call = scripts.put_on(Call(symbol, arguments), behind)
    return Either(call, Multiply(symbol, scripts.put_on(content, behind)), symbol)


def _inside(p: Cursor, opening: Token) -> Expression:
    """Up to the closing bracket: an expression, a list or a condition."""
    bars, p.bars = p.bars, ["|"] if opening.text == "⟨" else []  # ⟨u | v⟩
    if opening.text == "⌊":
        raise Unreadable("rounding brackets", opening.start)
    items = [p.condition()]
    while _separates(p, opening):
        if p.next_is(Kind.CLOSE):  # (0, …,)
            break
        items.append(p.condition())
    closing = p.expect(Kind.CLOSE)
    p.bars = bars
    return _closed(items, opening, closing)


def _separates(p: Cursor, opening: Token) -> bool:
    if p.accept(Kind.SEPARATOR, ",", ";", "|"):
        p.accept(Kind.SEPARATOR, " ")
        return True
    return opening.text in "⟨{(" and p.accept(Kind.BAR, "|") is not None


def _closed(items: list[Expression], opening: Token, closing: Token) -> Expression:
    bounds = opening.text in _BOUNDS and closing.text in _BOUNDS
    if len(items) == 2 and bounds and opening.text + closing.text != "()":
        return Interval(items[0], items[1], opening.text == "[", closing.text == "]")
    if closing.text != CLOSERS.get(opening.text):
        raise Unreadable(f"“{opening.text}” is closed by “{closing.text}”", closing.start)
    return items[0] if len(items) == 1 else Sequence(tuple(items))


def until(p: Cursor, closer: str) -> Expression:
    """An expression, or a list, up to a closing bracket."""
    items = [p.expression()]
    while p.accept(Kind.SEPARATOR):
        items.append(p.expression())
    p.expect(Kind.CLOSE, closer)
    return items[0] if len(items) == 1 else Sequence(tuple(items))


# ---------------------------------------------------------------- groups of TeX, which are not seen


_BEFORE_SUM: Final = ENDS - {Kind.END, Kind.CLOSE} | {Kind.OPEN, Kind.BEGIN, Kind.COMMAND}


def group(p: Cursor, token: Token) -> Expression:
    """{…} as an atom, the brace already taken."""
    if p.next_is(Kind.END):  # {} before a script: nothing, often left of ^
        raise p.wrong("a term")
    start = p.position - 1
    seen = p.next_is(Kind.OPEN) and p.next_is(Kind.END, ahead=scripts.behind_bracket(p, 0))
    bars, p.bars = p.bars, []
    content = p.condition()
    if p.accept(Kind.COMMAND, "over"):  # TeX's own fraction: {a \over b}
        content = Divide(content, p.expression())
    p.expect(Kind.END)
    p.bars = bars
    if isinstance(content, Comparison):
        raise Unreadable("a relation where a term is expected", token.start)
    scripted = p.next_is(Kind.SUP) or p.next_is(Kind.SUB) or p.next_is(Kind.PRIME)
    if isinstance(content, Multiply) and scripted:
        raise Unreadable("a product in braces, which are not seen in print", token.start)
    if isinstance(content, Add | Negative) and not seen and not _stands_alone(p, start, content):
        raise Unreadable("a sum in braces, which are not seen in print", token.start)
    return applied(p, content) if isinstance(content, Symbol) else content


def _stands_alone(p: Cursor, start: int, content: Expression) -> bool:
    """Whether a sum means the same with brackets that are not seen: {a+b} + c, not {a+b} c."""
    before = p.tokens[start - 1] if start else None
    after = p.peek()
    plus = before is not None and before[:2] == (Kind.OPERATOR, "+")
    if before is not None and before.kind not in _BEFORE_SUM and not plus:
        return False
    if isinstance(content, Negative) and not p.next_is(Kind.SUP):
        return True
    return after is None or after.kind in ENDS or after[:2] in _SIGNS


_SIGNS: Final = {(Kind.OPERATOR, "+"), (Kind.OPERATOR, "-")}


def argument(p: Cursor) -> Expression:
    """The argument of a command: a group or one sign."""
    if p.accept(Kind.BEGIN):
        content = p.expression()
        p.expect(Kind.END)
        return content
    token = p.peek()
    if token is not None and token.kind is Kind.NUMBER:
        return _one_digit(p, token)
    if token is not None and token.kind is Kind.NAME:
        p.position += 1
        return Symbol(token.text)
    return p.atom()


def _one_digit(p: Cursor, token: Token) -> Expression:
    r"""TeX takes one digit as an argument: \frac12 is a half."""
    if not token.text.isdigit():
        raise p.wrong("an argument")
    if len(token.text) > 1:
        middle = min(token.start + 1, token.end)
        p.tokens[p.position : p.position + 1] = [
            Token(Kind.NUMBER, token.text[0], token.start, middle),
            Token(Kind.NUMBER, token.text[1:], middle, token.end),
        ]
    p.position += 1
    return Number(float(token.text[0]))


# ---------------------------------------------------------------- bars


def bar(p: Cursor, token: Token) -> Expression:
    """|…| or ‖…‖, the first bar already taken."""
    if not p.is_two_bars(token):
        return _between_bars(p, token.text[0])
    start = p.mark()
    try:
        return _between_bars(p, "‖")
    except TooMuch:
        raise
    except Unreadable:  # ||x| − |y||, absolute values inside of one
        p.rewind(start)
        _split_bars(p, p.position - 1)
        return _between_bars(p, "|")


def _between_bars(p: Cursor, sign: str) -> Expression:
    p.bars.append(sign)
    operand = p.expression()
    _close_bar(p, sign)
    p.bars.pop()
    if sign == "‖":
        return _norm(p, operand)
    order = _order(p)
    return Absolute(operand) if order is None else Norm(operand, order)


def _close_bar(p: Cursor, sign: str) -> None:
    closing = p.peek()
    if closing is None or closing.kind is not Kind.BAR:
        raise p.wrong(sign)
    if sign == "|" and p.is_two_bars(closing):  # |a||b|: one closes, one opens
        _split_bars(p, p.position)
    elif closing.text[0] != sign:
        raise p.wrong(sign)
    p.position += 1


def _split_bars(p: Cursor, position: int) -> None:
    """|| as two bars."""
    token = p.tokens[position]
    middle = token.start + 1
    p.tokens[position : position + 1] = [
        Token(Kind.BAR, "|", token.start, middle),
        Token(Kind.BAR, "|", middle, token.end),
    ]


def _norm(p: Cursor, operand: Expression) -> Expression:
    """Its order may stand before or behind a power: ‖·‖_2^2 and ‖·‖^2_2."""
    order = _order(p)
    if order is not None or not p.next_is(Kind.SUP):
        return Norm(operand, order)
    powers = scripts.superscript(p)
    return scripts.put_on(Norm(operand, _order(p)), powers)


def _order(p: Cursor) -> Expression | None:
    if not p.accept(Kind.SUB):
        return None
    orders = scripts.subscripts(p)
    if not orders:  # ‖x‖_{}
        return None
    return orders[0] if len(orders) == 1 else Sequence(orders)


# ---------------------------------------------------------------- indicators


def indicator(p: Cursor) -> Expression | None:
    r"""What follows a bold 1 or I, if it is a condition: [z > 0], \{…\}, _{z > 0}."""
    if not (p.next_is(Kind.SUB) or p.next_is(Kind.OPEN)):
        return None
    start = p.mark()
    content = _condition(p)
    if isinstance(content, Indicator):
        return content
    if isinstance(content, Comparison):
        return Indicator(content)
    p.rewind(start)
    return None


def _condition(p: Cursor) -> Expression:
    try:
        if opening := p.accept(Kind.OPEN):
            return _inside(p, opening)
        p.expect(Kind.SUB)
        found = scripts.subscripts(p)
    except TooMuch:
        raise
    except Unreadable:
        return Label("")
    return found[0] if scripts.is_condition(found) or isinstance(found[0], Indicator) else Label("")
