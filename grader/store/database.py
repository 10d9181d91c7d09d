"""The store's SQLite file: tables that only ever grow, their version, and plain words for errors.

SQLite serialises writers, also of different processes; its write-ahead log survives a kill at any
moment. Rows are never changed or deleted: triggers refuse it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grader.errors import Fault, UsageError

FILE_NAME = "store.sqlite"

PATIENCE_SECONDS = 60.0
"""How long one process waits for another one's transaction, which takes milliseconds."""

TABLES = (
    *("run", "finished", "hand_in", "hand_in_student", "grading", "scorecard"),
    *("decision", "withdrawal", "export", "exported"),
)

_FIRST = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, source TEXT NOT NULL,
    grader TEXT NOT NULL, rubric TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE finished (run INTEGER PRIMARY KEY REFERENCES run, at TEXT NOT NULL);
CREATE TABLE hand_in (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, about BLOB NOT NULL);
CREATE TABLE hand_in_student (
    student TEXT NOT NULL, hand_in INTEGER NOT NULL REFERENCES hand_in,
    PRIMARY KEY (student, hand_in)) WITHOUT ROWID;
CREATE TABLE grading (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, submission TEXT NOT NULL,
    observed_with TEXT NOT NULL, measured_with TEXT NOT NULL,
    answers TEXT NOT NULL, observed TEXT NOT NULL, facts TEXT NOT NULL,
    seconds REAL NOT NULL, sandbox TEXT NOT NULL);
CREATE INDEX grading_of ON grading (submission, observed_with);
CREATE TABLE scorecard (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run,
    hand_in INTEGER NOT NULL REFERENCES hand_in, grading INTEGER NOT NULL REFERENCES grading,
    rubric TEXT NOT NULL, decided TEXT NOT NULL, card BLOB NOT NULL);
CREATE INDEX scorecard_of ON scorecard (hand_in);
CREATE TABLE decision (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, about BLOB NOT NULL);
CREATE TABLE withdrawal (
    decision INTEGER PRIMARY KEY REFERENCES decision, who TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE export (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, place TEXT NOT NULL);
CREATE TABLE exported (
    export INTEGER NOT NULL REFERENCES export, student TEXT NOT NULL,
    scorecard INTEGER NOT NULL REFERENCES scorecard, PRIMARY KEY (export, student));
""" + "".join(
    f"""
CREATE TRIGGER {table}_is_never_{word}d BEFORE {word} ON {table}
BEGIN SELECT raise(ABORT, 'the store only grows'); END;
"""
    for table in TABLES
    for word in ("update", "delete")
)

_RUBRIC_FOLDERS = "ALTER TABLE run ADD COLUMN rubrics TEXT NOT NULL DEFAULT '';"

MIGRATIONS: tuple[str, ...] = (_FIRST, _RUBRIC_FOLDERS)
"""From each version to the next one; the version of a file is the number of those it has had."""


def connect(folder: Path, *, writable: bool, create: bool = False) -> sqlite3.Connection:
    """Open the database in `folder`; a writer migrates it, and makes it if it may.

    Raises:
        UsageError: there is none, it may not be written, or it is of a newer version.
    """
    file = folder / FILE_NAME
    if not create and not file.exists():
        raise UsageError(f"{folder} holds no store. Run `grader regrade EXPORT --store {folder}`.")
    with told(folder):
        connection = _opened(file, writable=writable)
        connection.execute("PRAGMA foreign_keys = ON")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            connection.close()
            raise UsageError(
                f"{folder} was made by a newer version of the grader (schema {version}, this one "
                f"knows {len(MIGRATIONS)}). Update the grader; nothing was changed."
            )
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            _migrate(connection)
        elif version < len(MIGRATIONS):
            connection.close()
            return connect(folder, writable=True)
    return connection


def _opened(file: Path, *, writable: bool) -> sqlite3.Connection:
    if writable:
        return _connection(str(file), uri=False)
    address = file.resolve().as_uri()
    connection = _connection(f"{address}?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:  # the log needs a file beside it: not in a read-only folder
        connection.close()
        return _connection(f"{address}?immutable=1")
    return connection


def _connection(address: str, *, uri: bool = True) -> sqlite3.Connection:
    return sqlite3.connect(
        address,
        uri=uri,
        timeout=PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to this version, step by step; another process may be at it too."""
    with transaction(connection):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """One by one: `executescript` would end the transaction."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; waits for other writers before it begins."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """SQLite's and the system's errors as sentences about the store."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        words = str(error)
        if "readonly" in words or "unable to open" in words:
            raise UsageError(
                f"{folder} cannot be written: it is read-only here, or somebody else's. "
                "`grader diff` and `grader report` only read it; for anything else, copy it."
            ) from error
        raise Fault(
            f"the store in {folder} failed: {words}. Nothing that was stored is lost; "
            "`grader check --store` says whether it is whole."
        ) from error
    except OSError as error:
        raise Fault(f"the store in {folder} cannot be written: {error.strerror}.") from error
