"""Matplotlib's list of fonts, made once for all programs.

Making it takes a second or two, and every program has an empty home. What one program leaves
behind must not reach the next, so the list comes from a run of nothing but Matplotlib.
"""

from __future__ import annotations

from pathlib import Path

from grader.model import Program

LISTING = Program("fonts.py", "the grader", "import matplotlib.font_manager\n")
SECONDS = 60.0
PATTERN = "fontlist-*.json"
LARGEST = 4 * 2**20
"""Bytes; about 60 kB on a plain system."""


def are_needed_by(program: Program) -> bool:
    """Whether a program, or a module beside it, may plot."""
    texts = (file.content for file in program.siblings if file.path.endswith(".py"))
    return "matplotlib" in program.text or any(b"matplotlib" in text for text in texts)


def listed_in(home: Path) -> dict[str, bytes]:
    """The lists that Matplotlib has left in its folder."""
    files = [file for file in home.glob(PATTERN) if file.stat().st_size <= LARGEST]
    return {file.name: file.read_bytes() for file in files}
