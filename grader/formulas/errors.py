"""Why a formula has no value. None of these is the student's fault by itself, and none is a no.

FormulaError
├─ Unreadable        the notation was not understood to its end
│  └─ TooMuch        a limit was reached: length, nesting, size
├─ Undefined         a symbol that nobody has introduced
├─ NoValue           understood, but no value: a limit, an argmin, a derivative not worked out
│  └─ Ambiguous      people write this for two different things
└─ Misfit            shapes that do not fit: a product or a sum that does not exist
"""

from __future__ import annotations

# ruff: noqa: N818 — they say what a formula is, and are not errors of anybody's program


class FormulaError(Exception):
    """Base of everything that keeps a formula from having a value."""


class Unreadable(FormulaError):
    """The notation was not understood.

    Attributes:
        message: what was met, for people.
        position: offset in the source at which it stands.
    """

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class TooMuch(Unreadable):
    """A limit was reached before anything was built."""


class Undefined(FormulaError):
    """A symbol without declaration or definition."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the symbol {key} is not defined")
        self.key = key


class NoValue(FormulaError):
    """Understood, but it states a question or a step and no value."""


class Ambiguous(NoValue):
    """People write this for two different things, and the symbols do not tell which."""


class DivisionByZero(NoValue):
    """A denominator that is zero on this instance."""


class Misfit(FormulaError):
    """Shapes that do not fit together."""


class NoSuchComponent(Misfit):
    """An index outside of the vector or the matrix: it may be counted from another number."""
