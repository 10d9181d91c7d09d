"""Text → tokens: what stays the same when somebody rewrites a text without thinking.

A writeup becomes its words. A formula is one token for each of its lines and never counts as a
word, and neither do single letters: the homework forces its formulas on everybody. Code becomes
Python's tokens without comments and layout. Names that a program chooses itself become one and the
same token, since renaming them is the cheapest disguise; names of libraries and of Python stay,
since they say what the code does.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from grader.reading.mathspans import math_spans

MAX_CHARACTERS = 200_000
"""Of one section that are looked at; a whole homework has a tenth of that."""

NAME = "name"
"""Stands for any name that the program chooses itself."""

FORMULA = "$"
"""Begins the word of a formula; nothing else does."""

FEWEST_LETTERS = 3
"""Shorter “words” are mostly symbols of formulas that stand without dollars: `Xᵀ`, `w`, `t`."""

_LEFT_OUT = re.compile(
    r"(?<!\\)%[^\n]*|<!--.*?(?:-->|\Z)|^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)"
    r"|\\begin\{(lstlisting|minted|verbatim)\}.*?(?:\\end\{\2\}|\Z)",
    re.DOTALL | re.MULTILINE,
)
"""Comments, and programs: those are compared as code. What is never closed reaches to the end, so
that a thousand openings do not make a thousand searches."""

_COMMAND = re.compile(r"\\(?:begin|end|label|ref|cite)\s*\{[^}]*\}|\\[A-Za-z@]+\*?")
_WORD = re.compile(r"[^\W_]+")
_ROW = re.compile(r"(?:[^\\]|\\(?!\\)(?:.|$))+", re.DOTALL)
_NOT_SQUEEZED = re.compile(r"[^\w=<>+*/^-]+|\\[A-Za-z]+|_")
_KEPT = frozenset({*keyword.kwlist, *dir(builtins), "self"})
"""Names that no program chooses itself; neither does it those of imports, nor attributes of
anything but `self`."""


class Token(NamedTuple):
    """One token; `word` is what is compared, the rest is where it stands in the text."""

    word: str
    start: int
    end: int


def words(text: str) -> Iterator[Token]:
    """The words and formulas of a writeup, in LaTeX or Markdown."""
    text = _LEFT_OUT.sub(lambda match: " " * len(match[0]), text[:MAX_CHARACTERS])
    behind = 0
    for span in math_spans(text):
        yield from _plain_words(text, behind, span.start)
        yield from _formulas(text, span.start, span.end)
        behind = span.end
    yield from _plain_words(text, behind, len(text))


def _plain_words(text: str, start: int, end: int) -> Iterator[Token]:
    clean = _COMMAND.sub(lambda match: " " * len(match[0]), text[start:end])
    for match in _WORD.finditer(clean):
        word = match[0].casefold()
        is_symbol = (len(word) < FEWEST_LETTERS and word.isascii()) or not word.isalpha()
        yield Token(FORMULA * is_symbol + word, start + match.start(), start + match.end())


def _formulas(text: str, start: int, end: int) -> Iterator[Token]:
    for row in _ROW.finditer(text, start, end):
        squeezed = _NOT_SQUEEZED.sub("", unicodedata.normalize("NFKC", row[0]))
        if squeezed:
            yield Token(FORMULA + squeezed, row.start(), row.end())


_CODE = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
    | (?P<text> [A-Za-z]{0,2}(?: \"""(?:\\.|[^\\])*?(?:\"""|\Z) | \'\'\'(?:\\.|[^\\])*?(?:\'\'\'|\Z)
        | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' ) )
    | (?P<name> [^\W\d]\w* )
    | (?P<number> \.?\d(?:[\w.]|(?<=[eE])[+-])* )
    | (?P<sign> \*\*=?|//=?|[-+*/@%&|^<>=!:]=|<<|>>|->|\S )
    """,
    re.VERBOSE | re.DOTALL,
)
"""Python's tokens, also of a program that Python itself refuses, alike on every version."""


def code_tokens(text: str) -> Iterator[Token]:
    """The tokens of a program without comments, docstrings and layout."""
    text = text[:MAX_CHARACTERS]
    before, import_ends = "", 0
    for match in _CODE.finditer(text):
        kind, word = match.lastgroup, match[0]
        if kind == "comment" or (kind == "text" and _is_docstring(text, match)):
            continue
        if word in {"import", "from"}:
            import_ends = text.find("\n", match.end()) % (len(text) + 1)
        if kind == "name" and match.start() >= import_ends and before != "." and word not in _KEPT:
            word = NAME
        elif kind in {"text", "number"}:
            word = kind
        yield Token(word, match.start(), match.end())
        before = "self" if match[0] == "." and before == "self" else match[0]


def _is_docstring(text: str, match: re.Match[str]) -> bool:
    """Whether a string stands alone on its line: a statement that does nothing."""
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not line.strip() and text[match.end() : match.end() + 1] in {"", "\n"}
