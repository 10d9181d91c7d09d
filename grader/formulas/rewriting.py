"""Another tree from a tree: a change made to each node, everything else as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from grader.formulas.expression import Expression, field_names

Change: TypeAlias = Callable[[Expression], Expression]
"""What becomes of a node whose children have been changed; the node itself where nothing does."""


def replaced(expression: Expression, part: Expression, by: Expression) -> Expression:
    """The expression with something else in every place of a part."""
    return rewritten(expression, lambda node: by if node == part else node)


def rewritten(expression: Expression, change: Change) -> Expression:
    """The expression with `change` made to each node, from the leaves up."""
    done: dict[int, Expression] = {}  # by identity: a call and a product share what is in brackets

    def node(old: Expression) -> Expression:
        if id(old) not in done:
            new = {name: value(getattr(old, name)) for name in field_names(old)}
            changed = any(part is not getattr(old, name) for name, part in new.items())
            done[id(old)] = change(replace(old, **new) if changed else old)
        return done[id(old)]

    def value(old: object) -> object:
        if isinstance(old, Expression):
            return node(old)
        if isinstance(old, tuple):
            new = tuple(map(value, old))
            return new if any(a is not b for a, b in zip(new, old, strict=True)) else old
        return old

    return node(expression)
