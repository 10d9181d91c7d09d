"""Exercises as small writeups, in LaTeX and in Markdown, and how the grader judges them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks import sketches as s
from benchmarks.exercises import Exercise, Form, Statement
from benchmarks.spelling import Style, spelled, variety
from grader.evidence import mathematics
from grader.model import ItemId, Submission, SubmittedFile
from grader.reading import read


@dataclass(frozen=True)
class Writeup:
    """A file with an answer to one item."""

    name: str
    text: str


@dataclass(frozen=True)
class Judged:
    """What the grader made of it: correct, incorrect, partial or review."""

    verdict: str
    note: str
    misconception: str | None


def judged(item: str, writeup: Writeup) -> Judged:
    """Read a writeup and judge one item, as the pipeline does."""
    file = SubmittedFile(writeup.name, writeup.text.encode())
    answers = read(Submission("honesty", (file,)))
    if item[:2] not in answers.written:
        return Judged("missing", "part-not-found", None)
    found = mathematics.judge(answers)(ItemId(item), answers)
    if found is None:
        return Judged("review", "not-decided-yet", None)
    if not found.answered:
        return Judged("missing", "not-answered", None)
    holds = {finding.holds for finding in found.findings}
    verdict = "review" if None in holds else "correct" if holds == {True} else "incorrect"
    first = found.findings[0]
    return Judged(verdict, first.note, first.misconception)


# ---------------------------------------------------------------- left sides


def _left(key: str, style: Style, rng: random.Random) -> str:
    """What a person writes before the equals sign."""
    w, wt, X = style.names["w"], style.names["wt"], style.names
    if style.plain:
        return _PLAIN_LEFT.get(key, style.names.get(key, key))
    gradient = rng.choice([r"\frac{\partial L}{\partial %s}", r"\partial L/\partial %s", r"\nabla_{%s} L",
                           r"\dfrac{dL}{d %s}", r"\frac{\partial \mathcal{L}}{\partial %s}"])  # fmt: skip
    following = wt.replace("_{t}", "_{t+1}").replace("(t)", "(t+1)").replace("_t", "_{t+1}")
    choices = {
        "L": [f"L({w})", "L", f"J({w})", rf"\mathcal{{L}}({w})", rf"L_{{\lambda}}({w})"],
        "w*": [f"{w}^*", f"{w}^{{*}}", rf"\hat{{{w}}}", rf"{w}^\star"],
        "R": [f"R({w})", f"R({w})", rf"\Omega({w})"],
        "grad": [rf"\nabla L({w})", rf"\nabla_{{{w}}} L({w})", rf"\frac{{\partial L}}{{\partial {w}}}", r"\nabla L"],
        "next": [following],
        "limit": [rf"{w}_\infty", rf"{w}_{{\infty}}", rf"\lim_{{t \to \infty}} {wt}", f"{w}^*"],
        "iterate": [wt],
        "mean": [rf"\mathbb{{E}}[{wt}]", f"E[{wt}]", rf"\mathbb E[{wt}]", rf"\mathbb{{E}}\left[{wt}\right]"],
        "loss": ["L", r"\mathcal{L}", rf"L({X['yhat']}, y)", r"\ell", "L"],
        "dW1": [gradient % X["W1"]], "dW2": [gradient % X["W2"]], "db1": [gradient % X["b1"]],
        "db2": [gradient % X["b2"]], "dx": [gradient % "x"],
    }  # fmt: skip
    return rng.choice(choices.get(key, [style.names.get(key, key)]))


_PLAIN_LEFT = {"L": "L(w)", "w*": "w*", "R": "R(w)", "grad": "∇L(w)", "next": "w_{t+1}", "limit": "w_∞",
               "iterate": "w_t", "mean": "E[w_t]", "loss": "L", "dW1": "∂L/∂W₁", "dW2": "∂L/∂W₂",
               "db1": "∂L/∂b₁", "db2": "∂L/∂b₂", "dx": "∂L/∂x"}  # fmt: skip


# ---------------------------------------------------------------- statements and documents


class Writer:
    """One person writing one answer."""

    def __init__(self, rng: random.Random, exercise: Exercise, form: Form) -> None:
        bodies = [one.body for group in exercise.before.values() for one in group]
        self._rng = rng
        self._exercise = exercise
        self._style = variety(rng, [*bodies, *(one.body for one in form)])
        self._latex = not self._style.plain and rng.random() < 0.5

    def writeup(self, form: Form, steps: Sequence[s.Sketch] = ()) -> Writeup:
        """The answer below its headings.

        Args:
            form: the statements.
            steps: equal to the last statement's body, written before it in a chain.
        """
        item = self._exercise.item
        blocks = []
        for part, statements in self._exercise.before.items():
            if part != item[:2]:
                blocks.append((part, "\n".join(self._shown(one) for one in statements)))
        own = [self._shown(one) for one in self._exercise.before.get(item[:2], ())]
        blocks.append((item[:2], "\n".join([*own, self._answer(form, steps)])))
        return self._document(blocks)

    def _answer(self, form: Form, steps: Sequence[s.Sketch]) -> str:
        intro = self._rng.choice(self._exercise.intro)
        if self._style.plain:  # formulas inside of sentences are LaTeX
            intro = "" if "$" in intro else intro
        if self._exercise.item == "2d.step_size":
            return "\n".join([*map(self._shown, form[:-1]), intro, self._range(form[-1].body)])
        if self._exercise.item == "1b.lambda":
            return f"{intro} {self._condition(form[-1].body)}."
        if self._exercise.item == "4c.decomposition":
            return f"{intro}\n{self._paths(form)}"
        *definitions, last = form
        kind = self._rng.choice(["before", "let", "where"])
        if definitions and last.key not in {"A", "b"} and kind == "where":
            shown = self._shown(last, steps, boxed=self._rng.random() < 0.1)
            where = " and ".join(self._inline(one) for one in definitions)
            return f"{intro}\n{shown}\nwhere {where}."
        lead = [
            f"Let {self._inline(one)}." if kind == "let" else self._shown(one)
            for one in definitions
        ]
        boxed = self._rng.random() < 0.1 and last.key not in {"A", "b"}
        return "\n".join([*lead, intro, self._shown(last, steps, boxed=boxed)])

    def _equation(self, statement: Statement, steps: Sequence[s.Sketch] = ()) -> str:
        left = _left(statement.key, self._style, self._rng)
        members = [spelled(one, self._style) for one in (*steps, statement.body)]
        return " = ".join([left, *members])

    def _inline(self, statement: Statement) -> str:
        text = self._equation(statement)
        return f"`{text}`" if self._style.plain else f"${text}$"

    def _shown(
        self, statement: Statement, steps: Sequence[s.Sketch] = (), *, boxed: bool = False
    ) -> str:
        text = self._equation(statement, steps)
        return self._displayed(rf"\boxed{{{text}}}" if boxed and not self._style.plain else text)

    def _displayed(self, text: str) -> str:
        if self._style.plain:
            return f"\n{text}\n"
        kinds = ["$$\n{}\n$$", "${}$"]
        kinds += [r"\[ {} \]", "\\begin{{equation*}}\n{}\n\\end{{equation*}}", "align"] if self._latex else [
            "$$ {} $$", "```math\n{}\n```"]  # fmt: skip
        kind = self._rng.choice(kinds)
        if kind == "align":
            left, *members = text.split(" = ")
            is_safe = members and not text.startswith(r"\boxed")
            rows = " \\\\\n&= ".join(members)
            text = f"{left} &= {rows}" if is_safe else text
            return f"\\begin{{align*}}\n{text}\n\\end{{align*}}"
        return f"\n{kind.format(text)}\n"

    def _condition(self, claim: s.Sketch) -> str:
        """λ > c, c < λ, or λ in an interval, for 1{λ − c > 0}."""
        if not isinstance(claim, s.Gate):
            return f"${spelled(claim, self._style)}$"
        lam, sign = self._style.names["lam"], ">" if claim.above else "<"
        match claim.operand:
            case s.Add((s.Name("lam"), s.Negative(low))):
                bound = spelled(low, self._style)
                kinds = [f"{lam} {sign} {bound}", f"{bound} {'<' if claim.above else '>'} {lam}"]
                interval = f"({bound}, \\infty)" if claim.above else f"(0, {bound})"
                inside = f"{lam} \\in {interval}"
                return f"${self._rng.choice([*kinds, inside])}$"
        return f"${spelled(claim.operand, self._style)} {sign} 0$"

    def _range(self, bound: s.Sketch) -> str:
        eta, text = self._style.names["eta"], spelled(bound, self._style)
        if self._style.plain:
            return f"\n0 < {eta} < {text}\n"
        kinds = [f"0 < {eta} < {text}", rf"{eta} \in (0, {text})", f"{eta} < {text}",
                 rf"{eta} \in \left(0, {text}\right)", f"{text} > {eta} > 0"]  # fmt: skip
        return self._displayed(self._rng.choice(kinds))

    def _paths(self, form: Form) -> str:
        skip, path = (spelled(one.body, self._style) for one in form[-2:])
        if self._style.plain or self._rng.random() < 0.4:
            mark = "`" if self._style.plain else "$"
            return f"The skip path contributes {mark}{skip}{mark} and the hidden path {mark}{path}{mark}."
        left = _left("dx", self._style, self._rng)
        return self._displayed(
            rf"{left} = \underbrace{{{skip}}}_{{\text{{skip}}}} + \underbrace{{{path}}}_{{\text{{hidden}}}}"
        )

    def _document(self, blocks: Iterable[tuple[str, str]]) -> Writeup:
        kind = self._rng.choice(["problem", "merged"])
        text, last = "", ""
        for part, body in blocks:
            if kind == "problem" and part[0] != last:
                text += (
                    f"\\section*{{Problem {part[0]}}}\n"
                    if self._latex
                    else f"# Problem {part[0]}\n\n"
                )
            title = f"({part[1]})" if kind == "problem" else f"Problem {part[0]}({part[1]})"
            text += f"\\subsection*{{{title}}}\n" if self._latex else f"## {title}\n\n"
            text, last = f"{text}{body}\n\n", part[0]
        if not self._latex:
            return Writeup("hw2.md", text)
        return Writeup(
            "hw2.tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{text}\\end{{document}}\n"
        )
