"""The table of claims is read as strictly as the rest of the rubric: file, line, remedy."""

import re
import shutil
from pathlib import Path

import pytest

from grader.errors import RubricError
from grader.rubric import load_rubric
from grader.rubric.claims import Term, parsed, regular_expression

RUBRICS = Path(__file__).resolve().parents[2] / "rubrics"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(RUBRICS, tmp_path / "rubrics")
    return tmp_path / "rubrics"


def edited(folder, name, old, new):
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


WRONG = {
    "an unknown word": ('"+diverge"', '"+divurge"', "divurge"),
    "a pattern without an end": ('"+diverge"', '"diverge >"', "a pattern is"),
    "an unknown scope": ('"+diverge"', '"paragraph: diverge"', "a pattern is"),
    "only forbidden words": ('"+diverge"', '"!diverge"', "must not stand"),
    "a broken expression": ('converge_word: ["converg*"]', 'converge_word: ["/conv(/"]',
                            "expression"),
    "an expression that fits everything": ('converge_word: ["converg*"]', 'converge_word: ["/z*/"]',
                                           "empty"),
    "an unknown claim": ("needs: [[structure],", "needs: [[structur_e],", "none of its claims"),
    "an unknown key": ("        denied: [\"+less_one", "        denyed: [\"+less_one", "denyed"),
    "an item that is none": ("  1b.lambda:\n", "  1b.lambada:\n", "no item"),
    "a mistake without a sentence": ("mistake: lambda-below-one", "mistake: lambda-below",
                                     "no sentence"),
    "a denial without a mistake": ("        mistake: descent-to-the-global-minimum\n", "",
                                   "names no mistake"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_slip_is_told_with_its_file_and_line(case, folder):
    old, new, told = WRONG[case]
    edited(folder, "claims.yaml", old, new)
    with pytest.raises(RubricError, match=re.escape(told)) as error:
        load_rubric(folder)
    assert error.value.file == folder / "claims.yaml"
    assert error.value.line


def test_without_its_line_in_the_assignment_there_is_no_table(folder):
    edited(folder, "homework2.yaml", "claims: claims.yaml", "# claims: claims.yaml")
    (folder / "claims.yaml").unlink()
    assert load_rubric(folder).claims is None


def test_a_table_that_is_named_has_to_be_there(folder):
    (folder / "claims.yaml").unlink()
    with pytest.raises(RubricError, match="cannot be read"):
        load_rubric(folder)


def test_another_table_is_another_rubric(folder):
    before = load_rubric(folder).digest
    edited(folder, "claims.yaml", '"diverg*"', '"diverge*"')
    assert load_rubric(folder).digest != before


def test_a_pattern_is_taken_apart():
    pattern = parsed("sentence: +help !input > hidden")
    assert pattern.scope == "sentence"
    assert pattern.terms == (Term("help", "+"), Term("input", "!"), Term("hidden", "", True))


@pytest.mark.parametrize(
    ("spellings", "text", "fits"),
    [
        (["vanish*"], "it vanishes", True),
        (["help"], "it helps", False),
        (["full rank"], "has full  rank", True),
        (["rank"], "frankly", False),
        (["/rank d(?!\\w)/"], "rank d", True),
        (["/rank d(?!\\w)/"], "rank deficient", False),
        (["≠", "not"], "a ≠ b", True),
    ],
)
def test_spellings(spellings, text, fits):
    assert bool(re.search(regular_expression(spellings), text)) is fits
