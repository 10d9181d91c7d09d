"""Points by aspect, verdicts, deductions, what counts while undecided, and the extra credit."""

from decimal import Decimal
from itertools import product

import msgspec
import pytest

from grader.model import Evidence, Finding, ItemId, Notice, Typewritten
from grader.rubric import score
from grader.rubric.contract import ITEM_IDS
from grader.rubric.scoring import verdict_name
from tests.rubric import example

RUBRIC = example.loaded()
GRADIENTS = ("W1", "b1", "W2", "b2", "x")
YES = Typewritten("yes", "Set with pdfTeX.")
NO = Typewritten("no", "It is a scan.")
UNSURE = Typewritten("unsure", "The PDF does not say.")

ANALYTIC, PROOF = ItemId("4d.analytic"), ItemId("3a.proof")


def analytic(*outcomes, misconception=None):
    """One finding for each gradient; wrong ones may carry a misconception."""
    return Evidence(
        ANALYTIC,
        True,
        tuple(
            Finding(holds, "a-note", aspect, misconception if holds is False else None)
            for aspect, holds in zip(GRADIENTS, outcomes, strict=True)
        ),
    )


def whole(item, holds, misconception=None):
    return Evidence(item, True, (Finding(holds, "a-note", misconception=misconception),))


def everything(holds=True):
    return [whole(item, holds) for item in ITEM_IDS]


def changed(item, **fields):
    """The rubric with some fields of one item changed."""
    problems = []
    for problem in RUBRIC.problems:
        parts = []
        for part in problem.parts:
            items = [
                msgspec.structs.replace(one, **fields) if one.item == item else one
                for one in part.items
            ]
            parts.append(msgspec.structs.replace(part, items=items))
        problems.append(msgspec.structs.replace(problem, parts=parts))
    return msgspec.structs.replace(RUBRIC, problems=tuple(problems))


def with_rule(rule, **fields):
    """The rubric with some fields of a policy of the assignment changed."""
    new = msgspec.structs.replace(getattr(RUBRIC.assignment, rule), **fields)
    assignment = msgspec.structs.replace(RUBRIC.assignment, **{rule: new})
    return msgspec.structs.replace(RUBRIC, assignment=assignment)


def verdict(evidence, rubric=RUBRIC):
    card = score(rubric, [evidence], NO)
    return next(v for v in card.verdicts if v.item == evidence.item)


# --- what findings come to

VERDICTS = [
    ("correct", [True]),
    ("incorrect", [False]),
    ("review", [None]),
    ("correct", [True, True]),
    ("incorrect", [False, False]),
    ("partial", [True, False]),
    ("partial", [False, False, True]),
    ("review", [True, None]),
    ("review", [False, None]),
    ("review", [True, False, None]),
    ("review", []),
]


@pytest.mark.parametrize(("name", "outcomes"), VERDICTS)
def test_findings_come_to_a_verdict(name, outcomes):
    findings = tuple(Finding(holds, "a-note") for holds in outcomes)
    assert verdict_name(Evidence(PROOF, True, findings)) == name


@pytest.mark.parametrize("outcomes", [[], [True], [None]])
def test_an_item_without_an_answer_is_missing_and_earns_nothing(outcomes):
    findings = tuple(Finding(holds, "a-note") for holds in outcomes)
    evidence = Evidence(PROOF, False, findings)
    assert verdict_name(evidence) == "missing"
    assert verdict(Evidence(PROOF, False)).points == 0


def test_an_item_without_evidence_is_a_fault_of_ours_and_goes_to_review():
    card = score(RUBRIC, [], NO)
    assert [v.item for v in card.verdicts] == list(ITEM_IDS)
    assert {(v.verdict, v.points, v.notes) for v in card.verdicts} == {
        ("review", Decimal(0), ("grader-fault",))
    }
    assert card.undecided == card.possible == 71


# --- points by aspect


def test_each_gradient_is_worth_a_fifth_of_the_points_exactly():
    for outcomes in product([True, False, None], repeat=5):
        given = verdict(analytic(*outcomes))
        assert given.certain == given.points == outcomes.count(True) * Decimal("0.40")
        assert given.verdict == (
            "review" if None in outcomes
            else "correct" if all(outcomes)
            else "partial" if any(outcomes)
            else "incorrect"
        )  # fmt: skip


def test_aspects_weigh_as_the_rubric_says():
    weights = {"W1": Decimal(3), "b1": Decimal(1), "W2": Decimal("0.5"), "b2": Decimal("0.5")}
    rubric = changed(ANALYTIC, aspects=weights | {"x": Decimal(0)})
    shares = [
        verdict(analytic(*(aspect == only for aspect in GRADIENTS)), rubric).points
        for only in GRADIENTS
    ]
    assert shares == list(map(Decimal, ("1.20", "0.40", "0.20", "0.20", "0.00")))


def test_thirds_are_rounded_to_cents_but_three_of_them_are_the_whole():
    rubric = changed(ANALYTIC, aspects=dict.fromkeys(("W1", "b1", "W2"), Decimal(1)))

    def of_three(*outcomes):
        findings = zip(outcomes, GRADIENTS, strict=False)
        evidence = Evidence(ANALYTIC, True, tuple(Finding(h, "n", a) for h, a in findings))
        return verdict(evidence, rubric).points

    assert of_three(True, False, False) == Decimal("0.67")
    assert of_three(True, True, False) == Decimal("1.33")
    assert of_three(True, True, True) == 2


def test_a_finding_about_the_whole_item_earns_all_of_its_points():
    assert verdict(whole(ANALYTIC, True)).points == 2
    assert verdict(whole(ANALYTIC, False)).points == 0


# --- deductions

DEDUCTIONS = [
    # cost, points, verdict: of an item of two points that is wrong by this misconception
    (None, "0", "incorrect"),
    ("0.5", "1.5", "partial"),
    ("1.25", "0.75", "partial"),
    ("2", "0", "incorrect"),
]


@pytest.mark.parametrize(("cost", "points", "name"), DEDUCTIONS)
def test_a_misconception_costs_what_the_rubric_says_and_otherwise_everything(cost, points, name):
    deductions = {} if cost is None else {"wrong-sign": Decimal(cost)}
    rubric = changed(ANALYTIC, deductions=deductions)
    given = verdict(whole(ANALYTIC, False, "wrong-sign"), rubric)
    assert (given.points, given.verdict) == (Decimal(points), name)


def test_a_deduction_is_for_its_own_misconception_alone():
    rubric = changed(ANALYTIC, deductions={"wrong-sign": Decimal("0.5")})
    assert verdict(whole(ANALYTIC, False, "missing-w2"), rubric).points == 0
    assert verdict(whole(ANALYTIC, False), rubric).points == 0


def test_a_deduction_lets_one_aspect_keep_the_rest_of_its_share():
    rubric = changed(ANALYTIC, deductions={"missing-relu-mask": Decimal("0.1")})
    evidence = analytic(False, True, True, True, True, misconception="missing-relu-mask")
    assert verdict(evidence, rubric).points == Decimal("1.90")


def test_a_misconception_that_shows_in_all_aspects_costs_its_deduction_once():
    rubric = changed(ANALYTIC, deductions={"wrong-sign": Decimal("0.5")})
    evidence = analytic(*[False] * 5, misconception="wrong-sign")
    assert verdict(evidence, rubric).points == Decimal("1.50")


def test_a_deduction_never_counts_for_what_is_undecided():
    rubric = changed(ANALYTIC, deductions={"wrong-sign": Decimal("0.5")})
    given = verdict(whole(ANALYTIC, None, "wrong-sign"), rubric)
    assert (given.verdict, given.points, given.certain) == ("review", 0, 0)


# --- while undecided


@pytest.mark.parametrize(("policy", "points"), [("none", "0"), ("certain", "1.20"), ("full", "2")])
def test_until_a_ta_decides_an_item_counts_as_the_policy_says(policy, points):
    rubric = with_rule("undecided", points=policy)
    given = verdict(analytic(True, True, True, False, None), rubric)
    assert (given.points, given.certain) == (Decimal(points), Decimal("1.20"))


@pytest.mark.parametrize("policy", ["none", "certain", "full"])
def test_the_policy_concerns_reviews_alone(policy):
    rubric = with_rule("undecided", points=policy)
    assert verdict(analytic(True, True, True, False, False), rubric).points == Decimal("1.20")
    assert verdict(Evidence(ANALYTIC, False), rubric).points == 0


def test_undecided_points_are_those_of_the_items_under_review():
    card = score(RUBRIC, [*everything()[:-4], whole(ANALYTIC, None)], NO)
    reviewed = [v.item for v in card.verdicts if v.verdict == "review"]
    assert reviewed == ["4d.model", "4d.autograd", "4d.analytic", "4d.comparison"]
    assert card.undecided == 5


# --- extra credit

EXTRA = [
    # of, typewritten, points off, bonus, verdict
    ("earned", YES, False, "7.10", "correct"),
    ("earned", YES, True, "6.70", "correct"),
    ("maximum", YES, True, "7.10", "correct"),
    ("earned", NO, False, "0", "incorrect"),
    ("maximum", NO, False, "0", "incorrect"),
    ("earned", UNSURE, False, "0", "review"),
    ("maximum", UNSURE, True, "0", "review"),
]


@pytest.mark.parametrize(("base", "typewritten", "spoiled", "points", "name"), EXTRA)
def test_extra_credit_is_a_share_of_what_the_rubric_says(base, typewritten, spoiled, points, name):
    evidence = everything()
    if spoiled:
        evidence[ITEM_IDS.index(PROOF)] = whole(PROOF, False)
    card = score(with_rule("extra_credit", of=base), evidence, typewritten)
    assert (card.extra_credit.points, card.extra_credit.verdict) == (Decimal(points), name)
    assert typewritten.because in card.extra_credit.feedback


def test_extra_credit_counts_the_points_of_today_and_rounds_half_a_cent_up():
    earned = [whole(PROOF, False), analytic(True, False, False, False, False)]
    rubric = with_rule("extra_credit", percent=Decimal("1.25"))
    assert score(rubric, earned, YES).extra_credit.points == Decimal("0.01")  # of 0.40: 0.005


def test_extra_credit_names_its_percentage_plainly():
    rubric = with_rule("extra_credit", percent=Decimal("12.5"))
    assert "12.5 %" in score(rubric, [], YES).extra_credit.feedback
    assert "10 %" in score(RUBRIC, [], YES).extra_credit.feedback


# --- the scorecard


def test_the_sum_is_exact():
    evidence = [e for e in everything() if e.item not in (ANALYTIC, "4d.autograd")]
    gradients = analytic(True, True, True, False, False)
    autograd = msgspec.structs.replace(gradients, item=ItemId("4d.autograd"))
    rubric = changed("4d.autograd", aspects=dict.fromkeys(GRADIENTS, Decimal(1)))
    card = score(rubric, [*evidence, gradients, autograd], YES)
    assert card.points == Decimal("68") + Decimal("1.20") + Decimal("0.60") + Decimal("6.98")
    assert card.possible == 71
    assert str(card.points) == "76.78"


def test_verdicts_come_in_the_rubrics_order_whatever_the_order_of_the_evidence():
    card = score(RUBRIC, list(reversed(everything())), NO)
    assert [v.item for v in card.verdicts] == list(ITEM_IDS)
    assert card.points == 71


def test_notes_name_the_misconception_where_there_is_one_and_each_only_once():
    evidence = analytic(True, False, False, True, True, misconception="missing-relu-mask")
    assert verdict(evidence).notes == ("a-note", "missing-relu-mask")


def test_an_items_own_visibility_comes_before_the_assignments():
    rubric = changed(PROOF, visibility="after_published")
    card = score(rubric, [], NO)
    hidden = {v.item for v in card.verdicts if v.visibility != "visible"}
    assert hidden == {PROOF}


def test_notices_are_passed_on():
    notices = [Notice("file-not-utf8", "hw2.tex is not UTF-8.")]
    assert score(RUBRIC, [], NO, notices).notices == tuple(notices)


def test_scoring_is_a_function_of_its_arguments():
    evidence = [analytic(True, None, False, True, True)]
    assert score(RUBRIC, evidence, YES) == score(RUBRIC, evidence, YES)
