r"""Markdown and LaTeX → markup that is safe to show.

A formula that cannot be set stays as its source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.formulas.tokens import Macro, Macros
from grader.reading.manuscript import DISPLAY
from grader.reading.mathspans import math_spans
from grader.reports.mathml import mathml
from grader.safe_text import printable

_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
_LATEX = re.compile(r"\\[A-Za-z|]|[A-Za-z)]\^[\w{(]")
_WRAPPED = re.compile(r"\n {2}(?=\S)")
"""Where the wording broke a long line of the student's."""


NONE: Macros = {}


def prose(text: str, known: Macros = NONE) -> Markup:
    """Text as written, with its formulas set; `known` are the student's own commands."""
    text = printable(text)
    pieces: list[Markup] = []
    behind = 0
    for span in math_spans(text):
        set_formula = mathml(
            _bare(text[span.start : span.end]), known, display=span.paint == DISPLAY
        )
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


def markdown(text: str, known: Macros = NONE) -> Markup:
    """Feedback as HTML: without raw HTML, pictures or links to elsewhere.

    `known` are the student's own commands, in what is quoted from them.
    """
    return _rendered(text, tuple(sorted(known.items())))


@lru_cache(maxsize=20_000)
def _rendered(text: str, known: tuple[tuple[str, Macro], ...]) -> Markup:
    env = {"macros": dict(known)}
    return Markup(_markdown().render(printable(text), env))  # noqa: S704 - HTML is switched off


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["image", "link", "autolink", "html_block", "html_inline"])
    dollarmath_plugin(parser, allow_labels=False, allow_digits=False)
    parser.add_render_rule("math_inline", _math_rule)
    parser.add_render_rule("math_block", _math_rule)
    parser.add_render_rule("code_inline", _code_rule)
    parser.add_render_rule("fence", _fence_rule)
    return parser


def _math_rule(
    _self: object, tokens: Sequence[Token], number: int, _options: object, env: Any
) -> str:
    source = tokens[number].content
    found = mathml(source, env["macros"], display=tokens[number].type == "math_block")
    return str(found if found is not None else escape(f"${source}$"))


def _code_rule(
    _self: object, tokens: Sequence[Token], number: int, _options: object, env: Any
) -> str:
    """What feedback quotes: a formula or a sentence with formulas is set, its source in a tip."""
    source = tokens[number].content
    found = prose(source, env["macros"])
    if "<math" not in found:
        set_whole = _LATEX.search(source) and mathml(source, env["macros"], display=False)
        found = set_whole or Markup("")
    if not found:
        return str(Markup("<code>{}</code>").format(source))
    return str(Markup('<span class="set" title="{}">{}</span>').format(source, found))


def _fence_rule(
    _self: object, tokens: Sequence[Token], number: int, _options: object, env: Any
) -> str:
    """A student's lines; where formulas can be set, the source stays at hand."""
    source = tokens[number].content
    plain = Markup("<pre><code>{}</code></pre>\n").format(source)
    is_quote = tokens[number].info.strip() == "text"
    found = prose(_WRAPPED.sub(" ", source), env["macros"]) if is_quote else escape(source)
    if "<math" not in found:
        return str(plain)
    return str(
        Markup(
            '<blockquote class="quoted">{}</blockquote>\n'
            "<details><summary>as written</summary>{}</details>\n"
        ).format(found, plain)
    )
