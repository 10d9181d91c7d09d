"""The zip holds what grading needs, nothing else, and the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.packaging import FILES, PROJECT, ROOMS, SCRIPTS, package, zip_problems
from grader.rubric import RUBRICS, load_rubric


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small checkout with everything that must not travel lying around in it."""
    root = tmp_path / "checkout"
    contents = {
        **{name: f"#!/bin/sh\necho {name}\n" for name in SCRIPTS},
        **{name: f"{name}\n" for name in FILES},
        **{f"{room}/source.py": f"# {room}\n" for room in ROOMS},
        "rubrics/problem1.yaml": "id: 1a.loss\n",
        "grader/__pycache__/source.cpython-311.pyc": "junk",
        "grader/.DS_Store": "junk",
        "grader/source.py~": "junk",
        ".git/config": "junk",
        "tests/test_it.py": "not needed",
        "sample_submissions/perfect/hw2.tex": "not needed",
        "grades.csv": "secret",
        "autograder.zip": "an older one",
    }
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def test_it_holds_exactly_what_grading_needs(project: Path, tmp_path: Path) -> None:
    report = package(tmp_path / "a.zip", project=project)
    expected = {*SCRIPTS, *FILES, *(f"{r}/source.py" for r in ROOMS), "rubrics/problem1.yaml"}
    assert set(report.files) == expected
    with zipfile.ZipFile(report.path) as archive:
        assert archive.namelist() == sorted(expected)


def test_the_files_of_another_rubric_are_taken_and_nothing_else_of_its_folder(
    project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(RUBRICS, copy)
    homework = copy / "homework2.yaml"
    homework.write_text(homework.read_text().replace("percent: 10", "percent: 7"))
    (copy / "grades.csv").write_text("secret")
    report = package(tmp_path / "a.zip", project=project, rubric=load_rubric(copy))
    assert "rubrics/grades.csv" not in report.files
    with zipfile.ZipFile(report.path) as archive:
        assert b"percent: 7" in archive.read("rubrics/homework2.yaml")
        assert archive.read("rubrics/claims.yaml") == (RUBRICS / "claims.yaml").read_bytes()


def test_the_report_describes_the_file(project: Path, tmp_path: Path) -> None:
    report = package(tmp_path / "new" / "a.zip", project=project)
    content = report.path.read_bytes()
    assert report.bytes == len(content)
    assert report.sha256 == hashlib.sha256(content).hexdigest()


def test_only_the_scripts_are_executable(project: Path, tmp_path: Path) -> None:
    for name in SCRIPTS:
        (project / name).chmod(0o600)  # as on a Windows checkout
    with zipfile.ZipFile(package(tmp_path / "a.zip", project=project).path) as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        assert all(info.create_system == 3 for info in archive.infolist())
    assert {name for name, mode in modes.items() if mode == 0o755} == set(SCRIPTS)
    assert set(modes.values()) == {0o755, 0o644}


def test_windows_line_ends_are_mended(project: Path, tmp_path: Path) -> None:
    (project / "setup.sh").write_bytes(b"#!/bin/sh\r\necho hi\r\n")
    with zipfile.ZipFile(package(tmp_path / "a.zip", project=project).path) as archive:
        assert archive.read("setup.sh") == b"#!/bin/sh\necho hi\n"


def test_the_same_checkout_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    first = package(tmp_path / "a.zip", project=project)
    copy = shutil.copytree(project, tmp_path / "copy")
    for path in copy.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert package(tmp_path / "b.zip", project=copy).sha256 == first.sha256


def test_decisions_travel_when_given(project: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "mine.yaml"
    decisions.write_text("[]\n")
    report = package(tmp_path / "a.zip", project=project, decisions=decisions)
    assert "decisions.yaml" in report.files


@pytest.mark.parametrize("stray", ["grader/hw2_ada.pdf", "rubrics/grades.csv", "reference/x.zip"])
def test_a_stray_file_is_refused_by_name(project: Path, tmp_path: Path, stray: str) -> None:
    (project / stray).write_text("whose is this?")
    with pytest.raises(UsageError, match=stray):
        package(tmp_path / "a.zip", project=project)
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("lost", ["setup.sh", "run_autograder", "requirements.txt", "rubrics"])
def test_an_incomplete_checkout_is_refused(project: Path, tmp_path: Path, lost: str) -> None:
    path = project / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(UsageError, match=lost):
        package(tmp_path / "a.zip", project=project)


def test_a_script_without_shebang_is_refused_and_the_old_zip_stays(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.zip").write_text("old")
    (project / "run_autograder").write_text("echo hi\n")
    with pytest.raises(UsageError, match="run_autograder has no #! line"):
        package(tmp_path / "a.zip", project=project)
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["a.zip"]
    assert (tmp_path / "a.zip").read_text() == "old"


def test_a_place_that_cannot_be_written_is_a_usage_error(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        package(tmp_path / "file" / "a.zip", project=project)


def zipped(entries: dict[str, tuple[bytes, int]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, (content, mode) in entries.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def test_problems_of_a_zip_are_all_named() -> None:
    """A zip of the folder instead of the files, the commonest mistake, among others."""
    archive = zipped(
        {
            "autograder/setup.sh": (b"#!/bin/sh\n", 0o755),
            "run_autograder": (b"#!/bin/sh\r\n", 0o644),
            "scripts/make_venv.sh": (b"#!/bin/sh\n", 0o755),
            "grader/__pycache__/a.pyc": (b"", 0o644),
        }
    )
    assert zip_problems(archive) == [
        "no setup.sh in it",
        "run_autograder has Windows line ends",
        "run_autograder is not executable",
        "grader/__pycache__/a.pyc does not belong in it",
    ]


# ---------------------------------------------------------------- this checkout


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_pins_everything_and_names_no_place(name: str) -> None:
    lines = (PROJECT / name).read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    pinned = re.compile(r"[a-z0-9._-]+==[\w.]+( ; [\w.' <>=!()]+)?")
    assert [line for line in pins if not pinned.fullmatch(line)] == []
    assert not re.search(r"^(torch|nvidia|cuda|triton)\b", "\n".join(pins), re.MULTILINE)


@pytest.mark.parametrize("name", [*SCRIPTS, "Makefile", ".ci/run"])
def test_no_script_names_a_package_host(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert not re.search(r"https?:|index-url|find-links|pypi\.org|pytorch\.org", text)
