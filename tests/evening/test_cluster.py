"""A class on a Dask cluster comes out as on one machine, also when a worker is lost."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from benchmarks.classes import build
from grader.samples import SAMPLES
from tests.evening.conftest import regrade, run
from tests.evening.test_faults import finished, totals

distributed = pytest.importorskip("distributed")

WRITTEN = [SAMPLES / name for name in ("weak-writeup", "half-answered", "no-code", "code-only")]


@pytest.fixture(name="cluster")
def fixture_cluster():
    """A scheduler and three workers on this machine's loopback."""
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


def test_a_cluster_that_loses_a_worker_gives_the_same_store(cluster, tmp_path):
    build(WRITTEN, 8, tmp_path / "class.zip")
    store = tmp_path / "cluster"
    killed = threading.Event()

    def kill_one():
        while finished(store) < 2:
            time.sleep(0.02)
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        killed.set()

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    told = regrade(tmp_path / "class.zip", store, "--scheduler", cluster.scheduler_address)
    killer.join(timeout=5)
    assert killed.is_set()
    assert "8 graded" in told
    regrade(tmp_path / "class.zip", tmp_path / "local")
    assert totals(store) == totals(tmp_path / "local")


def test_an_address_where_nobody_answers_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.cluster.CONNECT_SECONDS", 1)
    build(WRITTEN, 1, tmp_path / "class.zip")
    address = "tcp://127.0.0.1:9"
    told = run("regrade", tmp_path / "class.zip", "--store", tmp_path / "s",
               "--scheduler", address, status=2)  # fmt: skip
    assert address in told
