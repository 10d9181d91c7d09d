"""Which of several formulas decides, what follows from what, and whose letters count."""

import pytest

from tests.evidence.mathematics import cases

LOSS = (
    r"$\Lambda = \mathrm{diag}(1,\lambda,\dots,\lambda^{d-1})$, "
    r"$L(w)=\frac1n\|Xw-y\|^2+w^T\Lambda w$"
)
RIGHT, WRONG = r"\frac2n X^T(Xw-y)", r"2X^T(Xw-y)"
GRADIENT = r"$\nabla L(w) = {}$"


def judged(item, text, **before):
    return cases.finding(item, {**before, item[:2]: text})


def verdict(item, text, **before):
    return cases.verdict(judged(item, text, **before))


# ---------------------------------------------------------------- which formula is the answer


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        (GRADIENT.format(RIGHT), "correct", "formula-right"),
        (GRADIENT.format(WRONG), "incorrect", "known-mistake"),
        (f"{GRADIENT.format(WRONG)}. Better: {GRADIENT.format(RIGHT)}", "correct", "formula-right"),
        (f"{GRADIENT.format(RIGHT)}. So: {GRADIENT.format(WRONG)}", "review", "answers-conflict"),
        (GRADIENT.format(f"{WRONG} = {RIGHT}"), "correct", "formula-right"),
        (GRADIENT.format(f"{RIGHT} = {WRONG}"), "review", "formula-unclear"),
        (rf"$\boxed{{\nabla L = {RIGHT}}}$. {GRADIENT.format(WRONG)}", "correct", None),
        (rf"$\boxed{{\nabla L = {WRONG}}}$. {GRADIENT.format(RIGHT)}", "review", None),
        (rf"{GRADIENT.format(WRONG)} $\nabla L(w) = \frac{{2}}{{n X^T(Xw - y)$", "review", None),
        (GRADIENT.format(r"\frac{2}{n} X^T(Xw-y"), "review", None),
        (GRADIENT.format(r"\frac{2}{n} X^T \heartsuit(Xw-y)"), "review", None),
        (rf"${RIGHT}$", "correct", "formula-right"),
        (rf"${WRONG}$", "review", "not-decided-yet"),
        (rf"$v = {RIGHT}$", "correct", "formula-right"),
        ("no formula at all", "review", "not-decided-yet"),
        (f"~~{GRADIENT.format(WRONG)}~~ {GRADIENT.format(RIGHT)}", "correct", "formula-right"),
        (f"<del>{GRADIENT.format(RIGHT)}</del> {GRADIENT.format(WRONG)}", "incorrect", None),
    ],
)  # fmt: skip
def test_the_last_answer_decides_and_doubts_go_to_a_person(text, expected, note):
    found = judged("2a.gradient", text)
    assert cases.verdict(found) == expected, found
    if note is not None:
        assert found.note == note


def test_struck_out_latex_does_not_count():
    body = rf"\sout{{\(\nabla L(w) = {RIGHT}\)}} \[\nabla L(w) = {WRONG}\]"
    assert cases.verdict(cases.finding("2a.gradient", {"2a": body}, latex=True)) == "incorrect"


def test_a_comment_in_latex_does_not_count():
    body = f"% \\(\\nabla L(w) = {RIGHT}\\)\n\\[\\nabla L(w) = {WRONG}\\]"
    assert cases.verdict(cases.finding("2a.gradient", {"2a": body}, latex=True)) == "incorrect"


# ---------------------------------------------------------------- definitions and letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$H = X^TX$, $w^* = (H + n\Lambda)^{-1}X^Ty$", "correct"),
        (r"$w^* = (H + n\Lambda)^{-1}X^Ty$ where $H = X^TX$", "correct"),
        (r"$w^* = (H + n\Lambda)^{-1}X^Ty$ where $H = XX^T$", "incorrect"),
        (r"$w^* = (H + n\Lambda)^{-1}X^Ty$ where $H = 2X^TX$", "incorrect"),
        (r"$w^* = (H + n\Lambda)^{-1}X^Ty$", "review"),
        (r"$A := X^TX/n$, $b := X^Ty/n$, $w^* = (A + \Lambda)^{-1}b$", "correct"),
        (r"$X := X^TX$, $w^* = (X + n\Lambda)^{-1}X^Ty$", "review"),
        (r"$\Lambda := n\Lambda$, $w^* = (X^TX + \Lambda)^{-1}X^Ty$", "correct"),
        (r"$\theta^* = (X^TX + n\Lambda)^{-1}X^Ty$", "correct"),
        (r"$\hat\beta = (X^TX + n\Lambda)^{-1}X^Ty$", "correct"),
        (r"$w^* = (X^TX + N\Lambda)^{-1}X^Ty$", "correct"),
        (r"$w^* = (X^TX + n\Lambda)^{-1}X^Tw$", "review"),
    ],
)
def test_letters_stand_for_what_the_student_says(text, expected):
    found = judged("1b.solution", text, **{"1a": LOSS})
    allowed = {expected, "review"} if expected == "incorrect" else {expected}
    assert cases.verdict(found) in allowed, found
    assert expected == "correct" or not found.holds


@pytest.mark.parametrize(
    "definition",
    [
        r"$A := X^TX/n$",
        r"$A := \frac{2\eta}{n}X^TX$",
        r"$A := X$",
        r"$b := X^Ty$",
        r"$A := I$",
        r"$b := y$",
    ],
)
@pytest.mark.parametrize(
    "answer",
    [r"$w_{t+1} = (I - 2\eta A)w_t + b$", r"$w_{t+1} = (I - A)w_t + \frac{2\eta}{n}b$"],
)
def test_a_letter_of_the_question_for_another_quantity_is_never_called_right_unseen(
    definition, answer
):
    text = f"{definition}. {answer}"
    for item in ("2b.affine", "2b.limit"):
        assert (
            verdict(item, f"{text}, $w_\\infty = (I-A)^{{-1}}b$") != "correct" or item == "2b.limit"
        )


@pytest.mark.parametrize(
    "text",
    [
        r"$A := X^TX/n$ and $b := X^Ty/n$; then $w_{t+1} = (I-2\eta A)w_t + 2\eta b$, "
        r"and the limit is $w_\infty = A^{-1}b$",
        r"$A := X^TX$ and $b := X^Ty$; $w_{t+1} = (I-\frac{2\eta}{n} A)w_t + \frac{2\eta}{n} b$, "
        r"and $w_\infty = A^{-1}b$",
    ],
)
def test_renamed_letters_never_make_a_right_answer_wrong(text):
    for item in ("2b.affine", "2b.limit", "2b.least_squares"):
        assert verdict(item, text) != "incorrect", item


# ---------------------------------------------------------------- follow-through

OWN = {
    # what stands in 1(a), the answer to 1(b) that follows from it, the verdict
    "no mean": (r"\|Xw-y\|^2+w^T\Lambda w", r"(X^TX+\Lambda)^{-1}X^Ty", "correct"),
    "a half": (r"\frac1{2n}\|Xw-y\|^2+w^T\Lambda w", r"(X^TX+2n\Lambda)^{-1}X^Ty", "correct"),
    "ridge": (r"\frac1n\|Xw-y\|^2+\lambda w^Tw", r"(X^TX+n\lambda I)^{-1}X^Ty", "correct"),
    "carried over wrongly": (r"\|Xw-y\|^2+w^T\Lambda w", r"(X^TX+2\Lambda)^{-1}X^Ty", "incorrect"),
    "no regulariser": (r"\|Xw-y\|^2", r"(X^TX)^{-1}X^Ty", "incorrect"),
    "no error": (r"w^T\Lambda w", "0", "incorrect"),
    "no data in it": (r"\|w - y\|^2 + w^T\Lambda w", r"(I+\Lambda)^{-1}y", "review"),
    "nothing": ("0", "0", "incorrect"),
}


@pytest.mark.parametrize("case", OWN)
def test_what_follows_from_the_own_loss_counts_unless_the_loss_is_trivial(case):
    loss, answer, expected = OWN[case]
    before = rf"$\Lambda = \mathrm{{diag}}(1,\lambda,\dots,\lambda^{{d-1}})$, $L(w) = {loss}$"
    found = judged("1b.solution", f"$w^* = {answer}$", **{"1a": before})
    assert cases.verdict(found) == expected or (
        expected == "incorrect" and cases.verdict(found) == "review"
    ), found


@pytest.mark.parametrize(
    ("gradient", "update", "allowed"),
    [
        (WRONG, r"w_t - 2\eta X^T(Xw_t-y)", {"correct"}),
        (WRONG, r"w_t - \eta\frac2n X^T(Xw_t-y)", {"correct"}),
        (WRONG, r"w_t - \eta X^T(Xw_t-y)", {"incorrect"}),
        ("0", "w_t", {"incorrect", "review"}),
        (r"\frac1\eta w", "0", {"incorrect", "review"}),
        ("w", r"(1-\eta)w_t", {"incorrect", "review"}),
    ],
)
def test_what_follows_from_the_own_gradient_counts_unless_it_is_trivial(gradient, update, allowed):
    text = rf"$\nabla L(w) = {gradient}$, $w_{{t+1}} = {update}$"
    assert verdict("2a.update", text) in allowed
