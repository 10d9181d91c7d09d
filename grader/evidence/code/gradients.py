"""For each of the five gradients: right and computed, wrong, copied, hard-coded, or not found.

What a value is meant to be comes from how the code uses it: strongest is what it is held against
(the student compares it with autograd's ∂L/∂W₁, so it is meant to be ∂L/∂W₁), then what it is
called. Whether it is right comes from its numbers alone, in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from grader.evidence.code.candidates import NEAR, Candidate, close
from grader.evidence.code.investigation import Investigation
from grader.evidence.code.labels import says_analytic
from grader.evidence.code.layouts import base, component
from grader.evidence.code.truth import Formula
from grader.model import Finding, SourceLine
from grader.observation import Recorded
from reference.problem4 import MISCONCEPTIONS, WRONG_FACTOR

COINCIDING = frozenset({"b1", "b2"})
"""∂L/∂b₂ is the error itself and ∂L/∂b₁ the hidden layer's error, which every derivation computes
on the way; so an unnamed value equal to them is no sign that they were given as answers."""

OPERAND_KINDS = frozenset({"difference", "equality", "quotient", "ratio"})
"""Values that are only used there: their text is an expression and no name."""

SHOWN_KINDS = frozenset({"print", "return", "argument"})

HARD_CODED_TOLERANCE = 2e-2
"""Numbers pasted from an earlier run are rounded."""

QUOTIENT_SLACK = 1e4
"""Difference quotients are right to a few digits only, times the tolerance."""


@dataclass(frozen=True)
class Claims:
    """What an investigation says about the values that are meant to be one gradient."""

    investigation: Investigation
    gradient: str
    paired: tuple[Candidate, ...]
    named: tuple[Candidate, ...]
    copies: tuple[Candidate, ...]
    pieces: tuple[tuple[Candidate, Candidate], ...]
    held: bool

    @property
    def meant(self) -> tuple[Candidate, ...]:
        """Values not from autograd that are meant to be this gradient."""
        return self.paired or self.named

    @cached_property
    def unnamed_right(self) -> tuple[Candidate, ...]:
        """Right values that nobody calls anything in particular, but that are given as answers."""
        right = tuple(
            c
            for c in self.investigation.runs.candidates
            if self.investigation.truth.is_right(c, self.gradient) and self._is_formula(c)
        )
        if base(self.gradient) in COINCIDING:
            return tuple(c for c in right if self._is_shown(c))
        return right

    def finding(self) -> Finding:
        """What is known about this gradient."""
        return self._finding

    @cached_property
    def _finding(self) -> Finding:
        for decide in (
            self._right,
            self._wrong_by_claim,
            self._copied,
            self._right_unnamed,
            self._in_pieces,
        ):
            finding = decide()
            if finding is not None:
                return finding
        return self._omitted()

    def _right(self) -> Finding | None:
        right = [c for c in (*self.paired, *self.named) if self._right_formula(c)]
        if not right:
            return self._not_a_formula()
        return self._confirmed(right[-1])

    def _confirmed(self, candidate: Candidate) -> Finding:
        """A right value: right on other numbers too, and for the homework's model?"""
        if not self.investigation.runs.tested:
            return self._made(None, "right-but-not-varied", candidate)
        if self.investigation.origins.has_prediction_derivative(self.gradient):
            return self._made(None, "differentiated-by-a-call", candidate)
        if self.investigation.truth.is_reference(candidate, self.gradient):
            return self._made(True, "right-and-computed", candidate)
        return self._made(True, "right-for-own-model", candidate)

    def _right_formula(self, candidate: Candidate) -> bool:
        return self.investigation.truth.is_right(candidate, self.gradient) and self._is_formula(
            candidate
        )

    def _is_formula(self, candidate: Candidate) -> bool:
        inquiry = self.investigation
        return not (
            inquiry.origins.is_rounded(candidate)
            or inquiry.origins.from_engine(candidate)
            or inquiry.origins.is_quotient(candidate)
            or inquiry.origins.is_tainted(candidate)
        )

    def _not_a_formula(self) -> Finding | None:
        """Right numbers, but by finite differences or a differentiating call."""
        inquiry = self.investigation
        claimed = [c for c in inquiry.runs.candidates if says_analytic(c.record.label)]
        for candidate in reversed((*claimed, *self.paired, *self.named)):
            slack = QUOTIENT_SLACK if inquiry.origins.is_quotient(candidate) else NEAR
            if inquiry.truth.is_right(candidate, self.gradient, slack) and not self.unnamed_right:
                if inquiry.origins.is_quotient(candidate):
                    return self._made(False, "finite-differences", candidate)
                if inquiry.origins.is_tainted(candidate):
                    certain = inquiry.origins.is_differentiated(candidate)
                    holds = False if certain and inquiry.runs.tested else None
                    return self._made(holds, "differentiated-by-a-call", candidate)
        return None

    def _wrong_by_claim(self) -> Finding | None:
        """Values that are meant to be this gradient, none of which is right."""
        inquiry = self.investigation
        wrong = [
            c
            for c in self.meant
            if not inquiry.origins.is_quotient(c)
            and not (
                inquiry.origins.is_rounded(c) and inquiry.truth.is_right(c, self.gradient, NEAR)
            )
        ]
        if not wrong or not self.investigation.runs.understood:
            return None
        if self.unnamed_right and not self.named:
            return self._made(None, "contradicting-values", wrong[-1])
        for candidate in reversed(wrong):
            if self._hard_coded(candidate):
                return self._made(False, "hard-coded-gradients", candidate)
            if mistake := self._mistake(candidate):
                if mistake == WRONG_FACTOR and self._is_right_somewhere() and not self.named:
                    return self._made(None, "contradicting-values", candidate)
                return self._made(False, "misconception", candidate, mistake)
        return self._unexplained(wrong[-1])

    def _is_right_somewhere(self) -> bool:
        """Whether the code computes the right value too: then a multiple of it may be a slip."""
        return any(self._right_formula(c) for c in self.investigation.runs.candidates)

    def _unexplained(self, candidate: Candidate) -> Finding:
        """A wrong value that no known mistake gives."""
        if not self.investigation.runs.tested:
            return self._made(None, "differs-but-not-varied", candidate)
        if self.investigation.truth.is_right(candidate, self.gradient, slack=NEAR):
            return self._made(None, "nearly-right", candidate)
        if self.investigation.truth.is_right_unscaled(candidate, self.gradient):
            return self._made(False, "mixed-with-autograd", candidate)
        return self._made(False, "wrong-values", candidate)

    def _omitted(self) -> Finding:
        """Nothing is meant to be this gradient: left out, or hidden from us?

        Left out, when the program ran to its end, nothing was held against autograd's value, and
        its components are nowhere among the numbers that the program computed.
        """
        inquiry = self.investigation
        complete = inquiry.runs.tested and inquiry.runs.complete
        if complete and not self.held and not inquiry.truth.has_components(self.gradient):
            return self._made(False, "not-computed")
        if inquiry.trials.submitted.ending != "returned":
            return self._made(None, "stopped-before-gradient")
        return self._made(None, "gradient-not-found")

    def _hard_coded(self, candidate: Candidate) -> bool:
        if not (candidate.constant and self.investigation.runs.tested):
            return False
        return any(
            close(candidate.array(0), component(network.right, self.gradient), HARD_CODED_TOLERANCE)
            or close(
                candidate.array(0), component(network.own, self.gradient), HARD_CODED_TOLERANCE
            )
            for network in self.investigation.runs.views[0].values()
        )

    def _mistake(self, candidate: Candidate) -> str | None:
        """The misconception that reproduces its numbers in every run."""
        for misconception in MISCONCEPTIONS:
            formula = cast("Formula", misconception.expected)  # five arrays, in problem 4
            if self.investigation.truth.equals_mistake(candidate, formula, self.gradient):
                return misconception.id
        return None

    def _copied(self) -> Finding | None:
        if not self.copies or self.unnamed_right:
            return None
        candidate = self.copies[-1]
        origins = self.investigation.origins
        if has_arithmetic(self.investigation, candidate) and origins.is_multiple_of_autograd(
            candidate, self.gradient
        ):
            return self._made(False, "multiple-of-autograd", candidate)
        if has_arithmetic(self.investigation, candidate):
            return self._made(None, "built-on-autograd", candidate)
        return self._made(False, "copied-from-autograd", candidate)

    def _right_unnamed(self) -> Finding | None:
        if not self.unnamed_right:
            return None
        return self._confirmed(self.unnamed_right[-1])

    def _in_pieces(self) -> Finding | None:
        """Every component computed by itself, held against autograd's, and right."""
        size = self.investigation.runs.size_of(self.gradient)
        right = {
            position: own
            for position in range(size)
            for auto, own in self.pieces
            if self.investigation.truth.is_component(own, self.gradient, position)
            and self.investigation.origins.is_component(auto, self.gradient, position)
            and self._is_formula(own)
        }
        if not size or len(right) < size:
            return None
        return self._made(
            True if self.investigation.runs.tested else None,
            "right-and-computed" if self.investigation.runs.tested else "right-but-not-varied",
            right[0],
        )

    def _is_shown(self, candidate: Candidate) -> bool:
        """Whether it is handed out as an answer, not just used on the way."""
        return candidate.record.kind in SHOWN_KINDS or says_analytic(candidate.record.label)

    def _made(
        self,
        holds: bool | None,
        note: str,
        candidate: Candidate | None = None,
        misconception: str | None = None,
    ) -> Finding:
        details = {} if candidate is None else self._details(candidate)
        return Finding(holds, note, base(self.gradient), misconception, details)

    def _origin(self, candidate: Candidate) -> Candidate:
        """The assignment that made these numbers: the most telling place to point at."""
        same = [
            c for c in self.investigation.runs.candidates if c.fingerprint == candidate.fingerprint
        ]
        made = [c for c in same if c.record.kind == "assign" and c.record.line > 0]
        claimed = [c for c in made if says_analytic(c.record.label)]
        named = [c for c in made if self.investigation.runs.vocabulary.role(c.record.label)]
        return (claimed or named or made or [candidate])[0]

    def _details(self, candidate: Candidate) -> dict[str, str]:
        """The student's own numbers, where they first were, and autograd's for the same pass."""
        candidate = self._origin(candidate)
        details = {
            "name": candidate.record.label,
            "where": where(self.investigation, candidate.record),
            "found": shown(candidate.record.value.values),
        }
        for network in self.investigation.runs.views[0].values():
            if base(self.gradient) in network.autograd:
                given = component(network.autograd, self.gradient)
                details["autograd"] = shown(given.tolist())
                break
        return details


def has_arithmetic(investigation: Investigation, candidate: Candidate) -> bool:
    """Whether the line that computes it does more than copy (for example ``z1.grad * x``)."""
    runs = investigation.runs
    return any(
        runs.texts.has_arithmetic(c.record)
        for c in runs.candidates
        if c.fingerprint == candidate.fingerprint and c.record.kind == "assign"
    )


def claims(investigation: Investigation) -> dict[str, Claims]:
    """Sort the candidates by the gradient that they are meant to be."""
    paired: dict[str, list[Candidate]] = {gradient: [] for gradient in investigation.runs.gradients}
    copies: dict[str, list[Candidate]] = {gradient: [] for gradient in investigation.runs.gradients}
    pieces: dict[str, list[tuple[Candidate, Candidate]]] = {g: [] for g in paired}
    held: set[str] = set()
    for auto, other, gradient in investigation.comparisons.held():
        if gradient not in paired or other.size not in (auto.size, auto.size**2):
            continue
        computed = not investigation.origins.from_engine(other)
        held |= {gradient} if computed else set()
        if not _is_whole(investigation, auto, gradient):
            pieces[gradient] += [(auto, other)] if computed else []
            continue
        if computed:
            paired[gradient].append(other)
        elif says_analytic(other.record.label):
            copies[gradient].append(other)
    for auto, other, gradient in investigation.comparisons.with_autograd(
        investigation.comparisons.shown_together
    ):
        known = gradient in paired and gradient not in held
        if known and _is_whole(investigation, auto, gradient) and auto.size == other.size:
            paired[gradient] += [] if investigation.origins.from_engine(other) else [other]
    named = _named(investigation, copies)
    return {
        gradient: Claims(
            investigation,
            gradient,
            _unique(paired[gradient]),
            _unique(named[gradient]),
            _unique(copies[gradient]),
            tuple(pieces[gradient]),
            gradient in held,
        )
        for gradient in investigation.runs.gradients
    }


def _is_whole(investigation: Investigation, auto: Candidate, gradient: str) -> bool:
    """Whether it is the whole gradient and not one component of it."""
    return any(
        component(n.right, gradient).size == auto.size for n in investigation.runs.views[0].values()
    )


def _named(
    investigation: Investigation,
    copies: dict[str, list[Candidate]],
) -> dict[str, list[Candidate]]:
    """Candidates by what they are called.

    Those from autograd that are called analytic, or that the code multiplied together, are copies.
    """
    named: dict[str, list[Candidate]] = {gradient: [] for gradient in investigation.runs.gradients}
    for candidate in investigation.runs.candidates:
        label = candidate.record.label
        gradient = investigation.runs.vocabulary.role(label)
        if gradient not in named or candidate.record.kind in OPERAND_KINDS:
            continue
        if investigation.comparisons.is_leaf_value(candidate):  # ``my_weights["W1"]``
            continue
        if investigation.origins.from_engine(candidate):
            if says_analytic(label) or has_arithmetic(investigation, candidate):
                copies[gradient].append(candidate)
        elif candidate.record.kind != "print" and _right_size(investigation, candidate, gradient):
            named[gradient].append(candidate)
    return named


def _right_size(investigation: Investigation, candidate: Candidate, gradient: str) -> bool:
    """A gradient's own size, or that of a shape mistake: h × h, or a sum over all units."""
    sizes = {
        component(network.right, gradient).size for network in investigation.runs.views[0].values()
    }
    return any(candidate.size in (size, size * size, 1) for size in sizes)


def _unique(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple({id(candidate): candidate for candidate in candidates}.values())


def shown(values: Sequence[float | None]) -> str:
    """Numbers for a sentence: at most four, in five digits."""
    texts = ["nan" if v is None else f"{v + 0.0:.5g}" for v in list(values)[:4]]  # no -0
    more = ", …" if len(values) > 4 else ""
    return texts[0] if len(values) == 1 else f"[{', '.join(texts)}{more}]"


def where(investigation: Investigation, record: Recorded) -> str:
    """For people: ``line 12``, ``hw2.ipynb, cell 3, line 2`` or ``formulas.py, line 12``."""
    sibling = investigation.runs.texts.sibling(record)
    if sibling is not None:
        return f"{sibling}, line {record.line}"
    return place_of_line(investigation.program.sources, record.line)


def place_of_line(sources: Sequence[SourceLine], line: int) -> str:
    """Where a line of a program's text comes from."""
    best: SourceLine | None = None
    for source in sources:
        if source.start <= line:
            best = source
    if best is None or line <= 0:
        return f"line {line}" if line > 0 else "at the end of the program"
    within = line - best.start
    file, found, first = best.place.rpartition(", line ")
    if found and first.isdigit():  # a code block of a writeup: its lines go on
        return f"{file}, line {int(first) + within}"
    return f"{best.place}, line {within + 1}"
