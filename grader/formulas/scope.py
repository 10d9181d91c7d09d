"""The symbols of one part: what each of them is, on one instance.

A symbol is *known* if the homework introduces it (X, y, η …), and *defined* if the student does
(“let r = Xw − y”). Definitions are kept as expressions and evaluated on each instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.formulas.expression import Expression
from grader.formulas.values import Array, Function, Value


@dataclass(frozen=True)
class Definition:
    """What a student's symbol stands for; with `parameters` it is a function.

    Attributes:
        body: the defining expression.
        parameters: names that stand for the arguments, or for the indices of a family.
    """

    body: Expression
    parameters: tuple[str, ...] = ()
    is_family: bool = False


@dataclass(frozen=True)
class Scope:
    """What symbols mean on one instance.

    Attributes:
        known: values by key: ``X``, ``w_t``, ``hat y``.
        functions: functions by key, beside those with a fixed meaning.
        definitions: the student's own, by key. They come before `known`.
        first_index: where the indices of a symbol begin, 1 if it is not listed.
        scalar_rows: for a name whose components are rows, what they are as numbers: xᵢ in xᵢᵏ.
        data: names of data matrices, for which a lower-case ^t is a transpose, never a power.
        dot_is_inner: whether u · v of two columns is their inner product; else it is not read.
        dimensions: sizes that a matrix with dots may have, by number of columns.
    """

    known: Mapping[str, Value]
    functions: Mapping[str, Function] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    first_index: Mapping[str, int] = field(default_factory=dict)
    scalar_rows: Mapping[str, Array] = field(default_factory=dict)
    data: frozenset[str] = frozenset({"X", "Phi"})
    dot_is_inner: bool = True
    columns: int = 0

    def with_definitions(self, definitions: Mapping[str, Definition]) -> Scope:
        """The same with a student's definitions added."""
        return replace(self, definitions={**self.definitions, **definitions})

    def with_known(self, known: Mapping[str, Value]) -> Scope:
        """The same with more known values."""
        return replace(self, known={**self.known, **known})
