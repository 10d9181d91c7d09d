"""The words of the feedback: sentences from the rubric, with the student's own numbers in them.

What comes from the student is shown as code, with nothing in it that could be markup, a control
character or an imitation of the grader's own lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter

from grader.model import Evidence, Finding, Quote, VerdictName
from grader.rubric.schema import RubricItem

QUOTED_LINES = 12  # of the student's text, shown with a review
QUOTED_CHARACTERS = 160  # of one such line
SHOWN_DETAIL = 300

MODES = {True: "right", False: "wrong", None: "undecided"}


class Wording:
    """Feedback for one item."""

    def __init__(self, rubric: object, item: RubricItem, teaching: Mapping[str, str]) -> None:
        self._item = item
        self._problem = rubric.problem_of(item.item)  # type: ignore[attr-defined]
        self._undecided = rubric.assignment.undecided  # type: ignore[attr-defined]
        self._teaching = {**teaching, **self._problem.misconceptions}

    def feedback(self, verdict: VerdictName, evidence: Evidence) -> str:
        """Markdown for the student."""
        own = getattr(self._item.feedback, "incorrect" if verdict == "partial" else verdict)
        pieces = [own] if own else []
        pieces += self._lines(verdict, evidence.findings)
        if verdict == "review":
            pieces.append(self._undecided.sentence)
        if verdict != "correct":
            pieces += [_quoted(quote) for quote in evidence.quotes]
        return "\n\n".join(piece for piece in pieces if piece)

    def _lines(self, verdict: VerdictName, findings: Sequence[Finding]) -> list[str]:
        """One sentence for each group of findings that say the same."""
        groups: dict[tuple[object, ...], list[Finding]] = {}
        for finding in findings:
            if verdict != "correct" or finding.misconception:
                key = (finding.holds, finding.note, finding.misconception)
                groups.setdefault(key, []).append(finding)
        lines = [self._sentence(group) for group in groups.values()]
        return [f"- {line}" if len(lines) > 1 else line for line in lines if line]

    def _sentence(self, group: Sequence[Finding]) -> str:
        first = group[0]
        template = self._problem.notes.get(first.note, "")
        names = [self._problem.aspect_names.get(f.aspect, f.aspect) for f in group]
        known = {key: shown(value) for key, value in first.details.items()}
        known["aspects"] = _listed(names)
        known["teaching"] = self._teaching.get(first.misconception or "", "")
        return " ".join(filled(template, known).split())


def filled(template: str, details: Mapping[str, str]) -> str:
    """`template` with its braces filled; a sentence whose detail is unknown is left out."""
    sentences = re.split(r"(?<=[.!?:])\s+", template)
    kept = []
    for sentence in sentences:
        wanted = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        if wanted <= {name for name, value in details.items() if value}:
            kept.append(sentence.format_map(details))
    return " ".join(kept)


def shown(text: str, limit: int = SHOWN_DETAIL) -> str:
    """Student text as a Markdown code span."""
    clean = plain(text)[:limit].replace("`", "ʼ").strip()
    return f"`{clean}`" if clean else ""


def plain(text: str) -> str:
    """Text in one line: control, format and surrogate characters become visible or a space."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\t\r\n":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return f"\\u{ord(character):04x}"
    return character


def _quoted(quote: Quote) -> str:
    """The student's own lines as a code block, shortened."""
    lines = quote.text.strip("\n").split("\n")
    kept = [plain(line)[:QUOTED_CHARACTERS].replace("```", "ʼʼʼ") for line in lines[:QUOTED_LINES]]
    more = [f"… ({len(lines) - QUOTED_LINES} more lines)"] if len(lines) > QUOTED_LINES else []
    return "\n".join([f"Your answer ({plain(quote.where)}):", "", "```", *kept, *more, "```"])


def _listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; the whole item has no name."""
    known = [name for name in names if name != "all"]
    if len(known) < 2:  # noqa: PLR2004
        return "".join(known)
    return f"{', '.join(known[:-1])} and {known[-1]}"
