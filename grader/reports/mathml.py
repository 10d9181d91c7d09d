r"""A student's LaTeX formula → MathML, which browsers show without any script or font of ours.

What the converter does not know is not shown half: the caller then shows the source. Its output is
rebuilt from a list of harmless elements and attributes, since LaTeX has commands such as ``\href``.
"""

from __future__ import annotations

import functools
import html
import re
from typing import Final
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from grader.formulas.errors import Unreadable
from grader.formulas.macros import macros
from grader.formulas.tokens import Macros, called
from grader.model import Answers

MAX_FORMULA = 4_000
"""Characters; the longest derivations in one environment have some 1,500."""

MAX_EXPANSIONS = 300
"""Macros that one formula may call; a macro that calls itself ends here."""

_ELEMENTS: Final = frozenset(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover"
    " mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none".split()
)
_ATTRIBUTES: Final = frozenset(
    "display displaystyle scriptlevel stretchy fence form separator accent accentunder mathvariant"
    " columnalign movablelimits symmetric largeop linethickness notation minsize maxsize".split()
)
_WIDTH: Final = re.compile(r"-?\d?(\.\d+)?em")
_HARMLESS: Final = re.compile(r"[\w. -]{1,40}")

_DROPPED: Final = re.compile(
    r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag|displaystyle|allowbreak|qedhere)(?![A-Za-z])"
    r"|\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}"
)
_ENVIRONMENT: Final = re.compile(r"\\(begin|end)\{(\w+)\*?\}")
_KNOWN_AS: Final = {
    **dict.fromkeys(("align", "aligned", "alignat", "split", "flalign", "eqnarray"), "align*"),
    **dict.fromkeys(("gather", "gathered", "multline", "multlined"), "gather*"),
}
"""Environments that the converter knows under another name."""

_SPELLED: Final = (
    (re.compile(r"\\operatorname\*"), r"\\operatorname"),
    (re.compile(r"\\(?:mathds|mathbbm)(?![A-Za-z])"), r"\\mathbb"),
    (re.compile(r"\\(?:bigm|bigl|bigr)(?![A-Za-z])"), r"\\big"),
    (re.compile(r"\\(?:Bigm|Bigl|Bigr)(?![A-Za-z])"), r"\\Big"),
    (re.compile(r"\\grad(?![A-Za-z])"), r"\\nabla "),
    (re.compile(r"\\middle(?![A-Za-z])"), ""),
    (re.compile(r"\\mathbb\s*\{?1\}?"), "𝟙"),
)
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")
_UNKNOWN: Final = re.compile(r"\\[A-Za-z]")


def macros_of(answers: Answers) -> Macros:
    """The student's own commands, from all that they wrote."""
    passages = [*answers.unplaced, *(p for one in answers.written.values() for p in one.passages)]
    return macros("\n".join(passage.text for passage in passages))


def mathml(source: str, macros: Macros, *, display: bool) -> Markup | None:
    """The formula as MathML, or None if it cannot be shown faithfully."""
    if len(source) > MAX_FORMULA:
        return None
    known = {name: macro for name, macro in macros.items() if f"\\{name}" in source}
    written = _spelled(expanded(source, known) if known else source)
    return _converted(written, "block" if display else "inline")


@functools.lru_cache(2_000)
def _converted(source: str, display: str) -> Markup | None:
    if not source.strip() or len(source) > MAX_FORMULA * 2:
        return None
    try:
        built = _harmless(convert_to_element(source, display=display))
    except Exception:  # a library's, of whatever kind, on whatever a student wrote
        return None
    if built is None or any(_UNKNOWN.search(node.text or "") for node in built.iter()):
        return None
    return Markup(ElementTree.tostring(built, encoding="unicode"))  # noqa: S704 - built above


def _harmless(node: ElementTree.Element) -> ElementTree.Element | None:
    """The same tree of listed elements and attributes only; None for any other element."""
    if node.tag not in _ELEMENTS:
        return None
    kept = {name: value for name, value in node.attrib.items() if _is_harmless(name, value)}
    copy = ElementTree.Element(node.tag, kept)
    copy.text = html.unescape(node.text) if node.text else None
    for child in node:
        inner = _harmless(child)
        if inner is None:
            return None
        copy.append(inner)
    if copy.tag == "mi" and copy.text in ("&", "#"):
        return None  # a column or an argument that was not understood
    return copy


def _is_harmless(name: str, value: str) -> bool:
    if name == "width":
        return _WIDTH.fullmatch(value) is not None
    return name in _ATTRIBUTES and _HARMLESS.fullmatch(value) is not None


def _spelled(source: str) -> str:
    """In the words of the converter."""
    source = _DROPPED.sub("", source)
    source = _ENVIRONMENT.sub(
        lambda m: f"\\{m[1]}{{{_KNOWN_AS[m[2]]}}}" if m[2] in _KNOWN_AS else m[0], source
    )
    for pattern, known in _SPELLED:
        source = pattern.sub(known, source)
    return source


def expanded(source: str, macros: Macros) -> str:
    """`source` with the student's own commands written out; unchanged where that does not end."""
    text, position = source, 0
    for _ in range(MAX_EXPANSIONS):
        match = _COMMAND.search(text, position)
        if match is None:
            return text
        if match[1] not in macros:
            position = match.end()
            continue
        try:
            body, end = called(macros[match[1]], text, match.end())
        except Unreadable:
            return source
        body = body if body.lstrip().startswith(("^", "_")) else f"{{{body}}}"
        text, position = f"{text[: match.start()]}{body}{text[end:]}", match.start()
        if len(text) > 2 * MAX_FORMULA:
            break
    return source
