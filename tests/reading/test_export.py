"""Exports as Gradescope makes them, and plain folders: every submission is found, none is lost."""

from __future__ import annotations

import shutil
import zipfile
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.reading.export import open_export

METADATA = """---
submission_100000001:
  :submitters:
  - :name: Ada Lovelace
    :sid: '00012345'
    :email: Ada@Example.edu
  - :name: Charles Babbage
    :email: charles@example.edu
    :Section: A
  :created_at: 2023-12-02 02:52:07.938335000 Z
  :score: 13.5
  :status: processed
  :results:
    score: 5.0
    tests:
    - name: '1a.loss: Loss'
      score: 5.0
      max_score: 5.0
      extra_data: {item: 1a.loss, verdict: correct}
    - name: of another autograder
      score: 3.0
  :history:
  - :submitters: []
    :created_at: 2023-12-01 06:59:12.419858000 Z
    :score: 0.0
    :id: 100000000
submission_100000002:
  :submitters:
  - :name: Li Wei
    :sid: 77
  :created_at:
  :results:
submission_100000003:
  :submitters: []
"""

FILES = {
    "submission_100000001/hw2.md": "# Problem 1\n(a) one",
    "submission_100000001/__MACOSX/._hw2.md": "junk",
    "submission_100000002/deep/er/hw2.md": "two",
    "submission_100000003/hw2.md": "three",
}


def export(tmp_path, metadata=METADATA, files=FILES, top="assignment_7023745_export/"):
    """The same export as a folder and as a zip."""
    folder = tmp_path / "export"
    for name, text in {**files, "submission_metadata.yml": metadata}.items():
        path = folder / f"{top}{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [folder, shutil.make_archive(str(tmp_path / "export"), "zip", folder)]


def opened(path):
    return open_export(Path(path))


@pytest.mark.parametrize("top", ["", "assignment_7023745_export/"])
def test_zip_and_folder_give_the_same_submissions_and_students(tmp_path, top):
    for place in export(tmp_path, top=top):
        found = opened(place)
        assert [one.hand_in.name for one in found.entries] == [
            "submission_100000001", "submission_100000002", "submission_100000003",
        ]  # fmt: skip
        first, second, third = (one.hand_in for one in found.entries)
        assert first.students == ("ada@example.edu", "charles@example.edu")
        assert first.submitters[0].sid == "00012345"
        assert first.submitted == datetime(2023, 12, 2, 2, 52, 7, 938335, tzinfo=timezone.utc)
        assert second.students == ("77",)
        assert second.submitted is None
        assert third.students == ("submission_100000003",)
        assert found.notices == ()


def test_a_folder_with_nothing_but_junk_is_an_empty_submission(tmp_path):
    files = {**FILES, "submission_100000002/.DS_Store": "junk"}
    del files["submission_100000002/deep/er/hw2.md"]
    for path in export(tmp_path, files=files):
        found = opened(path)
        assert [one.hand_in.name[-1] for one in found.entries] == ["1", "2", "3"]
        assert not found.notices
        assert found.entries[1].load().files == ()


def test_files_are_those_of_the_submission_alone(tmp_path):
    for place in export(tmp_path):
        first, second, _ = (one.load() for one in opened(place).entries)
        assert [(f.path, f.content) for f in first.files] == [("hw2.md", b"# Problem 1\n(a) one")]
        assert [(f.path, f.content) for f in second.files] == [("hw2.md", b"two")]


def test_what_gradescope_showed_is_known_by_item(tmp_path):
    shown = opened(export(tmp_path)[0]).entries[0].hand_in.shown
    assert [(one.item, one.points) for one in shown.results] == [("1a.loss", Decimal(5))]


def test_a_submission_in_another_ones_name_is_not_taken_along(tmp_path):
    files = {"submission_1/a.md": "one", "submission_10/a.md": "ten", "submission_1x/b.md": "x"}
    metadata = "submission_1: {}\nsubmission_10: {}\nsubmission_1x: {}\n"
    for place in export(tmp_path, metadata, files):
        assert [[f.content for f in one.load().files] for one in opened(place).entries] == [
            [b"one"], [b"ten"], [b"x"],
        ]  # fmt: skip


def test_missing_folders_and_unlisted_ones_are_told_and_the_rest_is_there(tmp_path):
    files = {"submission_1/a.md": "one", "submission_3/a.md": "three"}
    metadata = "submission_1:\n  :submitters: [{':name': A}]\nsubmission_2: {}\n"
    for place in export(tmp_path, metadata, files):
        found = opened(place)
        assert [one.hand_in.name for one in found.entries] == ["submission_1", "submission_3"]
        assert [notice.code for notice in found.notices] == [
            "submission-without-folder", "submission-not-listed",
        ]  # fmt: skip


@pytest.mark.parametrize("broken", ["{", "- a list", "\tx: y", "!!python/object:os.system {}"])
def test_metadata_that_cannot_be_read_costs_names_and_no_submission(tmp_path, broken):
    for place in export(tmp_path, broken):
        found = opened(place)
        assert len(found.entries) == 3
        assert [notice.code for notice in found.notices] == ["metadata-unreadable"]


def test_two_students_of_one_name_are_two_where_nothing_else_is_known(tmp_path):
    metadata = "\n".join(
        f"submission_10000000{n}:\n  :submitters:\n  - :name: Wei Zhang" for n in (1, 2, 3)
    )
    students = [one.hand_in.students for one in opened(export(tmp_path, metadata)[0]).entries]
    assert len(set(students)) == 3


def test_a_folder_without_metadata_holds_one_submission_for_each_child(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "hw2.md").write_text("one")
    (tmp_path / "li.md").write_text("two")
    with zipfile.ZipFile(tmp_path / "wei.zip", "w") as archive:
        archive.writestr("hw2.md", "three")
    (tmp_path / ".DS_Store").write_text("junk")
    found = open_export(tmp_path).entries
    assert [one.hand_in.name for one in found] == ["ada", "li.md", "wei"]
    assert [one.load().files[0].content for one in found] == [b"one", b"two", b"three"]
    assert [one.hand_in.students for one in found] == [("ada",), ("li.md",), ("wei",)]


def test_names_are_data_never_paths(tmp_path):
    place = tmp_path / "evil.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("top/submission_metadata.yml", "submission_1: {}\n'../x': {}\n")
        archive.writestr("top/submission_1/../../escaped.md", "no")
        archive.writestr("top/submission_1/fine.md", "yes")
    (entry,) = open_export(place).entries
    assert [file.content for file in entry.load().files] == [b"yes"]
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"plain text"])
def test_what_is_no_zip_is_the_callers_error(tmp_path, content):
    (tmp_path / "export.zip").write_bytes(content)
    with pytest.raises(UsageError, match=r"export\.zip"):
        open_export(tmp_path / "export.zip")


def test_an_empty_folder_and_a_missing_one_say_what_to_give(tmp_path):
    with pytest.raises(UsageError, match="holds no submissions"):
        open_export(tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        open_export(tmp_path / "nowhere")
