"""The judges of proofs, counterexamples and decay against what many people wrote.

`tests/cases/proofs/*.yaml`: none of the false proofs may be accepted, none of the true ones
refused; review is always tolerated, and the shares that are decided must not fall.
"""

from pathlib import Path

import pytest
import yaml

from grader.evidence import written
from grader.evidence.proofs import judges
from grader.evidence.proofs.lines import argument
from grader.formulas.statements import statements
from grader.model import Answer, Answers, ItemId, Part, Passage, Typewritten
from grader.rubric import load_rubric, score

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/cases/proofs"

GOOD = {
    "3a": r"$tx_1^2+(1-t)x_2^2-(tx_1+(1-t)x_2)^2=t(1-t)(x_1-x_2)^2\ge0$.",
    "3b": r"$t(x_1-b)^2+(1-t)(x_2-b)^2-(tx_1+(1-t)x_2-b)^2=t(1-t)(x_1-x_2)^2\ge0$.",
}
EARLIER = {
    "good": GOOD,
    "bad": {"3a": r"$tx_1^2+(1-t)x_2^2-(tx_1+(1-t)x_2)^2=t(x_1-x_2)^2\ge0$."},
    "open": {
        "3a": r"Cauchy–Schwarz for $(\sqrt t,\sqrt{1-t})$ and $(\sqrt t\,x_1,\sqrt{1-t}\,x_2)$: "
        r"$(tx_1+(1-t)x_2)^2\le(t+(1-t))(tx_1^2+(1-t)x_2^2)=tx_1^2+(1-t)x_2^2$."
    },
    "none": {"3a": "It is well known that $x^2$ is convex."},
}
NAMES = {True: "correct", False: "incorrect", None: "review"}


def rows(name):
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def answered(item, text, file="hw.md", earlier=(), before=""):
    part = Part(item.partition(".")[0])
    written = {part: Answer(part, (Passage(file, 10, text),))}
    for other, kind in dict(earlier).items():
        written[Part(other)] = Answer(Part(other), (Passage("hw.md", 1, EARLIER[kind][other]),))
    unplaced = (Passage(file, 1, before),) if before else ()
    return Answers(written, (), Typewritten("yes", ""), unplaced)


def evidence_of(item, text, file="hw.md", earlier=(), before=""):
    answers = answered(item, text, file, earlier, before)
    (evidence,) = written.evidence([ItemId(item)], answers, judges())
    return evidence


def verdict_of(row, item):
    file, earlier = row.get("file", "hw.md"), row.get("with", {})
    before = row.get("before", "")
    (finding,) = evidence_of(item, row["text"], file, earlier, before).findings
    return NAMES[finding.holds]


@pytest.mark.parametrize("row", rows("true"), ids=lambda row: row["id"])
def test_no_true_proof_is_refused(row):
    found = verdict_of(row, row["item"])
    assert found == row["expected"] if "expected" in row else found in ("correct", "review")


@pytest.mark.parametrize("row", rows("false"), ids=lambda row: row["id"])
def test_no_false_proof_is_accepted(row):
    found = verdict_of(row, row["item"])
    assert found == row["expected"] if "expected" in row else found in ("incorrect", "review")


@pytest.mark.parametrize("row", rows("counterexamples"), ids=lambda row: row["id"])
def test_counterexamples(row):
    assert verdict_of(row, "3d.counterexample") in (*row["accept"], "review")


@pytest.mark.parametrize("row", rows("decay"), ids=lambda row: row["id"])
def test_decay(row):
    found = verdict_of(row, "2d.decay")
    assert found == row["expected"] if "expected" in row else found in (*row["accept"], "review")


@pytest.mark.parametrize(
    ("name", "item", "verdict", "share"),
    [
        ("true", None, "correct", 0.87),
        ("false", None, "incorrect", 0.36),
        ("counterexamples", "3d.counterexample", "correct", 0.45),
        ("decay", "2d.decay", "correct", 0.42),
    ],
)
def test_the_decided_share_does_not_fall(name, item, verdict, share):
    found = [verdict_of(row, item or row["item"]) for row in rows(name)]
    assert found.count(verdict) >= share * len(found)


def test_a_false_step_comes_with_its_numbers_and_its_mistake():
    text = r"$f(tx_1+(1-t)x_2)=(tx_1+(1-t)x_2)^2=t^2x_1^2+(1-t)^2x_2^2\le tx_1^2+(1-t)x_2^2$"
    (finding,) = evidence_of("3a.proof", text).findings
    assert finding.misconception == "dropped-cross-term"
    assert finding.details["found"] == "(tx_1+(1-t)x_2)^2 = t^2x_1^2+(1-t)^2x_2^2"
    assert finding.details["where"] == "hw.md, line 10"
    assert float(finding.details["left"]) != float(finding.details["right"])


def test_the_line_of_a_step_is_that_of_the_display():
    steps = "(tx_1+(1-t)x_2)^2 &= t^2x_1^2+2t(1-t)x_1x_2+(1-t)^2x_2^2\\\\\n&= t\n"
    text = f"Let\n\n$$\n\\begin{{aligned}}\n{steps}\\end{{aligned}}\n$$\n"
    (finding,) = evidence_of("3a.proof", text).findings
    assert finding.holds is False
    assert finding.details["where"] == "hw.md, line 14"


def test_degrees_are_recognised():
    text = (
        "Try $x_1=0$, $x_2=120$, $t=1/2$. $f(0)=0$, $f(120)=60.866$, $f(60)=30.866$. "
        "The mean is $30.433<30.866=f(60)$. Not convex."
    )
    (finding,) = evidence_of("3d.counterexample", text).findings
    assert finding.misconception == "sine-in-degrees"


def test_equality_is_told_from_a_wrong_triple():
    text = r"With $x_1=0$, $x_2=2\pi$, $t=1/2$ the inequality fails."
    (finding,) = evidence_of("3d.counterexample", text).findings
    assert (finding.holds, finding.note) == (False, "counterexample-is-equality")


def test_a_wrong_number_beside_a_right_triple_is_mentioned():
    text = r"$x_1=0$, $x_2=\pi$, $t=0.5$. $f(\pi/2)=1.5$, chord $0.785$. Not convex."
    (finding,) = evidence_of("3d.counterexample", text).findings
    assert (finding.holds, finding.note) == (True, "counterexample-with-a-slip")


def test_wishes_and_hypotheses_are_told_from_claims():
    text = "We need to show that $a\\le b$. Assume $c\\le d$. We have $e\\le g$."
    lines = argument(Part("3a"), answered("3a.proof", text)).lines
    assert [line.stance for line in lines] == ["wish", "hypothesis", "stated"]


def test_a_chain_goes_on_over_displays_and_reasons():
    text = r"\[ a = b \] which is \[ = c \quad\text{(by (a))} \] \[ \le d \]"
    (line,) = argument(Part("3a"), answered("3a.proof", text, "hw.tex")).lines
    assert line.relations == ("=", "=", "≤")


def test_reasons_behind_ampersands_stand_apart():
    source = r"\begin{aligned} a &= b && (t^2\le t) \\ &\le c && \text{last} \end{aligned}"
    found = statements(source)
    assert [len(one.members) for one in found] == [3, 1]
    assert found[0].relations == ("=", "≤")
    assert found[-1].remark == "last"


def test_a_display_that_begins_with_a_relation_keeps_it():
    (found,) = statements(r"\le c")
    assert found.opening == "≤"


def test_tr_with_a_subscript_is_a_product():
    (found,) = statements("tr_1+1")
    assert str(found.members[0].expression) == "t r_1 + 1"


@pytest.mark.parametrize("row", rows("false") + rows("counterexamples"), ids=lambda row: row["id"])
def test_feedback_is_short_and_complete(row):
    item = ItemId(row.get("item", "3d.counterexample"))
    answers = answered(item, row["text"], row.get("file", "hw.md"), row.get("with", {}))
    evidence = written.evidence([item], answers, judges())
    rubric = load_rubric(ROOT / "rubrics")
    card = score(rubric, evidence, answers.typewritten)
    (verdict,) = [one for one in card.verdicts if one.item == item]
    sentences = verdict.feedback.partition("Your answer (")[0]
    assert sentences.strip()
    assert len(sentences) < 900
    assert "None" not in sentences
    assert "nan" not in sentences


def test_a_loose_continuation_goes_on_with_the_chain_that_it_fits():
    text = (
        "$f(tx+(1-t)y)=t^2x^2+(1-t)^2y^2+2t(1-t)xy$. By AM-GM, $2xy\\le x^2+y^2$, so this is "
        "$\\le t^2x^2+(1-t)^2y^2+t(1-t)x^2+t(1-t)y^2=tx^2+(1-t)y^2$."
    )
    (finding,) = evidence_of("3a.proof", text).findings
    assert finding.holds is True


def test_one_text_for_two_parts_is_judged_once():
    text = (
        "It is enough to do (b), because (a) is the special case $b=0$. Let $p=x_1-b$, $q=x_2-b$. "
        "$f(tx_1+(1-t)x_2)=(tp+(1-t)q)^2=tp^2+(1-t)q^2-t(1-t)(p-q)^2\\le tf(x_1)+(1-t)f(x_2)$"
    )
    passage = Passage("hw.md", 1, text)
    parts = [Part("3a"), Part("3b")]
    answers = Answers({p: Answer(p, (passage,)) for p in parts}, (), Typewritten("yes", ""))
    items = [ItemId("3a.proof"), ItemId("3b.proof")]
    found = written.evidence(items, answers, judges())
    assert [one.findings[0].holds for one in found] == [True, True]


def test_a_proof_in_a_picture_is_for_a_person():
    text = "$f''(x)=2>0$, see also ![my proof](proof.png)"
    (finding,) = evidence_of("3a.proof", text).findings
    assert finding.holds is None


def test_many_formulas_take_no_long_time():
    text = "$x\\le y$ so " * 2000
    assert NAMES[evidence_of("3a.proof", text).findings[0].holds] == "review"
