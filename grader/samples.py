"""Sample submissions: a folder is a claim, `expected.yaml` in it says what has to come out.

They are golden tests, and a TA's first look at what the grader does. `grader check` runs them all.
Where a review is expected, a decision is welcome if it agrees with `truth`, what is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

SAMPLES: Final = Path(__file__).resolve().parent.parent / "sample_submissions"
EXPECTED_NAME: Final = "expected.yaml"
EXTRA_CREDIT: Final = "extra_credit"
TYPEWRITTEN_VERDICTS: Final = {"yes": "correct", "no": "incorrect", "unsure": "review"}


def sample_folders(samples: Path = SAMPLES) -> list[Path]:
    """All sample submissions by name."""
    return sorted(path.parent for path in samples.glob(f"*/{EXPECTED_NAME}"))


def load_expected(folder: Path) -> dict[str, Any]:
    """What a sample claims."""
    loaded = yaml.safe_load((folder / EXPECTED_NAME).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def matches(results: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Where a results.json differs from what a sample expects; empty when it agrees.

    Args:
        results: content of the results.json.
        expected: content of the sample's expected.yaml.
    """
    tests = {test["extra_data"]["item"]: test for test in results["tests"]}
    return [
        *_verdict_differences(tests, expected),
        *_typewritten_difference(tests, expected),
        *_points_differences(tests, expected),
        *_misconception_differences(tests, expected),
        *_notice_differences(results, expected),
    ]


def _verdict_differences(tests: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    named = expected.get("verdicts", {})
    differences = []
    for item, test in tests.items():
        if item == EXTRA_CREDIT:
            continue
        wanted = _listed(named.get(item, expected.get("written", "review")))
        if "review" in wanted:
            wanted = [*wanted, *_decisions(expected.get("truth", {}).get(item, []))]
        found = test["extra_data"]["verdict"]
        if found not in wanted:
            differences.append(f"{item}: {found}, expected {' or '.join(wanted)}")
    return differences


def _decisions(truth: Any) -> list[Any]:
    """The verdicts that are right; whether an answer is there at all is not left to `truth`."""
    return [verdict for verdict in _listed(truth) if verdict != "missing"]


def _typewritten_difference(tests: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    if "typewritten" not in expected:
        return []
    wanted = [TYPEWRITTEN_VERDICTS[answer] for answer in _listed(expected["typewritten"])]
    found = tests[EXTRA_CREDIT]["extra_data"]["verdict"]
    return [] if found in wanted else [f"typewritten: {found}, expected {' or '.join(wanted)}"]


def _points_differences(tests: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    return [
        f"{item}: {tests[item]['score']} points, expected {points}"
        for item, points in expected.get("points", {}).items()
        if tests[item]["extra_data"]["verdict"] != "review"
        and not any(abs(tests[item]["score"] - one) < 1e-9 for one in _listed(points))
    ]


def _misconception_differences(tests: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    return [
        f"{item}: notes {tests[item]['extra_data']['notes']}, expected {name!r} among them"
        for item, names in expected.get("misconceptions", {}).items()
        for name in names
        if name not in tests[item]["extra_data"]["notes"]
    ]


def _notice_differences(results: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    found = results["extra_data"].get("notices", [])
    return [f"no notice {code!r}" for code in expected.get("notices", []) if code not in found]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
