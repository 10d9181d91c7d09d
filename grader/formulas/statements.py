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
from grader.formulas.expression import Boxed, Expression, Indicator, Symbol
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
    def expressions(self) -> tuple[Expression, ...]:
        """What its members say, as far as they were understood."""
        return tuple(one.expression for one in self.members if one.expression is not None)

    @property
    def is_read(self) -> bool:
        """Whether every member was understood."""
        return all(member.expression is not None for member in self.members)


def statements(source: str, macros: Macros | None = None) -> tuple[Statement, ...]:
    """The statements of a display or an inline formula.

    Raises:
        Unreadable: the source cannot even be divided into signs.
    """
    tokens = _without_remarks(_without_groups(tokenise(source, macros)))
    found: list[Statement] = []
    for run, lead, joined, boxed in _Divider(tokens).runs():
        _take_in(found, run, lead, joined, boxed=boxed)
    return tuple(found)


def _without_groups(tokens: Sequence[Token]) -> list[Token]:
    r"""Without the braces of a font: \boldsymbol{λ > 1} is a statement, {\rm diag} a word."""
    if not any(token.kind is Kind.BEGIN for token in tokens):
        return list(tokens)
    left_out = {place for pair in _groups(tokens) if _is_font(tokens, *pair) for place in pair}
    return [token for place, token in enumerate(tokens) if place not in left_out]


def _groups(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where the braces of each group stand."""
    begun: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind is Kind.BEGIN:
            begun.append(place)
        elif token.kind is Kind.END and begun:
            yield begun.pop(), place


def _is_font(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a group stands for itself, and holds a word or everything between two breaks."""
    before = tokens[start - 1].kind if start else None
    behind = tokens[end + 1].kind if end + 1 < len(tokens) else None
    if end - start == 2 and tokens[start + 1].kind is Kind.WORD:
        return before not in _TAKES_GROUPS
    is_statement = any(token.kind is Kind.RELATION for token in tokens[start:end])
    return is_statement and {before, behind} <= _AROUND_STATEMENTS


def _without_remarks(tokens: Sequence[Token]) -> list[Token]:
    """Brackets that hold prose or a shape become prose: “(skip connection)”, “(h × 1)”."""
    kept: list[Token] = []
    for token in tokens:
        if token.kind is Kind.RELATION and (start := _in_words_since(kept)) is not None:
            del kept[start:]
        kept.append(token)
        if [one.kind for one in kept[-3:]] == [Kind.OPEN, Kind.TEXT, Kind.CLOSE]:
            kept[-3:] = [kept[-2]]
        elif _is_shape(kept[-5:]):
            kept[-5:] = [Token(Kind.TEXT, "", kept[-5].start, token.end)]
        elif (start := _range_start(kept)) is not None:
            kept[start:] = [Token(Kind.TEXT, "", kept[start].start, token.end)]
    return kept


def _in_words_since(tokens: Sequence[Token]) -> int | None:
    """Where a side of a chain begins that only says in words what it is: “= skip + hidden =”."""
    start = len(tokens)
    while start and tokens[start - 1].kind in {Kind.TEXT, Kind.OPERATOR}:
        start -= 1
    kinds = [token.kind for token in tokens[start:]]
    takes_turns = kinds[::2] == [Kind.TEXT] * len(kinds[::2]) and Kind.TEXT not in kinds[1::2]
    is_sum = len(kinds) > 1 and len(kinds) % 2 == 1 and takes_turns
    follows = start > 0 and tokens[start - 1][:2] == (Kind.RELATION, "=")
    return start - 1 if is_sum and follows else None


def _range_start(tokens: Sequence[Token]) -> int | None:
    """Where a bracket begins that ends here and says through which values an index goes.

    “Λ_kk = λ^k (k = 0, …, d − 1)”: nothing is multiplied by it.
    """
    if tokens[-1][:2] != (Kind.CLOSE, ")"):
        return None
    start = len(tokens) - 1
    while start >= 0 and tokens[start].kind is not Kind.OPEN:
        start -= 1
    inside = tokens[start + 1 : -1]
    is_index = [one.kind for one in inside[:2]] == [Kind.NAME, Kind.RELATION]
    has_dots = any(one.kind is Kind.DOTS for one in inside)
    follows = start > 0 and tokens[start - 1].kind in _AHEAD_OF_RANGE
    return start if start > 0 and is_index and has_dots and follows else None


def _is_shape(tokens: Sequence[Token]) -> bool:
    sizes = {Kind.NUMBER, Kind.NAME}
    return (
        len(tokens) == 5
        and tokens[0][:2] == (Kind.OPEN, "(")
        and tokens[1].kind in sizes
        and tokens[2].text == "×"
        and tokens[3].kind in sizes
        and tokens[4][:2] == (Kind.CLOSE, ")")
    )


_AHEAD_OF_RANGE: Final = frozenset({Kind.SEPARATOR, Kind.END, Kind.NUMBER, Kind.NAME, Kind.CLOSE})


_DEEPER: Final = {Kind.OPEN: 1, Kind.BEGIN: 1, Kind.CLOSE: -1, Kind.END: -1}


@dataclass
class _Level:
    """How deep in brackets and environments a token stands."""

    brackets: int = 0
    environments: int = 0

    def pass_over(self, token: Token, *, layout: bool) -> None:
        self.brackets = max(self.brackets + _DEEPER.get(token.kind, 0), 0)
        if token.kind is Kind.ENVIRONMENT and not layout:
            self.environments += 1
        if token.kind is Kind.COMMAND and token.text == "end" and not layout:
            self.environments -= 1

    @property
    def is_top(self) -> bool:
        return self.brackets <= 0 and self.environments == 0


class _Divider:
    """Cuts the tokens of a display into runs: one statement each, or a line that goes on with one.

    What would be cut off silently is kept in its run, where it makes the formula unreadable.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._box = _whole_box(tokens)
        self._level = _Level()
        self._layouts: list[bool] = []
        self._cells = 0
        self._run: list[Token] = []
        self._lead = self._joined = ""

    def runs(self) -> Iterator[tuple[list[Token], str, str, bool]]:
        """The tokens between separators, with the words and the arrow before them."""
        for position, token in enumerate(self._tokens):
            if token.kind not in _DIVIDING:
                self._run.append(token)
                self._level.pass_over(token, layout=False)
                continue
            if position in self._box:
                continue
            layout = self._is_layout(token)
            if self._is_break(position, token, layout=layout):
                yield from self._cut()
                self._note(token)
            elif not self._is_alignment(position, token):
                self._run.append(token)
            self._level.pass_over(token, layout=layout)
        yield from self._cut()
        if self._lead:
            yield [], self._lead, self._joined, bool(self._box)

    def _cut(self) -> Iterator[tuple[list[Token], str, str, bool]]:
        if self._run:
            yield self._run, self._lead, self._joined, bool(self._box)
            self._run, self._lead, self._joined = [], "", ""

    def _note(self, token: Token) -> None:
        """What a break says about the statement behind it."""
        if token.kind is Kind.TEXT:
            self._lead = f"{self._lead} {token.text}".strip()
        elif token.kind is Kind.ARROW:
            self._joined = token.text
        elif token.kind is Kind.NEWLINE:
            self._cells = 0

    def _is_layout(self, token: Token) -> bool:
        r"""Whether a \begin or \end only lays statements out."""
        if token.kind is Kind.ENVIRONMENT:
            self._layouts.append(token.text in _LAYOUT and self._level.is_top)
            return self._layouts[-1]
        if token.kind is Kind.COMMAND and token.text == "end":
            return self._layouts.pop() if self._layouts else True
        return False

    def _is_alignment(self, position: int, token: Token) -> bool:
        """Whether an &, a line break or a space stands inside of a statement and says nothing."""
        if token[:2] == (Kind.SEPARATOR, " ") and self._level.is_top:
            return _is_operator(self._behind(position)) or self._ends_in_operator()
        return token.kind in {Kind.CELL, Kind.NEWLINE} and self._level.environments == 0

    def _is_break(self, position: int, token: Token, *, layout: bool) -> bool:
        if token.kind is Kind.CELL and self._level.environments == 0:
            self._cells += 1
            if self._is_column(position):
                return bool(self._run) and self._level.is_top
            second = self._cells % 2 == 0 and not _beside_relation(self._tokens, position)
            return second and self._level.is_top and not self._goes_on(position)
        if not self._level.is_top or not (layout or token.kind in _BREAKS):
            return False
        return layout or not self._run or not self._goes_on(position)

    def _is_column(self, position: int) -> bool:
        """Whether && stands here: behind it comes a reason or a statement of its own."""
        following = self._tokens[position + 1 : position + 2]
        return bool(following) and following[0].kind is Kind.CELL

    def _goes_on(self, position: int) -> bool:
        """Whether the formula before a break goes on behind it."""
        token, following = self._tokens[position], self._behind(position)
        if token.kind is Kind.TEXT:
            return _is_operator(following) and token.text.lower() not in _BETWEEN
        if token.kind is Kind.SEPARATOR and token.text == ",":
            return self._is_decimal(position)
        if token.kind is Kind.ARROW or (token.kind is Kind.SEPARATOR and token.text != " "):
            return False
        if _is_operator(following) or self._ends_in_operator():
            return token.kind is not Kind.NEWLINE or not self._is_statement(position)
        return token.kind is Kind.SEPARATOR and self._is_cut_in_two(position)

    def _ends_in_operator(self) -> bool:
        """Whether the run so far waits for a term; the + of (z)_+ does not."""
        if not self._run or not _is_operator(self._run[-1]):
            return False
        return len(self._run) < 2 or self._run[-2].kind not in {Kind.SUB, Kind.SUP, Kind.BEGIN}

    def _behind(self, position: int) -> Token | None:
        """The next token that is no space and no &."""
        for token in self._tokens[position + 1 :]:
            if token.kind is not Kind.CELL and token[:2] != (Kind.SEPARATOR, " "):
                return token
        return None

    def _line(self, position: int) -> list[Token]:
        """The tokens from a break to the next one."""
        line: list[Token] = []
        level = _Level()
        for token in self._tokens[position + 1 :]:
            is_comma = token[:2] == (Kind.SEPARATOR, ",")  # “i, j = 0, 1, …” is one remark
            if token.kind in _BREAKS and line and level.is_top and not is_comma:
                break
            level.pass_over(token, layout=False)
            line.append(token)
        return line

    def _is_statement(self, position: int) -> bool:
        """Whether a line that begins with − is an equation of its own: −f″(x) = sin x."""
        following = self._behind(position)
        is_minus = following is not None and following.text == "-"
        return is_minus and any(token.kind is Kind.RELATION for token in self._line(position))

    def _is_cut_in_two(self, position: int) -> bool:
        r"""Whether a wide space stands inside a product: w = (…)^{-1} \quad X^T y."""
        line = self._line(position)
        relations = [token for token in line if token.kind is Kind.RELATION]
        own = any(token.kind is Kind.RELATION for token in self._run)
        number = [token.kind for token in line[:3:2]] == [Kind.OPEN, Kind.CLOSE]  # (1)
        return own and bool(line) and not relations and not number and line[0].kind in _FACTORS

    def _is_decimal(self, position: int) -> bool:
        """Whether a comma may be a decimal one, as in 0,5: it is not cut there, and not read."""
        around = self._tokens[max(position - 1, 0) : position + 2]
        if [token.kind for token in around] != [Kind.NUMBER, Kind.SEPARATOR, Kind.NUMBER]:
            return False
        before, comma, after = around
        glued = before.end == comma.start and comma.end == after.start
        listed = any(token.kind is Kind.DOTS for token in self._tokens[position + 2 : position + 6])
        return glued and not listed


_DIVIDING: Final = frozenset({Kind.SEPARATOR, Kind.NEWLINE, Kind.TEXT, Kind.ARROW, Kind.CELL,
                              Kind.ENVIRONMENT, Kind.COMMAND, Kind.BEGIN, Kind.END})  # fmt: skip
"""Tokens that may divide, lay out or belong to a box."""

_BREAKS: Final = frozenset({Kind.SEPARATOR, Kind.NEWLINE, Kind.TEXT, Kind.ARROW})
_AROUND_STATEMENTS: Final = _BREAKS | {None}
_TAKES_GROUPS: Final = frozenset({Kind.SUB, Kind.SUP, Kind.COMMAND, Kind.ACCENT, Kind.END,
                                  Kind.ENVIRONMENT, Kind.WORD})  # fmt: skip
"""Signs behind which a group is an argument."""

_FACTORS: Final = frozenset({Kind.NUMBER, Kind.NAME, Kind.WORD, Kind.OPEN, Kind.BAR, Kind.COMMAND,
                             Kind.ACCENT, Kind.BEGIN})  # fmt: skip
_BETWEEN: Final = frozenset({"or", "and", "resp.", "bzw.", "oder", "und", "also", "then", "so"})
"""Words between two formulas; other words in front of + or − stand inside of one."""


def _is_operator(token: Token | None) -> bool:
    """Whether a token stands between two terms or factors."""
    return token is not None and token.kind is Kind.OPERATOR and token.text not in {"⋆", "±"}


def _beside_relation(tokens: Sequence[Token], position: int) -> bool:
    """Whether an & only lines a relation up, as in ``&=`` and ``&=&``."""
    beside = (*tokens[position - 1 : position], *tokens[position + 1 : position + 2])
    return any(token.kind is Kind.RELATION for token in beside)


def _whole_box(tokens: Sequence[Token]) -> set[int]:
    r"""Positions of a \boxed{ } that holds relations: the box goes, its content stays."""
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
    if all(token.kind is Kind.DOTS for token in run) and run:  # ⋮ between two lines
        return
    if not members:
        if lead and found:  # words at the end of the display
            found[-1] = replace(found[-1], remark=lead)
        return
    while (arrow := _implication(members, relations)) is not None:
        _add(found, members[: arrow + 1], relations[:arrow], lead, joined, boxed=boxed)
        members, relations = members[arrow + 1 :], relations[arrow + 1 :]
        lead, joined = "", "⇒"
    _add(found, members, relations, lead, joined, boxed=boxed)


def _implication(members: Sequence[Member | None], relations: Sequence[str]) -> int | None:
    """Which arrow joins two equations: “w = Aw + b → w = …” is no limit."""
    for number, relation in enumerate(relations[:-1]):
        first = members[0].expression if members[0] is not None else None
        is_index = number == 0 and isinstance(first, Symbol) and first.key in _INDICES
        if relation == "→" and (is_index or "=" in relations[:number]):
            return number
    return None


_INDICES: Final = frozenset("ijk")


def _add(  # noqa: PLR0913 - a statement has so much to it
    found: list[Statement],
    members: Sequence[Member | None],
    relations: tuple[str, ...],
    lead: str,
    joined: str,
    *,
    boxed: bool,
) -> None:
    """Add a statement, or let it go on with the one before."""
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
    level = _Level()
    part: list[Token] = []
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
