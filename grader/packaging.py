"""The zip that a TA uploads to Gradescope: only what grading needs, and the same bytes each time.

Nothing is taken along because it happens to lie around: rooms and files are named, and a file in
them that is neither source nor junk is refused by name, since it may well be a student's. The
finished zip is opened again and checked for what makes the platform fail to find its two scripts.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.atomic import PRIVATE, write_whole
from grader.errors import UsageError
from grader.model import Value
from grader.rubric import Rubric
from grader.rubric.loading import file_names

PROJECT = Path(__file__).resolve().parents[1]

SCRIPTS = ("setup.sh", "run_autograder", "scripts/make_venv.sh")
"""Executable in the zip, whatever the checkout's file system says."""

FILES = ("README.md", "pyproject.toml", "requirements.txt", "requirements-dev.txt")

ROOMS = ("grader", "reference", "rubrics")

SOURCES = frozenset(
    {".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".txt", ".typed", ".yaml"}
)
"""Suffixes of what the rooms hold; all of it is text."""

JUNK = ("__pycache__", "*.egg-info", ".*", "*~", "*.pyc", "*.orig")

DECISIONS = "decisions.yaml"
"""Name in the zip of the TAs' decisions, at its root."""

SIZE_LIMIT = 10_000_000
"""Bytes. The sources are a twentieth of that; more means that something strange has come along."""

_EARLIEST_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE = 0o100000


class PackageReport(Value, frozen=True):
    """What was built: the zip, the names in it, its size, and the digest that identifies it."""

    path: Path
    files: tuple[str, ...]
    bytes: int
    sha256: str


def package(
    output: Path,
    *,
    project: Path = PROJECT,
    decisions: Path | None = None,
    rubric: Rubric | None = None,
) -> PackageReport:
    """Build and check the autograder zip.

    Args:
        output: where to write it; an older zip is replaced once the new one is found right.
        project: the checkout to take it from.
        decisions: the TAs' decisions, so that regrading on Gradescope shows their points too.
        rubric: whose files are taken instead of the checkout's.

    Raises:
        UsageError: something is missing, does not belong there, or makes the zip unusable.
    """
    contents = dict(_contents(project, decisions))
    if rubric is not None:
        contents |= _rubric_files(rubric)
    contents = dict(sorted(contents.items()))
    archive = _zipped(contents)
    if problems := zip_problems(archive):
        raise UsageError(f"the zip would not work on Gradescope: {'; '.join(problems)}")
    try:
        write_whole(archive, output, mode=PRIVATE if decisions is not None else 0o644)
    except OSError as trouble:
        raise UsageError(f"cannot write {output}: {trouble.strerror}") from trouble
    digest = hashlib.sha256(archive).hexdigest()
    return PackageReport(path=output, files=tuple(contents), bytes=len(archive), sha256=digest)


# ---------------------------------------------------------------- what goes in


def _contents(project: Path, decisions: Path | None) -> Iterator[tuple[str, bytes]]:
    for name in (*SCRIPTS, *FILES):
        yield name, _text(project / name)
    for room in ROOMS:
        yield from ((p.relative_to(project).as_posix(), _text(p)) for p in _sources(project / room))
    if decisions is not None:
        yield DECISIONS, _text(decisions)


def _rubric_files(rubric: Rubric) -> dict[str, bytes]:
    """Exactly the files that it is made of: whatever else lies in a TA's folder stays there."""
    names = file_names(rubric.assignment)
    return {f"rubrics/{name}": _text(Path(rubric.folder, name)) for name in names}


def _sources(room: Path) -> Iterator[Path]:
    if not room.is_dir():
        raise UsageError(f"{room} is missing; package from a complete checkout")
    for path in sorted(room.rglob("*")):
        if path.is_dir() or _is_junk(path.relative_to(room)):
            continue
        if path.suffix not in SOURCES:
            raise UsageError(f"{path} is no source file; move it out of {room.name}/")
        yield path


def _is_junk(path: Path) -> bool:
    return any(PurePosixPath(part).match(pattern) for part in path.parts for pattern in JUNK)


def _text(path: Path) -> bytes:
    """The file with Unix line ends: bash takes a carriage return for part of the command."""
    try:
        return path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as trouble:
        raise UsageError(f"cannot package {path}: {trouble.strerror}") from trouble


# ---------------------------------------------------------------- the zip


def _zipped(contents: dict[str, bytes]) -> bytes:
    """Stored, not compressed: compressors differ between machines, and it is small anyway."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _EARLIEST_TIME)
            entry.create_system = _UNIX
            entry.external_attr = (_REGULAR_FILE | (0o755 if name in SCRIPTS else 0o644)) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def zip_problems(archive: bytes) -> list[str]:
    """Whatever would keep Gradescope from building or starting the autograder."""
    problems = [f"{len(archive)} bytes, over {SIZE_LIMIT}"] if len(archive) > SIZE_LIMIT else []
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = opened.namelist()
        for name in SCRIPTS:
            problems += _script_problems(opened, name) if name in names else [f"no {name} in it"]
    problems += [f"{name} does not belong in it" for name in names if _is_junk(Path(name))]
    return problems


def _script_problems(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    content = archive.read(name)
    if not content.startswith(b"#!"):
        yield f"{name} has no #! line"
    if b"\r" in content:
        yield f"{name} has Windows line ends"
    if not archive.getinfo(name).external_attr >> 16 & 0o100:
        yield f"{name} is not executable"
