"""Matrices that get their name in words: “call the diagonal matrix R”, “D with 1, λ, … on it”."""

from __future__ import annotations

import re
from typing import Final

from grader.formulas import expression as e
from grader.formulas.errors import Unreadable
from grader.formulas.statements import statements
from grader.formulas.tokens import Macros

_CALLED_MATRIX: Final = re.compile(
    r"\b(?:call(?:ed|ing)?|denot\w+|nam\w+|writ\w+)\s+(?:the|this|that)\s+(?:diagonal\s+)?matrix\s*"
    r"(?:by|as)?\s*$",
    re.IGNORECASE,
)
_DIAGONAL_NAME: Final = re.compile(r"\bdiagonal matrix\s*$", re.IGNORECASE)
_IS_DIAGONAL: Final = re.compile(
    r"^\s*,?\s*(?:(?:is|be|denotes?|denoting|as|for|where)\s+)*(?:the|a)?\s*(?:square\s+)?"
    r"diagonal matrix\s*,?\s*(?:(?:that|which)\s+(?:has|contains|holds)|whose|with|having"
    r"|containing|holding|of)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
"""“D be the diagonal matrix with entries”, behind the name."""

_HAS: Final = re.compile(
    r"^\s*,?\s*(?:that|which|whose|with|having|has)\b[^.;]{0,60}$", re.IGNORECASE
)
_ON_DIAGONAL: Final = re.compile(r"^\s*(?:on|along|as|in)\s+(?:its|the)\s+(?:main\s+)?diagonal\b")
_ENTRIES: Final = re.compile(r"\bdiagonal\b|\bentries\b|\bdiagonal elements\b", re.IGNORECASE)


def is_called_matrix(before: str) -> bool:
    """Whether these words give a name to the matrix that was written last."""
    return bool(_CALLED_MATRIX.search(before))


def is_matrix(node: e.Expression) -> bool:
    """Whether a matrix is written out: by its cells, or as diag(…)."""
    is_diagonal = isinstance(node, e.Call) and str(node.function) in {"diag", "Diag"}
    return is_diagonal or isinstance(node, e.Matrix)


def only_matrix(node: e.Expression | None) -> e.Expression | None:
    """The one matrix that is written out in a formula."""
    found = {one for one in (node.walk() if node is not None else ()) if is_matrix(one)}
    return found.pop() if len(found) == 1 else None


def diagonal(
    named: str, between: str, entries: str, after: str, macros: Macros
) -> e.Expression | None:
    """diag(1, λ, …, λ^{d−1}) for “the diagonal matrix D that has 1, λ, …, λ^{d−1} on its diagonal”.

    Args:
        named: the words before the name.
        between: those between the name and the entries.
        after: those behind the entries.
        entries: the formula that lists them.
        macros: the student's own commands.
    """
    says_so = _ON_DIAGONAL.search(after) or _ENTRIES.search(between)
    is_ahead = _DIAGONAL_NAME.search(named) and _HAS.search(between) and says_so
    is_behind = "," in entries and _IS_DIAGONAL.search(between)
    if not is_ahead and not is_behind:
        return None
    try:
        found = statements(rf"\operatorname{{diag}}({entries.strip().rstrip('.,')})", macros)
    except Unreadable:
        return None
    is_one = len(found) == 1 and len(found[0].members) == 1
    return found[0].members[0].expression if is_one else None
