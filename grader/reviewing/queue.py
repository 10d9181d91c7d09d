"""The items that wait for a TA, in groups that one decision can settle. Pure.

A group has one item and answers that are alike (`grader.reviewing.alike`), about which the grader
also found out the same: an answer that leans on another definition earlier on stays apart.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeAlias

from grader.model import Decision, Evidence, ItemId, Verdict
from grader.reports.summary import all_verdicts
from grader.reviewing.alike import alike_key
from grader.rubric.decisions import EXTRA_CREDIT, applying
from grader.store import Record

DIGITS = 16

SUGGESTIONS = 3
"""Different earlier decisions that are offered for a group."""


@dataclass(frozen=True)
class Entry:
    """One item of one hand-in.

    Attributes:
        record: the hand-in. verdict: what counts now.
        answer: digest of the answer, as decisions have it.
        number, decision: the TA's decision that counts, if there is one.
    """

    record: Record
    verdict: Verdict
    answer: str
    number: int | None = None
    decision: Decision | None = None

    @property
    def item(self) -> ItemId:
        """Its rubric item, or `EXTRA_CREDIT`."""
        return self.verdict.item

    @property
    def is_waiting(self) -> bool:
        """Whether a TA has to decide it."""
        return self.verdict.verdict == "review"

    @property
    def state(self) -> str:
        """Changes as soon as a decision about what stood here would be about something else."""
        return f"{self.record.hand_in_number}.{self.answer}.{self.number or 0}"

    @property
    def evidence(self) -> Evidence | None:
        """What the grader found out about it."""
        return self.record.facts.about(self.item)


@dataclass(frozen=True)
class Group:
    """Entries of one item that can be decided together, decided ones among them.

    Attributes:
        key: names the group as long as answers and evidence stay the same.
        suggestions: what was decided earlier for answers that are alike, the newest first.
    """

    key: str
    entries: tuple[Entry, ...]
    suggestions: tuple[Decision, ...] = ()

    @property
    def item(self) -> ItemId:
        """Its rubric item."""
        return self.entries[0].item

    @cached_property
    def waiting(self) -> tuple[Entry, ...]:
        """Those that nobody has decided."""
        return tuple(entry for entry in self.entries if entry.is_waiting)

    @property
    def shown(self) -> tuple[Entry, ...]:
        """What is decided next: those that wait, or all again when none does."""
        return self.waiting or self.entries

    @property
    def size(self) -> int:
        """How many wait."""
        return len(self.waiting)

    @property
    def possible(self) -> Decimal:
        """The item's maximum."""
        return self.entries[0].verdict.possible


class Keys(NamedTuple):
    """What makes an answer equal to others.

    Attributes:
        alike: the same for answers that are alike.
        group: the same where the grader found out the same about them, too.
    """

    alike: str
    group: str


KeysOf: TypeAlias = Callable[[Record, ItemId], Keys]
"""`keys_of`; callers may remember what it came to for a grading."""


def keys_of(record: Record, item: ItemId) -> Keys:
    """The keys of a record's answer; without text they are its own."""
    alike = alike_key(record.answers, item)
    if not alike:
        alike = record.facts.answer_digests.get(item, record.hand_in.submission)
    evidence = record.facts.about(item)
    findings = evidence.findings if evidence is not None else ()
    found = [(one.holds, one.note, one.aspect, one.misconception) for one in findings]
    return Keys(_digest(alike), _digest(f"{item}\0{alike}\0{found}"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def entries(
    record: Record, decisions: Mapping[int, Decision], *, only_open: bool = False
) -> Iterator[Entry]:
    """The items of one hand-in in the rubric's order, the typewritten bonus last.

    Args:
        record: the hand-in.
        decisions: the class's or only this hand-in's, by number, the oldest first.
        only_open: leave out what was decided automatically.
    """
    digests = record.facts.answer_digests
    numbers = {decision: number for number, decision in decisions.items()}
    applied = applying(tuple(decisions.values()), record.hand_in.students, digests)
    for verdict in all_verdicts(record.card):
        decision = applied.get(verdict.item)
        if only_open and decision is None and verdict.verdict != "review":
            continue
        number = numbers[decision] if decision is not None else None
        yield Entry(record, verdict, digests.get(verdict.item, ""), number, decision)


def groups(
    records: Sequence[Record], decisions: Mapping[int, Decision], keys: KeysOf = keys_of
) -> tuple[Group, ...]:
    """What waits and what was decided, by item in the rubric's order, large groups first.

    Args:
        records: the class.
        decisions: those that nobody took back, by number, the oldest first.
        keys: tells which answers are equal.
    """
    by_student = _by_student(decisions)
    found: dict[ItemId, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    alike: dict[tuple[ItemId, str], str] = {}
    for record in records:
        for entry in entries(record, _named(by_student, record), only_open=True):
            key = keys(record, entry.item)
            alike[entry.item, entry.answer] = key.alike
            found[entry.item][key.group].append(entry)
    earlier = _earlier(decisions, alike)
    order = [entry.item for entry in entries(records[0], {})] if records else []
    return tuple(
        Group(name, tuple(members), _suggestions(members, alike, earlier))
        for item in order
        for name, members in sorted(found[item].items(), key=lambda pair: _order(pair[1]))
    )


def _by_student(decisions: Mapping[int, Decision]) -> dict[str, dict[int, Decision]]:
    """So that a class of a thousand does not look through thousands of decisions each."""
    found: dict[str, dict[int, Decision]] = defaultdict(dict)
    for number, decision in decisions.items():
        for student in decision.students:
            found[student][number] = decision
    return found


def _named(
    by_student: Mapping[str, Mapping[int, Decision]], record: Record
) -> Mapping[int, Decision]:
    """The decisions that name one of a hand-in's students, the oldest first."""
    of_all = [by_student.get(student, {}) for student in record.hand_in.students]
    return dict(sorted({number: one for few in of_all for number, one in few.items()}.items()))


def _order(members: Sequence[Entry]) -> tuple[int, str]:
    return -len(members), members[0].record.hand_in.name


def _earlier(
    decisions: Mapping[int, Decision], alike: Mapping[tuple[ItemId, str], str]
) -> dict[tuple[ItemId, str], list[Decision]]:
    """All decisions by what they were made for, the newest first."""
    found: dict[tuple[ItemId, str], list[Decision]] = defaultdict(list)
    for decision in reversed(list(decisions.values())):
        text = alike.get((decision.item, decision.answer), decision.answer)
        found[decision.item, text].append(decision)
    return found


def _suggestions(
    members: Sequence[Entry],
    alike: Mapping[tuple[ItemId, str], str],
    earlier: Mapping[tuple[ItemId, str], Sequence[Decision]],
) -> tuple[Decision, ...]:
    """Different ones only, and none that counts already for all who are shown."""
    first = members[0]
    if all(not entry.is_waiting for entry in members) or first.item == EXTRA_CREDIT:
        return ()
    known = earlier.get((first.item, alike[first.item, first.answer]), ())
    distinct: dict[tuple[Decimal, str], Decision] = {}
    for decision in known:
        distinct.setdefault((decision.points, decision.comment), decision)
    return tuple(distinct.values())[:SUGGESTIONS]
