"""The desk at which a TA sits: what waits now, decisions and taking them back.

Everything that a decision changes comes into the store together or not at all, and only if what
the TA looked at is still what stands there: others may sit at the same store, or in another tab.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import NamedTuple, TypeVar

from grader.errors import UsageError
from grader.model import Decision, ItemId, Value
from grader.regrading import counted_with_another, decided_anew, spelled
from grader.reviewing.queue import Entry, Group, Keys, entries, groups, keys_of
from grader.rubric import Rubric
from grader.rubric.decisions import EXTRA_CREDIT
from grader.safe_text import counted_points, points_text, printable
from grader.store import Record, Run, Store

MAX_COMMENT = 5_000
"""Characters; what is longer was pasted by mistake."""

ANSWERS_KEPT = 200
"""Submissions whose text stays in memory."""

Loaded = TypeVar("Loaded")

_POINTS = re.compile(r"\d{1,4}(\.\d{1,2})?|\.\d{1,2}", re.ASCII)


class Conflict(UsageError):  # noqa: N818 - the word for it
    """What the TA looked at has changed in the meantime; nothing was stored."""


class Action(Value, frozen=True):
    """What one press of a key decided: of one item or several, `decision` is the first."""

    numbers: tuple[int, ...]
    decision: Decision
    students: tuple[str, ...]
    group: str = ""
    items: int = 1


class Wish(NamedTuple):
    """What a TA says about one item: points as typed, for the entries with these `Entry.state`s."""

    item: ItemId
    seen: tuple[str, ...]
    points: str


def points_of(text: str, item: ItemId, possible: Decimal) -> Decimal:
    """Points as a TA types them; for the typewritten bonus ``yes`` or ``no``.

    Raises:
        UsageError: they are no points that the item can have.
    """
    words = text.strip()
    if item == EXTRA_CREDIT:
        if words.lower() not in ("yes", "y", "no", "n"):
            raise UsageError("Say yes (typewritten) or no.")
        return Decimal(1 if words.lower().startswith("y") else 0)
    if not words:
        raise UsageError("No points were given.")
    if not _POINTS.fullmatch(words) or Decimal(words) > possible:
        raise UsageError(
            f"{words[:20]!r} cannot be the points of {item}: give a number from 0 to "
            f"{points_text(possible)} with at most two decimals, such as 0.5."
        )
    return Decimal(words)


def told(decision: Decision) -> str:
    """What was decided, by whom and when, in one sentence without a full stop."""
    return f"{worth(decision)}, by {decision.who} on {decision.when.astimezone():%d %b %H:%M}"


def worth(decision: Decision) -> str:
    """What was decided, in two words."""
    if decision.item == EXTRA_CREDIT:
        return "typewritten" if decision.points else "not typewritten"
    return counted_points(decision.points)


class _Seen(NamedTuple):
    """The store as it was at a version of it."""

    version: tuple[int, ...]
    records: Sequence[Record]
    groups: tuple[Group, ...]
    decisions: Mapping[int, Decision]


class Desk:
    """One TA at one store; may be used from several threads.

    Args:
        store: opened for writing.
        rubric: the one that the scores were counted with.
        who: the TA's name, kept with each decision.
        clock: tells the time.

    Raises:
        UsageError: the scores were counted with another rubric.
    """

    def __init__(
        self,
        store: Store,
        rubric: Rubric,
        who: str,
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.rubric = rubric
        self.who = who
        self.actions: list[Action] = []
        self._store = store
        self._clock = clock
        self._lock = threading.RLock()
        self._facts = functools.cache(store.load_facts)
        self._answers = functools.lru_cache(ANSWERS_KEPT)(store.load_answers)
        self._keys: dict[tuple[int, ItemId], Keys] = {}
        self._run: Run | None = None
        self._seen: _Seen | None = None
        self._check_rubric()

    def _check_rubric(self) -> None:
        if told := counted_with_another(self._store, self.rubric, self.records(), "review"):
            raise UsageError(
                f"{told} Or let the rubric in {self.rubric.folder} count first: "
                f"`{spelled(self._store, self.rubric.folder, 'rescore')}`."
            )

    def close(self) -> None:
        """The TA goes home; all decisions are in the store already."""
        with self._lock:
            if self._run is not None:
                self._store.finish(self._run)
                self._run = None

    # ------------------------------------------------------------ looking

    def records(self) -> Sequence[Record]:
        """The class as it is now."""
        return self._now().records

    def groups(self) -> tuple[Group, ...]:
        """What waits and what was decided, as it is now."""
        return self._now().groups

    def group(self, key: str) -> Group | None:
        """One group by its key."""
        return next((one for one in self.groups() if one.key == key), None)

    def record(self, hand_in: int) -> Record | None:
        """One hand-in by its number."""
        return next((one for one in self.records() if one.hand_in_number == hand_in), None)

    def entries(self, record: Record) -> tuple[Entry, ...]:
        """All items of a hand-in."""
        return tuple(entries(record, self._now().decisions))

    def earlier(self, group: Group) -> tuple[Decision, ...]:
        """What was decided about the same students' earlier answers to this item."""
        students = {student for entry in group.shown for student in entry.record.students}
        answers = {entry.answer for entry in group.shown}
        return tuple(
            one
            for one in self._now().decisions.values()
            if one.item == group.item
            and one.answer not in answers
            and not students.isdisjoint(one.students)
        )

    def _now(self) -> _Seen:
        """Read anew only when something was added, by whomever."""
        with self._lock:
            version = self._store.version()
            if self._seen is None or self._seen.version != version:
                records = [self._remembering(one) for one in self._store.records()]
                decisions = self._store.decisions()
                found = groups(records, decisions, self._keys_of)
                self._seen = _Seen(version, records, found, decisions)
            return self._seen

    def _remembering(self, record: Record) -> Record:
        """Gradings never change: what was read of one is kept."""
        number = record.grading
        return dataclasses.replace(
            record,
            load_facts=lambda: self._locked(self._facts, number),
            load_answers=lambda: self._locked(self._answers, number),
        )

    def _locked(self, load: Callable[[int], Loaded], grading: int) -> Loaded:
        with self._lock:
            return load(grading)

    def _keys_of(self, record: Record, item: ItemId) -> Keys:
        place = (record.grading, item)
        if place not in self._keys:
            self._keys[place] = keys_of(record, item)
        return self._keys[place]

    # ------------------------------------------------------------ deciding

    def decide(
        self, item: ItemId, seen: Collection[str], points: str, comment: str = "", group: str = ""
    ) -> Action:
        """Decide an item for the entries whose `state` the TA has seen.

        Args:
            item: a rubric item or `EXTRA_CREDIT`.
            seen: `Entry.state` of each.
            points: as typed.
            comment: for the students, Markdown.
            group: key of the group that they were shown as.

        Raises:
            UsageError: no such points, or nobody to decide about.
            Conflict: one of them has been decided or handed in anew in the meantime.
        """
        return self._decide([Wish(item, tuple(seen), points)], comment, group)

    def decide_together(self, wishes: Sequence[Wish], comment: str = "") -> Action:
        """Decide several items at once, all of them or, where one cannot be, none.

        Raises:
            UsageError, Conflict: as for one item.
        """
        if not wishes:
            raise UsageError("No points were given, so nothing was decided.")
        return self._decide(wishes, comment)

    def _decide(self, wishes: Sequence[Wish], comment: str, group: str = "") -> Action:
        if len(comment) > MAX_COMMENT:
            raise UsageError(f"The comment is longer than {MAX_COMMENT} characters.")
        words = printable("\n".join(comment.splitlines())).strip()  # browsers send \r\n
        with self._writing():
            self._check_rubric()
            records = self.records()
            now = self._clock()
            made = [one for wish in wishes for one in self._made(wish, words, now)]
            numbers = self._store.decide(self._begin(), made)
            students = tuple(dict.fromkeys(student for one in made for student in one.students))
            self._score(students, records)
        action = Action(tuple(numbers), made[0], students, group, len(wishes))
        self.actions.append(action)
        return action

    def _made(self, wish: Wish, comment: str, now: datetime) -> list[Decision]:
        found = self._still_there(wish.item, wish.seen)
        given = points_of(wish.points, wish.item, found[0].verdict.possible)
        return [
            Decision(wish.item, answer, students, given, self.who, now, comment)
            for answer, students in _by_answer(found).items()
        ]

    def _still_there(self, item: ItemId, seen: Collection[str]) -> list[Entry]:
        if not seen:
            raise UsageError("Nobody is ticked, so nothing was decided.")
        by_number = {one.hand_in_number: one for one in self.records()}
        found = []
        for state in sorted(seen):
            record = by_number.get(_hand_in(state))
            known = self.entries(record) if record is not None else ()
            entry = next((one for one in known if one.item == item), None)
            if entry is None:
                raise Conflict(f"Somebody handed in anew: the answer to {item} is another one.")
            if entry.state != state:
                raise Conflict(_in_the_meantime(entry, state))
            found.append(entry)
        return found

    def undo(self, numbers: Collection[int]) -> tuple[Decision, ...]:
        """Take decisions back; what counted before them counts again.

        Raises:
            Conflict: they have been taken back already.
        """
        with self._writing():
            self._check_rubric()
            records = self.records()
            known = self._now().decisions
            taken = tuple(known[number] for number in numbers if number in known)
            if not taken:
                raise Conflict("This decision has been taken back already.")
            for number in numbers:
                if number in known:
                    self._store.withdraw(number, self.who)
            self._begin()
            self._score({student for one in taken for student in one.students}, records)
        self.actions = [one for one in self.actions if set(one.numbers).isdisjoint(numbers)]
        return taken

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone at the store; what was read while writing is forgotten when nothing is kept."""
        with self._lock:
            try:
                with self._store.writing():
                    yield
            except BaseException:
                self._seen = None
                raise

    def _begin(self) -> Run:
        """Asked each time: another command may have come in between."""
        rubric = self.rubric
        self._run = self._store.begin("review", self.who, rubric.digest, rubric.folder)
        return self._run

    def _score(self, students: Collection[str], records: Sequence[Record]) -> None:
        assert self._run is not None
        concerned = [r for r in records if not set(students).isdisjoint(r.hand_in.students)]
        decided_anew(self._store, self.rubric, self._run, concerned)


def _hand_in(state: str) -> int:
    number = state.partition(".")[0]
    return int(number) if number.isdecimal() and number.isascii() and len(number) < 18 else -1


def _in_the_meantime(entry: Entry, state: str) -> str:
    """What has happened to an entry since `state` was looked at."""
    name = entry.record.hand_in.name
    answer, _, _ = state.partition(".")[2].partition(".")
    if answer != entry.answer:
        return f"{name} has another answer to {entry.item} now. Look at it again."
    if entry.decision is not None:
        return f"{entry.item} of {name} was decided in the meantime: {told(entry.decision)}."
    return f"The decision about {entry.item} of {name} was taken back in the meantime."


def _by_answer(found: Sequence[Entry]) -> Mapping[str, tuple[str, ...]]:
    """Whom to name in the decision about each of the answers."""
    students: dict[str, tuple[str, ...]] = {}
    for entry in found:
        students[entry.answer] = (*students.get(entry.answer, ()), *entry.record.students)
    return students
