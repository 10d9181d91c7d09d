"""Folders, zips and single files become a `Submission`; what is dangerous stays outside."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.reading import intake
from grader.reading.files import load


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def paths(submission) -> list[str]:
    return [file.path for file in submission.files]


def codes(submission) -> set[str]:
    return {notice.code for notice in submission.notices}


class TestFolder:
    def test_files_in_nested_folders_by_path(self, tmp_path):
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "x.py").write_text("x")
        (tmp_path / "a.md").write_text("a")
        submission = load(tmp_path)
        assert paths(submission) == ["a.md", "b/x.py"]
        assert submission.name == tmp_path.name
        assert submission.notices == ()

    def test_one_folder_around_everything_does_not_count(self, tmp_path):
        (tmp_path / "HW2 final").mkdir()
        (tmp_path / "HW2 final" / "a.md").write_text("a")
        (tmp_path / "HW2 final" / "code").mkdir()
        (tmp_path / "HW2 final" / "code" / "x.py").write_text("x")
        assert paths(load(tmp_path)) == ["a.md", "code/x.py"]

    @pytest.mark.parametrize(
        "junk",
        [
            "__MACOSX/._hw2.tex",
            "._hw2.tex",
            ".DS_Store",
            "sub/Thumbs.db",
            "__pycache__/hw2.cpython-311.pyc",
            "hw2.pyc",
            ".git/config",
            ".ipynb_checkpoints/hw2-checkpoint.ipynb",
            "hw2.aux",
            "hw2.log",
            "hw2.synctex.gz",
            "~$hw2.docx",
            "venv/lib/torch.py",
        ],
    )
    def test_junk_stays_outside_without_a_word(self, tmp_path, junk):
        file = tmp_path / junk
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("junk")
        (tmp_path / "hw2.tex").write_text("work")
        submission = load(tmp_path)
        assert paths(submission) == ["hw2.tex"]
        assert submission.notices == ()

    def test_links_are_refused(self, tmp_path):
        (tmp_path / "secret").symlink_to("/etc/passwd")
        (tmp_path / "folder").symlink_to("/etc")
        submission = load(tmp_path)
        assert submission.files == ()
        assert [notice.code for notice in submission.notices] == ["file-not-plain"] * 2
        assert all(notice.blocks for notice in submission.notices)

    def test_pipes_are_refused_and_not_opened(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        assert codes(load(tmp_path)) == {"file-not-plain"}

    def test_too_many_files(self, tmp_path, monkeypatch):
        monkeypatch.setattr(intake, "MAX_FILES", 3)
        for number in range(20):
            (tmp_path / f"{number:02}.txt").write_text("x")
        submission = load(tmp_path)
        assert len(submission.files) == 3
        assert codes(submission) == {"too-many-files", "more-files-left-out"}

    def test_a_file_that_is_too_large(self, tmp_path, monkeypatch):
        monkeypatch.setattr(intake.Intake.read, "__defaults__", (1000,))
        (tmp_path / "big.txt").write_bytes(b"x" * 1001)
        (tmp_path / "small.txt").write_bytes(b"x" * 1000)
        submission = load(tmp_path)
        assert paths(submission) == ["small.txt"]
        assert codes(submission) == {"file-too-large"}

    def test_odd_names_are_safe_to_show_and_stay_different(self, tmp_path):
        for name in (
            "a\nb.txt",
            "a\tb.txt",
            "gpj.\u202etxt",
            "x" * 200 + ".py",
            "é.md",
            "e\u0301.md",
        ):
            (tmp_path / name).write_text(name)
        found = paths(load(tmp_path))
        assert len(set(found)) == 6
        assert all(path.isprintable() and len(path) < 100 for path in found)
        assert {"a_b.txt", "a_b~2.txt"} <= set(found)
        assert any(path.endswith(".py") for path in found)

    def test_names_that_are_not_text(self, tmp_path):
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.md"))).write_text("x")
        assert paths(load(tmp_path)) == ["__.md"]

    def test_empty(self, tmp_path):
        assert load(tmp_path).files == ()


class TestZip:
    def test_the_name_is_the_stem(self, tmp_path):
        submission = load(zipped(tmp_path / "jd1234_hw2.zip", {"hw2/a.md": b"a", "hw2/b.py": b"b"}))
        assert submission.name == "jd1234_hw2"
        assert paths(submission) == ["a.md", "b.py"]

    def test_a_folder_and_its_zip_have_one_digest(self, tmp_path):
        (tmp_path / "f").mkdir()
        (tmp_path / "f" / "a.md").write_text("a")
        archive = zipped(tmp_path / "f.zip", {"wrapped/a.md": b"a"})
        assert load(tmp_path / "f").digest == load(archive).digest

    @pytest.mark.parametrize(
        "name", ["../evil.py", "/etc/evil.py", "a/../../evil.py", "C:/evil.py", "..\\evil.py"]
    )
    def test_names_that_climb_out(self, tmp_path, name):
        submission = load(zipped(tmp_path / "x.zip", {name: b"evil", "good.py": b"good"}))
        assert paths(submission) == ["good.py"]
        assert codes(submission) == {"file-not-plain"}

    @pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
    def test_links_and_devices(self, tmp_path, kind):
        entry = zipfile.ZipInfo("link.py")
        entry.external_attr = (kind | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr(entry, "/etc/passwd")
        submission = load(tmp_path / "x.zip")
        assert submission.files == ()
        assert codes(submission) == {"file-not-plain"}

    def test_a_bomb_is_stopped_while_it_unpacks(self, tmp_path):
        path = zipped(tmp_path / "x.zip", {"bomb.txt": b"\0" * 60_000_000, "ok.md": b"ok"})
        submission = load(path)
        assert paths(submission) == ["ok.md"]
        assert codes(submission) == {"file-too-large"}

    def test_a_regular_log_is_no_bomb(self, tmp_path):
        assert paths(load(zipped(tmp_path / "x.zip", {"table.csv": b"0,0\n" * 200_000})))

    def test_total_size(self, tmp_path, monkeypatch):
        monkeypatch.setattr(intake, "MAX_TOTAL_BYTES", 2500)
        path = zipped(tmp_path / "x.zip", {f"{n}.txt": os.urandom(1000) for n in range(4)})
        submission = load(path)
        assert len(submission.files) == 2
        assert codes(submission) == {"file-too-large"}

    def test_a_zip_in_a_zip_is_opened_once(self, tmp_path):
        deepest = io.BytesIO()
        with zipfile.ZipFile(deepest, "w") as archive:
            archive.writestr("deep.md", "deep")
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("hw2.md", "work")
            archive.writestr("deeper.zip", deepest.getvalue())
        submission = load(zipped(tmp_path / "x.zip", {"inner.zip": inner.getvalue()}))
        assert paths(submission) == ["hw2.md"]
        assert codes(submission) == {"archive-nested"}

    def test_a_zip_in_a_folder_is_opened(self, tmp_path):
        zipped(tmp_path / "code.zip", {"hw2.py": b"x"})
        (tmp_path / "hw2.md").write_text("x")
        assert paths(load(tmp_path)) == ["code/hw2.py", "hw2.md"]

    @pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 50])
    def test_no_zip_at_all_is_a_notice(self, tmp_path, content):
        (tmp_path / "x.zip").write_bytes(content)
        submission = load(tmp_path / "x.zip")
        assert submission.files == ()
        assert codes(submission) == {"archive-damaged"}
        assert submission.notices[0].blocks

    def test_a_truncated_zip(self, tmp_path):
        path = zipped(tmp_path / "x.zip", {"a.md": os.urandom(5000)})
        path.write_bytes(path.read_bytes()[:3000])
        assert codes(load(path)) == {"archive-damaged"}

    def test_a_damaged_entry_costs_only_itself(self, tmp_path):
        path = zipped(tmp_path / "x.zip", {"a.md": os.urandom(500), "b.md": b"fine"})
        content = bytearray(path.read_bytes())
        content[200] ^= 0xFF
        path.write_bytes(bytes(content))
        submission = load(path)
        assert paths(submission) == ["b.md"]
        assert codes(submission) == {"archive-entry-damaged"}

    def test_an_encrypted_entry(self, tmp_path):
        path = zipped(tmp_path / "x.zip", {"a.md": b"secret"})
        content = bytearray(path.read_bytes())
        content[6] |= 1
        content[content.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(bytes(content))
        assert codes(load(path)) == {"archive-entry-damaged"}

    def test_the_same_name_twice(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive, pytest.warns(UserWarning):
            archive.writestr("a.md", "first")
            archive.writestr("a.md", "second")
        assert paths(load(tmp_path / "x.zip")) == ["a.md", "a~2.md"]

    def test_names_in_utf8_without_the_flag(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr("Hausübung.md", "x")
        content = (
            (tmp_path / "x.zip").read_bytes().replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00")
        )
        (tmp_path / "x.zip").write_bytes(content)
        assert paths(load(tmp_path / "x.zip")) == ["Hausübung.md"]


class TestSingleFile:
    def test_a_file_is_a_submission(self, tmp_path):
        (tmp_path / "hw2.md").write_text("work")
        submission = load(tmp_path / "hw2.md")
        assert (submission.name, paths(submission)) == ("hw2", ["hw2.md"])

    def test_a_path_that_does_not_exist_is_the_callers_mistake(self, tmp_path):
        with pytest.raises(UsageError, match="does not exist"):
            load(tmp_path / "nothing")
