"""Submissions graded side by side: in this process, or in several with a sandbox each."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from pathlib import Path
from typing import ClassVar, Generic, NamedTuple, TypeAlias, TypeVar

from grader.cores import deaf_to_ctrl_c
from grader.model import Submission
from grader.pipeline import Graded, given_up, grade_submission
from grader.rubric import Rubric, load_rubric
from grader.sandbox import Sandbox

LOG = logging.getLogger("grader")

KeyT = TypeVar("KeyT")
Job: TypeAlias = tuple[KeyT, Callable[[], Submission]]
"""What a submission is called here, and how its files are read."""

READ_AHEAD = 2
"""Submissions for each process, one under way and one to come: few enough for memory."""

LEAVING_SECONDS = 2.0
"""For a process to leave what it does, before it ends without."""


class Running(NamedTuple):
    """How student code is run: side by side in how many processes, how long, and how strictly."""

    workers: int
    seconds: float
    strict: bool = False


def graded(
    jobs: Iterable[Job[KeyT]],
    rubrics: Path,
    running: Running,
    started: Sandbox | None = None,
) -> Iterator[tuple[KeyT, Graded]]:
    """Each submission with its result, as they finish.

    Args:
        jobs: the submissions; each is read when its turn comes.
        rubrics: folder of the rubric, which every process loads for itself.
        running: how; with one worker all is done in this process.
        started: a sandbox to be used where this process does it all.

    Raises:
        SandboxFault: strictly, and student code could reach what it must not.
    """
    rubric = load_rubric(rubrics)
    if running.workers == 1:
        yield from _here(jobs, rubric, running, started)
        return
    coming = iter(jobs)
    broken: list[tuple[KeyT, Submission]] = []
    while True:
        with _Pool[KeyT](rubrics, running) as pool:
            try:
                yield from pool.graded(coming)
                break
            except BrokenProcessPool:
                broken += pool.under_way.values()
                LOG.warning("a process of the grader was killed; a new one goes on")
    for key, submission in broken:
        yield key, _again(submission, rubric, rubrics, running)


def _again(submission: Submission, rubric: Rubric, rubrics: Path, running: Running) -> Graded:
    """One more attempt, alone: what kills the grader twice is for a TA."""
    with _Pool[None](rubrics, running._replace(workers=1)) as pool:
        try:
            ((_, result),) = pool.graded(iter([(None, lambda: submission)]))
        except BrokenProcessPool:
            return given_up(submission, rubric)
        return result


def _here(
    jobs: Iterable[Job[KeyT]], rubric: Rubric, running: Running, started: Sandbox | None
) -> Iterator[tuple[KeyT, Graded]]:
    with contextlib.nullcontext(started) if started else Sandbox() as sandbox:
        if running.strict:
            sandbox.insist()
        for key, load in jobs:
            yield key, grade_submission(load(), rubric, sandbox, running.seconds)


class _Pool(Generic[KeyT]):
    """Processes that end when this one does, in whatever way: they hold its lifeline."""

    def __init__(self, rubrics: Path, running: Running) -> None:
        self.under_way: dict[Future[Graded], tuple[KeyT, Submission]] = {}
        self._running = running
        context = multiprocessing.get_context("spawn")
        lifeline, self._lifeline = context.Pipe(duplex=False)
        self._processes = ProcessPoolExecutor(
            running.workers,
            context,
            initializer=_start_worker,
            initargs=(rubrics, running.strict, lifeline),
        )

    def __enter__(self) -> _Pool[KeyT]:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._lifeline.close()  # whatever is being run is not waited for
        self._processes.shutdown(cancel_futures=True)
        self._lifeline.close()

    def graded(self, jobs: Iterator[Job[KeyT]]) -> Iterator[tuple[KeyT, Graded]]:
        """Each with its result; a few are read ahead.

        Raises:
            BrokenProcessPool: a process was killed; `under_way` has what is not finished.
        """
        for key, load in islice(jobs, READ_AHEAD * self._running.workers):
            self._submit(key, load())
        while self.under_way:
            for done in wait(self.under_way, return_when=FIRST_COMPLETED).done:
                result = done.result()
                key, _ = self.under_way.pop(done)
                for following, load in islice(jobs, 1):
                    self._submit(following, load())
                yield key, result

    def _submit(self, key: KeyT, submission: Submission) -> None:
        with deaf_to_ctrl_c():
            future = self._processes.submit(_grade_in_worker, submission, self._running.seconds)
        self.under_way[future] = (key, submission)


class _Worker:
    """What one process of the pool keeps between submissions."""

    rubric: ClassVar[Rubric]
    sandbox: ClassVar[Sandbox]
    strict: ClassVar[bool]


def _start_worker(rubrics: Path, strict: bool, lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for good, and student code hears it again
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _Worker.sandbox = Sandbox()
    _Worker.rubric = load_rubric(rubrics)
    _Worker.strict = strict
    Finalize(None, _Worker.sandbox.close, exitpriority=1)  # nothing is left when the pool ends
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    signal.signal(signal.SIGTERM, _leave)  # until here nothing is under way, and dying is enough


def _end_with(lifeline: Connection) -> None:
    """End when the other end of the lifeline is gone."""
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os.kill(os.getpid(), signal.SIGTERM)


def _leave(*_: object) -> None:
    """Leave the session under way, which cleans up after itself, and end.

    The pool takes this exit for the submission's and would wait for more work; hence the thread.
    What fails from now on fails because we leave, and is not told.
    """
    logging.disable()
    threading.Thread(target=_end_soon, daemon=True).start()
    sys.exit(1)


def _end_soon() -> None:
    time.sleep(LEAVING_SECONDS)
    _Worker.sandbox.close()
    os._exit(1)


def _grade_in_worker(submission: Submission, seconds: float) -> Graded:
    if _Worker.strict:
        _Worker.sandbox.insist()
    return grade_submission(submission, _Worker.rubric, _Worker.sandbox, seconds)
