r"""A display → its statements: chains of members with the relations between them.

    w = a                                       w = a = b
      = b, \quad z := c      becomes            z ≔ c

Commas, wide spaces, prose and arrows separate statements; a line that begins with a relation goes
on with the statement before. A member that cannot be read keeps its reason and its place, and the
others are read all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from grader.formulas.errors import Unreadable
from grader.formulas.expression import Boxed, Expression, Indicator
from grader.formulas.parser import parse
from grader.formulas.tokens import Kind, Macros, Token, tokenise

_LAYOUT: Final = frozenset(
    "equation align gather multline eqnarray flalign alignat displaymath math aligned split "
    "gathered dmath IEEEeqnarray alignedat subequations".split()
)
"""Environments that only lay statements out."""


@dataclass(frozen=True)
class Member:
    """One side of a relation.

    Attributes:
        expression: what it says, or None when it could not be read.
        trouble: why not.
        start: offset in the display; `end` is behind it.
        boxed: whether it stands in a box.
    """

    expression: Expression | None
    trouble: Unreadable | None
    start: int
    end: int
    boxed: bool = False


@dataclass(frozen=True)
class Statement:
    """members[0] relations[0] members[1] …; a single member is an expression by itself.

    Attributes:
        lead: the arrow or the words before it.
        remark: prose that follows in the same display.
        joined: whether it follows from the statement before it (⇒), is equivalent (⇔), or neither.
        opening: the relation that it begins with, when its left side stands before the display.
    """

    members: tuple[Member, ...]
    relations: tuple[str, ...]
    lead: str = ""
    joined: str = ""
    boxed: bool = False
    remark: str = ""
    opening: str = ""

    @property
    def is_read(self) -> bool:
        """Whether every member was understood."""
        return all(member.expression is not None for member in self.members)


def statements(source: str, macros: Macros | None = None) -> tuple[Statement, ...]:
    """The statements of a display or an inline formula.

    Raises:
        Unreadable: the source cannot even be divided into signs.
    """
    tokens = _without_remarks(tokenise(source, macros))
    found: list[Statement] = []
    for run, lead, joined, boxed in _runs(tokens):
        _take_in(found, run, lead, joined, boxed=boxed)
    return tuple(found)


def _without_remarks(tokens: Sequence[Token]) -> list[Token]:
    """Brackets that hold prose only become prose: “(skip connection)”."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if [one.kind for one in kept[-3:]] == [Kind.OPEN, Kind.TEXT, Kind.CLOSE]:
            kept[-3:] = [kept[-2]]
    return kept


@dataclass
class _Level:
    """How deep in brackets and environments a token stands."""

    brackets: int = 0
    environments: int = 0
    bars: int = 0

    def pass_over(self, token: Token, *, layout: bool) -> None:
        self.brackets += {Kind.OPEN: 1, Kind.BEGIN: 1, Kind.CLOSE: -1, Kind.END: -1}.get(
            token.kind, 0
        )
        if token.kind is Kind.ENVIRONMENT and not layout:
            self.environments += 1
        if token.kind is Kind.COMMAND and token.text == "end" and not layout:
            self.environments -= 1

    @property
    def is_top(self) -> bool:
        return self.brackets <= 0 and self.environments == 0


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], str, str, bool]]:
    """The tokens between separators, with the words and the arrow before them."""
    level, run, lead, joined = _Level(), [], "", ""
    layouts: list[bool] = []
    box = _whole_box(tokens)
    for position, token in enumerate(tokens):
        if position in box:
            continue
        layout = False
        if token.kind is Kind.ENVIRONMENT:
            layout = token.text in _LAYOUT and level.is_top
            layouts.append(layout)
        elif token.kind is Kind.COMMAND and token.text == "end":
            layout = layouts.pop() if layouts else True
        if level.is_top and (layout or token.kind in _BREAKS):
            if run:
                yield run, lead, joined, bool(box)
                run, lead, joined = [], "", ""
            if token.kind is Kind.TEXT:
                lead = f"{lead} {token.text}".strip()
            elif token.kind is Kind.ARROW:
                joined = token.text
        elif token.kind is Kind.CELL and level.environments == 0:
            if run and _is_column(tokens, position):
                yield run, lead, joined, bool(box)
                run, lead, joined = [], "", ""
            continue
        else:
            run.append(token)
        level.pass_over(token, layout=layout)
        level.brackets = max(level.brackets, 0)
    if run or lead:
        yield run, lead, joined, bool(box)


def _is_column(tokens: Sequence[Token], position: int) -> bool:
    """Whether && stands here: behind it comes a reason or a statement of its own."""
    following = tokens[position + 1 : position + 2]
    return bool(following) and following[0].kind is Kind.CELL


_BREAKS: Final = frozenset({Kind.SEPARATOR, Kind.NEWLINE, Kind.TEXT, Kind.ARROW})


def _whole_box(tokens: Sequence[Token]) -> set[int]:
    """Positions of a \\boxed{ } that holds relations: the box goes, its content stays."""
    for position, token in enumerate(tokens):
        if token.kind is Kind.COMMAND and token.text in {"boxed", "fbox"}:
            depth = 0
            relation = False
            for end in range(position + 1, len(tokens)):
                kind = tokens[end].kind
                depth += {Kind.BEGIN: 1, Kind.END: -1}.get(kind, 0)
                relation |= kind is Kind.RELATION and depth == 1
                if depth == 0:
                    return {position, position + 1, end} if relation else set()
    return set()


def _take_in(
    found: list[Statement], run: list[Token], lead: str, joined: str, *, boxed: bool
) -> None:
    """Add a run as a statement of its own, or to the one that it goes on with."""
    members, relations = _members(run)
    if not members:
        if lead and found:  # words at the end of the display
            found[-1] = replace(found[-1], remark=lead)
        return
    begins_with_relation = members[0] is None
    rest = tuple(member for member in members if member is not None)
    goes_on = _last_chain(found)
    if begins_with_relation and goes_on is not None and not lead:
        last = found[goes_on]
        found[goes_on] = replace(
            last, members=last.members + rest, relations=last.relations + relations,
            boxed=last.boxed or boxed,
        )  # fmt: skip
    elif begins_with_relation:
        opening = relations[0] if relations else ""
        found.append(Statement(rest, relations[1:], lead, joined or "→", boxed, opening=opening))
    elif rest:
        found.append(Statement(rest, relations, lead, joined, boxed))


def _last_chain(found: Sequence[Statement]) -> int | None:
    """The statement that a line beginning with a relation goes on with: not a reason beside it."""
    for position in range(len(found) - 1, -1, -1):
        members = found[position].members
        if len(members) != 1 or not isinstance(members[0].expression, Indicator):
            return position
    return None


def _members(run: list[Token]) -> tuple[list[Member | None], tuple[str, ...]]:
    """Members with the relations between them; None stands before a leading relation."""
    members: list[Member | None] = []
    relations: list[str] = []
    level, part = _Level(), []
    for token in run:
        if token.kind is Kind.RELATION and level.is_top:
            if part:
                members.append(_member(part))
            elif not members:
                members.append(None)
            else:  # “= &=”: the sign was written twice
                relations.pop()
            relations.append(token.text)
            part = []
        else:
            level.pass_over(token, layout=False)
            part.append(token)
    if part:
        members.append(_member(part))
    elif relations:
        relations.pop()  # a sign at the end of a line, repeated or missing its right side
    return members, tuple(relations)


def _member(tokens: list[Token]) -> Member:
    start, end = tokens[0].start, tokens[-1].end
    try:
        expression = parse(tokens)
    except Unreadable as trouble:
        return Member(None, trouble, start, end)
    except RecursionError:
        return Member(None, Unreadable("the formula is nested too deeply", start), start, end)
    boxed = isinstance(expression, Boxed)
    return Member(
        expression.operand if isinstance(expression, Boxed) else expression, None, start, end, boxed
    )
