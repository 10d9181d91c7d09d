"""Other letters for the data matrix: who writes ‖Φθ − y‖² and never X means X by Φ.

Φ is what textbooks call the design matrix. Any other letter is a hypothesis: what is right under it
is right, since nothing else in the homework is multiplied by w and compared with y; what is wrong
under it may be something else, unless the words say that the letter is the data.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from grader.evidence.mathematics import targets
from grader.formulas import expression as e
from grader.formulas.rewriting import rewritten

X: Final = "X"

_TEXTBOOK: Final = frozenset({"Phi", "hat X", "tilde X", "bar X"})
_DATA_WORDS: Final = re.compile(
    r"\b(?:design|data|feature|input|observation|vandermonde|polynomial)\s*matrix|\bmatrix of\s+"
    r"(?:the\s+)?(?:data|features|inputs|samples|observations)",
    re.IGNORECASE,
)


def data_letter(nodes: Iterable[e.Expression], taken: Collection[str]) -> str | None:
    """The letter M of the residual M w − y, where there is one and X is written nowhere.

    Args:
        nodes: everything that a student wrote for one problem.
        taken: letters that the homework or the student uses for something else.
    """
    found: set[str] = set()
    for node in (part for one in nodes for part in one.walk()):
        if isinstance(node, e.Symbol) and node.name == X:
            return None
        if isinstance(node, e.Call) and isinstance(node.function, e.Symbol):
            taken = {*taken, node.function.name}
        if isinstance(node, e.Add):
            found |= {name for name in map(_before_w, node.terms) if name and _has_y(node)}
    left = {name for name in found if name not in taken}
    return left.pop() if len(left) == 1 else None


def _has_y(node: e.Add) -> bool:
    """Whether y, alone or with a sign, is a term."""
    bare = (one.operand if isinstance(one, e.Negative) else one for one in node.terms)
    return any(isinstance(one, e.Symbol) and one.name == "y" for one in bare)


def _before_w(term: e.Expression) -> str | None:
    """The M of M w and of −M w."""
    term = term.operand if isinstance(term, e.Negative) else term
    if not isinstance(term, e.Multiply) or not isinstance(term.left, e.Symbol):
        return None
    is_w = isinstance(term.right, e.Symbol) and term.right.name in targets.ITERATES
    is_matrix = term.left.name.rpartition(" ")[2][0].isupper() and not term.left.subscripts
    return term.left.name if is_w and is_matrix else None


def is_certain(letter: str, words: str) -> bool:
    """Whether a letter can only be the data: by custom, or because the words say so."""
    return letter in _TEXTBOOK or _DATA_WORDS.search(words) is not None


def renamed(node: e.Expression, old: str, new: str) -> e.Expression:
    """The same formula with another letter in it."""

    def with_name(part: e.Expression) -> e.Expression:
        if isinstance(part, e.Symbol) and part.name == old:
            return replace(part, name=new)
        return part

    return rewritten(node, with_name)
