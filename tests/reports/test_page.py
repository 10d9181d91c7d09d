"""The pages as a whole: whole classes of all sizes, hostile names, no network, honest words."""

import base64
import hashlib
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from grader.model import Answer, Answers, Passage, Program, Typewritten
from grader.reading.metadata import Submitter
from grader.reports.changes import Change, Move
from grader.reports.page.alike import likenesses
from grader.reports.page.building import Source, class_page, student_page
from grader.scoring import teaching
from tests.reports.classes import NOW, record, synthetic, verdict

VOID = {"meta", "input", "br", "img", "link", "hr"}


class Checker(HTMLParser):
    """Every element is closed where it has to be; collects elements and attributes."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.attributes = [], set(), []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(rubric, records, **more):
    records = [replace(one, rubric=rubric.digest) for one in records]
    words = {"pairs": (), "changes": (), "since": "the last export", **more}
    return class_page(Source(records, rubric, teaching(), made=NOW, place="grading-store", **words))


def text_of(page):
    page = re.sub(r"<(style|script|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("size", [1, 2, 5, 9, 100, 1000])
def test_a_class_of_any_size_has_a_page(rubric, size):
    made = page(rubric, synthetic(rubric, size))
    found = Checker(made)
    assert sum(name == "data-score" for _, name, _ in found.attributes) == size
    assert f"{size} submission" in text_of(made)
    assert len(made) < 1_000_000


def test_the_page_is_on_its_own(rubric):
    made = page(rubric, synthetic(rubric, 3))
    found = Checker(made)
    assert not found.tags & {"link", "img", "iframe", "object", "form", "base", "embed"}
    for _, name, value in found.attributes:
        assert name not in {"src", "style", "action", "srcset"} and not name.startswith("on")
        assert name != "href" or value.startswith("#")
    assert not re.search(r"https?://", made)


def test_the_policy_allows_its_own_style_and_script_and_nothing_else(rubric):
    made = page(rubric, synthetic(rubric, 3))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', made)[1]
    for kind in ("style", "script"):
        inside = re.search(rf"<{kind}>(.*?)</{kind}>", made, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy


def test_an_empty_store_says_so(rubric):
    made = page(rubric, [])
    Checker(made)
    assert "the store holds no submissions" in text_of(made)


def test_one_or_two_submissions_have_no_mean(rubric):
    assert " mean " not in text_of(page(rubric, synthetic(rubric, 2)))
    assert " mean " in text_of(page(rubric, synthetic(rubric, 3)))


HOSTILE = "<script>alert(1)</script>\u202e\x00\"'><img src=x onerror=alert(1)>" + "n" * 5000


def test_hostile_names_and_words_stay_text(rubric):
    verdicts = [
        verdict("1a.loss", "review", 0, 5, feedback=f"Your answer:\n\n```text\n{HOSTILE}\n```")
    ]
    one = record(1, verdicts, name=HOSTILE, submitters=(Submitter(HOSTILE, HOSTILE, HOSTILE),))
    text = " ".join(f"word{n}ab {HOSTILE[:60]} alpha{chr(97 + n % 26)}" for n in range(200))
    answers = _answers({"1a": text}, {"<b>.py": f"x = '''{HOSTILE}'''\n" * 100})
    records = [replace(r, load_answers=lambda: answers) for r in (one, record(2, verdicts))]
    changes = [
        Change(HOSTILE, (HOSTILE,), 1, 0, (Move("1a.loss", 1, 0, "correct", HOSTILE, HOSTILE),))
    ]
    pairs = likenesses(records)
    assert pairs
    for made in (
        page(rubric, records, changes=changes, pairs=pairs),
        student_page(records[0], rubric),
    ):
        found = Checker(made)
        assert "img" not in found.tags
        assert "\u202e" not in made and "\x00" not in made
        assert len(re.findall("<script>", made)) <= 1  # the page's own
        assert len(made) < 150_000


def _answers(written, programs=()):
    return Answers(
        {part: _answer(part, text) for part, text in written.items()},
        tuple(Program(path, path, text) for path, text in dict(programs).items()),
        Typewritten("yes", "it is LaTeX"),
    )


def _answer(part, text):
    return Answer(part, (Passage("hw2.tex", 1, text),))


def test_similar_work_is_a_hint_side_by_side(rubric):
    words = (
        "Imagine the residual as a spring whose energy is a quadratic bowl; then rolling downhill "
    )
    text = (
        words
        + "always shrinks each separate mode by its own factor, however stiff the spring. " * 3
    )
    more = " ".join(f"Filler{chr(97 + n)}{chr(98 + n % 20)}" for n in range(60))
    answers = _answers({"2d": text + more})
    verdicts = [verdict("2d.decay", "correct", 2, 2)]
    records = [replace(record(n, verdicts), load_answers=lambda: answers) for n in (1, 2)]
    made = page(rubric, records, pairs=likenesses(records))
    assert "It is a hint for a person to look, never a verdict." in text_of(made)
    assert made.count('<div class="side">') == 2
    assert "<mark>Imagine the residual" in made
    nothing = text_of(page(rubric, records))
    assert "No two submissions share more than the homework explains." in nothing


def test_moved_scores_with_falls_named(rubric):
    moves = (Move("1a.loss", 5, 0, "correct", "incorrect", "rubric edit"),)
    changes = [
        Change("submission_1", ("ann",), Decimal(60), Decimal("15.95"), moves, "Ann Lee"),
        Change("submission_2", ("cat",), Decimal(5), Decimal(5), moves),
        Change("new", ("bob",), None, 9, ()),
    ]
    words = text_of(page(rubric, synthetic(rubric, 3), changes=changes))
    assert (
        "Compared with the last export: 1 score moved; 1 fell. 1 scorecard moved without the "
        "total: grader diff shows the items. 1 submission came in" in words
    )
    assert "Ann Lee (submission_1)" in words and "submission_2" not in words
    assert "60 → 15.95 (fell)" in words and "(correct → incorrect): rubric edit" in words
    assert "Nothing has moved, compared with the last export." in text_of(
        page(rubric, synthetic(rubric, 3))
    )
    fresh = text_of(page(rubric, synthetic(rubric, 3), changes=changes[2:]))
    assert "Nothing to compare with: 1 submission came in for the first time." in fresh


def test_cards_of_another_rubric_are_pointed_out(rubric):
    records = [replace(one, rubric="older") for one in synthetic(rubric, 3)]
    made = class_page(Source(records, rubric, {}, (), (), "", NOW, "s"))
    assert "3 scorecards were made with another rubric" in text_of(made)


# ---------------------------------------------------------------- one student


def test_a_student_sees_what_gradescope_shows_and_no_more(rubric):
    verdicts = [
        verdict("1a.loss", "incorrect", 0, 5, ("missing-one-over-n",), feedback="$1/n$ lost."),
        verdict(
            "1b.solution", "review", 0, 4, feedback="**A TA will look at this.**", advice="SECRET"
        ),
        verdict("1b.lambda", "correct", 1, 1, visibility="hidden", feedback="HIDDEN"),
    ]
    words = text_of(student_page(record(7, verdicts), rubric))
    assert "Some results are not shown yet, so there is no total here." in words
    assert "1b.solution" in words and "A TA will look at this." in words
    assert not re.search("SECRET|HIDDEN|1b.lambda|missing-one-over-n", words)


def test_a_student_page_has_the_summary_and_sets_formulas(rubric):
    made = student_page(
        record(7, [verdict("1a.loss", "incorrect", 1, 5, feedback="Lost: $1/n$")]), rubric
    )
    found = Checker(made)
    assert "1.1 of 71 points" not in text_of(made) and "1.1 of 5 points:" in text_of(made)
    assert "math" in found.tags and "script" not in found.tags
