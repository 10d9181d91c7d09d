r"""A student's own commands for displays, written out: ``\bq … \eq`` for an equation.

``\newcommand{\bq}{\begin{equation}}``, ``\newenvironment{eq}{\[}{\]}`` and
``\newcommand{\eqn}[1]{\[#1\]}`` hide where formulas stand. What they are made of is put in their
place, ``$$`` for the most part, and blanks up to their length: every offset stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from grader.reading.macros import Macro, definitions, group_end
from grader.reading.mathspans import MATH_ENVIRONMENTS

_INNER: Final = ("aligned", "split", "gathered", "cases", "array")
_OPENS: Final = re.compile(
    r"\s*(?:\\begin\s*\{(?P<name>[A-Za-z]+)\*?\}|\\\[|\$\$)"
    r"\s*(?:\\begin\s*\{(?:aligned|split|gathered)\}\s*)?"
)
_CLOSES: Final = re.compile(
    r"\s*(?:\\end\s*\{(?:aligned|split|gathered)\}\s*)?"
    r"(?:\\end\s*\{(?P<name>[A-Za-z]+)\*?\}|\\\]|\$\$)\s*"
)
_DISPLAYS: Final = MATH_ENVIRONMENTS - {*_INNER, "bmatrix", "pmatrix", "matrix"} | {None}
_DELIMITED: Final = re.compile(r"\\[gx]?def\s*\\([A-Za-z]+)\s*#1\s*\\([A-Za-z]+)\s*(?=\{)")
"""``\\def\\ba#1\\ea{\\begin{align}#1\\end{align}}``: two commands in one."""

_COMMAND: Final = re.compile(r"\\(?:(begin|end)\s*\{([A-Za-z]+)\*?\}|([A-Za-z]+))")


class _Names(NamedTuple):
    """Commands that open a display, that close one, that set their argument as one."""

    opening: Collection[str]
    closing: Collection[str]
    taking: Collection[str]
    environments: Collection[str]


def written_out(text: str, start: int = 0) -> str:
    """A LaTeX source with its own commands for displays replaced, as long as it was.

    Args:
        text: the source, without comments.
        start: where its body begins; before it stand definitions.
    """
    macros = definitions(text)
    names = _names(text, macros)
    if not any(names):
        return text
    defined = [(macro.start, macro.end) for macro in macros]
    found = list(text)
    for match in _COMMAND.finditer(text, start):
        if any(begin <= match.start() < end for begin, end in defined):
            continue
        for begin, end, sign in _replaced(text, match, names):
            found[begin:end] = sign.ljust(end - begin)
    return "".join(found)


def _names(text: str, macros: Collection[Macro]) -> _Names:
    delimited = [
        (match[1], match[2])
        for match in _DELIMITED.finditer(text)
        if _is_display(text[match.end() + 1 : (group_end(text, match.end()) or 1) - 1])
    ]
    plain = [macro for macro in macros if not macro.arguments]
    is_environment = re.compile(r"\\(?:re)?newenvironment\b")
    environments = {one.name for one in plain if is_environment.match(text, one.start)}
    opening = {one.name for one in plain if _is_one(_OPENS, one.body)}
    return _Names(
        (opening - environments) | {first for first, _ in delimited},
        {one.name for one in plain if _is_one(_CLOSES, one.body)} | {last for _, last in delimited},
        {one.name for one in macros if one.arguments == 1 and _is_display(one.body)},
        opening & environments,
    )


def _is_one(delimiter: re.Pattern[str], body: str) -> bool:
    """Whether a command stands for the delimiter of a display, and for nothing else."""
    match = delimiter.fullmatch(body)
    return match is not None and match["name"] in _DISPLAYS


def _is_display(body: str) -> bool:
    """Whether a body sets one argument as a display."""
    before, sign, behind = body.partition("#1")
    return bool(sign) and _is_one(_OPENS, before) and _is_one(_CLOSES, behind)


def _replaced(text: str, match: re.Match[str], names: _Names) -> Iterator[tuple[int, int, str]]:
    """What to put where for one command: from, to, and the sign."""
    frame, environment, name = match[1], match[2], match[3]
    is_frame = frame and environment in names.environments
    if is_frame or name in names.opening or name in names.closing:
        yield match.start(), match.end(), "$$"
    elif name in names.taking and (end := group_end(text, match.end())) is not None:
        yield match.start(), match.end() + 1, "$"
        yield end - 1, end, "$"
