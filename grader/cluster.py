"""Submissions graded on a Dask cluster: the same sandbox on every worker, one store here.

Needs the optional packages of ``grader[cluster]``. Workers need this version of the grader, and
one thread each: ``dask worker ADDRESS --nthreads 1 --nworkers N``. A submission travels to the
worker and its result back; workers share no file system with us. What a lost worker had under way
is graded elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from grader.errors import Fault, UsageError
from grader.model import Submission
from grader.pipeline import Graded, given_up, grade_submission
from grader.pool import READ_AHEAD, Job, Running
from grader.rubric import Rubric, load_rubric
from grader.sandbox import Sandbox
from grader.versions import observed_with

KeyT = TypeVar("KeyT")

CONNECT_SECONDS = 20

LOSSES = 2
"""Workers that one submission may lose; what loses three is for a TA."""


def graded(
    jobs: Iterable[Job[KeyT]], rubrics: Path, running: Running, address: str
) -> Iterator[tuple[KeyT, Graded]]:
    """Each submission with its result, as they finish.

    Args:
        jobs: the submissions; each is read when its turn comes.
        rubrics: folder of the rubric, here; workers get what is in it.
        running: time limit and strictness; how many workers there are is the cluster's business.
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises:
        UsageError: no scheduler answers there, or the optional packages are missing.
        Fault: a worker has another version of the grader.
    """
    rubric = load_rubric(rubrics)
    with _client(address) as client:
        yield from _Cluster[KeyT](client, rubric, running).graded(iter(jobs))


def _client(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 - optional, and slow to import
    except ImportError as error:
        raise UsageError(
            "--scheduler needs more packages: pip install 'grader[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}.") from error
    if not client.scheduler_info()["workers"]:
        client.close()
        raise UsageError(f"the Dask scheduler at {address} has no workers. Start some first.")
    return client


class _Cluster(Generic[KeyT]):
    """Keeps every worker busy with a few submissions at a time."""

    def __init__(self, client: Any, rubric: Rubric, running: Running) -> None:
        self._client = client
        self._running = running
        self._rubric = rubric
        self._sent = client.scatter(rubric, broadcast=True)
        self._under_way: dict[Any, tuple[KeyT, Submission]] = {}

    def graded(self, jobs: Iterator[Job[KeyT]]) -> Iterator[tuple[KeyT, Graded]]:
        """Each with its result."""
        from distributed import as_completed  # noqa: PLC0415 - optional

        threads = sum(one["nthreads"] for one in self._client.scheduler_info()["workers"].values())
        coming = as_completed(loop=self._client.loop)
        for key, load in islice(jobs, READ_AHEAD * threads):
            coming.add(self._submit(key, load()))
        for done in coming:
            key, submission = self._under_way.pop(done)
            for following, load in islice(jobs, 1):
                coming.add(self._submit(following, load()))
            yield key, self._result(done, submission)

    def _submit(self, key: KeyT, submission: Submission) -> Any:
        running = self._running
        future = self._client.submit(
            _grade_on_worker, submission, self._sent, running.seconds, running.strict,
            pure=False, retries=LOSSES,
        )  # fmt: skip
        self._under_way[future] = (key, submission)
        return future

    def _result(self, done: Any, submission: Submission) -> Graded:
        from distributed import KilledWorker  # noqa: PLC0415 - optional

        try:
            version, result = done.result()
        except KilledWorker:
            return given_up(submission, self._rubric)
        if version != observed_with():
            raise Fault(
                "a worker of the cluster has another version of the grader or of PyTorch; "
                "install the same one everywhere."
            )
        assert isinstance(result, Graded)
        return result


class _Worker:
    """What a worker process keeps between submissions; one is graded at a time."""

    lock = threading.Lock()
    sandbox: Sandbox | None = None


def _grade_on_worker(
    submission: Submission, rubric: Rubric, seconds: float, strict: bool
) -> tuple[str, Graded]:
    with _Worker.lock:
        sandbox = _Worker.sandbox = _Worker.sandbox or Sandbox()
        if strict:
            sandbox.insist()
        return observed_with(), grade_submission(submission, rubric, sandbox, seconds)
