"""How honest is the judge of written formulas? Mutation testing of its verdicts.

Right answers to every formula item, rewritten and spelled in many notations, must be accepted, and
must never be called wrong. Mutants of them, one mistake each, must never be accepted. Whether a
mutant is wrong is decided by `benchmarks.sketches`, which shares no code with the grader.

    .venv/bin/python -m benchmarks.honesty [--formulas N] [--seed N] [--item ID] [--show]

Exit status 1 if any verdict was wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from benchmarks.changes import mutants, rewritten
from benchmarks.exercises import EXERCISES, Exercise, Form, Statement
from benchmarks.sketches import Sketch
from benchmarks.writeups import Judged, Writer, Writeup, judged

FORMULAS = 4000
"""Of a whole run; at least 3,000 were promised."""

SHARE_OF_MUTANTS = 0.6


@dataclass(frozen=True)
class Trial:
    """One writeup and what became of it."""

    item: str
    is_right: bool
    writeup: Writeup
    judged: Judged

    @property
    def is_wrong_verdict(self) -> bool:
        """A mutant accepted, or a right answer rejected or overlooked."""
        if not self.is_right:
            return self.judged.verdict == "correct"
        return self.judged.verdict == "incorrect" or self.judged.note == "not-answered"


@dataclass
class Tally:
    """Counts of one item."""

    right: Counter[str] = field(default_factory=Counter)
    mutants: Counter[str] = field(default_factory=Counter)
    named: int = 0

    def add(self, trial: Trial) -> None:
        """Count a trial."""
        (self.right if trial.is_right else self.mutants)[trial.judged.verdict] += 1
        self.named += trial.judged.misconception is not None and not trial.is_right


def trials(exercise: Exercise, count: int, seed: int) -> Iterator[Trial]:
    """Right answers and mutants of one item; the same for the same seed."""
    rng = random.Random(f"{seed} {exercise.item}")
    mutated = round(count * SHARE_OF_MUTANTS)
    for _ in range(count - mutated):
        yield _trial(exercise, _rewritten(exercise, rng), rng, is_right=True)
    for form in islice(_mutants(exercise, rng), mutated):
        yield _trial(exercise, _rewritten_mutant(exercise, form, rng), rng, is_right=False)


def _trial(exercise: Exercise, form: Form, rng: random.Random, *, is_right: bool) -> Trial:
    steps: tuple[Sketch, ...] = ()
    if rng.random() < 0.15:
        step = rewritten(form[-1].body, rng)
        steps = (step,) if exercise.holds(_ending_in(form, step)) == is_right else ()
    writeup = Writer(rng, exercise, form).writeup(form, steps)
    return Trial(exercise.item, is_right, writeup, judged(exercise.item, writeup))


def _ending_in(form: Form, body: Sketch) -> Form:
    return (*form[:-1], replace(form[-1], body=body))


def _rewritten(exercise: Exercise, rng: random.Random) -> Form:
    """A right form in other words; checked, for a rewriting may have a mistake of its own."""
    form = rng.choice(exercise.forms)
    changed = tuple(Statement(one.key, rewritten(one.body, rng)) for one in form)
    return changed if exercise.holds(changed) else form


def _rewritten_mutant(exercise: Exercise, form: Form, rng: random.Random) -> Form:
    changed = tuple(Statement(one.key, rewritten(one.body, rng, 0.15)) for one in form)
    return form if exercise.holds(changed) else changed


def _mutants(exercise: Exercise, rng: random.Random) -> Iterator[Form]:
    """Forms with one mistake that changes the value, over and over again."""
    for form in exercise.forms:
        if not exercise.holds(form):
            raise ValueError(f"{exercise.item}: a form that should be right is not: {form}")
    possible = [one for form in exercise.forms for one in _mistaken(form)]
    equivalent: set[int] = set()
    while len(equivalent) < len(possible):
        for at in rng.sample(range(len(possible)), len(possible)):
            if at in equivalent:
                continue
            if exercise.holds(possible[at]):
                equivalent.add(at)
            else:
                yield possible[at]


def _mistaken(form: Form) -> Iterator[Form]:
    for at, statement in enumerate(form):
        for body in mutants(statement.body):
            yield (*form[:at], Statement(statement.key, body), *form[at + 1 :])


# ---------------------------------------------------------------- report


def report(found: dict[str, Tally]) -> str:
    """One line for each item, and the sums."""
    head = (
        "item",
        "formulas",
        "right: yes",
        "review",
        "NO",
        "mutants: no",
        "named",
        "review",
        "YES",
    )
    rows = [head]
    total = Tally()
    for item, tally in found.items():
        rows.append(_row(item, tally))
        total.right += tally.right
        total.mutants += tally.mutants
        total.named += tally.named
    rows.append(_row("all", total))
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.rjust(width) if at else cell.ljust(width)
                  for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )  # fmt: skip


def _row(item: str, tally: Tally) -> tuple[str, ...]:
    right, wrong = tally.right, tally.mutants
    numbers = (
        right.total() + wrong.total(), right["correct"], right["review"] + right["missing"],
        right["incorrect"], wrong["incorrect"], tally.named, wrong["review"] + wrong["missing"],
        wrong["correct"],
    )  # fmt: skip
    return (item, *map(str, numbers))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials and print the report."""
    parser = argparse.ArgumentParser(description="Mutation testing of the judge of formulas.")
    parser.add_argument("--formulas", type=int, default=FORMULAS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--item", help="only this one")
    parser.add_argument(
        "--show", action="store_true", help="print wrong verdicts and reviews of right answers"
    )
    options = parser.parse_args(arguments)
    chosen = [one for one in EXERCISES if options.item in (None, one.item)]
    found, wrong = {}, 0
    for exercise in chosen:
        tally = found[exercise.item] = Tally()
        for trial in trials(exercise, -(-options.formulas // len(chosen)), options.seed):
            tally.add(trial)
            wrong += trial.is_wrong_verdict
            is_review = trial.is_right and trial.judged.verdict != "correct"
            if trial.is_wrong_verdict or (options.show and is_review):
                print(_shown(trial), flush=True)
    print(report(found))
    return 1 if wrong else 0


def _shown(trial: Trial) -> str:
    what = "right" if trial.is_right else "mutant"
    mark = "WRONG VERDICT" if trial.is_wrong_verdict else "avoidable review"
    return (f"--- {mark}: {trial.item}, a {what} answer is {trial.judged.verdict} "
            f"({trial.judged.note})\n{trial.writeup.text}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
