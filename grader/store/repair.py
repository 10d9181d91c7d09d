"""Is the store whole? `grader check --store` asks, and mends what can be mended."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import Value
from grader.store.store import Store

DAMAGED = "damaged"
"""Folder beside the objects where damaged files are put, for whoever wants to look at them."""


class Problem(Value, frozen=True):
    """Something that is wrong, and what was done or is to be done about it."""

    what: str
    remedy: str
    mended: bool


def mend(store: Store) -> list[Problem]:
    """Look at every row and every file of a store that is open for writing.

    A damaged evidence file is put aside: then the next regrade grades its submission again.
    """
    return [*_database(store), *_objects(store), *_leftovers(store)]


def _database(store: Store) -> Iterator[Problem]:
    for told in store.complaints():
        yield Problem(
            f"the database is damaged: {told}",
            "take a copy of the store from a backup, or regrade into a new one",
            mended=False,
        )


def _objects(store: Store) -> Iterator[Problem]:
    for digest, submissions in sorted(store.references().items()):
        if store.objects.is_whole(digest):
            continue
        path = store.objects.path(digest)
        was_there = path.exists()
        if was_there:
            aside = store.folder / DAMAGED
            aside.mkdir(exist_ok=True)
            path.replace(aside / f"{digest}.json.z")
        yield Problem(
            f"evidence of {submissions} is {'damaged' if was_there else 'gone'}",
            "the next `grader regrade` grades it again",
            mended=was_there,
        )


def _leftovers(store: Store) -> Iterator[Problem]:
    for path in store.objects.leftovers():
        path.unlink(missing_ok=True)
        yield Problem(f"{path.name} was left by a run that was killed", "removed", mended=True)
