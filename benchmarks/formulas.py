"""How long reading and evaluating formulas takes, relative to work of the same size in this run.

    .venv/bin/python benchmarks/formulas.py

Ratios and not seconds, for machines differ: reading is held against `json.loads` of the same
formulas, evaluating against the inversion of as many 3 × 3 matrices.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "formulas")]

from instances import SCOPES, scope  # noqa: E402  (the instance of the tests)

from grader.formulas.errors import FormulaError  # noqa: E402
from grader.formulas.evaluation import Evaluator  # noqa: E402
from grader.formulas.statements import statements  # noqa: E402

SEED = ROOT / "tests" / "cases" / "seed_formulas.jsonl"
ROUNDS = 5
"""The fastest of them counts: others use the machine as well."""


def fastest(work: Callable[[], object]) -> float:
    """Seconds of processor time of the fastest round."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def evaluate(members: list[tuple[str, object]]) -> int:
    """The value of every member that has one here; how many have."""
    valued = 0
    for part, expression in members:
        try:
            Evaluator(scope(part)).value(expression)  # type: ignore[arg-type]
            valued += 1
        except FormulaError:
            pass
    return valued


def main() -> None:
    """Print the ratios."""
    formulas = [json.loads(line) for line in SEED.read_text(encoding="utf-8").splitlines()]
    sources = [formula["latex"] for formula in formulas]
    thousand = (sources * 10)[:1000]
    encoded = json.dumps(thousand)
    reading = fastest(lambda: [statements(source) for source in thousand])
    parsing = fastest(lambda: json.loads(encoded))
    members = [
        (formula["part"] if formula["part"] in SCOPES else formula["part"][:2], member.expression)
        for formula in formulas
        for statement in statements(formula["latex"])
        for member in statement.members
    ]
    valued = evaluate(members)
    evaluating = fastest(lambda: evaluate(members))
    matrix = np.eye(3) + 0.1
    inverting = fastest(lambda: [np.linalg.inv(matrix) for _ in range(valued)])
    seed = fastest(lambda: [statements(source) for source in sources])
    print(f"read 1,000 formulas ({len(encoded):,} bytes): {reading / parsing:,.0f} × json.loads")
    print(f"evaluate {valued} members: {evaluating / inverting:,.1f} × as many inverses of 3 × 3")
    print(f"the official solution, read and evaluated once: {1e3 * (seed + evaluating):,.0f} ms")


if __name__ == "__main__":
    main()
