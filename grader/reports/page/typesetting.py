r"""Markdown and LaTeX → markup that is safe to show.

The library for formulas copies `\href`, `\style` and raw angle brackets from LaTeX into its MathML;
so only its tree is used, and what is not on the list here is not shown. A formula that cannot be
set stays as its source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.reading.manuscript import DISPLAY
from grader.reading.mathspans import math_spans
from grader.safe_text import printable

MAX_FORMULA = 1_500
"""Characters; longer ones are shown as their source."""

MAX_ELEMENTS = 3_000
"""Of one formula."""

_ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom msub msup "
    "msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd menclose".split()
)
_ATTRIBUTES = frozenset(
    "display stretchy fence form accent accentunder mathvariant displaystyle scriptlevel largeop "
    "movablelimits columnalign rowspacing columnspacing linebreak notation symmetric".split()
)
_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
_PLAIN_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{(?:equation|displaymath|math|dmath)\*?\}|\\(?:nonumber|notag|qedhere)\b"
    r"|\\(?:label|tag)\{[^}]*\}"
)
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|alignat\*?|eqnarray\*?|flalign\*?)\}")

_LATEX = re.compile(r"\\[A-Za-z|]")
_WRAPPED = re.compile(r"\n {2}(?=\S)")
"""Where the wording broke a long line of the student's."""


@lru_cache(maxsize=20_000)
def formula(source: str, *, display: bool) -> Markup | None:
    """MathML of a formula; None where it cannot be set.

    Args:
        source: LaTeX without delimiters.
        display: whether it stands on its own.
    """
    source = _ALIGNED.sub(r"\\\1{align*}", _PLAIN_ENVIRONMENT.sub("", printable(source))).strip()
    if not source or len(source) > MAX_FORMULA:
        return None
    try:
        tree = convert_to_element(source, display="block" if display else "inline")
        return Markup("".join(_serialised(tree, [MAX_ELEMENTS])))  # noqa: S704 - made of our list
    except Exception:  # the library fails in many ways on what is no LaTeX, RecursionError included
        return None


class _NotShownError(Exception):
    """The formula has something that has no place on the page."""


def _serialised(element: Element, left: list[int]) -> Iterator[str]:
    """The element and all in it, anew; `left` counts how many more there may be."""
    left[0] -= 1
    text = html.unescape(element.text or "")
    if element.tag not in _ELEMENTS or "\\" in text or left[0] < 0:
        raise _NotShownError
    kept = (
        f' {name}="{escape(value)}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and len(value) < 40
    )
    yield f"<{element.tag}{''.join(kept)}>{escape(text)}"
    for child in element:
        yield from _serialised(child, left)
    yield f"</{element.tag}>"


def prose(text: str) -> Markup:
    """Text as written, with its formulas set."""
    text = printable(text)
    pieces: list[Markup] = []
    behind = 0
    for span in math_spans(text):
        set_formula = formula(_bare(text[span.start : span.end]), display=span.paint == DISPLAY)
        if set_formula is not None:
            pieces += [escape(text[behind : span.start]), set_formula]
            behind = span.end
    return Markup("").join([*pieces, escape(text[behind:])])


def _bare(text: str) -> str:
    for opener, closer in _DELIMITERS:
        if text.startswith(opener):
            return text[len(opener) : -len(closer)]
    return text


# ---------------------------------------------------------------- Markdown


@lru_cache(maxsize=20_000)
def markdown(text: str) -> Markup:
    """Feedback as HTML: without raw HTML, pictures or links to elsewhere."""
    return Markup(_markdown().render(printable(text)))  # noqa: S704 - HTML is switched off


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["image", "link", "autolink", "html_block", "html_inline"])
    dollarmath_plugin(parser, allow_labels=False, allow_digits=False, renderer=_dollar_formula)
    parser.add_render_rule("math_inline", _math_rule)
    parser.add_render_rule("math_block", _math_rule)
    parser.add_render_rule("code_inline", _code_rule)
    parser.add_render_rule("fence", _fence_rule)
    return parser


def _dollar_formula(source: str, options: dict[str, Any]) -> str:
    display = bool(options.get("display_mode"))
    found = formula(source, display=display)
    return str(found if found is not None else escape(f"${source}$"))


def _math_rule(
    _self: object, tokens: Sequence[Token], number: int, _options: object, _env: object
) -> str:
    display = tokens[number].type == "math_block"
    return _dollar_formula(tokens[number].content, {"display_mode": display})


def _code_rule(
    _self: object, tokens: Sequence[Token], number: int, _options: object, _env: object
) -> str:
    """What feedback quotes: a formula or a sentence with formulas is set, its source in a tip."""
    source = tokens[number].content
    found = prose(source)
    if "<math" not in found:
        found = (_LATEX.search(source) and formula(source, display=False)) or Markup("")
    if not found:
        return str(Markup("<code>{}</code>").format(source))
    return str(Markup('<span class="set" title="{}">{}</span>').format(source, found))


def _fence_rule(
    _self: object, tokens: Sequence[Token], number: int, _options: object, _env: object
) -> str:
    """A student's lines; where formulas can be set, the source stays at hand."""
    source = tokens[number].content
    plain = Markup("<pre><code>{}</code></pre>\n").format(source)
    is_quote = tokens[number].info.strip() == "text"
    found = prose(_WRAPPED.sub(" ", source)) if is_quote else escape(source)
    if "<math" not in found:
        return str(plain)
    return str(
        Markup(
            '<blockquote class="quoted">{}</blockquote>\n'
            "<details><summary>as written</summary>{}</details>\n"
        ).format(found, plain)
    )
