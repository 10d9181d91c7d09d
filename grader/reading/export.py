"""A class on disk → its hand-ins: Gradescope's "Export Submissions", or a folder of submissions.

The export is a zip, or the folder that comes out of it, with a folder ``submission_<id>`` for each
active submission and `submission_metadata.yml` beside them, whose keys are Ruby symbols
(``:submitters``). Without that file every folder, zip and file in the folder is one submission.
Nothing is unpacked to disk, and names in it are only ever data.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from grader.errors import UsageError
from grader.model import Notice, Submission, Value
from grader.reading import archive
from grader.reading.files import load
from grader.reading.intake import Intake, is_junk, safe_name, unique_names
from grader.reading.lenient import mapping, mappings, text
from grader.reading.metadata import EarlierSubmission, Submitter, earlier_submission

METADATA_NAMES = ("submission_metadata.yml", "submission_metadata.yaml")

MAX_METADATA_BYTES = 200_000_000
"""A class of 1,000 with all earlier results has about 30 MB; one takes 0.3 s to parse."""


class HandIn(Value, frozen=True):
    """Who handed what in; one row of a class.

    Attributes:
        name: the submission's folder, unique in its export; for people and for file names.
        students: identifies the students in every export: e-mail, else student number, else name.
        submitters: what is known about them, in the same order.
        submission: digest of the files.
        submitted: when; None if nobody knows.
        shown: what Gradescope showed for this submission when the export was made.
    """

    name: str
    students: tuple[str, ...]
    submission: str = ""
    submitters: tuple[Submitter, ...] = ()
    submitted: datetime | None = None
    shown: EarlierSubmission | None = None

    def people(self, students: Iterable[str] | None = None) -> str:
        """The names of its students, or of some of them; what identifies one without a name."""
        known = {one.id: one.name for one in self.submitters}
        return ", ".join(known.get(one) or one for one in students or self.students)


class Entry(NamedTuple):
    """One hand-in of an export; its files are read when `load` is called."""

    hand_in: HandIn
    load: Callable[[], Submission]


class Export(NamedTuple):
    """All hand-ins by name, what a TA should know about the export itself, and where it is."""

    entries: tuple[Entry, ...]
    notices: tuple[Notice, ...] = ()
    source: str = ""


def open_export(path: Path) -> Export:
    """Find the hand-ins in an export or in a folder of submissions.

    Raises:
        UsageError: it cannot be read, or there is nothing in it.
    """
    try:
        loaders, metadata = _in_zip(path) if path.is_file() else _in_folder(path)
    except (OSError, *archive.DAMAGED) as error:
        raise UsageError(f"{path} cannot be read: {error}. Export it again.") from error
    if not loaders:
        raise UsageError(
            f"{path} holds no submissions. Give Gradescope's export (zip or folder) "
            "or a folder with one folder, zip or file for each submission."
        )
    known, notices = _read_metadata(metadata)
    hand_ins = [_hand_in(name, known.get(name)) for name in sorted(loaders)]
    entries = [Entry(hand_in, loaders[hand_in.name]) for hand_in in _distinct(hand_ins)]
    return Export(tuple(entries), (*notices, *_strays(loaders, known)), str(path))


# ---------------------------------------------------------------- where the files are

Loaders = dict[str, Callable[[], Submission]]


def _in_folder(path: Path) -> tuple[Loaders, bytes | None]:
    if not path.is_dir():
        raise UsageError(f"{path} does not exist. Give Gradescope's export or a folder.")
    inner = [c for c in path.iterdir() if not is_junk(c.name) and not is_junk(f"{c.name}/")]
    metadata = _beside(path)
    if metadata is None and len(inner) == 1 and inner[0].is_dir() and _beside(inner[0]):
        return _in_folder(inner[0])
    found = [child for child in inner if child.name not in METADATA_NAMES]
    if metadata is not None:
        found = [child for child in found if child.is_dir()]
    names = _shown_names(child.name for child in found)
    loaders: Loaders = {
        name: partial(load, child) for name, child in zip(names, found, strict=True)
    }
    return loaders, metadata.read_bytes() if metadata else None


def _beside(folder: Path) -> Path | None:
    return next((folder / n for n in METADATA_NAMES if (folder / n).is_file()), None)


def _in_zip(path: Path) -> tuple[Loaders, bytes | None]:
    """The same in a zip: folders are what stands before the first slash, below a common folder."""
    with zipfile.ZipFile(path) as opened:
        everything = [e.filename for e in opened.infolist()]
        files = [e for e in opened.infolist() if not e.is_dir() and not is_junk(e.filename)]
        metadata = next((e for e in files if Path(e.filename).name in METADATA_NAMES), None)
        top = _top(files, metadata)
        content = opened.read(metadata) if metadata and _fits(metadata) else None
    inside = [name[len(top) :].partition("/") for name in everything if name.startswith(top)]
    folders = list(dict.fromkeys(n for n, slash, _ in inside if slash and not is_junk(f"{n}/")))
    if metadata is None:
        folders += [n for n, slash, _ in inside if not slash and n and not is_junk(n)]
    names = _shown_names(folders)
    loaders: Loaders = {
        n: partial(_load_from_zip, path, top + f, n) for n, f in zip(names, folders, strict=True)
    }
    return loaders, content


def _fits(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size <= MAX_METADATA_BYTES


def _top(files: list[zipfile.ZipInfo], metadata: zipfile.ZipInfo | None) -> str:
    """The folder that holds the submissions: where the metadata is, or the one around all."""
    if metadata is not None:
        return metadata.filename[: -len(Path(metadata.filename).name)]
    firsts = {name.partition("/")[:2] for name in (e.filename for e in files)}
    (folder, slash), *others = firsts or {("", "")}
    deep = all(e.filename.count("/") > 1 for e in files)
    return f"{folder}/" if slash and not others and deep else ""


def _load_from_zip(path: Path, place: str, name: str) -> Submission:
    """One submission straight out of the export, through the same gate as every archive."""
    intake = Intake()
    with path.open("rb") as stream:
        archive.unpack(path.name, stream, intake, within=place)
    return intake.submission(name)


def _shown_names(names: Iterable[str]) -> list[str]:
    """Names to show and to make files of, each once."""
    return unique_names(safe_name(name.removesuffix(".zip")) for name in names)


# ---------------------------------------------------------------- who handed it in


def _read_metadata(
    content: bytes | None,
) -> tuple[dict[str, Mapping[str, Any]], tuple[Notice, ...]]:
    """What the platform says about each submission, by its folder's name."""
    if content is None:
        return {}, ()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(content, Loader=loader)  # noqa: S506 - a safe loader either way
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        return {}, (_notice("metadata-unreadable", f"cannot be read ({why})"),)
    if not isinstance(document, dict):
        return {}, (_notice("metadata-unreadable", "holds no mapping"),)
    return {str(key): _without_colons(mapping(value)) for key, value in document.items()}, ()


def _without_colons(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Ruby's symbols come as strings with a colon before them."""
    return {str(key).removeprefix(":"): value for key, value in entry.items()}


def _hand_in(name: str, entry: Mapping[str, Any] | None) -> HandIn:
    if entry is None:
        return HandIn(name, (name,))
    about = [_without_colons(one) for one in mappings(entry.get("submitters"))]
    submitters = tuple(
        Submitter(text(one.get("name")), text(one.get("email")), text(one.get("sid")))
        for one in about
    )
    shown = earlier_submission(entry.get("created_at"), entry.get("score"), entry.get("results"))
    students = tuple(dict.fromkeys(filter(None, (one.id for one in submitters))))
    return HandIn(
        name, students or (name,), submitters=submitters, submitted=shown.submitted, shown=shown
    )


def _distinct(hand_ins: Iterable[HandIn]) -> Iterator[HandIn]:
    """Two students of one name are two, where nothing but the name is known of them."""
    known = list(hand_ins)
    nameless = Counter(
        s.id for one in known for s in one.submitters if not s.email.strip() and not s.sid
    )
    for one in known:
        students = tuple(f"{s} ({one.name})" if nameless[s] > 1 else s for s in one.students)
        yield msgspec.structs.replace(one, students=students)


def _strays(loaders: Loaders, known: Mapping[str, Any]) -> Iterator[Notice]:
    for name in sorted(known.keys() - loaders.keys()):
        yield _notice("submission-without-folder", f"lists {name}, but there is no such folder")
    for name in sorted(loaders.keys() - known.keys()) if known else ():
        yield _notice(
            "submission-not-listed",
            f"does not list {name}, which is graded under its folder's name",
        )


def _notice(code: str, what: str) -> Notice:
    return Notice(code, f"{METADATA_NAMES[0]} {what}.")
