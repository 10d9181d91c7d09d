"""What a student (and a TA) should know about a writeup: where an answer may be lost, and why.

Each remark names the place, says what happened, and what to do. It blocks when the answer to a
part may be behind it, so that nobody concludes that the part is missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from grader.model import Answer, Notice, Part, Passage
from grader.reading.homework import LETTERS, PARTS
from grader.reading.manuscript import Manuscript

MANY_WORDS = 60
"""Words under no heading; a name, an honour code, an introduction have fewer."""

SOME_WORDS = 15
"""Words under a problem but no part, or beside a picture; an answer has more, or a formula."""

_PICTURE = re.compile(
    r"\\includegraphics\s{0,9}(?:\[[^\]\n]{0,200}\])?\{[^}\n]{0,200}\}"
    r"|!\[[^\]\n]{0,200}\](?:\([^)\n]{0,300}\)|\[[^\]\n]{0,200}\])|<img\b[^>]{0,300}>"
)
_COMMAND = re.compile(r"\\[A-Za-z]+\*?")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FORMULA = re.compile(r"\$|\\[\[(]|\\begin\{(?:equation|align|gather)")


def words_in(text: str) -> int:
    """How many words a text has, markup not counted."""
    return len(_WORD.findall(_COMMAND.sub(" ", text)))


def has_formula(text: str) -> bool:
    """Whether a formula begins in a text."""
    return _FORMULA.search(text) is not None


def is_only_picture(passages: Collection[Passage]) -> bool:
    """Whether an answer consists of a picture, with a few words at most."""
    text = "\n".join(passage.text for passage in passages)
    rest = _PICTURE.sub(" ", text)
    return rest != text and words_in(rest) < SOME_WORDS and not has_formula(rest)


def has_picture(passages: Collection[Passage]) -> bool:
    """Whether some of an answer is a picture."""
    return any(_PICTURE.search(passage.text) for passage in passages)


def on_pictures(written: dict[Part, Answer]) -> Iterator[Notice]:
    """Pictures in answers: only a person can read them."""
    for part, answer in written.items():
        pictured = [passage for passage in answer.passages if _PICTURE.search(passage.text)]
        if not pictured:
            continue
        message = (
            f"{pictured[0].where}: the grader cannot read the picture in part {part}. "
            "Type what it shows; a TA looks at the picture."
        )
        blocks = is_only_picture(answer.passages)
        yield Notice(code="writeup-picture", message=message, blocks=blocks)


def on_loose_text(
    problem: int, passages: Collection[Passage], missing: Collection[Part]
) -> Iterator[Notice]:
    """Text under a problem (or, with `problem` 0, under none) that belongs to no part.

    It matters where parts are missing that it may answer.
    """
    if not passages or not any(not problem or part.startswith(str(problem)) for part in missing):
        return
    text = "\n".join(passage.text for passage in passages)
    words = words_in(text)
    needs_formula = problem or len(missing) == len(PARTS)
    if words >= (SOME_WORDS if problem else MANY_WORDS) or (needs_formula and has_formula(text)):
        letters = LETTERS.get(problem, "ab")
        example = f"“Problem {problem or 1}” and “({letters[0]})”, “({letters[1]})”, …"
        message = (
            f"{next(iter(passages)).where}: from here on there is text that belongs to no part. "
            f"Put each answer under a heading such as {example} A TA looks at this text."
        )
        yield Notice(code="writeup-text-unplaced", message=message, blocks=True)


def on_slips(manuscript: Manuscript, files: Collection[str]) -> Iterator[Notice]:
    """Slips in the source: a fence that is never closed, a file that is not read."""
    for slip in manuscript.slips:
        _, cell = manuscript.cell(slip.offset)
        line = manuscript.line(slip.offset)
        where = Passage(file=manuscript.file, line=line, cell=cell, text="").where
        if slip.code == "fence":
            message = (
                f"{where}: the code block that begins here is never closed, so everything below it "
                "counts as code. Close it with ``` on a line of its own."
            )
            yield Notice(code="writeup-fence-open", message=message, blocks=True)
        elif slip.code == "input" or not _is_there(slip.what, files):
            message = (
                f"{where}: the grader does not follow this reference to “{slip.what}”. "
                "Put its text into the writeup itself; a TA looks at the file."
            )
            yield Notice(code="writeup-input-not-read", message=message, blocks=True)


def _is_there(name: str, files: Collection[str]) -> bool:
    return any(file == name or file.endswith("/" + name.rpartition("/")[2]) for file in files)


def on_other_writeup(read: str, other: str, only_there: Collection[Part]) -> Notice:
    """There are several writeups, and this one was not read."""
    message = f"Both {read} and {other} hold answers; {read}, the fuller one, was graded. "
    if only_there:
        message += f"Only {other} answers {', '.join(only_there)}: a TA looks at it. "
    return Notice(
        code="writeup-several",
        message=message + "Hand in one writeup that holds all answers.",
        blocks=bool(only_there),
    )


def on_length(path: str, characters: int) -> Notice:
    """The writeup is too long to be read."""
    message = (
        f"{path} has {characters:,} characters, more than the grader reads. Leave out what is not "
        "an answer (embedded pictures, long output); a TA reads the file as it is."
    )
    return Notice(code="writeup-too-long", message=message, blocks=True)


def on_notebook(path: str, reason: str) -> Notice:
    """The notebook cannot be read."""
    message = (
        f"{path} could not be read as a notebook: {reason}. Open it in Jupyter, save it again and "
        "hand in that file; a TA looks at this one."
    )
    return Notice(code="notebook-unreadable", message=message, blocks=True)
