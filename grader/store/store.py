"""The store as commands use it."""

from __future__ import annotations

import functools
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import msgspec

from grader import __version__
from grader.errors import UsageError
from grader.evidence.code.trials import Trials
from grader.model import Answers, Decision, ItemId, Scorecard
from grader.reading.export import HandIn
from grader.store.database import connect, told, transaction
from grader.store.objects import COMPRESSION, Objects, encoded
from grader.store.records import Facts, Grading, Record, Run

CLASS_SIZE = 3_000
"""Hand-ins whose scorecards stay in memory: the largest classes have some 2,000 students."""


class Store:
    """A folder with everything that was ever graded into it.

    Args:
        folder: where it is; only `create` makes it.
        writable: whether anything will be added.
        create: whether to make it where there is none.

    Raises:
        UsageError: there is no store, or it cannot be used.
        Fault: it fails (here and in every method): disk full, damaged.
    """

    def __init__(self, folder: Path, *, writable: bool = False, create: bool = False) -> None:
        self.folder = folder
        if create:
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # grades are in it
            except OSError as error:
                raise UsageError(f"{folder} cannot be made: {error.strerror}.") from error
        self.objects = Objects(folder / "objects")
        self._database = connect(folder, writable=writable, create=create)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was added is there already."""
        self._database.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Everything that is added inside comes in together, or not at all."""
        with told(self.folder), transaction(self._database):
            yield

    # ------------------------------------------------------------ the store itself

    def complaints(self) -> list[str]:
        """What SQLite finds wrong with its file."""
        rows = [*self._rows("PRAGMA integrity_check"), *self._rows("PRAGMA foreign_key_check")]
        return [" ".join(map(str, row)) for row in rows if row != ("ok",)]

    def references(self) -> dict[str, str]:
        """For each evidence file that is needed, the names of the submissions behind it."""
        rows = self._rows(
            "SELECT answers, observed, facts, json_extract(about, '$.name') FROM grading "
            "JOIN scorecard ON scorecard.grading = grading.id "
            "JOIN hand_in ON hand_in.id = scorecard.hand_in"
        )
        names: dict[str, set[str]] = {}
        for *objects, name in rows:
            for digest in objects:
                names.setdefault(str(digest), set()).add(str(name))
        return {digest: ", ".join(sorted(found)) for digest, found in names.items()}

    def _rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with told(self.folder):
            return self._database.execute(query, values).fetchall()

    def _add(self, query: str, *values: object) -> int:
        with told(self.folder):
            added = self._database.execute(query, values).lastrowid
        assert added is not None
        return added

    # ------------------------------------------------------------ runs

    def begin(self, command: str, source: str, rubric: str, rubrics: str = "") -> Run:
        """Note that a command begins that may change scores; one that was stopped goes on.

        Args:
            command: its name.
            source: what it was given.
            rubric: digest of the rubric.
            rubrics: its folder.
        """
        for last in self.runs()[-1:]:
            asked = (command, source, __version__, rubric)
            is_open = not self._rows("SELECT run FROM finished WHERE run = ?", last.number)
            if is_open and (last.command, last.source, last.grader, last.rubric) == asked:
                return last
        now = datetime.now(timezone.utc)
        number = self._add(
            "INSERT INTO run (command, source, grader, rubric, at, rubrics) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            command, source, __version__, rubric, now.isoformat(), rubrics,
        )  # fmt: skip
        return Run(number, command, source, __version__, rubric, now, rubrics)

    def finish(self, run: Run) -> None:
        """Note that a command has come to its end."""
        now = datetime.now(timezone.utc).isoformat()
        self._add("INSERT OR IGNORE INTO finished VALUES (?, ?)", run.number, now)

    def runs(self) -> list[Run]:
        """All commands that may have changed scores, the first one first."""
        rows = self._rows(
            "SELECT id, command, source, grader, rubric, at, rubrics FROM run ORDER BY id"
        )
        names = Run.__struct_fields__
        return [
            msgspec.convert(dict(zip(names, row, strict=True)), Run, strict=False) for row in rows
        ]

    def rubric_folder(self, digest: str) -> str:
        """Where the rubric with this digest was read last; empty if nobody knows."""
        known = [run.rubrics for run in self.runs() if run.rubric == digest and run.rubrics]
        return known[-1] if known else ""

    # ------------------------------------------------------------ gradings

    def find_grading(
        self, submission: str, observed_with: str, since: int = 0
    ) -> tuple[int, str] | None:
        """Number of the newest grading of these files, and what its evidence was measured with.

        Only gradings from run `since` on count, and none whose files are gone: such a submission
        is graded again.
        """
        rows = self._rows(
            "SELECT id, measured_with, answers, observed, facts FROM grading "
            "WHERE submission = ? AND observed_with = ? AND run >= ? ORDER BY id DESC",
            submission, observed_with, since,
        )  # fmt: skip
        for number, measured_with, *objects in rows:
            if all(self.objects.path(str(digest)).exists() for digest in objects):
                return int(str(number)), str(measured_with)
        return None

    def add_grading(self, run: Run, grading: Grading) -> int:
        """Keep what was found out about a submission; its number."""
        with told(self.folder):
            objects = [
                self.objects.add(part)
                for part in (grading.answers, grading.observed, grading.facts)
            ]
        return self._add(
            "INSERT INTO grading (run, submission, observed_with, measured_with, "
            "answers, observed, facts, seconds, sandbox) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            run.number, grading.submission, grading.observed_with, grading.measured_with,
            *objects, grading.seconds, msgspec.json.encode(grading.sandbox).decode(),
        )  # fmt: skip

    def measured_anew(self, run: Run, grading: int, facts: Facts, measured_with: str) -> int:
        """Keep new evidence for an old observation; the number of the new grading."""
        with told(self.folder):
            digest = self.objects.add(facts)
        return self._add(
            "INSERT INTO grading (run, submission, observed_with, measured_with, answers, "
            "observed, facts, seconds, sandbox) SELECT ?, submission, observed_with, ?, answers, "
            "observed, ?, seconds, sandbox FROM grading WHERE id = ?",
            run.number, measured_with, digest, grading,
        )  # fmt: skip

    def load_grading(self, number: int) -> Grading:
        """Everything about one grading, observations included."""
        row = self._rows(
            "SELECT submission, answers, observed, facts, observed_with, measured_with, seconds, "
            "sandbox FROM grading WHERE id = ?",
            number,
        )[0]
        submission, answers, observed, facts, observed_with, measured_with, seconds, sandbox = row
        return Grading(
            submission=str(submission),
            answers=self.objects.load(str(answers), Answers),
            observed=self.objects.load(str(observed), tuple[Trials | None, ...]),
            facts=self.objects.load(str(facts), Facts),
            observed_with=str(observed_with),
            measured_with=str(measured_with),
            seconds=float(str(seconds)),
            sandbox=msgspec.json.decode(str(sandbox)),
        )

    def load_facts(self, grading: int) -> Facts:
        """What a scorecard is made of."""
        (digest,) = self._rows("SELECT facts FROM grading WHERE id = ?", grading)[0]
        return self.objects.load(str(digest), Facts)

    def load_answers(self, grading: int) -> Answers:
        """The submission as read."""
        (digest,) = self._rows("SELECT answers FROM grading WHERE id = ?", grading)[0]
        return self.objects.load(str(digest), Answers)

    # ------------------------------------------------------------ scorecards

    def add_card(
        self,
        run: Run,
        hand_in: int,
        grading: int,
        card: Scorecard,
        decisions: Mapping[ItemId, Decision],
    ) -> bool:
        """Keep a scorecard of a hand-in, unless it has been made of the same; whether it is new."""
        applied = [decisions[item] for item in sorted(decisions)]
        decided = hashlib.sha256(encoded(applied)).hexdigest()[:16]
        made_of = (grading, run.rubric, decided)
        last = self._rows(
            "SELECT grading, rubric, decided FROM scorecard WHERE hand_in = ? "
            "ORDER BY id DESC LIMIT 1",
            hand_in,
        )
        if last == [made_of]:
            return False
        self._add(
            "INSERT INTO scorecard (run, hand_in, grading, rubric, decided, card) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            run.number, hand_in, *made_of, zlib.compress(encoded(card), COMPRESSION),
        )  # fmt: skip
        return True

    def add_hand_in(self, run: Run, hand_in: HandIn) -> int:
        """Keep who handed what in; the known number if it is what all its students did last."""
        last = {
            row
            for student in hand_in.students
            for row in self._rows(
                "SELECT max(hand_in) FROM hand_in_student WHERE student = ?", student
            )
        }
        (number,) = last.pop() if len(last) == 1 else (None,)
        if number is not None and self._about(int(str(number))) == hand_in:
            return int(str(number))
        added = self._add(
            "INSERT INTO hand_in (run, about) VALUES (?, ?)", run.number, encoded(hand_in)
        )
        for student in hand_in.students:
            self._add("INSERT INTO hand_in_student VALUES (?, ?)", student, added)
        return added

    def _about(self, hand_in: int) -> HandIn:
        ((about,),) = self._rows("SELECT about FROM hand_in WHERE id = ?", hand_in)
        assert isinstance(about, bytes)
        return _hand_in(about)

    def records(self, before: int | None = None) -> list[Record]:
        """The current state of every hand-in, by name; or as it was before run `before`."""
        limit = before if before is not None else _NEVER
        rows = self._rows("".join((_CURRENT, _RECORD, _OF_CURRENT)), limit)
        records = [self._record(row) for row in rows]
        return sorted(records, key=lambda record: record.hand_in.name)

    def _record(self, row: tuple[object, ...]) -> Record:
        number, hand_in, about, card, rubric, run, grading, observed, measured, *others = row
        seconds, sandbox, who = others
        assert isinstance(about, bytes) and isinstance(card, bytes) and isinstance(grading, int)
        return Record(
            number=int(str(number)),
            hand_in_number=int(str(hand_in)),
            hand_in=_hand_in(about),
            students=tuple(sorted(msgspec.json.decode(str(who), type=list[str]))),
            rubric=str(rubric),
            run=int(str(run)),
            grading=grading,
            observed_with=str(observed),
            measured_with=str(measured),
            seconds=float(str(seconds)),
            sandbox=msgspec.json.decode(str(sandbox)),
            load_card=partial(_card, card),
            load_facts=partial(self.load_facts, grading),
            load_answers=partial(self.load_answers, grading),
        )

    # ------------------------------------------------------------ decisions

    def decide(self, run: Run, decisions: Sequence[Decision]) -> list[int]:
        """Keep TAs' decisions; their numbers, to take them back by."""
        return [
            self._add("INSERT INTO decision (run, about) VALUES (?, ?)", run.number, encoded(one))
            for one in decisions
        ]

    def withdraw(self, decision: int, who: str) -> None:
        """Take a decision back; that it was made is kept."""
        now = datetime.now(timezone.utc).isoformat()
        self._add("INSERT OR IGNORE INTO withdrawal VALUES (?, ?, ?)", decision, who, now)

    def decisions(self) -> dict[int, Decision]:
        """All decisions that nobody took back, by number, the oldest first."""
        rows = self._rows(
            "SELECT id, about FROM decision WHERE id NOT IN (SELECT decision FROM withdrawal) "
            "ORDER BY id"
        )
        found: dict[int, Decision] = {}
        for number, about in rows:
            assert isinstance(number, int) and isinstance(about, bytes)
            found[number] = msgspec.json.decode(about, type=Decision)
        return found

    def version(self) -> tuple[int, ...]:
        """Changes whenever a scorecard, a hand-in or a decision is added or taken back."""
        rows = self._rows(
            "SELECT (SELECT max(id) FROM scorecard), (SELECT max(id) FROM hand_in), "
            "(SELECT max(id) FROM decision), (SELECT count(*) FROM withdrawal)"
        )
        return tuple(int(str(number or 0)) for number in rows[0])

    # ------------------------------------------------------------ exports

    def add_export(self, place: str, records: Iterable[Record]) -> None:
        """Note which scorecards left the house: what students may have seen."""
        now = datetime.now(timezone.utc).isoformat()
        number = self._add("INSERT INTO export (at, place) VALUES (?, ?)", now, place)
        for record in records:
            for student in record.students:
                self._add("INSERT INTO exported VALUES (?, ?, ?)", number, student, record.number)

    def last_exported(self) -> dict[str, Record]:
        """For each student the state that was exported last."""
        rows = self._rows("".join((_EXPORTED, _RECORD, _OF_EXPORTED)))
        records = [self._record(row) for row in rows]
        return {student: record for record in records for student in record.students}


_RECORD = """
SELECT scorecard.id, hand_in.id, hand_in.about, scorecard.card, scorecard.rubric, scorecard.run,
    grading.id, grading.observed_with, grading.measured_with, grading.seconds, grading.sandbox,
    json_group_array(latest.student)
FROM scorecard
JOIN hand_in ON hand_in.id = scorecard.hand_in
JOIN grading ON grading.id = scorecard.grading
"""
"""What `Store._record` reads; the rest of the query says which students are whose (``latest``)."""

_CURRENT = """
WITH latest AS (
    SELECT student, max(hand_in) AS hand_in
    FROM hand_in_student JOIN hand_in ON hand_in.id = hand_in
    WHERE run < ?1 GROUP BY student),
newest AS (
    SELECT max(id) AS id FROM scorecard
    WHERE run < ?1 AND hand_in IN (SELECT hand_in FROM latest) GROUP BY hand_in)
"""

_OF_CURRENT = """
JOIN newest ON newest.id = scorecard.id
JOIN latest ON latest.hand_in = hand_in.id
GROUP BY scorecard.id
"""

_EXPORTED = """
WITH latest AS (SELECT student, scorecard, max(export) FROM exported GROUP BY student)
"""

_OF_EXPORTED = "JOIN latest ON latest.scorecard = scorecard.id GROUP BY scorecard.id"


@functools.lru_cache(CLASS_SIZE)
def _card(packed: bytes) -> Scorecard:
    """Decoded once: a page that shows the class again after each decision reads the same ones."""
    return msgspec.json.decode(zlib.decompress(packed), type=Scorecard)


@functools.lru_cache(CLASS_SIZE)
def _hand_in(packed: bytes) -> HandIn:
    return msgspec.json.decode(packed, type=HandIn)


_NEVER = 2**62
"""After every run."""
