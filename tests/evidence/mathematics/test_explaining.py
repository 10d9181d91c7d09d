"""How a part was found and read, as `grader grade --explain` shows it."""

import pytest

from grader.evidence.mathematics.explaining import explain
from grader.model import Answer as Written
from grader.model import Answers, Part, Passage, Typewritten

RIGHT = r"$w_\infty = (I-A)^{-1}b$"


def answers(part, text):
    """A writeup that consists of one part."""
    passage = Passage("hw2.md", 3, text)
    return Answers({part: Written(part, (passage,))}, (), Typewritten("yes", ""))


def read(text, part="2a"):
    """The explanation of a part with this text."""
    return explain(answers(Part(part), text), Part(part))


def links(text, part="2a"):
    """Of every relation: its sign, and whether it holds."""
    return [
        (link.relation, link.holds) for one in read(text, part).statements for link in one.links
    ]


def test_a_chain_shows_which_of_its_links_hold():
    text = r"$X^T(Xw-y) = X^TXw - X^Ty = X^TXw + X^Ty$"
    assert links(text) == [("=", True), ("=", False)]


def test_a_link_without_a_value_is_neither_true_nor_false():
    assert links(r"$w_{t+1} = w_t - \eta g_t$") == [("=", None)]


def test_a_definition_is_neither_true_nor_false():
    assert links(r"$\nabla L(w) = \frac2n X(Xw - y)$") == [("=", None)]
    assert links(r"$v = X^Ty$ and $X^Ty = 2X^Ty$") == [("=", None), ("=", False)]


def test_a_link_is_judged_with_the_homeworks_symbols_and_not_with_the_students_own_claim():
    assert links(r"$b = -\frac{2\eta}{n}X^Ty$", "2b") == [("=", False)]


@pytest.mark.parametrize(
    ("text", "relation", "holds"),
    [(r"$\eta > 0$", ">", True), (r"$\eta < 0$", "<", False), (r"$n \le d$", "≤", False)],
)
def test_inequalities_are_checked_too(text, relation, holds):
    assert links(text) == [(relation, holds)]


def test_every_statement_has_its_place():
    found = read("First.\n\n" + RIGHT + "\n\nand then\n\n" + RIGHT, "2b")
    assert [one.where for one in found.statements] == ["hw2.md, line 5", "hw2.md, line 9"]


def test_what_is_not_read_says_why():
    (half,) = read(r"$w = X^T y \odot$").statements
    assert (half.members, len(half.troubles)) == (("w", "(not read)"), 1)
    (whole,) = read(r"$w = \unknowncommand X^T y$").statements
    assert whole.members == ("(not read)",)
    assert "unknowncommand" in whole.troubles[0]


def test_the_students_symbols_are_listed_with_their_meaning():
    found = read(r"Let $r = Xw - y$. Then $\nabla L = \frac{2}{n}X^T r$.")
    assert found.symbols["r"] == "X w - y"


def test_a_part_that_is_not_there_says_so():
    found = explain(answers(Part("2a"), RIGHT), Part("2c"))
    assert (found.found, found.statements) == (False, ())
