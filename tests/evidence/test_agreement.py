"""4(d) against 4(b): a remark where program and derivation differ, and no verdict changed."""

from grader.evidence.agreement import (
    ANALYTIC,
    DERIVED,
    RIGHT_IN_CODE,
    RIGHT_ON_PAPER,
    SAME_MISTAKE,
    agreed,
)
from grader.model import Evidence, Finding


def known(program, derivation, misconceptions=(None, None)):
    """Evidence for the gradient by x in the program and on paper."""
    code, paper = misconceptions
    return {
        ANALYTIC: Evidence(ANALYTIC, True, (Finding(program, "n", "x", code),)),
        DERIVED["x"]: Evidence(DERIVED["x"], True, (Finding(derivation, "n", "all", paper),)),
    }


def remarks(evidence):
    """What was added to the program and to the derivation."""
    found = agreed(evidence)
    return tuple(
        found[item].findings[0].details.get("derivation") for item in (ANALYTIC, DERIVED["x"])
    )


def test_a_right_derivation_beside_a_wrong_program_is_pointed_out():
    assert remarks(known(False, True)) == (RIGHT_ON_PAPER, None)


def test_a_right_program_beside_a_wrong_derivation_is_pointed_out():
    assert remarks(known(True, False)) == (None, RIGHT_IN_CODE)


def test_the_same_mistake_in_both_is_named_and_another_one_is_not():
    same = ("missing-skip-in-dx", "missing-skip-in-dx")
    assert remarks(known(False, False, same)) == (SAME_MISTAKE, None)
    assert remarks(known(False, False, ("missing-skip-in-dx", "wrong-sign"))) == (None, None)


def test_two_unnamed_differences_are_not_called_the_same_mistake():
    assert remarks(known(False, False)) == (None, None)


def test_nothing_is_said_where_one_of_them_is_undecided_or_both_are_right():
    for pair in ((None, True), (None, False), (False, None), (True, None), (True, True)):
        assert remarks(known(*pair)) == (None, None)


def test_no_verdict_changes():
    for program in (True, False, None):
        for derivation in (True, False, None):
            before = known(program, derivation)
            after = agreed(before)
            assert after.keys() == before.keys()
            for item, evidence in before.items():
                assert [f.holds for f in after[item].findings] == [
                    f.holds for f in evidence.findings
                ]


def test_a_submission_without_a_program_stays_as_it_is():
    only = {DERIVED["x"]: Evidence(DERIVED["x"], True, (Finding(False, "n"),))}
    assert agreed(only) == only
