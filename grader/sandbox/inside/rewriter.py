"""Rewrites the syntax tree of a program so that its values are noticed where they arise.

Students keep their gradients in globals, locals, dictionaries, attributes, return values, or only
inside a print or a difference, so no namespace holds them all. The rewritten program computes the
same and calls one `Recorder` on the way:

    dW1 = e * x                 →  dW1 = keep(site, e * x)
    d[z < 0] = 0                →  the statement, then  keep(site, d)
    (dW1 - W1.grad).abs()       →  difference(site, dW1, W1.grad).abs()
    print(f"{dW1} {W1.grad}")   →  print(f"{keep(site, dW1)} {keep(site, W1.grad)}")
    assert allclose(a, b)       →  the same, but a failure is noted and the program goes on
    if not allclose(a, b):      →  if decided(place, not allclose(a, b)):  which another run repeats

Numbers in the source can be replaced on the way, which varies programs that use constants.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Any

from .sites import LARGEST_NUMBER, PAIR, RECORDER_NAME, Site, WrittenNumber
from .syntax import (
    COMPARING_METHODS,
    PRINTING_CALLS,
    argument_labels,
    base_name,
    callee,
    changed_by_method,
    changed_names,
    flat,
    is_check,
    is_noticed,
    is_text,
    text_of,
)

FILLED_CALLS = frozenset(
    """ones zeros linspace arange eye full rand rand_like random random_sample uniform_""".split()
)
"""Calls that make arrays of fixed numbers, or of random ones that may all be positive."""


class Rewriter(ast.NodeTransformer):
    """Rewrites one module; collects its sites and its numbers.

    Args:
        file: name that makes site ids unique among the modules of a submission.
        replacements: new values for some of the numbers, by index.
        displayed: expressions that a notebook shows, each the last of its cell.
    """

    def __init__(
        self,
        file: str,
        replacements: dict[int, float],
        displayed: Collection[ast.stmt] = (),
    ) -> None:
        self.file = file
        self.displayed = displayed
        self.replacements = replacements
        self.sites: dict[str, Site] = {}
        self.numbers: list[WrittenNumber] = []
        self._function = ""
        self._decisions = 0
        self._printing: str | None = None

    # -- building blocks

    def _site(self, node: ast.AST, label: str, kind: str, group: str = "") -> ast.Constant:
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        key = f"{self.file}:{line}:{column}:{kind}:{len(self.sites)}"
        self.sites[key] = Site(label, kind, line, group)
        return ast.Constant(key)

    def _call(self, method: str, *arguments: ast.expr, at: ast.AST) -> ast.expr:
        function = ast.Attribute(ast.Name(RECORDER_NAME, ast.Load()), method, ast.Load())
        return ast.copy_location(ast.Call(function, list(arguments), []), at)

    def _keep(self, value: ast.expr, label: str, kind: str, group: str = "") -> ast.expr:
        return self._call("keep", self._site(value, label, kind, group), value, at=value)

    def _keep_name(self, name: str, at: ast.AST, kind: str = "assign") -> ast.stmt:
        value = ast.copy_location(ast.Name(name, ast.Load()), at)
        kept = self._call("keep", self._site(at, name, kind), value, at=at)
        return ast.copy_location(ast.Expr(kept), at)

    # -- statements

    def visit_Assign(self, node: ast.Assign) -> Any:
        text = " ".join(text_of(target) for target in node.targets)
        node = self._visited(node)
        if all(isinstance(t, (ast.Name, ast.Attribute, ast.Subscript)) for t in node.targets):
            node.value = self._keep(node.value, text, "assign")
        changed = [name for target in node.targets for name in changed_names(target)]
        return [node, *(self._keep_name(name, node) for name in changed)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        node = self._visited(node)
        if node.value is not None:
            node.value = self._keep(node.value, text_of(node.target), "assign")
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node = self._visited(node)
        base = base_name(node.target)
        if base and isinstance(node.target, ast.Name) and isinstance(node.op, ast.Sub):
            return self._subtracted(node, base)
        return [node, self._keep_name(base, node)] if base else node

    def _subtracted(self, node: ast.AugAssign, name: str) -> list[ast.stmt]:
        """``d -= W1.grad`` holds the two against each other before it changes d."""
        pair = f"{name}{PAIR}{text_of(node.value)}"
        before = ast.copy_location(ast.Name(name, ast.Load()), node)
        site = self._site(node, pair, "difference")
        node.value = self._call("held", site, before, node.value, at=node)
        return [node, self._keep_name(name, node)]

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        node = self._visited(node)
        node.value = self._keep(node.value, node.target.id, "assign")
        return node

    def visit_For(self, node: ast.For) -> Any:
        names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
        node = self._visited(node)
        node.body = [*(self._keep_name(name, node, "loop") for name in names), *node.body]
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        node = self._visited(node)
        if node.value is not None:
            node.value = self._keep(node.value, f"{self._function}()", "return")
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        changed = changed_by_method(node.value)
        checks = isinstance(node.value, ast.Call) and is_check(callee(node.value))
        node = self._shown(node) if node in self.displayed else self._visited(node)
        statement: ast.stmt = self._soft(node) if checks else node
        return [statement, self._keep_name(changed, node)] if changed else statement

    def _shown(self, node: ast.Expr) -> ast.Expr:
        """``dW1, W1.grad`` at the end of a cell is printed, value by value."""
        group = f"{self.file}:{node.lineno}:{node.col_offset}:cell"
        values = node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else [node.value]
        labels = [text_of(value) for value in values]
        node = self._visited(node)
        if isinstance(node.value, (ast.Tuple, ast.List)):
            node.value.elts = [
                value
                if isinstance(value, ast.Starred)
                else self._keep(value, label, "print", group)
                for value, label in zip(node.value.elts, labels, strict=True)
            ]
        else:
            node.value = self._keep(node.value, labels[0], "print", group)
        return node

    def visit_Assert(self, node: ast.Assert) -> Any:
        return self._soft(self._visited(node))

    def visit_If(self, node: Any) -> Any:
        node = self._visited(node)
        node.test = self._decided(node.test)
        return node

    visit_While = visit_IfExp = visit_If

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        node = self._visited(node)
        node.ifs = [self._decided(condition) for condition in node.ifs]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """``ok and close(a, b)`` looks at its last value only if the others let it."""
        node = self._visited(node)
        node.values[:-1] = [self._decided(value) for value in node.values[:-1]]
        return node

    def _decided(self, condition: ast.expr) -> ast.expr:
        """A condition whose outcome is part of the run's way."""
        if isinstance(condition, ast.Constant):
            return condition
        return self._call("decided", self._decision(), condition, at=condition)

    def _each_decided(self, node: ast.Call) -> ast.expr:
        """The argument of ``all(…)`` or ``any(…)``: conditions, one after the other."""
        function = ast.copy_location(ast.Name(text_of(node.func), ast.Load()), node)
        return self._call("each_decided", self._decision(), function, node.args[0], at=node)

    def _decision(self) -> ast.Constant:
        self._decisions += 1
        return ast.Constant(f"{self.file}:{self._decisions}")

    def _soft(self, node: ast.stmt) -> ast.stmt:
        """A failed check is noted and the program goes on: values may follow that we need."""
        failed = self._call("assertion_failed", ast.Constant(node.lineno), at=node)
        handler = ast.ExceptHandler(
            ast.Name("AssertionError", ast.Load()), None, [ast.Expr(failed)]
        )
        softened = ast.Try(body=[node], handlers=[handler], orelse=[], finalbody=[])
        return ast.fix_missing_locations(ast.copy_location(softened, node))

    def visit_FunctionDef(self, node: Any) -> Any:
        outer, self._function = self._function, node.name
        node = self._visited(node)
        self._function = outer
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    # -- expressions

    def visit_Call(self, node: ast.Call) -> Any:
        if text_of(node.func) == "pytest.main":
            return ast.copy_location(ast.Constant(0), node)  # tests.py calls the tests
        if text_of(node.func) in ("all", "any") and len(node.args) == 1:
            node = self._visited(node)
            node.args = [self._each_decided(node)]
            return node
        rewritten = self._noticed_call(node)
        if callee(node) not in FILLED_CALLS:
            return rewritten
        # ``torch.ones(…)`` has no number to replace: what it makes can be shifted instead.
        index = len(self.numbers)
        self.numbers.append(WrittenNumber(index, node.lineno, 0.0))
        if index not in self.replacements:
            return rewritten
        shift = ast.Constant(self.replacements[index])
        return self._call("shifted", shift, rewritten, at=node)

    def _noticed_call(self, node: ast.Call) -> Any:
        """A call with its arguments kept, when it compares, prints, or is the student's own."""
        name = callee(node)
        if not (is_noticed(node, name) or self._printing):
            return self._visited(node)
        group = self._printing or f"{self.file}:{node.lineno}:{node.col_offset}:{name}"
        printing = name in PRINTING_CALLS
        outer, self._printing = self._printing, (group if printing else self._printing)
        labels = argument_labels(node)
        node = self._visited(node)
        self._printing = outer
        kind = "print" if self._printing or printing else "argument"
        if isinstance(node.func, ast.Attribute) and name in COMPARING_METHODS:
            receiver = node.func.value
            node.func.value = self._keep(receiver, text_of(receiver), kind, group)
        for position, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                argument.value = self._keep(argument.value, labels[position], kind, group)
            elif not isinstance(argument, (ast.Constant, ast.JoinedStr, ast.Lambda)):
                node.args[position] = self._keep(argument, labels[position], kind, group)
        for keyword in node.keywords:
            if not isinstance(keyword.value, (ast.Constant, ast.Lambda)):
                label = keyword.arg or text_of(keyword.value)  # ``**results`` has no name
                keyword.value = self._keep(keyword.value, label, kind, group)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        pair = f"{text_of(node.left)}{PAIR}{text_of(node.right)}"
        node = self._visited(node)
        if isinstance(node.op, ast.Sub):
            site = self._site(node, pair, "difference")
            return self._call("difference", site, node.left, node.right, at=node)
        if isinstance(node.op, ast.Mod) and is_text(node.left):
            group = self._printing or f"{self.file}:{node.lineno}:{node.col_offset}:text"
            node.right = self._keep(node.right, pair, "print", group)
        if isinstance(node.op, ast.Div):
            site = self._site(node, pair, "quotient")
            ratio = self._site(node, pair, "ratio")
            return self._call("quotient", site, node.left, node.right, ratio, at=node)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        pair = f"{text_of(node.left)}{PAIR}{text_of(node.comparators[0])}"
        node = self._visited(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            method = "equals" if isinstance(node.ops[0], ast.Eq) else "differs"
            site = self._site(node, pair, "equality")
            return self._call(method, site, node.left, node.comparators[0], at=node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        group = self._printing or f"{self.file}:{node.lineno}:{node.col_offset}:text"
        before = ""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                label = f"{before} {text_of(part.value)}".strip()
                part.value = self._keep(self.visit(part.value), label, "print", group)
            elif isinstance(part, ast.Constant):
                before = str(part.value)
        return node

    def visit_Constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            return node
        if not abs(node.value) < LARGEST_NUMBER:
            return node
        index = len(self.numbers)
        self.numbers.append(WrittenNumber(index, getattr(node, "lineno", 0), float(node.value)))
        if index in self.replacements:
            return ast.copy_location(ast.Constant(self.replacements[index]), node)
        return node

    def visit_match_case(self, node: ast.match_case) -> Any:
        """Patterns stay as they are: their numbers and signs are no arithmetic."""
        node.guard = self._decided(self.visit(node.guard)) if node.guard is not None else None
        node.body = flat([self.visit(statement) for statement in node.body])
        return node

    def _visited(self, node: Any) -> Any:
        return super().generic_visit(node)
