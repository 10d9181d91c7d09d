"""The words of the feedback: sentences from the rubric, with the student's own numbers in them.

What comes from the student is shown as code, with nothing in it that could be markup, a control
character or an imitation of the grader's own lines.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from string import Formatter

from grader.model import Evidence, Finding, ItemId, Quote, VerdictName
from grader.rubric.schema import Rubric, RubricItem, part_of
from grader.safe_text import escaped, points_text

QUOTED_LINES = 12  # of the student's text, shown with a review
QUOTED_WIDTH = 96  # columns
QUOTED_CHARACTERS = 2_000  # looked at in one line; more is data
SHOWN_DETAIL = 400

CODE = frozenset({"name", "found", "symbol", "autograd", "package", "leaves"})
"""Details that are shown as code; the others are words."""


FOLLOWED = frozenset({"right-for-own-model", "follows-from-own", "counterexample-with-a-slip"})
"""Notes that are told even when all is right: right only after what the student did before."""


class Wording:
    """Feedback for one item; `showing` is the item that shows the student's lines for its part."""

    def __init__(
        self, rubric: Rubric, item: RubricItem, teaching: Mapping[str, str], showing: ItemId
    ) -> None:
        self._item = item
        self._problem = rubric.problem_of(item.item)
        self._undecided = rubric.assignment.undecided
        self._missing = rubric.assignment.missing
        self._teaching = teaching
        self._showing = showing

    def feedback(self, verdict: VerdictName, evidence: Evidence) -> str:
        """Markdown for the student."""
        own = getattr(self._item.feedback, "incorrect" if verdict == "partial" else verdict)
        if verdict == "missing" and not own:
            problem = self._problem.problem
            letter = part_of(self._item.item).removeprefix(problem)
            own = filled(self._missing, {"problem": problem, "letter": letter})
        pieces = [own, *self._lines(verdict, evidence.findings)]
        if verdict == "review":
            pieces += [self._undecided.sentence, *self._quotes(evidence)]
        return "\n\n".join(piece for piece in pieces if piece)

    def _quotes(self, evidence: Evidence) -> list[str]:
        """The student's lines, once for all items of a part."""
        if not evidence.quotes:
            return []
        if self._item.item != self._showing:
            return [f"Your answer stands with {self._showing}."]
        return [quoted(quote) for quote in evidence.quotes]

    def told(self, evidence: Evidence) -> list[tuple[bool | None, str]]:
        """For a TA: what holds, what does not and what is open, each with its sentence."""
        return [
            (group[0].holds, self._sentence(group) or self._bare(group))
            for group in _grouped(evidence.findings)
        ]

    def _bare(self, group: Sequence[Finding]) -> str:
        """For what the rubric has no sentence: which aspects it concerns, and its tag."""
        names = _listed(self._problem.aspect_names.get(f.aspect, f.aspect) for f in group)
        word = {True: "right", False: "wrong", None: "not clear"}[group[0].holds]
        note = escaped(group[0].misconception or group[0].note)
        return f"{names}: {word} ({note})" if names else f"{word.capitalize()} ({note})."

    def _lines(self, verdict: VerdictName, findings: Sequence[Finding]) -> list[str]:
        """One sentence for each group of findings that say the same."""
        told = [
            finding
            for finding in findings
            if verdict != "correct" or finding.misconception or finding.note in FOLLOWED
        ]
        lines = [line for group in _grouped(told) if (line := self._sentence(group))]
        return ["\n".join(f"- {line}" for line in lines)] if len(lines) > 1 else lines

    def _sentence(self, group: Sequence[Finding]) -> str:
        first = group[0]
        names = [self._problem.aspect_names.get(f.aspect, f.aspect) for f in group]
        words = {key: _in_words(key, value) for key, value in first.details.items()}
        if len({f.details.get("name") for f in group}) > 1:  # the numbers are the first one's
            words["name"] = f"for example {words['name']}"
        words["aspects"] = _listed(names)
        mistake = first.misconception or ""
        words["teaching"] = self._problem.misconceptions.get(
            mistake, self._teaching.get(mistake, "")
        )
        return filled(self._problem.notes.get(first.note, ""), words)


def _grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Those that say the same stand together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.holds, finding.note, finding.misconception)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def decided_words(rubric: Rubric, points: Decimal, possible: Decimal, comment: str) -> str:
    """What a student reads about an item that a TA has decided; the comment is Markdown."""
    words = {"points": points_text(points), "possible": points_text(possible), "comment": comment}
    return filled(rubric.assignment.decided, words)


def filled(template: str, words: Mapping[str, str]) -> str:
    """`template` with its braces filled.

    A template may have several pieces with ``|`` between them; a piece that wants a word which is
    not known is left out.
    """
    pieces = []
    for piece in template.split("|"):
        wanted = {name for _, name, _, _ in Formatter().parse(piece) if name}
        if all(words.get(name) for name in wanted):
            pieces.append(piece.format_map(words).strip())
    return " ".join(piece for piece in pieces if piece)


def _in_words(key: str, value: str) -> str:
    """A detail for a sentence: as code, or as plain words without markup."""
    text = plain(value)[:SHOWN_DETAIL].strip()
    return code_span(text) if key in CODE else escaped(text)


def code_span(text: str) -> str:
    """Text as Markdown code, which nothing in it can end."""
    return f"`{text.replace('`', 'ʼ')}`" if text else ""


def plain(text: str) -> str:
    """Text in one line: control, format and surrogate characters become visible or a space."""
    if text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\t\r\n":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return f"\\u{ord(character):04x}"
    return character


def quoted(quote: Quote) -> str:
    """The student's own lines as a code block, wrapped and shortened."""
    lines = quote.text.strip("\n").split("\n")
    kept: list[str] = []
    shown = 0
    while shown < len(lines) and len(kept) < QUOTED_LINES:
        kept += _wrapped(lines[shown])
        shown += 1
    left = len(lines) - shown + (len(kept) > QUOTED_LINES)
    more = [f"… ({left} more {'line' if left == 1 else 'lines'})"] if left > 0 else []
    where = escaped(plain(quote.where))
    return "\n".join([f"Your answer ({where}):", "", "```text", *kept[:QUOTED_LINES], *more, "```"])


def _wrapped(line: str) -> list[str]:
    """One line of student text, harmless, in pieces that fit a page."""
    clean = plain(line)[:QUOTED_CHARACTERS].replace("`" * 3, "ʼ" * 3).replace("~" * 3, "∼" * 3)
    if len(clean) <= QUOTED_WIDTH:
        return [clean.rstrip()]
    return textwrap.wrap(clean, QUOTED_WIDTH, subsequent_indent="  ") or [""]


def _listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; the whole item has no name."""
    known = [name for name in names if name != "all"]
    if len(known) < 2:
        return "".join(known)
    return f"{', '.join(known[:-1])} and {known[-1]}"
