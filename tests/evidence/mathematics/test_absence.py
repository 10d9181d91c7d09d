"""What counts as missing inside of a part that has text, and what only a person can call so."""

import pytest

from grader.evidence import mathematics
from grader.evidence.written import evidence
from grader.model import ItemId
from tests.evidence.mathematics import cases

AB = r"$A=I-\frac{2\eta}nX^TX$, $b=\frac{2\eta}nX^Ty$."
SOLVED = r"$w^*=(\frac1nX^TX+\Lambda)^{-1}\frac1nX^Ty$"
UNROLLED = r"$w_t=A^tw_0+\sum_{k=0}^{t-1}A^kb$"

MISSING = [
    ("2c.unrolled", {"2c": "skipped"}),
    ("2c.limit", {"2c": "*I don't know.*"}),
    ("1b.lambda", {"1b": f"Call the diagonal matrix $\\Lambda$. So {SOLVED}."}),
    ("2b.least_squares", {"2b": rf"{AB} $w_\infty=(A-I)^{{-1}}b$."}),
    ("2b.least_squares", {"2b": rf"{AB} $w_\infty=Aw_\infty+b$, so $w_\infty=(I-A)^{{-1}}b$."}),
    ("2c.limit", {"2c": f"By induction, {UNROLLED}."}),
    ("2e.expectation", {"2e": "The noise has zero mean so it cancels out."}),
    ("2e.expectation", {"2c": "skipped", "2e": "same"}),
]

NOT_MISSING = [
    ("2c.unrolled", {"2c": "skipped, see page 3"}),
    ("2c.unrolled", {"2c": r"skipped $w_t=$"}),
    ("1b.lambda", {"1b": f"So {SOLVED}. It has to be large."}),
    ("1b.lambda", {"1b": rf"So {SOLVED}. \(\lambda>1\heartsuit\)"}),
    ("1b.lambda", {"1a": r"We take $\lambda>1$.", "1b": f"So {SOLVED}."}),
    ("1b.lambda", {"1b": f"So {SOLVED}, for larger values of the parameter."}),
    ("2b.least_squares", {"2b": rf"{AB} $w_\infty=(I-A)^{{-1}}b$, the OLS estimate."}),
    ("2b.least_squares", {"2b": rf"{AB} $w_\infty=(I-A)^{{-1}}b$, or $X^TXw_\infty=X^Ty$."}),
    (
        "2b.least_squares",
        {"2b": rf"{AB} $w_\infty=(I-A)^{{-1}}b$.", "2c": r"$w_\infty=(X^TX)^{-1}X^Ty$"},
    ),
    ("2b.least_squares", {"2b": r"$A=X^TX$, $b=X^Ty$, and $w_\infty=A^{-1}b$."}),
    ("2c.limit", {"2c": f"{UNROLLED}, which goes to $b$ over one minus $A$."}),
    ("2c.limit", {"2c": rf"{UNROLLED} $\to(I-A)^{{-1}}b$"}),
    ("2c.limit", {"2c": rf"{UNROLLED}, $w_0=0$: $(I-A)^{{-1}}b$"}),
    ("2e.expectation", {"2c": UNROLLED, "2e": "Same as without noise."}),
    ("2e.expectation", {"2e": "A to the power t times the start, plus the sum of all offsets."}),
]


def answered(item, parts):
    found = cases.answers(parts)
    (only,) = evidence([ItemId(item)], found, (mathematics.judge(found),))
    return only.answered


@pytest.mark.parametrize(("item", "parts"), MISSING)
def test_an_item_of_which_its_part_says_nothing_is_missing(item, parts):
    assert not answered(item, parts)


@pytest.mark.parametrize(("item", "parts"), NOT_MISSING)
def test_what_could_be_an_answer_is_not_missing(item, parts):
    assert answered(item, parts)


def test_nothing_is_missing_that_may_stand_in_a_picture():
    assert answered("2c.unrolled", {"2c": "skipped\n\n![](page3.png)"})
