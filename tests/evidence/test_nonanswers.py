"""What counts as no answer at all, and what is a short answer."""

import pytest

from grader.evidence.written.nonanswers import says_nothing, says_only_same
from grader.model import Passage


def passages(text):
    return (Passage("hw2.md", 1, text),)


@pytest.mark.parametrize(
    "text",
    ["skipped", "Skip.", "skip this one", "TODO", r"\textbf{TODO}", "*to do*", "TBD", "n/a", "N/A.",
     "?", "???", "-", "--", "...", "I don't know", "I don't know how to do this", "idk", "No idea.",
     "no time", "Sorry, no time left.", "I did not have enough time for this part.",
     "ran out of time", "Not attempted", "not done yet", "I didn't attempt this",
     "could not solve this one",
     "skipped (no time)", "left blank", "unfinished", "Will do later", "I have no clue",
     "I did not finish this problem.", "I don’t understand the question", "no answer"],
)  # fmt: skip
def test_no_answer(text):
    assert says_nothing(passages(text))


@pytest.mark.parametrize(
    "text",
    ["no", "No.", "none", "nothing", "nothing changes", "yes", "same", "1", "0", "x", "$w$", "=",
     "skip: $e$", "the skip", "Skip connection", "not convex", "I don't know whether it is convex",
     "missing intercept", "no noise", "skip the proof of (b), it is the same", "we have no time t",
     "It does not know W1", "not finished: $w = 1$", "e + ...", "0 < t < 1", "see part (a)"],
)  # fmt: skip
def test_an_answer(text):
    assert not says_nothing(passages(text))


def test_a_long_text_is_an_answer():
    assert not says_nothing(passages("skip " * 100))
    assert not says_nothing((*passages("skipped"), *passages("$w = 1$")))


@pytest.mark.parametrize("text", ["same", "The same.", "identical", "It is the same"])
def test_only_same(text):
    assert says_only_same(passages(text))


@pytest.mark.parametrize("text", ["same as (a)", "same as above", "$w$, the same", "not the same"])
def test_more_than_same(text):
    assert not says_only_same(passages(text))
