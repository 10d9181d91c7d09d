"""What the text of a program shows by its syntax, and what comments and look-alikes do not."""

import textwrap

import pytest

from grader.evidence.code.source import Source


def source(text):
    return Source(textwrap.dedent(text).lstrip("\n"))


DIFFERENTIATING = {
    "a call": ("g = jacrev(f)(x)\n", {1}),
    "through its module": ("a = 1\ng = torch.func.jacfwd(f, argnums=0)(x)\n", {2}),
    "the function that was made": ("jac = jacfwd(f)\na = 1\ng = jac(x)\n", {1, 3}),
    "several lines": ("g = vjp(\n    f,\n    x,\n)\n", {1, 2, 3, 4}),
    "only in a comment": ("g = e * x  # jacobian of f\n", set()),
    "only in a string": ("print('hessian')\n", set()),
    "a function of their own": ("def jacobian(z):\n    return z > 0\ng = jacobian(z)\n", set()),
    "a name that sounds alike": ("g = relu_jvp(z)\n", set()),
    "a block around it": ("if True:\n    a = 1\n    g = jvp(f, x, v)\n", {3}),
    "no Python": ("def (:\n", set()),
}


@pytest.mark.parametrize("case", DIFFERENTIATING)
def test_lines_that_differentiate(case):
    text, lines = DIFFERENTIATING[case]
    assert source(text).differentiating_lines == lines


DOUBTFUL = {
    "a package's function": ("d = derivative(f, x)\n", {1}),
    "on another line of the statement": ("d = g(\n    sympy.diff(L, w),\n)\n", {1, 2, 3}),
    "the head of a loop, not its body": ("for j in jacfwd(f)(x):\n    d = e * j\n", {1}),
    "a method of their own": (
        "class R:\n    def derivative(self, z):\n        return z > 0\nd = e * R().derivative(z)\n",
        set(),
    ),
    "a variable of their own": ("jacobian = W2 * s\nd = e * jacobian\n", set()),
    "an argument of their own": ("def f(e, derivative):\n    return e * derivative\n", set()),
    "a variable that such a call made": (
        "out, vjp = torch.func.vjp(f, W1)\nd = vjp(g)\ne = vjp\n",
        {1, 2},
    ),
    "comments and texts": ("d = e  # derivative\nprint('jacobian', d)\n", set()),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_lines_that_may_differentiate(case):
    text, lines = DOUBTFUL[case]
    assert source(text).doubtful_lines == lines


def test_a_function_of_a_module_beside_is_their_own():
    text = "from relu import derivative\nd = e * derivative(z)\n"
    assert Source(text, frozenset({"derivative"})).doubtful_lines == set()


ARITHMETIC = {
    "d = z1.grad * x": True,
    "d = W1.T @ g": True,
    "d = torch.outer(g, x)": True,
    "d = [e * j for j in J]": True,
    "d = W1.grad.clone()": False,
    "d = {k: g.clone() * 1.0 for k, g in grads.items()}": False,
    "d = g  # e * x": False,
}


@pytest.mark.parametrize("text", ARITHMETIC)
def test_copying_is_no_arithmetic(text):
    assert source(text).has_arithmetic(1) == ARITHMETIC[text]


def test_a_difference_calculates_and_a_copy_does_not():
    both = source("e = yhat - y\nd = e\n")
    assert [both.calculates(line) for line in (1, 2)] == [True, False]


MENTIONS = {
    "loss.backward()": True,
    "from torch.func import grad": True,
    "g = torch.autograd.grad(a, b)": True,
    "# loss.backward()": False,
    "def backward(e):\n    return e\nbackward(1)": False,
    "print('backward')": False,
}


@pytest.mark.parametrize("text", MENTIONS)
def test_autograd_is_mentioned_in_code_only(text):
    assert source(text).mentions_autograd == MENTIONS[text]


def test_packages_that_show_values_out_of_sight():
    assert source("import matplotlib.pyplot as plt").shows_by_package
    assert not source("import torch, numpy").shows_by_package
