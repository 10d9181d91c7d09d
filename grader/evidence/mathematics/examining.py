"""One formula against one question: is it what the reference has, and if not, what is it?

A formula is evaluated on the reference's instances, twice where the student gave a named symbol
another value: once with the homework's value and once with the student's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

import numpy as np

from grader.evidence.mathematics.symbols import Symbols
from grader.evidence.mathematics.workbook import EQUALITIES, Line
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError, Misfit, NoSuchComponent, NoValue, Undefined
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.values import Array, Singular, Value, column
from grader.model import Part
from reference.misconception import Misconception, distance

InstanceT = TypeVar("InstanceT")

EQUAL = 1e-9
"""Relative distance up to which two values are the same: rounding of a few hundred operations."""

DIFFERENT = 1e-4
"""Relative distance from which they are not. In between nobody can be sure."""

ENOUGH_INSTANCES = 2
"""On which a formula needs a value; a bare inverse has none where the matrix is singular."""

ANSWERS = EQUALITIES | {"←", "≈"}
"""Relations between what is asked for and its answer."""


class OtherSymbols(NoValue):
    """A formula with a value, in other symbols than those asked for: a step."""


class Outcome(Enum):
    """What a candidate came to."""

    RIGHT = "right"
    DIFFERENT = "different"
    UNSURE = "unsure"  # between EQUAL and DIFFERENT, or not the same on all instances
    OPEN = "open"  # not read, or without a value
    IMPLICIT = "implicit"  # a step that is no answer yet


@dataclass(frozen=True)
class Target:
    """What a left side asks for; with `index`, component by component."""

    index: str | None = None


@dataclass(frozen=True)
class Question(Generic[InstanceT]):
    """What an item asks.

    Attributes:
        item: rubric item.
        instances: where formulas are compared.
        symbols: the symbols of the part on an instance.
        target: whether a left side is what is asked for.
        ways: right values by what sets them apart; the first is the reference.
        misconceptions: mistaken values.
        implicit: nodes whose appearance makes a formula a step and no answer.
        fixed: named symbols that the question itself hands over from an earlier part.
        tends: left sides that count before an arrow only: w_t → …
        accepts: whether a formula, by the known symbols that it depends on, answers the question.
        protected: names that the homework introduces.
        first_component: where the index of a component begins.
        needed: numbers of the instances on which an answer must have a value.
        lone: whether a right formula under another name, or under none, is an answer too.
        nameless: whether only one under no name at all is.
        said: the words before a formula without a left side that say what it is.
        numbers: instances with n = d = 1, on which no shape is wrong and every product commutes.
    """

    item: str
    instances: tuple[InstanceT, ...]
    symbols: Callable[[InstanceT], Symbols]
    target: Callable[[e.Expression], Target | None]
    ways: Mapping[str, Callable[[InstanceT], object]]
    misconceptions: tuple[Misconception[InstanceT], ...] = ()
    fixed: frozenset[str] = frozenset()
    tends: Callable[[e.Expression], Target | None] = lambda _: None
    implicit: Callable[[e.Expression], bool] = lambda _: False
    accepts: Callable[[frozenset[str]], bool] = lambda _: True
    protected: frozenset[str] = frozenset()
    first_component: int = 1
    needed: frozenset[int] = frozenset()
    lone: bool = True
    nameless: bool = False
    said: re.Pattern[str] | None = None
    numbers: tuple[InstanceT, ...] = ()

    @property
    def part(self) -> Part:
        """The part of the homework."""
        return Part(self.item.partition(".")[0])


@dataclass(frozen=True)
class Trial:
    """One formula, evaluated and compared.

    Attributes:
        outcome: what it came to.
        way: which of the right values it has.
        misconception: the mistake that has its value.
        factor: the constant by which it is off.
        trouble: why it has no value.
        witness: numbers that show the difference.
        own: whether it is right only with the student's own earlier value of a symbol.
        contested: symbols to which the student gave another value in this very part.
    """

    outcome: Outcome
    way: str = ""
    misconception: str | None = None
    factor: float | None = None
    trouble: FormulaError | None = None
    witness: str = ""
    own: bool = False
    contested: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """A candidate: a member of a line, and what it came to."""

    line: Line
    member: int
    trial: Trial
    target: Target = Target()

    @property
    def boxed(self) -> bool:
        """Whether it stands in a box."""
        return self.line.statement.boxed or self.line.statement.members[self.member].boxed

    @property
    def details(self) -> dict[str, str]:
        """What the rubric's sentences may quote."""
        trial = self.trial
        found = {"found": self.line.text(self.member), "where": self.line.where}
        if trial.witness:
            found["witness"] = trial.witness
        if trial.factor is not None:
            found["factor"] = f"{trial.factor:.4g}"
        if trial.trouble is not None:
            found["reason"] = str(trial.trouble)
        if isinstance(trial.trouble, Undefined):
            found["symbol"] = trial.trouble.key
        return found


# ---------------------------------------------------------------- one formula


class Examiner(Generic[InstanceT]):
    """Evaluates the formulas of one part for one question."""

    def __init__(
        self,
        question: Question[InstanceT],
        definitions: Mapping[str, Definition],
        follows: Sequence[Callable[[InstanceT], object] | None] = (),
        not_spelled: frozenset[str] = frozenset(),
    ) -> None:
        self._question = question
        self._definitions = {
            key: one for key, one in definitions.items() if key not in question.protected
        }
        self._follows = follows
        self._defined = frozenset(self._definitions) | not_spelled
        self._symbols = [question.symbols(i) for i in question.instances]
        self._named = frozenset(self._symbols[0].named) & self._definitions.keys()

    def trial(self, node: e.Expression, target: Target) -> Trial:
        """Compare a formula with the right values, under both readings of contested symbols."""
        implied = self._implied(node)
        if implied is not None:
            return implied
        official = self._compared(node, target, own=False)
        if not self._named or official.outcome is Outcome.IMPLICIT:
            return official
        own = self._compared(node, target, own=True)
        if own.outcome is Outcome.IMPLICIT:
            is_step = isinstance(own.trouble, OtherSymbols)
            return official if is_step else self._without_value(official, own, node, target)
        if own.outcome is Outcome.OPEN:
            is_known = official.outcome is Outcome.RIGHT or official.misconception
            if is_known and self._is_broken_earlier(node, target):
                return replace(official, own=True)
            fixed = self._question.fixed
            return official if not self._defined_here() and self._named <= fixed else own
        if official.outcome is own.outcome or official.outcome is not Outcome.RIGHT:
            return own
        return self._weighed(official, own, node, target)

    def _is_broken_earlier(self, node: e.Expression, target: Target) -> bool:
        """Whether a symbol that an earlier question asked for has no value as the student wrote it.

        Such a slip has cost its points where it was made: ŷ = W₂a₁ + b₂ + W₁x.
        """
        taken = self.depends_on(node, target) & self._named
        broken = {key for key in taken if self._has_no_value(key)}
        return bool(broken) and not broken & self._defined_here() - self._question.fixed

    def _has_no_value(self, key: str) -> bool:
        try:
            self._evaluator(0, own=True).value(e.Symbol(*_name_and_scripts(key)))
        except Misfit:
            return True
        except FormulaError:
            return False
        return False

    def _without_value(
        self, official: Trial, own: Trial, node: e.Expression, target: Target
    ) -> Trial:
        """A symbol that the student gave a meaning which has no value cannot be assumed right."""
        try:
            taken = self.depends_on(node, target) & self._named - self._question.fixed
        except FormulaError:
            return official
        return Trial(Outcome.OPEN, trouble=own.trouble, contested=taken) if taken else official

    def _weighed(self, official: Trial, own: Trial, node: e.Expression, target: Target) -> Trial:
        """Right with the homework's value of a symbol, and not with the student's own.

        A symbol defined in this very part belongs to the answer: a known mistake in it counts.
        """
        taken = self.depends_on(node, target)
        here = (self._defined_here() & taken) - self._question.fixed
        renamed = {key for key in self._named & taken if self._is_other_quantity(key)}
        if here and not renamed and own.misconception:
            return own
        if here or renamed:
            return Trial(Outcome.UNSURE, contested=frozenset(here | renamed))
        return Trial(Outcome.RIGHT, way=official.way, own=True)

    def depends_on(self, node: e.Expression, target: Target) -> frozenset[str]:
        """The known symbols whose homework value a formula uses, as far as it has a value."""
        return frozenset(self._tried(node, target, own=False).touched)

    def _tried(self, node: e.Expression, target: Target, *, own: bool) -> Evaluator:
        """An evaluator that has come as far with a formula as it has a value."""
        evaluator = self._evaluator(0, own=own)
        with suppress(FormulaError):
            self._valued(evaluator, node, 0, target)
        return evaluator

    def _defined_here(self) -> set[str]:
        """Named symbols that the student defines in this very part."""
        return {key for key in self._named if self._definitions[key].part == self._question.part}

    def _is_other_quantity(self, key: str) -> bool:
        """Whether a student uses a usual name for another of the usual quantities."""
        symbols = self._symbols[0]
        try:
            value = self._evaluator(0, own=True).value(e.Symbol(*_name_and_scripts(key)))
        except FormulaError:
            return True
        return any(
            other != key and _apart(value, named) < EQUAL
            for other, named in {**symbols.named, **symbols.given}.items()
        )

    def _implied(self, node: e.Expression) -> Trial | None:
        """A formula that still has in it what is asked for is a step."""
        for one in node.walk():
            is_question = isinstance(one, e.Wanted | e.Limit | e.Differentiate)
            if is_question or self._question.implicit(one):
                return Trial(Outcome.IMPLICIT)
        return None

    def _evaluator(
        self, number: int, *, own: bool, counted: Mapping[str, int] | None = None
    ) -> Evaluator:
        symbols = self._symbols[number]
        scope = symbols.scope(self._defined, counted)
        kept = self._definitions
        if not own:
            kept = {key: one for key, one in kept.items() if key not in symbols.named}
        return Evaluator(scope.with_definitions(kept))

    def value(self, node: e.Expression, number: int, target: Target, *, own: bool) -> Value:
        """The value of a formula on one instance; indices may begin where they have to."""
        evaluator = self._evaluator(number, own=own)
        trouble: Misfit | None = None
        value: Value = 0.0
        try:
            value = self._valued(evaluator, node, number, target)
        except Misfit as misfit:
            trouble = misfit
        for counted in self._symbols[number].counted if _is_outside(trouble) else ():
            other = self._evaluator(number, own=own, counted=counted)
            with suppress(FormulaError):
                value, trouble = self._valued(other, node, number, target, counted), None
                evaluator = other
                break
        if not self._question.accepts(frozenset(evaluator.touched)):
            raise OtherSymbols("a step in other symbols than those asked for")
        if trouble is not None:
            raise trouble
        return value

    def _valued(
        self,
        evaluator: Evaluator,
        node: e.Expression,
        number: int,
        target: Target,
        counted: Mapping[str, int] | None = None,
    ) -> Value:
        if target.index is None:
            return evaluator.value(node)
        first = (counted or {}).get("w", self._question.first_component)
        return self._components(evaluator, node, number, target.index, first)

    def _components(
        self, evaluator: Evaluator, node: e.Expression, number: int, index: str, first: int
    ) -> Value:
        way = next(iter(self._question.ways.values()))
        size = np.size(np.asarray(way(self._question.instances[number])))
        parts = [evaluator.with_index(node, index, k) for k in range(first, first + size)]
        if not all(isinstance(part, float) for part in parts):
            raise Misfit("a vector where a component is expected")
        return column(parts)

    def _compared(self, node: e.Expression, target: Target, *, own: bool) -> Trial:
        values: dict[int, Value] = {}
        for number in range(len(self._question.instances)):
            try:
                values[number] = self.value(node, number, target, own=own)
            except Singular:
                continue
            except Misfit as trouble:
                return self._misfit(node, target, values, trouble, own=own)
            except NoValue as trouble:
                return Trial(Outcome.IMPLICIT, trouble=trouble)
            except FormulaError as trouble:
                is_name = isinstance(node, e.Symbol)  # “… = ŵ_OLS” gives the result a name
                return Trial(Outcome.IMPLICIT if is_name else Outcome.OPEN, trouble=trouble)
        if len(values) < ENOUGH_INSTANCES or not self._question.needed <= values.keys():
            return Trial(Outcome.OPEN, trouble=NoValue("it has a value on too few instances"))
        return self._judged(values)

    def _misfit(
        self,
        node: e.Expression,
        target: Target,
        values: Mapping[int, Value],
        trouble: Misfit,
        *,
        own: bool,
    ) -> Trial:
        """Shapes that fit only where n = d: a mistake, if a known one has the values there."""
        fitting = dict(values)
        for number in range(len(self._question.instances)):
            try:
                fitting[number] = self.value(node, number, target, own=own)
            except FormulaError:
                continue
        for mistake in self._question.misconceptions if fitting else ():
            if self._agrees(mistake.expected, fitting):
                return Trial(Outcome.DIFFERENT, misconception=mistake.id, trouble=trouble)
        may_follow = any(
            own is not None and (self._agrees(own, fitting) or self._is_misfit(own))
            for own in self._follows
        )
        if target.index is None and not may_follow and self._is_out_of_order(node):
            return Trial(Outcome.DIFFERENT, trouble=trouble, witness=self._unfit(trouble))
        return Trial(Outcome.OPEN, trouble=trouble)

    def _is_misfit(self, own: Callable[[InstanceT], object]) -> bool:
        """Whether the shapes of the earlier answer do not fit either."""
        try:
            own(self._question.instances[0])
        except Misfit:
            return True
        except (ValueError, FormulaError):
            return False
        return False

    def _unfit(self, trouble: Misfit) -> str:
        return f"for {_sizes(self._question.instances[0])} its shapes do not fit, {trouble}"

    def _is_out_of_order(self, node: e.Expression) -> bool:
        """Whether a formula is right but for the order of its factors, or a transpose of X.

        It is made of the question's own whole matrices and vectors then, and has the right value
        where all of them are numbers: it was read rightly, and there is no reading that fits.
        """
        if not self._question.numbers or not _is_plain(node):
            return False
        if any(isinstance(one, e.Symbol) and one.key in self._definitions for one in node.walk()):
            return False
        reference = next(iter(self._question.ways.values()))
        try:
            return all(
                _apart(self._value_of_numbers(node, i), reference(i)) < EQUAL
                for i in self._question.numbers
            )
        except FormulaError:
            return False

    def _value_of_numbers(self, node: e.Expression, instance: InstanceT) -> Value:
        scope = self._question.symbols(instance).scope(self._defined)
        numbers = {key: float(np.ravel(one)[0]) for key, one in scope.known.items()}
        return Evaluator(scope.with_known(numbers)).value(node)

    def rests_on_sand(self, node: e.Expression, target: Target) -> bool:
        """Whether a formula uses a definition whose own forms differ: it may have been misread."""
        used = self._tried(node, target, own=True).used
        return any(self._is_inconsistent(key) for key in used)

    def _is_inconsistent(self, key: str) -> bool:
        definition = self._definitions.get(key)
        if definition is None or definition.parameters or len(definition.bodies) < 2:
            return False
        values = []
        for body in definition.bodies:
            with suppress(FormulaError):
                values.append(self._evaluator(0, own=True).value(body))
        return any(_apart(value, values[0]) > DIFFERENT for value in values[1:])

    def _judged(self, values: Mapping[int, Value]) -> Trial:
        question = self._question
        for way, expected in question.ways.items():
            if self._agrees(expected, values):
                return Trial(Outcome.RIGHT, way=way)
        if any(own is not None and self._agrees(own, values) for own in self._follows):
            return Trial(Outcome.RIGHT, way="follow-through", own=True)
        reference = next(iter(question.ways.values()))
        apart = [_apart(value, reference(question.instances[n])) for n, value in values.items()]
        nearest = min(
            max(_apart(value, way(question.instances[n])) for n, value in values.items())
            for way in question.ways.values()
        )
        if nearest < DIFFERENT:
            return Trial(Outcome.UNSURE)
        worst = max(values, key=lambda n: _apart(values[n], reference(question.instances[n])))
        return (
            Trial(
                Outcome.DIFFERENT,
                misconception=self._mistake(values),
                factor=_common_factor(
                    [(value, reference(question.instances[n])) for n, value in values.items()]
                ),
                witness=_witness(
                    values[worst], reference(question.instances[worst]), question.instances[worst]
                ),
            )
            if max(apart) > DIFFERENT
            else Trial(Outcome.UNSURE)
        )

    def _mistake(self, values: Mapping[int, Value]) -> str | None:
        for mistake in self._question.misconceptions:
            if self._agrees(mistake.expected, values):
                return mistake.id
        return None

    def _agrees(self, expected: Callable[[InstanceT], object], values: Mapping[int, Value]) -> bool:
        """Whether a formula has all these values; instances where it has none are left out."""
        compared = 0
        for number, value in values.items():
            try:
                right = expected(self._question.instances[number])
            except (ValueError, FormulaError):  # the formula has no value on this instance
                continue
            if _apart(value, right) > EQUAL:
                return False
            compared += 1
        return compared > 0


def _is_plain(node: e.Expression) -> bool:
    """Whether a formula consists of sums and products of whole quantities, and of Xᵀ."""
    if isinstance(node, e.Either):
        return _is_plain(node.product)
    if isinstance(node, e.Transpose):
        return isinstance(node.base, e.Symbol) and node.base.key == "X"
    if isinstance(node, e.Symbol):
        return all(str(one) in {"t", "0"} for one in node.subscripts)
    if isinstance(node, e.Power):
        return node.exponent == e.Negative(e.Number(1)) and _is_plain(node.base)
    is_plain = isinstance(node, e.Add | e.Negative | e.Multiply | e.Divide | e.Number)
    return is_plain and all(map(_is_plain, node.children))


def _is_outside(trouble: Misfit | None) -> bool:
    """Whether an index was outside of what it counts."""
    return isinstance(trouble, NoSuchComponent)


def _name_and_scripts(key: str) -> tuple[str, tuple[e.Expression, ...]]:
    name, _, scripts = key.partition("_")
    return name, tuple(
        e.Number(float(one)) if one.isdigit() else e.Symbol(one)
        for one in scripts.split(",")
        if one
    )


def _flat(value: object) -> Array:
    """Vectors without their orientation: a gradient may be a row or a column."""
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 2 and 1 in array.shape:
        array = array.ravel()
    return array.reshape(1) if array.ndim == 0 else array


def _apart(value: object, right: object) -> float:
    if isinstance(value, float) and value == 0 and not np.asarray(right).any():  # 0 may be a vector
        return 0.0
    return distance(_flat(value), _flat(right))


def _common_factor(pairs: Sequence[tuple[object, object]]) -> float | None:
    """c if every value is c times the right one."""
    factors = []
    for value, right in pairs:
        a, b = _flat(value), _flat(right)
        if a.shape != b.shape or not b.any():
            return None
        factor = float(a.ravel() @ b.ravel() / (b.ravel() @ b.ravel()))
        if _apart(a, factor * b) > EQUAL:
            return None
        factors.append(factor)
    same = max(factors) - min(factors) <= 1e-9 * max(map(abs, factors))
    return factors[0] if same and factors[0] else None


def _witness(value: object, right: object, instance: object) -> str:
    """“with random numbers, n = 6, d = 3: 0.31 instead of 0.62”."""
    a, b = _flat(value), _flat(right)
    sizes = _sizes(instance)
    given = f"with random numbers ({sizes})" if sizes else "with random numbers"
    if a.shape != b.shape:
        return f"{given} your formula gives {_sized(a)}, and {_sized(b)} is needed"
    at = int(np.argmax(np.abs(a - b)))
    which = "your formula gives" if a.size == 1 else f"entry {at + 1} of your formula is"
    return f"{given} {which} {a.ravel()[at]:.4g} where {b.ravel()[at]:.4g} is right"


def _sizes(instance: object) -> str:
    """“n = 6, d = 3”."""
    names = [name for name in ("n", "d", "h") if hasattr(instance, name)]
    return ", ".join(f"{name} = {getattr(instance, name)}" for name in names)


def _sized(array: Array) -> str:
    if array.size == 1:
        return "a single number"
    return "×".join(map(str, array.shape)) + (" numbers" if array.ndim == 1 else " entries")
