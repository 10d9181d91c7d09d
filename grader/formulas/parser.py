r"""Tokens → `Expression`: a recursive descent over mathematics as people write it.

    expression  = [sign] term { (+ | −) term }
    term        = factor { [· | × | ⊙ | ∘ | /] factor }          juxtaposition multiplies
    factor      = atom { ^ … | _ … | ′ }                         scripts
    atom        = number | name | (…) | |…| | ‖…‖                brackets
                | sin … | Σ … | lim …                            words
                | \frac | ∂ | ∇ | d                              derivatives
                | matrix | cases                                 environments

The modules named on the right read what stands there. The body of Σ reaches to the next + or −.
What is not understood raises `Unreadable` with its place: nothing is skipped and nothing is
guessed, so a tree always stands for the whole source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from grader.formulas import brackets, derivatives, environments, scripts, words
from grader.formulas.cursor import ENDS, Cursor
from grader.formulas.errors import TooMuch, Unreadable
from grader.formulas.expression import (
    Add,
    Annotated,
    Boxed,
    Comparison,
    Divide,
    Dots,
    Either,
    Expression,
    Multiply,
    Negative,
    Number,
    Root,
)
from grader.formulas.tokens import Kind, Token

MAX_LEVELS = 80
"""Of a tree; the formulas of this homework have under 20. Evaluating takes five calls for each."""


def parse(tokens: Sequence[Token]) -> Expression:
    """The expression that the tokens spell.

    Raises:
        Unreadable: they do not, or not to their end.
    """
    parser = _Parser(tokens)
    expression = parser.expression()
    parser.expect_end()
    _check_levels(expression, parser)
    return expression


def _check_levels(expression: Expression, parser: Cursor) -> None:
    """Whoever walks the tree goes down as many levels; a product of n factors has n."""
    waiting = [(expression, 1)]
    while waiting:
        node, level = waiting.pop()
        if level > MAX_LEVELS:
            raise TooMuch(f"a formula of more than {MAX_LEVELS} levels", parser.place)
        waiting += [(child, level + 1) for child in node.children]


_Read = Callable[[Cursor, Token], Expression]


class _Parser(Cursor):
    """The grammar."""

    def condition(self) -> Expression:
        if self.accept(Kind.DOTS):
            return Dots()
        members = [self.expression()]
        relations = []
        while relation := self.accept(Kind.RELATION):
            relations.append(relation.text)
            members.append(self.expression())
        return Comparison(tuple(members), tuple(relations)) if relations else members[0]

    # ------------------------------------------------------------ sums

    def expression(self) -> Expression:
        terms = [self._signed_term()]
        while token := self.peek():
            if token.kind is Kind.OPERATOR and token.text in "+-":
                terms.append(self._signed_term())
            elif token.kind is Kind.DOTS and isinstance(terms[-1], Dots):
                self.position += 1
            else:
                break
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _signed_term(self) -> Expression:
        negative = False
        while token := self.accept(Kind.OPERATOR, "+", "-"):
            negative ^= token.text == "-"
        if self.accept(Kind.DOTS):
            return Dots()
        term = self.term()
        return Negative(term) if negative else term

    # ------------------------------------------------------------ products

    def term(self) -> Expression:
        product = self.factor()
        slashed = False
        while True:
            sign = self.accept(Kind.OPERATOR, "·", "×", "*", "⊙", "∘", "⊗", "/")
            if sign is None and not self.starts_factor():
                return product
            if sign is None:
                product = Multiply(product, self.factor(), "/" if slashed else "")
            elif sign.text == "/":
                product = _divided(product, self._signed_factor())
            elif sign.text == "·":
                product = Multiply(product, self._run(), "·")
            else:
                product = Multiply(product, self._signed_factor(), sign.text)
            slashed = sign is not None and sign.text == "/"

    def _run(self) -> Expression:
        """Juxtaposed factors behind a dot, which binds them more loosely: u · Λv."""
        product = self._signed_factor()
        while self.starts_factor():
            product = Multiply(product, self.factor())
        return product

    def _signed_factor(self) -> Expression:
        """A factor behind an explicit sign, where a minus may follow: 2 · −3."""
        if self.accept(Kind.OPERATOR, "-"):
            return Negative(self.factor())
        return self.factor()

    def factor(self) -> Expression:
        return scripts.scripted(self, self.atom())

    # ------------------------------------------------------------ atoms

    def atom(self) -> Expression:
        token = self.peek()
        read = _ATOMS.get(token.kind) if token else None
        if token is None or token.kind in ENDS or read is None:
            raise self.wrong("a term")
        self.count_atom()
        self.deeper()
        self.position += 1
        found = read(self, token)
        self.higher()
        return found


def _divided(over: Expression, under: Expression) -> Expression:
    """A quotient; 1/n (…) is divided by n only, unless n is a function."""
    if not isinstance(under, Either) or not isinstance(under.product, Multiply):
        return Divide(over, under)
    product = Multiply(Divide(over, under.product.left), under.product.right, "/")
    return Either(Divide(over, under.call), product, under.name)


def _number(p: Cursor, token: Token) -> Expression:
    if token.text == "1" and (indicator := brackets.indicator(p)):
        return indicator
    return Number(float(token.text))


def _name(p: Cursor, token: Token) -> Expression:
    if words.is_big_letter(p, token):
        return words.big_letter(p, token)
    if token.text in {"𝟏", "I"} and (indicator := brackets.indicator(p)):
        return indicator
    if token.text == "d" and derivatives.is_differential(p, token):
        return derivatives.short(p)
    symbol = derivatives.with_glued_digit(p, token)
    return brackets.applied(p, scripts.named(p, symbol))


def _accent(p: Cursor, token: Token) -> Expression:
    return brackets.applied(p, scripts.named(p, derivatives.accented(p, token)))


def _command(p: Cursor, token: Token) -> Expression:
    read = _COMMANDS.get(token.text)
    if read is None:
        raise Unreadable(f"“{token.text}” here", token.start)
    return read(p, token)


def _sqrt(p: Cursor, _: Token) -> Expression:
    degree = brackets.until(p, "]") if p.accept(Kind.OPEN, "[") else None
    return Root(brackets.argument(p), degree)


def _boxed(p: Cursor, token: Token) -> Expression:
    p.expect(Kind.BEGIN)
    content = p.condition()
    p.expect(Kind.END)
    if isinstance(content, Comparison):
        raise Unreadable("a relation where a term is expected", token.start)
    return Boxed(content)


def _brace(p: Cursor, _: Token) -> Expression:
    r"""\underbrace{…}_{remark}: the scripts behind are remarks."""
    p.expect(Kind.BEGIN)
    operand = p.expression()
    p.expect(Kind.END)
    remark = ""
    while p.accept(Kind.SUB) or p.accept(Kind.SUP):
        remark = _remark(p)
    return Annotated(operand, remark)


def _remark(p: Cursor) -> str:
    depth = 0
    remark = []
    while token := p.peek():
        p.position += 1
        depth += {Kind.BEGIN: 1, Kind.END: -1}.get(token.kind, 0)
        if token.kind not in {Kind.BEGIN, Kind.END}:
            remark.append(token.text)
        if depth == 0:
            return " ".join(remark)
    raise p.wrong("}")


_ATOMS: Final[dict[Kind, _Read]] = {
    Kind.NUMBER: _number,
    Kind.NAME: _name,
    Kind.WORD: words.word,
    Kind.OPEN: brackets.opened,
    Kind.BEGIN: brackets.group,
    Kind.BAR: brackets.bar,
    Kind.ACCENT: _accent,
    Kind.COMMAND: _command,
    Kind.ENVIRONMENT: environments.environment,
}

_COMMANDS: Final[dict[str, _Read]] = {
    "frac": derivatives.fraction,
    "partial": derivatives.partial,
    "nabla": derivatives.nabla,
    "grad": derivatives.nabla,
    "lim": words.limit,
    "sqrt": _sqrt,
    "boxed": _boxed,
    "fbox": _boxed,
    "underbrace": _brace,
    "overbrace": _brace,
}
