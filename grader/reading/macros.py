r"""A student's own LaTeX macros, as far as headings are made of them.

``\newcommand{\prob}[1]{\section*{Problem #1}}`` makes ``\prob{2}`` a heading. Only text is put
in for arguments; nothing is expanded twice, and counters count calls.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_GROUP = 4000
"""Characters between a brace and its partner; a whole section may stand in an argument."""

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_COMMAND = re.compile(
    r"\\(?:(?:re|provide)?newcommand|def|gdef|(?:re)?newenvironment"
    r"|(?:New|Renew|Provide|Declare)DocumentCommand)\*?\s*\{?\s*\\?([A-Za-z@]+)\s*\}?\s*"
    r"(?:\[(\d)\]|\{([ moO{}]{0,20})\}(?=\s*\{)|((?:#\d)*))\s*(\[[^\]\n]{0,80}\]\s*)?(?=\{)"
)
_COUNTER = re.compile(r"\\(arabic|roman|Roman|alph|Alph|the)\s*\{?\\?(?:[A-Za-z@]*)\*?\}?")
_SILENT = re.compile(
    r"\\(?:(?:ref)?stepcounter|setcounter|addtocounter|label|[vh]space\*?|addcontentsline|markboth"
    r"|phantomsection|ifthenelse|ifx|ifnum)(?![A-Za-z])(?:\s*\{[^{}]*\})*"
)
"""Commands that print nothing, with their arguments."""

_SECTION = re.compile(r"\\(?:(?:sub)*section|(?:sub)?paragraph|chapter)\*?\s*(?=\{)")
_SECTIONING = re.compile(r"\\(?:(?:sub)*section|(?:sub)?paragraph|chapter|Large|LARGE|huge|Huge)")


class Macro(NamedTuple):
    """A definition: its arguments (the first may be optional), what it stands for, its place."""

    name: str
    arguments: int
    has_option: bool
    body: str
    start: int
    end: int

    @property
    def is_heading(self) -> bool:
        """Whether its text is set like a heading."""
        return _SECTIONING.search(self.body) is not None

    def rendered(self, arguments: list[str], ordinal: int) -> str:
        """The heading that one use prints; `ordinal` stands for every counter in it."""
        heading = _SECTION.search(self.body)
        end = group_end(self.body, heading.end()) if heading else None
        text = self.body[heading.end() : end] if heading and end else self.body
        text = _SILENT.sub(" ", text)
        for number, argument in enumerate(arguments, start=1):
            text = text.replace(f"#{number}", argument)
        return _COUNTER.sub(lambda match: numeral(ordinal, match[1]), text)


def definitions(text: str) -> list[Macro]:
    """The macros and environments defined in a LaTeX source, in order."""
    found = []
    for match in _COMMAND.finditer(text):
        end = group_end(text, match.end())
        if end is not None and not match[1].startswith(("labelenum", "theenum")):
            letters = match[3] or ""
            arguments = int(match[2] or 0) or letters.count("m") or (match[4] or "").count("#")
            body = text[match.end() + 1 : end - 1]
            found.append(Macro(match[1], arguments, bool(match[5]), body, match.start(), end))
    return found


def group_end(text: str, start: int) -> int | None:
    """Offset behind the brace that closes the one at `start`, or None."""
    end = _partners(text).get(start)
    return end if end is not None and end - start <= MAX_GROUP else None


@lru_cache(maxsize=32)
def _partners(text: str) -> dict[int, int]:
    """The offset of every brace that is closed, and the offset behind the one that closes it."""
    partners: dict[int, int] = {}
    open_braces: list[int] = []
    for match in _BRACE.finditer(text):
        if match[0] == "{":
            open_braces.append(match.start())
        elif match[0] == "}" and open_braces:
            partners[open_braces.pop()] = match.end()
    return partners


def numeral(number: int, style: str) -> str:
    """A counter as LaTeX prints it: ``arabic``, ``alph``, ``Alph``, ``roman``, ``Roman``."""
    if style.lower() == "alph":
        return "abcdefghijklmnopqrstuvwxyz"[(number - 1) % 26]
    if style.lower() == "roman":
        ones = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
        return "x" * (number // 10) + ones[number % 10]
    return str(number)
