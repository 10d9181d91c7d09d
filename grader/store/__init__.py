"""Everything that was ever graded here, append-only: one SQLite file beside evidence files."""

from grader.store.records import Grading, Record, Run
from grader.store.store import Store

__all__ = ["Grading", "Record", "Run", "Store"]
