"""A rubric file is read strictly: every slip is an error that names the file and the line."""

from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import RubricError, UsageError
from grader.rubric.contract import ITEM_IDS
from grader.rubric.loading import MAX_BYTES, load_rubric
from tests.rubric import example

RUBRICS = Path(__file__).resolve().parents[2] / "rubrics"


@pytest.fixture
def folder(tmp_path):
    """A rubric that a test may spoil."""
    example.write(tmp_path)
    return tmp_path


def edit(folder, name, old, new):
    """Replace the one place where `old` stands; the new text of the file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return text.replace(old, new)


def lines_of(text, marked):
    """The 1-based lines that the only `marked` covers."""
    assert text.count(marked) == 1, f"{marked!r} stands {text.count(marked)} times"
    first = text[: text.index(marked)].count("\n") + 1
    return range(first, first + marked.rstrip("\n").count("\n") + 1)


def refused(folder):
    with pytest.raises(RubricError) as raised:
        load_rubric(folder)
    return raised.value


# --- what is loaded


@pytest.mark.parametrize("which", ["the homework's", "the tests' own"])
def test_a_rubric_holds_every_item_in_order_and_points_that_add_up(which, folder):
    rubric = load_rubric(RUBRICS if which == "the homework's" else folder)
    assert tuple(item.item for item in rubric.items) == ITEM_IDS
    assert sum(item.points for item in rubric.items) == rubric.assignment.points
    assert all(isinstance(item.points, Decimal) for item in rubric.items)
    assert all(rubric.problem_of(item).problem == item[0] for item in ITEM_IDS)


def test_the_digest_changes_with_any_word_and_with_nothing_else(folder):
    before = load_rubric(folder).digest
    assert load_rubric(folder).digest == before
    edit(folder, "problem3.yaml", "The last one.", "The last two.")
    assert load_rubric(folder).digest != before


SOLUTION, LAMBDA = map(example.item, ("1b.solution", "1b.lambda"))
ANALYTIC = example.ITEM.format(item="4d.analytic", points=2)
COSTS = "        deductions: {wrong-sign: %s}\n"


def worth(item, points):
    """The rows of an item with other points."""
    return example.ITEM.format(item=item, points=points)


ALLOWED = {
    "points in hundredths": ("problem1.yaml", [
        (SOLUTION, worth("1b.solution", "3.75")), (LAMBDA, worth("1b.lambda", "1.25")),
    ]),
    "an item without points": ("problem1.yaml", [
        (SOLUTION, worth("1b.solution", 5)), (LAMBDA, worth("1b.lambda", 0)),
    ]),
    "deductions up to the whole item": ("problem4.yaml", [
        (ANALYTIC, ANALYTIC + "        deductions: {wrong-sign: 2, missing-w2: 0.25}\n"),
    ]),
    "keys that YAML would take for truth values": ("homework2.yaml", [
        ('"yes": ', "yes: "), ('"no": ', "no: "),
    ]),
    "a tolerance in plain digits": ("problem4.yaml", [("1e-8", "0.00000001")]),
    "a comment and an empty line": ("problem1.yaml", [("parts:\n", "\n# the parts\nparts:\n")]),
    "an anchor that nobody refers to": ("problem1.yaml", [("points: 15", "points: &all 15")]),
    "line ends of Windows": ("problem1.yaml", [("parts:\n", "parts:\r\n")]),
}  # fmt: skip


@pytest.mark.parametrize("case", ALLOWED)
def test_honest_edits_are_accepted(folder, case):
    name, edits = ALLOWED[case]
    for old, new in edits:
        edit(folder, name, old, new)
    assert len(load_rubric(folder).items) == len(ITEM_IDS)


def test_a_number_with_an_exponent_is_a_number(folder):
    assert load_rubric(folder).problems[3].tolerances.float64 == 1e-8
    edit(folder, "problem4.yaml", "2e-4", "3E-05")
    assert load_rubric(folder).problems[3].tolerances.float32 == 3e-5


# --- what is refused

NULL = "got `null`"
FILES = "problems: [problem1.yaml, problem2.yaml, problem3.yaml, problem4.yaml]"
TITLE = 'title: "Problem 1"'

REFUSED = {
    # case: file, what stands there, what it becomes, the lines that may be named, the words
    "unknown key at the top": (
        "homework2.yaml", "visibility:", "visible:", "visible: visible", "'visible'"),
    "unknown key with several lines below it": (
        "homework2.yaml", "undecided:", "undecided_:", "undecided_:", "'undecided_'"),
    "unknown key of an item": (
        "problem1.yaml", SOLUTION, SOLUTION + '        tittle: "x"\n', "tittle", "'tittle'"),
    "unknown verdict in the feedback": (
        "problem4.yaml", 'correct: "All five', 'right: "All five', "right: ", "'right'"),
    "unknown policy key": (
        "homework2.yaml", "  percent: 10", "  percent: 10\n  per_cent: 10", "per_cent",
        "'per_cent'"),
    "unknown policy": (
        "homework2.yaml", "points: certain", "points: sure", "points: sure", "sure"),
    "unknown visibility": (
        "homework2.yaml", "visibility: visible", "visibility: later", "visibility: later",
        "later"),
    "unknown base of the extra credit": (
        "homework2.yaml", "of: earned", "of: everything", "of: everything", "everything"),
    "unknown dtype of a tolerance": (
        "problem4.yaml", "  float32:", "  float8:", "float8", "'float8'"),
    "missing key": (
        "problem3.yaml", '        title: "About 3a.proof"\n', "", "- item: 3a.proof", "`title`"),
    "a key twice": (
        "problem1.yaml", SOLUTION, SOLUTION + "        points:  4\n",
        "points: 4\n        points:", "'points' stands twice"),
    "a key twice at the top": (
        "homework2.yaml", "points: 71\n", "points: 71\npoints:  71\n", "points: 71\npoints:",
        "'points' stands twice"),
    "a note twice": (
        "problem4.yaml", "  plain:", '  plain: "no"\n  plain: ', 'plain: "no"\n  plain:',
        "'plain' stands twice"),
    "points with an exponent": (
        "problem1.yaml", "points: 15", "points: 1e-4", "points: 1e-4", "0.0001"),
    "points in base eight": ("problem1.yaml", "points: 15", "points: 0o17", "points: 0o17", ""),
    "points in base sixteen": (
        "problem1.yaml", "points: 15", "points: 0xF", "points: 0xF", "unusual number"),
    "points in base sixty": (
        "problem1.yaml", "points: 15", "points: 1:30", "points: 1:30", "unusual number"),
    "points with underscores": (
        "problem1.yaml", "points: 15", "points: 1_5", "points: 1_5", "unusual number"),
    "infinitely many points": (
        "problem1.yaml", "points: 15", "points: .inf", "points: .inf", "unusual number"),
    "points that are no number": (
        "problem1.yaml", "points: 15", "points: .nan", "points: .nan", "unusual number"),
    "a deduction that is no number": (
        "problem4.yaml", ANALYTIC, ANALYTIC + COSTS % '"nan"', 'wrong-sign: "nan"', ""),
    "points in words": ("problem1.yaml", "points: 15", "points: fifteen", "points: fifteen", ""),
    "yes for a title": ("problem1.yaml", TITLE, "title: yes", "title: yes", "truth value"),
    "off for a policy": ("homework2.yaml", "of: earned", "of: off", "of: off", "truth value"),
    "a truth value for points": (
        "problem1.yaml", "points: 15", "points: true", "points: true", "bool"),
    "null for a title": ("problem1.yaml", TITLE, "title:", "title:\n", NULL),
    "null for points": ("problem1.yaml", LAMBDA, worth("1b.lambda", "~"), "points: ~", NULL),
    "null for a list": ("homework2.yaml", FILES, "problems:", "problems:\n", NULL),
    "null for a note": (
        "problem4.yaml", 'last: "The last one."', "last:", "last:\n", NULL),
    "null for a deduction": (
        "problem4.yaml", ANALYTIC,
        ANALYTIC + "        deductions:\n          wrong-sign: 1\n          missing-w2:\n",
        "missing-w2:\n", NULL),
    "a list for a text": ("problem1.yaml", TITLE, "title: [a, b]", "title: [a, b]", "array"),
    "a text for a list": ("homework2.yaml", FILES, "problems: all", "problems: all", "str"),
    "a sentence that is too long": (
        "homework2.yaml", 'unsure: "A TA', f'unsure: "{"A" * 2000} TA', 'unsure: "A', "length"),
    "an alias": (
        "problem1.yaml", LAMBDA,
        LAMBDA.replace("title:", "title: &t") + "        advice: *t\n", "advice: *t", "alias"),
    "points of a problem that do not add up": (
        "problem1.yaml", "points: 15", "points: 14", "points: 14", "sums to 15"),
    "points of the homework that do not add up": (
        "homework2.yaml", "points: 71", "points: 70", "points: 70", "sums to 71"),
    "points of a part that do not add up": (
        "problem4.yaml", ANALYTIC, worth("4d.analytic", 3), "part: 4d\n    points: 5",
        "sums to 6"),
    "points of a part that are off by a hundredth": (
        "problem1.yaml", LAMBDA, worth("1b.lambda", "1.01"), "part: 1b\n    points: 5",
        "sums to 5.01"),
    "negative points": (
        "problem1.yaml", SOLUTION + LAMBDA, worth("1b.solution", 6) + worth("1b.lambda", -1),
        worth("1b.lambda", -1), "-1 points"),
    "three decimals": (
        "problem1.yaml", SOLUTION + LAMBDA,
        worth("1b.solution", 4.333) + worth("1b.lambda", 0.667), worth("1b.solution", 4.333),
        "4.333 points"),
    "a negative aspect": (
        "problem4.yaml", example.ASPECTS, example.ASPECTS.replace("b1: 1", "b1: -1"),
        ANALYTIC + example.ASPECTS.replace("b1: 1", "b1: -1"), "-1"),
    "a negative deduction": (
        "problem4.yaml", ANALYTIC, ANALYTIC + COSTS % -0.5, ANALYTIC + COSTS % -0.5, "-0.5"),
    "a deduction larger than its item": (
        "problem4.yaml", ANALYTIC, ANALYTIC + COSTS % 2.5, "wrong-sign", "2.5 of 2"),
    "a deduction larger than its item, after one that is not": (
        "problem1.yaml", SOLUTION + LAMBDA, SOLUTION + COSTS % 1 + LAMBDA + COSTS % 2,
        "deductions: {wrong-sign: 2}", "2 of 1"),
    "more extra credit than everything": (
        "homework2.yaml", "percent: 10", "percent: 101", "percent: 101", "between 0 and 100"),
    "less extra credit than nothing": (
        "homework2.yaml", "percent: 10", "percent: -1", "percent: -1", "between 0 and 100"),
    "extra credit that is no number": (
        "homework2.yaml", "percent: 10", 'percent: "nan"', 'percent: "nan"', ""),
    "an item under another part": (
        "problem1.yaml", "- item: 1b.lambda", "- item: 1c.lambda", "1c.lambda",
        "under part '1b'"),
    "a part under another problem": (
        "problem1.yaml", 'problem: "1"', 'problem: "2"',
        f"part: 1a\n    points: 5\n    items:\n{example.item('1a.loss')}", "1a"),
    "a problem without a name": (
        "problem1.yaml", 'problem: "1"', 'problem: ""', 'problem: ""', ""),
    "an item with another name": (
        "problem1.yaml", "- item: 1b.lambda", "- item: 1b.lamda", "1b.lamda",
        "there is no item '1b.lamda'"),
    "an item twice": (
        "problem1.yaml", "- item: 1b.lambda", "- item: 1b.solution", None,
        "'1b.solution' stands 2 times"),
    "an aspect that no evidence speaks of": (
        "problem4.yaml", "{W1: 1", "{w1: 1", "{w1: 1", "w1"),
    "a sentence with half a pair of braces": (
        "problem4.yaml", '"A sentence."', '"A {sentence."', "{sentence", "sentence"),
    "extra credit that quotes what nobody knows": (
        "homework2.yaml", "{percent} %. {because}", "{percent} %. {becuase}", "{becuase}",
        "becuase"),
    "a colon too few": ("problem1.yaml", "parts:\n", "parts\n", None, "is not YAML"),
    "a quote that does not end": ("problem1.yaml", TITLE, TITLE[:-1], None, "is not YAML"),
    "a tab": ("problem1.yaml", "  - part: 1b", "\t- part: 1b", "\t- part", "is not YAML"),
    "two documents": ("problem1.yaml", "parts:\n", "---\nparts:\n", "---", "is not YAML"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_slip_is_refused_with_its_file_and_line(folder, case):
    name, old, new, mark, words = REFUSED[case]
    text = edit(folder, name, old, new)
    error = refused(folder)
    assert error.file == folder / name
    assert words in error.problem
    assert error.line in (lines_of(text, mark) if mark else range(1, text.count("\n") + 2))
    assert str(error).startswith(f"{folder / name}:{error.line}: {error.problem}")


def test_an_item_that_is_left_out_is_named(folder):
    edit(folder, "problem1.yaml", SOLUTION + LAMBDA, worth("1b.solution", 5))
    error = refused(folder)
    assert "'1b.lambda' is missing" in error.problem
    assert error.file.parent == folder


# --- files that are no rubric at all

CONTENTS = {
    "empty": (b"", 1, "is empty"),
    "nothing but a comment": (b"# later\n", 1, "is empty"),
    "another kind of file": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", None, "is not YAML"),
    "bytes that are no text": (bytes(range(256)), None, "is not YAML"),
    "a word": (b"points\n", 1, "object"),
    "a list": (b"# rubric\n- points\n", 2, "array"),
    "too large": (b"#" * (MAX_BYTES + 1), None, "too large"),
}


@pytest.mark.parametrize("case", CONTENTS)
@pytest.mark.parametrize("name", ["homework2.yaml", "problem3.yaml"])
def test_a_file_that_is_no_rubric_is_named(folder, name, case):
    content, line, words = CONTENTS[case]
    (folder / name).write_bytes(content)
    error = refused(folder)
    assert (error.file, error.line) == (folder / name, line)
    assert words in error.problem


@pytest.mark.parametrize("name", ["homework2.yaml", "problem3.yaml"])
def test_a_file_that_is_missing_or_a_folder_is_named(folder, name):
    (folder / name).unlink()
    assert refused(folder).file == folder / name
    (folder / name).mkdir()
    assert refused(folder).file == folder / name


def test_a_slip_in_a_file_saved_as_utf16_is_refused_like_any_other(folder):
    text = edit(folder, "problem1.yaml", "points: 15", "points: 14")
    (folder / "problem1.yaml").write_text(text, encoding="utf-16")
    assert "sums to 15" in refused(folder).problem


def test_a_folder_that_does_not_exist_is_the_callers_mistake(tmp_path):
    with pytest.raises(UsageError, match="--rubrics") as raised:
        load_rubric(tmp_path / "nowhere")
    assert raised.value.exit_status == 2
