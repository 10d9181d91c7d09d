"""A rubric with the homework's items and plain words, so that tests do not depend on the real one.

The words and points in `rubrics/` are the TA's to change; no test should break over that.
"""

from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.rubric import load_rubric

POINTS = {
    "1a.loss": 5,
    "1b.solution": 4, "1b.lambda": 1,
    "1c.penalty": 3, "1c.closed_form": 2,
    "2a.gradient": 2, "2a.update": 2,
    "2b.affine": 1, "2b.limit": 1, "2b.least_squares": 1, "2b.assumption": 1,
    "2c.unrolled": 2, "2c.limit": 2,
    "2d.step_size": 2, "2d.decay": 2,
    "2e.expectation": 3, "2e.comparison": 1,
    "3a.proof": 4, "3b.proof": 4, "3c.proof": 4,
    "3d.counterexample": 2, "3d.descent": 2,
    "4a.hidden": 2, "4a.output": 2, "4a.loss": 1,
    "4b.db2": 1, "4b.dW2": 1, "4b.dW1": 1, "4b.db1": 1, "4b.dx": 1,
    "4c.decomposition": 1, "4c.highway": 1, "4c.parameters": 1, "4c.flow": 1, "4c.depth": 1,
    "4d.model": 1, "4d.autograd": 1, "4d.analytic": 2, "4d.comparison": 1,
}  # fmt: skip

ASSIGNMENT = """# A comment.
title: "Homework"
points: 71
problems: [problem1.yaml, problem2.yaml, problem3.yaml, problem4.yaml]

extra_credit:
  title: "Typewritten work"
  percent: 10
  of: earned
  "yes": "Typewritten work earns {percent} %. {because}"
  "no": "No extra credit: {because}"
  unsure: "A TA will check: {because}"

undecided:
  points: certain
  sentence: "A TA will look at this."

visibility: visible
"""

ASPECTS = "        aspects: {W1: 1, b1: 1, W2: 1, b2: 1, x: 1}\n"

ITEM = """      - item: {item}
        title: "About {item}"
        points: {points}
"""

NOTES = """
notes:
  plain: "A sentence."
  quoting: "{aspects}: {name} ({where}) is {found}."
  in-pieces: "{aspects}: | always. | Found {found}."
  taught: "{teaching}"
  last: "The last one."
"""

MORE_OF_FOUR = """
aspect_names:
  W1: "∂L/∂W1"
  b1: "∂L/∂b1"
  W2: "∂L/∂W2"
  b2: "∂L/∂b2"
  x: "∂L/∂x"

tolerances:
  float64: 1e-8
  float32: 2e-4
"""

FEEDBACK = """        feedback:
          correct: "All five are right."
          missing: "No code was found."
"""


def item(name):
    """The rows of one item."""
    rows = ITEM.format(item=name, points=POINTS[name])
    return rows + ASPECTS + FEEDBACK if name == "4d.analytic" else rows


def problem(number):
    """The text of one problem's file."""
    items = [name for name in POINTS if name.startswith(number)]
    rows = [f'problem: "{number}"\ntitle: "Problem {number}"\npoints: {total(items)}\nparts:\n']
    for part, group in groupby(items, key=lambda name: name.partition(".")[0]):
        names = list(group)
        rows.append(f"  - part: {part}\n    points: {total(names)}\n    items:\n")
        rows += [item(name) for name in names]
    return "".join(rows) + NOTES + (MORE_OF_FOUR if number == "4" else "")


def total(items):
    return sum(POINTS[name] for name in items)


def write(folder):
    """Lay the rubric out in `folder`."""
    (folder / "homework2.yaml").write_text(ASSIGNMENT, encoding="utf-8")
    for number in "1234":
        (folder / f"problem{number}.yaml").write_text(problem(number), encoding="utf-8")


def loaded():
    """The rubric as the grader reads it."""
    with TemporaryDirectory() as folder:
        write(Path(folder))
        return load_rubric(Path(folder))
