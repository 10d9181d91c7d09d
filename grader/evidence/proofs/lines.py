"""An answer → its lines of argument: chains of members, each with the words around it.

A chain goes on over displays: ``= …`` at the start of a display has its left side in the display
before. What the words make of a chain is told apart here: “we need to show …” is a wish and
“assume …” a hypothesis; neither is a step of a proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from grader.evidence.mathematics.pieces import Formula, Prose, pieces
from grader.evidence.proofs.rewriting import tidied
from grader.formulas.expression import Add, Expression, Negative, Number, Symbol
from grader.formulas.macros import macros
from grader.formulas.statements import Member, Statement
from grader.model import Answer, Answers, Part

Stance = Literal["stated", "wish", "hypothesis"]

MAX_LINES = 120
"""Chains of one answer that are looked at; the longest that people write have some 30."""

LONGEST_PREFACE = 2_000
"""Characters of a text outside of the parts that is searched for definitions."""

MARK: Final = "§"
"""Stands for a formula in the prose of an argument."""

_WISH: Final = re.compile(
    r"\b(?:need|needs|want|wants|have|wish|aim|goal|must|suffices|enough|try|going|remains|like|"
    r"left|task|order)\b[^.;:]{0,40}\b(?:show|shows?|prove|verify|check|see|establish|demonstrate|"
    r"ensure|find)\b[^.;§]*$"
    r"|\b(?:want|need(?! (?:only )?to (?:notice|note|observe|recall|use))|claim|goal|wts"
    r"|to show|to prove|aim|asks?)\b\s*(?:is|that|:)?[^.;§]{0,20}$"
    r"|(?:^|[.;:)>]\s*)(?:show|prove|verify|check)\b[^.;§]{0,60}$"
    r"|\b(?:does|is it true|whether|question)\b[^.;§]{0,20}$"
    r"|\b(?:zu zeigen|wollen|müssen|faut|veut|montrer que|dobbiamo|vogliamo|hay que)\b[^.;§]*$",
    re.IGNORECASE,
)
_IF_WE: Final = (
    r"if(?! (?:we|i|you|one) (?:now |then )?(?:take|subtract|expand|compute|calculate|look|write|"
    r"multiply|move|plug|apply|use|consider|add|put|substitute|replace|square|simplify|factor|"
    r"rearrange)s?\b)"
)
"""“If”, but not “if we subtract”."""
_HYPOTHESIS: Final = re.compile(
    rf"\b(?:assume|assuming|suppose|supposing|{_IF_WE}|unless|whenever|when|case|iff|"
    r"equality (?:holds|if|iff)|convex if|says that|means that|contradiction)\b[^.;§]{0,60}$"
    r"|\bdefinition\b[^.;§]{0,40}\b(?:says?|is|states?|requires?|means)\b[^.;§]{0,20}$",
    re.IGNORECASE,
)
_SAME: Final = re.compile(
    r"\b(?:which|that|this|it)\b[^.;§]{0,20}\b(?:equals?|is|reads)\b[^.;§]{0,15}$|\bequals?\b\W*$",
    re.IGNORECASE,
)
_EQUIVALENT: Final = re.compile(
    r"\b(?:equivalent(?:ly)?|iff|if and only if|same as saying|amounts to|is the same|suffices|"
    r"this is|in other words)\b[^.;§]{0,40}$"
    r"|\bi\.\s?e\.\W*$",
    re.IGNORECASE,
)
_SIDE: Final = re.compile(
    r"\b(?P<first>left|right|lhs|rhs)(?:[- ]?(?:hand )?side)?"
    r"(?:\s*(?:[-−–]|minus)\s*(?P<second>left|right|lhs|rhs)(?:[- ]?(?:hand )?side)?)?\s*:?\s*$",
    re.IGNORECASE,
)
_SIDES: Final = {"l": Symbol("LHS"), "r": Symbol("RHS")}
_SIDE_IS: Final = re.compile(r"(?:\b(?:is|equals|becomes|gives)|=)\s*$", re.IGNORECASE)
_SIGNS: Final = {
    "-": "−", "−": "−", r"\le": "≤", r"\leq": "≤", r"\leqslant": "≤", "≤": "≤", "<": "<",
    r"\ge": "≥", r"\geq": "≥", r"\geqslant": "≥", "≥": "≥", ">": ">", "=": "=",
}  # fmt: skip
"""Signs that people set between words: “RHS $-$ LHS”, “LHS $\\leq$ RHS”."""
_LINE: Final = re.compile(r"line (\d+)$")
_REFERENCE: Final = re.compile(r"\\(?:eq|auto|c|C|name)?ref\s*\{[^{}]*\}")
_COMMAND: Final = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\]]*\])?|\\[A-Za-z]+\*?|[{}*_~]")


@dataclass(frozen=True)
class Side:
    """One member of a chain.

    Attributes:
        expression: what it says, or None when it was not read.
        text: as the student typed it.
        where: for people.
    """

    expression: Expression | None
    text: str
    where: str


@dataclass(frozen=True)
class Line:
    """A chain of members with the relations between them, and the words before it.

    Attributes:
        before: prose directly before the chain, formulas in it marked.
        equivalent: whether it is said to be equivalent to the line before it.
        loose: places of relations that stand at the beginning of a formula, behind words: “so this
            is ≤ c” may go on with another chain than the last.
        starts: places of the other relations at the beginning of a formula.
    """

    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    before: str
    stance: Stance = "stated"
    equivalent: bool = False
    loose: frozenset[int] = frozenset()
    starts: frozenset[int] = frozenset()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What its members say, as far as they were read."""
        return tuple(side.expression for side in self.sides if side.expression is not None)

    @property
    def where(self) -> str:
        """The place of its first member."""
        return self.sides[0].where


@dataclass(frozen=True)
class Argument:
    """Everything in one answer.

    Attributes:
        prose: all words, with a mark where a formula stands.
        unread: places of formulas that could not be divided into signs.
    """

    lines: tuple[Line, ...]
    prose: str
    unread: tuple[str, ...] = ()


def argument(part: Part, answers: Answers) -> Argument | None:
    """The argument that stands under a part, or None without an answer."""
    answer = answers.written.get(part)
    return _argument(answer, answers) if answer is not None else None


def preface(answers: Answers) -> Argument | None:
    """What stands before the parts: “throughout, s = 1 − t”. Long texts are no preface."""
    passages = tuple(p for p in answers.unplaced if len(p.text) <= LONGEST_PREFACE)
    return _argument(Answer(Part(""), passages), answers) if passages else None


def _argument(answer: Answer, answers: Answers) -> Argument:
    found: list[Line] = []
    words: list[str] = []
    unread: list[str] = []
    waiting = ""
    for piece in pieces(answer, macros(_source(answers))):
        if isinstance(piece, Prose):
            waiting = f"{waiting} {piece.text}".strip()
            words.append(piece.text)
            continue
        if (sign := _SIGNS.get(piece.source.strip())) is not None:
            waiting = f"{waiting} {sign}".strip()
            words.append(sign)
            continue
        if piece.trouble is not None:
            unread.append(piece.where)
        for line in _lines(piece, waiting):
            _take_in(found, line)
            words.append(line.line.before.removeprefix(waiting))
        words += [statement.remark for statement in piece.statements]
        waiting = MARK
        words.append(MARK)
    prose = _COMMAND.sub(" ", _REFERENCE.sub(" (ref) ", " ".join(filter(None, words))))
    return Argument(tuple(found[:MAX_LINES]), prose, tuple(unread))


def _source(answers: Answers) -> str:
    """All written text, for the commands that are defined in it."""
    passages = [p for answer in answers.written.values() for p in answer.passages]
    return "\n".join(passage.text for passage in (*answers.unplaced, *passages))


@dataclass(frozen=True)
class _Found:
    """A line as it stands in one formula, with the relation that it begins with."""

    line: Line
    opening: str
    is_display: bool
    is_behind_words: bool
    is_first: bool


def _lines(formula: Formula, before: str) -> Iterator[_Found]:
    carried = before
    for number, statement in enumerate(formula.statements):
        if not statement.members:
            continue
        words = f"{carried} {statement.lead}".strip()
        carried = ""
        if (sign := _lone_sign(formula, statement)) is not None:
            carried = f"{words} {sign}"  # \text{RHS} − \text{LHS} = …
            continue
        sides = tuple(_side(formula, member) for member in statement.members)
        stance = _stance(words)
        equivalent = statement.joined == "⇔" or bool(_EQUIVALENT.search(words))
        yield _Found(
            Line(sides, statement.relations, words, stance, equivalent),
            _opening(statement, words),
            formula.display,
            number == 0 and bool(re.search(r"[^\W\d_]{2}", before)),
            number == 0,
        )


def _lone_sign(formula: Formula, statement: Statement) -> str | None:
    """The sign that is all of a statement."""
    if statement.relations or len(statement.members) != 1:
        return None
    member = statement.members[0]
    return _SIGNS.get(formula.source[member.start : member.end].strip())


def _opening(statement: Statement, words: str) -> str:
    """The relation to the chain before: written, or “which equals” in words."""
    if not statement.opening and not statement.relations and _SAME.search(words):
        return "is"
    return statement.opening


def _stance(words: str) -> Stance:
    tail = re.split(r"(?<=[.;!?])\s+(?=[A-Z§])", words)[-1]
    if _WISH.search(tail):
        return "wish"
    return "hypothesis" if _HYPOTHESIS.search(tail) else "stated"


def _side(formula: Formula, member: Member) -> Side:
    text = " ".join(formula.source[member.start : member.end].split())
    offset = formula.source.count("\n", 0, member.start)
    where = _LINE.sub(lambda m: f"line {int(m[1]) + offset}", formula.where)
    expression = tidied(member.expression) if member.expression is not None else None
    return Side(expression, text, where)


def _take_in(found: list[Line], new: _Found) -> None:
    """Add a line, or lengthen the one that it goes on with."""
    goes_on = new.opening not in ("", "is") or (new.opening == "is" and new.is_display)
    named = _named_side(new) if new.opening not in ("", "is") else None
    if named is not None:
        relations = (new.opening, *new.line.relations)
        found.append(replace(new.line, sides=(named, *new.line.sides), relations=relations))
        return
    if not goes_on or not found:
        found.append(new.line)
        return
    last = found[-1]
    if last.stance == "wish" and new.opening == "=" and last.sides[-1].expression == Number(0.0):
        sides = (last.sides[0], *new.line.sides)  # “to show: D ≥ 0”, and then “= …”
        relations = ("=", *new.line.relations)
        found.append(replace(new.line, sides=sides, relations=relations, stance="stated"))
        return
    relation = "=" if new.opening == "is" else new.opening
    here = {len(last.relations)}
    found[-1] = replace(
        last,
        sides=last.sides + new.line.sides,
        relations=(*last.relations, relation, *new.line.relations),
        loose=last.loose | (here if new.is_behind_words else set()),
        starts=last.starts | (here if new.is_first and not new.is_behind_words else set()),
    )


def _named_side(new: _Found) -> Side | None:
    """“Left side = …”, “Right − Left = …”: the sides of the inequality, named in words."""
    match = _SIDE.search(new.line.before)
    return Side(_side_of(match), match[0].strip(), new.line.where) if match is not None else None


def _side_of(match: re.Match[str]) -> Expression:
    """LHS, RHS, or the difference of the two."""
    names = [_SIDES[one[:1].lower()] for one in (match["first"], match["second"] or "") if one]
    return names[0] if len(names) == 1 else Add((names[0], Negative(names[1])))


def announced(line: Line) -> Expression | None:
    """What a line is said to be: “RHS − LHS:”, “The left-hand side is”; None without such words."""
    words = _SIDE_IS.sub("", _COMMAND.sub(" ", line.before))
    match = _SIDE.search(words)
    if match is None:
        return None
    is_named = match["second"] or re.search(r"\blhs|\brhs|side", match[0], re.IGNORECASE)
    return _side_of(match) if is_named else None


def stated(lines: Iterable[Line]) -> Sequence[Line]:
    """The lines that the student claims, without wishes and hypotheses."""
    return [line for line in lines if line.stance == "stated"]
