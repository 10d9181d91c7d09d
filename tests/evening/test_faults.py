"""What goes wrong in an evening: kills, a full disk, a store that cannot be written, two at once.

`GRADER_KILLS` and `GRADER_KILLED_CLASS` (a number of submissions) make the first test as long as
wanted; `benchmarks/classes.py` says how its class is made.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest

from benchmarks.classes import build
from grader.samples import SAMPLES
from grader.store import Store
from tests.evening.conftest import regrade, run

KILLS = int(os.environ.get("GRADER_KILLS", "2"))
CLASS = int(os.environ.get("GRADER_KILLED_CLASS", "6"))
WRITTEN = [
    SAMPLES / name for name in ("weak-writeup", "half-answered", "no-code", "template-empty")
]


def start(export, store, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "grader", "regrade", export, "--store", store, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def totals(store):
    with Store(store) as opened:
        return {one.hand_in.name: one.card.points for one in opened.records()}


def gradings(store):
    """How often each submission was graded."""
    database = sqlite3.connect(store / "store.sqlite")
    with contextlib.closing(database):
        rows = database.execute("SELECT submission, count(*) FROM grading GROUP BY submission")
        return dict(rows.fetchall())


def finished(store):
    with contextlib.suppress(sqlite3.DatabaseError):
        return sum(gradings(store).values())
    return 0


@pytest.fixture(name="export", scope="module")
def fixture_export(tmp_path_factory):
    export = tmp_path_factory.mktemp("export") / "class.zip"
    build(WRITTEN if CLASS < 50 else sorted(SAMPLES.iterdir()), CLASS, export)
    return export


@pytest.fixture(name="undisturbed", scope="module")
def fixture_undisturbed(export, tmp_path_factory):
    """The store of a regrade to which nothing happened."""
    store = tmp_path_factory.mktemp("undisturbed") / "store"
    regrade(export, store, "--seconds", "5")
    return store


def test_a_regrade_that_is_killed_again_and_again_comes_out_like_one_that_is_not(
    export, tmp_path, undisturbed
):
    rng = random.Random(6923)
    store = tmp_path / "killed"
    before = 0
    for _ in range(KILLS):
        running = start(export, store, "--workers", "2", "--seconds", "5")
        deadline = time.monotonic() + 120
        wanted = before + rng.randint(0, max(1, CLASS // KILLS))
        while finished(store) < wanted and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.3)
        workers = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGKILL)
        running.wait()
        _, alive = psutil.wait_procs(workers, timeout=20)
        assert not alive, "everything that it had started ends with it"
        assert finished(store) >= before, "what had been stored is lost"
        before = finished(store)
    regrade(export, store, "--workers", "2", "--seconds", "5")
    assert totals(store) == totals(undisturbed)
    assert set(gradings(store).values()) == {1}, "what had finished was run again"
    assert gradings(store).keys() == gradings(undisturbed).keys()
    run("check", "--store", store)


def test_ctrl_c_ends_at_once_and_the_next_call_goes_on(export, tmp_path):
    store = tmp_path / "store"
    running = start(export, store, "--workers", "2")
    while finished(store) < 2 and running.poll() is None:
        time.sleep(0.02)
    workers = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=30)
    assert "Traceback" not in output
    assert "stopped" in output
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive
    done = finished(store)
    assert f"{CLASS - done} graded, {done} unchanged" in regrade(export, store)


def test_ctrl_c_while_the_workers_start_is_quiet(export, tmp_path):
    running = start(export, tmp_path / "store", "--workers", "2")
    while not any("spawn_main" in " ".join(one.cmdline()) for one in children_of(running)):
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: everyone gets it
    output, _ = running.communicate(timeout=60)
    assert output == "grader: stopped. What is finished is kept where it was written.\n"


def children_of(running):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(running.pid).children()
    return []


def test_a_process_that_is_killed_is_replaced_and_no_submission_lost(export, tmp_path, undisturbed):
    store = tmp_path / "store"
    running = start(export, store, "--workers", "2")
    while finished(store) < 1 and running.poll() is None:
        time.sleep(0.02)
    children = psutil.Process(running.pid).children()
    worker = next(one for one in children if any("spawn_main" in part for part in one.cmdline()))
    worker.kill()
    output, _ = running.communicate(timeout=120)
    assert running.returncode == 0, output
    assert totals(store) == totals(undisturbed)


def test_two_regrades_at_once_share_a_store(export, tmp_path):
    store = tmp_path / "store"
    both = [start(export, store, "--workers", "1") for _ in range(2)]
    for running in both:
        output, _ = running.communicate(timeout=120)
        assert running.returncode == 0, output
    assert len(totals(store)) == CLASS
    assert "ok" in run("check", "--store", store)


def test_a_full_disk_is_named_and_what_was_stored_stays(export, tmp_path, undisturbed):
    store = tmp_path / "store"
    shutil.copytree(undisturbed, store)
    before = totals(store)
    limit = (store / "store.sqlite").stat().st_size + 4096

    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        [sys.executable, "-m", "grader", "regrade", export, "--store", store, "--again",
         "--workers", "1"],
        preexec_fn=no_room, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "store" in done.stderr and "Traceback" not in done.stderr
    assert totals(store) == before
    assert f"{CLASS} unchanged" in regrade(export, store)


def read_only(store, command):
    """A command on a store that cannot be written: by a mount for root, by permissions else."""
    grader = [sys.executable, "-m", "grader", *command, "--store", str(store)]
    if os.geteuid() == 0:
        mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        grader = ["unshare", "--mount", "sh", "-c", mount, str(store), *grader]
        return subprocess.run(grader, capture_output=True, text=True, check=False)
    for path in (store, *store.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        return subprocess.run(grader, capture_output=True, text=True, check=False)
    finally:
        for path in (store, *(p for p in store.rglob("*") if p.is_dir())):
            path.chmod(0o755)


def can_mount():
    if os.geteuid() != 0:
        return True
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not can_mount(), reason="root without the right to mount")
def test_a_store_that_may_not_be_written_can_be_read(tmp_path, undisturbed):
    store = tmp_path / "store"
    shutil.copytree(undisturbed, store)
    done = read_only(store, ["diff", "--since", "1"])
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{CLASS} scorecards moved" in done.stdout
    done = read_only(store, ["rescore"])
    assert done.returncode == 2
    assert "cannot be written" in done.stderr and "Traceback" not in done.stderr
