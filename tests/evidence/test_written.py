"""Written answers: what is found goes to a TA, and nothing is missing that may only be lost."""

import pytest

from grader.evidence.written import evidence
from grader.model import (
    Answer,
    Answers,
    Evidence,
    Finding,
    ItemId,
    Notice,
    Part,
    Passage,
    Quote,
    Typewritten,
)

YES = Typewritten("yes", "It is LaTeX.")
AFFINE, LIMIT, PROOF = ItemId("2b.affine"), ItemId("2b.limit"), ItemId("3a.proof")
LOST = Notice("file-not-utf8", "hw2.tex cannot be read.", blocks=True)
HARMLESS = Notice("junk", "Thumbs.db was ignored.")


def passage(text, line=1, file="hw2.tex", cell=None):
    return Passage(file, line, text, cell)


def answers(written=(), unplaced=(), notices=()):
    parts = {Part(part): Answer(Part(part), tuple(passages)) for part, passages in written}
    return Answers(parts, (), YES, tuple(unplaced), tuple(notices))


def about(given, *items):
    return evidence(items or (AFFINE, LIMIT, PROOF), given)


def notes(one):
    return [finding.note for finding in one.findings]


FOUND = answers([("2b", [passage("A = I - cX", 12), passage("b = 0", 30)])])


def test_an_answer_goes_to_a_ta_for_each_item_of_its_part():
    affine, limit, proof = about(FOUND)
    assert [one.item for one in (affine, limit, proof)] == [AFFINE, LIMIT, PROOF]
    for one in (affine, limit):
        assert one.answered
        assert [(f.holds, f.note) for f in one.findings] == [(None, "not-decided-yet")]
    assert (proof.answered, proof.findings) == (False, ())


def test_an_answer_is_quoted_with_its_place_in_the_order_of_the_writeup():
    assert about(FOUND, AFFINE)[0].quotes == (
        Quote("hw2.tex, line 12", "A = I - cX"),
        Quote("hw2.tex, line 30", "b = 0"),
    )
    notebook = answers([("2b", [passage("x", 3, "hw2.ipynb", 7)])])
    assert about(notebook, AFFINE)[0].quotes[0].where == "hw2.ipynb, cell 7, line 3"


OBSTACLES = {
    # notices and text outside of all parts: the note of an item whose part is not there
    "nothing": ([], [], None),
    "a harmless notice": ([HARMLESS], [], None),
    "something unreadable": ([LOST], [], "not-readable"),
    "both kinds of notice": ([HARMLESS, LOST], [], "not-readable"),
    "a name and a date": ([], ["Ada Lovelace, 27 October"], None),
    "a long preamble, about which the reader says nothing": ([], ["x" * 999], None),
    "unreadable and unplaced": ([LOST], ["x" * 999], "not-readable"),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_an_answer_is_missing_only_where_nothing_can_be_hidden(case):
    notices, texts, note = OBSTACLES[case]
    given = answers([("2b", [passage("A")])], [passage(t, 40) for t in texts], notices)
    affine, proof = about(given, AFFINE, PROOF)
    assert notes(affine) == ["not-decided-yet"]
    assert (proof.answered, notes(proof)) == (note is not None, [note] if note else [])
    assert all(finding.holds is None for finding in proof.findings)


def test_what_stands_in_the_way_is_told():
    unreadable = about(answers(notices=[LOST]), PROOF)[0]
    assert unreadable.findings[0].details == {"message": "hw2.tex cannot be read."}


def test_every_item_that_is_asked_for_gets_its_evidence_and_no_other():
    assert [one.item for one in about(FOUND, PROOF, AFFINE)] == [PROOF, AFFINE]
    assert evidence((), FOUND) == ()


RIGHT, WRONG = Finding(True, "shown"), Finding(False, "shown")
UNCERTAIN = Finding(None, "hedged")


def judge(item, *findings):
    """A judge with one opinion."""
    return lambda asked, _: Evidence(item, True, findings) if asked == item else None


def test_a_judge_decides_its_item_and_the_others_still_go_to_a_ta():
    affine, limit = evidence((AFFINE, LIMIT), FOUND, [judge(AFFINE, RIGHT)])
    assert affine.findings == (RIGHT,)
    assert notes(limit) == ["not-decided-yet"]


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [(RIGHT, WRONG, RIGHT), (UNCERTAIN, WRONG, WRONG), (WRONG, UNCERTAIN, WRONG),
     (UNCERTAIN, Finding(None, "later"), UNCERTAIN)],
)  # fmt: skip
def test_a_decision_is_preferred_to_a_review_and_then_the_first_opinion_counts(
    first, second, chosen
):
    (affine,) = evidence((AFFINE,), FOUND, [judge(AFFINE, first), judge(AFFINE, second)])
    assert affine.findings == (chosen,)


def test_a_judge_that_fails_costs_a_review_and_no_more():
    def failing(item, _):
        raise ZeroDivisionError(item)

    (affine,) = evidence((AFFINE,), FOUND, [failing])
    assert notes(affine) == ["grader-fault"]
    assert affine.quotes
    (affine,) = evidence((AFFINE,), FOUND, [failing, judge(AFFINE, RIGHT)])
    assert affine.findings == (RIGHT,)


def test_judges_are_not_asked_about_parts_without_an_answer():
    (proof,) = evidence((PROOF,), FOUND, [judge(PROOF, RIGHT)])
    assert (proof.answered, proof.findings) == (False, ())


# --- an answer that may stand elsewhere is not called wrong

DOUBTFUL = Notice("writeup-division-doubtful", "(b) stands twice.", blocks=True)


def judged(given, holds):
    """The verdict on 2b.affine when a judge has found this."""
    verdict = Evidence(AFFINE, True, (Finding(holds, "found"),))
    return evidence((AFFINE,), given, (lambda *_: verdict,))[0].findings[0]


@pytest.mark.parametrize("picture", [r"\includegraphics{b.png}", "![](b.png)"])
def test_a_wrong_answer_beside_a_picture_is_for_a_ta(picture):
    pictured = answers([("2b", [passage("A = X"), passage(picture)])])
    assert (judged(pictured, False).holds, judged(pictured, True).holds) == (None, True)


@pytest.mark.parametrize(("notice", "holds"), [(DOUBTFUL, None), (HARMLESS, False), (LOST, False)])
def test_a_wrong_answer_is_for_a_ta_where_the_division_into_parts_is_doubtful(notice, holds):
    given = answers([("2b", [passage("A = X")])], notices=[notice])
    assert judged(given, False).holds is holds
    assert judged(given, True).holds is True
    assert judged(given, None).note == "found"
