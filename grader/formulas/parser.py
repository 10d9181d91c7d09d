r"""Tokens → `Expression`: a recursive descent over mathematics as people write it.

    expression  = [sign] term { (+ | −) term }
    term        = factor { [· | × | ⊙ | ∘ | /] factor }          juxtaposition multiplies
    factor      = atom { ^ … | _ … | ′ }
    atom        = number | name | (…) | |…| | ‖…‖ | \frac | \sqrt | Σ … | ∇ … | matrix | cases | …

The body of Σ reaches to the next + or −. What is not understood raises `Unreadable` with its place:
nothing is skipped and nothing is guessed, so a tree always stands for the whole source.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from typing import Final

from grader.formulas.alphabet import ASK, BIG, GREEK, TRANSPOSES
from grader.formulas.errors import TooMuch, Unreadable
from grader.formulas.expression import (
    Absolute,
    Add,
    Annotated,
    Boxed,
    Call,
    Cases,
    Comparison,
    Component,
    Derivative,
    Differentiate,
    Divide,
    Dots,
    Either,
    Expression,
    Indicator,
    Inner,
    Interval,
    Label,
    Limit,
    Marked,
    Matrix,
    Multiply,
    Negative,
    Norm,
    Number,
    Over,
    Power,
    Prime,
    PseudoInverse,
    Root,
    Sequence,
    Symbol,
    Transpose,
    Wanted,
)
from grader.formulas.tokens import Kind, Token

MAX_NESTING = 40
"""Brackets inside of brackets; formulas of this homework have under 10."""

_CLOSERS: Final = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋"}
_TRANSPOSE_NAMES: Final = TRANSPOSES
_ENDS: Final = frozenset({Kind.CLOSE, Kind.END, Kind.RELATION, Kind.SEPARATOR, Kind.NEWLINE,
                          Kind.CELL, Kind.TEXT, Kind.ARROW})  # fmt: skip
_CELL_ENDS: Final = frozenset({Kind.CELL, Kind.NEWLINE})
_MATRICES: Final = frozenset("matrix bmatrix pmatrix vmatrix Bmatrix smallmatrix array".split())
_TRANSPARENT: Final = frozenset("aligned align split gathered gather equation alignedat".split())
_BIG_LETTERS: Final = {"Sigma": "sum", "Pi": "prod"}
_TIGHT: Final = frozenset({"sin", "cos", "tan", "tanh", "exp", "log", "ln"})
"""Functions whose argument without brackets goes on over juxtaposed factors: sin 2x."""


def parse(tokens: Seq[Token]) -> Expression:
    """The expression that the tokens spell.

    Raises:
        Unreadable: they do not, or not to their end.
    """
    parser = _Parser(tokens)
    expression = parser.expression()
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, tokens: Seq[Token]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0
        self._bars: list[str] = []

    # ------------------------------------------------------------ looking at tokens

    def _peek(self, ahead: int = 0) -> Token | None:
        index = self._position + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def _next_is(self, kind: Kind, *texts: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind is kind and (not texts or token.text in texts)

    def _accept(self, kind: Kind, *texts: str) -> Token | None:
        if not self._next_is(kind, *texts):
            return None
        self._position += 1
        return self._tokens[self._position - 1]

    def _place(self) -> int:
        token = self._peek()
        return token.start if token else self._tokens[-1].end if self._tokens else 0

    def _wrong(self, expected: str) -> Unreadable:
        token = self._peek()
        met = f"“{token.text or token.kind.value}”" if token else "the end"
        return Unreadable(f"expected {expected}, met {met}", self._place())

    def _expect(self, kind: Kind, *texts: str) -> Token:
        token = self._accept(kind, *texts)
        if token is None:
            raise self._wrong(texts[0] if texts else kind.value)
        return token

    def expect_end(self) -> None:
        """Nothing may be left."""
        if self._peek() is not None:
            raise self._wrong("the end of the formula")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise TooMuch(f"brackets are nested more than {MAX_NESTING} deep", self._place())

    # ------------------------------------------------------------ sums and products

    def expression(self) -> Expression:
        """A sum of terms."""
        self._deeper()
        terms = [self._signed_term()]
        while token := self._peek():
            if token.kind is Kind.OPERATOR and token.text in "+-":
                terms.append(self._signed_term())
            elif token.kind is Kind.DOTS and isinstance(terms[-1], Dots):
                self._position += 1
            else:
                break
        self._depth -= 1
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _signed_term(self) -> Expression:
        negative = False
        while token := self._accept(Kind.OPERATOR, "+", "-"):
            negative ^= token.text == "-"
        if self._accept(Kind.DOTS):
            return Dots()
        term = self._term()
        return Negative(term) if negative else term

    def _term(self) -> Expression:
        product = self._factor()
        while True:
            sign = self._accept(Kind.OPERATOR, "·", "×", "*", "⊙", "∘", "⊗", "/")
            if sign is None and not self._starts_factor():
                return product
            if sign is None:
                product = Multiply(product, self._factor())
            elif sign.text == "/":
                product = Divide(product, self._denominator())
            else:
                product = Multiply(product, self._signed_factor(), sign.text)

    def _signed_factor(self) -> Expression:
        """A factor behind an explicit sign, where a minus may follow: 2 · −3."""
        if self._accept(Kind.OPERATOR, "-"):
            return Negative(self._factor())
        return self._factor()

    def _denominator(self) -> Expression:
        """What stands under a slash: one factor; ``/2n`` could mean two things."""
        start = self._peek()
        factor = self._signed_factor()
        following = self._peek()
        glued = following and start and following.start == self._tokens[self._position - 1].end
        if isinstance(factor, Number) and glued and self._next_is(Kind.NAME):
            raise Unreadable(
                "“/” before a product: write the denominator in brackets", self._place()
            )
        return factor

    def _starts_factor(self) -> bool:
        token = self._peek()
        if token is None or token.kind in _ENDS:
            return False
        if token.kind is Kind.BAR:
            return token.text.endswith("(") or not self._closes(token)
        if token.kind is Kind.COMMAND:
            return token.text not in {"end", "over"}
        return token.kind not in {Kind.OPERATOR, Kind.DOTS, Kind.SUB, Kind.SUP, Kind.PRIME}

    def _closes(self, token: Token) -> bool:
        return bool(self._bars) and (token.text.endswith(")") or self._bars[-1] == token.text[0])

    # ------------------------------------------------------------ factors: an atom with scripts

    def _factor(self) -> Expression:
        atom = self._atom()
        return self._scripts(atom)

    def _scripts(self, base: Expression) -> Expression:
        while token := self._peek():
            if token.kind is Kind.PRIME:
                base = self._primes(base)
            elif token.kind is Kind.SUB and self._next_is(Kind.OPERATOR, "+", ahead=1):
                self._position += 2
                base = Call(Symbol("ReLU"), (base,))  # (z)_+
            elif token.kind is Kind.SUB:
                self._position += 1
                base = _subscripted(base, self._subscripts())
            elif token.kind is Kind.SUP:
                self._position += 1
                base = self._superscripted(base)
            elif token.kind is Kind.OPERATOR and token.text == "*" and self._is_star(base):
                self._position += 1
                base = _starred(base)
            else:
                break
        return base

    def _is_star(self, base: Expression) -> bool:
        """Whether a * on the line belongs to a name (w* = …) instead of multiplying."""
        return isinstance(base, Symbol) and not self._starts_after_star()

    def _starts_after_star(self) -> bool:
        self._position += 1
        starts = self._starts_factor() or self._next_is(Kind.OPERATOR, "-")
        self._position -= 1
        return starts

    def _primes(self, base: Expression) -> Expression:
        order = 0
        while self._accept(Kind.PRIME):
            order += 1
        return Prime(base, order)

    def _subscripts(self) -> tuple[Expression, ...]:
        """The subscripts behind a _: one token, or a group with commas or juxtaposed indices."""
        if not self._accept(Kind.BEGIN):
            return (self._single_script(),)
        subscripts: list[Expression] = []
        while not self._accept(Kind.END):
            if self._accept(Kind.SEPARATOR):
                continue
            subscripts += self._subscript_items()
        return tuple(subscripts)

    def _subscript_items(self) -> list[Expression]:
        label = self._label()
        if label is not None:
            return [label]
        start = self._position
        item = self._condition()
        if isinstance(item, Comparison):
            return [item]
        run = self._tokens[start : self._position]
        if len(run) > 1 and all(token.kind in {Kind.NUMBER, Kind.NAME} for token in run):
            return _indices(run)
        return [item]

    def _label(self) -> Label | None:
        token = self._accept(Kind.TEXT) or self._accept(Kind.WORD)
        if token is None and (named := self._peek()) is not None and self._is_long_name(named):
            token = self._expect(Kind.NAME)
        if token is not None:
            return Label(token.text.strip().rstrip("."))
        run = []
        while self._next_is(Kind.NAME, ahead=len(run)):
            run.append(self._tokens[self._position + len(run)])
        word = "".join(token.text for token in run)
        if word in {
            "new",
            "old",
            "ols",
            "OLS",
            "LS",
            "opt",
            "ridge",
            "reg",
            "skip",
            "hidden",
            "smooth",
        }:
            self._position += len(run)
            return Label(word)
        return None

    def _is_long_name(self, token: Token) -> bool:
        """An upright word: in a subscript it is a label."""
        return token.kind is Kind.NAME and len(token.text) > 1 and token.text not in GREEK

    def _single_script(self) -> Expression:
        token = self._peek()
        if token is None or token.kind not in {
            Kind.NUMBER, Kind.NAME, Kind.TEXT, Kind.WORD, Kind.COMMAND, Kind.ACCENT
        }:  # fmt: skip
            raise self._wrong("a subscript or superscript")
        if token.kind is Kind.NUMBER and len(token.text) > 1:  # TeX takes one digit: a slip
            raise Unreadable(f"“{token.text}” needs braces here", token.start)
        if self._accept(Kind.NAME):
            return Symbol(token.text)
        return self._label() or self._atom()

    # ------------------------------------------------------------ superscripts

    def _superscripted(self, base: Expression) -> Expression:
        if not self._accept(Kind.BEGIN):
            return self._with_power(base, self._single_superscript())
        result = base
        if self._next_is(Kind.SUP):  # a macro that holds its own caret, put behind another caret
            self._position += 1
            result = self._superscripted(result)
        while self._next_is(Kind.OPEN, "(", "[") and self._is_mark():
            opening = self._expect(Kind.OPEN)
            mark = self._expression_until(_CLOSERS[opening.text])
            result = _marked(result, mark)
        while self._next_is(Kind.PRIME):
            result = self._primes(result)
        if self._accept(Kind.SUP):  # ^{[2]^T}
            result = self._superscripted(result)
        if self._accept(Kind.END):
            return result
        result = self._power_in_group(result)
        self._expect(Kind.END)
        return result

    def _is_mark(self) -> bool:
        """Whether a bracket in a superscript holds a layer or an iterate: it is not multiplied."""
        depth, ahead = 0, 0
        while token := self._peek(ahead):
            depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
            ahead += 1
            if depth == 0:
                break
        after = self._peek(ahead)
        return (
            after is None
            or after.kind in {Kind.END, Kind.PRIME, Kind.SUP}
            or (after.kind is Kind.NAME and after.text in _TRANSPOSE_NAMES)
        )

    def _single_superscript(self) -> Expression:
        if self._next_is(Kind.OPERATOR, "*", "⋆", "+", "-", "∘"):
            return Label(self._expect(Kind.OPERATOR).text)
        if self._accept(Kind.PRIME):
            return Label("'")
        return self._single_script()

    def _power_in_group(self, base: Expression) -> Expression:
        """^{…} with the brace already taken: a sign alone, or an exponent."""
        if self._next_is(Kind.OPERATOR) and self._next_is(Kind.END, ahead=1):
            return self._with_power(base, Label(self._expect(Kind.OPERATOR).text))
        if self._next_is(Kind.OPERATOR, "-") and self._next_is(Kind.NAME, ahead=1):
            token = self._peek(1)
            if token is not None and token.text in _TRANSPOSE_NAMES:
                self._position += 2
                return Transpose(Power(base, Number(-1)))
        label = self._label()
        exponent = label if label is not None else self.expression()
        if self._accept(Kind.SEPARATOR):  # ^{T,-1} and the like
            raise self._wrong("one exponent")
        return self._with_power(base, exponent)

    def _with_power(self, base: Expression, exponent: Expression) -> Expression:
        if isinstance(exponent, Label):
            if exponent.text in {"*", "⋆", "∘"}:
                return _starred(base)
            if exponent.text == "+":
                return PseudoInverse(base)
            if exponent.text == "'":
                return Prime(base)
            if exponent.text in _TRANSPOSE_NAMES:
                return Transpose(base)
            return _subscripted(base, (exponent,))
        if isinstance(exponent, Symbol) and not exponent.subscripts:
            if exponent.name in _TRANSPOSE_NAMES:
                return Transpose(base)
            if exponent.name == "†":
                return PseudoInverse(base)
        return Power(base, exponent)

    # ------------------------------------------------------------ atoms

    def _atom(self) -> Expression:
        token = self._peek()
        if token is None or token.kind in _ENDS:
            raise self._wrong("a term")
        parse_atom = self._ATOMS.get(token.kind)
        if parse_atom is None:
            raise self._wrong("a term")
        self._position += 1
        return parse_atom(self, token)

    def _number(self, token: Token) -> Expression:
        if token.text == "1" and (indicator := self._indicator()):
            return indicator
        return Number(float(token.text))

    def _name(self, token: Token) -> Expression:
        if token.text in {"Sigma", "Pi"} and self._has_bounds():
            return self._over(Token(Kind.WORD, _BIG_LETTERS[token.text], token.start, token.end))
        if token.text in {"𝟏", "I"} and (indicator := self._indicator()):
            return indicator
        if token.text == "d" and self._is_differential(token):
            return self._differential()
        symbol: Expression = Symbol(token.text)
        while self._next_is(Kind.SUB) or self._next_is(Kind.PRIME) or self._has_name_superscript():
            symbol = self._one_script(symbol)
        if self._glued_digit(token):
            digit = self._expect(Kind.NUMBER)
            symbol = _subscripted(symbol, (Number(float(digit.text)),))
        return self._applied(symbol)

    def _has_bounds(self) -> bool:
        """Whether a capital letter stands for a sum or a product: Σ_{k=0}."""
        ahead = (Kind.SUB, Kind.BEGIN, Kind.NAME)
        has_index = all(self._next_is(kind, ahead=n) for n, kind in enumerate(ahead))
        return has_index and self._next_is(Kind.RELATION, "=", ahead=len(ahead))

    def _glued_digit(self, token: Token) -> bool:
        """W1 for W_1, as in code; a digit behind a Greek letter multiplies."""
        following = self._peek()
        return (
            following is not None
            and following.kind is Kind.NUMBER
            and following.start == token.end
            and token.end - token.start == 1
            and token.text.isascii()
            and following.text.isdigit()
            and len(following.text) == 1
        )

    def _has_name_superscript(self) -> bool:
        """Whether a superscript follows that belongs to a name: *, [2], (t)."""
        if not self._next_is(Kind.SUP):
            return False
        ahead = 2 if self._next_is(Kind.BEGIN, ahead=1) else 1
        if self._next_is(Kind.OPERATOR, "*", "⋆", ahead=ahead):
            return True
        return (
            ahead == 2
            and self._next_is(Kind.OPEN, "(", "[", ahead=ahead)
            and self._mark_ends(ahead)
        )

    def _mark_ends(self, ahead: int) -> bool:
        """Whether the superscript is nothing but one pair of brackets."""
        depth = 0
        while token := self._peek(ahead):
            depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
            ahead += 1
            if depth == 0:
                return self._next_is(Kind.END, ahead=ahead)
        return False

    def _one_script(self, base: Expression) -> Expression:
        if self._next_is(Kind.PRIME):
            return self._primes(base)
        if self._accept(Kind.SUB):
            return _subscripted(base, self._subscripts())
        self._expect(Kind.SUP)
        return self._superscripted(base)

    def _applied(self, symbol: Expression) -> Expression:
        """A name, with what stands in brackets behind it."""
        token = self._peek()
        if token is None or token.kind is not Kind.OPEN or token.text not in "([{":
            return symbol
        arguments, content = self._bracket()
        call = self._scripts_twice(Call(symbol, arguments), Multiply(symbol, content))
        return call

    def _scripts_twice(self, call: Call, product: Multiply) -> Expression:
        """Scripts behind f(x) belong to the value, behind a(x) to the bracket."""
        start = self._position
        called = self._scripts(call)
        end = self._position
        self._position = start
        right = self._scripts(product.right)
        self._position = end
        return Either(called, Multiply(product.left, right))

    def _bracket(self) -> tuple[tuple[Expression, ...], Expression]:
        """What stands in brackets: as arguments of a function, and as a group."""
        opening = self._expect(Kind.OPEN)
        content = self._inside(opening)
        arguments = content.items if isinstance(content, Sequence) else (content,)
        return arguments, content

    def _open(self, token: Token) -> Expression:
        content = self._inside(token)
        if isinstance(content, Comparison):
            return Indicator(content)
        if token.text == "⟨":
            if not isinstance(content, Sequence):  # a physicist's mean
                return Call(Symbol("E"), (content,))
            if not isinstance(content, Sequence) or len(content.items) != 2:
                raise Unreadable("⟨ ⟩ takes two vectors", token.start)
            return Inner(*content.items)
        return content

    def _inside(self, opening: Token) -> Expression:
        """Up to the closing bracket: an expression, a list or a condition."""
        self._deeper()
        bars, self._bars = self._bars, []
        if opening.text == "[" and self._next_is(Kind.CLOSE, "]"):
            raise self._wrong("a term")
        items = [self._condition()]
        while self._accept(Kind.SEPARATOR, ",", ";") or (
            self._accept(Kind.SEPARATOR, "|")
            or (opening.text in "⟨{(" and self._accept(Kind.BAR, "|"))
        ):
            if self._next_is(Kind.CLOSE):  # (0, …,)
                break
            items.append(self._condition())
        closing = self._expect(Kind.CLOSE)
        if opening.text in "⟨⌊" and closing.text != _CLOSERS[opening.text]:
            raise Unreadable(f"“{opening.text}” is closed by “{closing.text}”", closing.start)
        self._bars = bars
        self._depth -= 1
        if opening.text == "⌊":
            raise Unreadable("rounding brackets", opening.start)
        if len(items) == 2 and opening.text in "([" and opening.text + closing.text != "()":
            return Interval(items[0], items[1], opening.text == "[", closing.text == "]")
        mismatched = closing.text != _CLOSERS[opening.text]
        if mismatched:
            raise Unreadable(f"“{opening.text}” is closed by “{closing.text}”", closing.start)
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _condition(self) -> Expression:
        """An expression, or several with relations between them."""
        if self._accept(Kind.DOTS):
            return Dots()
        members = [self.expression()]
        relations = []
        while relation := self._accept(Kind.RELATION):
            relations.append(relation.text)
            members.append(self.expression())
        return Comparison(tuple(members), tuple(relations)) if relations else members[0]

    def _expression_until(self, closer: str) -> Expression:
        content = self.expression()
        while self._accept(Kind.SEPARATOR):
            content = Sequence((content, self.expression()))
        self._expect(Kind.CLOSE, closer)
        return content

    def _begin(self, _: Token) -> Expression:
        if self._accept(Kind.END):  # {} before a script: nothing, often left of ^
            raise self._wrong("a term")
        bars, self._bars = self._bars, []
        content = self._condition()
        if self._accept(Kind.COMMAND, "over"):
            content = Divide(content, self.expression())
        self._expect(Kind.END)
        self._bars = bars
        if isinstance(content, Comparison):
            raise Unreadable("a relation where a term is expected", self._place())
        return self._applied(content) if isinstance(content, Symbol) else content

    def _bar(self, token: Token) -> Expression:
        self._deeper()
        self._bars.append(token.text[0])
        operand = self.expression()
        closing = self._peek()
        if closing is None or closing.kind is not Kind.BAR or closing.text[0] != token.text[0]:
            raise self._wrong(token.text[0])
        self._position += 1
        self._bars.pop()
        self._depth -= 1
        if token.text[0] == "|":
            order = self._norm_order()
            return Norm(operand, order) if order is not None else Absolute(operand)
        return self._norm(operand)

    def _norm(self, operand: Expression) -> Expression:
        """Its order may stand before or behind a power: ‖·‖_2^2 and ‖·‖^2_2."""
        order = self._norm_order()
        if order is None and self._next_is(Kind.SUP):
            start = self._position
            powered = self._one_script(Norm(operand))
            order = self._norm_order()
            if order is None or not isinstance(powered, Power):
                self._position = start
                return Norm(operand)
            return Power(Norm(operand, order), powered.exponent)
        return Norm(operand, order)

    def _norm_order(self) -> Expression | None:
        if not self._accept(Kind.SUB):
            return None
        subscripts = self._subscripts()
        if not subscripts:
            return None
        return subscripts[0] if len(subscripts) == 1 else Sequence(subscripts)

    def _accent(self, token: Token) -> Expression:
        base = self._script_free_argument()
        if not isinstance(base, Symbol):
            raise Unreadable(f"“{token.text}” over more than one letter", token.start)
        name = base.name if token.text in {"vec", "underline"} else f"{token.text} {base.name}"
        symbol: Expression = Symbol(name, base.subscripts)
        while self._next_is(Kind.SUB) or self._has_name_superscript():
            symbol = self._one_script(symbol)
        return self._applied(symbol)

    def _script_free_argument(self) -> Expression:
        """The argument of a command: a group or one sign."""
        if self._accept(Kind.BEGIN):
            content = self.expression()
            self._expect(Kind.END)
            return content
        token = self._peek()
        if token is not None and token.kind is Kind.NAME:
            self._position += 1
            return Symbol(token.text)
        if token is not None and token.kind is Kind.NUMBER:
            return self._one_digit(token)
        return self._atom()

    def _one_digit(self, token: Token) -> Expression:
        """TeX takes one digit as an argument: \\frac12 is a half."""
        if not token.text.isdigit():
            raise self._wrong("an argument")
        rest = token.text[1:]
        tokens = list(self._tokens)
        if rest:
            tokens[self._position] = Token(Kind.NUMBER, rest, token.start + 1, token.end)
            self._tokens = tokens
        else:
            self._position += 1
        return Number(float(token.text[0]))

    # ------------------------------------------------------------ words and big operators

    def _word(self, token: Token) -> Expression:
        if token.text in BIG and not self._next_is(Kind.OPEN) and not self._is_plain_list():
            return self._over(token)
        if token.text in ASK:
            return self._wanted(token)
        function: Expression = Symbol(token.text)
        while self._next_is(Kind.PRIME) or self._next_is(Kind.SUB):
            function = self._one_script(function)
        power = None
        if self._next_is(Kind.SUP):
            powered = self._one_script(function)
            if isinstance(powered, Prime):
                function = powered
            elif isinstance(powered, Power):
                power = powered.exponent
            else:
                raise Unreadable(f"“{token.text}” with this superscript", token.start)
        if self._next_is(Kind.OPEN):
            arguments, _ = self._bracket()
        else:
            arguments = (self._bare_argument(token),)
        call: Expression = Call(function, arguments)
        return Power(call, power) if power is not None else call

    def _is_plain_list(self) -> bool:
        """max{0, z} in TeX braces that show no brackets."""
        return self._next_is(Kind.BEGIN)

    def _bare_argument(self, token: Token) -> Expression:
        if self._next_is(Kind.BEGIN):
            self._position += 1
            content: Expression = self._condition()
            if self._accept(Kind.SEPARATOR, ","):
                content = Sequence((content, self.expression()))
            self._expect(Kind.END)
            return content
        if not self._starts_factor():
            raise self._wrong(f"the argument of {token.text}")
        argument = self._factor()
        while token.text in _TIGHT and self._goes_on():
            sign = self._accept(Kind.OPERATOR, "·", "/")
            if sign is not None and sign.text == "/":
                argument = Divide(argument, self._denominator())
            else:
                argument = Multiply(argument, self._factor())
        return argument

    def _goes_on(self) -> bool:
        """Whether sin 2x goes on: numbers and names do, another function or a bracket does not."""
        token = self._peek()
        if token is None:
            return False
        if token.kind is Kind.OPERATOR and token.text in "/":
            return True
        return token.kind is Kind.NAME

    def _over(self, token: Token) -> Expression:
        index, first, last = None, None, None
        for _ in range(2):
            if self._accept(Kind.SUB):
                index, first, highest = self._lower_bound()
                last = highest if highest is not None else last
            elif self._accept(Kind.SUP):
                last = self._script_expression()
        if not self._starts_factor() and not self._next_is(Kind.OPERATOR, "-"):
            raise self._wrong(f"what {token.text} runs over")
        body = self._term()
        return Over(BIG[token.text], index or "", first, last, body)  # type: ignore[arg-type]

    def _script_expression(self) -> Expression:
        if not self._accept(Kind.BEGIN):
            return self._single_script()
        content = self.expression()
        self._expect(Kind.END)
        return content

    def _lower_bound(self) -> tuple[str, Expression | None, Expression | None]:
        """Below Σ: “k = 0”, “k”, “k < t”, “0 ≤ k < t”, “k ∈ [n]”."""
        grouped = self._accept(Kind.BEGIN) is not None
        if not grouped:
            return _index_name(self._single_script(), self._place()), None, None
        self._accept(Kind.COMMAND, "substack")
        condition = self._condition()
        if self._accept(Kind.SEPARATOR, ","):
            raise self._wrong("one condition on the index")
        self._expect(Kind.END)
        return _bounds(condition, self._place())

    def _wanted(self, token: Token) -> Expression:
        if self._accept(Kind.SUB):
            self._subscripts()
        return Wanted(token.text, self._factor() if self._starts_factor() else Label(token.text))

    def _indicator(self) -> Expression | None:
        """What follows a bold 1 or I, if it is a condition: [z > 0], \\{…\\}, _{z > 0}."""
        start, depth, bars = self._position, self._depth, self._bars
        try:
            if self._accept(Kind.SUB):
                subscripts = self._subscripts()
                content = subscripts[0] if len(subscripts) == 1 else Label("")
                if self._next_is(Kind.OPEN) and not isinstance(content, Comparison):
                    content = Label("")
            elif opening := self._accept(Kind.OPEN):
                content = self._inside(opening)
            else:
                return None
        except Unreadable:
            content = Label("")
        if isinstance(content, Indicator):
            return content
        if isinstance(content, Comparison):
            return Indicator(content)
        self._position, self._depth, self._bars = start, depth, bars
        return None

    # ------------------------------------------------------------ derivatives

    def _is_differential(self, token: Token) -> bool:
        """Whether d is glued to a name, as in dW_1; d is also a number of features."""
        following = self._peek()
        if following is None or following.start != token.end:
            return False
        if following.kind is Kind.ACCENT:
            return True
        return following.kind is Kind.NAME and following.text in {"W", "b", "x", "z", "a", "w", "L"}

    def _differential(self) -> Expression:
        """dW_1 for the gradient by W_1, and dL/dW_1 on one line."""
        variable = self._differential_variable()
        is_quotient = self._next_is(Kind.OPERATOR, "/") and self._next_is(Kind.NAME, "d", ahead=1)
        if not is_quotient:
            return Derivative(None, variable)
        self._position += 2
        return Derivative(variable, self._differential_variable())

    def _differential_variable(self) -> Expression:
        token = self._peek()
        variable = self._atom_without_call()
        if not isinstance(variable, Symbol):
            raise Unreadable("a derivative by this", token.start if token else 0)
        return variable

    def _atom_without_call(self) -> Expression:
        """A name with its subscripts and marks, not applied to anything."""
        if self._accept(Kind.BEGIN):
            inner = self._atom_without_call()
            self._expect(Kind.END)
        elif accent := self._accept(Kind.ACCENT):
            base = self._script_free_argument()
            if not isinstance(base, Symbol):
                raise self._wrong("a name")
            inner = Symbol(f"{accent.text} {base.name}", base.subscripts)
        else:
            name = self._expect(Kind.NAME)
            inner = Symbol(name.text)
            if self._glued_digit(name):
                inner = _subscripted(inner, (Number(float(self._expect(Kind.NUMBER).text)),))
        while self._next_is(Kind.SUB) or self._has_name_superscript():
            inner = self._one_script(inner)
        return inner

    def _command(self, token: Token) -> Expression:
        parse_command = self._COMMANDS.get(token.text)
        if parse_command is None:
            raise Unreadable(f"“{token.text}” here", token.start)
        return parse_command(self, token)

    def _frac(self, token: Token) -> Expression:
        if (derivative := self._leibniz()) is not None:
            return derivative
        over = self._script_free_argument()
        under = self._script_free_argument()
        return Divide(over, under)

    def _leibniz(self) -> Expression | None:
        """\\frac{∂L}{∂w}, \\frac{dL}{dw}, \\frac{∂}{∂w}(…); None for an ordinary fraction."""
        start = self._position
        if not self._accept(Kind.BEGIN):
            return None
        sign = self._accept(Kind.COMMAND, "partial") or self._accept(Kind.NAME, "d")
        if sign is None:
            self._position = start
            return None
        try:
            return self._leibniz_parts(sign)
        except Unreadable:
            if sign.text == "partial":
                raise
            self._position = start  # d as a number: \frac{d}{n}
            return None

    def _leibniz_parts(self, sign: Token) -> Expression:
        self._order()
        of = None if self._next_is(Kind.END) else self._differentiated()
        self._expect(Kind.END)
        self._expect(Kind.BEGIN)
        if not (self._accept(Kind.COMMAND, "partial") or self._accept(Kind.NAME, "d")):
            raise self._wrong("∂")
        by = self._atom_without_call()
        self._order()
        while not self._accept(Kind.END):  # ∂w ∂w^T, ∂x²
            self._position += 1
            if self._peek() is None:
                raise self._wrong("}")
        if of is None:
            operand = self._term() if self._starts_factor() else Label("")
            return Differentiate(operand, by)
        at = self._point()
        if isinstance(of, Either | Call):
            call = of.call if isinstance(of, Either) else of
            if isinstance(call, Call) and isinstance(call.function, Symbol):
                return Derivative(call.function, by, call.arguments[0])
        return Derivative(of, by, at)

    def _order(self) -> None:
        if self._accept(Kind.SUP):
            self._script_expression()

    def _differentiated(self) -> Expression:
        return self.expression()

    def _point(self) -> Expression | None:
        """(w_t) behind a derivative."""
        if self._next_is(Kind.OPEN, "("):
            start = self._position
            _, content = self._bracket()
            if isinstance(content, Symbol):
                return content
            self._position = start
        return None

    def _partial(self, token: Token) -> Expression:
        """∂L/∂w with a slash."""
        of = self._atom_without_call()
        self._expect(Kind.OPERATOR, "/")
        self._expect(Kind.COMMAND, "partial")
        return Derivative(of, self._atom_without_call())

    def _nabla(self, token: Token) -> Expression:
        by: Expression | None = None
        if self._accept(Kind.SUB):
            by = self._subscripts()[0]
        if self._next_is(Kind.SUP):
            raise Unreadable("a second derivative", token.start)
        if self._next_is(Kind.OPEN):
            return Differentiate(self._bracket()[1], by)
        if not self._next_is(Kind.NAME) and not self._next_is(Kind.BEGIN):
            if self._starts_factor():
                return Differentiate(self._factor(), by)
            return Derivative(None, by)
        of = self._atom_without_call()
        return Derivative(of, by, self._point())

    def _lim(self, token: Token) -> Expression:
        if not self._next_is(Kind.SUB):
            return Wanted("lim", self._term())
        variable, to = self._tends()
        return Limit(variable, to, self._term())

    def _tends(self) -> tuple[Expression, Expression]:
        self._expect(Kind.SUB)
        self._expect(Kind.BEGIN)
        condition = self._condition()
        self._expect(Kind.END)
        if not isinstance(condition, Comparison) or condition.relations != ("→",):
            raise self._wrong("t → ∞")
        return condition.members[0], condition.members[1]

    # ------------------------------------------------------------ the other commands

    def _sqrt(self, _: Token) -> Expression:
        degree = None
        if self._accept(Kind.OPEN, "["):
            degree = self._expression_until("]")
        return Root(self._script_free_argument(), degree)

    def _boxed(self, _: Token) -> Expression:
        self._expect(Kind.BEGIN)
        content = self._condition()
        self._expect(Kind.END)
        if isinstance(content, Comparison):
            raise Unreadable("a relation where a term is expected", self._place())
        return Boxed(content)

    def _brace(self, _: Token) -> Expression:
        """\\underbrace{…}_{remark}: the scripts behind are remarks."""
        self._expect(Kind.BEGIN)
        operand = self.expression()
        self._expect(Kind.END)
        remark = ""
        while self._accept(Kind.SUB) or self._accept(Kind.SUP):
            remark = self._remark()
        return Annotated(operand, remark)

    def _remark(self) -> str:
        if not self._accept(Kind.BEGIN):
            self._position += 1
            return self._tokens[self._position - 1].text
        depth, words = 1, []
        while token := self._peek():
            depth += {Kind.BEGIN: 1, Kind.END: -1}.get(token.kind, 0)
            self._position += 1
            if depth == 0:
                return " ".join(words)
            words.append(token.text)
        raise self._wrong("}")

    def _set(self, token: Token) -> Expression:
        """\\overset{…}{…}: the second argument with a remark."""
        self._script_free_argument()
        return self._script_free_argument()

    def _binom(self, token: Token) -> Expression:
        raise Unreadable("a binomial coefficient", token.start)

    def _mathbin(self, _: Token) -> Expression:
        return self._script_free_argument()

    # ------------------------------------------------------------ environments

    def _environment(self, token: Token) -> Expression:
        name = token.text
        if name in _TRANSPARENT:
            content = self.expression()
            while self._accept(Kind.NEWLINE):
                pass
            self._expect(Kind.COMMAND, "end")
            return content
        self._deeper()
        rows = self._rows()
        self._depth -= 1
        if name == "cases":
            return _cases(rows, token.start)
        if name in _MATRICES:
            return Matrix(tuple(tuple(cell for cell, _ in row) for row in rows))
        raise Unreadable(f"the environment {name}", token.start)

    def _rows(self) -> list[list[tuple[Expression, str]]]:
        """Cells with the prose in them, row by row, to the end of the environment."""
        rows: list[list[tuple[Expression, str]]] = [[]]
        while True:
            rows[-1].append(self._cell())
            if self._accept(Kind.NEWLINE):
                rows.append([])
            elif not self._accept(Kind.CELL):
                self._expect(Kind.COMMAND, "end")
                return [row for row in rows if any(cell != (Label(""), "") for cell in row)]

    def _cell(self) -> tuple[Expression, str]:
        words: list[str] = []
        content: Expression | None = None
        while not self._cell_ends():
            if token := self._accept(Kind.TEXT) or self._accept(Kind.SEPARATOR):
                words.append(token.text)
            elif content is None:
                content = self._condition()
            elif words:  # prose with formulas in it: “if X^TX is invertible”
                return Label(self._rest_of_cell(words)), " ".join(words)
            else:
                raise self._wrong("the next cell")
        return content or Label(""), " ".join(words).strip()

    def _cell_ends(self) -> bool:
        token = self._peek()
        if token is None or token.kind in _CELL_ENDS:
            return True
        return token.kind is Kind.COMMAND and token.text == "end"

    def _rest_of_cell(self, words: list[str]) -> str:
        while not self._cell_ends():
            words.append(self._tokens[self._position].text)
            self._position += 1
        return " ".join(words)

    _ATOMS: Final[dict[Kind, Callable[[_Parser, Token], Expression]]] = {
        Kind.NUMBER: _number,
        Kind.NAME: _name,
        Kind.WORD: _word,
        Kind.OPEN: _open,
        Kind.BEGIN: _begin,
        Kind.BAR: _bar,
        Kind.ACCENT: _accent,
        Kind.COMMAND: _command,
        Kind.ENVIRONMENT: _environment,
    }
    _COMMANDS: Final[dict[str, Callable[[_Parser, Token], Expression]]] = {
        "frac": _frac,
        "sqrt": _sqrt,
        "partial": _partial,
        "nabla": _nabla,
        "grad": _nabla,
        "lim": _lim,
        "boxed": _boxed,
        "fbox": _boxed,
        "underbrace": _brace,
        "overbrace": _brace,
        "overset": _set,
        "underset": _set,
        "stackrel": _set,
        "binom": _binom,
        "mathbin": _mathbin,
        "mathrel": _mathbin,
        "mathord": _mathbin,
    }


# ---------------------------------------------------------------- small builders


def _subscripted(base: Expression, subscripts: tuple[Expression, ...]) -> Expression:
    if isinstance(base, Symbol):
        if subscripts == (Label("hat"),):
            return Symbol(f"hat {base.name}", base.subscripts)
        return Symbol(base.name, (*base.subscripts, *subscripts))
    if isinstance(base, Transpose | Power | PseudoInverse) and isinstance(base.base, Symbol):
        # x^T_i is the transpose of x_i
        inner = _subscripted(base.base, subscripts)
        if isinstance(base, Power):
            return Power(inner, base.exponent)
        return type(base)(inner)
    return Component(base, subscripts)


def _starred(base: Expression) -> Expression:
    if isinstance(base, Symbol):
        return Symbol(f"{base.name}*", base.subscripts)
    raise Unreadable("a star behind this")


def _marked(base: Expression, mark: Expression) -> Expression:
    """A layer or an iterate in a superscript is a subscript: W^{[2]}_k and W_k^{[2]} are W_{2,k}."""
    marks = mark.items if isinstance(mark, Sequence) else (mark,)
    if isinstance(base, Symbol):
        is_layer = isinstance(mark, Number) and not any(
            isinstance(subscript, Number) for subscript in base.subscripts
        )
        scripts = (*marks, *base.subscripts) if is_layer else (*base.subscripts, *marks)
        return Symbol(base.name, scripts)
    if isinstance(base, Prime) and isinstance(base.base, Symbol):
        return base  # σ'^{[1]}: one activation for every layer
    return Marked(base, mark)


def _indices(run: Seq[Token]) -> list[Expression]:
    """Juxtaposed indices, each a digit or a letter: ij, 1k, 12."""
    items: list[Expression] = []
    for token in run:
        if token.kind is Kind.NAME:
            items.append(Symbol(token.text))
        else:
            items += [Number(float(digit)) for digit in token.text]
    return items


def _index_name(expression: Expression, position: int) -> str:
    if isinstance(expression, Symbol) and not expression.subscripts:
        return expression.name
    raise Unreadable("the index of a sum", position)


def _bounds(
    condition: Expression, position: int
) -> tuple[str, Expression | None, Expression | None]:
    if isinstance(condition, Symbol):
        return _index_name(condition, position), None, None
    if not isinstance(condition, Comparison):
        raise Unreadable("the index of a sum", position)
    members, relations = condition.members, condition.relations
    if relations == ("=",):
        return _index_name(members[0], position), members[1], None
    if relations == ("∈",) and isinstance(members[1], Symbol):  # i ∈ [n]
        return _index_name(members[0], position), Number(1), members[1]
    if len(relations) == 2 and relations[0] in "≤<" and relations[1] in "≤<":
        first = members[0] if relations[0] == "≤" else Add((members[0], Number(1)))
        last = members[2] if relations[1] == "≤" else Add((members[2], Negative(Number(1))))
        return _index_name(members[1], position), first, last
    if relations == ("<",):
        last = Add((members[1], Negative(Number(1))))
        return _index_name(members[0], position), Number(0), last
    raise Unreadable("the range of a sum", position)


def _cases(rows: list[list[tuple[Expression, str]]], position: int) -> Expression:
    branches: list[tuple[Expression, Expression | None]] = []
    for row in rows:
        value, words = row[0]
        condition = row[1][0] if len(row) > 1 else None
        words = f"{words} {row[1][1] if len(row) > 1 else ''}".lower()
        if isinstance(condition, Comparison):
            branches.append((value, condition))
        elif any(word in words for word in ("otherwise", "else", "other")):
            branches.append((value, None))
        elif isinstance(value, Label | Comparison):
            raise Unreadable("a case without a value", position)
        else:
            branches.append((value, Label(words.strip() or str(condition))))
    return Cases(tuple(branches))
