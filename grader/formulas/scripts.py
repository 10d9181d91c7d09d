r"""Subscripts, superscripts, primes and stars.

Scripts are read once, as a list of steps, and then put on what they belong to: ``f(x)^2`` is a
power of the value if f is a function, and of the bracket if f is a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from grader.formulas import brackets
from grader.formulas.alphabet import GREEK, TRANSPOSES
from grader.formulas.cursor import Cursor
from grader.formulas.errors import Unreadable
from grader.formulas.expression import (
    Call,
    Comparison,
    Component,
    Divide,
    Expression,
    Label,
    Marked,
    Negative,
    Number,
    Power,
    Prime,
    PseudoInverse,
    Symbol,
    Transpose,
)
from grader.formulas.expression import (
    Sequence as Items,
)
from grader.formulas.tokens import Kind, Token

_WORDS: Final = frozenset(
    "new old ols ls opt ridge reg skip hidden smooth loss mse mle gd sgd final next prev init "
    "train out sol true pred star lin combo combined avg best".split()
)
"""Words that stand in subscripts; other letters there are indices."""

_BARE: Final = frozenset({"⊤", "†"})
"""Signs that are nothing but superscripts, also where the caret is missing."""

_STARS: Final = frozenset({"*", "⋆", "∘"})


class Script(NamedTuple):
    """One step: what it makes of its base, and the exponent if it is a power."""

    put_on: Callable[[Expression], Expression]
    exponent: Expression | None = None
    indices: tuple[Expression, ...] = ()


def scripted(p: Cursor, base: Expression) -> Expression:
    """The base with the scripts that follow."""
    return put_on(base, read(p, is_name=isinstance(base, Symbol)))


def put_on(base: Expression, scripts: Sequence[Script]) -> Expression:
    """The base with scripts."""
    for script in scripts:
        base = script.put_on(base)
    return base


def read(p: Cursor, *, is_name: bool = False) -> list[Script]:
    """All scripts that follow, in the order in which they are put on."""
    found: list[Script] = []
    while token := p.peek():
        if token.kind is Kind.PRIME:
            found.append(Script(partial(primed, order=_primes(p))))
        elif token.kind is Kind.SUB:
            _insert(found, subscript(p), token, is_name=is_name)
        elif token.kind is Kind.SUP:
            _append(found, superscript(p), token)
        elif token.kind is Kind.NAME and token.text in _BARE:  # X⊤y, as copied from a PDF
            p.position += 1
            found.append(_power(Symbol(token.text)))
        elif is_name and _is_star(p, token):
            p.position += 1
            found.append(Script(starred))
        else:
            break
    return found


def _append(found: list[Script], scripts: Sequence[Script], token: Token) -> None:
    if any(script.exponent for script in scripts) and any(script.exponent for script in found):
        raise Unreadable("two exponents: write brackets", token.start)
    found += scripts


def _insert(found: list[Script], script: Script, token: Token, *, is_name: bool) -> None:
    """A subscript behind superscripts: x^T_i is the transpose of x_i, w_k^2 the square of w_k.

    (A^{-1})_{ij}, (Xᵀ)_{ij} are entries of the inverse and of the transpose all the same.
    """
    if not found or not is_name or not script.indices:
        found.append(script)
        return
    letters = all(isinstance(index, Symbol) for index in script.indices)
    for power in filter(None, (one.exponent for one in found)):
        if isinstance(power, Negative) or (letters and len(script.indices) > 1):
            raise Unreadable("a power with indices: write brackets", token.start)
    entries = letters and len(script.indices) > 1
    found.insert(len(found) if entries else 0, script)


def _is_star(p: Cursor, token: Token) -> bool:
    """Whether a * on the line belongs to a name (w* = …) instead of multiplying.

    Raises:
        Unreadable: it could be either.
    """
    if token.kind is not Kind.OPERATOR or token.text != "*":
        return False
    following = p.peek(1)
    glued_left = p.last.end == token.start
    p.position += 1
    goes_on = p.starts_factor()
    p.position -= 1
    if following is None or not (goes_on or following.kind is Kind.OPERATOR):
        return True
    glued_right = following.start == token.end
    if not glued_left or (glued_right and goes_on):
        return False
    if goes_on or glued_right:
        raise Unreadable("“*”: a product, or the star of an optimum?", token.start)
    return True


def _primes(p: Cursor) -> int:
    order = 0
    while p.accept(Kind.PRIME):
        order += 1
    return order


# ---------------------------------------------------------------- on names, before an argument


def named(p: Cursor, base: Expression) -> Expression:
    """A name with its subscripts, primes and marks, but not with powers: they follow f(x)."""
    while p.next_is(Kind.SUB) or p.next_is(Kind.PRIME) or has_mark(p):
        base = one(p, base)
    return base


def one(p: Cursor, base: Expression) -> Expression:
    """The base with the one script that follows."""
    if p.next_is(Kind.PRIME):
        return primed(base, _primes(p))
    if p.next_is(Kind.SUB):
        return subscript(p).put_on(base)
    return put_on(base, superscript(p))


def has_mark(p: Cursor) -> bool:
    """Whether a superscript follows that belongs to a name: *, [2], (t)."""
    if not p.next_is(Kind.SUP):
        return False
    grouped = p.next_is(Kind.BEGIN, ahead=1)
    ahead = 2 if grouped else 1
    if p.next_is(Kind.OPERATOR, "*", "⋆", ahead=ahead) or p.next_is(Kind.PRIME, ahead=ahead):
        return True
    if not p.next_is(Kind.OPEN, "(", "[", ahead=ahead):
        return False
    return grouped and p.next_is(Kind.END, ahead=behind_bracket(p, ahead))


def behind_bracket(p: Cursor, ahead: int) -> int:
    """How far ahead the token behind a bracket stands."""
    depth = 0
    while token := p.peek(ahead):
        depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
        ahead += 1
        if depth == 0:
            break
    return ahead


# ---------------------------------------------------------------- subscripts


def subscript(p: Cursor) -> Script:
    """What follows _, the sign included."""
    p.expect(Kind.SUB)
    if p.accept(Kind.OPERATOR, "+") or _accept_plus_group(p):
        return Script(lambda base: Call(Symbol("ReLU"), (base,)))  # (z)_+
    indices = subscripts(p)
    return Script(lambda base: subscripted(base, indices), indices=indices)


def _accept_plus_group(p: Cursor) -> bool:
    if not (p.next_is(Kind.BEGIN) and p.next_is(Kind.OPERATOR, "+", ahead=1)):
        return False
    if not p.next_is(Kind.END, ahead=2):
        return False
    p.position += 3
    return True


def subscripts(p: Cursor) -> tuple[Expression, ...]:
    """The subscripts behind a _: one token, or a group with commas or juxtaposed indices."""
    if not p.accept(Kind.BEGIN):
        return (single(p),)
    found: list[Expression] = []
    while not p.accept(Kind.END):
        if not p.accept(Kind.SEPARATOR):
            found += _subscript_items(p)
    return tuple(found)


def _subscript_items(p: Cursor) -> list[Expression]:
    label = label_ahead(p)
    if label is not None:
        return [label]
    start = p.position
    item = p.condition()
    run = p.tokens[start : p.position]
    if len(run) > 1 and all(token.kind in {Kind.NUMBER, Kind.NAME} for token in run):
        return _indices(run)
    return [item]


def _indices(run: Sequence[Token]) -> list[Expression]:
    """Juxtaposed indices, each a digit or a letter: ij, 1k, 12."""
    items: list[Expression] = []
    for token in run:
        if token.kind is Kind.NAME:
            items.append(Symbol(token.text))
        else:
            items += [Number(float(digit)) for digit in token.text if digit.isdigit()]
    return items


def _is_upright(token: Token) -> bool:
    r"""Whether a name is a word, such as \mathrm{lin}: in a script it is a label."""
    return token.kind is Kind.NAME and len(token.text) > 1 and token.text not in GREEK


def label_ahead(p: Cursor) -> Label | None:
    """A word in a script, if one follows."""
    token = p.accept(Kind.TEXT) or p.accept(Kind.WORD)
    if token is None and (named := p.peek()) is not None and _is_upright(named):
        token = p.expect(Kind.NAME)
    if token is not None:
        return Label(token.text.strip().rstrip("."))
    size = 0
    while p.next_is(Kind.NAME, ahead=size):
        size += 1
    word = "".join(token.text for token in p.tokens[p.position : p.position + size])
    if word.lower() not in _WORDS:
        return None
    p.position += size
    return Label(word)


def single(p: Cursor) -> Expression:
    """A script without braces: one token."""
    token = p.peek()
    if token is None or token.kind not in {
        Kind.NUMBER, Kind.NAME, Kind.TEXT, Kind.WORD, Kind.COMMAND, Kind.ACCENT
    }:  # fmt: skip
        raise p.wrong("a subscript or superscript")
    if token.kind is Kind.NUMBER and len(token.text) > 1:  # TeX takes one digit: a slip
        raise Unreadable(f"“{token.text}” needs braces here", token.start)
    if p.accept(Kind.NAME):
        return Symbol(token.text)
    return label_ahead(p) or p.atom()


def subscripted(base: Expression, subscripts: tuple[Expression, ...]) -> Expression:
    """A name with subscripts, or components of something in brackets."""
    if not isinstance(base, Symbol):
        return Component(base, subscripts)
    if subscripts == (Label("hat"),):
        return Symbol(f"hat {base.name}", base.subscripts)
    return Symbol(base.name, (*base.subscripts, *subscripts))


# ---------------------------------------------------------------- superscripts


def superscript(p: Cursor) -> list[Script]:
    """What follows ^, the sign included; a group may hold marks, primes and a power."""
    p.expect(Kind.SUP)
    if p.accept(Kind.BEGIN):
        return _group(p)
    if p.next_is(Kind.OPEN, "["):
        return [_mark(p)]
    if p.accept(Kind.OPEN, "("):  # as in plain text: λ^(d−1), w^(t+1)
        return [_power(brackets.until(p, ")"))]
    return [_power(_single_superscript(p))]


def _group(p: Cursor) -> list[Script]:
    p.deeper()
    found: list[Script] = []
    if p.next_is(Kind.SUP):  # a macro that holds its own caret, put behind another caret
        found += superscript(p)
    while p.next_is(Kind.OPEN, "(", "[") and _is_mark(p):
        found.append(_mark(p))
    if p.next_is(Kind.PRIME):
        found.append(Script(partial(primed, order=_primes(p))))
    if p.next_is(Kind.SUP):  # ^{[2]^T}
        found += _on_mark(p)
    if not p.accept(Kind.END):
        found += _power_in_group(p)
        p.expect(Kind.END)
    p.higher()
    return found


def _on_mark(p: Cursor) -> list[Script]:
    start = p.place
    scripts = superscript(p)
    if any(isinstance(script.put_on(Symbol("x")), PseudoInverse) for script in scripts):
        raise Unreadable("“†” behind a layer: a transpose, or a pseudo-inverse?", start)
    return scripts


def _mark(p: Cursor) -> Script:
    """(t) or [2]; behind a name an iterate or a layer, never a power."""
    opening = p.expect(Kind.OPEN)
    content = brackets.until(p, brackets.CLOSERS[opening.text])
    return Script(lambda base: _marked(base, content))


def _is_mark(p: Cursor) -> bool:
    """Whether a bracket in a superscript holds a layer or an iterate: it is not multiplied."""
    after = p.peek(behind_bracket(p, 0))
    return (
        after is None
        or after.kind in {Kind.END, Kind.PRIME, Kind.SUP}
        or (after.kind is Kind.NAME and after.text in TRANSPOSES)
    )


def _single_superscript(p: Cursor) -> Expression:
    if p.next_is(Kind.OPERATOR, "-") and p.next_is(Kind.NUMBER, ahead=1):
        return _plain_negative(p)
    if p.next_is(Kind.OPERATOR, "*", "⋆", "+", "-", "∘"):
        return Label(p.expect(Kind.OPERATOR).text)
    if p.accept(Kind.PRIME):
        return Label("'")
    return single(p)


def _plain_negative(p: Cursor) -> Expression:
    """A^-1, as people type it without TeX; a unit with a blank in it is left alone."""
    sign, number = p.expect(Kind.OPERATOR), p.expect(Kind.NUMBER)
    if sign.end != number.start or not number.text.isdigit():
        raise Unreadable("an exponent that needs braces", sign.start)
    return Negative(Number(float(number.text)))


def _power_in_group(p: Cursor) -> list[Script]:
    """^{…} with the brace already taken: a sign alone, or an exponent."""
    if p.next_is(Kind.OPERATOR) and p.next_is(Kind.END, ahead=1):
        return [_power(Label(p.expect(Kind.OPERATOR).text))]
    inverse_first = p.next_is(Kind.OPERATOR, "-")
    if inverse_first and p.next_is(Kind.NAME, *TRANSPOSES, ahead=1):
        p.position += 2
        return [_power(Negative(Number(1.0))), Script(Transpose)]
    exponent = label_ahead(p) or p.expression()
    if p.next_is(Kind.SEPARATOR):  # ^{T,-1} and the like
        raise p.wrong("one exponent")
    return [_power(exponent)]


def _power(exponent: Expression) -> Script:
    """What an exponent makes of a base: a star, a transpose, a pseudo-inverse, a word, a power."""
    sign = exponent.text if isinstance(exponent, Label) else ""
    if isinstance(exponent, Symbol) and not exponent.subscripts:
        sign = exponent.name
    if sign in _STARS:
        return Script(starred)
    if sign in {"+", "†"}:
        return Script(PseudoInverse)
    if sign == "'":
        return Script(primed)
    if sign in TRANSPOSES:
        return Script(partial(Transpose, letter=sign))
    if isinstance(exponent, Label):
        return Script(lambda base: subscripted(base, (exponent,)))
    return Script(partial(Power, exponent=exponent), exponent)


# ---------------------------------------------------------------- what scripts make of a base


def primed(base: Expression, order: int = 1) -> Expression:
    """base′."""
    return Prime(base, order)


def starred(base: Expression) -> Expression:
    """w*, as a name of its own."""
    if isinstance(base, Symbol):
        return Symbol(f"{base.name}*", base.subscripts)
    raise Unreadable("a star behind this")


def _marked(base: Expression, mark: Expression) -> Expression:
    """A layer or an iterate in a superscript is a subscript: W^{[2]}_k, W_k^{[2]} are W_{2,k}."""
    marks = mark.items if isinstance(mark, Items) else (mark,)
    if isinstance(base, Symbol):
        is_layer = isinstance(mark, Number) and not any(
            isinstance(subscript, Number) for subscript in base.subscripts
        )
        scripts = (*marks, *base.subscripts) if is_layer else (*base.subscripts, *marks)
        return Symbol(base.name, scripts)
    if isinstance(base, Prime) and isinstance(base.base, Symbol):
        return base  # σ'^{[1]}: one activation for every layer
    if isinstance(mark, Negative | Divide):  # (…)^{(-1)}, (…)^{(1/2)}
        return Power(base, mark)
    return Marked(base, mark)


def is_condition(indices: tuple[Expression, ...]) -> bool:
    """Whether subscripts are one condition, as in 1_{z>0}."""
    return len(indices) == 1 and isinstance(indices[0], Comparison)
