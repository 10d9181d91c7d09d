"""One item, one question: which formula is the answer, and what is it equal to?

Every statement of the part whose left side is what the question asks for is a candidate. A
candidate is examined (`examining.py`). The last candidate counts; what cannot be read or evaluated
to its end leaves the item to a TA.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from grader.evidence.mathematics.denial import is_denied
from grader.evidence.mathematics.examining import (
    ANSWERS,
    Answer,
    Examiner,
    InstanceT,
    Outcome,
    Question,
    Target,
    Trial,
)
from grader.evidence.mathematics.workbook import EQUALITIES, Line, Workbook
from grader.formulas import expression as e
from grader.formulas.errors import Misfit, Undefined
from grader.formulas.statements import Member
from grader.model import Finding, Part


def candidates(
    question: Question[InstanceT], lines: Iterable[Line], examiner: Examiner[InstanceT]
) -> list[list[Answer]]:
    """For every statement about what is asked for: its members, examined, without mere steps."""
    found = []
    for line in lines:
        answers = list(_of_line(question, line, examiner))
        if answers:
            found.append(answers)
    return found


def _of_line(
    question: Question[InstanceT], line: Line, examiner: Examiner[InstanceT]
) -> Iterator[Answer]:
    if len(line.statement.members) < 2:
        if _is_said_to_be(question, line):
            node = line.statement.members[0]
            yield Answer(line, 0, _examined(node, Target(), examiner))
        return
    target, numbers = _named_members(question, line)
    if target is None:
        return
    for number in numbers:
        member = line.statement.members[number]
        yield Answer(line, number, _examined(member, target, examiner), target)


def _is_said_to_be(question: Question[InstanceT], line: Line) -> bool:
    """Whether words say that a formula is the answer: “the gradient is 2X^T(…)”."""
    node = line.statement.members[0].expression
    if question.said is None or node is None or not question.said.search(line.before):
        return False
    return "X" in node.names


def _named_members(
    question: Question[InstanceT], line: Line
) -> tuple[Target | None, Sequence[int]]:
    """What a chain is about, and which of its members are then said to be the answer.

    “w = a = b”: a and b; “w_t = a → b = c” and w_∞ wanted: b and c; “a = b = w”: b.
    """
    first, last = (line.statement.members[n].expression for n in (0, -1))
    relations = line.statement.relations
    arrow = relations.index("→") if "→" in relations else -1
    if first is not None and arrow >= 0 and (target := question.tends(first)) is not None:
        return target, [arrow + 1, *_while_equal(relations, arrow + 1)]
    if first is not None and (target := question.target(first)) is not None:
        return target, _while_equal(relations, 0)
    if last is not None and relations[-1] in EQUALITIES:
        return question.target(last), [len(relations) - 1]
    return None, ()


def _while_equal(relations: Sequence[str], start: int) -> list[int]:
    """The members behind `start` for as long as the chain says that they are equal."""
    found = []
    for number, relation in enumerate(relations[start:], start=start + 1):
        if relation not in ANSWERS:
            break
        found.append(number)
    return found


def _examined(member: Member, target: Target, examiner: Examiner[InstanceT]) -> Trial:
    if member.expression is None:
        return Trial(Outcome.OPEN, trouble=member.trouble)
    return examiner.trial(unwrapped(member.expression), target)


def equated(
    book: Workbook, part: Part, asked: Callable[[e.Expression], Target | None]
) -> Iterator[e.Expression]:
    """Everything that a part equates with what is asked for, in order."""
    for line in book.lines(part):
        first = line.statement.members[0].expression
        if first is None or asked(first) is None:
            continue
        for relation, member in zip(
            line.statement.relations, line.statement.members[1:], strict=True
        ):
            if relation in EQUALITIES and member.expression is not None:
                yield member.expression


def unwrapped(node: e.Expression) -> e.Expression:
    """What stands behind min over w."""
    while isinstance(node, e.Over) and node.what in {"min", "max"} and node.first is None:
        node = node.body
    return node


def lone_answers(lines: Iterable[Line], examiner: Examiner[InstanceT]) -> Iterator[Answer]:
    """Right formulas under another name, or under none, with which their chain ends."""
    for line in lines:
        if is_denied(line):
            continue
        found = [Answer(line, number, trial) for number, trial in _equal_trials(line, examiner)]
        right = [answer for answer in found if answer.trial.outcome is Outcome.RIGHT]
        if right and not _goes_astray(found[found.index(right[-1]) + 1 :]):
            yield right[-1]


def mentions_right(lines: Iterable[Line], examiner: Examiner[InstanceT]) -> bool:
    """Whether a right formula stands anywhere, whatever it is then said to be equal to."""
    trials = (trial for line in lines for _, trial in _equal_trials(line, examiner))
    return any(trial.outcome is Outcome.RIGHT for trial in trials)


def _equal_trials(line: Line, examiner: Examiner[InstanceT]) -> Iterator[tuple[int, Trial]]:
    """The members of a chain of equalities from its beginning, tried as answers."""
    for number, member in enumerate(line.statement.members):
        if not set(line.statement.relations[:number]) <= ANSWERS:
            return
        if member.expression is not None:
            yield number, examiner.trial(unwrapped(member.expression), Target())


def _goes_astray(later: Sequence[Answer]) -> bool:
    """Whether what a right formula is said to be equal to has no value, or another one."""
    return any(one.trial.outcome in (Outcome.DIFFERENT, Outcome.OPEN) for one in later)


# ---------------------------------------------------------------- the verdict


@dataclass(frozen=True)
class Ruling:
    """What the candidates of an item come to."""

    holds: bool | None
    note: str
    misconception: str | None = None
    details: dict[str, str] = field(default_factory=dict)

    def finding(self, aspect: str = "all") -> Finding:
        """The same as evidence."""
        return Finding(self.holds, self.note, aspect, self.misconception, self.details)


def ruling(
    question: Question[InstanceT],
    book: Workbook,
    examiner: Examiner[InstanceT],
    lines: Sequence[Line] | None = None,
) -> Ruling | None:
    """Rule on an item; None when nothing was found that could be its answer."""
    lines = book.lines(question.part) if lines is None else lines
    statements = [_summary(answers) for answers in candidates(question, lines, examiner)]
    every = [one for one in statements if one is not None]
    known = [one for one in every if not is_denied(one.line)]
    boxed = [one for one in known if one.boxed]
    known = boxed or known
    if not known and every:
        return Ruling(None, "formula-denied", details=every[-1].details)
    if not known:
        if not question.lone:
            return None
        alone = [line for line in lines if len(line.statement.members) == 1]
        lone = list(lone_answers(alone if question.nameless else lines, examiner))
        return _right(lone[-1]) if lone else None
    found = _decided(known, book, question, examiner)
    if found.holds is False and any(one.trial.outcome is Outcome.RIGHT for one in every):
        return Ruling(None, "answers-conflict", details=found.details)
    return found


def _summary(answers: Sequence[Answer]) -> Answer | None:
    """What one chain comes to: its last member that is no mere step."""
    real = [answer for answer in answers if answer.trial.outcome is not Outcome.IMPLICIT]
    if not real:
        return None
    last = real[-1]
    was_right = any(answer.trial.outcome is Outcome.RIGHT for answer in real[:-1])
    if last.trial.outcome is Outcome.DIFFERENT and was_right:
        return Answer(last.line, last.member, Trial(Outcome.UNSURE))
    return last


def _decided(
    known: Sequence[Answer],
    book: Workbook,
    question: Question[InstanceT],
    examiner: Examiner[InstanceT],
) -> Ruling:
    last = known[-1]
    outcome = last.trial.outcome
    if outcome is Outcome.RIGHT:
        return _right(last)
    if outcome is Outcome.OPEN:
        return _open(last)
    if outcome is Outcome.UNSURE:
        return Ruling(None, "formula-unclear", details=last.details)
    if any(one.trial.outcome is not Outcome.DIFFERENT for one in known[:-1]):
        return Ruling(None, "answers-conflict", details=last.details)
    if book.unread(question.part, question.target):
        return Ruling(None, "differs-beside-unread", details=last.details)
    node = last.line.statement.members[last.member].expression
    unnamed = last.trial.misconception is None
    if unnamed and node is not None and examiner.rests_on_sand(node, last.target):
        return Ruling(None, "formula-unclear", details=last.details)
    return _different(last)


def _right(answer: Answer) -> Ruling:
    note = "follows-from-own" if answer.trial.own else "formula-right"
    return Ruling(True, note, details=answer.details)


def _open(answer: Answer) -> Ruling:
    trouble = answer.trial.trouble
    note = "formula-not-read"
    if isinstance(trouble, Undefined):
        note = "symbol-undefined"
    elif isinstance(trouble, Misfit):
        note = "shapes-do-not-fit"
    return Ruling(None, note, details=answer.details)


def _different(answer: Answer) -> Ruling:
    trial = answer.trial
    if trial.misconception:
        return Ruling(False, "known-mistake", trial.misconception, answer.details)
    if trial.factor is not None:
        return Ruling(False, "off-by-a-factor", details=answer.details)
    return Ruling(False, "formula-differs", details=answer.details)
