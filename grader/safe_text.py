"""Text that is safe to hand to the platform, whatever a student typed.

Three dangers: characters that a page cannot show or that reorder what it shows, texts so long that
the platform would cut them itself, and words that become markup.
"""

from __future__ import annotations

import re
from decimal import Decimal

_INVISIBLE = {code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_SURROGATES = range(0xD800, 0xE000)
_REORDERING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))

_REPLACEMENTS: dict[int, str | None] = {
    **dict.fromkeys(_INVISIBLE, None),
    **dict.fromkeys(_SURROGATES, "\ufffd"),  # half a character: no encoder takes it
    **{code: f"\\u{code:04x}" for code in _REORDERING},  # shown, so that nobody is fooled
}

_FENCE_LINE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~$#])")


def printable(text: str) -> str:
    """`text` without control characters and lone surrogates; bidi overrides shown by number."""
    return text.translate(_REPLACEMENTS)


def cleaned(value: object) -> object:
    """A JSON value with every string in it made `printable`."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(key): cleaned(entry) for key, entry in value.items()}
    return [cleaned(entry) for entry in value] if isinstance(value, list) else value


def escaped(text: str) -> str:
    """`text` as one line of Markdown that shows exactly these characters."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def points_text(points: Decimal) -> str:
    """Points as people write them: 2, 0.5, never 2.00 or 1E+1."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted_points(points: Decimal) -> str:
    """``1 point``, ``0.5 points``."""
    return f"{points_text(points)} point{'' if points == 1 else 's'}"


def counted(number: int, noun: str) -> str:
    """``1 score``, ``2 scores``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shortened(text: str, limit: int) -> str:
    """Markdown of about `limit` characters: beginning and end of `text`, whole lines if possible.

    A code fence that the cut opens up is closed before it and opened again after it; otherwise
    what a student wrote inside the fence would come to be read as markup.
    """
    if len(text) <= limit:
        return text
    half = limit // 2
    head = text[:half].rpartition("\n")[0] or text[:half]
    tail = text[-half:].partition("\n")[2] or text[-half:]
    before, after = _open_fence(head), _open_fence(text[: len(text) - len(tail)])
    left_out = f"[… {len(text) - len(head) - len(tail):,} characters left out …]"
    closing, opening = (f"\n{before}" if before else ""), (f"{after}\n" if after else "")
    return f"{head}{closing}\n\n{left_out}\n\n{opening}{tail}"


def _open_fence(text: str) -> str:
    """The code fence that is still open at the end of `text`, or nothing."""
    fence = ""
    for marker, rest in _FENCE_LINE.findall(text):
        if not fence:
            fence = marker
        elif marker.startswith(fence) and not rest.strip():
            fence = ""
    return fence
