"""The outline of the homework: its problems, its parts, where the program belongs.

Everything in this room that depends on which homework is read stands here and in `statement.txt`.
"""

from __future__ import annotations

from grader.model import Part

TITLES = {
    1: "Finer Regularization",
    2: "Convergence of Gradient Descent for Linear Regression",
    3: "Convexity Analysis",
    4: "Backpropagation",
}
"""What the problems are called; some students head their answers with nothing else."""

KEYWORDS = {1: "regularization", 2: "convergence", 3: "convexity", 4: "backpropagation"}
"""The word of each title that no other title has."""

TOPICS = {
    1: r"regulari[sz]",
    2: r"gradient descent|\bgd\b|convergence|linear regression",
    3: r"convex",
    4: r"back-?\s?prop|network|neural|skip connection|resnet",
}
"""What a heading in a student's own words says about its problem: patterns."""

LETTERS = {1: "abc", 2: "abcde", 3: "abcd", 4: "abcd"}
"""The parts of each problem."""

PARTS = tuple(Part(f"{problem}{letter}") for problem in LETTERS for letter in LETTERS[problem])
"""All parts, in the order of the homework: 1a … 4d."""

CODE_PART = Part("4d")
"""The part that asks for a program."""
