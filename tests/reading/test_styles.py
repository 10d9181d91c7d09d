"""The homework's own solution under many combinations of headings: nothing moves or is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from grader.model import Submission, SubmittedFile
from grader.reading import read

BODIES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "solution_bodies.yaml").read_text())
TITLES = {
    1: "Finer Regularization",
    2: "Convergence of Gradient Descent",
    3: "Convexity",
    4: "Backpropagation",
}
WORDS = {1: "One", 2: "Two", 3: "Three", 4: "Four"}
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}

MARKDOWN_PROBLEMS = [
    "# Problem {n}",
    "## {n}",
    "## {n}. {title}",
    "**Problem {n}: {title}**",
    "# Question {n} (20 points)",
    "Problem {n}\n=========",
    "## Problem {word}",
    "### Q{n}",
    "# P{n} - {title}",
    "## Problem {roman}.",
    "<h2>Problem {n}</h2>",
    "#### Solution to Problem {n}",
    "# {title}",
    "***Problem {n}***",
    "PROBLEM {n}:",
]
MARKDOWN_PARTS = [
    "### ({a})\n{body}",
    "**({a})** {body}",
    "({a}) {body}",
    "{a}) {body}",
    "### Part {a}\n\n{body}",
    "**Part ({a}):**\n\n{body}",
    "#### {n}{a}\n{body}",
    "### {n}({a})\n{body}",
    "**{n}.{a}** {body}",
    "- ({a}) {body}",
    "__{a}.__ {body}",
    "### Problem {n}{a}\n{body}",
    "### ({A})\n{body}",
    "**({a}) Answer.** {body}",
    "Part ({a})\n\n{body}",
    "*({a})*\n\n{body}",
    "## {a}\n{body}",
]
LATEX_PROBLEMS = [
    r"\section*{{Problem {n}}}",
    r"\section{{Problem {n}: {title}}}",
    r"\section*{{{n}. {title}}}",
    r"\textbf{{Problem {n}}}" "\n",
    r"{{\Large\bf Problem {n}}}" r"\\",
    r"\subsection*{{Question {n} \hfill 20 points}}",
    r"\noindent\textbf{{\underline{{Problem {n}.}}}}" "\n",
    r"\paragraph{{Problem {n}.}}",
    r"\chapter*{{Problem {roman}}}",
    r"\section{{{title}}}",
    r"\begin{{center}}\large Problem {n}\end{{center}}" "\n",
    r"\newpage Problem {n}:" "\n",
]
LATEX_PARTS = [
    "\\subsection*{{({a})}}\n{body}",
    "\\textbf{{({a})}} {body}",
    "({a}) {body}",
    "\\noindent {a}) {body}",
    "\\subsubsection*{{Part {a}}}\n{body}",
    "\\paragraph{{({a}) Solution.}} {body}",
    "\\item[({a})] {body}",
    "\\item[\\textbf{{{a}.}}] {body}",
    "\\item {body}",
    "\\underline{{{n}({a})}}: {body}",
    "\\subsection*{{{n}.{a}}}\n{body}",
    "{{\\bf Part {A}.}} {body}",
    "\\medskip\\noindent\\textit{{({a})}}\\quad {body}",
    "\\textbf{{Part ({a})}}\\\\ {body}",
]


def latex(body: str) -> str:
    body = re.sub(r"\*\*(.+?)\*\*", r"\\textbf{\1}", body)
    body = re.sub(
        r"```(?:python)?\n(.*?)```", r"\\begin{lstlisting}\n\1\\end{lstlisting}", body, flags=re.S
    )
    lines = [re.sub(r"^- ", r"\\item ", line) for line in body.split("\n")]
    first = next((i for i, line in enumerate(lines) if line.startswith("\\item")), None)
    if first is not None:
        lines.insert(first, "\\begin{itemize}")
        lines.append("\\end{itemize}")
    return "\n".join(lines)


def writeup(problem_style: str, part_style: str, bodies: dict[str, str]) -> str:
    pieces = []
    for n, title in TITLES.items():
        pieces.append(problem_style.format(n=n, title=title, word=WORDS[n], roman=ROMAN[n]))
        if "\\item" in part_style:
            pieces.append(
                "\\begin{enumerate}" + ("[label=(\\alph*)]" if "\\item {" in part_style else "")
            )
        for part, body in bodies.items():
            if part.startswith(str(n)):
                names = {"n": n, "a": part[1], "A": part[1].upper()}
                pieces.append(part_style.format(body=body, **names))
        if "\\item" in part_style:
            pieces.append("\\end{enumerate}")
    return "\n\n".join(pieces)


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+|\b(?:item|textbf|begin|end|itemize|enumerate)\b", "", text)


def misplaced(name: str, text: str, bodies: dict[str, str]) -> list[str]:
    answers = read(Submission(name="x", files=(SubmittedFile(path=name, content=text.encode()),)))
    wrong = []
    for part, body in bodies.items():
        answer = answers.written.get(part)
        found = squeezed("".join(p.text for p in answer.passages)) if answer else ""
        expected = squeezed(body)
        ends_found = expected[:25] in found and expected[-25:] in found
        if not ends_found or len(found) > len(expected) + 20:
            wrong.append(part)
    return wrong


EVERY = 4
"""Every fourth combination is tried, another quarter for each heading; all take a minute."""


@pytest.mark.parametrize(("number", "problem"), list(enumerate(MARKDOWN_PROBLEMS)))
def test_markdown(number, problem):
    wrong = {
        part: found
        for part in MARKDOWN_PARTS[number % EVERY :: EVERY]
        if (found := misplaced("hw2.md", writeup(problem, part, BODIES), BODIES))
    }
    assert wrong == {}


@pytest.mark.parametrize(("number", "problem"), list(enumerate(LATEX_PROBLEMS)))
def test_latex(number, problem):
    bodies = {part: latex(body) for part, body in BODIES.items()}
    wrong = {
        part: found
        for part in LATEX_PARTS[number % EVERY :: EVERY]
        if (found := misplaced("hw2.tex", writeup(problem, part, bodies), bodies))
    }
    assert wrong == {}
