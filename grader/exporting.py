"""What leaves the house: results.json of each submission, CSV files, decisions.yaml.

Scores that are lower than what was exported last, or than what Gradescope showed, do not leave
without being accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from grader.atomic import PRIVATE, write_whole
from grader.errors import Fault, UsageError
from grader.reading.intake import safe_name
from grader.reports import gradescope, tables
from grader.reports.changes import Change, since_export
from grader.rubric import decisions
from grader.safe_text import counted, points_text, printable
from grader.store import Record, Store

SHOWN_FALLS = 10


class Exported(NamedTuple):
    """What was written, and what a TA should know."""

    submissions: int
    undecided: int
    fallen: int
    canvas: tables.Filled | None


def export(
    store: Store,
    folder: Path,
    *,
    canvas: Path | None = None,
    column: str | None = None,
    accept_lower: bool = False,
) -> Exported:
    """Write everything into `folder` and note in the store what left.

    Args:
        store: opened for writing.
        folder: where to; files there are replaced.
        canvas: a gradebook exported from Canvas, of which one column is filled.
        column: which one.
        accept_lower: also let scores go that fell.

    Raises:
        UsageError: scores fell and were not accepted; the Canvas file cannot be used.
        Fault: a file cannot be written.
    """
    records = store.records()
    if not records:
        raise UsageError(f"there is nothing in {store.folder} yet: `grader regrade EXPORT` first.")
    fallen = [one for one in since_export(records, store.last_exported()) if one.fell]
    if fallen and not accept_lower:
        raise UsageError(_refusal(fallen))
    filled = _filled(canvas, column, records)
    try:
        _write(store, records, folder, filled)
    except OSError as error:
        raise Fault(f"cannot write into {folder}: {error.strerror}.") from error
    with store.writing():
        store.add_export(str(folder), records)
    undecided = sum(v.verdict == "review" for one in records for v in one.card.verdicts)
    return Exported(len(records), undecided, len(fallen), filled)


def _refusal(fallen: Sequence[Change]) -> str:
    lines = [
        f"{printable(one.who)}: {points_text(one.before or one.after)} → {points_text(one.after)}"
        + (f", {one.note}" if one.note else "")
        for one in fallen[:SHOWN_FALLS]
    ]
    more = [f"and {len(fallen) - SHOWN_FALLS} more"] if len(fallen) > SHOWN_FALLS else []
    return (
        f"{counted(len(fallen), 'score')} fell below what was shown; nothing was written. "
        "`grader diff --since export` says why; --accept-lower exports them all the same.\n  "
        + "\n  ".join([*lines, *more])
    )


def _filled(
    canvas: Path | None, column: str | None, records: Sequence[Record]
) -> tables.Filled | None:
    if canvas is None:
        return None
    try:
        text = canvas.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{canvas} cannot be read as UTF-8 text: {error}.") from error
    return tables.fill_canvas(text, records, column)


def _write(
    store: Store, records: Sequence[Record], folder: Path, filled: tables.Filled | None
) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and grades are in it
    for record in records:
        place = folder / "results" / safe_name(record.hand_in.name) / "results.json"
        gradescope.write(_results(record), place, mode=PRIVATE)
    _put(folder / "grades.csv", tables.csv_text(tables.grades(records)))
    _put(folder / "items.csv", tables.csv_text(tables.items(records)))
    if filled is not None:
        _put(folder / "canvas.csv", tables.csv_text(filled.rows))
    decided = list(store.decisions().values())
    rubrics = {record.rubric for record in records}
    rubric = rubrics.pop() if len(rubrics) == 1 else ""
    _put(folder / "decisions.yaml", decisions.encode(decided, rubric).decode())


def _put(file: Path, text: str) -> None:
    write_whole(text.encode(), file, mode=PRIVATE, survives_power_cut=False)


def _results(record: Record) -> gradescope.Results:
    return gradescope.submission_results(
        record.card,
        rubric=record.rubric,
        submission=record.hand_in.submission,
        sandbox=record.sandbox,
        seconds=record.seconds,
    )
