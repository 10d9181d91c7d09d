"""Written answers as small writeups, read and judged like a submission."""

from functools import lru_cache
from pathlib import Path

import yaml

from grader.evidence import mathematics
from grader.model import Finding, ItemId, Submission, SubmittedFile
from grader.reading import read

TABLES = Path(__file__).resolve().parents[2] / "cases" / "formulas"


@lru_cache(maxsize=1)
def rows():
    """All rows of all tables, each with its place."""
    found = []
    for path in sorted(TABLES.glob("*.yaml")):
        for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
            found.append({**row, "place": f"{path.stem}-{number}-{row['item']}"})
    return tuple(found)


def writeup(parts, *, latex=False):
    """A file with the bodies of parts below their headings."""
    text = ""
    for part, body in parts.items():
        head = f"Problem {part[0]}({part[1]})"
        text += f"\\section*{{{head}}}\n{body}\n\n" if latex else f"## {head}\n\n{body}\n\n"
    if latex:
        text = f"\\documentclass{{article}}\n\\begin{{document}}\n{text}\\end{{document}}\n"
    return SubmittedFile("hw2.tex" if latex else "hw2.md", text.encode())


def answers(parts, *, latex=False):
    """The same, read."""
    return read(Submission("case", (writeup(parts, latex=latex),)))


def evidence(item, parts, *, latex=False):
    """What the judges of formulas have to say, or None."""
    found = answers(parts, latex=latex)
    assert item[:2] in found.written, "the part was not found"
    return mathematics.judge(found)(ItemId(item), found)


def finding(item, parts, *, latex=False):
    """The one finding; what no judge decides goes to a TA."""
    found = evidence(item, parts, latex=latex)
    return Finding(None, "not-decided-yet") if found is None else found.findings[0]


def verdict(found):
    """The verdict of a finding."""
    return {True: "correct", False: "incorrect", None: "review"}[found.holds]


def parts_of(row):
    """The bodies of a row: earlier parts, and the one that is judged."""
    return {**row.get("before", {}), row["item"][:2]: row["text"]}
