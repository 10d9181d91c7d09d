"""Formulas are set, and nothing that a student types becomes anything else but text."""

import re
from xml.etree import ElementTree

import pytest

from grader.formulas.tokens import Macro
from grader.reports.mathml import mathml
from grader.reports.page.typesetting import markdown, prose

HOSTILE = [
    r"\href{javascript:alert(1)}{x}",
    r"\style{background:url(http://example.com)}{x}",
    r"\class{tiles}{x}",
    r"\text{<script>alert(1)</script>}",
    r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
    r"\mathrm{</math><img src=x onerror=alert(1)>}",
    r"\operatorname{<svg/onload=alert(1)>}",
    r"\begin{array}{<b>}a\end{array}",
    r"\hspace{99999px}x\rule{99999cm}{99999cm}",
    r"\color{red;position:fixed}{x}",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_formula_is_made_of_known_elements_only(source):
    for markup in (
        mathml(source, {}, display=True),
        prose(f"a ${source}$ b"),
        markdown(f"`{source}`"),
    ):
        if markup is None:
            continue
        tags = set(re.findall(r"<\s*/?\s*([\w!]+)", markup))
        assert tags <= {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mtable", "mtr", "mtd",
                        "mstyle", "code", "p", "span"}  # fmt: skip
        attributes = re.findall(
            r"<[^>]*?\s(href|style|class|on\w+|width|height|mathcolor)=", markup
        )
        assert set(attributes) <= {"class"} and 'tiles"' not in markup


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{2}{n}X^T(Xw-y)",
        r"\begin{aligned}a&=b\\c&=d\end{aligned}",
        r"\begin{cases}1&a\\2&b\end{cases}",
        r"\|Xw-y\|_2^2+\lambda\|w\|_2^2",
        r"\mathbb{E}[w_t]\in\mathbb{R}^d, \hat y<1",
        r"\underbrace{\left(I-\frac{2\eta}{n}X^TX\right)}_{A}",
        r"\begin{pmatrix}1&0\\0&2\end{pmatrix}\nonumber",
    ],
)
def test_the_homework_can_be_set(source):
    markup = mathml(source, {}, display=True)
    shown = "".join(ElementTree.fromstring(markup).itertext())
    assert shown and not set(shown) & set("\\&}$#")


@pytest.mark.parametrize(
    "source", ["", r"\frac{", r"\myown{x}", "x^x^x", "x" * 5000, "{" * 700, "^"]
)
def test_what_cannot_be_set_stays_source(source):
    assert mathml(source, {}, display=False) is None
    assert prose(f"so ${source}$.").startswith(f"so ${source}"[:40])


def test_what_is_quoted_is_set_with_the_students_own_commands():
    known = {"vw": Macro(0, r"\vec{w}")}
    for text in (r"You wrote `\vw_\infty=A`.", "```text\nso $\\vw = 1$\n```", r"so $\vw$"):
        assert "vw" not in text_of_formulas(markdown(text, known))
        assert "vw" in markdown(text)


def text_of_formulas(markup):
    return "".join(re.findall(r"<math.*?</math>", markup)) or "vw"


def test_prose_is_escaped_around_its_formulas():
    assert prose("<b> & $x$\u202e").startswith("&lt;b&gt; &amp; <math")
    assert "\\u202e" in prose("\u202e")


def test_feedback_is_markdown_without_html_pictures_and_links():
    markup = markdown(
        "**2 points** <script>alert(1)</script>\n\n![x](http://example.com/x.png) "
        "[y](http://example.com) <http://example.com>\n\n<div onclick=x>"
    )
    assert "<strong>2 points</strong>" in markup
    assert set(re.findall(r"<(\w+)", markup)) == {"p", "strong"}


def test_quoted_lines_are_set_and_their_source_stays_at_hand():
    markup = markdown("Your answer:\n\n```text\nSo $\\lambda>1$ </pre><script>\n```")
    assert "<math" in markup and "<summary>as written</summary>" in markup
    assert "So $\\lambda&gt;1$ &lt;/pre&gt;&lt;script&gt;" in markup
    assert "<script" not in markup


def test_other_fences_and_code_stay_as_they_are():
    assert markdown("```\n$x$ <b>\n```") == "<pre><code>$x$ &lt;b&gt;\n</code></pre>\n"
    assert markdown("`manual W1`") == "<p><code>manual W1</code></p>\n"
    assert "<math" in markdown("`2X^T(Xw-y)`") and "<math" not in markdown("`dW_1 ** 2 ^ a_b`")
    assert markdown("`[2.0, -2.8]`") == "<p><code>[2.0, -2.8]</code></p>\n"


def test_a_quoted_formula_is_set_with_its_source_in_a_tip():
    markup = markdown(r"You wrote `\frac1n \|x\|`.")
    assert 'title="\\frac1n \\|x\\|"' in markup and "<mfrac>" in markup
