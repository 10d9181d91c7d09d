"""Dots: “1, λ, …, λ^{d−1}”, “I + A + … + A^{t−1}”, matrices with ⋱.

The last term is the pattern: with its counter (d in λ^{d−1}) put to 1, 2, 3, … it has to give the
terms that stand before the dots. Only then are the terms in between known; a sequence whose terms
do not fit one pattern is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

import numpy as np

from grader.formulas.errors import FormulaError, Misfit, NoValue
from grader.formulas.expression import (
    Dots,
    Expression,
    Label,
    Negative,
    Number,
    Symbol,
)
from grader.formulas.rewriting import replaced
from grader.formulas.values import Array, Value, shape, simplified

At: TypeAlias = Callable[[Expression, str, int], Value]
"""The value of a term with a symbol replaced by a number."""

MAX_LENGTH = 60
"""Terms of a completed sequence; the sampled n, d, h and t are below 10."""

ENOUGH = 4
"""Terms that have to be written before one of them may be an exception."""

LONGEST_SERIES = 400
"""Terms of a sum that has no last term."""

_COUNTER = "counter of the dots"


def completed(terms: Sequence[Expression], at: At, anchors: Mapping[str, int]) -> list[Value]:
    """All terms of a sequence with dots; one term at its end may follow another pattern.

    A^t w_0 + A^{t−1} b + A^{t−2} b + … + A b + b: the first term is none of those that go on.

    Raises:
        NoValue: the terms beside the dots do not fit one pattern.
    """
    try:
        return _completed(terms, at, anchors)
    except NoValue:
        position = next(i for i, term in enumerate(terms) if isinstance(term, Dots))
        before, behind = position, len(terms) - position - 1
        if before + behind < ENOUGH:
            raise
        if before > 1:
            with suppress(NoValue):
                return [at(terms[0], _COUNTER, 0), *_completed(terms[1:], at, anchors)]
        if behind <= 1:
            raise
        return [*_completed(terms[:-1], at, anchors), at(terms[-1], _COUNTER, 0)]


def _completed(terms: Sequence[Expression], at: At, anchors: Mapping[str, int]) -> list[Value]:
    """All terms of a sequence with dots.

    Args:
        terms: as written, one of them `Dots`.
        at: evaluates a term at a value of the counter.
        anchors: symbols that may be the counter, with their values.

    Raises:
        NoValue: the terms before the dots do not fit the pattern of the last one.
    """
    position = next(i for i, term in enumerate(terms) if isinstance(term, Dots))
    head, tail = terms[:position], terms[position + 1 :]
    explicit = [at(term, _COUNTER, 0) for term in head]
    if not tail:
        return _series(head, explicit, at)
    ending = [at(term, _COUNTER, 0) for term in tail]
    for start, pattern, end in (
        (explicit, tail[-1], ending),
        (ending[::-1], head[0], explicit[::-1]),
    ):
        for name, size in anchors.items():
            if name in pattern.names:
                found = _counted(start, pattern, name, size, at)
                if found is not None and _ends_with(found, end):
                    return found if start is explicit else found[::-1]
    raise NoValue("dots whose terms do not follow one pattern")


def _ends_with(terms: list[Value], ending: list[Value]) -> bool:
    """Whether the terms behind the dots are the last ones of the sequence."""
    return len(terms) >= len(ending) and all(map(_equal, terms[-len(ending) :], ending))


def _counted(
    explicit: list[Value], last: Expression, name: str, size: int, at: At
) -> list[Value] | None:
    """The whole sequence if the last term with its counter from `start` gives the first ones.

    The first term may be an exception (0, λ, λ², …) if two others follow the pattern.
    """
    for skipped in (0, 1) if len(explicit) > 2 or len(explicit) == 2 else (0,):
        wanted = explicit[skipped:]
        for start in range(-1, 4):
            values = _try(last, name, range(start, start + len(wanted)), at)
            if (
                values is not None
                and all(map(_equal, values, wanted))
                and start <= size <= MAX_LENGTH
            ):
                rest = _try(last, name, range(start, size + 1), at)
                if rest is not None and len(rest) >= len(wanted):
                    return [*explicit[:skipped], *rest]
    return None


def _try(term: Expression, name: str, counters: range, at: At) -> list[Value] | None:
    try:
        return [at(term, name, counter) for counter in counters]
    except FormulaError:
        return None


def _equal(a: Value, b: Value) -> bool:
    return shape(a) == shape(b) and bool(np.allclose(a, b, rtol=1e-9, atol=1e-12))


def _series(head: Sequence[Expression], explicit: list[Value], at: At) -> list[Value]:
    """A sum without an end: the last number in its last term counts on, until terms vanish."""
    if len(head) < 2:
        raise NoValue("dots after a single term")
    for counter in {node.value for node in head[-1].walk() if isinstance(node, Number)}:
        if counter != int(counter) or counter < 1:
            continue
        pattern = _with_counter(head[-1], counter)
        first = int(counter) - len(head) + 1
        for skipped in range(len(head) - 1):
            values = _try(pattern, _COUNTER, range(first + skipped, int(counter) + 1), at)
            if values is not None and all(map(_equal, values, explicit[skipped:])):
                return [*explicit, *_until_small(pattern, int(counter) + 1, explicit, at)]
    raise NoValue("dots whose terms do not follow one pattern")


def _until_small(pattern: Expression, start: int, explicit: list[Value], at: At) -> list[Value]:
    largest = max(float(np.linalg.norm(np.atleast_2d(term))) for term in explicit)
    terms = []
    for counter in range(start, start + LONGEST_SERIES):
        terms.append(at(pattern, _COUNTER, counter))
        if float(np.linalg.norm(np.atleast_2d(terms[-1]))) <= 1e-14 * largest:
            return terms
    raise NoValue("an infinite sum that does not converge here")


def _with_counter(term: Expression, number: float) -> Expression:
    """The same term with one of its numbers replaced by the counter."""
    return replaced(term, Number(number), Symbol(_COUNTER))


# ---------------------------------------------------------------- matrices


Cells: TypeAlias = Sequence[Sequence[Expression]]


def completed_matrix(
    rows: Cells,
    value: Callable[[Expression], Value],
    at: At,
    anchors: Mapping[str, int],
    columns: int,
) -> Value:
    """A matrix with dots: diagonal, or with the same entries along each diagonal.

    Args:
        rows: cells as written.
        value: evaluates a cell.
        at: evaluates a cell at a value of a counter.
        anchors: symbols that may count.
        columns: how many columns such a matrix has here.

    Raises:
        NoValue: no such pattern fits what is written.
    """
    diagonal = _diagonal(rows)
    if diagonal is not None:
        entries = completed(diagonal, at, anchors)
        if all(isinstance(entry, float) for entry in entries):
            return simplified(np.diag([float(np.ravel(entry)[0]) for entry in entries]))
    return simplified(_banded(rows, value, columns))


def _diagonal(rows: Cells) -> list[Expression] | None:
    """The diagonal if nothing but zeros stands beside it."""
    entries: list[Expression] = []
    for number, row in enumerate(rows):
        beside = [cell for position, cell in enumerate(row) if position != number]
        if any(not (isinstance(cell, Dots | Label) or _is_zero(cell)) for cell in beside):
            return None
        if number >= len(row) or len(row) > len(rows):
            return None
        entries.append(row[number])
    shown = [entry for entry in entries if not isinstance(entry, Label)]
    return shown if sum(isinstance(entry, Dots) for entry in shown) == 1 else None


def _is_zero(cell: Expression) -> bool:
    if isinstance(cell, Negative):
        return _is_zero(cell.operand)
    return isinstance(cell, Number) and cell.value == 0


def _banded(rows: Cells, value: Callable[[Expression], Value], columns: int) -> Array:
    """A matrix whose rows are the first row shifted, as the last row confirms."""
    full = [row for row in rows if not all(isinstance(cell, Dots | Label) for cell in row)]
    if len(full) < 2 or not columns:
        raise NoValue("a matrix with dots")
    first, last = _band(full[0], value), _band(full[-1], value)
    if first is None or last is None:
        raise NoValue("a matrix with dots that does not repeat one row")
    lead, band = first
    trail, last_band = last[0], last[1]
    if lead != 0 or trail == 0 or not np.array_equal(band, last_band):
        raise NoValue("a matrix with dots that does not repeat one row")
    for offset, row in enumerate(full[1:-1], start=1):
        if not any(isinstance(cell, Dots) for cell in row[:offset]):
            shifted = _band(row, value)
            if shifted is not None and (
                shifted[0] != offset or not np.array_equal(shifted[1], band)
            ):
                raise NoValue("a matrix with dots that does not repeat one row")
    height = columns - len(band) + 1
    if height < 1:
        raise Misfit("a matrix with dots that is too small")
    matrix = np.zeros((height, columns))
    for number in range(height):
        matrix[number, number : number + len(band)] = band
    return matrix


def _band(
    row: Sequence[Expression], value: Callable[[Expression], Value]
) -> tuple[int, Array] | None:
    """How many cells stand before the entries of a row that are not zero, and those entries.

    Dots before them count as more than one cell.
    """
    cells = [None if isinstance(cell, Dots | Label) else value(cell) for cell in row]
    filled = [i for i, cell in enumerate(cells) if cell is not None and cell != 0]
    if not filled:
        return None
    inside = cells[filled[0] : filled[-1] + 1]
    if any(cell is None or not isinstance(cell, float) for cell in inside):
        return None
    return filled[0], np.array(inside, dtype=np.float64)
