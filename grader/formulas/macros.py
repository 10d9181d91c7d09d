r"""A student's own LaTeX commands, and those of packages that many people load.

``\newcommand``, ``\def`` (without delimited parameters), ``\DeclareMathOperator``,
``\DeclarePairedDelimiter``, ``\let`` and their kin become `Macro`s, which the tokeniser expands as
text. What cannot be expanded that way is left out; a formula that uses it is then not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from grader.formulas.tokens import Macro, Macros

MAX_MACROS = 400
"""Definitions of one writeup; the longest preambles that people copy have some 150."""

_DEFINED: Final = re.compile(
    r"\\(?P<how>(?:re|provide)?newcommand|(?:New|Renew|Provide|Declare)DocumentCommand"
    r"|DeclareRobustCommand|DeclareMathOperator|DeclarePairedDelimiterX?|[gex]?def|let)\*?\s*"
    r"\{?\s*\\(?P<name>[A-Za-z]+|[0-9])\s*\}?\s*"
)
_ARITY: Final = re.compile(r"\s*\[(\d)\]\s*(?:\[([^\]]*)\])?")
_PARAMETERS: Final = re.compile(r"((?:#\d)*)\s*(?=\{)")
_SIGNATURE: Final = re.compile(r"\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_LET: Final = re.compile(r"=?\s*(\\[A-Za-z]+|.)")

ROUNDS: Final = 3
"""Commands inside of commands that are written out."""

LONGEST_EXPANSION: Final = 6
"""Times its length that a text may grow to."""

_CALL: Final = re.compile(
    r"\\(?P<name>[A-Za-z]+)(?P<star>\*?)(?P<arguments>(?:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}){0,3})"
)
_ARGUMENT: Final = re.compile(r"\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")

PACKAGES: Final[Macros] = {
    "norm": Macro(1, r"\left\|#1\right\|"),
    "Norm": Macro(1, r"\left\|#1\right\|"),
    "abs": Macro(1, r"\left|#1\right|"),
    "inner": Macro(2, r"\langle #1,#2\rangle"),
    "ip": Macro(2, r"\langle #1,#2\rangle"),
    "braket": Macro(2, r"\langle #1,#2\rangle"),
    "bra": Macro(1, r"\langle #1,"),
    "ket": Macro(1, r"#1\rangle"),
    "qty": Macro(0, ""),
    "pdv": Macro(2, r"\frac{\partial #1}{\partial #2}"),
    "dv": Macro(2, r"\frac{d #1}{d #2}"),
    "pd": Macro(2, r"\frac{\partial #1}{\partial #2}"),
    "dd": Macro(0, "d"),
    "R": Macro(0, r"\mathbb{R}"),
    "RR": Macro(0, r"\mathbb{R}"),
    "reals": Macro(0, r"\mathbb{R}"),
    "E": Macro(0, r"\mathbb{E}"),
    "EE": Macro(0, r"\mathbb{E}"),
    "Expect": Macro(0, r"\mathbb{E}"),
    "ind": Macro(0, r"\mathbf{1}"),
    "one": Macro(0, r"\mathbf{1}"),
    "transp": Macro(0, "T"),
    "trans": Macro(0, "T"),
    "tp": Macro(0, "T"),
    "pinv": Macro(0, r"\dagger"),
    "vb": Macro(1, "#1"),
    "vdot": Macro(0, r"\cdot"),
    "half": Macro(0, r"\frac{1}{2}"),
}
"""Commands of the physics, mathtools and homework packages; a student's own come before them."""


def macros(source: str) -> dict[str, Macro]:
    """The commands that a source defines, the last definition of each, and the common ones."""
    return {**PACKAGES, **own_macros(source)}


def own_macros(source: str) -> dict[str, Macro]:
    """Only the commands that a source defines itself."""
    return dict(islice(_definitions(source), MAX_MACROS))


def _definitions(source: str) -> Iterator[tuple[str, Macro]]:
    for match in _DEFINED.finditer(source):
        macro = _macro(source, match["how"], match.end())
        if macro is not None:
            yield match["name"], macro


def _macro(source: str, how: str, position: int) -> Macro | None:
    if how == "let":
        same = _LET.match(source, position)
        return Macro(0, same[1]) if same else None
    if how == "DeclareMathOperator":
        body, _ = _group(source, position)
        return Macro(0, rf"\operatorname{{{body}}}") if body is not None else None
    if how.startswith("DeclarePairedDelimiter"):
        return _paired(source, position)
    if how.endswith("def"):
        parameters = _PARAMETERS.match(source, position)
        if parameters is None:
            return None
        body, _ = _group(source, parameters.end())
        return Macro(parameters[1].count("#"), body) if body is not None else None
    if how.endswith("DocumentCommand"):
        return _document_command(source, position)
    arity = _ARITY.match(source, position)
    body, _ = _group(source, arity.end() if arity else position)
    if body is None:
        return None
    return Macro(int(arity[1]) if arity else 0, body, arity[2] if arity else None)


def _paired(source: str, position: int) -> Macro | None:
    left, position = _group(source, position)
    right, _ = _group(source, position)
    if left is None or right is None:
        return None
    return Macro(1, f"{_sided(left, 'l')}#1{_sided(right, 'r')}")


def _sided(delimiter: str, side: str) -> str:
    """Bars that are known to open or to close."""
    bars = {r"\|": "Vert", r"\Vert": "Vert", "|": "vert", r"\vert": "vert"}
    name = bars.get(delimiter.strip())
    return f"\\{side}{name} " if name else f"{delimiter} "


def _document_command(source: str, position: int) -> Macro | None:
    signature = _SIGNATURE.match(source, position)
    if signature is None:
        return None
    body, _ = _group(source, signature.end())
    letters = re.sub(r"\{[^{}]*\}", "", signature[1]).split()
    if (
        body is None
        or any(letter not in {"m", "o", "O", "s"} for letter in letters)
        or "s" in letters
    ):
        return None
    default = re.search(r"O\s*\{([^{}]*)\}", signature[1])
    has_option = letters[:1] in (["o"], ["O"])
    return Macro(len(letters), body, (default[1] if default else "") if has_option else None)


def _group(source: str, position: int) -> tuple[str | None, int]:
    """The text of the group at a position, and the position behind it."""
    while source[position : position + 1].isspace():
        position += 1
    if source[position : position + 1] != "{":
        match = re.compile(r"\\[A-Za-z]+|\\.").match(source, position)
        return (match[0], match.end()) if match else (None, position)
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(source, position):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return source[position + 1 : match.start()], match.end()
    return None, position


# ---------------------------------------------------------------- in prose


def expanded(text: str, own: Macros) -> str:
    """A text with a student's own commands written out, for readers that know LaTeX's only.

    Args:
        text: source of any kind.
        own: the commands that the student defined, or those of packages as well.
    """
    for _ in range(ROUNDS):
        longer = _CALL.sub(lambda match: _written_out(match, own), text)
        if longer == text or len(longer) > LONGEST_EXPANSION * (len(text) + 100):
            return text
        text = longer
    return text


def _written_out(match: re.Match[str], own: Macros) -> str:
    macro = own.get(match["name"])
    if macro is None or macro.option is not None:
        return match[0]
    given = [one[1] for one in _ARGUMENT.finditer(match["arguments"])]
    if len(given) < macro.arguments:
        return match[0]
    body = macro.body
    for number, argument in enumerate(given[: macro.arguments], start=1):
        body = body.replace(f"#{number}", argument)
    rest = "".join(f"{{{one}}}" for one in given[macro.arguments :])
    return f"{body}{rest}" if rest else f"{body} "
