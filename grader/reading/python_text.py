"""Python source as text: where statements begin, whether it parses, whether it says anything.

Nothing is run and nothing imported. Source is measured before Python's own parser sees it: what
is nested too deeply could exhaust the C stack of that parser.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from typing import NamedTuple

MAX_SOURCE = 400_000
"""Characters of one program; homework scripts have 1,000 to 20,000."""

MAX_NESTING = 90
"""Brackets within brackets; Python itself gives up at 200, some versions of it less gracefully."""

_TOKEN = re.compile(
    r"#[^\n]*|'''|\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|[()\[\]{}]|\\\Z", re.DOTALL
)
_PRINT_STATEMENT = re.compile(r"\s*print\s+[^(=\s]|\s*print\s*\"|\s*exec\s+\"")


class Flaw(NamedTuple):
    """Why Python cannot read a source: the line, its text, the reason in Python's words."""

    line: int
    text: str
    reason: str


class Cursor:
    """A position in Python source that moves line by line.

    Attributes:
        quote: the triple quote inside of which the next line begins, or None.
        depth: how many brackets are open.
        continued: whether a backslash continues the last line.
    """

    def __init__(self) -> None:
        self.quote: str | None = None
        self.depth = 0
        self.continued = False

    @property
    def at_statement(self) -> bool:
        """Whether the next line begins a statement."""
        return self.quote is None and self.depth == 0 and not self.continued

    def pass_line(self, line: str) -> None:
        """Move over one line."""
        self.continued = False
        position = 0
        while position < len(line):
            if self.quote:
                end = _string_end(line, self.quote, position)
                if end < 0:
                    return
                position, self.quote = end, None
            match = _TOKEN.search(line, position)
            if match is None:
                return
            position = match.end()
            self._pass_mark(match[0])

    def _pass_mark(self, mark: str) -> None:
        if mark in {"'''", '"""'}:
            self.quote = mark
        elif mark in "([{":
            self.depth += 1
        elif mark in ")]}":
            self.depth = max(0, self.depth - 1)
        elif mark == "\\":
            self.continued = True


def _string_end(line: str, quote: str, start: int) -> int:
    """Offset behind the quote that ends a string, or -1."""
    end = line.find(quote, start)
    while end > start and (len(line[start:end]) - len(line[start:end].rstrip("\\"))) % 2:
        end = line.find(quote, end + 1)
    return end + len(quote) if end >= 0 else -1


@functools.lru_cache(maxsize=8)  # the same few texts are asked about again and again
def flaw(source: str) -> Flaw | None:
    """Why a source is no Python program, or None when it is one."""
    if len(source) > MAX_SOURCE:
        return Flaw(1, "", f"it has {len(source):,} characters, more than the grader reads")
    cursor = Cursor()
    for number, line in enumerate(source.split("\n"), start=1):
        cursor.pass_line(line)
        if cursor.depth > MAX_NESTING:
            return Flaw(number, line.strip()[:80], f"more than {MAX_NESTING} brackets are open")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<answer>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return _from(error, source)
    except (ValueError, MemoryError, RecursionError, OverflowError):
        return Flaw(1, "", "it is nested too deeply")
    return None


def _from(error: SyntaxError, source: str) -> Flaw:
    lines = source.split("\n")
    number = min(max(error.lineno or 1, 1), len(lines))
    text = lines[number - 1].strip()
    reason = error.msg or "invalid syntax"
    if _PRINT_STATEMENT.match(text) or "call to 'print'" in reason:
        reason = f"{reason}; this is Python 2, where print was a statement"
    return Flaw(number, text[:120], reason)


def is_empty(source: str) -> bool:
    """Whether a source consists of comments, text and nothing else; it has to parse."""
    if all(line.lstrip()[:1] in {"", "#"} for line in source.split("\n")):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        body = ast.parse(source).body
    return all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in body)
