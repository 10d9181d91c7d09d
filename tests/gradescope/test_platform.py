"""The packaged zip, set up and run as Gradescope does it, grades every sample as expected.

Slow (it installs torch) and in need of packages, so `make test` leaves it out: `make platform`.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from grader.packaging import PROJECT, package
from grader.reports.gradescope import validated
from tests.gradescope.harness import Platform

pytestmark = pytest.mark.platform

SAMPLES = sorted(p.parent for p in (PROJECT / "sample_submissions").glob("*/expected.yaml"))


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """An autograder image, built from the zip by the same steps as the real one."""
    root = tmp_path_factory.mktemp("platform") / "autograder"
    archive = package(root.parent / "autograder.zip").path
    unzip(archive, root / "source")
    shutil.copyfile(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    environment = os.environ | {"AUTOGRADER_ROOT": str(root)}
    subprocess.run(["bash", root / "source" / "setup.sh"], env=environment, check=True)
    yield Platform(root)
    shutil.rmtree(root)  # more than a gigabyte, and pytest would keep the last three


def unzip(archive: Path, target: Path) -> None:
    """Like the command, and unlike `extractall`: with the modes that the zip records."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(target)
        for info in opened.infolist():
            (target / info.filename).chmod(stat.S_IMODE(info.external_attr >> 16))


def handed_in(sample: Path) -> dict[str, bytes]:
    files = (path for path in sorted(sample.rglob("*")) if path.is_file())
    return {
        path.relative_to(sample).as_posix(): path.read_bytes()
        for path in files
        if path.name != "expected.yaml"
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_graded_as_expected(platform: Platform, sample: Path) -> None:
    from grader.samples import matches  # noqa: PLC0415 - only the samples need it

    delivery = platform.grade(handed_in(sample))
    assert (delivery.exit_status, delivery.error_code) == (0, None), delivery.stdout
    expected = yaml.safe_load((sample / "expected.yaml").read_text(encoding="utf-8"))
    assert matches(validated(delivery.results), expected) == [], delivery.stdout


@pytest.mark.parametrize(
    "files",
    [{}, {"hw2.docx": b"\x00\xff" * 1000}, {"odd name\n.py": b"while True: pass"}],
    ids=["nothing", "garbage", "odd-name"],
)
def test_any_submission_gets_valid_results(platform: Platform, files: dict[str, bytes]) -> None:
    delivery = platform.grade(files)
    assert delivery.error_code is None, delivery.stdout
    assert "grader_fault" not in validated(delivery.results)["extra_data"]


def test_the_system_python_is_left_alone(platform: Platform) -> None:
    """The harness itself runs on it."""
    config = (platform.root / "venv" / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = false" in config


def test_setting_up_again_costs_nothing(platform: Platform) -> None:
    """And needs no network: proxies that lead nowhere stand for a laptop on a train."""
    nowhere = "http://127.0.0.1:9"
    environment = os.environ | {
        "AUTOGRADER_ROOT": str(platform.root), "https_proxy": nowhere, "http_proxy": nowhere
    }  # fmt: skip
    script = platform.root / "source" / "scripts" / "make_venv.sh"
    command = ["bash", script, platform.root / "venv"]
    subprocess.run(command, env=environment, check=True, timeout=20)
