"""What a program's own text shows: calls that differentiate, arithmetic, imports.

Read from the syntax tree, so that comments, strings and look-alike names say nothing. A text that
cannot be parsed shows nothing.
"""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from functools import cached_property

DIFFERENTIATING_CALLS = frozenset(
    {"jvp", "vjp", "jacfwd", "jacrev", "jacobian", "hessian", "approx_fprime"}
)
"""Functions of torch.func, torch.autograd.functional and scipy that differentiate."""

PRODUCTS = frozenset({"matmul", "mm", "mv", "mul", "outer", "ger", "einsum", "dot", "multiply"})

AUTOGRAD_NAMES = frozenset({"backward", "grad", "autograd", "func", "value_and_grad", "jax"})

SHOWING_PACKAGES = frozenset(
    """pandas tabulate prettytable texttable rich matplotlib seaborn plotly polars csv json pickle
    wandb tensorboard""".split()
)
"""Packages that can put two values side by side out of our sight."""


DOUBTFUL_NAMES = DIFFERENTIATING_CALLS | {
    "forward_ad", "make_dual", "unpack_dual", "derivative", "numdifftools", "sympy", "lambdify",
    "jax",
}  # fmt: skip
"""Names that may stand for a differentiation: a reason to look, not to judge."""


class Source:
    """Questions about one file's text.

    Args:
        text: the source.
        defined_beside: functions of the modules that were handed in with it.
    """

    def __init__(self, text: str, defined_beside: frozenset[str] = frozenset()) -> None:
        self._defined_beside = defined_beside
        self._text = unicodedata.normalize("NFKC", text)  # as Python reads names
        try:
            self._tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._tree = ast.Module([], [])

    @cached_property
    def differentiating_lines(self) -> frozenset[int]:
        """Lines of the statements that call a function which differentiates."""
        if not any(name in self._text for name in DIFFERENTIATING_CALLS):
            return frozenset()
        known = DIFFERENTIATING_CALLS - self.defined - self._defined_beside
        made: set[str] = set()  # ``jac = jacfwd(loss)`` makes a function that differentiates
        lines: set[int] = set()
        for statement in self._statements:
            calls = {_last_name(n.func) for n in _own_nodes(statement) if isinstance(n, ast.Call)}
            if calls & (known | made):
                lines |= _span(statement)
                targets = statement.targets if isinstance(statement, ast.Assign) else []
                made |= {target.id for target in targets if isinstance(target, ast.Name)}
        return frozenset(lines)

    @cached_property
    def doubtful_lines(self) -> frozenset[int]:
        """Lines of the statements that name something which may differentiate.

        A name that the text itself gives to a function or a variable is no such thing, unless a
        differentiating call made it.
        """
        names = DOUBTFUL_NAMES - self.defined - self._defined_beside - self._assigned
        if not any(name in self._text for name in names):
            return self.differentiating_lines
        named = (s for s in self._statements if any(_name(n) in names for n in _own_nodes(s)))
        return self.differentiating_lines.union(*map(_span, named))

    @cached_property
    def shows_by_package(self) -> bool:
        """Whether it imports something that tabulates, draws or writes values."""
        return bool(self._imported & SHOWING_PACKAGES)

    @cached_property
    def mentions_autograd(self) -> bool:
        """Whether it names autograd in code, by something that it does not define itself."""
        names = {_last_name(n) for n in ast.walk(self._tree)} | self._imported
        return bool(names & (AUTOGRAD_NAMES | DIFFERENTIATING_CALLS) - self.defined)

    def has_arithmetic(self, line: int) -> bool:
        """Whether a statement there multiplies or divides two values, not just by a number."""
        return any(_multiplies(node) for node in self._nodes_on(line))

    def calculates(self, line: int) -> bool:
        """Whether a statement there combines two values, by whatever operation."""
        return any(_combines(node) or _multiplies(node) for node in self._nodes_on(line))

    def _nodes_on(self, line: int) -> Iterator[ast.AST]:
        return (
            node
            for statement in self._statements
            if statement.lineno <= line <= (statement.end_lineno or 0)
            for node in _own_nodes(statement)
        )

    @cached_property
    def _statements(self) -> list[ast.stmt]:
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.stmt)]
        return sorted(found, key=lambda node: node.lineno)

    @cached_property
    def defined(self) -> frozenset[str]:
        """Names of its functions and methods."""
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return frozenset(n.name for n in ast.walk(self._tree) if isinstance(n, functions))

    @cached_property
    def _assigned(self) -> frozenset[str]:
        nodes = list(ast.walk(self._tree))
        names = [n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        return frozenset([n.id for n in names] + [n.arg for n in nodes if isinstance(n, ast.arg)])

    @cached_property
    def _imported(self) -> frozenset[str]:
        names: set[str] = set()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Import):
                names |= {part for alias in node.names for part in alias.name.split(".")}
            elif isinstance(node, ast.ImportFrom):
                names |= set((node.module or "").split(".")) | {a.name for a in node.names}
        return frozenset(names)


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements inside it."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        stack += [n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.stmt)]


def _span(statement: ast.stmt) -> set[int]:
    """Its lines, without those of the statements inside it."""
    own = (n.end_lineno or 0 for n in _own_nodes(statement) if isinstance(n, ast.expr))
    return set(range(statement.lineno, max([statement.lineno, *own]) + 1))


def _name(node: ast.AST) -> str:
    """What a single node names, if anything."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.AST) -> str:
    """``jacrev`` of ``torch.func.jacrev`` and of ``jacrev(loss)(W1)``."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _combines(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and not any(
        isinstance(side, ast.Constant) for side in (node.left, node.right)
    )


def _multiplies(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult, ast.Div)):
        return not any(isinstance(side, ast.Constant) for side in (node.left, node.right))
    return isinstance(node, ast.Call) and _last_name(node.func) in PRODUCTS
