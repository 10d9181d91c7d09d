"""Whether the division into parts can be relied on where it leaves a part without any text.

A label that was left as text may be the heading of an answer that is then read under the part
before it, and its own part would be called missing. So for each part that has no text the stretch
in which it should stand is searched for labels and headings that nobody understood. One is enough:
the remark blocks, and a person looks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from grader.model import Notice, Part, Passage
from grader.reading.blank import is_blank
from grader.reading.headings import NAMED, Reading, readings
from grader.reading.homework import CODE_PART, LETTERS, PARTS
from grader.reading.manuscript import Manuscript, Marker, Style
from grader.reading.outline import MAX_LABELS, Section
from grader.reading.remarks import SOME_WORDS, has_formula, words_in
from grader.reading.statement import own_text

EXPLICIT = 1.5
"""The weight of “2(b)”, which names a part whatever it looks like."""

SOME_LETTERS = 3
"""Different letters that stand in an answer as labels while a whole problem has no text."""


_TAG = re.compile(r"\\tag\*?\s?\{[\s$(]*([1-4])[.\s(-]{0,2}([a-eA-E])[\s$)]*\}")


class Left(NamedTuple):
    """A label that was left as text, and whether an answer may stand behind it."""

    marker: Marker
    meanings: tuple[Reading, ...]
    is_long: bool


def on_division(
    manuscript: Manuscript, sections: Sequence[Section], missing: Collection[Part]
) -> Iterator[Notice]:
    """One remark when a label was not understood behind which a missing part may stand."""
    if not missing:
        return
    opening = [section for section in sections if section.reading.naming != "solution"]
    ends = [*(section.marker.start for section in opening[1:]), len(manuscript.text)]
    answered = [
        section
        for section, end in zip(opening, ends, strict=False)
        if not section.letters or _says_something(manuscript, section.text_start, end)
    ]
    place = (
        _repeated(answered, missing)
        or _restarted(answered, missing)
        or _misled(sections, missing)
        or _tagged(manuscript, missing)
        or _overlooked(manuscript, sections, missing)
    )
    if place:
        yield _remark(manuscript, *place)


def _says_something(manuscript: Manuscript, start: int, end: int) -> bool:
    """Whether a stretch holds more than the homework's own words."""
    text, mask = manuscript.text, manuscript.mask
    own = own_text(text, mask, start, end)
    return any(not is_blank(text[first:behind], mask[first:behind]) for first, behind in own)


def _remark(manuscript: Manuscript, marker: Marker, parts: Sequence[Part]) -> Notice:
    _, cell = manuscript.cell(marker.start)
    line = manuscript.line(marker.start)
    where = Passage(file=manuscript.file, line=line, cell=cell, text="").where
    label = " ".join(marker.label.split()[:6])[:60]
    message = (
        f"{where}: the grader is not sure what begins at “{label}”; it may be the answer to "
        f"{', '.join(parts)}, for which no other text was found. Put each answer under a heading "
        f"such as “Problem {parts[0][0]}” and “({parts[0][1]})”. A TA looks at this text."
    )
    return Notice(code="writeup-division-doubtful", message=message, blocks=True)


# ------------------------------------------------------------- labels out of sequence


def _repeated(
    sections: Sequence[Section], missing: Collection[Part]
) -> tuple[Marker, list[Part]] | None:
    """The second “(b)” in a row, where (a) or (c) is missing: a slip of the pen."""
    for first, second in pairwise(sections):
        if first.problem == second.problem and set(first.letters) & set(second.letters):
            parts = [part for part in _neighbours(second) if part in missing]
            if parts:
                return second.marker, parts
    return None


def _neighbours(section: Section) -> list[Part]:
    """The part before those of a section and the part behind."""
    letters = LETTERS[section.problem]
    first, last = letters.index(section.letters[0]), letters.index(section.letters[-1])
    around = letters[max(first - 1, 0) : first] + letters[last + 1 : last + 2]
    return [Part(f"{section.problem}{letter}") for letter in around]


def _restarted(
    sections: Sequence[Section], missing: Collection[Part]
) -> tuple[Marker, list[Part]] | None:
    """An “(a)” behind the “(e)” of the same problem: the next problem may have begun."""
    unanswered = [n for n in LETTERS if all(Part(f"{n}{a}") in missing for a in LETTERS[n])]
    opened: set[Part] = set()
    last: tuple[int, str] = (0, "")
    for section in sections:
        problem, letters = section.problem, section.letters
        if letters:
            again = any(Part(f"{problem}{a}") in opened for a in letters)
            is_back = last[0] == problem and letters < last[1] and not section.reading.problem
            if is_back and unanswered:
                return section.marker, [Part(f"{unanswered[0]}{a}") for a in LETTERS[unanswered[0]]]
            if is_back and again and any(part != CODE_PART for part in missing):
                return section.marker, [part for part in missing if part != CODE_PART]
            opened |= {Part(f"{problem}{a}") for a in letters}
            last = (problem, letters)
    return None


def _misled(
    sections: Sequence[Section], missing: Collection[Part]
) -> tuple[Marker, list[Part]] | None:
    """A problem that is announced unlike the others: “2.” in a list, beside “Problem 1”."""
    announced = [s for s in sections if s.reading.problem and s.reading.naming != "solution"]
    usual = {section.reading.naming for section in announced if section.marker.style > Style.ITEM}
    parts = [part for part in missing if part != CODE_PART]
    for section in announced:
        if parts and usual and section.reading.naming not in usual:
            return section.marker, parts
    return None


def _tagged(manuscript: Manuscript, missing: Collection[Part]) -> tuple[Marker, list[Part]] | None:
    r"""A formula that bears the name of a missing part: ``\tag{2b}``."""
    for match in _TAG.finditer(manuscript.text, manuscript.preamble):
        part = Part(f"{match[1]}{match[2].lower()}")
        if part in missing:
            marker = Marker(*match.span(), match[0], Style.INLINE, whole=True)
            return marker, [part]
    return None


# ------------------------------------------------------------- a label that was left as text


def _overlooked(
    manuscript: Manuscript, sections: Sequence[Section], missing: Collection[Part]
) -> tuple[Marker, list[Part]] | None:
    left = _left(manuscript, sections) if sections else []
    first_places = _first_places(sections)
    levels = {section.marker.level for section in sections if section.reading.problem}
    for label in left:
        before = _section_before(sections, label.marker)
        if parts := [part for part in missing if _may_be_misnamed(label, part, before)]:
            return label.marker, parts
    for part in missing:
        start, end = _gap(part, first_places, len(manuscript.text))
        inside = [label for label in left if start <= label.marker.start < end]
        problem = int(part[0])
        whole = all(Part(f"{problem}{letter}") in missing for letter in LETTERS[problem])
        for label in inside:
            before = _section_before(sections, label.marker)
            if _may_open(label, part, before) or (whole and _may_announce(label, problem, levels)):
                return label.marker, [part]
        if whole and len(_letters(inside)) >= SOME_LETTERS:
            return inside[0].marker, [part]
    return None


def _left(manuscript: Manuscript, sections: Sequence[Section]) -> list[Left]:
    """Labels that were not taken, and headings without a meaning, with text behind them."""
    taken = {section.marker for section in sections}
    labels = [(marker, _meanings(marker)) for marker in manuscript.markers[:MAX_LABELS]]
    telling = [
        (marker, meanings)
        for marker, meanings in labels
        if any(meaning.naming != "solution" for meaning in meanings)
        or (marker.style is Style.HEADING and not meanings)
    ]
    ends = [*(marker.start for marker, _ in telling[1:]), len(manuscript.text)]
    return [
        Left(marker, meanings, _is_long(manuscript.text[marker.end : end]))
        for (marker, meanings), end in zip(telling, ends, strict=False)
        if marker not in taken and _says_something(manuscript, marker.end, end)
    ]


def _is_long(text: str) -> bool:
    return words_in(text) >= SOME_WORDS or has_formula(text)


def _meanings(marker: Marker) -> tuple[Reading, ...]:
    return tuple(readings(marker.label, whole=marker.whole))


def _first_places(sections: Sequence[Section]) -> dict[Part, int]:
    """Where each part that was found begins."""
    places: dict[Part, int] = {}
    for section in sections:
        for letter in section.letters:
            places.setdefault(Part(f"{section.problem}{letter}"), section.marker.start)
    return places


def _gap(part: Part, places: dict[Part, int], length: int) -> tuple[int, int]:
    """From the part before to the part behind; everything, when parts are not in order."""
    position = PARTS.index(part)
    in_order = [places[p] for p in PARTS if p in places]
    if in_order != sorted(in_order):
        return 0, length
    before = [places[p] for p in PARTS[:position] if p in places][-1:] or [0]
    behind = [places[p] for p in PARTS[position:] if p in places][:1] or [length]
    return before[0], behind[0]


def _section_before(sections: Sequence[Section], marker: Marker) -> Section | None:
    index = bisect_right(sections, marker.start, key=lambda section: section.marker.start)
    return sections[index - 1] if index else None


def _may_open(label: Left, part: Part, before: Section | None) -> bool:
    """Whether a label names a part, and looks at least like the one that was taken before it."""
    marker = label.marker
    for meaning in label.meanings:
        if part[1] not in meaning.letters or meaning.numbering != "letter" or meaning.weight < 0:
            continue
        if meaning.problem:
            if meaning.problem == int(part[0]) and meaning.weight >= EXPLICIT:
                return marker.style > Style.INLINE
        elif before is None or not before.letters or _looks_alike(marker, before.marker):
            return marker.style > Style.INLINE
    return False


def _may_be_misnamed(label: Left, part: Part, before: Section | None) -> bool:
    """Whether a label says again what stands above it, and a neighbour of that part is missing."""
    return (
        before is not None
        and before.letters != ""
        and part in _neighbours(before)
        and _looks_alike(label.marker, before.marker)
        and any(meaning.letters == before.letters for meaning in label.meanings)
    )


def _looks_alike(marker: Marker, other: Marker) -> bool:
    as_plain = marker.style > Style.INLINE and other.style <= Style.LINE
    return (marker.style >= other.style or as_plain) and len(marker.items) <= len(other.items)


def _may_announce(label: Left, problem: int, levels: Collection[int]) -> bool:
    """Whether a label may be the heading of a problem; others have headings of these levels."""
    marker = label.marker
    is_level = marker.style is Style.HEADING and marker.level in levels
    if any(
        meaning.problem == problem and not meaning.letters and (meaning.weight >= NAMED or is_level)
        for meaning in label.meanings
    ):
        return marker.style >= Style.LINE
    return not label.meanings and marker.level in levels and label.is_long


def _letters(labels: Sequence[Left]) -> set[str]:
    """The letters that labels bear."""
    return {
        letter
        for label in labels
        if label.marker.style > Style.INLINE
        for meaning in label.meanings
        if meaning.numbering == "letter" and meaning.weight > 0
        for letter in meaning.letters
    }
