"""Markup and formulas become plain words: one name for one thing, however it is typeset."""

import pytest

from grader.claims.numbers import value_of, with_values
from grader.claims.plain import plain

SAME_NAME = {
    "w1": ["$W_1$", "$W_{1}$", r"$\mathbf{W}_1$", r"$\mathbf W_1$", "$W^{(1)}$", "$W^{[1]}$", "W₁",
           "`W1`", "**W1**", "$W_{1,k}$", r"\(W_1\)"],
    "b2": ["$b_2$", r"$\boldsymbol{b}_2$", "b₂", "$b^{(2)}$", "*b2*"],
    "gradient x": [r"$\frac{\partial L}{\partial x}$", r"$\partial \mathcal{L}/\partial x$",
                   "∂L/∂x", "dL/dx", r"$\nabla_x L$", r"$\nabla_{x}\mathcal{L}$",
                   r"$\tfrac{\partial\mathcal L}{\partial x}$", "dL_dx"],
    "gradient w1": [r"$\frac{\partial \mathcal{L}}{\partial W_1}$", "∂L/∂W₁", "dL/dW1",
                    r"$\nabla_{W_1} L$"],
    "derivative x": [r"$\partial \hat y/\partial x$", r"$\frac{\partial\hat{y}}{\partial x}$"],
    "xtx": ["$X^TX$", r"$X^\top X$", r"$\mathbf X^\top\mathbf X$", r"$\mathbf{X}^\top\mathbf{X}$",
            "XᵀX", "X'X", r"$X^{\top}X$", r"$X^{T} X$"],
    "xxt": ["$XX^T$", r"$X X^\top$", "XXᵀ"],
    "iminusa": ["$I - A$", "$I-A$", r"$\mathbf{I}-\mathbf{A}$", "$I_d - A$"],
    "λ > #1": [r"$\lambda > 1$", "λ>1", r"$\lambda\gt1$"],
    "expectation [ w_t ]": [r"$\mathbb{E}[w_t]$", "E[w_t]", r"$\mathbb E[w_t]$"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"), [(w, name) for name, ways in SAME_NAME.items() for w in ways]
)
def test_one_thing_has_one_name(written, name):
    assert plain(written) == name


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("It doesn't help, it can't.", "it does not help , it can not."),
        ("**Closed form:** yes - it's quadratic", "closed form : yes — it is quadratic"),
        ("a non-singular matrix", "a nonsingular matrix"),
        ("closed-form", "closed form"),
        (r"$(X^TX)^{-1}$ exists", "( xtx ) tominusone exists"),
        (r"\emph{Only} \textbf{the} input", "only the input"),
        ("<b>never</b> vanishes", "never vanishes"),
        ("w.r.t. the input, i.e. x", "with respect to the input , i.e. x"),
    ],
)
def test_prose_stays_prose(written, words):
    assert plain(written) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [("10.47", 10.47), ("(4π)/(3)+2π", 10.471976), ("10π/3", 10.471976), ("2π + 4π/3", 10.471976),
     ("-1/2", -0.5), ("2π", 6.283185)],
)  # fmt: skip
def test_numbers_are_computed(text, value):
    assert value_of(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "k", "2πk", "1/0", "((((", "1+" * 40, "4π/", ")3("])
def test_what_is_no_number_is_none(text):
    assert value_of(text) is None


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("converges to 10.47", "@10.47"),
        ("a minimum at x ≈ 10.5", "@10.5"),
        ("converges to the local minimum x = 4π/3 + 2π", "@10.472"),
        ("with f(x) = 4.37", "#4.37"),
        ("cos x = -0.5", "#-0.5"),
        ("from x0 = 10 it moves", "#10"),
        ("the value 3.2", "#3.2"),
    ],
)
def test_a_number_is_a_place_only_where_it_says_where(text, marked):
    assert marked in with_values(text)


def test_long_and_broken_input_ends_quickly():
    for text in (
        "{" * 5000,
        r"\frac{" * 2000,
        "$" * 4000,
        "(" * 5000,
        r"\left(" * 2000,
        "W_" * 3000,
    ):
        assert isinstance(plain(text), str)
