"""What IPython adds to Python, made harmless: ``%matplotlib inline``, ``!pip install``, ``x?``.

Only the beginning of a statement can be such a command; a ``%`` inside a string or an expression is
Python's own. Lines are replaced one for one, so that line numbers stay those of the cell.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from grader.reading.python_text import Cursor

MEASURING = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "snakeviz"})
"""Cell magics that run the cell as Python; all others hand it to something else."""

_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\n]*)\n?")
_LINE_MAGIC = re.compile(
    r"(\s*)(?:%(?!%)\s*(\w+)[ \t]*(.*)|%%.*|!.*|\?{1,2}[\w.%]+\s*|[\w.]+\?{1,2}\s*)"
)
_INSTALL = re.compile(
    r"(\s*)(?:pip3?|conda|mamba|apt(?:-get)?)\s+(?:install|list|show|uninstall)\b.*"
)
_ASSIGNED = re.compile(r"([ \t]*\w[\w, ]*=\s*)(!|%(?=\w))(.*)")
_MODULE_NAME = re.compile(r"(?:-a\s+)?[\"']?([\w-]+(?:/[\w-]+)*\.\w+)[\"']?\s*")


class PlainCell(NamedTuple):
    """A cell without magics. `writes` is the file that ``%%writefile`` would have written."""

    source: str
    writes: tuple[str, str] | None = None


def plain_cell(source: str) -> PlainCell:
    """A cell as plain Python; empty when another language or program would have got it."""
    match = _CELL_MAGIC.match(source)
    if match is None:
        return PlainCell(without_magics(source))
    body = source[match.end() :]
    if match[1] in MEASURING:
        blank = "\n" * source[: match.end()].count("\n")
        return PlainCell(blank + without_magics(body))
    target = _MODULE_NAME.fullmatch(match[2])
    return PlainCell(
        "", (target[1], body) if match[1] in {"writefile", "file"} and target else None
    )


def without_magics(source: str) -> str:
    """Python source with every IPython command replaced by a statement that does nothing."""
    cursor = Cursor()
    lines = []
    in_magic = False
    for line in source.split("\n"):
        replacement = _replacement(line) if cursor.at_statement and not in_magic else None
        if in_magic or replacement is not None:
            lines.append("" if in_magic else replacement or "")
            in_magic = line.rstrip().endswith("\\")
        else:
            lines.append(line)
            cursor.pass_line(line)
    return "\n".join(lines)


def _replacement(line: str) -> str | None:
    """What to write for a line that is a command of IPython; None when it is Python."""
    if match := _ASSIGNED.fullmatch(line):
        return match[1] + ("[]" if match[2] == "!" else "None")
    if match := _LINE_MAGIC.fullmatch(line) or _INSTALL.fullmatch(line):
        name, statement = (match[2], match[3]) if match.re is _LINE_MAGIC else (None, None)
        timed = name == "time" and statement
        return f"{match[1]}{statement}" if timed else f"{match[1]}pass"
    return None
