r"""What LaTeX prints before the items of a list and before headings.

Packages have added ways to say it (``[label=(\alph*)]``, ``[(a)]``, ``\setlist``,
``\renewcommand{\labelenumi}``, ``\titleformat``); the result is always a small text with a counter
in it.
"""

from __future__ import annotations

import re

from grader.reading.macros import group_end, numeral
from grader.reading.manuscript import plain

DEFAULTS = (r"\arabic*.", r"(\alph*)", r"\roman*.", r"\Alph*.")
"""What the standard classes print before items, by depth."""

_DEPTHS = ("i", "ii", "iii", "iv")
_LABEL_KEY = re.compile(r"label\*?\s*=\s*")
_START_KEY = re.compile(r"start\s*=\s*(\d{1,2})")
_SHORTHAND = re.compile(r"(?<![A-Za-z\\])([aAiI1])(?![A-Za-z])")
_SHORTHAND_STYLES = {"a": "alph", "A": "Alph", "i": "roman", "I": "Roman", "1": "arabic"}
_COUNTER = re.compile(r"\\(arabic|alph|Alph|roman|Roman)\s*(?:\*|\{([A-Za-z]*)\})")
_REDEFINED_ITEM = re.compile(
    r"\\(?:renewcommand\*?|def)\s*\{?\s*\\(?:label|the)enum(iv|i{1,3})\s*\}?\s*(?=\{)"
)
_SET_ITEM = re.compile(r"\\(set|addto)counter\s*\{enum(?:iv|i{1,3})\}\s*\{\s*(\d{1,2})\s*\}")
_SETLIST = re.compile(r"\\setlist\*?\s*\[\s*enumerate\s*(?:,\s*([1-4]))?\s*\]\s*(?=\{)")
_REDEFINED_SECTION = re.compile(
    r"\\(?:renewcommand\*?|def)\s*\{?\s*\\the((?:sub){0,2}section)\s*\}?\s*(?=\{)"
)
_TITLE_FORMAT = re.compile(r"\\titleformat\s*\{\s*\\((?:sub){0,2}section)\s*\}\s*(?=\{)")
_THE = re.compile(r"\\the((?:sub){0,2}section)(?![A-Za-z])")


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
        if found := label_format(_group(text, match.end())):
            depths = [int(match[1])] if match[1] else range(1, 5)
            formats |= dict.fromkeys(depths, found)
    for match in _REDEFINED_ITEM.finditer(text):
        if redefined := redefined_format(text, match.start()):
            formats[redefined[0]] = redefined[1]
    return formats


def redefined_format(text: str, offset: int) -> tuple[int, str] | None:
    r"""The depth and the format that a ``\renewcommand{\labelenumi}`` at an offset sets."""
    match = _REDEFINED_ITEM.match(text, offset)
    body = _group(text, match.end()) if match else ""
    if match is None or not _COUNTER.search(body):
        return None
    return _DEPTHS.index(match[1]) + 1, body


def counted_to(text: str, offset: int, number: int) -> int:
    r"""The number of a list's last item behind a ``\setcounter{enumi}{1}`` at an offset."""
    match = _SET_ITEM.match(text, offset)
    if match is None:
        return number
    return int(match[2]) + (number if match[1] == "addto" else 0)


def printed(label: str, number: int) -> str:
    """The label of one item, as printed."""
    return plain(_COUNTER.sub(lambda match: numeral(number, match[1]), label))


def _group(text: str, start: int) -> str:
    end = group_end(text, start)
    return text[start + 1 : end - 1] if end else ""


class SectionNumbers:
    """The numbers of numbered headings, as LaTeX counts them."""

    def __init__(self, text: str) -> None:
        self._counts = {"section": 0, "subsection": 0, "subsubsection": 0}
        self._formats = {
            "section": r"\arabic{section}",
            "subsection": r"\thesection.\arabic{subsection}",
            "subsubsection": r"\thesubsection.\arabic{subsubsection}",
        }
        self._redefined: set[str] = set()
        for pattern in (_REDEFINED_SECTION, _TITLE_FORMAT):
            for match in pattern.finditer(text):
                self._redefine(match[1], text, match.end(), groups=pattern is _TITLE_FORMAT)

    def _redefine(self, name: str, text: str, start: int, *, groups: bool) -> None:
        r"""Take a new format over; in ``\titleformat`` it is the second group from here."""
        if groups:
            start = group_end(text, start) or start
            start += len(text[start : start + 80]) - len(text[start : start + 80].lstrip())
        body = _group(text, start)
        if groups:
            body = body.replace(f"\\the{name}", self._formats[name])
        if _COUNTER.search(body) or _THE.search(body):
            self._formats[name] = body
            self._redefined.add(name)

    def label(self, name: str, title: str) -> str:
        """Count a heading; its number with its title where the number is no plain 1.2."""
        if name not in self._counts:
            return title
        names = list(self._counts)
        self._counts[name] += 1
        for deeper in names[names.index(name) + 1 :]:
            self._counts[deeper] = 0
        return title if title and name not in self._redefined else f"{self._printed(name)} {title}"

    def _printed(self, name: str) -> str:
        text = self._formats[name]
        for _ in self._counts:
            text = _THE.sub(lambda match: self._formats[match[1]], text)
        return plain(
            _COUNTER.sub(lambda match: numeral(self._counts.get(match[2], 0), match[1]), text)
        )
