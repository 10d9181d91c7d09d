"""What a student wrote → HTML that shows it: formulas as MathML, words as words, code as code.

Student text is hostile until proven otherwise: nothing in it becomes markup except what is listed
here, there are no links and no pictures, and what cannot be shown is shown as its source.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.formulas.tokens import Macros
from grader.model import Passage
from grader.reports.mathml import mathml
from grader.safe_text import printable

MAX_RENDERED = 30_000
"""Characters of one passage; more is shown as source."""

_MATH_ENVIRONMENTS: Final = (
    "equation|align|gather|multline|eqnarray|displaymath|math|flalign|alignat"
)

_PIECE: Final = re.compile(
    r"(?P<comment>(?<!\\)%[^\n]*)"
    r"|\\begin\{(?P<listing>verbatim|lstlisting|minted)\}(?P<code>.*?)\\end\{(?P=listing)\}"
    rf"|(?P<environment>\\begin\{{(?P<name>(?:{_MATH_ENVIRONMENTS})\*?)\}}.*?\\end\{{(?P=name)\}})"
    r"|\$\$(?P<dollars>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]"
    r"|(?<!\\)\$(?P<dollar>(?:\\.|[^$\\])+)\$|\\\((?P<paren>.+?)\\\)",
    re.DOTALL,
)
"""What of a LaTeX text is not words."""

_WORDS: Final = re.compile(
    r"\\(?P<style>textbf|textit|emph|underline|texttt|textrm|textsf|text|section|subsection"
    r"|subsubsection|paragraph|mbox)\*?\s*\{(?P<inner>[^{}]*)\}"
    r"|\\item\b\s*(?:\[(?P<label>[^\]]*)\])?"
    r"|\\(?:begin|end)\{(?P<block>\w+)\*?\}(?:\[[^\]]*\])?"
    r"|(?P<silent>\\(?:noindent|smallskip|medskip|bigskip|newpage|clearpage|par|centering|hfill|qed"
    r"|maketitle|label\{[^{}]*\}|vspace\*?\{[^{}]*\}|hspace\*?\{[^{}]*\})(?![A-Za-z]))"
    r"|(?P<newline>\\\\(?:\[[^\]]*\])?)|\\(?P<sign>[%&_#${} ,])|(?P<tie>~)"
)

_BOLD: Final = Markup("<b>{}</b>")
_SLANTED: Final = Markup("<i>{}</i>")
_STYLES: Final = {
    **dict.fromkeys(("textbf", "section", "subsection", "subsubsection", "paragraph"), _BOLD),
    **dict.fromkeys(("textit", "emph"), _SLANTED),
    "underline": Markup("<u>{}</u>"),
    "texttt": Markup("<code>{}</code>"),
}
_AS_SOURCE: Final = {
    True: Markup('<pre class="source">{}</pre>'),
    False: Markup('<code class="source">{}</code>'),
}
"""A formula that cannot be shown, on its own line or not."""

_SHOWN_BLOCKS: Final = frozenset(
    "itemize enumerate description proof center flushleft solution answer quote tcolorbox".split()
)
"""Environments that only arrange their content; others are shown as source."""


def rendered(passage: Passage, known: Macros) -> Markup:
    """One passage in the way of its file: LaTeX, or Markdown for everything else."""
    text = printable(passage.text)
    if len(text) > MAX_RENDERED:
        return Markup("<pre>{}</pre>").format(text)
    if PurePosixPath(passage.file).suffix.lower() in (".tex", ".ltx", ".lyx", ".rnw"):
        return latex(text, known)
    return markdown(text, known)


def formula(source: str, known: Macros, *, display: bool) -> Markup:
    """A formula, or its source where it cannot be shown."""
    shown = mathml(source, known, display=display)
    if shown is None:
        return _AS_SOURCE[display].format(source.strip())
    return Markup('<div class="formula">{}</div>').format(shown) if display else shown


# ---------------------------------------------------------------- Markdown


def markdown(text: str, known: Macros | None = None) -> Markup:
    """Markdown with formulas; raw HTML, links and pictures stay text."""
    text = re.sub(r"\\\((.+?)\\\)", r"$\1$", text)
    text = re.sub(r"\\\[(.+?)\\\]", r"\n$$\1$$\n", text, flags=re.DOTALL)
    return Markup(_parser().render(text, {"macros": known or {}}))  # noqa: S704 - escapes all text


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, double_inline=True).use(amsmath_plugin)
    parser.disable(["image", "link", "autolink", "reference", "html_inline", "html_block"])
    for rule, display in (
        ("math_inline", False), ("math_inline_double", True), ("math_block", True),
        ("math_block_label", True), ("amsmath", True),
    ):  # fmt: skip
        parser.add_render_rule(rule, _formula_rule(display=display))
    return parser


def _formula_rule(*, display: bool) -> Callable[..., str]:
    def rule(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
        return str(formula(tokens[index].content, env.get("macros", {}), display=display))

    return rule


# ---------------------------------------------------------------- LaTeX


def latex(text: str, known: Macros) -> Markup:
    """LaTeX as far as homework needs it; any other command stays as it is written."""
    return Markup("").join(_pieces(text, known))


def _pieces(text: str, known: Macros) -> Iterator[Markup]:
    position = 0
    for match in _PIECE.finditer(text):
        yield _words(text[position : match.start()])
        yield _piece(match, known)
        position = match.end()
    yield _words(text[position:])


def _piece(match: re.Match[str], known: Macros) -> Markup:
    if match["comment"] is not None:
        return Markup("")
    if match["listing"] is not None:
        return Markup("<pre>{}</pre>").format(match["code"].strip("\n"))
    for name in ("environment", "dollars", "bracket"):
        if match[name] is not None:
            return formula(match[name], known, display=True)
    return formula(match["dollar"] or match["paren"], known, display=False)


def _words(text: str) -> Markup:
    """Words between formulas, paragraph by paragraph."""
    shown: list[Markup] = []
    position = 0
    for match in _WORDS.finditer(text):
        shown += [_plain(text[position : match.start()]), _word(match)]
        position = match.end()
    shown.append(_plain(text[position:]))
    return Markup("").join(shown)


def _plain(text: str) -> Markup:
    return Markup(re.sub(r"\n\s*\n", "<br><br>", str(escape(text))))  # noqa: S704 - just escaped


def _word(match: re.Match[str]) -> Markup:
    if match["style"]:
        return _STYLES.get(match["style"], Markup("{}")).format(_words(match["inner"]))
    if match["block"]:
        return Markup("<br>") if match["block"] in _SHOWN_BLOCKS else escape(match[0])
    if match["silent"]:
        return Markup("")
    if match["newline"]:
        return Markup("<br>")
    if match["sign"] or match["tie"]:
        return escape(match["sign"] or "\u00a0")
    label = match["label"]
    return Markup("<br>") + _plain(label if label is not None else "•") + Markup(" ")
