"""Which answers one decision may settle, and which only look the same."""

import pytest

from grader.reviewing.alike import normalised

ALIKE = [
    (r"$X^\top  (Xw - y)$", r"$X^{\top}(Xw-y)$"),
    (r"\[ \left( A w \right) \]", r"$$(Aw)$$"),
    (r"\(x\)", "$x$"),
    (r"$\mathbf{w}_t$", "$w_t$"),
    (r"$\bm w\,b$", "$wb$"),
    (r"$\bigl(x\bigr)\quad y$", "$(x)y$"),
    (r"$\frac{1}{2}$", r"$\frac12$"),
    ("so  it\nholds", "so it holds"),
    ("so~it holds", "so it holds"),
    (r"\begin{align}a &= b\end{align}", r"\begin{align}a&=b\end{align}"),
]

DIFFERENT = [
    ("$x+y$", "$y+x$"),
    ("$[0,1)$", "$(0,1)$"),
    ("$x^{12}$", "$x^12$"),
    ("$(a+b)c$", "$a+bc$"),
    (r"$\lambda w$", r"$\lambdaw$"),
    (r"$\mathbf{x} - x$", r"$x - \mathbf{x}$"),
    (r"$\mathbf{xy}$", "$xy$"),
    ("not able", "notable"),
    ("it holds.", "it holds"),
    (r"\$a b\$", r"\$ab\$"),
    ("$\\lambda < 1$", "$\\lambda \\le 1$"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_looks_do_not_part_answers(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_may_mean_something_parts_them(one, other):
    assert normalised(one) != normalised(other)


def test_it_stays_the_same_when_repeated():
    for pair in (*ALIKE, *DIFFERENT):
        for text in pair:
            assert normalised(normalised(text)) == normalised(text)
