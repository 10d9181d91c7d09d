r"""Formulas whose backslashes are doubled for Markdown's sake: ``\\(e\\,W_2^\top\\)``.

Markdown takes ``\,`` for an escaped comma, so that people who know it write ``\\,``, ``\\|`` and
``\\{``, and ``\\\\`` for a new row. To TeX ``\\,`` would be a line break: a formula would seem to
end in the middle. Others have a converter that passes formulas through untouched; they write
``\|`` with one backslash somewhere, and of theirs only the brackets become those of LaTeX.
"""

from __future__ import annotations

import re

from grader.reading.manuscript import CODE, Span, painted
from grader.reading.mathspans import math_spans

_FENCES = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n.*?^[ \t>]*\1[ \t]*$", re.M | re.S)
_DOUBLED = re.compile(r"\\\\(?=[,;:!|{}_%#])")
_SINGLE = re.compile(r"(?<!\\)\\(?=[,;:!|{}])")
_BACKSLASHES = r"\\"
_NEW_ROW = 2 * _BACKSLASHES


def without_escapes(text: str) -> str:
    r"""A Markdown text in which formulas are as TeX is to read them; no line is added or lost."""
    mask = painted(text, (Span(*match.span(), CODE) for match in _FENCES.finditer(text)))
    spans = list(math_spans(mask, escaped_brackets=True))
    formulas = [text[span.start : span.end] for span in spans]
    is_escaped = not any(_SINGLE.search(one) for one in formulas if one.startswith(_BACKSLASHES))
    parts, position = [], 0
    for span, formula in zip(spans, formulas, strict=True):
        parts += [text[position : span.start], _for_tex(formula, is_escaped=is_escaped)]
        position = span.end
    return "".join([*parts, text[position:]])


def _for_tex(formula: str, *, is_escaped: bool) -> str:
    if formula.startswith(_BACKSLASHES):
        inner = _unescaped(formula[3:-3]) if is_escaped else formula[3:-3]
        return formula[1:3] + inner + formula[-2:]
    has_rows = formula.startswith("$$") or not formula.startswith("$") or r"\begin" in formula
    return formula if has_rows or _SINGLE.search(formula) else _unescaped(formula)


def _unescaped(formula: str) -> str:
    return _BACKSLASHES.join(_DOUBLED.sub(r"\\", row) for row in formula.split(_NEW_ROW))
