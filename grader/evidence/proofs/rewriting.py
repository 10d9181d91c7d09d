"""Small changes to expressions before they are evaluated: names that the parser took apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from grader.formulas.expression import (
    Boxed,
    Call,
    Derivative,
    Either,
    Expression,
    Multiply,
    Number,
    Over,
    Prime,
    Symbol,
)
from grader.formulas.rewriting import rewritten

_SIDES: Final = ("LHS", "RHS")
"""Names of several letters that people give to the sides of the inequality."""

_FUNCTIONS: Final = frozenset({"f", "g", "h", "phi", "psi", "q", "F", "G"})
"""Letters behind which a prime is a derivative, not a second point."""


def tidied(expression: Expression) -> Expression:
    """An expression with its boxes taken off, and LHS and RHS as names."""
    return rewritten(expression, _tidied)


def with_primed_points(expression: Expression) -> Expression:
    """x′ as a point of its own, where it would else be read as a transpose."""
    return rewritten(expression, _primed_point)


def with_calls(expression: Expression, names: frozenset[str]) -> Expression:
    """The expression with p(u) read as a value of p, for functions with these names."""

    def called(node: Expression) -> Expression:
        if isinstance(node, Call) and node.function == Symbol("tr") and "r" in names:
            return Multiply(Symbol("t"), replace(node, function=Symbol("r")))  # no trace
        if not isinstance(node, Either) or not isinstance(node.call, Call):
            return node
        return node.call if _name(node.name) in names else node

    return rewritten(expression, called)


def _name(node: Expression) -> str:
    return node.name if isinstance(node, Symbol) else ""


def _tidied(node: Expression) -> Expression:
    if isinstance(node, Boxed):
        return node.operand
    if isinstance(node, Derivative) and node.of is None and isinstance(node.by, Symbol):
        return Multiply(Symbol("d"), node.by)  # t d x₂ with d = x₁ − x₂
    if isinstance(node, Multiply | Either):
        node = _summed(node)
    if isinstance(node, Over) and node.index == "i" and node.first is node.last is None:
        return replace(node, first=Number(1.0), last=Symbol("n"))  # over the examples
    if isinstance(node, Multiply) and isinstance(node.left, Multiply):
        letters = (node.left.left, node.left.right, node.right)
        name = "".join(one.name if isinstance(one, Symbol) else " " for one in letters)
        if name in _SIDES:
            return Symbol(name)
    return node


def _summed(node: Multiply | Either) -> Expression:
    """Σᵢ cᵢ, where the sign was read as a letter: a sum over i of what depends on i."""
    if isinstance(node, Either):
        return _summed_product(node.product) if _is_sign(node.name) else node
    return _summed_product(node)


def _summed_product(node: Expression) -> Expression:
    if not isinstance(node, Multiply):
        return node
    left, right = node.left, node.right
    if isinstance(left, Symbol) and _is_sign(left) and _has(right, Symbol(str(left.subscripts[0]))):
        return _tidied(Over("sum", str(left.subscripts[0]), None, None, right))
    if isinstance(left, Over) and left.what == "sum" and _has(right, Symbol(left.index)):
        return replace(left, body=Multiply(left.body, right))
    return node


def _is_sign(node: Expression) -> bool:
    if not isinstance(node, Symbol) or node.name != "Sigma" or len(node.subscripts) != 1:
        return False
    return node.subscripts[0] in (Symbol("i"), Symbol("j"), Symbol("k"))


def _has(node: Expression, index: Symbol) -> bool:
    return any(index in one.subscripts for one in node.walk() if isinstance(one, Symbol))


def _primed_point(node: Expression) -> Expression:
    if not isinstance(node, Prime) or not isinstance(node.base, Symbol):
        return node
    if node.base.name in _FUNCTIONS or node.base.name.isupper():
        return node
    return Symbol(node.base.name + "'" * node.order, node.base.subscripts)
