"""Small questions about the syntax of a student's program, for the rewriter."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from typing import Any

COMPARING_CALLS = frozenset(
    """allclose isclose assert_close assert_allclose assert_almost_equal assert_array_equal
    assert_array_almost_equal assert_equal assertTrue assertEqual assertAlmostEqual equal
    array_equal dist approx l1_loss mse_loss subtract sub cosine_similarity append format
    DataFrame Series tabulate add_row addRow write writerow writerows info log debug warning error
    display extend update cdist pairwise_distance eq ne sub_ compare check bar barh plot
    scatter savetxt dump stack hstack column_stack vstack cat concatenate""".split()
)
"""Library calls whose arguments are worth noticing: they hold two values against each other, put
them side by side, or print them. Calls of bare names (the student's own functions) always are."""

COMPARING_METHODS = frozenset({"allclose", "isclose", "equal", "eq", "ne", "sub", "sub_", "dist"})
"""In ``dW1.allclose(W1.grad)`` what stands before the dot is one of the two sides."""

PRINTING_CALLS = frozenset(
    {"print", "display", "pprint", "write", "info", "log", "debug", "warning", "error"}
)

UNINTERESTING_NAMES = frozenset(dir(builtins)) - {
    "print", "abs", "max", "min", "sum", "zip", "map",
}  # fmt: skip

SEEDING = ("seed", "Generator", "default_rng", "RandomState")


def flat(statements: Sequence[Any]) -> list[ast.stmt]:
    """Statements of a body, some of which were rewritten into several."""
    return [s for entry in statements for s in (entry if isinstance(entry, list) else [entry])]


def text_of(node: ast.AST, limit: int = 80) -> str:
    """Source text of a node for a label, shortened."""
    if isinstance(node, ast.Name):  # most are, and unparsing takes its time
        return node.id[:limit]
    try:
        return ast.unparse(node)[:limit]
    except (RecursionError, ValueError):
        return ""


def callee(node: ast.Call) -> str:
    """Last name of what is called: ``allclose`` for ``torch.allclose(…)``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def is_text(node: ast.expr) -> bool:
    """Whether it is a string, perhaps with fields."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_check(name: str) -> bool:
    """Whether a call of this name checks something and raises when it does not hold."""
    return name.lower().startswith(("assert", "gradcheck"))


def is_noticed(node: ast.Call, name: str) -> bool:
    """Whether the arguments of this call are worth keeping."""
    if any(word in name for word in SEEDING):
        return False
    if isinstance(node.func, ast.Name):
        return name not in UNINTERESTING_NAMES
    return name in COMPARING_CALLS or name in PRINTING_CALLS or on_self(node)


def on_self(node: ast.Call) -> bool:
    """Whether it is a call of the student's own method, as in ``self.compare(a, b)``."""
    func = node.func
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id in ("self", "cls")
    )


def argument_labels(node: ast.Call) -> list[str]:
    """Label of each positional argument: its own text, after the string that introduces it."""
    labels, words = [], ""
    for argument in node.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            words = argument.value[:80]
        labels.append(f"{words} {text_of(argument)}".strip())
    return labels


def base_name(target: ast.AST) -> str | None:
    """The variable that an assignment to `target` changes: ``d`` for ``d[z < 0]`` and ``d``."""
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def changed_names(target: ast.AST) -> list[str]:
    """Variables to look at again after an assignment whose value alone does not tell."""
    if isinstance(target, ast.Subscript):
        base = base_name(target)
        return [base] if base and base != "self" else []
    if isinstance(target, (ast.Tuple, ast.List)):
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        return list(dict.fromkeys(name for name in names if name != "self"))
    return []


def changed_by_method(node: ast.expr) -> str | None:
    """``d`` for a statement such as ``d.mul_(x)``, which changes d in place."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name.endswith("_") and not name.startswith("_") and "grad" not in name:
            return base_name(node.func.value)
    return None
