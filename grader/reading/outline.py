"""Which labels open which parts: the likeliest outline of a whole writeup.

No label is certain on its own. “(b)” at the start of a line may open part (b), continue an
enumeration in a proof, or refer to an equation; “2.” may be Problem 2 or a second remark. Their
sequence tells: what stands in the order of the homework, in one style throughout, is the outline.
So every choice (take a label in one of its meanings, or leave it as text) gets a score, and the
best path through all labels wins, as Viterbi found it for noisy signals.

The scores are on one scale: a label is taken when looks (`LOOKS`), wording (`headings`) and place
(the constants below) together outweigh leaving it, which scores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from grader.reading.headings import NAMED, Reading, readings
from grader.reading.homework import LETTERS
from grader.reading.manuscript import Marker, Style
from grader.reading.titles import counted

LOOKS = {
    Style.INLINE: -0.5,
    Style.INNER: 0.0,
    Style.LINE: 2.0,
    Style.ITEM: 3.0,
    Style.BOLD: 3.0,
    Style.HEADING: 5.0,
}

LEFT_AS_TEXT = {Style.HEADING: -2.0, Style.BOLD: -1.0}
"""A heading that reads as one and opens nothing."""

NAMED_LEFT_AS_TEXT = -12.0
"""A heading “Problem 4” that opens nothing: not for any list that would fit elsewhere."""

EQUAL_LEFT_AS_TEXT = -5.0
"""A heading “3” that opens nothing, though the heading “4” of this problem looks the same."""

IN_ORDER = 2.0
"""The part that comes next, or the first one of a problem."""

NEXT_PROBLEM = 1.0
SKIPPED = -0.5
"""For each part or problem that is passed over: answers may be missing."""

AGAIN = -2.0
"""The same part or problem once more: a second attempt, or a page that repeats its heading."""

BACKWARDS = -3.0
"""An earlier part that has no answer yet: parts may be out of order."""

REVISITED = -4.0
"""An earlier part that has been answered: rather an enumeration within an answer."""

OTHER_COUNTING = -4.0
"""Parts so far had letters and this is a number, or the other way round."""

OTHER_NAMING = -5.0
"""Problems so far were “Problem 1” and this is “2.”, or the other way round."""

OTHER_LEVEL = -3.0
"""The heading is of a lower level than those that opened problems: a title inside an answer."""

NOT_BELOW = -4.0
"""The heading “3” would be a part of a problem whose heading “4” has the same level."""

OTHER_HABIT = -2.0
"""The parts of the problem before had letters and these have numbers, or the other way round."""

OTHER_DEPTH = -4.0
"""Parts so far were items of an inner list, and this is an item of the list around it."""

OUTRANKED = -3.0
"""The label stands inside of a list item that is itself labelled like a part."""

WEAKER_THAN_HEADING = -4.0
WEAKER = -3.0
BARELY_WEAKER = -1.0
"""The label is set less prominently than others of its kind: a heading inside an answer."""

SOLUTION = 0.5
"""“Solution” is always a label, however it is set, and opens nothing by itself."""

UNANNOUNCED = -2.0
"""An “(a)” that opens a new problem although nothing names the problem."""

MAX_LABELS = 2000
"""Labels considered; a homework of twenty pages has about a hundred."""

BEAM = 24
"""States followed at a time. Two or three are ever in the running."""


class Section(NamedTuple):
    """A stretch of the writeup under one heading, up to the next one.

    Attributes:
        marker: the label that opens it.
        reading: what the label means.
        problem: the problem it belongs to, or 0.
        letters: the parts it belongs to; none under the heading of a problem.
    """

    marker: Marker
    reading: Reading
    problem: int
    letters: str

    @property
    def text_start(self) -> int:
        """Where the text behind the label begins."""
        return self.marker.end + (0 if self.marker.whole else self.reading.length)


class State(NamedTuple):
    """What the labels taken so far say about the next one."""

    problem: int = 0
    naming: str = ""
    problem_style: int = 0
    letters: str = ""
    numbering: str = ""
    part_style: int = 0
    visited: frozenset[str] = frozenset()
    depth: int = 0  # of the list whose items are parts; items of a deeper one are not
    rewound: bool = False  # “Solution” was read: the parts may be counted from the start again
    level: int = 0  # of the headings that open problems
    habit: str = ""  # how the parts of earlier problems were counted
    done: frozenset[int] = frozenset()  # problems that have been opened


class Step(NamedTuple):
    """A label that was taken, and the path before it."""

    before: Step | None
    section: Section


class Path(NamedTuple):
    """A way to read all labels so far."""

    score: float
    last: Step | None


def _inside_labelled_items(labels: Iterable[tuple[Marker, list[Reading]]]) -> set[int]:
    """Where labels stand inside of a list item that is itself labelled like a part."""
    lettered: set[int] = set()
    inside: set[int] = set()
    for marker, meanings in labels:
        if any(start in lettered for start in marker.items if start < marker.start):
            inside.add(marker.start)
        if marker.style is Style.ITEM and any(
            meaning.numbering == "letter" and meaning.weight > 0 for meaning in meanings
        ):
            lettered.add(marker.start)
    return inside


def _enumerations(labels: Iterable[tuple[Marker, list[Reading]]]) -> dict[int, int]:
    """How many numbers each run 1, 2, 3, … in one style has, by where its labels stand."""
    runs: dict[tuple[Style, int], list[int]] = {}
    lengths: dict[int, int] = {}
    for marker, meanings in labels:
        letters = next((m.letters for m in meanings if m.numbering == "number"), "")
        if len(letters) != 1:
            continue
        looks = (marker.style, len(marker.items))
        run = runs.get(looks, [])
        if ord(letters) - ord("a") != len(run):
            run = []
        run = runs[looks] = [*run, marker.start]
        lengths |= dict.fromkeys(run, len(run))
    return lengths


def _without_long(meanings: list[Reading], problem: int, count: int) -> list[Reading]:
    """The meanings of a label, but for numbers that count more than a problem has parts.

    The five remarks of an answer to 4(c) are no parts of Problem 4.
    """
    too_many = count > len(LETTERS.get(problem, max(LETTERS.values(), key=len)))
    return [m for m in meanings if not too_many or m.problem or m.numbering != "number"]


def outline(markers: Iterable[Marker]) -> list[Section]:
    """The sections of a writeup, in order."""
    labels = counted(
        [(marker, list(readings(marker.label, whole=marker.whole))) for marker in markers]
    )
    counts = _enumerations(labels)
    announced = any(reading.problem for _, meanings in labels for reading in meanings)
    paths = {State(): Path(0.0, None)}
    inside = _inside_labelled_items(labels)
    for marker, meanings in labels:
        if meanings:
            outranked = OUTRANKED if marker.start in inside else 0.0
            weighed = [m._replace(weight=m.weight + outranked) for m in meanings]
            paths = _advance(paths, marker, weighed, announced, counts.get(marker.start, 0))
    best = max(paths.values(), key=lambda path: path.score)
    return _sections(best.last)


def _advance(
    paths: dict[State, Path],
    marker: Marker,
    meanings: list[Reading],
    announced: bool,
    count: int,
) -> dict[State, Path]:
    """All paths with one more label: left as text, or taken in one of its meanings."""
    is_clear = any(
        r.weight > 0 and (r.numbering == "letter" or r.weight >= NAMED) for r in meanings
    )
    is_named = marker.style is Style.HEADING and any(
        r.problem and r.weight >= NAMED for r in meanings
    )
    left = LEFT_AS_TEXT.get(marker.style, 0.0) if is_clear else 0.0
    left = NAMED_LEFT_AS_TEXT if is_named else left
    longer = {
        state: Path(path.score + left + _left_beside(state, marker, meanings), path.last)
        for state, path in paths.items()
    }
    for state, path in paths.items():
        for reading in _without_long(meanings, state.problem, count):
            for score, after in _moves(state, marker, reading, announced):
                total = path.score + LOOKS[marker.style] + reading.weight + score
                if after not in longer or total > longer[after].score:
                    section = Section(marker, reading, after.problem, after.letters)
                    longer[after] = Path(total, Step(path.last, section))
    kept = sorted(longer.items(), key=lambda item: item[1].score, reverse=True)
    return dict(kept[:BEAM])


def _left_beside(state: State, marker: Marker, meanings: list[Reading]) -> float:
    """What it scores to leave a heading that looks like the one of this problem as text."""
    is_equal = _is_level_with_problem(state, marker) and any(
        one.problem not in (0, state.problem) and one.naming == state.naming for one in meanings
    )
    return EQUAL_LEFT_AS_TEXT if is_equal else 0.0


def _is_level_with_problem(state: State, marker: Marker) -> bool:
    return marker.style is Style.HEADING and 0 < marker.level == state.level


def _moves(
    state: State, marker: Marker, reading: Reading, announced: bool
) -> Iterable[tuple[float, State]]:
    """What taking a label in one meaning scores for its place, and the state behind it."""
    if reading.naming == "solution":
        if marker.whole or marker.style >= Style.INNER:
            yield SOLUTION - LOOKS[marker.style], state._replace(visited=frozenset(), rewound=True)
        return
    if reading.problem and (reading.problem != state.problem or not reading.letters):
        score, state = _to_problem(state, marker, reading)
        if not reading.letters:
            yield score, state
            return
    else:
        score = 0.0
    if state.problem and _has(state.problem, reading.letters) and not _nested(state, marker):
        place, after = _to_parts(state, marker, reading)
        yield score + place, after
    if not announced and reading.letters[0] == "a" and state.problem + 1 in LETTERS:
        opened = State(problem=state.problem + 1, habit=state.numbering or state.habit)
        place, after = _to_parts(opened, marker, reading)
        yield UNANNOUNCED + place, after


def _has(problem: int, letters: str) -> bool:
    return set(letters) <= set(LETTERS[problem])


def _nested(state: State, marker: Marker) -> bool:
    """Whether a list item stands deeper than those that are parts: a list inside an answer."""
    return marker.style is Style.ITEM and 0 < state.depth < len(marker.items)


def _to_problem(state: State, marker: Marker, reading: Reading) -> tuple[float, State]:
    distance = reading.problem - state.problem
    if distance > 0:
        score = NEXT_PROBLEM + SKIPPED * (distance - 1)
    elif distance == 0:
        score = AGAIN
    else:
        score = REVISITED if reading.problem in state.done else BACKWARDS
    if state.level and marker.level > state.level:
        score += OTHER_LEVEL
    if distance == 0 and reading.naming == "titled":
        score += OTHER_NAMING  # a problem's title inside the problem is a heading of the answer
    if state.naming and state.naming != reading.naming:
        score += OTHER_NAMING
    if marker.style < state.problem_style:
        score += _weaker(state.problem_style)
    style = max(state.problem_style, marker.style)
    opened = State(
        problem=reading.problem,
        naming=reading.naming,
        problem_style=style,
        level=min(state.level or marker.level, marker.level or state.level),
        habit=state.numbering or state.habit,
        done=state.done | {reading.problem},
    )
    return score, opened


def _to_parts(state: State, marker: Marker, reading: Reading) -> tuple[float, State]:
    letters = reading.letters
    score = _distance(state, letters[0])
    if state.numbering and state.numbering != reading.numbering:
        score += OTHER_COUNTING
    elif state.habit and state.habit != reading.numbering:
        score += OTHER_HABIT
    if reading.numbering == "number" and state.naming == "numbered":
        score += NOT_BELOW if _is_level_with_problem(state, marker) else 0.0
    if marker.style < state.part_style:
        score += _weaker(state.part_style)
    depth = len(marker.items) if marker.style is Style.ITEM else state.depth
    if depth < state.depth:
        score += OTHER_DEPTH
    return score, state._replace(
        letters=letters,
        numbering=reading.numbering,
        part_style=max(state.part_style, marker.style),
        visited=state.visited | set(letters),
        depth=depth,
        rewound=False,
    )


def _distance(state: State, letter: str) -> float:
    """What it scores to come from the parts of a state to a letter."""
    last = "" if state.rewound and letter not in state.letters else state.letters[-1:]
    distance = ord(letter) - ord(last or "`")  # the character before "a"
    if distance > 0:
        in_order = IN_ORDER if letter not in state.visited else 0.0
        return in_order if distance == 1 else SKIPPED * (distance - 1)
    if distance == 0:
        return AGAIN
    return REVISITED if letter in state.visited else BACKWARDS


def _weaker(strongest: int) -> float:
    if strongest == Style.HEADING:
        return WEAKER_THAN_HEADING
    return WEAKER if strongest > Style.LINE else BARELY_WEAKER


def _sections(step: Step | None) -> list[Section]:
    sections = []
    while step is not None:
        sections.append(step.section)
        step = step.before
    return sections[::-1]
