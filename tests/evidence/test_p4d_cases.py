"""Problem 4(d) end to end: programs as many people write them, right ones and wrong ones.

The rows of `tests/cases/p4d/*.yaml` were written without looking at the grader. A review is never
a wrong verdict, but the last test counts how much is left to a TA.
"""

from pathlib import Path

import pytest
import yaml

from grader import pipeline
from grader.evidence.code import ITEMS
from grader.reading import read
from grader.reading.files import load
from grader.rubric.scoring import verdict_name

CASES = Path(__file__).resolve().parents[1] / "cases" / "p4d"
TABLES = (
    "right.yaml",
    "wrong.yaml",
    "class_a.yaml",
    "class_b.yaml",
    "class_c.yaml",
    "variants.yaml",
)
ROWS = {
    row["case"]: row
    for table in TABLES
    for row in yaml.safe_load((CASES / table).read_text(encoding="utf-8"))
}
SECONDS = {"never-stops": 1.0, "class_c-u39": 3.0, "class_b-t24": 3.0}
"""Programs that never end; what they do before takes a moment."""

ENOUGH_SECONDS = 30.0
DECIDED_SHARE = 0.95
WITHOUT_DOUBT_SHARE = 0.99
"""Of the points for which the row's author would not accept a review."""

WEIGHTS = dict(zip(ITEMS, (1, 1, 2, 1), strict=True))

MODEL, AUTOGRAD, ANALYTIC, _ = ITEMS

every_case = pytest.mark.parametrize("case", ROWS)


@pytest.fixture(scope="session")
def outcome(sandbox, rubric):
    """The evidence for the four items of a case, which is run once."""
    known = {}

    def graded(case):
        if case not in known:
            answers = read(load(CASES / ROWS[case]["file"]))
            seconds = SECONDS.get(case, ENOUGH_SECONDS)
            observed = pipeline.observe(answers, sandbox, seconds)
            measured = pipeline.measure(rubric, answers, observed)
            known[case] = {one.item: one for one in measured if one.item in ITEMS}
        return known[case]

    return graded


def acceptable(row, item):
    """Verdicts that the row's author would defend, the best first."""
    expected = row["expect"][item]
    return expected if isinstance(expected, list) else [expected]


def story(evidence):
    """For a failure: what was found about one item."""
    return [(f.aspect, f.holds, f.misconception or f.note) for f in evidence.findings]


@every_case
def test_no_verdict_is_wrong(case, outcome):
    verdicts = {item: verdict_name(one) for item, one in outcome(case).items()}
    wrong = {
        item: (verdict, story(outcome(case)[item]))
        for item, verdict in verdicts.items()
        if verdict not in (*acceptable(ROWS[case], item), "review")
    }
    assert verdicts.keys() == set(ITEMS)
    assert wrong == {}


@pytest.mark.parametrize("case", [case for case, row in ROWS.items() if "gradients" in row])
def test_each_gradient_that_is_decided_is_decided_rightly(case, outcome):
    truth = ROWS[case]["gradients"]
    findings = outcome(case)[ANALYTIC].findings
    decided = {
        f.aspect: f
        for f in findings
        if f.holds is not None and isinstance(truth.get(f.aspect), str)  # a list: people differ
    }
    wrong = {
        gradient: (truth[gradient], finding.note)
        for gradient, finding in decided.items()
        if finding.holds != (truth[gradient] == "right")
    }
    assert wrong == {}


@pytest.mark.parametrize("case", [case for case, row in ROWS.items() if "points" in row])
def test_gradients_come_to_the_points_that_they_deserve(case, outcome):
    row, analytic = ROWS[case], outcome(case)[ANALYTIC]
    deserved = next(name for name in acceptable(row, ANALYTIC) if name != "review")
    if verdict_name(analytic) == deserved and deserved != "missing":
        right = sum(finding.holds for finding in analytic.findings)
        deserved_points = row["points"][ANALYTIC]
        allowed = deserved_points if isinstance(deserved_points, list) else [deserved_points]
        assert any(2 * right / len(analytic.findings) == pytest.approx(p) for p in allowed)


@pytest.mark.parametrize("case", [case for case, row in ROWS.items() if "misconception" in row])
def test_a_mistake_that_is_marked_is_called_by_its_name(case, outcome):
    name = ROWS[case]["misconception"]
    items = (MODEL, ANALYTIC, *([AUTOGRAD] if name == "stale-gradient" else []))
    wrong = [f for item in items for f in outcome(case)[item].findings if f.holds is False]
    assert not wrong or name in {finding.misconception for finding in wrong}


def share(outcome, cases, counts):
    """Points decided, points in all, and the reviews, over the items that `counts` accepts."""
    decided, total, reviews = 0, 0, []
    for case in cases:
        row = ROWS[case]
        for item, evidence in outcome(case).items():
            if not counts(acceptable(row, item)):
                continue
            total += WEIGHTS[item]
            if verdict_name(evidence) != "review":
                decided += WEIGHTS[item]
            else:
                notes = sorted({f.note for f in evidence.findings if f.holds is None})
                reviews.append(f"{case}: {item} ({', '.join(notes)})")
    return decided, total, reviews


def test_what_nobody_would_hand_over_is_decided(outcome):
    decided, total, reviews = share(outcome, ROWS, lambda names: "review" not in names)
    assert decided / total >= WITHOUT_DOUBT_SHARE, reviews


CLASSES = [case for case in ROWS if case.startswith("class_")]
"""As a whole class would hand it in; the other tables collect what is rare and hard on purpose."""


def test_almost_everything_that_a_class_hands_in_is_decided(outcome, capsys):
    decided, total, reviews = share(outcome, CLASSES, lambda names: names[0] != "review")
    with capsys.disabled():
        print(f"\nProblem 4(d): {decided} of {total} points decided in {len(CLASSES)} programs")  # noqa: T201
        print(*reviews, sep="\n")  # noqa: T201
    assert decided / total >= DECIDED_SHARE
