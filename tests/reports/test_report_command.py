"""`grader report` on a real store."""

from datetime import datetime, timezone

import msgspec
import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.model import Answer, Answers, Passage, Typewritten
from grader.reading.export import HandIn
from grader.store import Grading, Store
from grader.store.records import Facts
from tests.reports.classes import synthetic

TIME = datetime(2025, 10, 30, tzinfo=timezone.utc)


def filled(folder, rubric, size, students=None):
    """A store with a synthetic class, every student's writeup being the same."""
    text = " ".join(f"Reason{chr(97 + n % 26)}{chr(97 + n // 26)} matters" for n in range(90))
    answers = Answers(
        {"1a": Answer("1a", (Passage("hw2.tex", 3, text),))}, (), Typewritten("yes", "")
    )
    with Store(folder, writable=True, create=True) as store:
        run = store.begin("regrade", "export", rubric.digest)
        for one in synthetic(rubric, size):
            facts = Facts((), answers.typewritten, (), one.load_facts().answer_digests)
            grading = Grading(f"digest{one.number}", answers, (), facts, "o", "m", one.seconds)
            stored = store.add_grading(run, grading)
            who = students(one) if students else one.students
            number = store.add_hand_in(run, HandIn(one.hand_in.name, who, f"digest{one.number}"))
            store.add_card(run, number, stored, one.card, {})
        store.finish(run)


def run(*arguments):
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def test_the_report_and_a_page_for_each_student(tmp_path, rubric):
    filled(tmp_path / "store", rubric, 4)
    done = run("--store", tmp_path / "store", "-o", tmp_path / "out" / "r.html",
               "--students", tmp_path / "out" / "each student")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "r.html: 4 submissions, 6 similar pairs." in done.output
    page = (tmp_path / "out" / "r.html").read_text(encoding="utf-8")
    names = sorted(path.name for path in (tmp_path / "out" / "each student").iterdir())
    assert names == [f"submission-0000{n}-{n}.html" for n in range(1, 5)]
    for name in names:
        assert f'href="each%20student/{name}"' in page
    assert (tmp_path / "out" / "r.html").stat().st_mode & 0o77 == 0  # names and points


def test_an_empty_store_has_a_report(tmp_path):
    Store(tmp_path / "store", writable=True, create=True).close()
    done = run("--store", tmp_path / "store", "-o", tmp_path / "r.html")
    assert done.exit_code == 0, done.output
    assert "holds no submissions" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("--since", "99"), ("-o", "/proc/nowhere/r.html")])
def test_what_cannot_be_done_is_said(tmp_path, rubric, arguments):
    filled(tmp_path / "store", rubric, 1)
    done = run("--store", tmp_path / "store", "-o", tmp_path / "r.html", *arguments)
    assert done.exit_code == 2 and "Traceback" not in done.output


def test_no_store_is_said(tmp_path):
    assert run("--store", tmp_path / "none").exit_code == 2


def test_the_partners_of_a_group_are_not_compared(tmp_path, rubric):
    def students(one):
        return ("ann", "bob") if one.number == 1 else ("bob",)

    filled(tmp_path / "store", rubric, 2, students)
    done = run("--store", tmp_path / "store", "-o", tmp_path / "r.html")
    assert "2 submissions, 0 similar pairs." in done.output


def test_names_of_files_are_never_paths(tmp_path, rubric):
    filled(tmp_path / "store", rubric, 1)
    with Store(tmp_path / "store", writable=True, create=True) as store:
        start = store.begin("regrade", "again", rubric.digest)
        (one,) = store.records()
        hand_in = msgspec.structs.replace(one.hand_in, name="../../etc/<passwd>\0", students=("x",))
        number = store.add_hand_in(start, hand_in)
        store.add_card(start, number, one.grading, one.card, {})
    done = run(
        "--store", tmp_path / "store", "-o", tmp_path / "r.html", "--students", tmp_path / "s"
    )
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "s").iterdir()} == {
        "etc-passwd-2.html", "submission-00001-1.html",
    }  # fmt: skip
