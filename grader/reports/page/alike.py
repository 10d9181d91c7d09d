"""Which students' papers are alike: the store's records as papers, and pairs for the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.model import Answers, Passage, Value
from grader.reading.statement import homework_text
from grader.similarity import Kind, Pair, Paper, Section, similar
from grader.store import Record

MAX_PROGRAMS = 3
"""Programs of one submission that are compared: the likeliest answers to 4(d)."""

TEMPLATE = Path(__file__).resolve().parents[3] / "student_template"

_COMMENT_MARKS = str.maketrans({"%": " ", "<": " ", ">": " "})


class Likeness(Value, frozen=True):
    """Two submissions whose writeups, code or both are alike.

    Attributes:
        first, second: numbers of the records, as they were given.
        writeup, code: what they share; None where that is nothing to speak of.
    """

    first: int
    second: int
    writeup: Pair | None = None
    code: Pair | None = None

    @property
    def share(self) -> float:
        """The larger of the two shares: what the pairs are ordered by."""
        return max(pair.share for pair in (self.writeup, self.code) if pair is not None)


def likenesses(records: Sequence[Record]) -> tuple[Likeness, ...]:
    """Pairs of submissions of different students, the most alike first."""
    writeups, programs = [], []
    for number, record in enumerate(records):
        answers = record.load_answers()  # not kept: a thousand of them are large
        writeups.append(_paper(number, record, _writeup(answers)))
        programs.append(_paper(number, record, _code(answers)))
    known = known_texts()
    writeup = _by_numbers(similar(writeups, "writeup", known))
    code = _by_numbers(similar(programs, "code", known))
    found = [Likeness(*key, writeup.get(key), code.get(key)) for key in {**writeup, **code}]
    return tuple(sorted(found, key=lambda one: (-one.share, one.first, one.second)))


def known_texts() -> tuple[str, ...]:
    """What everybody has: the homework and, where it is at hand, the template with its hints."""
    templates = [TEMPLATE / name for name in ("hw2.md", "hw2.tex")]
    texts = (path.read_text(encoding="utf-8") for path in templates if path.is_file())
    return (homework_text(), *(text.translate(_COMMENT_MARKS) for text in texts))


def _paper(number: int, record: Record, sections: Iterator[Section]) -> Paper:
    texts = tuple(section for section in sections if section.text.strip())
    return Paper(str(number), record.hand_in.students, texts)


def _writeup(answers: Answers) -> Iterator[Section]:
    for part, answer in answers.written.items():
        yield from (_section(part, passage) for passage in answer.passages)
    yield from (_section("elsewhere", passage) for passage in answers.unplaced)


def _section(part: str, passage: Passage) -> Section:
    cell = f", cell {passage.cell}" if passage.cell is not None else ""
    return Section(f"{part}{cell}", passage.text, passage.line)


def _code(answers: Answers) -> Iterator[Section]:
    """Programs; of one that was put together from several places, the lines are not its file's."""
    for program in answers.programs[:MAX_PROGRAMS]:
        yield Section(program.path, program.text, None if program.sources else 1)


def _by_numbers(pairs: Sequence[Pair]) -> dict[tuple[int, int], Pair]:
    """Pairs by the numbers of their records, the smaller one first, as papers are in order."""
    return {(int(pair.first), int(pair.second)): pair for pair in pairs}


KINDS: tuple[tuple[Kind, str], ...] = (("writeup", "words"), ("code", "tokens"))
"""What is compared, and in what it is counted."""
