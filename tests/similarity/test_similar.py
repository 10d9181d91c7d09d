"""Copies that are disguised show; what the homework forces on everybody does not.

The honest class is the one of the sample submissions, whose writeups and programs have different
authors. The thresholds were set on 64 writeups and 110 programs of independent authors that are not
in the repository: there the most alike writeups share 19 words (30 are needed), the most alike
programs 62 % (70 % are needed) and 174 tokens (220 are needed).
"""

import random
import re
import time
from pathlib import Path

import pytest

from grader.reading import read
from grader.reading.files import load
from grader.reports.page.alike import known_texts
from grader.similarity import Paper, Section, similar

SAMPLES = Path(__file__).resolve().parents[2] / "sample_submissions"
COPIES_ON_PURPOSE = {("official-script", "syntax-error")}

HONEST = (
    "By definition every residual is affine in the weights, so squaring and adding them gives a "
    "bowl. Any chord of the bowl stays above it, which was to be shown for the loss. "
)


def paper(name, *sections, students=None):
    texts = tuple(Section(label, text) for label, text in sections)
    return Paper(name, students or (name,), texts)


@pytest.fixture(scope="module")
def samples():
    return {path.name: read(load(path)) for path in sorted(SAMPLES.iterdir()) if path.is_dir()}


@pytest.fixture(scope="module")
def writeups(samples):
    return [
        paper(name, *((part, answers.text_of(part)) for part in answers.written))
        for name, answers in samples.items()
    ]


@pytest.fixture(scope="module")
def programs(samples):
    return [
        paper(name, *((program.path, program.text) for program in answers.programs[:1]))
        for name, answers in samples.items()
    ]


def with_copy(papers, of, change):
    source = next(one for one in papers if one.name == of)
    return [*papers, Paper("copy", ("copy",), tuple(change(source.sections)))]


def named(pairs):
    return {tuple(sorted((pair.first, pair.second))) for pair in pairs}


def found(papers, kind, of):
    pairs = [pair for pair in similar(papers, kind, known_texts()) if "copy" in named([pair]).pop()]
    return next((pair for pair in pairs if of in (pair.first, pair.second)), None)


def changed_words(sections, part, seed=1):
    rng = random.Random(seed)

    def change(match):
        return rng.choice(("hence", "simply", "indeed")) if rng.random() < part else match[0]

    for section in sections:
        text = re.sub(r"(?<![\\\w$])[a-z]{4,}(?!\w)", change, section.text)
        yield Section(section.label, text)


def renamed(sections):
    for section in sections:
        text = section.text
        for old in set(
            re.findall(r"\b(?:[a-zA-Z]{1,2}\d?|cache|grads|backward|worst|mine)\b", text)
        ):
            if old not in {"as", "in", "if", "is", "or", "no", "p4", "e"}:
                text = re.sub(rf"(?<![.\w\"'%])\b{old}\b(?!\s*[(=\"'])", f"my_{old}", text)
        yield Section("other.py", re.sub(r"#[^\n\"']*", "", text))


# ---------------------------------------------------------------- honest work


def test_no_writeups_of_different_authors_show(writeups):
    assert named(similar(writeups, "writeup", known_texts())) == set()


def test_no_programs_of_different_authors_show(programs):
    assert named(similar(programs, "code", known_texts())) == COPIES_ON_PURPOSE


def test_the_same_formulas_are_no_hint():
    formulas = (
        r"$$L(w)=\frac1n\|Xw-y\|^2+w^T\Lambda w$$ $$w^*=(X^TX+n\Lambda)^{-1}X^Ty$$ "
        r"$$w_{t+1}=w_t-\frac{2\eta}{n}X^T(Xw_t-y)$$ $A=I-\frac{2\eta}nX^TX$ $b=\frac{2\eta}nX^Ty$ "
        "A = I − (2η/n) XᵀX and b = (2η/n) Xᵀy, w∞ = (I − A)⁻¹ b, 0 < η < n/λ "
    )
    papers = [
        paper("one", ("2b", formulas * 3), ("3c", HONEST)),
        paper("two", ("2b", formulas * 3), ("3c", "The Hessian has no negative eigenvalue.")),
    ]
    assert similar(papers, "writeup") == []


def test_the_homework_and_the_template_are_no_hint():
    quoted = ("1a", known_texts()[0])
    papers = [paper("one", quoted, ("3c", HONEST)), paper("two", quoted, ("3c", "Short."))]
    assert similar(papers, "writeup", known_texts()) == []


def test_what_a_large_class_has_in_common_is_no_hint():
    phrase = "we set the gradient of the loss to zero and solve the linear system for the weights "
    own = [f"{' '.join(f'word{chr(97 + n)}{k}' for k in range(80))}. " for n in range(26)]
    crowd = [paper(f"p{n}", ("1b", own[n] + phrase * 4)) for n in range(26)]
    assert similar(crowd, "writeup") == []
    assert similar(crowd[:2], "writeup") != []


def test_short_answers_are_not_compared():
    text = ("4c", "The skip connection adds the identity, so the gradient cannot vanish.")
    assert similar([paper("one", text), paper("two", text)], "writeup") == []


def test_nobody_is_compared_with_himself_or_his_group(writeups):
    text = next(one for one in writeups if one.name == "perfect-markdown").sections
    group = [Paper("first", ("ann", "bob"), text), Paper("second", ("bob",), text)]
    assert similar(group, "writeup") == []
    assert len(similar([*group, Paper("third", ("cy",), text)], "writeup")) == 2


# ---------------------------------------------------------------- copies


def test_changed_words_do_not_hide_a_copy(writeups):
    shares = []
    for part in (0.0, 0.1, 0.2, 0.3):
        papers = with_copy(writeups, "perfect-markdown", lambda s, p=part: changed_words(s, p))
        shares.append(found(papers, "writeup", "perfect-markdown").share)
    assert shares[0] > 0.9
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] > 0.15


def test_reordered_parts_do_not_hide_a_copy(writeups):
    papers = with_copy(writeups, "perfect-latex", reversed)
    assert found(papers, "writeup", "perfect-latex").share > 0.9


def test_one_copied_part_shows(writeups):
    own = [Section("1a", "I write what I think in my own words, as one should. " + HONEST)]
    papers = with_copy(
        writeups, "perfect-markdown", lambda s: own + [x for x in s if x.label == "2d"]
    )
    pair = found(papers, "writeup", "perfect-markdown")
    assert {side.label for one in pair.passages for side in (one.first, one.second)} == {"2d"}


def test_renamed_variables_do_not_hide_a_copy(programs):
    papers = with_copy(programs, "perfect-markdown", renamed)
    copy = papers[-1].sections[0].text
    assert "my_p" in copy and copy != papers[0].sections
    assert found(papers, "code", "perfect-markdown").share > 0.7


def test_reordered_functions_do_not_hide_a_copy(programs):
    def reordered(sections):
        for section in sections:
            blocks = re.split(r"\n(?=def )", section.text)
            yield Section("other.py", "\n".join([blocks[0], *reversed(blocks[1:])]))

    papers = with_copy(programs, "perfect-markdown", reordered)
    assert found(papers, "code", "perfect-markdown").share > 0.8


def test_a_dozen_who_copied_from_one_are_all_seen(writeups):
    text = next(one for one in writeups if one.name == "perfect-latex").sections
    crowd = [Paper(f"copy{n}", (f"copy{n}",), text) for n in range(12)]
    seen = {name for pair in named(similar([*writeups, *crowd], "writeup")) for name in pair}
    assert {one.name for one in crowd} <= seen


# ---------------------------------------------------------------- what is shown


def test_a_passage_shows_both_texts_and_marks_what_is_the_same():
    start = (
        "every tide rises gently twice each day since the moon pulls water toward itself and also "
    )
    more = "pushes boats, lifts sand, moves stones, wears cliffs, feeds crabs"
    more += ", brings weed and wets the feet of whoever walks along the beach"
    rest = " ".join(f"filler{chr(97 + n)}" for n in range(26)) + " "
    papers = [
        paper("one", ("3c", start + "gently " + more), ("4a", rest * 2)),
        paper("two", ("3a", start + "roughly " + more), ("4a", rest[::-1] * 2)),
    ]
    (pair,) = similar(papers, "writeup")
    (passage,) = pair.passages
    assert (passage.first.label, passage.second.label) == ("3c", "3a")
    assert "".join(text for text, _ in passage.first.pieces) == start + "gently " + more
    assert [text.strip() for text, same in passage.first.pieces if not same] == ["gently"]
    assert [text.strip() for text, same in passage.second.pieces if not same] == ["roughly"]
    assert pair.words == passage.words


def test_nothing_that_is_typed_breaks_the_comparison():
    junk = ["", "\\" * 500, "$" * 301, "{" * 400, "```\n" * 90, "\ud800 \u202e" * 100, "'''" * 99]
    papers = [paper(str(n), ("1a", text * 3), ("", text)) for n, text in enumerate(junk * 2)]
    for kind in ("writeup", "code"):
        for pair in similar(papers, kind):
            assert 0 < pair.share <= 1
    assert similar([], "writeup") == similar([paper("one")], "code") == []


def test_a_thousand_papers_and_one_copy():
    rng = random.Random(1)
    vocabulary = [f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(400)]
    texts = [" ".join(rng.choices(vocabulary, k=150)) for _ in range(1000)]
    texts[700] = texts[3].replace("worda", "term")
    papers = [paper(str(n), ("2b", text)) for n, text in enumerate(texts)]
    assert named(similar(papers, "writeup")) == {("3", "700")}


def test_a_passage_says_in_which_line_it_begins():
    text = "Own words.\n\n" + " ".join(f"reason{chr(97 + n)} matters" for n in range(26)) * 2
    papers = [Paper(n, (n,), (Section("3c", text, 40),)) for n in "ab"]
    (pair,) = similar(papers, "writeup")
    assert pair.passages[0].first.label == "3c, line 40"


@pytest.mark.parametrize("opening", ["<!--", "\\begin{verbatim}", '"""', "```\n", "a b c d ", "$"])
def test_a_flood_of_openings_costs_seconds_at_most(opening):
    papers = [paper(name, ("1a", opening * (150_000 // len(opening)))) for name in "ab"]
    started = time.process_time()
    for kind in ("writeup", "code"):
        similar(papers, kind)
    assert time.process_time() - started < 10
