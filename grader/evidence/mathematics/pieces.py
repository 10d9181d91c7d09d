"""A written answer → its pieces in order: prose, and formulas with the place where each stands.

Formulas are found between their delimiters, in mathematical code spans and fences, and, where a
line of plain text spells mathematics in Unicode (``w* = (XᵀX + nΛ)⁻¹Xᵀy``), without any. Text that
the student struck out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.formulas.alphabet import BIG, FUNCTIONS, GREEK
from grader.formulas.errors import Unreadable
from grader.formulas.statements import Statement, statements
from grader.formulas.tokens import Macros
from grader.model import Answer, Passage
from grader.reading.manuscript import INLINE, Span, painted
from grader.reading.mathspans import math_spans
from grader.reading.writeup import LATEX_SUFFIXES


@dataclass(frozen=True)
class Prose:
    """Words between formulas."""

    text: str
    where: str


@dataclass(frozen=True)
class Formula:
    """One display, inline formula or line of mathematics.

    Attributes:
        source: as written, without its delimiters.
        where: for people: file, cell and line.
        display: whether it stands on lines of its own.
        statements: what it says, or empty when it could not be divided into signs.
        trouble: why it could not.
        before: the prose directly before it; `after` is what follows.
        context: the prose of its sentence before it and behind it, over other formulas.
    """

    source: str
    where: str
    display: bool
    statements: tuple[Statement, ...]
    trouble: Unreadable | None = None
    before: str = ""
    after: str = ""
    context: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


Piece = Prose | Formula

_STRUCK = re.compile(
    r"(?:~~(?!~)(?:(?!\n\s*\n).)+?~~|<(del|s|strike)>.*?</\1>"
    r"|\\(?:sout|st|xout|cancel|xcancel|bcancel)\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"
    r"(?:[ \t]*\([^()$=\\\n]*\))?",  # “(wrong, forgot the sum)” is about what was struck out
    re.DOTALL,
)
_NAME_BEFORE = re.compile(
    r"(?<![\w\\{}^$])(?P<mark>[*_]{0,2})(?:\\(?:mathbf|textbf|boldsymbol|bm)\{)?(?P<name>[A-Za-z])\}?"
    r"(?P=mark)\s*(?P<sign>:?=)\s*$"
)
"""“A = ” in front of a formula, in the text."""
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*(\w*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.M | re.S)
_MATH_FENCES = frozenset({"math", "latex", "tex", "katex"})
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_DELIMITERS = re.compile(r"\A(?:\$\$?|\\\\?[\[(])|(?:\$\$?|\\\\?[\])])\Z")
_RELATION = re.compile(r"[=<>≤≥≈≜≔∈←→]|\\(?:le|ge|approx|in)\b")
_LABEL = re.compile(r"\s*\(?[a-e]\)[,:;]?\s")
_NEXT_LINE = re.compile(r"\n[ \t>]*(?:[=≤≥<]|\\(?:le|ge)q?\b)")
_IN_SPAN = re.compile(rf"{_RELATION.pattern}|[ληΛ∂∇‖ᵀ⁻²₀₁₂ₜΣ∑⊙ŷ]|\A\w\Z")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MATHEMATICAL = re.compile(r"[=<>≤≥≈ληΛ∂∇‖ᵀ⁻²₀₁₂ₜΣ∑∞]")

_INDICATOR = re.compile(r"(?<=[1I𝟏𝟙𝕀])\{([^{}]*[<>≤≥][^{}]*)\}")

_AROUND = " \t>-*#|,.;:`"
"""What may stand around a formula in a line of plain text and belongs to the text."""

MATH_WORDS = FUNCTIONS | GREEK | frozenset(BIG) | frozenset({"lim", "yhat", "argmin", "argmax"})
"""Words that stand in formulas; any other word of some length ends one."""

LONGEST_NAME = 40
"""Characters before a formula in which the letter for it is looked for, with its markup."""

LONGEST_SENTENCE = 8
"""Pieces, prose and formulas, that are looked at for one sentence on each side."""

LONGEST_PRODUCT = 3
"""Letters that may be a product of symbols written together, such as Xw or XTX."""

DIFFERENTIALS = frozenset({"dx", "db", "dz", "dh", "dw", "dy"})
"""Short words that are none: ∂L/∂b₁ as people type it."""

SHORT_WORDS = frozenset(
    "a i is it if in of we to so as at by an on or no be do for and the are let set get now "
    "all our was has its can not but any one two via per use see you thus iff der die das "
    "und ist mit von de la el le en es un con los por si y o d".split()
)


def pieces(answer: Answer | Sequence[Passage], macros: Macros | None = None) -> tuple[Piece, ...]:
    """The pieces of an answer in the order in which they stand."""
    passages = answer.passages if isinstance(answer, Answer) else answer
    found: list[Piece] = []
    for passage in passages:
        found += _of_passage(passage, macros or {})
    return tuple(_with_leads(found))


def _with_leads(found: Sequence[Piece]) -> Iterator[Piece]:
    """Every formula with the prose around it."""
    for number, piece in enumerate(found):
        if isinstance(piece, Formula):
            yield replace(
                piece,
                before=_prose_at(found, number - 1),
                after=_prose_at(found, number + 1),
                context=(_context(found[:number][::-1])[::-1], _context(found[number + 1 :])),
            )
        else:
            yield piece


def _prose_at(found: Sequence[Piece], number: int) -> str:
    piece = found[number] if 0 <= number < len(found) else None
    return piece.text if isinstance(piece, Prose) else ""


_SENTENCE_ENDS = re.compile(r"[.;!?](?:\s|$)|(?:^|\s)[-*]\s|\\item\b")


def _context(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The prose from a formula to where its sentence ends, formulas between left out."""
    words: list[str] = []
    for piece in pieces[:LONGEST_SENTENCE]:
        if isinstance(piece, Prose):
            words.append(piece.text)
            if _SENTENCE_ENDS.search(piece.text):
                break
    return tuple(words)


@dataclass(frozen=True)
class _Stretch:
    """A formula's source in a passage: from where to where it stands, and what it says."""

    start: int
    end: int
    source: str
    display: bool


def _of_passage(passage: Passage, macros: Macros) -> Iterator[Piece]:
    is_latex = PurePosixPath(passage.file.lower()).suffix in LATEX_SUFFIXES
    text = _STRUCK.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), passage.text)
    if is_latex:
        text = _COMMENT.sub(lambda m: " " * len(m[0]), text)
    position = 0
    for stretch in _stretches(text, is_latex=is_latex):
        yield from _prose(passage, text, position, stretch.start)
        yield _formula(passage, text, stretch, macros)
        position = stretch.end
    yield from _prose(passage, text, position, len(text))


def _where(passage: Passage, text: str, offset: int) -> str:
    line = passage.line + text.count("\n", 0, offset)
    return Passage(passage.file, line, "", passage.cell).where


def _prose(passage: Passage, text: str, start: int, end: int) -> Iterator[Prose]:
    words = text[start:end]
    if words.strip():
        offset = start + len(words) - len(words.lstrip())
        yield Prose(" ".join(words.split()), _where(passage, text, offset))


def _formula(passage: Passage, text: str, stretch: _Stretch, macros: Macros) -> Formula:
    where = _where(passage, text, stretch.start)
    try:
        found = statements(stretch.source, macros)
    except Unreadable as trouble:
        return Formula(stretch.source, where, stretch.display, (), trouble)
    return Formula(stretch.source, where, stretch.display, found)


def _stretches(text: str, *, is_latex: bool) -> list[_Stretch]:
    """All formulas of a text, in order."""
    found: list[_Stretch] = []
    if not is_latex:
        for fence in _FENCE.finditer(text):
            if fence[2].lower() in _MATH_FENCES:
                found.append(_Stretch(fence.start(), fence.end(), fence[3], display=True))
            else:
                found.append(_Stretch(fence.start(), fence.end(), "", display=True))
    mask = _covered(text, found)
    for span in math_spans(mask, escaped_brackets=not is_latex):
        source = _DELIMITERS.sub("", text[span.start : span.end])
        display = span.paint != INLINE
        stretch = _Stretch(span.start, span.end, source, display=display)
        last = found[-1] if found else None
        if not display and last is not None and not last.display:
            sign = text[last.end : span.start].strip()
            if sign in {"=", ":="}:  # “$A$ = $I − …$” is one formula
                source = f"{last.source} {sign} {source}"
                found[-1] = replace(last, end=span.end, source=source)
                continue
        found.append(stretch if display else _with_name(stretch, mask))
    if not is_latex:
        found += _plain_mathematics(text, _covered(text, found))
    return sorted((s for s in found if s.source.strip()), key=lambda stretch: stretch.start)


def _with_name(stretch: _Stretch, text: str) -> _Stretch:
    """A formula with the letter that the text before it says it is."""
    name = _NAME_BEFORE.search(text, max(stretch.start - LONGEST_NAME, 0), stretch.start)
    if name is None:
        return stretch
    source = f"{name['name']} {name['sign']} {stretch.source}"
    return replace(stretch, start=name.start(), source=source)


def _covered(text: str, stretches: Sequence[_Stretch]) -> str:
    """The text with formulas painted over."""
    return painted(text, (Span(s.start, s.end, INLINE) for s in stretches))


# ---------------------------------------------------------------- mathematics without delimiters


def _plain_mathematics(text: str, mask: str) -> Iterator[_Stretch]:
    """Code spans that hold a formula, and runs of mathematics in lines of plain text."""
    spans = list(_CODE_SPAN.finditer(mask))
    for span in spans:
        if _IN_SPAN.search(span[1]) and not re.search(r"\w\(\)|\.\w|==|import|print", span[1]):
            source = _with_braces(text[span.start(1) : span.end(1)])
            yield _Stretch(span.start(), span.end(), source, display=False)
    for line in re.finditer(r"[^\n]+", mask):
        if not _RELATION.search(line[0]) or not _MATHEMATICAL.search(line[0]):
            if _goes_on_below(mask, line):
                start = line.end() - len(line[0].lstrip())
                yield _Stretch(
                    start, line.end(), _with_braces(text[start : line.end()]), display=False
                )
            continue
        yield from _runs(text, mask, line.start(), line.end())


def _goes_on_below(mask: str, line: re.Match[str]) -> bool:
    """Whether a line without a relation is the left side of the line below: “a + b” over “= c”."""
    below = _NEXT_LINE.match(mask, line.end())
    if below is None or INLINE in line[0] or not re.search(r"[²³ᵀ⁻₀-₉₁₂‖()+−-]", line[0]):
        return False
    return all(_belongs(match[0]) for match in _WORD.finditer(line[0]))


def _runs(text: str, mask: str, start: int, end: int) -> Iterator[_Stretch]:
    """The stretches of a line between words, formulas and code, if they hold a relation."""
    cuts = [start]
    for match in re.finditer(
        rf"[{INLINE}]+|`[^`\n]*`|(?<![_A-Za-z]){_WORD.pattern}|[*_]{{2,}}|(?<!=)[.;:!?]\s",
        mask[start:end],
    ):
        if not _belongs(match[0]):
            cuts += [start + match.start(), start + match.end()]
    cuts.append(end)
    for first, behind in zip(cuts[::2], cuts[1::2], strict=True):
        if label := _LABEL.match(mask, first, behind):  # “by a), (tu + …)² ≤ …”
            first = label.end()  # noqa: PLW2901  (the run begins behind it)
        run = text[first:behind]
        core = run.strip(_AROUND).lstrip(f"{_AROUND})")
        core = core if core.startswith("(") else run.strip(f"{_AROUND}()")
        core = _with_bar(run, _balanced(run, core))
        if _RELATION.search(core) and re.search(r"\w", core):
            offset = first + run.find(core)
            yield _Stretch(offset, offset + len(core), _with_braces(core), display=False)


def _with_braces(source: str) -> str:
    """In plain text the braces of 1{z > 0} are meant to be seen."""
    return _INDICATOR.sub(r"\\{\1\\}", source)


def _balanced(run: str, core: str) -> str:
    """The core with the closing brackets that stripping took away."""
    missing = core.count("(") - core.count(")")
    end = run.find(core) + len(core)
    while missing > 0 and run[end : end + 1] == ")":
        core, end, missing = f"{core})", end + 1, missing - 1
    return core


def _with_bar(run: str, core: str) -> str:
    """The core with the bar of |λ| that stripping took away; a table has bars on both sides."""
    start = run.find(core)
    is_cut = core.count("|") % 2 == 1 and run[:start].endswith("|")
    return f"|{core}" if is_cut and run[: start - 1].count("|") % 2 == 0 else core


def _belongs(match: str) -> bool:
    """Whether a word may stand in a formula: a symbol, a function, a short product of symbols."""
    if match[0] in f"{INLINE}`*_.;:!?":
        return False
    if not match[0].isalpha():  # a raised or lowered digit
        return True
    if match in DIFFERENTIALS:
        return True
    if not match.isascii() or match in MATH_WORDS:
        return not match.isalpha() or not match.isascii() or match in MATH_WORDS
    if match.lower() in SHORT_WORDS and len(match) > 1:
        return False
    return len(match) == 1 or (len(match) <= LONGEST_PRODUCT and not match.islower())
