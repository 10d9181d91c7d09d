"""What a formula says: a tree of frozen nodes, without kinds or values.

The parser builds these trees from source, `values` gives them a value on an instance. A node says
what was written, not what it is: whether ``A(x)`` applies or multiplies, whether ``w^t`` is an
iterate or a power, is decided by the kinds of the symbols when the tree is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal


@dataclass(frozen=True)
class Expression:
    """Base of all nodes; `str` gives the formula as it was understood, for people and as a key."""

    def __str__(self) -> str:
        known = self.__dict__.get("_text")
        if known is None:  # printed once: the texts of symbols are keys
            from grader.formulas.printing import plain  # noqa: PLC0415  (it imports the nodes)

            known = self.__dict__["_text"] = plain(self)
        return str(known)

    @cached_property
    def children(self) -> tuple[Expression, ...]:
        """The nodes directly below this one."""
        return tuple(one for name in field_names(self) for one in _nodes(getattr(self, name)))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all symbols in it."""
        return frozenset(one.name for one in self.walk() if isinstance(one, Symbol))

    @cached_property
    def kinds(self) -> frozenset[type[Expression]]:
        """Which kinds of nodes it has."""
        return frozenset(map(type, self.walk()))

    def walk(self) -> Iterator[Expression]:
        """This node and all below it, without recursion: trees may be deep."""
        waiting: list[Expression] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.children)


def field_names(node: Expression) -> tuple[str, ...]:
    """The names of a node's fields, in order."""
    return tuple(type(node).__dataclass_fields__)


def _nodes(value: object) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


# ---------------------------------------------------------------- atoms


@dataclass(frozen=True)
class Number(Expression):
    """A number as written."""

    value: float


@dataclass(frozen=True)
class Symbol(Expression):
    """A name with its subscripts: ``w``, ``hat y``, ``w_{t+1}``, ``W_{2,k}``, ``lambda_max``."""

    name: str
    subscripts: tuple[Expression, ...] = ()

    @cached_property
    def key(self) -> str:
        """The name under which it is declared or defined, such as ``w_t+1``."""
        return str(self)


@dataclass(frozen=True)
class Label(Expression):
    """A word in a subscript: ``max``, ``new``, ``smooth``."""

    text: str


@dataclass(frozen=True)
class Dots(Expression):
    """``…`` among the terms of a sum, the items of a list or the cells of a matrix."""


# ---------------------------------------------------------------- arithmetic


@dataclass(frozen=True)
class Add(Expression):
    """A sum; a term that is subtracted is a `Negative`. One of the terms may be `Dots`."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Negative(Expression):
    """−operand."""

    operand: Expression


@dataclass(frozen=True)
class Multiply(Expression):
    """left · right, in this order.

    `how` is the sign between them, empty for juxtaposition, and ``/`` where what is juxtaposed
    follows a slash: in a/b c the c could stand below as well.
    """

    left: Expression
    right: Expression
    how: str = ""


@dataclass(frozen=True)
class Divide(Expression):
    """over / under."""

    over: Expression
    under: Expression


@dataclass(frozen=True)
class Power(Expression):
    """base to the exponent; for a vector or a data matrix an iterate or a transpose."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True)
class Transpose(Expression):
    """baseᵀ; `letter` is the sign that was written, for T could be a number of steps."""

    base: Expression
    letter: str = field(default="", compare=False)


@dataclass(frozen=True)
class PseudoInverse(Expression):
    """base†."""

    base: Expression


@dataclass(frozen=True)
class Prime(Expression):
    """base′: the derivative of a function, the transpose of a matrix."""

    base: Expression
    order: int = 1


@dataclass(frozen=True)
class Marked(Expression):
    """A superscript in brackets, ``w^{(t)}`` or ``W^{[2]}``: an index, never a power."""

    base: Expression
    mark: Expression


@dataclass(frozen=True)
class Component(Expression):
    """Subscripts of something in parentheses: ``(Dw)_k``, ``[W_2]_{1,k}``."""

    base: Expression
    subscripts: tuple[Expression, ...]


@dataclass(frozen=True)
class Root(Expression):
    """Square root, or the `degree`-th."""

    operand: Expression
    degree: Expression | None = None


@dataclass(frozen=True)
class Norm(Expression):
    """‖operand‖ with `order` as written below it (``2``, ``1``, ``F``, a matrix), or None."""

    operand: Expression
    order: Expression | None = None


@dataclass(frozen=True)
class Absolute(Expression):
    """|operand|."""

    operand: Expression


@dataclass(frozen=True)
class Inner(Expression):
    """⟨left, right⟩."""

    left: Expression
    right: Expression


# ---------------------------------------------------------------- functions


@dataclass(frozen=True)
class Call(Expression):
    """A function, its arguments in brackets."""

    function: Expression
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Either(Expression):
    """A name before brackets: a call if the name is a function, else a product.

    Both hold what stands behind the brackets, and what stands before them behind a slash.
    """

    call: Expression
    product: Expression
    name: Expression

    @cached_property
    def children(self) -> tuple[Expression, ...]:
        """The call only: the product says the same, and both would double with each bracket."""
        return (self.call,)


@dataclass(frozen=True)
class Over(Expression):
    """Σ, Π, max or min of a body over an index; bounds are None where they are not written.

    A ``list`` is a body in brackets with a range behind it: (λ^k)_{k=0}^{d−1}.
    """

    what: Literal["sum", "product", "max", "min", "list"]
    index: str
    first: Expression | None
    last: Expression | None
    body: Expression


@dataclass(frozen=True)
class Limit(Expression):
    """lim of `operand` as `variable` tends to `to`."""

    variable: Expression
    to: Expression
    operand: Expression


@dataclass(frozen=True)
class Derivative(Expression):
    """The derivative of `of` with respect to `by`, as a name: ∂L/∂w, ∇L(w), dW₁.

    `of` is None in short forms such as ``dW_1``; `at` is the point, if one is written; `order` is
    how often.
    """

    of: Expression | None
    by: Expression | None
    at: Expression | None = None
    order: int = 1


@dataclass(frozen=True)
class Differentiate(Expression):
    """∂/∂by in front of what is to be differentiated."""

    operand: Expression
    by: Expression | None


@dataclass(frozen=True)
class Wanted(Expression):
    """argmin and the like: understood, but a question and no value."""

    what: str
    operand: Expression


# ---------------------------------------------------------------- composites


@dataclass(frozen=True)
class Sequence(Expression):
    """Items with commas between them; one may be `Dots`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Interval(Expression):
    """(low, high) with square brackets where an end belongs to it."""

    low: Expression
    high: Expression
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True)
class Matrix(Expression):
    """Rows of cells."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True)
class Rows(Expression):
    """The matrix M for which (M w)_index is `body`, a linear expression in w."""

    body: Expression
    index: str


@dataclass(frozen=True)
class Comparison(Expression):
    """members[0] relations[0] members[1], and so on."""

    members: tuple[Expression, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True)
class Indicator(Expression):
    """1 where the condition holds, elementwise, and 0 elsewhere."""

    condition: Comparison


@dataclass(frozen=True)
class Cases(Expression):
    """Values with their conditions; the condition None stands for “otherwise”."""

    branches: tuple[tuple[Expression, Expression | None], ...]


@dataclass(frozen=True)
class Annotated(Expression):
    """A term with a brace and a remark below it."""

    operand: Expression
    remark: str


@dataclass(frozen=True)
class Boxed(Expression):
    """A result in a box."""

    operand: Expression
