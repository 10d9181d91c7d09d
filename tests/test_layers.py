"""Imports go downwards only; the reference stands alone; the trusted side never imports torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS = """
    errors model safe_text atomic cores
    observation
    reading formulas sandbox rubric
    claims similarity
    evidence
    store scoring
    reports
    pipeline
    versions pool
    cluster
    regrading exporting
    reviewing
    local samples packaging
    checking platform
    cli
    __main__
"""
"""A room may import the rooms above its own line, and those that `ALSO` allows it."""

ALSO: dict[str, set[str]] = {}
USE_REFERENCE = {"evidence", "scoring", "checking"}

RANK = {room: n for n, line in enumerate(LAYERS.splitlines()) for room in line.split()}
MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("grader", "reference")
    for path in (ROOT / package).rglob("*.py")
)
GRADER = [path for path in MODULES if path.parts[0] == "grader" and len(path.parts) > 1]
INSIDE = [path for path in GRADER if path.parts[1:3] == ("sandbox", "inside")]


def module(path):
    """``grader.rubric.scoring`` for its path."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(path):
    """Absolute names of everything that a module imports, wherever in it."""
    package = path.parts[:-1]
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms(path):
    """The rooms of the grader from which a module imports."""
    named = [name.split(".") for name in imports(path)]
    return {name[1] for name in named if name[0] == "grader" and name[1] in RANK}


def packages(path):
    """The first names of what a module imports, without Python's own library."""
    return {name.partition(".")[0] for name in imports(path)} - sys.stdlib_module_names


@pytest.mark.parametrize("path", GRADER, ids=module)
def test_imports_go_downwards_only(path):
    own = path.parts[1].removesuffix(".py")
    if own == "__init__":
        assert rooms(path) == set()
        return
    allowed = {room for room, rank in RANK.items() if rank < RANK[own]}
    assert rooms(path) <= allowed | {own} | ALSO.get(own, set())
    assert own in USE_REFERENCE or "reference" not in packages(path)


@pytest.mark.parametrize("path", [path for path in MODULES if path not in GRADER], ids=module)
def test_the_reference_imports_nothing_of_the_grader(path):
    assert packages(path) <= {"reference", "numpy"}


@pytest.mark.parametrize("path", INSIDE, ids=module)
def test_what_runs_inside_the_sandbox_imports_python_torch_and_numpy_only(path):
    own = {name for name in imports(path) if name.startswith("grader")}
    assert packages(path) <= {"torch", "numpy", "grader"}
    assert all(name.startswith("grader.sandbox.inside.") for name in own)


def test_the_fork_server_imports_python_and_what_runs_inside_only():
    assert packages(Path("grader/sandbox/server.py")) == {"inside", "layers"}


def test_no_module_of_the_trusted_side_loads_torch():
    untrusted = {*INSIDE, Path("grader/sandbox/server.py"), Path("grader/__main__.py")}
    wanted = [module(path) for path in MODULES if path not in untrusted]
    code = f"""
import importlib, sys
for name in {wanted!r}:
    importlib.import_module(name)
    assert "torch" not in sys.modules, name
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {"grader.cli", "grader.local", "grader.sandbox.client"} <= set(wanted)
