"""Numbers in prose: ``10.47``, ``4π/3 + 2π`` and ``(10π)/(3)`` all become ``#10.472``.

A number that says where something is (“converges to 10.47”, “the minimum at x ≈ 10.5”) becomes
``@10.47``; the value of a function (“f(x) = 4.37”) stays behind ``#``.
"""

from __future__ import annotations

import math
import re

MAX_LENGTH = 40
"""Characters of one expression; “(4π)/(3) + 2π” has 13."""

_CANDIDATE = re.compile(r"(?<![\w.^@#])-?\(*(?:\d|π)[\dπ.()]*(?:\s*[-+*/]\s*[\dπ(][\dπ.()]*)*")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[π()+*/-]")
_MARKED = re.compile(r"#(-?[\d.]+)")
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:at|to|near|around|towards?|into|by|x)|→)"
    r"(?:\s|=|≈|~|,|:|\(|\^|\*|_∞|[#@]-?[\d.]+"
    r"|\b(?:is|about|approximately|around|roughly|nearly|exactly|x|the|a|an|point|value|local|global"
    r"|nearby|nearest|closest|stationary|critical|minimum|minima|min|minimi[sz]er|of|which|that|it"
    r"|namely|where|i\.e\.|position|almost|say|just)\b)*$"
)
_FUNCTION_BEFORE = re.compile(r"\b(?:sin|cos|tan|f)\s*\(?\s*x\s*\)?\s*[=≈<>]\s*$")
_VALUE_BEFORE = re.compile(r"[)'^f]\s*[=≈<>]\s*(?:[^a-z=≈]*[=≈]\s*)*$")
_HEIGHT_BEFORE = re.compile(
    r"\b(?:with|has|having|whose|its|function|f) (?:a |the )?(?:function )?(?:value|height)"
    r"(?:\s|=|≈|~|\b(?:is|of|about|approximately|around|roughly|nearly|near|only|f)\b)*$"
)
"""“A local minimum with value around 4.37”."""


class _Unfinished(Exception):  # noqa: N818 - no error: the text is simply no number
    """The text is not an arithmetic expression."""


def with_values(text: str) -> str:
    """`text` with every numeric expression replaced by its value and what it says."""
    marked = _CANDIDATE.sub(_marked, re.sub(r"(?<=\d)\s+π", "π", text))
    pieces: list[str] = []
    end = 0
    for match in _MARKED.finditer(marked):
        pieces.append(marked[end : match.start()])
        sign = "@" if _is_place("".join(pieces)[-160:]) else "#"
        pieces.append(sign + match[1])
        end = match.end()
    return "".join([*pieces, marked[end:]])


def _is_place(before: str) -> bool:
    values = (_FUNCTION_BEFORE, _VALUE_BEFORE, _HEIGHT_BEFORE)
    if any(pattern.search(before) for pattern in values):
        return False
    return bool(_PLACE_BEFORE.search(before))


def _marked(match: re.Match[str]) -> str:
    """The value of a stretch that looks like a number; what follows it stays."""
    text = match[0]
    for kept in (text, text.rstrip("."), text.rstrip(".()")):
        if (value := value_of(kept)) is not None:
            rest = text[len(kept) :]
            follows = match.string[match.end() : match.end() + 1]
            if not rest and (follows.isalpha() or follows in ("_", "^")):
                return text  # “2πk” is no number
            return f" #{value:.4f}".rstrip("0").rstrip(".") + " " + rest
    return text


def value_of(text: str) -> float | None:
    """The value of an arithmetic expression in numbers and π, or None."""
    tokens = _TOKEN.findall(text)
    if not tokens or len(text) > MAX_LENGTH or "".join(tokens) != re.sub(r"\s", "", text):
        return None
    try:
        value, rest = _sum(tokens)
    except (_Unfinished, ZeroDivisionError, IndexError):
        return None
    return value if not rest and math.isfinite(value) else None


def _sum(tokens: list[str]) -> tuple[float, list[str]]:
    sign, tokens = (-1.0, tokens[1:]) if tokens[0] == "-" else (1.0, tokens)
    value, tokens = _product(tokens)
    value *= sign
    while tokens and tokens[0] in "+-":
        term, rest = _product(tokens[1:])
        value, tokens = (value + term if tokens[0] == "+" else value - term), rest
    return value, tokens


def _product(tokens: list[str]) -> tuple[float, list[str]]:
    """Factors with ``*``, ``/`` or nothing between them."""
    value, tokens = _atom(tokens)
    while tokens and tokens[0] not in "+-)":
        operator = tokens[0] if tokens[0] in "*/" else ""
        factor, tokens = _atom(tokens[1:] if operator else tokens)
        value = value / factor if operator == "/" else value * factor
    return value, tokens


def _atom(tokens: list[str]) -> tuple[float, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "π":
        return math.pi, rest
    if first == "(":
        value, rest = _sum(rest)
        if not rest or rest[0] != ")":
            raise _Unfinished
        return value, rest[1:]
    if not first[0].isdigit():
        raise _Unfinished
    return float(first), rest
