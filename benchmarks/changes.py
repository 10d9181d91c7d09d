"""Changes of a sketch: rewritings that keep its value, and mutations that seldom do.

Whether a mutation keeps the value is not decided here but by evaluating the mutant.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import sketches as s
from benchmarks.sketches import Sketch

SWAPS = {
    "w": "y", "y": "w", "X": "Lambda", "Lambda": "X", "n": "d", "d": "n", "eta": "n", "lam": "alpha",
    "wt": "w0", "w0": "wt", "A": "H", "H": "A", "b": "w0", "W1": "W2", "W2": "W1", "b1": "b2",
    "b2": "b1", "x": "y", "yhat": "y", "z": "a", "a": "z", "t": "n", "r": "y", "e": "x", "mu": "w",
    "b0": "b1",
}  # fmt: skip
"""What a symbol is confused with."""


@dataclass(frozen=True)
class Mutation(s.Changes):
    """One kind of mistake, at one node."""

    def __call__(self, node: Sketch) -> Iterator[Sketch]:  # noqa: PLR0912, PLR0915 (a table of mistakes)
        match node:
            case s.Number(value):
                yield s.Number(value + 1)
                if value > 1:
                    yield s.Number(value - 1)
            case s.Name(key):
                if key in SWAPS:
                    yield s.Name(SWAPS[key])
                if key in {"X", "W1", "W2", "A", "D"}:
                    yield s.Transpose(node)
            case s.Add(terms):
                yield from _without_one(terms, s.Add)
                for at, term in enumerate(terms):
                    flipped = term.operand if isinstance(term, s.Negative) else s.Negative(term)
                    yield s.Add((*terms[:at], flipped, *terms[at + 1 :]))
            case s.Negative(operand):
                yield operand
            case s.Product(factors):
                yield from _without_one(factors, s.Product)
                for at in range(len(factors) - 1):
                    left, right = factors[at : at + 2]
                    yield s.Product((*factors[:at], right, left, *factors[at + 2 :]))
            case s.Quotient(over, under):
                yield over
                yield s.Quotient(over, s.Product((s.Number(2), under)))
                yield s.Product((over, under))
            case s.Power(base, exponent):
                yield base
                yield s.Power(base, s.moved(exponent, 1))
                yield s.Power(base, s.moved(exponent, -1))
            case s.Transpose(base) | s.Inverse(base) | s.PseudoInverse(base):
                yield base
                if isinstance(node, s.Inverse):
                    yield s.Negative(node)
            case s.SquaredNorm(operand):
                yield s.Norm(operand)
            case s.Norm(operand):
                yield s.SquaredNorm(operand)
            case s.Absolute(operand):
                yield operand
            case s.Entry(base, index):
                yield s.Entry(base, s.moved(index, 1))
                yield s.Entry(base, s.moved(index, -1))
            case s.Sum(index, first, last, body):
                for step in (1, -1):
                    yield s.Sum(index, s.moved(first, step), last, body)
                    yield s.Sum(index, first, s.moved(last, step), body)
                yield body
            case s.Diagonal(base, first, last):
                for step in (1, -1):
                    moved = s.moved(first, step), s.moved(last, step)
                    yield s.Diagonal(base, *moved)
                yield s.Diagonal(base, first, s.moved(last, 1))
                yield s.Diagonal(base, last, first, -1)
                yield s.Diagonal(s.Quotient(s.Number(1), base), first, last)
            case s.Hadamard(left, right):
                yield left
                yield right
            case s.Relu(operand):
                yield operand
                yield s.Gate(operand)
                yield s.Relu(s.Negative(operand))
            case s.Gate(operand, above):
                yield s.Gate(operand, not above)
                yield s.Relu(operand)
            case s.Largest(operand, which):
                yield s.Largest(operand, "min" if which == "max" else "max")


def _without_one(
    parts: tuple[Sketch, ...], kind: type[s.Add] | type[s.Product]
) -> Iterator[Sketch]:
    for at in range(len(parts)):
        rest = parts[:at] + parts[at + 1 :]
        if rest:
            yield rest[0] if len(rest) == 1 else kind(rest)


def mutants(node: Sketch) -> Iterator[Sketch]:
    """Every single mistake in a sketch, and constant factors on the whole of it."""
    seen = {node}
    whole = (
        s.Negative(node),
        s.Product((s.Number(2), node)),
        s.Product((s.Quotient(s.Number(1), s.Number(2)), node)),
        s.Product((s.Quotient(s.Number(1), s.Name("n")), node)),
    )
    for mutant in (*node.variants(Mutation()), *whole):
        if mutant not in seen:
            seen.add(mutant)
            yield mutant


# ---------------------------------------------------------------- rewritings


def rewritten(node: Sketch, rng: random.Random, chance: float = 0.35) -> Sketch:
    """The same value, written another way: terms in another order, signs and scalars moved."""
    node = _rebuilt(node, rng, chance)
    if rng.random() > chance:
        return node
    match node:
        case s.Add(terms):
            return _rewritten_sum(terms, rng)
        case s.Product(factors):
            return _rewritten_product(factors, rng)
        case s.SquaredNorm(operand):
            return s.Product((s.Transpose(operand), operand))
        case s.Quotient(over, under) if not isinstance(over, s.Number):
            return s.Product((s.Quotient(s.Number(1), under), *s.factors_of(over)))
        case s.Hadamard(left, right):
            return s.Hadamard(right, left)
    return node


def _rebuilt(node: Sketch, rng: random.Random, chance: float) -> Sketch:
    """The node with its children rewritten."""
    changed = {}
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, Sketch):
            changed[name] = rewritten(value, rng, chance)
        elif isinstance(value, tuple):
            changed[name] = tuple(rewritten(one, rng, chance) for one in value)
    is_fixed = isinstance(node, s.Entry | s.Diagonal)
    return s.replace(node, **changed) if changed and not is_fixed else node


def _rewritten_sum(terms: tuple[Sketch, ...], rng: random.Random) -> Sketch:
    if rng.random() < 0.3:
        flipped = [one.operand if isinstance(one, s.Negative) else s.Negative(one) for one in terms]
        flipped.sort(key=lambda one: isinstance(one, s.Negative))
        return s.Negative(s.Add(tuple(flipped)))
    shuffled = list(terms)
    rng.shuffle(shuffled)
    if rng.random() < 0.7:
        shuffled.sort(key=lambda one: isinstance(one, s.Negative))
    return s.Add(tuple(shuffled))


def _rewritten_product(factors: tuple[Sketch, ...], rng: random.Random) -> Sketch:
    kind = rng.choice(["scalar", "distribute", "divide", "transpose"])
    first, rest = factors[0], factors[1:]
    if kind == "scalar" and isinstance(first, s.Quotient) and len(rest) > 1:
        return s.Product((rest[0], first, *rest[1:]))
    if kind == "divide" and isinstance(first, s.Quotient) and len(rest) > 1:
        over = rest if first.over == s.Number(1) else (first.over, *rest)
        return s.Quotient(s.Product(over), first.under)
    for at, factor in enumerate(factors):
        if kind == "distribute" and isinstance(factor, s.Add):
            return s.Add(
                tuple(_around(factors[:at], term, factors[at + 1 :]) for term in factor.terms)
            )
    last = factors[-1]
    is_pair = (
        len(factors) >= 2 and isinstance(factors[-2], s.Transpose) and isinstance(last, s.Name)
    )
    if kind == "transpose" and is_pair and last.key in {"w", "y", "r"}:
        pair = s.Transpose(s.Product((s.Transpose(last), factors[-2].base)))
        return s.Product((*factors[:-2], pair)) if factors[:-2] else pair
    return s.Product(factors)


def _around(left: tuple[Sketch, ...], term: Sketch, right: tuple[Sketch, ...]) -> Sketch:
    if isinstance(term, s.Negative):
        return s.Negative(_around(left, term.operand, right))
    if isinstance(term, s.Number) and term.value == 1:
        rest = (*left, *right)
        return rest[0] if len(rest) == 1 else s.Product(rest)
    return s.Product((*left, *s.factors_of(term), *right))
