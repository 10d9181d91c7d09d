r"""\begin{…}: matrices, cases, and environments that only lay out."""

from __future__ import annotations

from typing import Final, NamedTuple

from grader.formulas.cursor import Cursor
from grader.formulas.errors import Unreadable
from grader.formulas.expression import Cases, Comparison, Dots, Expression, Label, Matrix
from grader.formulas.tokens import Kind, Token

_MATRICES: Final = frozenset("matrix bmatrix pmatrix Bmatrix smallmatrix array".split())
"""Without vmatrix, which is a determinant."""

_TRANSPARENT: Final = frozenset("aligned align split gathered gather equation alignedat".split())
_OTHERWISE: Final = ("otherwise", "else", "other", "sonst")


class _Cell(NamedTuple):
    """What stands in a cell, and the words in it."""

    content: Expression
    words: str


_EMPTY: Final = _Cell(Label(""), "")


def environment(p: Cursor, token: Token) -> Expression:
    """An environment, its beginning already taken."""
    if token.text in _TRANSPARENT:
        return _transparent(p)
    rows = _rows(p)
    if token.text in {"cases", "dcases", "rcases"}:
        return _cases(rows, token.start)
    if token.text in _MATRICES and rows:
        return Matrix(tuple(tuple(cell.content for cell in row) for row in rows))
    raise Unreadable(f"the environment {token.text}", token.start)


def _transparent(p: Cursor) -> Expression:
    content = p.expression()
    while p.accept(Kind.NEWLINE):
        pass
    p.expect(Kind.COMMAND, "end")
    return content


def _rows(p: Cursor) -> list[list[_Cell]]:
    """Cells row by row, to the end of the environment."""
    rows: list[list[_Cell]] = [[]]
    while True:
        rows[-1].append(_cell(p))
        if p.accept(Kind.NEWLINE):
            rows.append([])
        elif not p.accept(Kind.CELL):
            p.expect(Kind.COMMAND, "end")
            return [row for row in rows if any(cell != _EMPTY for cell in row)]


def _cell(p: Cursor) -> _Cell:
    words: list[str] = []
    content: Expression | None = None
    while not _cell_ends(p):
        if token := p.accept(Kind.TEXT) or p.accept(Kind.SEPARATOR):
            words.append(token.text)
        elif content is None:
            content = p.condition()
        elif any(word.isalpha() for word in words):  # “if X^TX is invertible”
            return _Cell(Label(_rest(p, words)), " ".join(words))
        else:
            raise p.wrong("the next cell")
    if content is None and words and set(words) <= {".", ":"}:
        content = Dots()  # a lone dot, one below the other
    return _Cell(content or Label(""), " ".join(words).strip())


def _cell_ends(p: Cursor) -> bool:
    token = p.peek()
    if token is None or token.kind in {Kind.CELL, Kind.NEWLINE}:
        return True
    return token.kind is Kind.COMMAND and token.text == "end"


def _rest(p: Cursor, words: list[str]) -> str:
    while not _cell_ends(p):
        words.append(p.tokens[p.position].text)
        p.position += 1
    return " ".join(words)


def _cases(rows: list[list[_Cell]], position: int) -> Expression:
    return Cases(tuple(_branch(row, position) for row in rows))


def _branch(row: list[_Cell], position: int) -> tuple[Expression, Expression | None]:
    """A value with its condition; None for “otherwise”."""
    value, words = row[0]
    condition = row[1] if len(row) > 1 else _EMPTY
    words = f"{words} {condition.words}".lower().strip()
    if isinstance(value, Label | Comparison) or len(row) > 2:
        raise Unreadable("a case without a value", position)
    if isinstance(condition.content, Comparison):
        return value, condition.content
    if any(word in words for word in _OTHERWISE):
        return value, None
    return value, Label(words or str(condition.content))
