"""Sentences and clauses: what belongs to one verb, what is only a condition, what is left out."""

import time

import pytest

from grader.claims.clauses import clauses
from grader.claims.polarity import is_hedged, is_weakened, polarity
from grader.claims.sentences import sentences
from grader.model import Passage


def split(text):
    return [clause.text for clause in clauses(text)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("it helps x but it does not help w1", ["it helps x", "it does not help w1"]),
        ("it helps x , but not w1 and b1", ["it helps x", "not helps w1 b1"]),
        ("it helps the input , not w1", ["it helps the input", "not helps w1"]),
        ("w1 , b1 : not helped", ["w1 b1 not helped"]),
        ("only x benefits ; w1 does not", ["only x benefits", "w1 does not benefits"]),
        ("w1 and b1 , however , are not helped", ["w1 b1 are not helped"]),
        ("the flow is unchanged and still goes through w2",
         ["the flow is unchanged", "the flow still goes through w2"]),
        ("none of w1 , b1 ( they go through w2 )", ["none of w1 b1", "they go through w2"]),
        ("it is the same as the other one", ["it is the same likeas the other one"]),
        ("while x gets e , w1 gets nothing", ["x gets e", "w1 gets nothing"]),
    ],
)  # fmt: skip
def test_each_clause_has_its_own_verb(sentence, expected):
    assert split(sentence) == expected


def test_conditions_are_kept_apart():
    kinds = {c.text: c.kind for c in clauses("if w2 is zero , the gradient vanishes")}
    assert kinds == {"if w2 is zero": "condition", "the gradient vanishes": "plain"}
    assert ("x gets e nomatter", "plain") in clauses("x gets e even if all units are off")


@pytest.mark.parametrize(
    ("clause", "word", "expected"),
    [
        ("it helps w1", "helps", "yes"),
        ("it does not help w1", "help", "no"),
        ("it helps none of the parameters", "helps", "no"),
        ("neither w1 nor b1 benefits", "benefits", "no"),
        ("there is no direct path to w1", "path", "no"),
        ("it fails to protect w1", "protect", "no"),
        ("it might help w1", "help", "open"),
        ("it is not the case that it does not help", "help", "open"),
        ("it prevents w1 from decaying", "decaying", "no"),
        ("it never vanishes thanks to the identity", "identity", "yes"),
    ],
)
def test_negation_reaches_as_far_as_it_does(clause, word, expected):
    start = clause.index(word)
    assert polarity(clause, start, start + len(word), possible=False) == expected


def test_what_can_happen_may_happen():
    clause = "the gradient may vanish"
    start = clause.index("vanish")
    assert polarity(clause, start, len(clause), possible=True) == "yes"
    assert polarity(clause, start, len(clause), possible=False) == "open"


@pytest.mark.parametrize(
    "sentence",
    ["maybe it helps", "i am not sure", "it is not true that it helps", "it probably does",
     "whether it helps is hard to say", "it seems to help", "some people say so"],
)  # fmt: skip
def test_hedges(sentence):
    assert is_hedged(sentence)


@pytest.mark.parametrize("sentence", ["i think it helps", "it does not help", "it can vanish"])
def test_what_is_no_hedge(sentence):
    assert not is_hedged(sentence)


def test_weak_statements():
    assert is_weakened("it helps w1 slightly")
    assert is_weakened("it helps all parameters except w1")
    assert not is_weakened("it does not help w1")


def said(text, line=1):
    return sentences((Passage("hw2.tex", line, text),))


def test_a_sentence_knows_its_place():
    text = "First one. Second\none here.\n\n- A third, with $0.5$ in it."
    assert [(s.where, s.block, s.item) for s in said(text, 10)] == [
        ("hw2.tex, line 10", 1, False),
        ("hw2.tex, line 10", 1, False),
        ("hw2.tex, line 13", 2, False),
    ]


def test_questions_programs_and_quotations_say_nothing():
    assert said("Does it help $W_1$?") == ()
    assert said("```python\nprint('it helps W1')\n```") == ()
    assert said("Discuss how the skip connection affects gradient flow to the input versus gradient"
                " flow to the parameters of the hidden layer.") == ()  # fmt: skip
    assert [s.text for s in said("Gradient highway? It is one.")] == [
        "gradient highway",
        "it is one.",
    ]


def test_a_display_ends_a_sentence_before_a_capital():
    text = "We get\n$$x = 1$$\nIt is right, e.g. for 2.5 units."
    assert [s.text for s in said(text)][-1] == "it is right , e.g. for #2.5 units."


def test_a_short_answer_in_the_words_of_the_question_is_an_answer():
    assert [s.text for s in said("A closed-form solution exists.")]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One.\n\nTwo.\n\nThree.", [1, 2, 3]),
        ("- One.\n- Two.\n- Three.\n  More.", [1, 2, 3, 3]),
        ("1. One.\n   - Sub.\n2. Two.\n3. Three.\n\nMore.", [1, 1, 2, 3, 3]),
        ("**One.** A.\n\n**Two.** B.\n\nC.\n\n**Three.** D.", [1, 1, 2, 2, 2, 3, 3]),
        ("a) One.\nb) Two.\nc) Three.", [1, 2, 3]),
        (r"\item One. \item Two.", [1, 1]),
    ],
)
def test_an_answer_is_divided_by_its_clearest_marks(text, blocks):
    assert [sentence.block for sentence in said(text)] == blocks


BOMBS = {
    "one long sentence": "the skip helps w1 and b1 not " * 10_000,
    "many list items": "- a\n" * 30_000,
    "many sentences": "The skip does not help W1. " * 10_000,
    "many formulas": "$x$ " * 30_000,
    "many braces": "{" * 50_000 + "}" * 50_000,
    "one long word": "x" * 200_000,
}
ENOUGH_SECONDS = 5.0
"""Of processor time; it takes a tenth of that, and unbounded work would take minutes."""


@pytest.mark.parametrize("bomb", BOMBS)
def test_the_work_is_bounded(bomb):
    start = time.process_time()
    for sentence in said(BOMBS[bomb]):
        clauses(sentence.text)
    assert time.process_time() - start < ENOUGH_SECONDS
