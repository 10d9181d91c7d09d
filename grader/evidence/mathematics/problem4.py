"""Problem 4: what each formula item asks, in terms of the reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np

from grader.evidence.mathematics import targets, twopaths
from grader.evidence.mathematics.examining import DIFFERENT, Examiner, Outcome, Question, Target
from grader.evidence.mathematics.judging import Ruling, equated, ruling
from grader.evidence.mathematics.symbols import (
    EXAMPLES,
    Symbols,
    one_example,
    problem_4,
    problem_4_instances,
)
from grader.evidence.mathematics.workbook import Workbook
from grader.formulas import expression as e
from grader.formulas.errors import FormulaError
from grader.formulas.evaluation import Evaluator
from grader.formulas.scope import Definition
from grader.formulas.values import Array
from grader.model import Part
from reference import problem4
from reference.misconception import Misconception, concerning, distance
from reference.misconception import Value as ReferenceValue
from reference.problem4 import Instance

_INSTANCES: Final = problem_4_instances()
GIVEN: Final = frozenset(problem_4(_INSTANCES[0]).given)
_PART_A, _PART_B = Part("4a"), Part("4b")

_FACTORS: Final = (0.5, 1.0)
"""The c of L = c (ŷ − y)² that the homework accepts."""


def judge(item: str, book: Workbook) -> Ruling | None:
    """Rule on a formula item of Problem 4, or None."""
    if item in _FORWARD:
        return _FORWARD[item](book)
    if item in _GRADIENTS:
        return _gradient(item, book)
    if item == "4c.decomposition":
        return twopaths.judge(book, GIVEN, loss_factor(book) or _FACTORS[0])
    return None


# ---------------------------------------------------------------- 4(a)


def _stated_only(i: Instance) -> Symbols:
    """In 4(a) nothing is known but the parameters: what is asked for has to be written down."""
    symbols = problem_4(i)
    return replace(symbols, named={}, spellings={})


def _with_right_layers(i: Instance) -> Symbols:
    """With the right hidden layer under its usual names, for what comes after it."""
    symbols = problem_4(i)
    named = {key: symbols.named[key] for key in ("a_1", "z_1")}
    return replace(symbols, named=named)


def _with_one_example(i: Instance) -> Symbols:
    """With the right output under its usual names, and a mean over one example."""
    return one_example(problem_4(i))


def _model_mistakes(
    item: str, value: Callable[[Instance, problem4.Model], float | Array]
) -> tuple[Misconception[Instance], ...]:
    """What networks with a mistake compute, where the mistake shows; each value has one name."""
    kept: list[Misconception[Instance]] = []
    seen: list[tuple[str | None, Callable[[Instance], float | Array]]]
    seen = [(None, partial(_of_model, value, problem4.HOMEWORK))]
    for name, models in problem4.MODELS.items():
        for model in models:
            computed = partial(_of_model, value, model)
            if all(_differs(computed, other) or own == name for own, other in seen):
                seen.append((name, computed))
                kept.append(Misconception(name, (item,), problem4.MODEL_TEACHING[name], computed))
    return tuple(kept)


def _differs(
    one: Callable[[Instance], float | Array], other: Callable[[Instance], float | Array]
) -> bool:
    return any(distance(one(i), other(i)) > DIFFERENT for i in _INSTANCES)


def _of_model(
    value: Callable[[Instance, problem4.Model], float | Array], model: problem4.Model, i: Instance
) -> float | Array:
    return value(i, model)


_OTHER_ACTIVATIONS: Final = re.compile(
    r"\b(?:sigmoid|logistic|tanh|softplus|leaky|elu|gelu|silu|swish)\b", re.IGNORECASE
)


def _with_other_activation(book: Workbook, found: Ruling | None) -> Ruling | None:
    """“σ is the sigmoid”: a letter that stands for ReLU with most people need not do so here."""
    letters = _ACTIVATION_LETTERS & _names_in(book, _PART_A)
    is_other = letters and _OTHER_ACTIVATIONS.search(book.prose(_PART_A))
    if found is None or not found.holds or not is_other:
        return found
    return Ruling(None, "formula-unclear", details=found.details)


_ACTIVATION_LETTERS: Final = frozenset({"sigma", "phi", "g", "rho", "f", "psi", "varphi"})


def _names_in(book: Workbook, part: Part) -> frozenset[str]:
    """All names in the formulas of a part."""
    nodes = (node for line in book.lines(part) for node in line.expressions)
    return frozenset().union(*(node.names for node in nodes))


def _is_hidden_name(node: e.Expression) -> Target | None:
    """Names for the activation of the hidden layer, also component by component."""
    if not isinstance(node, e.Symbol):
        return None
    if node.key in {
        "a_1",
        "a",
        "h",
        "h_1",
        "a_hidden",
        "h^(1)",
        "r",
        "o_1",
        "hat h",
        "r_1",
        "phi_1",
        "u_1",
        "s_1",
        "z'",
    }:
        return Target()
    if node.name in {"a", "h", "r", "o"}:
        return targets.component_of(node, frozenset({f"{node.name}_1", node.name}))
    return None


HIDDEN: Final = Question[Instance](
    item="4a.hidden",
    instances=_INSTANCES,
    symbols=_stated_only,
    target=_is_hidden_name,
    ways={"": problem4.hidden},
    misconceptions=_model_mistakes("4a.hidden", problem4.hidden),
    protected=GIVEN,
    implicit=lambda node: isinstance(node, e.Derivative),
)


def _hidden(book: Workbook) -> Ruling | None:
    definitions = book.definitions(_PART_A, GIVEN)
    examiner = Examiner(HIDDEN, definitions)
    found = ruling(HIDDEN, book, examiner) or _inside(book, examiner)
    found = _with_other_activation(book, found)
    return (
        found
        if found is None or found.holds is not False or found.misconception
        else Ruling(None, "formula-unclear", details=found.details)
    )


def _inside(book: Workbook, examiner: Examiner[Instance]) -> Ruling | None:
    """The hidden layer written where it is used: ŷ = W₂ max(0, W₁x + b₁) + b₂ + x."""
    for line in book.lines(_PART_A):
        for number, member in enumerate(line.statement.members):
            for node in member.expression.walk() if member.expression is not None else ():
                if not isinstance(node, e.Call | e.Multiply):
                    continue
                if examiner.trial(node, Target()).outcome is Outcome.RIGHT:
                    details = {"found": line.text(number), "where": line.where}
                    return Ruling(True, "formula-right", details=details)
    return None


def _is_output_name(node: e.Expression) -> Target | None:
    if isinstance(node, e.Either):
        node = node.call
    if isinstance(node, e.Call):
        node = node.function
    if not isinstance(node, e.Symbol):
        return None
    is_output = node.key in {
        "hat y",
        "hat y_1",
        "y_hat",
        "o",
        "y_pred",
        "out",
        "tilde y",
        "hat f",
        "hat y_out",
        "y'",
        "y*",
        "bar y",
    }
    return Target() if is_output else None


OUTPUT: Final = Question[Instance](
    item="4a.output",
    instances=_INSTANCES,
    symbols=_with_right_layers,
    target=_is_output_name,
    fixed=frozenset({"a_1", "z_1"}),
    ways={"": problem4.output},
    misconceptions=_model_mistakes("4a.output", problem4.output),
    protected=GIVEN,
    implicit=lambda node: isinstance(node, e.Derivative),
)


def _output(book: Workbook) -> Ruling | None:
    definitions = book.definitions(_PART_A, GIVEN)
    return _with_other_activation(book, ruling(OUTPUT, book, Examiner(OUTPUT, definitions)))


LOSS: Final = Question[Instance](
    item="4a.loss",
    instances=_INSTANCES,
    symbols=problem_4,
    target=targets.loss,
    fixed=frozenset({"hat y"}),
    ways={"half": problem4.loss, "whole": lambda i: problem4.loss(replace(i, factor=1.0))},
    protected=GIVEN,
    implicit=lambda node: isinstance(node, e.Derivative),
)


def _loss(book: Workbook) -> Ruling | None:
    definitions = {
        key: one
        for key, one in book.definitions(_PART_A, GIVEN).items()
        if key not in {"L", "J", "ell"}
    }
    question = replace(LOSS, symbols=_with_one_example) if _is_mean(book) else LOSS
    return ruling(question, book, Examiner(question, definitions))


_FORWARD: Final[dict[str, Callable[[Workbook], Ruling | None]]] = {
    "4a.hidden": _hidden,
    "4a.output": _output,
    "4a.loss": _loss,
}


# ---------------------------------------------------------------- 4(b)

_GRADIENTS: Final = {"4b.db2": "b2", "4b.dW2": "W2", "4b.dW1": "W1", "4b.db1": "b1", "4b.dx": "x"}
_KEYS: Final = {"b2": "b_2", "W2": "W_2", "W1": "W_1", "b1": "b_1", "x": "x"}
"""The reference's names, and the keys of the formulas."""


def loss_factor(book: Workbook) -> float | None:
    """The c of the student's own loss; None when it was not found.

    Where no loss is written anywhere, it is the one that all gradients agree on.
    """
    for part in (_PART_A, _PART_B):
        found = [_factor_of(book, part, node) for node in equated(book, part, targets.loss)]
        known = [one for one in found if one is not None]
        if known:
            return known[-1] if len(set(known)) == 1 else None
    ruled = _loss(book)
    if ruled is not None and ruled.holds:
        return _factor_without_name(book)
    if ruled is not None:
        return _factor_of_slope(book) if ruled.holds is False else None
    is_untold = not any(book.unread(p, targets.loss) or _NAMES_LOSS.search(book.prose(p))
                        for p in (_PART_A, _PART_B))  # fmt: skip
    return _factor_of_gradients(book) if is_untold else None


def _factor_without_name(book: Workbook) -> float | None:
    """The c of “loss ½(ŷ − y)²”, where nothing stands left of an equals sign."""
    expressions = (
        line.statement.members[0].expression
        for line in book.lines(_PART_A)
        if len(line.statement.members) == 1
    )
    found = {_factor_of(book, _PART_A, node) for node in expressions if node is not None} - {None}
    return found.pop() if len(found) == 1 else None


_NAMES_LOSS: Final = re.compile(r"\b(?:mse|mean|squared?|squares|quadratic|half)\b", re.IGNORECASE)
"""Words that say which loss is meant where none is written."""


def _factor_of_gradients(book: Workbook) -> float | None:
    """The c with which gradients are right, if two of them are and none with another c."""
    definitions = book.definitions(_PART_B, GIVEN)
    fitting = {}
    for factor in _FACTORS:
        questions = [_gradient_question(item, name, factor) for item, name in _GRADIENTS.items()]
        rulings = (ruling(one, book, Examiner(one, definitions)) for one in questions)
        fitting[factor] = sum(one is not None and one.holds is True for one in rulings)
    right = [factor for factor, number in fitting.items() if number]
    return right[0] if len(right) == 1 and fitting[right[0]] > 1 else None


def _factor_of_slope(book: Workbook) -> float | None:
    """The c of c(ŷ − y)² by the student's own ∂L/∂ŷ, where the loss itself was written wrongly.

    The gradients are then right if they are those of the homework's loss.
    """
    definitions = book.definitions(_PART_B, GIVEN | {"hat y"})
    found: set[float | None] = set()
    for node in equated(book, _PART_B, targets.derivative_by("hat y")):
        scopes = [problem_4(i).scope(frozenset(definitions)) for i in _INSTANCES]
        with suppress(FormulaError):
            slopes = [Evaluator(s.with_definitions(definitions)).number(node) for s in scopes]
            errors = [problem4.output(i) - i.y for i in _INSTANCES]
            fits = (c for c in _FACTORS if np.allclose(slopes, [2 * c * one for one in errors]))
            found.add(next(fits, None))
    return found.pop() if len(found) == 1 else None


def _factor_of(book: Workbook, part: Part, node: e.Expression) -> float | None:
    definitions = book.definitions(part, GIVEN | {"hat y"})
    factors = []
    for i in _INSTANCES:
        scope = (
            _with_one_example(i)
            .scope(frozenset(definitions))
            .with_definitions(
                {
                    key: one
                    for key, one in definitions.items()
                    if key not in {"L", "J", "ell", "hat y"}
                }
            )
        )
        try:
            value = Evaluator(scope).number(node)
        except FormulaError:
            return None
        factors.append(value / (problem4.output(i) - i.y) ** 2)
    for factor in _FACTORS:
        if np.allclose(factors, factor):
            return factor
    return None


def _gradient(item: str, book: Workbook) -> Ruling | None:
    name = _GRADIENTS[item]
    factor = loss_factor(book)
    question = _gradient_question(
        item, name, 0.5 if factor is None else factor, over_examples=_is_mean(book)
    )
    definitions = book.definitions(_PART_B, GIVEN)
    follows = _own_gradient(book, name)
    found = ruling(question, book, Examiner(question, definitions, (follows,)))
    if factor is None and found is not None and found.holds is not None:
        is_about_the_factor = found.holds or found.misconception == "wrong-loss-factor"
        if is_about_the_factor:  # it cannot be judged without a formula for the loss
            return Ruling(None, "loss-factor-unknown", details=found.details)
    return found


def _is_mean(book: Workbook) -> bool:
    """Whether the own loss is a mean over n examples: then the gradients may be, too."""
    losses = (node for part in (_PART_A, _PART_B) for node in equated(book, part, targets.loss))
    return any(node.names & set(EXAMPLES) and e.Over in node.kinds for node in losses)


def _gradient_question(
    item: str, name: str, factor: float, *, over_examples: bool = False
) -> Question[Instance]:
    key = _KEYS[name]
    mistakes = tuple(
        replace(one, expected=partial(_one_gradient, one.expected, name))
        for one in concerning(item, problem4.MISCONCEPTIONS)
    )
    return Question[Instance](
        item=item,
        instances=tuple(replace(i, factor=factor) for i in _INSTANCES),
        symbols=_with_one_example if over_examples else problem_4,
        target=targets.derivative_by(key),
        ways={"": lambda i: problem4.gradients(i)[name]},
        misconceptions=mistakes,
        protected=GIVEN,
        lone=False,
    )


def questions() -> tuple[Question[Instance], ...]:
    """What the formula items ask."""
    gradients = (_gradient_question(item, name, 0.5) for item, name in _GRADIENTS.items())
    return (HIDDEN, OUTPUT, LOSS, *gradients)


def _one_gradient(expected: Callable[[Instance], ReferenceValue], name: str, i: Instance) -> Array:
    gradients = expected(i)
    assert isinstance(gradients, Mapping)
    gradient = gradients[name]
    is_outer = gradient.size == i.h**2 > i.h
    return gradient.reshape(i.h, i.h) if is_outer else gradient


# ---------------------------------------------------------------- follow-through: the own network

_STEP: Final = 1e-3
"""Of central differences; losses are quadratic in each parameter between two kinks of the ReLU, so
a step that is far below the distance to a kink is exact up to rounding."""


def _own_gradient(book: Workbook, name: str) -> Callable[[Instance], object] | None:
    """The gradient of the student's own loss, where all of its gradients are there."""
    definitions = book.definitions(_PART_A, GIVEN)
    losses = list(equated(book, _PART_A, targets.loss))
    if not losses:
        return None

    def gradient(i: Instance) -> object:
        own = partial(_own_loss, losses[-1], definitions)
        gradients = {which: _differences(own, i, which) for which in problem4.GRADIENTS}
        if any(not np.abs(one).max() > 1e-6 for one in gradients.values()):
            raise ValueError("the own network ignores one of its inputs")
        return gradients[name]

    return gradient


def _own_loss(node: e.Expression, definitions: Mapping[str, Definition], i: Instance) -> float:
    kept = {key: one for key, one in definitions.items() if key not in {"L", "J", "ell"}}
    return Evaluator(
        one_example(_stated_only(i)).scope(frozenset(kept)).with_definitions(kept)
    ).number(node)


def _differences(f: Callable[[Instance], float], i: Instance, name: str) -> Array:
    value = np.atleast_1d(np.asarray(getattr(i, name), dtype=np.float64))
    slopes = []
    for position in range(value.size):
        step = np.zeros(value.size)
        step[position] = _STEP
        ahead, behind = (_moved(i, name, value, sign * step) for sign in (1, -1))
        slopes.append((f(ahead) - f(behind)) / (2 * _STEP))
    return np.array(slopes)


def _moved(i: Instance, name: str, value: Array, step: Array) -> Instance:
    moved = (value.ravel() + step).reshape(value.shape)
    changed: dict[str, Any] = {name: float(moved[0]) if name in {"b2", "x"} else moved}
    return replace(i, **changed)
