"""Content-addressed files: what is written once under the digest of its content never changes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.atomic import UNFINISHED, write_whole
from grader.errors import Fault
from grader.safe_text import cleaned

T = TypeVar("T")

COMPRESSION = 3
"""zlib's level: evidence shrinks to a tenth, in a millisecond."""

SUFFIX = ".json.z"


class Objects:
    """The files below one folder, two levels deep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, value: object) -> str:
        """Write a value as JSON, unless it is there already; its digest."""
        content = encoded(value)
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            write_whole(zlib.compress(content, COMPRESSION), path)
        return digest

    def load(self, digest: str, kind: type[T]) -> T:
        """Read a value.

        Raises:
            Fault: the file is gone or damaged.
        """
        try:
            return msgspec.json.decode(zlib.decompress(self.path(digest).read_bytes()), type=kind)
        except (OSError, zlib.error, msgspec.DecodeError) as error:
            raise Fault(
                f"{self.path(digest)} is damaged or gone ({error}). "
                "Run `grader check --store`, then `grader regrade` again."
            ) from error

    def path(self, digest: str) -> Path:
        """Where the object with this digest lies."""
        return self.folder / digest[:2] / f"{digest[2:]}{SUFFIX}"

    def is_whole(self, digest: str) -> bool:
        """Whether the file is there and holds what its name says."""
        try:
            content = zlib.decompress(self.path(digest).read_bytes())
        except (OSError, zlib.error):
            return False
        return hashlib.sha256(content).hexdigest() == digest

    def leftovers(self) -> Iterator[Path]:
        """Files of writers that were killed before they had finished."""
        yield from self.folder.glob(f"*/*{UNFINISHED}")


def encoded(value: object) -> bytes:
    """JSON; half characters, which students' programs can make, are replaced."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(cleaned(msgspec.to_builtins(value, str_keys=True)))
