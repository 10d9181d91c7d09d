"""Reads rubric files strictly: a typo is an error with file and line, never a default.

PyYAML by itself lets a repeated key win silently, reads ``1e-4`` as a string and ``yes`` as a
boolean, and expands aliases; all of these are refused here with what to do instead.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

import msgspec
import yaml

from grader.errors import RubricError
from grader.model import Value
from grader.rubric.claims import ClaimsFile, problems_of
from grader.rubric.contract import ITEM_IDS
from grader.rubric.schema import AssignmentFile, ProblemFile, Rubric, RubricItem, part_of

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same language, ten times faster where PyYAML was built with libyaml."""

ASSIGNMENT = "homework2.yaml"
MAX_BYTES = 1_000_000  # a rubric is 30 kB; anything near this is another file
ALMOST_NUMBER = re.compile(r"[+-]?(\d[\d_]*(\.\d*)?|\.\d+)[eE][+-]?\d+")
DECIDED_WORDS = frozenset({"points", "possible", "comment"})
MISSING_WORDS = frozenset({"problem", "letter"})
FieldPath = tuple[str | int, ...]
Lines = dict[FieldPath, int]
FileT = TypeVar("FileT", bound=Value)


def load_rubric(folder: Path) -> Rubric:
    """Load and check the rubric in `folder`.

    Raises:
        RubricError: with file, line and remedy, for anything that is not right.
    """
    assignment, lines = _load(folder / ASSIGNMENT, AssignmentFile)
    loaded = [_load(folder / name, ProblemFile) for name in assignment.problems]
    problems = tuple(problem for problem, _ in loaded)
    for name, (problem, its_lines) in zip(assignment.problems, loaded, strict=True):
        _check_problem(folder / name, problem, its_lines)
    rule = assignment.extra_credit
    words = frozenset({"because", "percent"})
    _check_sentences(folder / ASSIGNMENT, (rule.yes, rule.no, rule.unsure), words)
    _check_sentences(folder / ASSIGNMENT, (assignment.decided,), DECIDED_WORDS)
    _check_sentences(folder / ASSIGNMENT, (assignment.missing,), MISSING_WORDS)
    if not (rule.percent.is_finite() and 0 <= rule.percent <= 100):
        raise RubricError(folder / ASSIGNMENT, lines.get(("extra_credit", "percent")),
                          "percent has to be between 0 and 100.")  # fmt: skip
    _check_sum(folder / ASSIGNMENT, lines.get(("points",)), "points", assignment.points,
               [p.points for p in problems])  # fmt: skip
    _check_ids(folder, assignment, problems)
    claims = _load_claims(folder, assignment, problems)
    contents = b"\0".join((folder / name).read_bytes() for name in file_names(assignment))
    digest = hashlib.sha256(contents).hexdigest()[:16]
    return Rubric(assignment, problems, digest, claims, str(folder.resolve()))


def file_names(assignment: AssignmentFile) -> tuple[str, ...]:
    """The files that a rubric is made of."""
    claims = (assignment.claims,) if assignment.claims else ()
    return (ASSIGNMENT, *assignment.problems, *claims)


def _load_claims(
    folder: Path, assignment: AssignmentFile, problems: tuple[ProblemFile, ...]
) -> ClaimsFile | None:
    """The table of claims, if the assignment names one."""
    if not assignment.claims:
        return None
    file = folder / assignment.claims
    table, lines = _load(file, ClaimsFile)
    for text, problem in problems_of(table):
        raise RubricError(file, line_of(file, text), problem)
    for item, claims in table.items.items():
        if item not in ITEM_IDS:
            raise RubricError(file, lines.get(("items", item)), f"there is no item {item!r}.",
                              "Ids are fixed.")  # fmt: skip
        known = next(p.notes for p in problems if item.startswith(p.problem))
        for note in sorted(claims.mistakes - known.keys()):
            raise RubricError(file, line_of(file, note), f"{note!r} has no sentence.",
                              "Write one under notes: of the problem's file.")  # fmt: skip
    return table


def _load(file: Path, kind: type[FileT]) -> tuple[FileT, Lines]:
    """One YAML file as a typed value, and the line of each of its fields."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RubricError(file, None, f"cannot be read ({error.strerror}).",
                          "Check the folder given with --rubrics.") from error  # fmt: skip
    if len(content) > MAX_BYTES:
        raise RubricError(file, None, "is too large for a rubric file.")
    plain, lines = _parsed(file, content)
    try:
        return msgspec.convert(plain, kind, strict=False), lines
    except msgspec.ValidationError as error:
        raise _located(file, error, lines, plain) from error
    except InvalidOperation as error:
        raise RubricError(file, None, "has text where points are expected.") from error


def _parsed(file: Path, content: bytes) -> tuple[Any, Lines]:
    """Plain values, and the line on which each of them stands."""
    try:
        node = yaml.compose(content, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise RubricError(file, mark.line + 1 if mark else None,
                          f"is not YAML: {error.problem}.") from error  # fmt: skip
    except yaml.YAMLError as error:
        raise RubricError(file, None, f"is not YAML: {error}.") from error
    lines: Lines = {}
    return _plain(file, node, (), lines, set()), lines


def _plain(file: Path, node: Any, path: FieldPath, lines: Lines, seen: set[int]) -> Any:
    """The value of a YAML node, with everything refused that YAML forgives."""
    if node is None:
        raise RubricError(file, 1, "is empty.", "Restore it from the repository.")
    line = lines[path] = node.start_mark.line + 1
    if id(node) in seen:
        raise RubricError(file, _line_of_alias(file), "uses an alias (*name).",
                          "Write the value out.")  # fmt: skip
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(file, node, path, lines, seen))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, child, (*path, n), lines, seen) for n, child in enumerate(node.value)]
    return _scalar(file, line, node)


def _line_of_alias(file: Path) -> int | None:
    """Where the first alias stands; its node only knows the place of the anchor."""
    for event in yaml.parse(file.read_bytes(), Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) and event.start_mark:
            return event.start_mark.line + 1
    return None


def _pairs(
    file: Path, node: Any, path: FieldPath, lines: Lines, seen: set[int]
) -> Iterator[tuple[str, Any]]:
    keys = Counter(str(key.value) for key, _ in node.value)
    for key, value in node.value:
        if keys[str(key.value)] > 1:
            raise RubricError(file, key.start_mark.line + 1, f"the key {key.value!r} stands twice.",
                              "Keep one of them.")  # fmt: skip
        place = (*path, str(key.value))
        yield str(key.value), _plain(file, value, place, lines, seen)
        lines[place] = key.start_mark.line + 1  # a long value begins below its key


def _scalar(file: Path, line: int, node: Any) -> Any:
    """Numbers as Decimal, text as text; what looks like the one and is the other is refused."""
    text = node.value
    if node.style is None and ALMOST_NUMBER.fullmatch(text):
        try:
            return float(Decimal(text))
        except InvalidOperation:
            raise RubricError(file, line, f"{text!r} is not a number.") from None
    if node.tag == "tag:yaml.org,2002:bool" and text.lower() not in ("true", "false"):
        raise RubricError(file, line, f"{text!r} is read as a truth value by YAML.",
                          f'Write "{text}" with quotes, or true or false.')  # fmt: skip
    if node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            raise RubricError(file, line, f"{text!r} is an unusual number.", "Write it plainly.")
        return Decimal(text) if "." in text else int(text)
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return text.lower() == "true"
    return text


def _located(file: Path, error: msgspec.ValidationError, lines: Lines, plain: Any) -> RubricError:
    """msgspec names the path of what is wrong; we add the line."""
    message, _, where = str(error).partition(" - at `$")
    unknown = re.search(r"unknown field `([^`]+)`", message)
    path = _suspect(plain, where, unknown.group(1) if unknown else None)
    if unknown:
        path = (*path, unknown.group(1))
        message = f"unknown key {unknown.group(1)!r}"
    while path and path not in lines:
        path = path[:-1]
    place = ".".join(map(str, path))
    return RubricError(file, lines.get(path), f"{message} (at {place or 'the top'}).",
                       "rubrics/schema/ lists the keys.")  # fmt: skip


def _suspect(plain: Any, where: str, unknown: str | None) -> FieldPath:
    """Where in the file msgspec means; for the key of a mapping it only writes ``[...]``.

    Of all places that fit, the first that has the unknown key, no value, or text.
    """
    places: list[tuple[FieldPath, Any]] = [((), plain)]
    for name, number in re.findall(r"\.([\w-]+)|\[(\d+|\.\.\.)\]", where):
        if number == "...":
            places = [((*path, key), value[key]) for path, value in places for key in _keys(value)]
        else:
            step = name or int(number)
            places = [((*path, step), value[step]) for path, value in places if _has(value, step)]
    tests: tuple[Callable[[Any], bool], ...] = (
        (lambda value: isinstance(value, dict) and unknown in value,)
        if unknown
        else (lambda value: value is None, lambda value: isinstance(value, str), lambda _: True)
    )
    fitting = (path for test in tests for path, value in places if test(value))
    return next(fitting, ())


def _keys(value: Any) -> Iterable[Any]:
    return value if isinstance(value, dict) else range(len(value))


def _has(value: Any, step: str | int) -> bool:
    """Whether a mapping has a key or a list an entry."""
    return step in value if isinstance(value, dict) else isinstance(step, int)


QUOTABLE = frozenset(
    """aspects teaching name where found autograd message seconds package leaves factor model
    gradients programs witness symbol reason derivation wanting at left right verified
    instances triple middle value chord slip""".split()
)
"""Details that evidence may give to a sentence."""

ASPECTS = frozenset({"W1", "b1", "W2", "b2", "x"})


def _check_sentences(file: Path, sentences: Iterable[str], known: frozenset[str]) -> None:
    """Braces come in pairs, with a known word between them."""
    for sentence in sentences:
        try:
            names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
        except ValueError as error:
            raise RubricError(file, line_of(file, sentence[:30]),
                              f"{sentence!r}: {error}.") from error  # fmt: skip
        for name in names - known:
            raise RubricError(file, line_of(file, f"{{{name}}}"),
                              f"{{{name}}} is nothing that can be quoted.",
                              f"Known are {', '.join(sorted(known))}.")  # fmt: skip


def _check_problem(file: Path, problem: ProblemFile, lines: Lines) -> None:
    """Points add up, ids belong where they stand, deductions stay within their item."""
    _check_sum(file, lines.get(("points",)), "points", problem.points,
               [part.points for part in problem.parts])  # fmt: skip
    _check_sentences(file, problem.notes.values(), QUOTABLE)
    if not problem.problem:
        raise RubricError(file, lines.get(("problem",)), "the problem has no number.")
    for number, part in enumerate(problem.parts):
        place: FieldPath = ("parts", number)
        _check_sum(file, lines.get((*place, "points")), f"points of part {part.part}", part.points,
                   [item.points for item in part.items])  # fmt: skip
        for position, item in enumerate(part.items):
            where: FieldPath = (*place, "items", position)
            if part_of(item.item) != part.part or not part.part.startswith(problem.problem):
                raise RubricError(file, lines.get((*where, "item")),
                                  f"item {item.item!r} stands under part {part.part!r}.",
                                  "Ids are fixed; move it back.")  # fmt: skip
            _check_item(file, item, where, lines)


def _check_item(file: Path, item: RubricItem, where: FieldPath, lines: Lines) -> None:
    """An item's points, aspects and deductions."""
    amounts: list[tuple[FieldPath, Decimal]] = [
        (("points",), item.points),
        *((("aspects", name), points) for name, points in item.aspects.items()),
        *((("deductions", name), points) for name, points in item.deductions.items()),
    ]
    for path, points in amounts:
        if not points.is_finite() or points < 0 or points != round(points, 2):
            raise RubricError(file, lines.get((*where, *path)), f"{item.item} has {points} points.",
                              "Points are not negative and have two decimals.")  # fmt: skip
    for aspect in item.aspects.keys() - ASPECTS:
        raise RubricError(file, lines.get((*where, "aspects", aspect)),
                          f"{item.item} has no aspect {aspect!r}.",
                          f"Known are {', '.join(sorted(ASPECTS))}.")  # fmt: skip
    for name, points in item.deductions.items():
        if points > item.points:
            raise RubricError(file, lines.get((*where, "deductions", name)),
                              f"{name!r} costs {points} of {item.points} points.",
                              "A deduction is at most the item's points.")  # fmt: skip


def _check_sum(
    file: Path, line: int | None, name: str, total: Decimal, parts: list[Decimal]
) -> None:
    if sum(parts, Decimal(0)) != total:
        raise RubricError(file, line,
                          f"{name}: {total}, but what it is made of sums to {sum(parts)}.",
                          "Change one or the other.")  # fmt: skip


def _check_ids(folder: Path, assignment: AssignmentFile, problems: tuple[ProblemFile, ...]) -> None:
    """Every item of the contract once, and no other."""
    places = [
        (item.item, folder / name)
        for name, problem in zip(assignment.problems, problems, strict=True)
        for part in problem.parts
        for item in part.items
    ]
    for item, count in Counter(item for item, _ in places).items():
        file = next(file for name, file in places if name == item)
        if count > 1:
            raise RubricError(file, line_of(file, item), f"the item {item!r} stands {count} times.")
        if item not in ITEM_IDS:
            raise RubricError(file, line_of(file, item), f"there is no item {item!r}.",
                              "Ids are fixed; only points and words may change.")  # fmt: skip
    for item in ITEM_IDS:
        if item not in dict(places):
            raise RubricError(folder / ASSIGNMENT, None, f"the item {item!r} is missing.",
                              "Put it back; an item may have 0 points.")  # fmt: skip


def line_of(file: Path, text: str) -> int | None:
    """First line of the file that contains `text`."""
    for number, line in enumerate(
        file.read_text(encoding="utf-8", errors="replace").splitlines(), 1
    ):
        if text in line:
            return number
    return None
