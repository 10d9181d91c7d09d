"""One run of a program in a fresh ``__main__``, and how it ended."""

from __future__ import annotations

import builtins
import functools
import io
import linecache
import os
import shutil
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import torch

from .engine import Engine, FirstPassReached
from .imports import importing_from
from .instrument import Instrumented, instrument
from .recorder import Recorder
from .seeds import seeded
from .sites import RECORDER_NAME
from .tests import run_tests
from .ways import Way

OUTPUT_HEAD = 12_000  # bytes of printed text kept from the start …
OUTPUT_TAIL = 4_000  # … and from the end
ALARM_AGAIN_SECONDS = 0.2  # a bare `except:` in a loop may swallow the first alarm
ANSWERS = 20  # to questions on the terminal, all of them Enter: the program's own default
QUIET_SECONDS = 0.3  # after the last value of a program that never ends


Ways = dict[Hashable, Way]
"""The ways of earlier runs, by their seeds and numbers."""


class OutOfTime(BaseException):
    """Raised in the program when its time is up, at the line where it then is."""


def run(
    program: dict[str, Any], request: dict[str, Any], folder: Path, ways: Ways
) -> dict[str, Any]:
    """Run the program once as `request` says and report everything that it did.

    `ways` is what its runs tell each other: how the earlier ones went.
    """
    started = time.perf_counter()
    path = str(folder / program["path"])
    try:
        code = _prepared(program, path, request)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return {
            "ending": "raised",
            "message": _named(error),
            "line": getattr(error, "lineno", None),
        }
    engine = Engine(request["scale"], request["stop_at_first_pass"], _way(request, ways))
    engine.recorder.sites.update(code.sites)
    module = _fresh_main(path, engine)
    output = _Kept()
    with (
        _clean_state(module, path, output),
        seeded(request["seed"], request["offset"]),
        restored(folder),
        importing_from(Path(path).parent, engine.recorder),
        engine.watching(),
    ):
        clock = _Clock(request["seconds"], request["values"], engine.recorder)
        ending = _execute(lambda: _run(code.code, module, engine), path, clock)
    if ending["ending"] == "returned" and engine.recorder.failed_cell is not None:
        ending = _raised(engine.recorder.failed_cell, path)
    settled, values = engine.recorder.last_news - started, len(engine.recorder.records)
    return {
        **ending,
        **_harvest(engine, module),
        "output": output.text(),
        "seconds": time.perf_counter() - started,
        "settled": settled,
        "values": values,
        "constants": _numbers(code),
    }


def _prepared(program: dict[str, Any], path: str, request: dict[str, Any]) -> Instrumented:
    """The rewritten program."""
    return _instrumented(program["text"], path, _constants(request), tuple(program["cells"]))


def _constants(request: dict[str, Any]) -> tuple[tuple[int, float], ...]:
    return tuple((int(index), value) for index, value in request["constants"].items())


def _way(request: dict[str, Any], ways: Ways) -> Way:
    """With a scaled engine the way of the same run without; otherwise a new one, remembered."""
    key = request["seed"], request["offset"], _constants(request)
    if request["scale"] != 1:
        return Way(ways.get(key))
    if request["stop_at_first_pass"]:
        return Way()
    ways[key] = Way()
    return ways[key]


@functools.lru_cache(maxsize=32)
def _instrumented(
    text: str,
    path: str,
    replacements: tuple[tuple[int, float], ...],
    cells: tuple[int, ...],
) -> Instrumented:
    """The rewritten program; runs that differ only in seeds share it."""
    return instrument(text, path, dict(replacements), cells)


def _numbers(code: Instrumented) -> list[dict[str, Any]]:
    return [dict(vars(number)) for number in code.numbers]


def _harvest(engine: Engine, module: types.ModuleType) -> dict[str, Any]:
    recorder = engine.recorder
    recorder.finish(vars(module))
    return {
        "snapshots": engine.snapshots,
        "records": recorder.records,
        "compared": recorder.compared,
        "failed_assertions": recorder.failed_assertions,
    }


def _fresh_main(path: str, engine: Engine) -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__file__ = path
    vars(module).update(
        {"__builtins__": builtins, "get_ipython": _NoNotebook, RECORDER_NAME: engine.recorder}
    )
    return module


def _run(code: Any, module: types.ModuleType, engine: Engine) -> None:
    """Run the code, then its tests when it has some and has done nothing else with autograd."""
    leaving: SystemExit | None = None
    try:
        exec(code, vars(module))  # noqa: S102 - running it is what the sandbox is for
    except SystemExit as stop:
        leaving = stop
    if not engine.finished:
        with suppress(Exception):
            run_tests(module)
    if leaving is not None:
        raise leaving


def _execute(work: Callable[[], None], path: str, clock: _Clock) -> dict[str, Any]:
    """Work until it returns, raises, exits, or its time is up."""
    ending: dict[str, Any] = {"ending": "returned", "message": "", "line": None}
    try:
        with clock.running():
            work()
    except FirstPassReached:
        pass
    except SystemExit as stop:
        ending["message"] = f"sys.exit({stop.code})" if stop.code not in (None, 0, False) else ""
    except OutOfTime as stop:
        ending.update(ending="timed_out", message="time limit", line=_line_in(stop, path))
    except MemoryError as error:
        ending.update(ending="out_of_memory", message=_named(error), line=_line_in(error, path))
    except BaseException as error:
        ending = _raised(error, path)
    return ending


def _raised(error: BaseException, path: str) -> dict[str, Any]:
    """An exception as an ending; a package that is not installed is named."""
    ending: dict[str, Any] = {
        "ending": "raised", "message": _named(error), "line": _line_in(error, path),
    }  # fmt: skip
    if isinstance(error, ModuleNotFoundError):
        ending["missing_package"] = (error.name or "").partition(".")[0]
    return ending


class _Clock:
    """Stops a run whose time is up, or that has nothing more to tell.

    Args:
        seconds: time limit.
        values: a run of a program that never ends is over with so many, and no new ones for a
            while; 0 if it may have more to tell.
        recorder: counts the values.
    """

    def __init__(self, seconds: float, values: int, recorder: Recorder) -> None:
        self._seconds = seconds
        self._values = values
        self._recorder = recorder
        self._end = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Raise `OutOfTime` inside when it is time."""
        self._end = time.perf_counter() + self._seconds
        first = min(self._seconds, ALARM_AGAIN_SECONDS) if self._values else self._seconds
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, first, ALARM_AGAIN_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: Any) -> None:
        now = time.perf_counter()
        is_told = 0 < self._values <= len(self._recorder.records)
        if now >= self._end or (is_told and now - self._recorder.last_news > QUIET_SECONDS):
            raise OutOfTime


@contextmanager
def _clean_state(module: types.ModuleType, path: str, output: _Kept) -> Iterator[None]:
    """Give the program the surroundings of a script, and take back what it changed."""
    main = sys.modules["__main__"]
    streams = sys.stdin, sys.stdout, sys.stderr, sys.argv
    printed = io.TextIOWrapper(
        cast("IO[bytes]", output), encoding="utf-8", errors="replace", write_through=True
    )
    environment, modules = dict(os.environ), set(sys.modules)
    defaults = torch.get_default_dtype(), np.geterr(), torch.is_grad_enabled()
    sys.modules["__main__"] = module
    linecache.cache.pop(path, None)
    typed = io.StringIO("\n" * ANSWERS)
    sys.stdin, sys.stdout, sys.stderr, sys.argv = typed, printed, printed, [path]
    os.chdir(Path(path).parent)
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = streams
        sys.modules["__main__"] = main
        _forget(environment, modules)
        torch.set_default_dtype(defaults[0])
        np.seterr(**defaults[1])
        torch.set_grad_enabled(defaults[2])
        _close_figures()


def _forget(environment: dict[str, str], modules: set[str]) -> None:
    """Take back variables of the environment, and modules that the program made up itself."""
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
    for name in sys.modules.keys() - modules:
        if getattr(sys.modules[name], "__spec__", None) is None:
            del sys.modules[name]


@contextmanager
def restored(folder: Path) -> Iterator[None]:
    """Remove what the program wrote beside itself: its next run begins like its first."""
    before = set(folder.iterdir())
    try:
        yield
    finally:
        with suppress(OSError):  # what the program made impossible
            for made in set(folder.iterdir()) - before:
                if made.is_dir() and not made.is_symlink():
                    shutil.rmtree(made, ignore_errors=True)
                else:
                    made.unlink(missing_ok=True)


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        with suppress(Exception):
            pyplot.close("all")


class _Kept(io.RawIOBase):
    """Bytes that were printed: their beginning and their end."""

    def __init__(self) -> None:
        self._head, self._tail, self._cut = b"", b"", False

    def write(self, data: Any) -> int:
        data = bytes(data)
        room = OUTPUT_HEAD - len(self._head)
        self._head += data[:room]
        if len(data) > room:
            tail = self._tail + data[room:]
            self._cut = self._cut or len(tail) > OUTPUT_TAIL
            self._tail = tail[-OUTPUT_TAIL:]
        return len(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2  # for libraries that insist; the descriptor leads nowhere

    def text(self) -> str:
        """The text as kept, with a mark where it was cut."""
        cut = b"\n[... cut ...]\n" if self._cut else b""
        return (self._head + cut + self._tail).decode("utf-8", "replace")


class _NoNotebook:
    """Stands for what ``get_ipython()`` returns: accepts everything, does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def _named(error: BaseException) -> str:
    """``ValueError: …``, never failing, whatever the exception's own methods do."""
    try:
        return f"{type(error).__name__}: {error}"[:600]
    except BaseException:
        return type(error).__name__


def _line_in(error: BaseException, path: str) -> int | None:
    """The last line of the program itself that the error passed through."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == path
    ]
    return lines[-1] if lines else None
