"""Feedback is the rubric's sentences with the student's text in them, and nothing breaks out."""

import ast
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from markdown_it import MarkdownIt

from grader.model import Evidence, Finding, ItemId, Quote
from grader.rubric import load_rubric
from grader.rubric.schema import part_of
from grader.rubric.scoring import verdict_name
from grader.rubric.wording import FOLLOWED, QUOTED_LINES, SHOWN_DETAIL, Wording, filled, plain
from grader.scoring import teaching as all_teaching
from tests.rubric import example

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = example.loaded()
SHIPPED = load_rubric(ROOT / "rubrics")
ANALYTIC, PROOF = ItemId("4d.analytic"), ItemId("3a.proof")
TEACHING = {"missing-relu-mask": "A ReLU passes a gradient only where its input was positive."}

DETAILS = {"name": "dW1", "where": "line 12", "found": "[1, 2]"}
QUOTED = "`dW1` (line 12) is `[1, 2]`."


def feedback(item, *findings, answered=True, quotes=(), rubric=RUBRIC):
    """What the student reads for one item."""
    evidence = Evidence(item, answered, findings, tuple(quotes))
    row = next(one for one in rubric.items if one.item == item)
    first = next(one.item for one in rubric.items if part_of(one.item) == part_of(item))
    return Wording(rubric, row, TEACHING, first).feedback(verdict_name(evidence), evidence)


def about(note, *aspects, holds=False, misconception=None, details=DETAILS):
    """Findings that say the same of several gradients."""
    return [Finding(holds, note, aspect, misconception, details) for aspect in aspects]


def quoted(*quotes, item=PROOF):
    """The feedback of a review with these quotations."""
    return feedback(item, *about("plain", "all", holds=None), quotes=quotes)


# --- sentences

GROUPS = {
    # findings: lines of the feedback
    "one aspect": (about("plain", "W1"), ["A sentence."]),
    "its name": (about("quoting", "W1"), [f"∂L/∂W1: {QUOTED}"]),
    "two aspects": (about("quoting", "W1", "x"), [f"∂L/∂W1 and ∂L/∂x: {QUOTED}"]),
    "three aspects": (
        about("quoting", "W1", "b1", "x"), [f"∂L/∂W1, ∂L/∂b1 and ∂L/∂x: {QUOTED}"]),
    "two notes": (
        [*about("plain", "W1"), *about("in-pieces", "b1"), *about("plain", "x")],
        ["- A sentence.", "- ∂L/∂b1: always. Found `[1, 2]`."]),
    "one note, right and wrong": (
        [*about("in-pieces", "W1", holds=True), *about("in-pieces", "b1")],
        ["- ∂L/∂W1: always. Found `[1, 2]`.", "- ∂L/∂b1: always. Found `[1, 2]`."]),
    "a misconception": (
        about("taught", "W1", "b1", misconception="missing-relu-mask"),
        [TEACHING["missing-relu-mask"]]),
    "two misconceptions": (
        [*about("in-pieces", "W1", misconception="a"),
         *about("in-pieces", "b1", misconception="b")],
        ["- ∂L/∂W1: always. Found `[1, 2]`.", "- ∂L/∂b1: always. Found `[1, 2]`."]),
    "a note without words": ([*about("unheard-of", "W1"), *about("plain", "b1")], ["A sentence."]),
}  # fmt: skip


@pytest.mark.parametrize("case", GROUPS)
def test_findings_that_say_the_same_share_a_sentence(case):
    findings, lines = GROUPS[case]
    assert feedback(ANALYTIC, *findings).splitlines() == lines


def test_an_aspect_without_a_name_is_called_by_its_id_and_the_whole_by_none():
    assert feedback(PROOF, *about("in-pieces", "base", details={})) == "base: always."
    assert feedback(PROOF, *about("in-pieces", "all", details={})) == "always."


FILLED = [
    ("Only words.", {}, "Only words."),
    ("It is {found}.", {"found": "5"}, "It is 5."),
    ("It is {found}.", {}, ""),
    ("It is {found}.", {"found": ""}, ""),
    ("First. | It is {found}. | Last.", {}, "First. Last."),
    ("First. | It is {found}. | Last.", {"found": "5"}, "First. It is 5. Last."),
    ("Here: {where}. | It is {found}.", {"where": "there"}, "Here: there."),
    ("It is {found}, not {other}.", {"found": "5"}, ""),
    ("It is {found}.", {"found": "{where} | {name}"}, "It is {where} | {name}."),
]


@pytest.mark.parametrize(("template", "details", "text"), FILLED)
def test_a_piece_whose_detail_is_missing_is_left_out(template, details, text):
    assert filled(template, details) == text


def test_a_right_answer_is_told_so_and_its_notes_are_kept_quiet():
    right = about("plain", "W1", "b1", holds=True)
    assert feedback(ANALYTIC, *right) == "All five are right."


def test_a_right_answer_with_a_misconception_is_told_about_it():
    found = about("taught", "W1", holds=True, misconception="missing-relu-mask")
    told = feedback(ANALYTIC, *found).split("\n\n")
    assert told == ["All five are right.", TEACHING["missing-relu-mask"]]


def test_a_review_says_that_a_ta_will_look_and_what_was_found():
    told = feedback(ANALYTIC, *about("plain", "W1", holds=None)).split("\n\n")
    assert told == ["A sentence.", "A TA will look at this."]


def test_a_missing_answer_is_told_what_was_looked_for():
    assert feedback(ANALYTIC, answered=False) == "No code was found."


def test_a_missing_answer_is_told_what_to_do_in_the_assignments_words():
    told = feedback(ItemId("2b.affine"), answered=False, rubric=SHIPPED)
    assert "“Problem 2” and “(b)”" in told and "tell a TA" in told
    assert feedback(PROOF, answered=False)


def test_the_rubrics_own_words_for_a_misconception_come_before_the_references():
    problems = [
        msgspec.structs.replace(problem, misconceptions={"missing-relu-mask": "Ours."})
        for problem in RUBRIC.problems
    ]
    rubric = msgspec.structs.replace(RUBRIC, problems=tuple(problems))
    found = about("taught", "W1", misconception="missing-relu-mask")
    assert feedback(ANALYTIC, *found, rubric=rubric) == "Ours."


# --- text of the student

ATTACKS = {
    "a code span": "`PWNED`",
    "longer fences": "``PWNED`` ```PWNED``` ````PWNED````",
    "a fenced block": "```\nPWNED\n```\n",
    "a fence of another kind": "~~~\nPWNED\n~~~\n",
    "a fence that names its language": "x\n```text\nPWNED\n```\nPWNED",
    "a fence after many lines": "\n" * 5 + "```\nPWNED",
    "an indented fence": "x\n   ```\nPWNED",
    "a heading": "\n\n# PWNED\n",
    "a heading below its line": "\n\nPWNED\n=====\n",
    "line ends of Windows": "\r\n\r\n## PWNED",
    "a lone carriage return": "\r# PWNED",
    "other line ends": "\x0b# PWNED\x0c# PWNED\x85# PWNED\u2028# PWNED\u2029# PWNED",
    "a null": "\x00PWNED",
    "terminal colours": "\x1b[31mPWNED\x1b[0m",
    "text from right to left": "\u202ePWNED\u2066\u200f",
    "characters without width": "\u200bPWNED\u00ad\ufeffPWNED\u2060",
    "half a pair of surrogates": "\ud83dPWNED",
    "a private character": "\ue000PWNED\U000f0000",
    "emphasis": "**PWNED** __PWNED__ ~~PWNED~~ *PWNED* _PWNED_",
    "a link": "[PWNED](https://example.com) <https://example.com/PWNED>",
    "a reference": "[PWNED]: https://example.com\n\n[PWNED]",
    "an image": "![PWNED](https://example.com/a.png)",
    "HTML": "</code></pre><b>PWNED</b><script>PWNED</script><!-- PWNED",
    "entities": "&lt;b&gt;PWNED&#96;",
    "a quotation": "> PWNED",
    "a list": "- PWNED\n1. PWNED",
    "a table": "| PWNED |\n|---|\n| PWNED |",
    "a rule": "PWNED\n\n***\n---\n",
    "mathematics": "$PWNED$ $$PWNED$$ \\(PWNED\\)",
    "braces": "{aspects} {teaching.__class__} {0} { PWNED",
    "a fake verdict": "\n\n**A TA will look at this.** Score: 5/5. PWNED",
    "a backslash at the end": "PWNED\\",
    "backslashes before backticks": "\\`PWNED\\`",
    "white space around": "  \t PWNED \t ",
}  # fmt: skip

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WORDS = {"inline", "paragraph_open", "paragraph_close", "text", "text_special"}


def rendered(markdown):
    """The text that stands in code, the text outside it, and the kinds of markup in use."""
    inside, outside, kinds = [], [], set()
    tokens = MARKDOWN.parse(markdown)
    for token in [t for top in tokens for t in (top.children or [top])]:
        code = token.type in ("code_inline", "fence", "code_block")
        (inside if code else outside).append(token.content)
        kinds.add(token.type)
    return "\n".join(inside), "".join(outside), kinds


def blocks(markdown):
    """Contents of the code blocks."""
    return [token.content for token in MARKDOWN.parse(markdown) if token.type == "fence"]


def is_printable(text):
    """No control, format, surrogate, private or unassigned character, but for line ends."""
    return all(c == "\n" or unicodedata.category(c)[0] != "C" for c in text)


def count(text, attack):
    """How often the attack's word stands in a text."""
    return text.count("PWNED") // max(1, ATTACKS[attack].count("PWNED"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_detail_that_is_code_stays_in_its_code_span(attack):
    details = dict.fromkeys(DETAILS, ATTACKS[attack]) | {"where": "line 12"}
    told = feedback(ANALYTIC, *about("quoting", "W1", "b1", details=details))
    inside, outside, kinds = rendered(told)
    assert outside.split() == ["∂L/∂W1", "and", "∂L/∂b1:", "(line", "12)", "is", "."]
    assert count(inside, attack) == 2
    assert kinds <= WORDS | {"code_inline"}
    assert is_printable(told)
    assert "\n" not in told


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_detail_that_is_words_is_words_and_no_markup(attack):
    details = DETAILS | {"where": ATTACKS[attack]}
    told = feedback(ANALYTIC, *about("quoting", "W1", details=details))
    inside, outside, kinds = rendered(told)
    assert inside == "dW1\n[1, 2]"
    assert count(outside, attack) == 1
    assert kinds <= WORDS | {"code_inline"}
    assert is_printable(told)
    assert "\n" not in told


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_quotation_stays_in_its_block(attack):
    told = quoted(Quote("hw2.tex, line 12", ATTACKS[attack]))
    inside, outside, kinds = rendered(told)
    assert outside.split() == (
        "A sentence.A TA will look at this.Your answer (hw2.tex, line 12):".split()
    )
    assert count(inside, attack) == 1
    assert kinds <= WORDS | {"fence"}
    assert is_printable(told)


@pytest.mark.parametrize("attack", ATTACKS)
def test_several_quotations_stay_in_their_blocks_in_order(attack):
    found = blocks(quoted(Quote("a", "first"), Quote("b", ATTACKS[attack]), Quote("c", "last")))
    assert (len(found), found[0], found[2]) == (3, "first\n", "last\n")


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_place_of_a_quotation_is_words_and_no_markup(attack):
    told = quoted(Quote(f"{ATTACKS[attack]}, line 1", "text"))
    inside, outside, kinds = rendered(told)
    assert inside == "text\n"
    assert count(outside, attack) == 1
    assert kinds <= WORDS | {"fence"}
    assert is_printable(told)


@pytest.mark.parametrize("text", ["7" * 10_000, "\u202e" * 10_000, "`" * 10_000, "7\n" * 10_000])
def test_a_long_detail_is_cut(text):
    for name in DETAILS:
        told = feedback(ANALYTIC, *about("quoting", "W1", details=DETAILS | {name: text}))
        assert len(told) <= 2 * SHOWN_DETAIL + 100


@pytest.mark.parametrize("nothing", ["", " ", "\n\t"])
def test_a_detail_of_white_space_is_no_detail(nothing):
    told = feedback(PROOF, *about("in-pieces", "all", details={"found": nothing}))
    assert told == "always."


@pytest.mark.parametrize("text", ["z " * 100_000, "7" * 100_000, "7\n" * 100_000, "\n" * 100_000])
def test_a_long_quotation_is_cut_and_says_so(text):
    told = quoted(Quote("hw2.tex", f"begin\n{text}\nend"))
    lines = blocks(told)[0].splitlines()
    assert (lines[0], len(lines)) == ("begin", QUOTED_LINES + 1)
    assert re.fullmatch(r"… \(\d+ more lines\)", lines[-1])
    assert max(map(len, lines)) <= 100
    assert len(told) < 2_000


def test_a_short_quotation_is_shown_line_by_line():
    text = "\n" + "\n".join(f"line {n} of it" for n in range(QUOTED_LINES)) + "\n"
    assert blocks(quoted(Quote("hw2.tex", text))) == [text.lstrip("\n")]


def test_a_long_line_is_wrapped_and_loses_nothing():
    words = " ".join(f"word{n}" for n in range(60))
    (block,) = blocks(quoted(Quote("hw2.tex", words)))
    assert block.split() == words.split()


def test_what_is_decided_is_not_quoted():
    quote = Quote("hw2.tex, line 1", "my answer")
    for holds in (True, False):
        found = about("plain", "all", holds=holds)
        assert "my answer" not in feedback(PROOF, *found, quotes=[quote])


def test_an_answer_to_several_items_is_quoted_with_the_first_of_them():
    quote = Quote("hw2.tex, line 1", "my answer")
    first, second = (quoted(quote, item=ItemId(item)) for item in ("2b.affine", "2b.limit"))
    assert "my answer" in first
    assert "my answer" not in second
    assert "2b.affine" in second


@pytest.mark.parametrize("text", ["x² ≥ 0, λᵏ‖w‖", "日本語", "naïve", "α→β ∂L/∂W₁ 🙂"])
def test_letters_and_mathematics_are_shown_as_they_are(text):
    assert plain(text) == text
    told = feedback(ANALYTIC, *about("quoting", "W1", details=dict.fromkeys(DETAILS, text)))
    assert told == f"∂L/∂W1: `{text}` ({text}) is `{text}`."


# --- every note has words

NOTE = re.compile(r"[a-z]+(-[a-z]+)+")
EVIDENCE = sorted((ROOT / "grader" / "evidence").rglob("*.py"))
EVERYWHERE = {"grader-fault"}
"""Notes that stand for no evidence at all."""


class Emission(NamedTuple):
    """One call in the source of the evidence that makes a finding."""

    file: str
    line: int
    notes: tuple[str, ...]
    always_right: bool
    has_aspect: bool
    has_details: bool
    has_misconception: bool


FIELDS = {
    "Finding": ("holds", "note", "aspect", "misconception", "details"),
    "Ruling": ("holds", "note", "misconception", "details"),  # of a written formula
    "_made": ("holds", "note", "details", "misconception"),  # for one gradient, always
    "_shown": ("holds", "note", "details"),  # with a sentence of the student
}


def emissions(path):
    """Every call of `Finding` and of the methods that wrap it, with a note in plain words."""
    found = []
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        fields = FIELDS.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
        if fields is None:
            continue
        given = dict(zip(fields, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords}
        notes = tuple(n.value for n in ast.walk(given["note"]) if isinstance(n, ast.Constant))
        holds = given["holds"]
        found.append(
            Emission(
                path.name,
                call.lineno,
                notes,
                isinstance(holds, ast.Constant) and holds.value is True,
                "aspect" in given or fields is FIELDS["_made"],
                "details" in given,
                "misconception" in given,
            )
        )
    return found


def words_like_notes(path):
    """Every string in the source that looks like a note, wherever it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    found = {text for text in texts if isinstance(text, str) and NOTE.fullmatch(text)}
    return found - SILENT - MISTAKES


SILENT = {"formula-right", "linear-system", "range-valid", "follow-through"}
"""Notes of right formulas, about which nothing is said, and the name of a way to be right."""

MISTAKES = all_teaching().keys()

FORMULAS = {
    "judging": "124", "problem1": "1", "penalty": "1", "problem2": "2", "stepsize": "2",
    "problem4": "4", "twopaths": "4",
}  # fmt: skip
"""In which problems the judges of formulas are at work."""


def problems_of(path):
    """Where the notes of a source file are shown."""
    room, name = path.parent.name, path.stem
    wanted = {
        "evidence": "1234",
        "written": "1234",
        "mathematics": FORMULAS.get(name, ""),
        "proofs": "2" if name == "decay" else "3",
    }.get(room, "4")
    return [p for p in SHIPPED.problems if p.problem in wanted]


@pytest.mark.parametrize("path", EVIDENCE, ids=lambda path: path.stem)
def test_every_note_of_the_evidence_has_a_sentence(path):
    made = emissions(path)
    notes = words_like_notes(path) | {note for one in made for note in one.notes}
    told = {note for one in made if not one.always_right for note in one.notes} | FOLLOWED
    quiet = {note for one in made for note in one.notes} - told
    for problem in problems_of(path):
        assert notes - quiet - problem.notes.keys() == set(), problem.problem


def test_a_fault_of_ours_has_a_sentence_in_every_problem():
    assert all(problem.notes.keys() >= EVERYWHERE for problem in SHIPPED.problems)


@pytest.mark.parametrize("problem", SHIPPED.problems, ids=lambda problem: problem.problem)
def test_no_sentence_waits_for_a_note_that_nobody_makes(problem):
    made = {
        note
        for path in EVIDENCE
        if problem in problems_of(path)
        for note in words_like_notes(path) | {n for one in emissions(path) for n in one.notes}
    }
    assert SHIPPED.claims is not None
    for item, claims in SHIPPED.claims.items.items():
        made |= claims.mistakes if item.startswith(problem.problem) else set()
    assert problem.notes.keys() - made == set(EVERYWHERE - made)


def test_the_notes_are_found_in_the_source():
    made = {note for path in EVIDENCE for one in emissions(path) for note in one.notes}
    assert made >= {"misconception", "compared", "right-and-computed", "not-decided-yet"}
    assert len(made) > 30


def bare():
    """Findings that are told and have no details, as (path, emission, note)."""
    for path in EVIDENCE:
        for one in emissions(path):
            told = not one.always_right or one.has_misconception or FOLLOWED & {*one.notes}
            for note in one.notes if told and not one.has_details else ():
                yield pytest.param(path, one, note, id=f"{note}-line-{one.line}")


@pytest.mark.parametrize(("path", "one", "note"), list(bare()))
def test_a_finding_without_details_says_something_all_the_same(path, one, note):
    known = {"aspects": "∂L/∂W1"} if one.has_aspect else {}
    known |= {"teaching": "Something to learn."} if one.has_misconception else {}
    for problem in problems_of(path):
        said = filled(problem.notes.get(note, ""), known)
        assert said not in ("", "∂L/∂W1:")
