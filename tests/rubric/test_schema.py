"""The JSON schemas beside the rubrics are those of the types, and fit the rubrics."""

import re
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml

from grader.rubric.claims import ClaimsFile
from grader.rubric.schema import AssignmentFile, ProblemFile, json_schema

RUBRICS = Path(__file__).resolve().parents[2] / "rubrics"
SCHEMAS = {
    "assignment.json": AssignmentFile,
    "claims.json": ClaimsFile,
    "problem.json": ProblemFile,
}
KINDS = {"homework2.yaml": "assignment", "claims.yaml": "claims"}
FILES = sorted(RUBRICS.glob("*.yaml"))


@pytest.mark.parametrize(("name", "kind"), SCHEMAS.items())
def test_the_schema_on_disk_is_the_one_that_the_types_give(name, kind):
    assert (RUBRICS / "schema" / name).read_bytes() == json_schema(kind)


def test_no_other_schema_lies_about():
    assert {path.name for path in (RUBRICS / "schema").iterdir()} == SCHEMAS.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_rubric_tells_the_editor_which_schema_it_follows(file):
    kind = KINDS.get(file.name, "problem")
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    assert first == f"# yaml-language-server: $schema=schema/{kind}.json"


def complaints(file, content):
    kind = KINDS.get(file.name, "problem")
    schema = msgspec.json.decode((RUBRICS / "schema" / f"{kind}.json").read_bytes())
    errors = jsonschema.Draft202012Validator(schema).iter_errors(content)
    return {"/".join(map(str, error.absolute_path)): error.message for error in errors}


def as_an_editor_sees_it(file):
    """The content by YAML 1.2, in which 1e-8 is a number."""
    return yaml.safe_load(re.sub(r"\b(\d+)e-", r"\1.0e-", file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_editor_finds_nothing_to_complain_about_in_the_rubric(file):
    content = as_an_editor_sees_it(file)
    assert complaints(file, content) == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_editor_marks_an_unknown_key_and_a_missing_one(file):
    content = as_an_editor_sees_it(file)
    assert any("tittle" in told for told in complaints(file, content | {"tittle": "x"}).values())
    needed = "words" if file.name == "claims.yaml" else "title"
    del content[needed]
    assert any(f"'{needed}' is a required" in told for told in complaints(file, content).values())
