"""Nothing that a student can type crashes the reader, or keeps it busy."""

import json
import time
from pathlib import Path

import instances as i
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import outcome

from grader.formulas.cursor import MAX_ATOMS
from grader.formulas.errors import FormulaError, TooMuch, Unreadable
from grader.formulas.evaluation import MAX_STEPS, Evaluator
from grader.formulas.macros import macros
from grader.formulas.statements import statements
from grader.formulas.tokens import MAX_SOURCE, MAX_TOKENS, tokenise

CASES = Path(__file__).resolve().parents[1] / "cases"
SOURCES = [
    json.loads(line)["latex"]
    for line in (CASES / "seed_formulas.jsonl").read_text(encoding="utf-8").splitlines()
] + [row[1] for row in json.loads((CASES / "notation.json").read_text(encoding="utf-8"))]

SECONDS = 15.0
"""For one formula, on a machine that does other things as well; usual are milliseconds."""

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

_DOUBLING = "".join(
    rf"\newcommand{{\{chr(98 + k)}}}{{\{chr(97 + k)}\{chr(97 + k)}}}" for k in range(24)
)
BOMBS = {
    "brackets": "(" * 100_000,
    "brackets within the limit": "(" * 3_000 + "w" + ")" * 3_000,
    "calls": "x(" * 39 + "w" + ")" * 39,
    "calls with scripts": "x(" * 30 + "w" + ")^2" * 30,
    "calls in exponents": "x(w)^{" * 30 + "2" + "}" * 30,
    "indicators": "1(" * 35 + "w" + ")" * 35,
    "norms in exponents": r"\|w\|^{" * 30 + "2" + "}" * 30,
    "gradients": r"\nabla f(" * 35 + "w" + ")" * 35,
    "derivatives": r"\frac{d" * 30 + "w" + "}{d w}" * 30,
    "groups": "{" * 3_900 + "w" + "}" * 3_900,
    "line": "w + " * 1_250_000,
    "signs": "-" * 7_000 + "w",
    "primes": "w" + "'" * 7_000,
    "factors": "w " * 3_900,
    "terms": "w + " * 1_900 + "w",
    "tower": "9^9^9^9",
    "tower in braces": "9^{9^{9^{9^{9}}}}",
    "powers": "((((9^{200})^{200})^{200})^{200})^{200}",
    "digits": "9" * 7_000,
    "long sum": r"\sum_{k=0}^{10^9} \eta^k",
    "nested sums": r"\sum_{i=1}^{4000}\sum_{j=1}^{4000}\sum_{k=1}^{4000} ijk",
    "nested infinite sums": r"\sum_{i=0}^\infty " * 20 + r"\eta^i",
    "matrix": r"\begin{bmatrix}" + r"\\".join(["1" + "&1" * 999] * 1_000) + r"\end{bmatrix}",
    "matrix within the limit": r"\begin{bmatrix}" + r"1&" * 1_900 + r"1\end{bmatrix}",
    "matrices": r"\begin{bmatrix}" * 300 + "1" + r"\end{bmatrix}" * 300,
    "fractions": r"\frac" * 1_500 + "1",
    "nested fractions": r"\frac{1}{1+" * 400 + "w" + "}" * 400,
    "roots": r"\sqrt" * 1_500 + "2",
    "bars": "|" * 3_999,
    "bars with names": "|w" * 2_000,
    "double bars": "||w" * 1_000,
    "spaced bars": "| w |" * 700,
    "accents": r"\hat" * 1_500 + "w",
    "fonts": r"\mathbf{" * 900 + "w" + "}" * 900,
    "texts": r"\text{" * 900 + "w" + "}" * 900,
    "subscripts": "w_{" * 1_500 + "1" + "}" * 1_500,
    "superscripts": "w^{" * 1_500 + "1" + "}" * 1_500,
    "carets": "w" + "^{" * 1_500 + "1" + "}" * 1_500,
    "functions": r"\sin " * 1_500 + "w",
    "unclosed brace": r"\frac{" * 1_300,
    "dots": "w + " + r"\dots + " * 700 + "w",
    "cases": r"\begin{cases}" * 200 + "1" + r"\end{cases}" * 200,
    "commas": "w," * 3_900,
    "relations": "w=" * 3_900,
    "stacks": r"\overset{" * 900 + "w" + "}{=}" * 900,
    "unicode": "ᵀ" * 7_000,
    "superscript characters": "w" + "²³" * 3_000,
    "combining": "w" + "\u0302" * 7_000,
    "strange": "\x00\ud800\uffff💥",
}
MACROS = {
    "doubling": ("\\y", _DOUBLING + r"\newcommand{\a}{w}"),
    "doubling of nothing": ("\\y", _DOUBLING + r"\newcommand{\a}{}"),
    "recursive": (r"\a", r"\newcommand{\a}{\a}"),
    "mutual": (r"\a", r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}"),
    "growing": (r"\a{w}", r"\newcommand{\a}[1]{\a{#1#1}}"),
    "many arguments": (r"\a{" + "w" * 2_000 + "}", r"\newcommand{\a}[1]{" + "#1" * 500 + "}"),
    "long body": (r"\a" * 3_000, r"\newcommand{\a}{" + "w" * 7_000 + "}"),
}


def in_time(call):
    start = time.perf_counter()
    result = call()
    assert time.perf_counter() - start < SECONDS
    return result


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_or_read_at_once(source):
    result = in_time(lambda: outcome(source, i.scope("2")))
    assert isinstance(result, FormulaError | float) or result.size <= 2_000


@pytest.mark.parametrize(("source", "preamble"), MACROS.values(), ids=MACROS)
def test_macros_do_not_explode(source, preamble):
    assert isinstance(in_time(lambda: outcome(source, i.scope("2"), preamble)), FormulaError)


def test_definitions_inside_of_definitions_do_not_overflow():
    definitions = {f"q_{k}": f"q_{k + 1} + w" for k in range(400)}
    found = {}
    for key, body in definitions.items():
        expression = statements(body)[0].members[0].expression
        found[key] = i.Definition((expression,))
    scope = i.scope("2").with_definitions(found)
    assert isinstance(outcome("q_0", scope), FormulaError)


def test_limits_are_reached_by_what_they_are_for():
    for source in ("w" * (MAX_SOURCE + 1), "+" * (MAX_TOKENS + 1), r"\mathbf{" * 60 + "}" * 60):
        with pytest.raises(TooMuch):
            tokenise(source)
    deep = statements("(" * 60 + "w" + ")" * 60)[0].members[0]
    assert isinstance(deep.trouble, TooMuch)
    wide = statements("w " * 200)[0].members[0]
    assert isinstance(wide.trouble, TooMuch)


def test_work_is_bounded_by_steps_and_not_by_time():
    assert MAX_ATOMS <= 10_000
    assert MAX_STEPS <= 60_000
    nested = statements(r"\sum_{i=1}^{4000}\sum_{j=1}^{4000} ij")[0].members[0].expression
    evaluator = Evaluator(i.scope("2"))
    with pytest.raises(FormulaError):
        evaluator.value(nested)
    assert evaluator.value(statements("n")[0].members[0].expression) == i.N  # counted anew


def test_trouble_is_located():
    source = r"w = X^T y + \foo"
    with pytest.raises(Unreadable) as caught:
        statements(source)
    assert source[caught.value.position :] == r"\foo"
    trouble = statements(r"w = X^T (y")[0].members[1].trouble
    assert trouble.position == len(r"w = X^T (y")


@FUZZ
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(source):
    outcome(source, i.scope("2"))


@FUZZ
@given(
    st.lists(
        st.sampled_from(
            r"\frac \sqrt { } ( ) [ ] | \| ^ _ ' & \\ + - * / = < \le , . ; : 1 2 10 0.5 w X A t k "
            r"\lambda \eta \sum \prod \max \sin \left( \right) \left| \right| \begin{bmatrix} "
            r"\end{bmatrix} \begin{cases} \end{cases} \text{if} \dots \nabla \partial \lim \infty "
            r"\hat \mathbf{1} \mathrm{diag} \langle \rangle ^T ^{-1} _{k=0} ^{t-1} \overset \boxed "
            r"\underbrace \arg \min || d dW \to \in ]".split()
        ),
        max_size=40,
    )
)
def test_any_row_of_signs_is_read_or_refused(signs):
    outcome(" ".join(signs), i.scope("2"))
    outcome("".join(signs), i.scope("4"))


@FUZZ
@given(st.sampled_from(SOURCES), st.data())
def test_a_real_formula_with_a_slip_is_read_or_refused(source, data):
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 6)))
    slip = data.draw(st.sampled_from(["", "{", "}", "(", ")", "|", "^", "_", "\\", "&", "$", "2"]))
    outcome(source[:start] + slip + source[end:], i.scope("1"))


@FUZZ
@given(st.sampled_from(SOURCES), st.data())
def test_a_formula_that_breaks_off_is_read_or_refused(source, data):
    outcome(source[: data.draw(st.integers(0, len(source)))], i.scope("4"))


@FUZZ
@given(st.text(alphabet=r"\newcommandf{}[]#123 ab=*", max_size=120))
def test_any_preamble_is_read(preamble):
    outcome(r"\a\b{w}", i.scope("2"), preamble)
    assert macros(preamble)
