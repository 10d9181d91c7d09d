"""Rewrites a program so that the values it computes are noticed where they arise.

Students keep their gradients in globals, locals, dictionaries, attributes, return values, or only
inside a print or a difference, so no namespace holds them all. The rewritten program computes the
same and calls one `Recorder` on the way:

    dW1 = e * x                 →  dW1 = keep(site, e * x)
    d[z < 0] = 0                →  the statement, then  keep(site, d)
    (dW1 - W1.grad).abs()       →  difference(site, dW1, W1.grad).abs()
    print(f"{dW1} {W1.grad}")   →  print(f"{keep(site, dW1)} {keep(site, W1.grad)}")
    assert allclose(a, b)       →  the same, but a failure is noted and the program goes on

Numbers in the source can be replaced on the way, which varies programs that use constants.
"""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

RECORDER_NAME = "__grader_recorder__"

PAIR = " ~ "
"""Between the texts of the two sides of a difference."""

COMPARING_CALLS = frozenset(
    """allclose isclose assert_close assert_allclose assert_almost_equal assert_array_equal
    assert_array_almost_equal assert_equal assertTrue assertEqual assertAlmostEqual equal
    array_equal dist approx l1_loss mse_loss subtract sub cosine_similarity append format
    DataFrame Series tabulate add_row addRow write info log debug display extend update
    cdist pairwise_distance eq ne compare check stack hstack column_stack vstack cat
    concatenate""".split()
)
"""Library calls whose arguments are worth noticing: they hold two values against each other, put
them side by side, or print them. Calls of bare names (the student's own functions) always are."""

FAILING_EXCEPTIONS = frozenset(
    {"AssertionError", "RuntimeError", "ValueError", "Exception", "ArithmeticError", "SystemExit"}
)
"""What people raise when two gradients differ."""

LARGEST_NUMBER = 1e15
"""Larger numbers in a source are no parameters; some are no floats at all."""

FILLED_CALLS = frozenset({"ones", "zeros", "linspace", "arange", "eye", "full"})
"""Calls that make arrays of fixed numbers."""

PRINTING_CALLS = frozenset({"print", "display", "pprint", "write", "info", "log", "debug"})

UNINTERESTING_NAMES = frozenset(dir(builtins)) - {"print", "abs", "max", "min", "sum", "zip"}

SEEDING = ("seed", "Generator", "default_rng", "RandomState")


class Site(NamedTuple):
    """A place in the source that yields values: what the student calls it and what happens there.

    `group` ties together the arguments of one call or the fields of one f-string.
    """

    label: str
    kind: str
    line: int
    group: str


@dataclass(frozen=True)
class WrittenNumber:
    """A number in the source that another run may replace."""

    index: int
    line: int
    value: float


class Rewriter(ast.NodeTransformer):
    """Rewrites one module; collects its sites and its numbers.

    Args:
        file: name that makes site ids unique among the modules of a submission.
        replacements: new values for some of the numbers, by index.
        soft_raises: also pass over the program's own ``if …: raise …``. With a scaled engine every
            comparison fails, and a raise is how some people write an assert.
    """

    def __init__(
        self, file: str, replacements: dict[int, float], soft_raises: bool = False
    ) -> None:
        self.file = file
        self.soft_raises = soft_raises
        self.replacements = replacements
        self.sites: dict[str, Site] = {}
        self.numbers: list[WrittenNumber] = []
        self._function = ""
        self._printing: str | None = None

    # -- building blocks

    def _site(self, node: ast.AST, label: str, kind: str, group: str = "") -> ast.Constant:
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        key = f"{self.file}:{line}:{column}:{kind}:{len(self.sites)}"
        self.sites[key] = Site(label, kind, line, group)
        return ast.Constant(key)

    def _call(self, method: str, *arguments: ast.expr, at: ast.AST) -> ast.expr:
        callee = ast.Attribute(ast.Name(RECORDER_NAME, ast.Load()), method, ast.Load())
        return ast.copy_location(ast.Call(callee, list(arguments), []), at)

    def _keep(self, value: ast.expr, label: str, kind: str, group: str = "") -> ast.expr:
        return self._call("keep", self._site(value, label, kind, group), value, at=value)

    def _keep_name(self, name: str, at: ast.AST, kind: str = "assign") -> ast.stmt:
        value = ast.copy_location(ast.Name(name, ast.Load()), at)
        kept = self._call("keep", self._site(at, name, kind), value, at=at)
        return ast.copy_location(ast.Expr(kept), at)

    # -- statements

    def visit_Assign(self, node: ast.Assign) -> Any:
        text = " ".join(_text(target) for target in node.targets)
        node = self._visited(node)
        if all(isinstance(t, (ast.Name, ast.Attribute, ast.Subscript)) for t in node.targets):
            node.value = self._keep(node.value, text, "assign")
        changed = [name for target in node.targets for name in _changed_names(target)]
        return [node, *(self._keep_name(name, node) for name in changed)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        node = self._visited(node)
        if node.value is not None:
            node.value = self._keep(node.value, _text(node.target), "assign")
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node = self._visited(node)
        base = _base_name(node.target)
        return [node, self._keep_name(base, node)] if base else node

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
        changed = _changed_by_method(node.value)
        is_check = isinstance(node.value, ast.Call) and _is_check(_callee(node.value))
        node = self._visited(node)
        statement: ast.stmt = self._soft(node) if is_check else node
        return [statement, self._keep_name(changed, node)] if changed else statement

    def visit_Assert(self, node: ast.Assert) -> Any:
        return self._soft(self._visited(node))

    def visit_If(self, node: ast.If) -> Any:
        node = self._visited(node)
        if self.soft_raises:
            node.body = [self._passed_over(statement) for statement in node.body]
        return node

    def _passed_over(self, statement: ast.stmt) -> ast.stmt:
        """A note instead of a raise of one of the usual errors."""
        raised = statement.exc if isinstance(statement, ast.Raise) else None
        name = _callee(raised) if isinstance(raised, ast.Call) else getattr(raised, "id", "")
        if name not in FAILING_EXCEPTIONS:
            return statement
        line = ast.Constant(statement.lineno)
        assert raised is not None  # it has a name; evaluated, because main() may be called in it
        failed = self._call("assertion_failed", line, raised, at=statement)
        return ast.copy_location(ast.Expr(failed), statement)

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
        if _text(node.func) == "pytest.main":
            return ast.copy_location(ast.Constant(0), node)  # tests.py calls the tests
        rewritten = self._noticed_call(node)
        if not (isinstance(node.func, ast.Attribute) and node.func.attr in FILLED_CALLS):
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
        name = _callee(node)
        if not (_is_noticed(node, name) or self._printing):
            return self._visited(node)
        group = self._printing or f"{self.file}:{node.lineno}:{node.col_offset}:{name}"
        printing = name in PRINTING_CALLS
        outer, self._printing = self._printing, (group if printing else self._printing)
        labels = _argument_labels(node)
        node = self._visited(node)
        self._printing = outer
        kind = "print" if self._printing or printing else "argument"
        for position, argument in enumerate(node.args):
            if not isinstance(argument, (ast.Starred, ast.Constant, ast.JoinedStr, ast.Lambda)):
                node.args[position] = self._keep(argument, labels[position], kind, group)
        for keyword in node.keywords:
            if keyword.arg and not isinstance(keyword.value, (ast.Constant, ast.Lambda)):
                keyword.value = self._keep(keyword.value, keyword.arg, kind, group)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        pair = f"{_text(node.left)}{PAIR}{_text(node.right)}"
        node = self._visited(node)
        if isinstance(node.op, ast.Sub):
            site = self._site(node, pair, "difference")
            return self._call("difference", site, node.left, node.right, at=node)
        if isinstance(node.op, ast.Mod) and _is_text(node.left):
            group = self._printing or f"{self.file}:{node.lineno}:{node.col_offset}:text"
            node.right = self._keep(node.right, pair, "print", group)
        if isinstance(node.op, ast.Div):
            site = self._site(node, pair, "quotient")
            return self._call("quotient", site, node.left, node.right, at=node)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        pair = f"{_text(node.left)}{PAIR}{_text(node.comparators[0])}"
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
                label = f"{before} {_text(part.value)}".strip()
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
        node.guard = self.visit(node.guard) if node.guard is not None else None
        node.body = _flat([self.visit(statement) for statement in node.body])
        return node

    def _visited(self, node: Any) -> Any:
        return super().generic_visit(node)


class Instrumented(NamedTuple):
    """A rewritten module, ready to run, with its sites and its numbers."""

    code: Any
    sites: dict[str, Site]
    numbers: list[WrittenNumber]


def instrument(
    text: str,
    file: str,
    replacements: dict[int, float],
    soft_raises: bool = False,
    cells: Sequence[int] = (),
) -> Instrumented:
    """Rewrite and compile `text`; a SyntaxError is the caller's to handle.

    Args:
        text: the source.
        file: its path, for tracebacks and site ids.
        replacements: new values for numbers, by index.
        soft_raises: see `Rewriter`.
        cells: lines on which the cells of a notebook begin; a cell that fails does not keep the
            later ones from running, as little as it does in the notebook.
    """
    rewriter = Rewriter(file, replacements, soft_raises)
    tree = ast.parse(text, filename=file)
    starts = [statement.lineno for statement in tree.body]
    tree.body = [rewriter.visit(statement) for statement in tree.body]
    tree.body = _by_cell(tree.body, starts, cells) if cells else _flat(tree.body)
    # Not to inherit: this module's own future imports are not the program's.
    code = compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
    return Instrumented(code, rewriter.sites, rewriter.numbers)


def _flat(statements: Sequence[Any]) -> list[ast.stmt]:
    """Statements of a body, some of which were rewritten into several."""
    return [s for entry in statements for s in (entry if isinstance(entry, list) else [entry])]


def _by_cell(
    statements: Sequence[Any], starts: Sequence[int], cells: Sequence[int]
) -> list[ast.stmt]:
    """The statements of each cell in a ``try`` of their own; imports from the future stay out."""
    groups: dict[int, list[Any]] = {}
    for statement, line in zip(statements, starts, strict=True):
        groups.setdefault(bisect_right(cells, line), []).append(statement)
    body: list[ast.stmt] = []
    for group in groups.values():
        future = [s for s in group if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
        rest = _flat([s for s in group if s not in future])
        body += [*future, _guarded(rest)] if rest else future
    return body


def _guarded(statements: list[ast.stmt]) -> ast.stmt:
    failed = ast.Call(
        ast.Attribute(ast.Name(RECORDER_NAME, ast.Load()), "cell_failed", ast.Load()),
        [ast.Name("__grader_error__", ast.Load())],
        [],
    )
    handler = ast.ExceptHandler(
        ast.Name("Exception", ast.Load()), "__grader_error__", [ast.Expr(failed)]
    )
    guarded = ast.Try(body=statements, handlers=[handler], orelse=[], finalbody=[])
    return ast.copy_location(guarded, statements[0])


# ---------------------------------------------------------------- small questions about nodes


def _text(node: ast.AST, limit: int = 80) -> str:
    """Source text of a node for a label, shortened."""
    try:
        return ast.unparse(node)[:limit]
    except (RecursionError, ValueError):
        return ""


def _callee(node: ast.Call) -> str:
    """Last name of what is called: ``allclose`` for ``torch.allclose(…)``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_check(name: str) -> bool:
    return name.lower().startswith(("assert", "gradcheck"))


def _is_noticed(node: ast.Call, name: str) -> bool:
    if any(word in name for word in SEEDING):
        return False
    if isinstance(node.func, ast.Name):
        return name not in UNINTERESTING_NAMES
    return name in COMPARING_CALLS or name in PRINTING_CALLS or _on_self(node)


def _on_self(node: ast.Call) -> bool:
    """Whether it is a call of the student's own method, as in ``self.compare(a, b)``."""
    func = node.func
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id in ("self", "cls")
    )


def _argument_labels(node: ast.Call) -> list[str]:
    """Label of each positional argument: its own text, after the string that introduces it."""
    labels, words = [], ""
    for argument in node.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            words = argument.value[:80]
        labels.append(f"{words} {_text(argument)}".strip())
    return labels


def _base_name(target: ast.AST) -> str | None:
    """The variable that an assignment to `target` changes: ``d`` for ``d[z < 0]`` and ``d``."""
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def _changed_names(target: ast.AST) -> list[str]:
    """Variables to look at again after an assignment whose value alone does not tell."""
    if isinstance(target, ast.Subscript):
        base = _base_name(target)
        return [base] if base and base != "self" else []
    if isinstance(target, (ast.Tuple, ast.List)):
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        return list(dict.fromkeys(name for name in names if name != "self"))
    return []


def _changed_by_method(node: ast.expr) -> str | None:
    """``d`` for a statement such as ``d.mul_(x)``, which changes d in place."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name.endswith("_") and not name.startswith("_") and "grad" not in name:
            return _base_name(node.func.value)
    return None
