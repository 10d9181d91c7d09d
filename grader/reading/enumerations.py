r"""What LaTeX prints before the items of an ``enumerate``.

Packages have added ways to say it (``[label=(\alph*)]``, ``[(a)]``, ``\setlist``,
``\renewcommand{\labelenumi}``); the result is always a small text with a counter in it.
"""

from __future__ import annotations

import re

from grader.reading.macros import group_end, numeral
from grader.reading.manuscript import plain

DEFAULTS = (r"\arabic*.", r"(\alph*)", r"\roman*.", r"\Alph*.")
"""What the standard classes print, by depth."""

_LABEL_KEY = re.compile(r"label\*?\s*=\s*")
_START_KEY = re.compile(r"start\s*=\s*(\d{1,2})")
_SHORTHAND = re.compile(r"(?<![A-Za-z\\])([aAiI1])(?![A-Za-z])")
_SHORTHAND_STYLES = {"a": "alph", "A": "Alph", "i": "roman", "I": "Roman", "1": "arabic"}
_COUNTER = re.compile(r"\\(arabic|alph|Alph|roman|Roman)\s*(?:\*|\{[A-Za-z]*\})")
_REDEFINITION = re.compile(
    r"\\(?:renewcommand\*?|def)\s*\{?\s*\\(?:label|the)enum(iv|i{1,3})\s*\}?\s*(?=\{)"
)
_SET_COUNTER = re.compile(r"\\(set|addto)counter\s*\{enum(?:iv|i{1,3})\}\s*\{\s*(\d{1,2})\s*\}")
_SETLIST = re.compile(r"\\setlist\*?\s*\[\s*enumerate\s*(?:,\s*([1-4]))?\s*\]\s*(?=\{)")


def label_format(options: str) -> str | None:
    r"""The format in the options of ``\begin{enumerate}[…]``; None when they do not say."""
    if match := _LABEL_KEY.search(options):
        rest = options[match.end() :]
        end = group_end(rest, 0)
        return rest[1 : end - 1] if end else rest.partition(",")[0]
    if "=" in options or "resume" in options:
        return None
    if _COUNTER.search(options):
        return options
    match = _SHORTHAND.search(options)
    if match is None:
        return None
    return f"{options[: match.start()]}\\{_SHORTHAND_STYLES[match[1]]}*{options[match.end() :]}"


def first_number(options: str) -> int:
    """Where the list starts to count."""
    match = _START_KEY.search(options)
    return int(match[1]) if match else 1


def document_formats(text: str) -> dict[int, str]:
    """Formats that the document sets for all its lists, by depth from 1."""
    formats: dict[int, str] = {}
    for match in _SETLIST.finditer(text):
        end = group_end(text, match.end()) or match.end()
        if found := label_format(text[match.end() + 1 : end - 1]):
            depths = [int(match[1])] if match[1] else range(1, 5)
            formats |= dict.fromkeys(depths, found)
    for match in _REDEFINITION.finditer(text):
        if redefined := redefined_format(text, match.start()):
            formats[redefined[0]] = redefined[1]
    return formats


def redefined_format(text: str, offset: int) -> tuple[int, str] | None:
    r"""The depth and the format that a ``\renewcommand{\labelenumi}`` at an offset sets."""
    match = _REDEFINITION.match(text, offset)
    end = group_end(text, match.end()) if match else None
    if match is None or end is None:
        return None
    body = text[match.end() + 1 : end - 1]
    depth = ("i", "ii", "iii", "iv").index(match[1]) + 1
    return (depth, body) if _COUNTER.search(body) else None


def counted_to(text: str, offset: int, number: int) -> int:
    r"""The number of a list's last item behind a ``\setcounter{enumi}{1}`` at an offset."""
    match = _SET_COUNTER.match(text, offset)
    if match is None:
        return number
    return int(match[2]) + (number if match[1] == "addto" else 0)


def printed(label: str, number: int) -> str:
    """The label of one item, as printed."""
    return plain(_COUNTER.sub(lambda match: numeral(number, match[1]), label))
