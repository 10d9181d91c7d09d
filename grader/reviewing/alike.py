r"""When two students' answers are so much the same that one decision does for both.

Equal text is alike, and so is text that TeX typesets with the same signs in the same order: other
spaces, ``\left`` and ``\right``, ``x^{2}`` for ``x^2``, ``\(x\)`` for ``$x$``, bold letters where
no letter stands both bold and plain. Everything else is different: when in doubt, a TA looks twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from grader.model import Answers, ItemId
from grader.rubric.decisions import EXTRA_CREDIT
from grader.rubric.schema import part_of

_TOKEN: Final = re.compile(
    r"\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\[A-Za-z]+|\\.|\$\$?|[{}]|\s+|~|[^\\$\s~{}]+", re.DOTALL
)

_COMMAND: Final = re.compile(r"\\[A-Za-z]+")

_OPENS: Final = re.compile(
    r"\\[(\[]|\\begin\{(?:equation|align|gather|multline|eqnarray|displaymath|math)\*?\}"
)
_CLOSES: Final = re.compile(
    r"\\[)\]]|\\end\{(?:equation|align|gather|multline|eqnarray|displaymath|math)\*?\}"
)

_LOOKS: Final = frozenset(
    r"\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl"
    r" \Biggr \bigm \Bigm \, \; \: \! \> \quad \qquad \thinspace \medspace \thickspace"
    r" \negthinspace \displaystyle \textstyle \limits \nolimits".split()
) | {"\\ "}
"""Commands that change sizes and spaces only."""

_BOLD: Final = frozenset(r"\mathbf \bm \boldsymbol \pmb \vb".split())


def alike_key(answers: Answers, item: ItemId) -> str:
    """The text of the answer to `item` in a form that is the same for all that are alike.

    Programs are compared as they are. Without any text, and for the typewritten bonus, there is
    nothing to compare by: the empty string.
    """
    if item == EXTRA_CREDIT:
        return ""
    if item.startswith("4d."):
        return "\0".join(program.text.rstrip() for program in answers.programs)
    return normalised(answers.text_of(part_of(item)))


class _Sign(NamedTuple):
    text: str
    in_formula: bool

    @property
    def is_command(self) -> bool:
        return _COMMAND.fullmatch(self.text) is not None


def normalised(text: str) -> str:
    """Text without what does not change its meaning."""
    signs = list(_unbraced(list(_signs(text))))
    if not _has_both_weights(signs):
        signs = list(_unbraced([sign for sign in signs if sign.text not in _BOLD]))
    return _joined(signs).strip()


def _signs(text: str) -> Iterator[_Sign]:
    """Spaces become one space in words, and vanish in formulas."""
    in_formula = False
    for match in _TOKEN.finditer(text):
        sign = match[0]
        is_space = sign.isspace() or sign == "~"
        if sign in ("$", "$$"):
            in_formula = not in_formula
            yield _Sign("$", in_formula)
        elif _OPENS.fullmatch(sign) or _CLOSES.fullmatch(sign):
            in_formula = bool(_OPENS.fullmatch(sign))
            yield _Sign("$" if len(sign) == 2 else sign, in_formula)
        elif not (in_formula and (is_space or sign in _LOOKS)):
            yield _Sign(" " if is_space else sign, in_formula)


def _unbraced(signs: Sequence[_Sign]) -> Iterator[_Sign]:
    """Braces around a single sign or command are dropped."""
    position = 0
    while position < len(signs):
        if _is_braced_sign(signs[position : position + 3]):
            yield signs[position + 1]
            position += 3
        else:
            yield signs[position]
            position += 1


def _is_braced_sign(three: Sequence[_Sign]) -> bool:
    if len(three) < 3 or three[0].text != "{" or three[2].text != "}":
        return False
    inside = three[1]
    return inside.is_command or (len(inside.text) == 1 and inside.text not in " {}$")


def _has_both_weights(signs: Sequence[_Sign]) -> bool:
    """Whether bold may mean something: a letter that is bold here stands plain elsewhere."""
    bold: set[str] = set()
    plain: set[str] = set()
    before = ""
    for sign in signs:
        letters = [sign.text] if sign.is_command else list(sign.text)
        if before in _BOLD:
            if sign.text == "{":  # bold over more than one sign
                return True
            bold.update(letters[:1])
            letters = letters[1:]
        if sign.in_formula and sign.text not in _BOLD:
            plain.update(letters)
        before = sign.text
    return bool(bold & plain)


def _joined(signs: Sequence[_Sign]) -> str:
    """Text again; a command stays apart from a letter behind it."""
    pieces: list[str] = []
    was_command = False
    for sign in signs:
        if was_command and sign.text[0].isalpha():
            pieces.append(" ")
        pieces.append(sign.text)
        was_command = sign.is_command
    return "".join(pieces)
