"""What people call a gradient: a table of their words, and what they mean."""

from pathlib import Path

import pytest
import yaml

from grader.evidence.code.labels import Vocabulary, says_analytic

TABLE = Path(__file__).resolve().parents[1] / "cases" / "labels.yaml"
PROGRAMS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))


def rows():
    for program in PROGRAMS:
        for label, means, claims, *why in program["labels"]:
            marks = [pytest.mark.xfail(reason=why[0])] if why else []
            yield pytest.param(
                program["leaves"], label, as_list(means), as_list(claims),
                id=f"{program['program']}: {label}", marks=marks,
            )  # fmt: skip


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(("leaves", "label", "means", "claims"), list(rows()))
def test_a_label_means_what_its_writer_means(leaves, label, means, claims):
    claim = "analytic" if says_analytic(label) else "-"
    assert (Vocabulary(leaves).role(label) in means, claim in claims) == (True, True)


def test_the_table_is_large_enough_to_mean_something():
    labels = [row for program in PROGRAMS for row in program["labels"]]
    assert len(labels) >= 120
    assert sum(row[1] is None for row in labels) > 40
    assert {str(row[1]) for row in labels} >= {"W1", "b1", "W2", "b2", "x"}


def test_without_any_names_of_leaves_the_homeworks_own_are_understood():
    assert Vocabulary({}).role("dW1") == "W1"
    assert Vocabulary({}).role("W1") is None


@pytest.mark.parametrize(
    "label", ["", " ", "[]", "()", "...", "[0]", "'\"", "x" * 10_000, "∂" * 99]
)
def test_any_text_is_a_label(label):
    assert Vocabulary({"W1": [label]}).role(label) in (None, "W1")
    assert not says_analytic(label)
