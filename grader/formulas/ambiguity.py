"""Notations that people use for two different things: they are refused, never guessed.

What can be told from the kinds of the symbols is told: after a slash, 1/n Xᵀy can only be
(1/n)·Xᵀy, since nothing is divided by a matrix; 1/n λ could be λ/n or 1/(nλ).
"""

from __future__ import annotations

from typing import Final

from grader.formulas import expression as e
from grader.formulas.values import Value

_STANDS_ALONE: Final = (
    e.Norm, e.Absolute, e.Inner, e.Over, e.Derivative, e.Cases, e.Divide, e.Root,
)  # fmt: skip
"""Set apart by their own signs: nobody writes 1/2 ‖x‖² for 1/(2 ‖x‖²)."""


def is_outside(node: e.Multiply, right: Value) -> bool:
    """Whether what is juxtaposed behind a/b is clearly not part of the denominator."""
    if not isinstance(right, float):
        return True
    core = node.right
    while isinstance(core, e.Power):
        core = core.base
    if isinstance(core, _STANDS_ALONE):
        return True
    if any(isinstance(one, e.Transpose | e.PseudoInverse) for one in core.walk()):
        return True  # a number that is made of vectors: 2/n (x_iᵀw − y_i) x_i
    return _is_plain_number(node.left) and (isinstance(core, e.Add) or _is_call(core))


def _is_plain_number(node: e.Expression) -> bool:
    """1/2, which is a coefficient of the bracket behind it."""
    return (
        isinstance(node, e.Divide)
        and isinstance(node.over, e.Number)
        and isinstance(node.under, e.Number)
    )


def _is_call(node: e.Expression) -> bool:
    """f(0), but not λ_i(H), which people put below a slash without brackets."""
    if isinstance(node, e.Either):
        node = node.call
    while isinstance(node, e.Power):
        node = node.base
    return (
        isinstance(node, e.Call)
        and isinstance(node.function, e.Symbol)
        and not node.function.subscripts
    )


def is_euler(node: e.Power) -> bool:
    """Whether e^… may be the exponential function."""
    return node.base == e.Symbol("e")
