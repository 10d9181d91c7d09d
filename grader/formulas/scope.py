"""The symbols of one part: what each of them is, on one instance.

A symbol is *known* if the homework introduces it (X, y, η …), and *defined* if the student does
(“let r = Xw − y”). Definitions are kept as expressions and evaluated on each instance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from grader.formulas.expression import Expression
from grader.formulas.values import Array, Function, Value


@dataclass(frozen=True)
class Definition:
    """What a student's symbol stands for; with `parameters` it is a function.

    Attributes:
        bodies: the defining expression, in every form that the chain gives it; the first that
            has a value counts.
        parameters: names that stand for the arguments, or for the indices of a family.
        is_family: whether the parameters are indices: z_i = X w_i − y for every i.
        is_entries: whether they are the indices of a matrix that is defined entry by entry; with
            one of them, of a diagonal matrix.
        part: where it was written, such as ``2b``.
    """

    bodies: tuple[Expression, ...]
    parameters: tuple[str, ...] = ()
    is_family: bool = False
    part: str = ""
    is_entries: bool = False

    @property
    def body(self) -> Expression:
        """The form that counts first."""
        return self.bodies[0]


@dataclass(frozen=True)
class Scope:
    """What symbols mean on one instance.

    Attributes:
        known: values by key: ``X``, ``w_t``, ``hat y``.
        functions: functions by key, beside those with a fixed meaning.
        definitions: the student's own, by key. They come before `known`.
        first_index: where the indices of a symbol begin, 1 if it is not listed; ``X:columns`` is
            the second index of X, where that begins elsewhere.
        scalar_rows: for a name whose components are rows, what they are as numbers: xᵢ in xᵢᵏ.
        data: names of data matrices, for which a lower-case ^t is a transpose, never a power.
        dot_is_inner: whether u · v of two columns is their inner product; else it is not read.
        families: values by index for names that stand for a whole sequence, such as weights μ_k.
        components: how many components a vector has that is defined component by component.
        sizes: letters that are a size in the bounds of a sum, whatever else they name.
        examples: names that have a value for each example, where there is only one: y_i is y.
        columns: how many columns a matrix with dots has, where its cells do not say.
    """

    known: Mapping[str, Value]
    functions: Mapping[str, Function] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    first_index: Mapping[str, int] = field(default_factory=dict)
    scalar_rows: Mapping[str, Array] = field(default_factory=dict)
    data: frozenset[str] = frozenset({"X", "Phi"})
    dot_is_inner: bool = True
    families: Mapping[str, Callable[[int], Value]] = field(default_factory=dict)
    columns: int = 0
    components: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    examples: frozenset[str] = frozenset()

    def with_definitions(self, definitions: Mapping[str, Definition]) -> Scope:
        """The same with a student's definitions added."""
        return replace(self, definitions={**self.definitions, **definitions})

    def with_known(self, known: Mapping[str, Value]) -> Scope:
        """The same with more known values."""
        return replace(self, known={**self.known, **known})

    def with_sequences(self, constants: Mapping[str, Value]) -> Scope:
        """The same with names that mean one value with every index and without."""
        families = {name: lambda _, value=value: value for name, value in constants.items()}
        return replace(
            self,
            known={**self.known, **constants, **{f"{name}_t": v for name, v in constants.items()}},
            families={**self.families, **families},
        )
