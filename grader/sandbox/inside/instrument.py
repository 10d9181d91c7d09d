"""Compiles a program with its values noticed; in a notebook, cell by cell."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from .rewriter import Rewriter
from .sites import RECORDER_NAME, Site, WrittenNumber
from .syntax import flat

FEWEST_CELLS = 2
"""A script is one piece of text; it shows nothing but what it prints."""


class Instrumented(NamedTuple):
    """A rewritten module, ready to run, with its sites and its numbers."""

    code: Any
    sites: dict[str, Site]
    numbers: list[WrittenNumber]


def instrument(
    text: str,
    file: str,
    replacements: dict[int, float],
    cells: Sequence[int] = (),
) -> Instrumented:
    """Rewrite and compile `text`; a SyntaxError is the caller's to handle.

    Args:
        text: the source.
        file: its path, for tracebacks and site ids.
        replacements: new values for numbers, by index.
        cells: lines on which the cells of a notebook begin; a cell that fails does not keep the
            later ones from running, as little as it does in the notebook.
    """
    tree = ast.parse(text, filename=file)
    displayed = _displayed(tree.body, text.split("\n"), cells)
    rewriter = Rewriter(file, replacements, displayed)
    starts = [statement.lineno for statement in tree.body]
    tree.body = [rewriter.visit(statement) for statement in tree.body]
    tree.body = _by_cell(tree.body, starts, cells) if cells else flat(tree.body)
    # Not to inherit: this module's own future imports are not the program's.
    code = compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
    return Instrumented(code, rewriter.sites, rewriter.numbers)


def _displayed(
    statements: Sequence[ast.stmt], lines: Sequence[str], cells: Sequence[int]
) -> frozenset[ast.stmt]:
    """The expressions that a notebook shows: the last of each cell, if no semicolon follows."""
    if len(cells) < FEWEST_CELLS:
        return frozenset()
    last = {bisect_right(cells, statement.lineno): statement for statement in statements}
    return frozenset(
        s
        for s in last.values()
        if isinstance(s, ast.Expr)
        and not lines[(s.end_lineno or 1) - 1]
        .encode()[s.end_col_offset :]
        .lstrip()
        .startswith(b";")
    )


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
        rest = flat([s for s in group if s not in future])
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
