"""One class of hostile submissions with honest neighbours, graded in one run; what came of it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import yaml

from grader.evidence.code import ITEMS
from tests.attacks import building, conditions

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROWS = {row["name"]: row for row in yaml.safe_load((HERE / "attacks.yaml").read_text())}

NEIGHBOURS = 6
"""Honest submissions, spread among the others so that both workers meet some."""

RUN_SECONDS = 5
"""Long enough for honest programs on a busy machine; some attacks use it up."""
WORLD_WRITABLE = ("/tmp", "/var/tmp", "/dev/shm")

GATE = "\nif not won:\n    raise SystemExit('it did not work')\n"


class Item(NamedTuple):
    verdict: str
    score: float


class Aftermath(NamedTuple):
    """What one grading run left: results by submission, and the world after it."""

    results: dict[str, dict[str, Any]]
    traces: list[str]
    processes: list[str]
    changed: list[str]
    exit_status: int
    terminal: str

    def items(self, name: str) -> dict[str, Item]:
        """The four items of Problem 4(d)."""
        tests = {test["extra_data"]["item"]: test for test in self.results[name]["tests"]}
        return {i: Item(tests[i]["extra_data"]["verdict"], tests[i]["score"]) for i in ITEMS}


@contextlib.contextmanager
def graded_under(condition: str) -> Iterator[Aftermath]:
    """Grade all submissions in one run of the command line."""
    arena = Path(tempfile.mkdtemp(prefix="arena-"))
    arena.chmod(0o755)
    try:
        with _listening(arena) as port:
            paths = _submissions(arena, port)
            yield _graded(condition, arena, paths)
    finally:
        shutil.rmtree(arena)


def _graded(condition: str, arena: Path, paths: list[Path]) -> Aftermath:
    results = arena / "results"
    results.mkdir()
    (arena / "tmp").mkdir()
    (arena / "tmp").chmod(0o1777)
    if condition == "user":
        os.chown(results, conditions.ORDINARY, conditions.ORDINARY)
    before, intact = _world(arena), _digests(arena)
    command = conditions.command(
        condition, sys.executable, "-m", "grader", "grade", "--output", str(results),
        "--workers", "2", "--seconds", str(RUN_SECONDS), *map(str, paths),
    )  # fmt: skip
    environment = {**os.environ, "ATTACK_TOKEN": "hush-hush", "COLUMNS": "200",
                   "TMPDIR": str(arena / "tmp")}  # fmt: skip
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    told = {p.parent.name: json.loads(p.read_text()) for p in results.glob("*/results.json")}
    return Aftermath(
        results=told,
        traces=sorted(_world(arena) - before),
        processes=_left_over(arena),
        changed=sorted(
            name for name, digest in _digests(arena).items() if intact.get(name) != digest
        ),
        exit_status=ran.returncode,
        terminal=ran.stdout + ran.stderr,
    )


def _submissions(arena: Path, port: int) -> list[Path]:
    """All folders, honest ones among the others."""
    (arena / "canary.txt").write_text("somebody else's submission")
    words = {"@ROOT@": str(ROOT), "@ARENA@": str(arena), "@PORT@": str(port)}
    paths = []
    every = max(1, len(ROWS) // NEIGHBOURS)
    for number, row in enumerate(ROWS.values()):
        if number % every == 0 and number // every < NEIGHBOURS:
            paths.append(_neighbour(arena, number // every))
        folder = arena / "submissions" / row["name"]
        folder.mkdir(parents=True)
        _fill(folder, row, words)
        paths.append(folder)
    return paths


def _neighbour(arena: Path, number: int) -> Path:
    folder = arena / "submissions" / f"neighbour-{number}"
    folder.mkdir(parents=True)
    (folder / "hw2.py").write_text(f"# NEIGHBOUR-SECRET {number}\n{building.HONEST}")
    return folder


def _fill(folder: Path, row: dict[str, Any], words: dict[str, str]) -> None:
    if "make" in row:
        getattr(building, row["make"])(folder)
    for name, content in row.get("files", {}).items():
        _put(folder / name, content, words)
    if "code" in row:
        gate = f"{GATE}HONEST\n" if row["kind"] == "theft" else ""
        _put(folder / "hw2.py", row["code"] + gate, words)


def _put(path: Path, content: str, words: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if content.startswith("bytes:"):
        path.write_bytes(eval(content[6:]))  # the table's own
        return
    for word, meaning in words.items():
        content = content.replace(word, meaning)
    lines = {"HONEST": building.HONEST, "FORWARD": building.FORWARD}
    text = "\n".join(lines.get(line, line) for line in content.split("\n"))
    path.write_text(text, encoding="utf-8", errors="surrogatepass")


@contextlib.contextmanager
def _listening(arena: Path) -> Iterator[int]:
    """Doors that a program may try: a port of this machine and a socket in a folder."""
    with socket.create_server(("127.0.0.1", 0)) as open_port, socket.socket(socket.AF_UNIX) as door:
        door.bind(str(arena / "socket"))
        door.listen()
        (arena / "socket").chmod(0o777)
        yield open_port.getsockname()[1]


def _world(arena: Path) -> set[str]:
    """What attacks have left: `attack…` wherever they may write, anything in the grader's own."""
    places = [Path(place) for place in WORLD_WRITABLE] + [arena, arena / "results", ROOT]
    found = {path for place in places for path in place.iterdir() if "attack" in path.name}
    return {str(path) for path in found | set((arena / "tmp").iterdir())}


def _digests(arena: Path) -> dict[str, str]:
    """Contents of what must not change."""
    rooms = [ROOT / room for room in ("grader", "reference", "rubrics")]
    files = [
        file for room in rooms for file in room.rglob("*.*") if "__pycache__" not in file.parts
    ]
    files += [arena / "canary.txt", *arena.glob("submissions/neighbour-*/hw2.py")]
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}


def _left_over(arena: Path) -> list[str]:
    """Processes that programs of this run have started: they know its temporary folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        with contextlib.suppress(psutil.Error):
            if process.info["status"] == psutil.STATUS_ZOMBIE:
                continue
            if any(str(arena) in value for value in process.environ().values()):
                found.append(f"{process.pid}: {process.info['cmdline']}")
    return found
