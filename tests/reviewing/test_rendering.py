"""Student text becomes words and formulas, and never markup of its own."""

import re

import pytest
from markupsafe import Markup

from grader.formulas.macros import macros
from grader.model import Passage
from grader.reports.mathml import MAX_FORMULA, expanded, mathml
from grader.reviewing.rendering import latex, markdown, rendered

TAGS = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
ALLOWED = set(
    "p br b i u code pre div ul ol li em strong table thead tbody tr th td blockquote hr span h1"
    " h2 h3 math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover"
    " munderover mtable mtr mtd mstyle mpadded mphantom menclose".split()
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![x](https://example.org/x.png) <https://example.org>",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{&lt;script&gt;}$",
    r"$x\color{red;background:url(x)}$",
    r"$\style{position:fixed}{x} \class{bar}{y} \id{points}{z}$",
    r"$\hspace{99999px}$ $\rule{1000em}{1000em}$",
    r"\textbf{<b onclick=alert(1)>}",
    r"\begin{lstlisting}</pre><script>alert(1)</script>\end{lstlisting}",
    r"\begin{evil}<script>\end{evil}\item[<script>]",
    "```\n</code></pre><script>\n```",
    "<!-- --><svg onload=alert(1)>",
    "| <script> |\n|---|\n| $<script>$ |",
    "$$\n<script>\n$$ (<script>)",
    "\\begin{align}<script>\\end{align}",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("look", [markdown, lambda text: latex(text, {})])
def test_nothing_hostile_becomes_markup(look, text):
    shown = look(text)
    assert isinstance(shown, Markup)
    for _, tag, attributes in TAGS.findall(str(shown)):
        assert tag in ALLOWED
        assert not re.search(r"\b(on\w+|href|src|style|id)\s*=", attributes)
    rest = TAGS.sub("", str(shown))
    assert "<" not in rest


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{2}{n}X^\top(Xw-y)",
        r"\left(\sum_{k<t} A^k\right) b",
        r"\begin{aligned}a&=b\\c&=d\end{aligned}",
        r"\begin{bmatrix}1&0\\0&1\end{bmatrix}",
        r"\lambda_{\max}(X^\top X) \le \lVert x \rVert",
        r"\mathbb{1}\{z>0\} \odot \bm{w}",
        r"a = b \nonumber \label{eq:x}",
    ],
)
def test_formulas_of_the_homework_are_shown(source):
    shown = mathml(source, {}, display=True)
    assert shown is not None
    assert shown.startswith("<math") and "\\" not in shown


@pytest.mark.parametrize("source", [r"\unknowncommand x", r"\frac{1", "a & b", "", "x" * 9000])
def test_what_is_not_understood_is_no_formula(source):
    shown = mathml(source, {}, display=False)
    assert shown is None or source == r"\frac{1"  # the converter mends that one


def test_what_cannot_be_shown_is_shown_as_source():
    assert r'<code class="source">\unknowncommand x</code>' in markdown(r"so $\unknowncommand x$.")


def test_a_students_own_commands_are_written_out():
    own = macros(r"\newcommand{\loss}[1]{\mathcal{L}(#1)} \newcommand{\T}{^\top}")
    assert expanded(r"\loss{w} X\T", own) == r"{\mathcal{L}(w)} X^\top"
    assert mathml(r"\loss{w} X\T", own, display=False) is not None


def test_a_command_that_calls_itself_ends():
    own = macros(r"\newcommand{\x}{\x\x}")
    assert expanded(r"\x", own) == r"\x"
    assert mathml(r"\x" * (MAX_FORMULA // 2), own, display=False) is None


def test_latex_keeps_words_lists_and_listings():
    text = r"""So \textbf{clear} it is, 5\% of $x$. % a remark
\begin{itemize}
\item one
\item[(b)] two
\end{itemize}
\begin{verbatim}
a < b
\end{verbatim}
\[ x^2 \]"""
    shown = str(latex(text, {}))
    assert "<b>clear</b>" in shown and "5%" in shown and "remark" not in shown
    assert "<br>• one" in shown and "<br>(b)  two" in shown
    assert "<pre>a &lt; b</pre>" in shown
    assert shown.count("<math") == 2 and 'display="block"' in shown


def test_the_file_decides_how_it_is_shown():
    assert "<h1>" in rendered(Passage("a.md", 1, "# x"), {})
    assert "<h1>" not in rendered(Passage("a.tex", 1, "# x"), {})


def test_huge_text_is_shown_as_it_is():
    assert str(rendered(Passage("a.md", 1, "$x$ " * 20_000), {})).startswith("<pre>")
