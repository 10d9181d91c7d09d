"""Shows that the walls hold: small programs that try to get through, run like any other.

A program prints ``True`` if it was kept back. What it leaves running is looked for from outside.
"""

from __future__ import annotations

import secrets
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.model import Program, Value
from grader.observation import Observation, RunRequest
from grader.sandbox import limits
from grader.sandbox.client import Sandbox
from grader.sandbox.protection import WALLS

SECONDS = 10.0

MARK = "7654.321"
"""Seconds for which a process sleeps that should not outlive its program: found by that."""


class Proof(Value, frozen=True):
    """One thing that was tried: what must hold, whether it did, and what was seen."""

    claim: str
    holds: bool
    seen: str = ""


FAILS = """
    def fails(attempt):
        try:
            attempt()
        except (OSError, MemoryError, ImportError):
            return True
        return False
"""

ATTEMPTS = {
    "the reference cannot be read": """
        import pathlib
        files = [file for room in {hidden!r} for file in pathlib.Path(room).rglob("*")]
        files += [pathlib.Path(path) for path in {hidden!r}]
        print(all(fails(file.read_bytes) for file in files))
    """,
    "the grader and the reference cannot be imported": """
        print(fails(lambda: __import__("grader.pipeline")), fails(lambda: __import__("reference")))
    """,
    "no connection can be made": """
        import socket
        print(fails(lambda: socket.create_connection(("127.0.0.1", 9), 1)), end=" ")
        print(fails(lambda: socket.socket(socket.AF_UNIX).connect("\\0x")))
    """,
    "other processes cannot be signalled or looked into": """
        import os
        def looks_into(pid):
            try:
                return bool(open(f"/proc/{{pid}}/environ", "rb").read(1))
            except OSError:
                return False
        others = [p for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()]
        ours = [int(p) for p in others if p == {parent!r}]
        print(not any(map(looks_into, others)), all(fails(lambda: os.kill(p, 0)) for p in ours))
    """,
    "no privilege is left and none can be had": """
        told = dict(l.split(":", 1) for l in open("/proc/self/status").read().splitlines())
        print(int(told["CapEff"], 16) == 0, int(told["NoNewPrivs"]) == 1)
    """,
    "memory is limited": "print(fails(lambda: bytes(10 ** 11)))",
    "the size of files is limited": """
        file = open("proof", "wb")
        print(fails(lambda: file.truncate({file_bytes} + 1)))
    """,
    "the number of open files is limited": """
        import os
        print(fails(lambda: [os.open("/dev/null", 0) for _ in range({open_files} + 1)]))
    """,
}
"""What a program tries, and must not achieve; each prints ``True`` once or more."""

WRITER = """
    for place in {places!r}:
        fails(lambda: open(place + "/{name}", "x"))
"""
"""Writes wherever it may. Some places may be its own ones under the same name: what counts is that
nothing is there afterwards, seen from outside."""

DAEMON = f"""
    import os
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "{MARK}"])
        os._exit(0)
    print(True)
"""


def proofs(sandbox: Sandbox) -> Iterator[Proof]:
    """Try everything; needs a few seconds."""
    facts = sandbox.facts | {"file_bytes": limits.FILE_BYTES, "open_files": limits.OPEN_FILES}
    for claim, attempt in ATTEMPTS.items():
        seen = _run(sandbox, textwrap.dedent(attempt).format(**facts))
        yield Proof(claim, set(seen.output.split()) == {"True"}, _told(seen))
    yield _nothing_written(sandbox, facts)
    endless = _run(sandbox, "while True: pass\n", seconds=0.5)
    yield Proof("time is limited", endless.ending == "timed_out", _told(endless))
    daemon = _run(sandbox, textwrap.dedent(DAEMON))
    gone = not _is_running(MARK)
    yield Proof("nothing is left running", gone and "True" in daemon.output, _told(daemon))


def standing(sandbox: Sandbox) -> dict[str, str]:
    """For each wall, in words, whether it stands, or why not."""
    missing = sandbox.protection.missing
    return {
        words: "on" if name not in missing else f"off ({missing[name]})"
        for name, words in WALLS.items()
    }


def _nothing_written(sandbox: Sandbox, facts: dict[str, Any]) -> Proof:
    name = f"grader-proof-{secrets.token_hex(4)}"
    places = ["/", "/etc", "/usr", "/tmp", "/var/tmp", facts["home"], facts["project"]]  # noqa: S108
    seen = _run(sandbox, textwrap.dedent(WRITER).format(places=places, name=name))
    written = [place for place in places if Path(place, name).exists()]
    return Proof(
        "nothing outside of its folder can be written",
        seen.ending == "returned" and not written,
        f"{_told(seen)}; written in: {written}",
    )


def _run(sandbox: Sandbox, text: str, seconds: float = SECONDS) -> Observation:
    program = Program("proof.py", "the grader", textwrap.dedent(FAILS) + text)
    with sandbox.session(program) as session:
        return session.run(RunRequest(seconds=seconds))


def _told(seen: Observation) -> str:
    return f"{seen.ending}: {seen.message or seen.output.strip()}"


def _is_running(argument: str) -> bool:
    """Whether a process anywhere has this as its last argument."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if file.read_bytes().split(b"\0")[-2:-1] == [argument.encode()]:
                return True
        except OSError:
            continue
    return False
