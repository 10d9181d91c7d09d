"""Classes that nobody handed in: records for the report, made of a seed."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from decimal import Decimal

from grader.model import (
    Answers,
    ExtraCredit,
    Notice,
    Scorecard,
    Typewritten,
    Verdict,
)
from grader.reading.export import HandIn
from grader.reading.metadata import Submitter
from grader.store.records import Facts, Record

NOW = datetime(2025, 11, 3, 18, 30, tzinfo=timezone.utc)
EMPTY = Answers({}, (), Typewritten("yes", "it is LaTeX"))
WORDS = ("correct", "incorrect", "missing", "review", "partial")


def record(number, verdicts, *, name=None, answers=EMPTY, **more):
    """One submission with these verdicts; `more` goes into the record."""
    bonus = sum((v.points for v in verdicts), Decimal(0)) / 10
    card = Scorecard(
        tuple(verdicts),
        ExtraCredit("Typewritten work", "correct", bonus.quantize(Decimal("0.01")), "Typewritten."),
        more.pop("notices", ()),
    )
    name = name or f"submission_{number:05}"
    students = more.pop("students", (f"{name}@example.edu",))
    submitters = tuple(Submitter(f"Student {one}", one, "") for one in students)
    digests = more.pop("digests", {v.item: f"{number}{v.item}" for v in verdicts})
    facts = Facts((), answers.typewritten, (), digests)
    return Record(
        number=number,
        hand_in_number=number,
        hand_in=HandIn(name, students, submitters=more.pop("submitters", submitters)),
        students=students,
        load_card=lambda: card,
        rubric=more.pop("rubric", "r"),
        run=1,
        grading=number,
        observed_with="o",
        measured_with="m",
        seconds=more.pop("seconds", 1.5),
        sandbox=None,
        load_facts=lambda: facts,
        load_answers=lambda: answers,
    )


def verdict(item, name, points, possible, notes=(), **more):
    """One verdict; what is verified of a review is its points."""
    points = Decimal(str(points))
    more = {"feedback": "", "certain": points, "notes": notes, **more}
    return Verdict(item, f"Title of {item}", name, points, Decimal(str(possible)), **more)


def synthetic(rubric, size, seed=1):
    """A class of `size` students with plausible marks for this rubric."""
    rng = random.Random(seed)
    return [_student(rubric, number, rng) for number in range(1, size + 1)]


def _student(rubric, number, rng):
    ability = min(0.97, max(0.1, rng.gauss(0.72, 0.18)))
    verdicts = []
    for item in rubric.items:
        hard = 0.25 if item.item in ("3c.proof", "2d.decay", "4c.highway") else 0.0
        chance = max(0.02, ability - hard)
        weights = (chance, (1 - chance) * 0.35, (1 - chance) * 0.2, (1 - chance) * 0.4, 0.02)
        name = rng.choices(WORDS, weights)[0]
        points = {"correct": item.points, "partial": item.points / 2}.get(name, Decimal(0))
        wrong = ("missing-skip-term", "missing-one-over-n", "sum-to-t", "lambda-below-one")
        notes = (rng.choice(wrong),) if name == "incorrect" else ()
        feedback = "" if name == "correct" else f"A TA looks at `\\frac{{1}}{{n}}` in {item.item}."
        verdicts.append(
            Verdict(
                item.item, item.title, name, points, item.points, feedback, notes, certain=points
            )
        )
    digests = {v.item: str(rng.randrange(300)) for v in verdicts}
    return record(number, verdicts, digests=digests, seconds=rng.lognormvariate(0.5, 0.6))


FAULT_NOTICE = Notice("grader-fault", "The grader failed.", blocks=True)
