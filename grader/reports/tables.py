"""The class as tables: grades in Gradescope's layout, a filled Canvas gradebook, every item.

Rows in, rows out; nothing is written here. Cells that a spreadsheet would take for a formula are
defused with an apostrophe, whoever wrote them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from grader.errors import UsageError
from grader.model import Verdict
from grader.reading.metadata import Submitter
from grader.reports.summary import all_verdicts
from grader.safe_text import points_text, printable
from grader.store import Record

Row = list[str]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also the full-width forms, which some spreadsheets read alike."""


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = printable(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV, defused, with the line ends that spreadsheets expect."""
    stream = io.StringIO()
    csv.writer(stream).writerows([defused(cell) for cell in row] for row in rows)
    return stream.getvalue()


# ---------------------------------------------------------------- one row for each student


class Student(NamedTuple):
    """One student with the record that counts."""

    id: str
    known: Submitter
    record: Record


def students(records: Iterable[Record]) -> list[Student]:
    """Everyone in the class, by name; of a group each one."""
    found = []
    for record in records:
        about = {one.id: one for one in record.hand_in.submitters}
        for student in record.students:
            found.append(Student(student, about.get(student) or Submitter(student, "", ""), record))
    return sorted(found, key=lambda one: (one.known.name.casefold(), one.id))


def grades(records: Iterable[Record]) -> Iterator[Row]:
    """As Gradescope's "Download Grades" has it; what only Gradescope knows stays empty."""
    everyone = students(records)
    columns = [_column(v) for v in all_verdicts(everyone[0].record.card)] if everyone else []
    yield ["Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status",
           "Submission ID", "Submission Time", "Lateness (H:M:S)", "View Count",
           "Submission Count", *columns]  # fmt: skip
    for one in everyone:
        card, hand_in = one.record.card, one.record.hand_in
        when = f"{hand_in.submitted:%Y-%m-%d %H:%M:%S %z}" if hand_in.submitted else ""
        yield [
            one.known.name, one.known.sid, one.known.email, "",
            points_text(card.points), points_text(card.possible),
            "Ungraded" if card.undecided else "Graded",
            hand_in.name.removeprefix("submission_"), when, "", "", "",
            *(points_text(verdict.points) for verdict in all_verdicts(one.record.card)),
        ]  # fmt: skip


def _column(verdict: Verdict) -> str:
    return f"{verdict.item}: {verdict.title} ({points_text(verdict.possible)} pts)"


def items(records: Iterable[Record]) -> Iterator[Row]:
    """One row for each student and item: for a spreadsheet's filters and pivot tables."""
    yield ["Name", "SID", "Email", "Submission", "Item", "Points", "Possible", "Verdict", "Notes"]
    for one in students(records):
        for verdict in all_verdicts(one.record.card):
            yield [
                one.known.name, one.known.sid, one.known.email, one.record.hand_in.name,
                verdict.item, points_text(verdict.points), points_text(verdict.possible),
                verdict.verdict, " ".join(verdict.notes),
            ]  # fmt: skip


# ---------------------------------------------------------------- Canvas

_IDENTITY = re.compile(r"Student|ID|SIS User ID|SIS Login ID|Integration ID|Root Account|Section")
_COMPUTED = re.compile(r"(Current|Final|Unposted|Override)\b.*(Score|Grade|Points)|.*\(read only\)")


class Filled(NamedTuple):
    """A Canvas gradebook with one column filled, and who could not be brought together."""

    rows: list[Row]
    column: str
    only_in_canvas: list[str]
    not_in_canvas: list[str]


def fill_canvas(text: str, records: Iterable[Record], column: str | None = None) -> Filled:
    """Fill one column of a gradebook that was exported from Canvas; other columns are left out.

    Args:
        text: the export's content.
        records: the class.
        column: header of the assignment, with or without Canvas's number; None if there is one.

    Raises:
        UsageError: it is no Canvas gradebook, or the column is not clear.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), dialect=_dialect(text)))
    header = rows[0] if rows else []
    if not header or "Student" not in header[0] or "ID" not in "".join(header[1:2]):
        raise UsageError("this is no gradebook from Canvas: its first row has to begin Student,ID.")
    place = _place(header, column)
    kept = [n for n, title in enumerate(header) if _IDENTITY.fullmatch(title.strip())]
    score_of = _Matching(header, students(records))
    filled, lonely = [[header[n] for n in (*kept, place)]], []
    for row in (r + [""] * (len(header) - len(r)) for r in rows[1:]):
        cells = [row[n] for n in (*kept, place)]
        if row[0].strip() and "Points Possible" not in row[0] and any(row[n] for n in kept[1:]):
            score = score_of(row)
            cells[-1] = points_text(score) if score is not None else row[place]
            lonely += [row[0]] if score is None else []
        filled.append(cells)
    return Filled(filled, header[place], lonely, score_of.unused())


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.partition("\n")[0]
    return _Semicolons if first.count(";") > first.count(",") else csv.excel


class _Semicolons(csv.excel):
    delimiter = ";"


def _place(header: Sequence[str], wanted: str | None) -> int:
    """Where the assignment's column is."""
    columns = {
        n: title.strip()
        for n, title in enumerate(header)
        if not _IDENTITY.fullmatch(title.strip()) and not _COMPUTED.match(title.strip())
    }
    fitting = [n for n, title in columns.items() if wanted in (None, title, _untitled(title))]
    if len(fitting) == 1:
        return fitting[0]
    raise UsageError(
        f"{len(fitting) or 'no'} columns of the gradebook fit; name one with --canvas-column: "
        + ", ".join(f"“{title}”" for title in columns.values())
    )


def _untitled(title: str) -> str:
    """The assignment's name without the number that Canvas puts behind it."""
    return re.sub(r"\s*\(\d+\)$", "", title)


class _Matching:
    """Finds the score for a row of Canvas: by numbers and logins first, by a unique name last."""

    def __init__(self, header: Sequence[str], everyone: Sequence[Student]) -> None:
        self._header = [title.strip() for title in header]
        self._everyone = everyone
        self._used: set[str] = set()
        self._by_key = _unique((key, s) for s in everyone for key in _keys(s.known) if key)
        self._by_name = _unique((_name_key(s.known.name), s) for s in everyone)

    def __call__(self, row: Sequence[str]) -> Decimal | None:
        cells = dict(zip(self._header, (cell.strip() for cell in row), strict=False))
        keys = [cells.get(title, "").lower() for title in ("SIS Login ID", "SIS User ID")]
        found = next((self._by_key[key] for key in keys if key in self._by_key), None)
        found = found or self._by_name.get(_name_key(cells["Student"]))
        if found is None:
            return None
        self._used.add(found.id)
        return found.record.card.points

    def unused(self) -> list[str]:
        """Students for whom Canvas had no row."""
        return [s.known.name or s.id for s in self._everyone if s.id not in self._used]


def _keys(known: Submitter) -> set[str]:
    """What Canvas may call a student: the e-mail, what stands before its @, the student number."""
    email = known.email.strip().lower()
    return {email, email.partition("@")[0], known.sid.strip().lower()}


def _name_key(name: str) -> str:
    """A name in any order: Canvas has “Lovelace, Ada”, Gradescope “Ada Lovelace”."""
    return " ".join(sorted(name.replace(",", " ").casefold().split()))


def _unique(pairs: Iterable[tuple[str, Student]]) -> Mapping[str, Student]:
    """Only keys that mean one student."""
    found: dict[str, set[str]] = {}
    by_id: dict[str, Student] = {}
    for key, student in pairs:
        found.setdefault(key, set()).add(student.id)
        by_id[student.id] = student
    return {key: by_id[next(iter(ids))] for key, ids in found.items() if len(ids) == 1}
