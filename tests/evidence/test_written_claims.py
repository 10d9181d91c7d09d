"""What the judge of prose hands on: the sentence that shows it, what is missing, what is silent."""

import pytest

from grader.evidence.written.claims import judge
from grader.model import Answer, Answers, ItemId, Notice, Part, Passage, Typewritten

PARAMETERS, ASSUMPTION, LAMBDA = (
    ItemId("4c.parameters"), ItemId("2b.assumption"), ItemId("1b.lambda")
)  # fmt: skip
LIMIT = r"In the limit $w_\infty = (I-A)^{-1}b = (X^TX)^{-1}X^Ty$."


def answers(notices=(), unplaced=(), **texts):
    written = {
        Part(part.removeprefix("p")): Answer(
            Part(part.removeprefix("p")), (Passage("hw2.tex", 40, text),)
        )
        for part, text in texts.items()
    }
    loose = tuple(Passage("hw2.tex", 1, text) for text in unplaced)
    return Answers(written, (), Typewritten("yes", ""), loose, tuple(notices))


@pytest.fixture(scope="module")
def decide(rubric):
    return judge(rubric.claims)


def only(evidence):
    (finding,) = evidence.findings
    return finding


def test_a_wrong_claim_is_quoted_with_its_place(decide):
    text = "First.\nThe skip helps $W_1$ and $b_1$."
    finding = only(decide(PARAMETERS, answers(p4c=text)))
    assert (finding.holds, finding.note) == (False, "skip-said-to-help-the-hidden-layer")
    assert finding.details == {
        "found": "The skip helps $W_1$ and $b_1$.",
        "where": "hw2.tex, line 41",
    }


def test_a_right_claim_holds(decide):
    text = "It does not help $W_1$ and $b_1$, since their gradients still go through $W_2$."
    finding = only(decide(PARAMETERS, answers(p4c=text)))
    assert (finding.holds, finding.note) == (True, "said-clearly")


def test_what_is_open_goes_to_a_ta_with_the_lines_and_what_was_looked_for(decide):
    found = decide(PARAMETERS, answers(p4c="It probably helps $W_1$ and $b_1$."))
    assert [(f.holds, f.note) for f in found.findings] == [
        (None, "claim-not-clear"),
        (None, "claim-not-found"),
    ]
    assert found.findings[0].details["found"] == "It probably helps $W_1$ and $b_1$."
    assert "W₁ and b₁" in found.findings[1].details["wanting"]
    assert found.quotes


def test_words_beside_formulas_are_no_news_when_they_decide_nothing(decide):
    assert decide(LAMBDA, answers(p1b="$\\lambda > 1$")) is None
    assert only(decide(LAMBDA, answers(p1b="λ has to be greater than one."))).holds is True


def test_other_items_and_a_rubric_without_a_table_are_left_alone(decide):
    assert decide(ItemId("2a.gradient"), answers(p2a="x")) is None
    assert judge(None)(PARAMETERS, answers(p4c="It helps W1.")) is None


def test_silence_on_the_assumption_is_a_lost_point(decide):
    finding = only(decide(ASSUMPTION, answers(p2b=LIMIT)))
    assert (finding.holds, finding.note) == (False, "assumption-not-stated")


NOT_SILENT = {
    "stated in another part": {"p2c": "Here $X$ has full column rank."},
    "stated in text under no part": {"unplaced": ["We use that $X^TX$ is nonsingular."]},
    "something could not be read": {"notices": [Notice("picture", "A picture.", blocks=True)]},
    "another condition in the part": {"p2b": LIMIT + " This is valid for small steps."},
    "another language": {"p2b": "En el límite obtenemos $(X^TX)^{-1}X^Ty$ para la solución."},
    "another script": {"p2b": LIMIT + " 这里假设矩阵可逆。"},
    "the word itself": {"p2b": LIMIT + " The rank matters."},
    "no inverse was used": {"p2b": "$A = I - X^TX$ and $b = X^Ty$."},
}


@pytest.mark.parametrize("case", NOT_SILENT)
def test_silence_is_certain_or_it_is_a_review(case, decide):
    found = decide(ASSUMPTION, answers(**{"p2b": LIMIT, **NOT_SILENT[case]}))
    assert all(finding.holds is None for finding in found.findings)
