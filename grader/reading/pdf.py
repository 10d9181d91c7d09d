"""What a PDF says about its own making: which program wrote it, and whether its pages have text.

Its answers are never read, a person does that; this decides only whether the work is typewritten.
pypdf is told nothing it could act on, and whatever it stumbles over becomes a `Notice`.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from grader.model import Notice, SubmittedFile

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_BYTES = 40 * 2**20
"""Larger files are scans, and slow to open."""

MAX_PAGES = 40
"""Pages whose fonts are looked at; a homework has 5 to 20."""

MAX_FONTS = 200
"""Fonts looked at on one page."""

MOSTLY = 0.5
"""A document is a scan when more than this share of its pages has pictures and no fonts."""

_HANDWRITING = re.compile(
    r"goodnotes|notability|camscanner|adobe scan|scanner|\bscan(?:ned|s)?\b|lens\b|onenote"
    r"|remarkable|samsung notes|notes\b|nebo|epson|canon|xerox|ricoh|brother|konica|kyocera"
    r"|lexmark|vflat|xodo|image2pdf|img2pdf|jpe?g|imagemagick|iphone|ipad|\bphotos?\b|collanote"
    r"|noteful|flexcil",
    re.IGNORECASE,
)
_WORD_PROCESSOR = re.compile(
    r"microsoft\W{0,3}(?:office )?word|word for|\bword\b|google docs|libreoffice|openoffice"
    r"|\bwriter\b|\bpages\b|\bwps\b|onlyoffice|powerpoint|pdfmaker",
    re.IGNORECASE,
)
_TYPESETTER = re.compile(
    r"(?:pdf|xe|lua|luahb)la?tex|xdvipdfmx|dvipdfm|dvips|\b(?:la)?tex\b|miktex|overleaf|\blyx\b|texmacs"
    r"|typst|pandoc|context mk|mathjax|katex",
    re.IGNORECASE,
)
_MATH_FONT = re.compile(
    r"(?:^|\+)(?:CM(?:R|MI|SY|EX|BX|TI)\d|LMRoman|LMMath|LatinModern|NewCM|SFRM\d|KaTeX|MJX|MathJax"
    r"|MSBM\d|XITSMath|TeXGyre|STIXTwoMath|STIXSize)",
    re.IGNORECASE,
)


class Sheet(NamedTuple):
    """A document that only a person can read.

    Attributes:
        path: the file.
        made_by: the program that wrote it, for people; empty when unknown.
        typeset: whether that is a mathematical formatting program.
        because: how that is known.
        notice: why it could not be opened, if so.
    """

    path: str
    made_by: str
    typeset: Literal["yes", "no", "unsure"]
    because: str
    notice: Notice | None = None


class _Facts(NamedTuple):
    """What pypdf found."""

    made_by: str
    fonts: frozenset[str]
    pages: int
    pages_without_fonts: int


def inspect(file: SubmittedFile) -> Sheet:
    """Look at a PDF without reading it."""
    trouble = _obstacle(file)
    if trouble is None:
        try:
            return _judged(file.path, _facts(file.content))
        except _LockedError:
            trouble = "it asks for a password"
        except Exception:
            trouble = "it is damaged"
    message = (
        f"{file.path} cannot be opened: {trouble}. Hand in the file again; a TA looks at this one."
    )
    notice = Notice(code="pdf-unreadable", message=message, blocks=True)
    return Sheet(file.path, "", "unsure", f"{file.path} cannot be opened: {trouble}", notice)


class _LockedError(Exception):
    """The document is encrypted with a password."""


def _obstacle(file: SubmittedFile) -> str | None:
    if not file.content:
        return "it is empty"
    if b"%PDF-" not in file.content[:1024]:
        return "it is no PDF although its name says so"
    if len(file.content) > MAX_BYTES:
        return f"it has more than {MAX_BYTES // 2**20} MB"
    return None


def _facts(content: bytes) -> _Facts:
    from pypdf import PdfReader  # noqa: PLC0415 - takes a third of a second

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _LockedError
    about: dict[str, Any] = dict(reader.metadata or {})
    made_by = " / ".join(
        str(about[key])[:100] for key in ("/Creator", "/Producer") if about.get(key)
    )
    pages = [frozenset(_fonts(page.get("/Resources"))) for page in _pages(reader)]
    return _Facts(
        made_by=made_by,
        fonts=frozenset().union(*pages),
        pages=len(pages),
        pages_without_fonts=sum(not fonts for fonts in pages),
    )


def _pages(reader: PdfReader) -> Iterator[Any]:
    for number in range(min(len(reader.pages), MAX_PAGES)):
        yield reader.pages[number]


def _fonts(resources: Any, *, nested: bool = False) -> Iterator[str]:
    """Names of the fonts of a page, and of the drawings that it is composed of."""
    resources = _resolved(resources)
    for font in list(_resolved(resources.get("/Font")).values())[:MAX_FONTS]:
        yield str(_resolved(font).get("/BaseFont", "/Type3"))[1:]
    if not nested:
        for drawing in list(_resolved(resources.get("/XObject")).values())[:MAX_FONTS]:
            yield from _fonts(_resolved(drawing).get("/Resources"), nested=True)


def _resolved(thing: Any) -> dict[str, Any]:
    """The dictionary behind a reference, or an empty one."""
    thing = thing.get_object() if hasattr(thing, "get_object") else thing
    return thing if isinstance(thing, dict) else {}


def _judged(path: str, facts: _Facts) -> Sheet:
    name = facts.made_by or "an unknown program"
    if facts.pages and facts.pages_without_fonts > MOSTLY * facts.pages:
        return Sheet(path, name, "no", f"the pages of {path} are pictures without text")
    verdict: Literal["yes", "no", "unsure"] = "unsure"
    if _TYPESETTER.search(name):
        verdict = "yes"
    elif _HANDWRITING.search(name) or _WORD_PROCESSOR.search(name):
        verdict = "no"
    elif any(_MATH_FONT.search(font) for font in facts.fonts):
        return Sheet(path, name, "yes", f"{path} has the fonts of typeset mathematics")
    return Sheet(path, name, verdict, f"{path} was written by {name}")
