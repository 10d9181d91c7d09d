"""Runs the tests that a program defines but does not run itself.

Some hand in a file for pytest or unittest: functions called ``test_…``, or test cases. When such a
program has ended without using autograd, its tests are called, with the first values of their
parameters and with its own fixtures. This is no test runner: it only makes the code compute.
"""

from __future__ import annotations

import inspect
import itertools
import types
import unittest
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

MAX_CALLS = 12  # of one test with different parameters


def run_tests(module: types.ModuleType) -> None:
    """Call every test of the module; one that fails does not keep the others from running."""
    for name, value in list(vars(module).items()):
        if isinstance(value, type) and issubclass(value, unittest.TestCase):
            unittest.defaultTestLoader.loadTestsFromTestCase(value).run(unittest.TestResult())
        elif isinstance(value, type) and name.startswith("Test"):
            for method in [m for m in dir(value) if m.startswith("test")]:
                with suppress(Exception):  # a class that only sounds like a test
                    _call_test(getattr(value(), method), module)
        elif name.startswith("test") and inspect.isfunction(value):
            _call_test(value, module)


def _call_test(test: Callable[..., Any], module: types.ModuleType) -> None:
    for arguments in itertools.islice(_parametrised(test), MAX_CALLS):
        with suppress(Exception):
            test(**_completed(test, arguments, module))


def _parametrised(test: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """Arguments from ``pytest.mark.parametrize``, all combinations."""
    tables = []
    for mark in getattr(test, "pytestmark", []):
        if mark.name == "parametrize":
            names = mark.args[0]
            names = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
            rows = [row if len(names) > 1 else (row,) for row in mark.args[1]]
            tables.append([dict(zip(names, _plain(row), strict=False)) for row in rows])
    for combination in itertools.product(*tables):
        yield {name: value for row in combination for name, value in row.items()}


def _plain(row: Any) -> Any:
    """The values of a ``pytest.param``, or the row itself."""
    first = row[0] if isinstance(row, tuple) and len(row) == 1 else row
    return getattr(first, "values", row)


def _completed(
    function: Callable[..., Any], given: dict[str, Any], module: types.ModuleType
) -> dict[str, Any]:
    """The arguments that a function still needs, from fixtures of the same name."""
    arguments = dict(given)
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in arguments and parameter.default is inspect.Parameter.empty:
            arguments[name] = _fixture(name, module)
    return arguments


def _fixture(name: str, module: types.ModuleType) -> Any:
    """What a fixture gives, with its first parameter where it has some."""
    definition = vars(module)[name]
    function = inspect.unwrap(getattr(definition, "_get_wrapped_function", lambda: definition)())
    marker = getattr(definition, "_fixture_function_marker", None)
    parameters = getattr(marker, "params", None) or [None]
    request = types.SimpleNamespace(param=parameters[0])
    made = function(
        **_completed(function, {"request": request} if _wants(function) else {}, module)
    )
    return next(made) if inspect.isgenerator(made) else made


def _wants(function: Callable[..., Any]) -> bool:
    return "request" in inspect.signature(function).parameters
