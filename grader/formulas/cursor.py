"""A place in the tokens of a formula, with the limits that keep reading it short.

Every module of the parser works on one `Cursor`: it looks at the tokens ahead, takes those that it
understands, and calls back into the grammar (`expression`, `term` …) for what may stand inside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, NamedTuple

from grader.formulas.errors import TooMuch, Unreadable
from grader.formulas.expression import Expression
from grader.formulas.tokens import Kind, Token

MAX_NESTING = 40
"""Atoms inside of atoms; formulas of this homework have under 10. Some ten calls of Python each."""

MAX_ATOMS = 6_000
"""Atoms read for one formula. Where a bracket has to be read twice, nesting would double it."""

ENDS: Final = frozenset({Kind.CLOSE, Kind.END, Kind.RELATION, Kind.SEPARATOR, Kind.NEWLINE,
                         Kind.CELL, Kind.TEXT, Kind.ARROW})  # fmt: skip
"""Kinds of tokens that no term begins with."""

_NO_FACTOR: Final = ENDS | {Kind.OPERATOR, Kind.DOTS, Kind.SUB, Kind.SUP, Kind.PRIME}


class Mark(NamedTuple):
    """Where a cursor stood, to come back to."""

    position: int
    depth: int
    bars: tuple[str, ...]


class Cursor(ABC):
    """The tokens, and how far they are read.

    Attributes:
        position: of the next token.
        bars: the signs of the open | and ‖, the innermost last.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.position = 0
        self.bars: list[str] = []
        self._depth = 0
        self._atoms = 0

    # ------------------------------------------------------------ the grammar

    @abstractmethod
    def condition(self) -> Expression:
        """An expression, or several with relations between them."""

    @abstractmethod
    def expression(self) -> Expression:
        """A sum of terms."""

    @abstractmethod
    def term(self) -> Expression:
        """A product of factors."""

    @abstractmethod
    def factor(self) -> Expression:
        """An atom with its scripts."""

    @abstractmethod
    def atom(self) -> Expression:
        """A number, a name, a bracket, a fraction and the like."""

    # ------------------------------------------------------------ looking and taking

    def peek(self, ahead: int = 0) -> Token | None:
        """A token that is still to be read."""
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    @property
    def last(self) -> Token:
        """The token that was taken last."""
        return self.tokens[self.position - 1]

    def next_is(self, kind: Kind, *texts: str, ahead: int = 0) -> bool:
        """Whether a token of this kind (and with one of these texts) follows."""
        token = self.peek(ahead)
        return token is not None and token.kind is kind and (not texts or token.text in texts)

    def accept(self, kind: Kind, *texts: str) -> Token | None:
        """Take the next token if it is of this kind."""
        token = self.peek()
        if token is None or token.kind is not kind or (texts and token.text not in texts):
            return None
        self.position += 1
        return token

    def expect(self, kind: Kind, *texts: str) -> Token:
        """Take the next token, which has to be of this kind."""
        token = self.accept(kind, *texts)
        if token is None:
            raise self.wrong(texts[0] if texts else kind.value)
        return token

    def expect_end(self) -> None:
        """Nothing may be left."""
        if self.peek() is not None:
            raise self.wrong("the end of the formula")

    @property
    def place(self) -> int:
        """Where in the source the next token stands."""
        token = self.peek()
        if token is not None:
            return token.start
        return self.tokens[-1].end if self.tokens else 0

    def wrong(self, expected: str) -> Unreadable:
        """The error that something else follows."""
        token = self.peek()
        met = f"“{token.text or token.kind.value}”" if token else "the end"
        return Unreadable(f"expected {expected}, met {met}", self.place)

    def starts_factor(self) -> bool:
        """Whether the next token begins another factor of a product."""
        token = self.peek()
        if token is None or token.kind in _NO_FACTOR:
            return False
        if token.kind is Kind.BAR:
            return token.text.endswith("(") or not self._closes(token)
        return token.kind is not Kind.COMMAND or token.text not in {"end", "over"}

    def _closes(self, token: Token) -> bool:
        if token.text.endswith(")") or self.bars[-1:] == [token.text[0]]:
            return True
        return self.bars[-1:] == ["|"] and self.is_two_bars(token)

    def is_two_bars(self, token: Token) -> bool:
        """Whether ‖ was typed as ||: it may close one absolute value and open the next."""
        return token.text == "‖" and token.end - token.start == len("||")

    # ------------------------------------------------------------ limits, and coming back

    def deeper(self) -> None:
        """Go one level down."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise TooMuch(f"nested more than {MAX_NESTING} deep", self.place)

    def higher(self) -> None:
        """Come one level up."""
        self._depth -= 1

    def count_atom(self) -> None:
        """Keep account of the work."""
        self._atoms += 1
        if self._atoms > MAX_ATOMS:
            raise TooMuch("the formula takes too many steps to read", self.place)

    def mark(self) -> Mark:
        """The place to come back to."""
        return Mark(self.position, self._depth, tuple(self.bars))

    def rewind(self, mark: Mark) -> None:
        """Come back to a place."""
        self.position, self._depth, self.bars = mark.position, mark.depth, list(mark.bars)
