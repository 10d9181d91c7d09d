"""A submission's mathematics: for every part its lines in order, and what its symbols stand for.

A line is one statement with its place and the prose before it. Definitions are looked for in the
earlier parts of the problem and in the part itself, before and after their use: the last one
before a part counts, and within a part the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from grader.evidence.mathematics import conditional, naming, renaming
from grader.evidence.mathematics.pieces import Formula, Piece, Prose, pieces
from grader.formulas import expression as e
from grader.formulas.evaluation import derivative_key
from grader.formulas.macros import macros
from grader.formulas.scope import Definition
from grader.formulas.statements import Member, Statement
from grader.formulas.tokens import Macros
from grader.formulas.values import FUNCTIONS
from grader.model import Answers, Part

EQUALITIES = frozenset({"=", "≔", "≡"})
INDEX_LETTERS = frozenset("ijklmrs")

_WITH_DATA: Final = {"1": frozenset({"I", "Lambda"}), "2": frozenset({"I", "A"})}
"""Problems about the data X, with the capital letters that mean something else there."""


@dataclass(frozen=True)
class Line:
    """One statement of an answer.

    Attributes:
        statement: what it says.
        source: the formula that it stands in, as written.
        where: for people.
        before: the prose directly before the formula; `after` is what follows.
        sentence: the words of its sentence before it, with `GAP` for other formulas.
        context: the prose of its sentence before it and behind it, over other formulas.
    """

    statement: Statement
    source: str
    where: str
    before: str = ""
    after: str = ""
    sentence: str = ""
    context: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def expressions(self) -> tuple[e.Expression, ...]:
        """What its members say, as far as they were understood."""
        return self.statement.expressions

    def text(self, member: int) -> str:
        """One member as the student wrote it."""
        found = self.statement.members[member]
        if self.before.strip() == "|":
            return self.source.strip()
        return self.source[found.start : found.end].strip() or self.source.strip()


class Workbook:
    """All written answers of one submission, read once."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._macros = _own_macros(answers)
        self._pieces: dict[Part, tuple[Piece, ...]] = {}
        self._with_X: dict[Part, tuple[Piece, ...]] = {}
        self._data_letters: dict[str, str | None] = {}
        self._loose = pieces(answers.unplaced, self._macros)
        self._lines: dict[Part, tuple[Line, ...]] = {}
        self._definitions: dict[tuple[Part, frozenset[str]], dict[str, Definition]] = {}

    def pieces(self, part: Part) -> tuple[Piece, ...]:
        """Prose and formulas of one part, in order."""
        letter = self._data_letter(part[0])
        return self._with_X[part] if letter else self._as_written(part)

    def _as_written(self, part: Part) -> tuple[Piece, ...]:
        if part not in self._pieces:
            answer = self._answers.written.get(part)
            self._pieces[part] = pieces(answer, self._macros) if answer else ()
        return self._pieces[part]

    def guesses_X(self, part: Part) -> bool:
        """Whether what is read as X is another letter, of which nothing says that it is the data.

        What differs from the right answer is then no mistake yet.
        """
        letter = self._data_letter(part[0])
        words = (one.text for one in self._answers.unplaced)
        spoken = " ".join((*words, *(self.prose(p) for p in self._parts(part[0]))))
        return letter is not None and not renaming.is_certain(letter, spoken)

    def _parts(self, problem: str) -> list[Part]:
        return [part for part in sorted(self._answers.written) if part[0] == problem]

    def _data_letter(self, problem: str) -> str | None:
        """The letter that stands for X in a problem of linear regression."""
        if problem not in self._data_letters:
            known = self._data_letters[problem] = self._found_letter(problem)
            if known is not None:
                for part in self._parts(problem):
                    written = self._as_written(part)
                    self._with_X[part] = tuple(_renamed(piece, known) for piece in written)
        return self._data_letters[problem]

    def _found_letter(self, problem: str) -> str | None:
        if problem not in _WITH_DATA:
            return None
        pieces = (piece for part in self._parts(problem) for piece in self._as_written(part))
        formulas = [piece for piece in pieces if isinstance(piece, Formula)]
        every = [statement for one in formulas for statement in one.statements]
        nodes = (node for one in every for node in one.expressions)
        defined = {key for one in every for key, _ in _definitions(one, "")}
        return renaming.data_letter(nodes, _WITH_DATA[problem] | defined)

    def lines(self, part: Part) -> tuple[Line, ...]:
        """The statements of one part, in order."""
        if part not in self._lines:
            self._lines[part] = tuple(_lines(self.pieces(part)))
        return self._lines[part]

    def unread(self, part: Part, concerns: Callable[[e.Expression], object]) -> bool:
        """Whether a formula was not understood that may be about what is asked for.

        Args:
            part: where to look.
            concerns: whether a left side is about it; a statement about something else may stay
                unread.
        """
        formulas = [piece for piece in self.pieces(part) if isinstance(piece, Formula)]
        if any(formula.trouble for formula in formulas):
            return True
        for statement in (one for formula in formulas for one in formula.statements):
            first = statement.members[0].expression
            if not statement.is_read and (first is None or concerns(first)):
                return True
        return False

    @cached_property
    def _behind_X(self) -> frozenset[str]:
        """The letters that stand right behind X: what the student calls w."""
        return frozenset(
            node.right.name
            for part in self._answers.written
            for line in self.lines(part)
            for whole in line.expressions
            for node in whole.walk()
            if isinstance(node, e.Multiply)
            and _is_behind_X(node)
            and isinstance(node.right, e.Symbol)
        )

    def not_spelled(self) -> frozenset[str]:
        """Letters that could be other spellings of w, and here are not."""
        if not self._behind_X & {"w", "theta", "beta"}:
            return frozenset()
        others = {"theta", "beta"} - self._behind_X
        return frozenset(f"{name}{suffix}" for name in others for suffix in ("", "_t", "_0", "_k"))

    def has_X_before_w(self) -> bool:
        """Whether X w is written somewhere: the rows of X are examples then, as in the homework."""
        return bool(self._behind_X & {"w", "theta", "beta"})

    def prose(self, part: Part) -> str:
        """The words of one part."""
        return " ".join(piece.text for piece in self.pieces(part) if isinstance(piece, Prose))

    def definitions(self, part: Part, protected: frozenset[str]) -> dict[str, Definition]:
        """What the student's symbols stand for in a part.

        Args:
            part: the part in which they are used.
            protected: names that the homework introduces and nobody redefines.
        """
        known = self._definitions.get((part, protected))
        if known is None:
            known = self._definitions[part, protected] = self._defined(part, protected)
        return dict(known)

    def _defined(self, part: Part, protected: frozenset[str]) -> dict[str, Definition]:
        found: dict[str, Definition] = {}
        named_last: dict[str, Definition] = {}
        for source, origin in self._sources(part):
            lines = tuple(source)
            for number, (line, before) in enumerate(_with_previous(lines)):
                for key, one in (
                    *_stated(lines, number, origin),
                    *_called(line, before, origin),
                    *self._matrices_in_words(line, before, origin),
                ):
                    if key not in protected and not (key in found and _is_weak(one)):
                        found[key] = one
                named_last |= _named_at_the_end(line.statement, origin)
        return {k: one for k, one in named_last.items() if k not in protected} | found

    def _matrices_in_words(
        self, line: Line, before: Line | None, part: str
    ) -> Iterator[tuple[str, Definition]]:
        """“… call the diagonal matrix R”, “the diagonal matrix D that has …”."""
        if before is None:
            return
        first, name = (one.statement.members[0].expression for one in (line, before))
        is_alone = len(before.statement.members) == 1
        if isinstance(first, e.Symbol) and naming.is_called_matrix(line.before):
            matrix = naming.only_matrix(before.statement.members[-1].expression)
            if matrix is not None and len(line.statement.members) == 1:
                yield first.key, Definition((matrix,), part=part)
        elif isinstance(name, e.Symbol) and is_alone:
            words = before.before, line.before, line.source, line.after
            if (matrix := naming.diagonal(*words, self._macros)) is not None:
                yield name.key, Definition((matrix,), part=part)

    def _sources(self, part: Part) -> Iterator[tuple[Iterable[Line], str]]:
        yield _lines(self._loose), ""
        for earlier in sorted(self._answers.written):
            if earlier[0] == part[0] and earlier < part:
                yield self.lines(earlier), earlier
        yield self.lines(part), part


def _is_behind_X(node: e.Multiply) -> bool:
    left = node.left
    while isinstance(left, e.Multiply):
        left = left.right
    return isinstance(left, e.Symbol) and left.name == "X"


def _own_macros(answers: Answers) -> Macros:
    passages = [
        *answers.unplaced,
        *(passage for answer in answers.written.values() for passage in answer.passages),
    ]
    return macros("\n".join(passage.text for passage in passages))


def _renamed(piece: Piece, letter: str) -> Piece:
    """A formula with X in the place of another letter for it."""
    if not isinstance(piece, Formula):
        return piece
    statements = (
        replace(one, members=tuple(_member_with_X(member, letter) for member in one.members))
        for one in piece.statements
    )
    return replace(piece, statements=tuple(statements))


def _member_with_X(member: Member, letter: str) -> Member:
    node = member.expression
    renewed = renaming.renamed(node, letter, renaming.X) if node is not None else None
    return replace(member, expression=renewed)


GAP: Final = "□"
"""Stands for a formula in the words of a sentence."""

_SENTENCE_END: Final = re.compile(r"[.;!?](?=\s|$)")


def _lines(found: Iterable[Piece]) -> Iterator[Line]:
    row: tuple[Member, ...] = ()
    in_gradients = False
    sentence = ""
    for piece in found:
        if not isinstance(piece, Formula):
            sentence = _SENTENCE_END.split(f"{sentence} {piece.text}")[-1]
            continue
        in_cell = piece.before.strip() == "|"
        in_gradients = bool(_GRADIENT_TABLE.search(piece.before)) or (
            in_gradients and "|" in piece.before
        )
        for statement in piece.statements:
            whole = _in_row(statement, row) if row and in_cell else statement
            words = piece.before, piece.after, sentence.strip()
            yield Line(whole, piece.source, piece.where, *words, context=piece.context)
        ends = piece.source.rstrip().endswith(".")
        sentence = "" if ends else f"{sentence} {GAP}"
        row = () if in_cell else _row_name(piece, in_gradients=in_gradients)


def _in_row(cell: Statement, name: tuple[Member, ...]) -> Statement:
    """A cell of a table behind the first cell of its row: an equation."""
    return replace(cell, members=name + cell.members, relations=("=", *cell.relations))


_GRADIENT_TABLE = re.compile(r"\b(?:gradients?|derivatives?)\b[^|]*\|.*\|\s*$", re.IGNORECASE)


def _row_name(piece: Formula, *, in_gradients: bool) -> tuple[Member, ...]:
    """The first cell of a table's row, if it names what the second one is equal to."""
    if len(piece.statements) != 1 or len(piece.statements[0].members) != 1:
        return ()
    member = piece.statements[0].members[0]
    if isinstance(member.expression, e.Derivative):
        return (member,)
    if in_gradients and isinstance(member.expression, e.Symbol):
        return (replace(member, expression=e.Derivative(None, member.expression)),)
    return ()


# ---------------------------------------------------------------- definitions


def _stated(lines: Sequence[Line], number: int, part: str) -> Iterator[tuple[str, Definition]]:
    """What a line defines, with its conditions in words."""
    statement = lines[number].statement
    if not conditional.is_conditional(lines, number):
        yield from _definitions(statement, part)
        return
    head = statement.members[0].expression
    named = _head(head) if head is not None else None
    if named is not None and not conditional.is_other_case(lines, number):
        key, parameters, is_family = named
        cases = conditional.by_cases(lines, number)
        bodies = () if cases is None else (cases,)
        yield key, Definition(bodies, parameters, is_family, part)


def _definitions(statement: Statement, part: str) -> Iterator[tuple[str, Definition]]:
    """Every symbol that a statement defines: left of =, or below a brace."""
    for node in statement.expressions:
        yield from _braced(node, part)
    first, last = statement.members[0].expression, statement.members[-1].expression
    bodies = _equal_members(statement)
    if statement.relations[-1:] == ("≕",):
        before = [m.expression for m in statement.members[-2::-1] if m.expression is not None]
        if isinstance(last, e.Multiply) and isinstance(last.left, e.Number):  # … =: 2e
            before, last = [e.Divide(one, last.left) for one in before], last.right
        if isinstance(last, e.Symbol):
            yield last.key, Definition(tuple(before), part=part)
    if first is None or any(map(_is_abbreviated, bodies)):
        return
    if not bodies:
        if statement.relations[:1] and statement.relations[0] in EQUALITIES:
            yield from _unread_definition(first, part)
        return
    if isinstance(first, e.Derivative) and bodies == (e.Number(0),):
        return  # setting the gradient to zero
    if (entries := _entries(first)) is not None:
        yield entries[0], Definition(bodies, entries[1], part=part, is_entries=True)
    elif (named := _head(first)) is not None:
        key, parameters, is_family = named
        yield key, Definition(bodies, parameters, is_family, part)


def _named_at_the_end(statement: Statement, part: str) -> dict[str, Definition]:
    """“∂L/∂ŷ = 2(ŷ − y) = δ” gives a name to what nobody has named otherwise."""
    expressions = [member.expression for member in statement.members]
    first, *middle, last = expressions if len(expressions) > 2 else (None, None, None)
    is_equal = set(statement.relations) <= EQUALITIES
    if not isinstance(first, e.Derivative) or not isinstance(last, e.Symbol) or not is_equal:
        return {}
    bodies = [one for one in middle if one is not None and last not in one.walk()]
    return {last.key: Definition(tuple(bodies[::-1]), part=part)} if bodies else {}


def _unread_definition(head: e.Expression, part: str) -> Iterator[tuple[str, Definition]]:
    """“Λ = (something that was not understood)”: Λ is then not what the homework calls so."""
    if (entries := _entries(head)) is not None:
        yield entries[0], Definition((), entries[1], part=part, is_entries=True)
    elif isinstance(head, e.Symbol):
        yield head.key, Definition((), part=part)


def _is_weak(definition: Definition) -> bool:
    """“s = 0” behind a definition of s is an assumption; what was not read replaces nothing."""
    return all(isinstance(body, e.Number) for body in definition.bodies)


def _with_previous(lines: Iterable[Line]) -> Iterator[tuple[Line, Line | None]]:
    """Every line with the one before it; a size, d × d, is passed over."""
    before = None
    for line in lines:
        yield line, before
        node = line.statement.members[0].expression
        if not (isinstance(node, e.Multiply) and node.how == "×" and not line.statement.relations):
            before = line


_CALLED = re.compile(
    r"(?:call(?:ed|ing)?|denoted?|denoting|naming|name|write|abbreviated?|shorthand|short)\s*"
    r"(?:it|this|that|them)?\s*(?:by|as|simply|just|for short)?[\s(:,]*$",
    re.IGNORECASE,
)


def _called(line: Line, before: Line | None, part: str) -> Iterator[tuple[str, Definition]]:
    """“… = 2(ŷ − y), call it g”: a name for what stands before."""
    first = line.statement.members[0].expression
    is_name = len(line.statement.members) == 1 and isinstance(first, e.Symbol)
    if before is not None and isinstance(before.statement.members[-1].expression, e.Symbol):
        return
    if before is None or not is_name or not _CALLED.search(line.before):
        return
    bodies = _equal_members(before.statement) or tuple(
        member.expression
        for member in before.statement.members[:1]
        if member.expression is not None
    )
    assert isinstance(first, e.Symbol)
    yield first.key, Definition(bodies, part=part)


def _equal_members(statement: Statement) -> tuple[e.Expression, ...]:
    """What the first member is equal to, the last form first."""
    bodies = []
    for relation, member in zip(statement.relations, statement.members[1:], strict=True):
        if relation not in EQUALITIES:
            break
        if member.expression is not None:
            bodies.append(member.expression)
    return tuple(reversed(bodies))


def _is_abbreviated(node: e.Expression) -> bool:
    """“ŷ = W₂a₁ + …” says what matters in ŷ at the moment, not what ŷ is."""
    return isinstance(node, e.Add) and len(node.terms) == 2 and isinstance(node.terms[1], e.Dots)


def _entries(node: e.Expression) -> tuple[str, tuple[str, ...]] | None:
    """Λ_{jk}, D_{kk}, (Λ)_{kk}: a matrix by its entries."""
    if isinstance(node, e.Component) and isinstance(node.base, e.Symbol):
        node = e.Symbol(node.base.name, (*node.base.subscripts, *node.subscripts))
    if not isinstance(node, e.Symbol) or len(node.subscripts) != 2:
        return None
    letters = [one.name for one in node.subscripts if isinstance(one, e.Symbol)]
    if len(letters) != 2 or not set(letters) <= INDEX_LETTERS or not node.name[0].isupper():
        return None
    return node.name, tuple(dict.fromkeys(letters))


def _head(node: e.Expression) -> tuple[str, tuple[str, ...], bool] | None:
    """The key that a left side defines, with its parameters."""
    if isinstance(node, e.Symbol):
        return _symbol_head(node)
    if isinstance(node, e.Derivative):
        return derivative_key(node), (), False
    if isinstance(node, e.Either):
        node = node.call
    if isinstance(node, e.Call) and isinstance(node.function, e.Symbol):
        names = [a.key for a in node.arguments if isinstance(a, e.Symbol) and a.name[0].islower()]
        if len(names) == len(node.arguments) and node.function.key not in FUNCTIONS:
            return node.function.key, tuple(names), False
    return None


def _symbol_head(node: e.Symbol) -> tuple[str, tuple[str, ...], bool]:
    letters = [s.name for s in node.subscripts if isinstance(s, e.Symbol)]
    if len(node.subscripts) == 1 and letters and letters[0] in INDEX_LETTERS:
        return f"{node.name}_*", (letters[0],), True
    return node.key, (), False


def _braced(node: e.Expression, part: str) -> Iterator[tuple[str, Definition]]:
    r"""\underbrace{I − …}_{A} defines A."""
    for one in node.walk():
        if isinstance(one, e.Annotated):
            name = one.remark.replace(":", "").replace("=", "").replace("≔", "").strip()
            if name.isalpha() and len(name) == 1:
                yield name, Definition((one.operand,), (), is_family=False, part=part)


def without(definitions: Mapping[str, Definition], keys: Iterable[str]) -> dict[str, Definition]:
    """The definitions of all other symbols."""
    left_out = set(keys)
    return {key: one for key, one in definitions.items() if key not in left_out}
