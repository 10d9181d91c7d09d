"""A store → the report's files: the only module of the page that reads and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from grader.reports.changes import Change, changed
from grader.reports.page.alike import likenesses
from grader.reports.page.building import Source, class_page, student_page
from grader.reports.page.files import addresses, file_names, write_page
from grader.rubric import Rubric
from grader.store import Record, Store

SINCE = {"last": "the scores before the last command", "export": "the last export"}


def write_report(  # noqa: PLR0913 - one for each option of the command
    store: Store,
    rubric: Rubric,
    output: Path,
    *,
    teaching: Mapping[str, str],
    made: datetime,
    since: str = "last",
    students: Path | None = None,
) -> Source:
    """Write the page of a class and, if wanted, those of its students.

    Args:
        store: with the class; it may be empty.
        rubric: the one that the class was scored with.
        output: the file.
        teaching: a sentence for each misconception.
        made: the time that is shown.
        since: a run's number, ``last`` or ``export``: what moved scores are compared with.
        students: folder for a page of each student, or None.

    Raises:
        UsageError: there is no such run, or something cannot be written.
    """
    records = store.records()
    names = file_names(records) if students is not None else {}
    source = Source(
        records=records,
        rubric=rubric,
        teaching=teaching,
        pairs=likenesses(records),
        changes=_changes(store, since) if records else (),
        since=SINCE.get(since, f"the scores before command {since}"),
        made=made,
        place=str(store.folder),
        pages=addresses(names, students, output) if students is not None else {},
    )
    if students is not None:
        _write_students(records, rubric, students, names)
    write_page(class_page(source), output)
    return source


def _write_students(
    records: Sequence[Record], rubric: Rubric, folder: Path, names: Mapping[int, str]
) -> None:
    for record in records:
        write_page(student_page(record, rubric), folder / names[record.hand_in_number])


def _changes(store: Store, since: str) -> Sequence[Change]:
    return changed(store, since) if store.runs() else ()
