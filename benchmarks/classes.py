"""Builds an export as Gradescope makes it, of as many submissions as wanted, from folders.

    python -m benchmarks.classes 300 class.zip sample_submissions more/folders…

Each submission is one of the folders with a line of its own added to every text in it, so that no
two are equal; the metadata has what real exports have: Ruby's symbols as keys, groups, missing
fields, earlier submissions, two students of one name.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

FIRST_ID = 100_000_001
COMMENTS = {".tex": "% ", ".md": "<!-- ", ".py": "# "}
ENDS = {".md": " -->"}


def build(folders: Sequence[Path], number: int, output: Path) -> None:
    """Write the export of a class of `number` submissions to `output`, a zip."""
    top = "assignment_7023745_export"
    metadata = {}
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, folder in enumerate(islice(cycle(folders), number)):
            name = f"submission_{FIRST_ID + n}"
            metadata[name] = about(n)
            for path, content in _files(folder, n):
                archive.writestr(f"{top}/{name}/{path}", content)
        archive.writestr(f"{top}/submission_metadata.yml", yaml.safe_dump(metadata))


def about(n: int) -> dict[str, Any]:
    """What the metadata says of submission `n`; every tenth is a group or lacks something."""
    submitter = {
        ":name": f"Student {n:04}",
        ":sid": f"{n:08}",
        ":email": f"student{n:04}@example.edu",
    }
    submitters = [submitter]
    if n % 10 == 3:
        submitters.append({":name": f"Partner {n:04}", ":email": f"partner{n:04}@example.edu"})
    if n % 10 == 7:
        del submitter[":sid"]
    if n % 100 == 9:
        submitters = [{":name": "Ada Lovelace"}]
    return {
        ":submitters": submitters,
        ":created_at": datetime(2026, 10, 1 + n % 28, 12, tzinfo=timezone.utc),
        ":score": 0.0,
        ":status": "processed",
        ":results": None,
        ":history": [{":id": n, ":score": 0.0, ":results": None}] if n % 4 == 0 else [],
    }


def _files(folder: Path, n: int) -> Iterator[tuple[str, bytes]]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.suffix in COMMENTS:
            mark = f"\n{COMMENTS[path.suffix]}copy {n}{ENDS.get(path.suffix, '')}\n"
            content += mark.encode()
        if path.name != "expected.yaml":
            yield path.relative_to(folder).as_posix(), content


if __name__ == "__main__":
    wanted, place, *sources = sys.argv[1:]
    found = [child for source in map(Path, sources) for child in sorted(source.iterdir())]
    build([child for child in found if child.is_dir()], int(wanted), Path(place))
