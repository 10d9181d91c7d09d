"""Claims in many people's words: no wrong verdict, and few that are left to a TA."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from grader.evidence.written import evidence
from grader.evidence.written.claims import judge
from grader.model import Answer, Answers, ItemId, Part, Passage, Typewritten
from grader.rubric.scoring import verdict_name

CASES = Path(__file__).resolve().parents[1] / "cases" / "claims"
ENOUGH_DECIDED = 0.8
"""Of the rows that are right or wrong beyond doubt; the aim is 0.7 of what nobody has seen."""


class Row(NamedTuple):
    item: str
    verdict: str
    text: str


def rows():
    for file in sorted(CASES.glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            for verdict, texts in group.items():
                yield from (Row(file.stem, verdict, text) for text in texts)


ROWS = list(rows())
ITEMS = sorted({row.item for row in ROWS})


@pytest.fixture(scope="module")
def judged(rubric):
    """The verdict on a text that is the whole answer to an item's part."""
    decide = judge(rubric.claims)

    def verdict(item, text):
        part = Part(item.partition(".")[0])
        answer = Answer(part, (Passage("hw2.md", 1, text),))
        answers = Answers({part: answer}, (), Typewritten("yes", ""))
        (found,) = evidence([ItemId(item)], answers, [decide])
        return verdict_name(found)

    return verdict


@pytest.mark.parametrize("item", ITEMS)
def test_no_verdict_is_wrong(item, judged):
    wrong = [
        (row.text, row.verdict, found)
        for row in ROWS
        if row.item == item and (found := judged(item, row.text)) not in (row.verdict, "review")
    ]
    assert wrong == []


@pytest.mark.parametrize("item", [item for item in ITEMS if item != "2d.decay"])
def test_strong_wording_is_decided(item, judged):
    clear = [row for row in ROWS if row.item == item and row.verdict != "undecided"]
    decided = sum(judged(item, row.text) == row.verdict for row in clear)
    assert decided >= ENOUGH_DECIDED * len(clear)


def test_there_are_rows_of_every_kind_for_every_item():
    kinds = Counter((row.item, row.verdict) for row in ROWS)
    for item in ITEMS:
        assert all(kinds[item, verdict] for verdict in ("correct", "incorrect", "undecided"))


DECIDED = [row for row in ROWS if row.verdict != "undecided"]
DENIALS = ("It is not true that", "It is wrong to say that", "I am not sure whether")


def said_otherwise(text, prefix):
    """Every sentence of a text behind the same few words."""
    pieces = re.split(r"(?<=[a-z)$][.!?;]) (?=\S)", text)
    return " ".join(f"{prefix} {piece[0].lower()}{piece[1:]}" for piece in pieces if piece)


@pytest.mark.parametrize("prefix", DENIALS)
@pytest.mark.parametrize("item", ITEMS)
def test_what_is_taken_back_in_each_sentence_is_not_decided(item, prefix, judged):
    still = [
        text
        for row in DECIDED
        if row.item == item
        for text in [said_otherwise(row.text, prefix)]
        if judged(item, text) == row.verdict == "correct"
    ]
    assert still == []


FLIPS = [
    (r"\bdoes not\b|\bdoesn't\b|\bdoes NOT\b", "does"),
    (r"\bdo not\b|\bdon't\b", "do"),
    (r"\bcan't\b|\bcannot\b", "can"),
    (r"\bis not\b|\bisn't\b", "is"),
    (r"\bare not\b|\baren't\b", "are"),
    (r"\b(?:it|It) is\b", "it is not"),
    (r"\bis\b", "is not"),
    (r"\bare\b", "are not"),
    (r"\bexists\b", "does not exist"),
    (r"\bconverges\b", "does not converge"),
    (r"\bequals\b", "does not equal"),
    (r"\bgets\b", "does not get"),
    (r"\bcan be\b", "cannot be"),
    (r"\bmust be\b", "need not be"),
]


def flipped(sentence):
    """The sentence with its first verb denied, or affirmed if it was denied."""
    found = [(m.start(), m, words) for p, words in FLIPS if (m := re.search(p, sentence))]
    if not found:
        return None
    _, match, words = min(found, key=lambda one: (one[0], -len(one[1][0])))
    return sentence[: match.start()] + words + sentence[match.end() :]


ONE_STATEMENT = {
    "1b.lambda": r"\b(?:one|1)\b",
    "2e.comparison": r"\b(?:same|equal|identical|match|coincide|agree)",
    "4c.parameters": r"\b(?:help|benefit|profit|protect|prevent)",
}
"""Items for which one sentence is a whole answer, and what stands beside its verb."""


@pytest.mark.parametrize("item", ONE_STATEMENT)
def test_a_sentence_whose_verb_is_denied_is_not_right_any_more(item, judged):
    clauses = re.compile(r"[,;:(]|\b(?:and|because|since|as|while|but|which|so|thus|that)\b")
    tried, still = 0, []
    for row in DECIDED:
        if row.item == item and row.verdict == "correct":
            main = clauses.split(row.text)[0]
            turned = flipped(main) if re.search(ONE_STATEMENT[item], main) else None
            if turned and not re.match("No|Neither", main) and judged(item, row.text) == "correct":
                tried += 1
                text = turned + row.text[len(main) :]
                still += [text] if judged(item, text) == "correct" else []
    assert tried >= 3
    assert still == []


UNRELATED = (
    "The calculation took me two hours.",
    "See also the code in part (d).",
    "I worked on this problem with a friend from class.",
    "The notation is that of the lecture.",
)


@pytest.mark.parametrize("item", ITEMS)
def test_a_sentence_about_something_else_changes_no_verdict(item, judged):
    changed = [
        (row.text, added)
        for number, row in enumerate(row for row in ROWS if row.item == item)
        for added in [UNRELATED[number % len(UNRELATED)]]
        if not row.text.endswith(("?", ":"))
        for text in (f"{added} {row.text}", f"{row.text.rstrip('.')}. {added}")
        if judged(item, text) != judged(item, row.text) and judged(item, text) != "review"
    ]
    assert changed == []


def statement():
    path = Path(__file__).resolve().parents[2] / "grader" / "reading" / "statement.txt"
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("item", [item for item in ITEMS if item != "2b.assumption"])
def test_the_homework_itself_claims_nothing(item, judged):
    text = statement()
    assert judged(item, text) == "review"
    for paragraph in text.split("\n\n"):
        assert judged(item, paragraph) in ("review", "missing")
