"""Jupyter notebooks: their cells, and their `Manuscript`.

The JSON is read directly, since most notebooks are version 4 and nbformat takes longer to import
than everything else here to run; older versions are left to nbformat.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from grader.reading import markdown
from grader.reading.manuscript import CODE, CodeBlock, Manuscript, Marker, Slip

MAX_CELLS = 2000
"""Cells looked at; a long notebook of this course has about 80."""

_BETWEEN = "\n\n"


class Cell(NamedTuple):
    """One cell; `number` counts all cells from 1, `run` is the number that execution gave it."""

    number: int
    kind: str
    source: str
    run: int | None


class NotebookError(ValueError):
    """The file is not a notebook that can be read; the message says why."""


def cells(text: str) -> list[Cell]:
    """The cells of a notebook, in order.

    Raises:
        NotebookError: not a notebook.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"it is not JSON ({error})") from error
    if isinstance(notebook, dict) and "worksheets" in notebook:
        notebook = _upgraded(notebook)
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(found, list):
        raise NotebookError("it has no cells")
    return [_cell(number, cell) for number, cell in enumerate(found[:MAX_CELLS], start=1)]


def read(file: str, text: str) -> Manuscript:
    """All cells as one manuscript: Markdown as it is, code as painted-over listings.

    Raises:
        NotebookError: not a notebook.
    """
    pages = [(cell, _page(file, cell)) for cell in cells(text) if cell.source.strip()]
    return _joined(file, pages)


def _upgraded(notebook: dict[str, Any]) -> Any:
    import nbformat  # noqa: PLC0415 - two tenths of a second, for notebooks from before 2015

    try:
        return nbformat.convert(nbformat.from_dict(notebook), 4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat trusts its input: anything may be missing in it
        raise NotebookError(f"its old format could not be read ({error})") from error


def _cell(number: int, cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return Cell(number, "raw", "", None)
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    run = cell.get("execution_count")
    return Cell(
        number=number,
        kind=str(cell.get("cell_type", "raw")),
        source=source.replace("\r\n", "\n") if isinstance(source, str) else "",
        run=run if isinstance(run, int) else None,
    )


def _page(file: str, cell: Cell) -> Manuscript:
    if cell.kind != "code":
        return markdown.read(file, cell.source)
    text = f"```python\n{cell.source.rstrip()}\n```"
    mask = "".join(character if character == "\n" else CODE for character in text)
    return Manuscript(file=file, kind="markdown", text=text, mask=mask, markers=())


def _joined(file: str, pages: Iterable[tuple[Cell, Manuscript]]) -> Manuscript:
    text = mask = ""
    markers: list[Marker] = []
    blocks: list[CodeBlock] = []
    slips: list[Slip] = []
    starts: list[tuple[int, int]] = []
    for cell, page in pages:
        by = len(text)
        starts.append((by, cell.number))
        markers.extend(_shifted(page.markers, by))
        blocks.extend(b._replace(start=b.start + by, end=b.end + by) for b in page.blocks)
        slips.extend(slip._replace(offset=slip.offset + by) for slip in page.slips)
        text += page.text + _BETWEEN
        mask += page.mask + _BETWEEN
    return Manuscript(
        file=file,
        kind="markdown",
        text=text,
        mask=mask,
        markers=tuple(markers),
        blocks=tuple(blocks),
        slips=tuple(slips),
        cells=tuple(starts),
    )


def _shifted(markers: Iterable[Marker], by: int) -> Iterator[Marker]:
    for marker in markers:
        yield marker._replace(
            start=marker.start + by,
            end=marker.end + by,
            items=tuple(item + by for item in marker.items),
        )
