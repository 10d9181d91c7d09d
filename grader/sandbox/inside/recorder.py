"""Keeps the values that a rewritten program computes, as plain numbers and within limits.

Values are copied out at once, because tensors change later; only at a site that has already yielded
many values is just the latest one remembered, and read when the run is over. Conversion goes by
exact type, so that a subclass with its own idea of arithmetic never gets a word in.
"""

from __future__ import annotations

import time
from collections import Counter, namedtuple
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch

from .sites import LARGEST_NUMBER, PAIR, Site
from .ways import Way

MAX_RECORDS = 8_000  # a script that keeps more than this is dumping, not checking gradients
MAX_NUMBERS = 400_000  # bounds the report to some 8 MB
MAX_ELEMENTS = 4_096  # one gradient of a network with that many hidden units; larger is data
EAGER_PER_SITE = 40  # copies at once; loops over a few points or widths stay below
MAX_CONTAINER = 64  # entries looked at in one dict, list or tuple
MAX_DEPTH = 4  # containers within containers
MAX_ALIVE = 2_000  # leaves remembered by name

Plain = namedtuple("Plain", "shape dtype values")


class Recorder:
    """Receives the values of one run; the rewritten program calls its short methods."""

    def __init__(self, passes: Any, way: Way) -> None:
        self.sites: dict[str, Site] = {}
        self.records: list[dict[str, Any]] = []
        self.compared: list[dict[str, Any]] = []
        self.failed_assertions: list[int] = []
        self.failed_cell: Exception | None = None
        self.last_news = time.perf_counter()
        self._way = way
        self._passes = passes  # anything with `.finished`: autograd passes so far
        self._counts: Counter[str] = Counter()
        self._latest: dict[str, tuple[Any, int]] = {}
        self._numbers = 0
        self._names: dict[int, list[str]] = {}
        self._alive: list[Any] = []
        self._modules: list[torch.nn.Module] = []

    # -- what the rewritten program calls

    def keep(self, site: str, value: Any) -> Any:
        """Notice a value and hand it back."""
        if type(value) not in _UNINTERESTING:
            self._note(site, value)
        return value

    def difference(self, site: str, left: Any, right: Any) -> Any:
        """Compute ``left - right`` and notice both."""
        self._note_pair(site, left, right)
        return left - right

    def held(self, site: str, left: Any, right: Any) -> Any:
        """Notice that `left` is about to be compared with `right`, and hand `right` back."""
        self._note_pair(site, left, right)
        return right

    def equals(self, site: str, left: Any, right: Any) -> Any:
        """Compute ``left == right`` and notice both."""
        self._note_pair(site, left, right)
        return left == right

    def differs(self, site: str, left: Any, right: Any) -> Any:
        """Compute ``left != right`` and notice both."""
        self._note_pair(site, left, right)
        return left != right

    def quotient(self, site: str, left: Any, right: Any, ratio: str = "") -> Any:
        """Compute ``left / right``; notice it when the divisor could be a step size.

        Where both may be gradients, the site `ratio` holds them against each other.
        """
        result = left / right
        if ratio and type(left) in _FRACTIONAL and type(right) in _FRACTIONAL:
            self._note_pair(ratio, left, right)
        if type(right) in (float, int) and 0 < abs(right) < LARGEST_STEP:
            self._note(site, result)
        return result

    def decided(self, place: str, condition: Any) -> Any:
        """The condition, or what it was when the run's way was found."""
        held = bool(condition)
        goes = self._way.go(place, held)
        return condition if goes == held else goes

    def each_decided(self, place: str, function: Any, conditions: Any) -> Any:
        """The same for each of the conditions that Python's ``all`` or ``any`` looks at."""
        if function not in (all, any):  # numpy's, perhaps
            return conditions
        return (self.decided(place, condition) for condition in conditions)

    def shifted(self, shift: float, made: Any) -> Any:
        """Move a new number, or the entries of a tensor or array by amounts around `shift`."""
        if type(made) is torch.Tensor and made.dtype.is_floating_point:
            pattern = torch.cos(torch.arange(made.numel(), dtype=torch.float64))
            with torch.no_grad():
                made += shift * pattern.reshape(made.shape).to(made.dtype)
        elif type(made) is np.ndarray and made.dtype.kind == "f":
            made += shift * np.cos(np.arange(made.size)).reshape(made.shape).astype(made.dtype)
        elif type(made) is float:
            return made + shift
        return made

    def assertion_failed(self, line: int, *_: Any) -> None:
        """Note that the check in `line` failed."""
        if len(self.failed_assertions) < MAX_CONTAINER:
            self.failed_assertions.append(line)

    def cell_failed(self, error: Exception) -> None:
        """Remember the first exception that ended a notebook cell."""
        self.failed_cell = self.failed_cell or error

    # -- noting

    def _note(self, site: str, value: Any) -> None:
        """Keep a value; whatever is odd about it must not reach the program."""
        with suppress(Exception):
            self._keep(site, value)

    def _keep(self, site: str, value: Any) -> None:
        count = self._counts[site]
        self._counts[site] += 1
        if count < EAGER_PER_SITE:
            self._record(site, count, value, self._passes.finished)
        else:
            self._latest[site] = (value, self._passes.finished)

    def _note_pair(self, site: str, left: Any, right: Any) -> None:
        if type(left) in _WHOLE and type(right) in _WHOLE:
            return
        if type(left) in _UNINTERESTING or type(right) in _UNINTERESTING:
            return
        count = self._counts[site]
        self._counts[site] += 1
        if count >= EAGER_PER_SITE:
            self._latest[site] = ((left, right), self._passes.finished)
        else:
            with suppress(Exception):
                self._record_pair(site, count, left, _expected(right), self._passes.finished)

    def _record_pair(self, site: str, count: int, left: Any, right: Any, passes: int) -> None:
        first = len(self.records)
        self._record(site, count, left, passes, side="left")
        second = len(self.records)
        self._record(site, count, right, passes, side="right")
        if second - first == len(self.records) - second:  # single values, or containers alike
            how, line = self.sites[site].kind, self.sites[site].line
            self.compared += [
                {"how": how, "line": line, "left": step, "right": step + second - first}
                for step in range(first, second)
                if self._path(step) == self._path(step + second - first)
            ]

    def _path(self, step: int) -> str:
        """Where in its container a recorded side of a pair stands."""
        site: str = self.records[step]["site"]
        return site.partition("#")[2].partition("/")[2]

    def _record(self, site: str, occurrence: int, value: Any, passes: int, side: str = "") -> None:
        place = self.sites[site]
        left, _, right = place.label.partition(PAIR)
        name = {"left": left, "right": right}.get(side, place.label)
        for path, label, plain in self._plain_parts(value, name, "", 0):
            if len(self.records) >= MAX_RECORDS or self._numbers >= MAX_NUMBERS:
                return
            self._numbers += len(plain.values)
            self.last_news = time.perf_counter()
            self.records.append(
                {
                    "site": f"{site}#{side}{path}",
                    "occurrence": occurrence,
                    "label": label,
                    "kind": place.kind,
                    "group": place.group,
                    "line": place.line,
                    "snapshot": passes,
                    "step": len(self.records),
                    "value": plain._asdict(),
                }
            )

    def _plain_parts(self, value: Any, label: str, path: str, depth: int) -> Any:
        """Yield (path, label, numbers) for a value and, in containers, for what it holds."""
        self._remember(value, label)
        plain = plain_numbers(value)
        if plain is not None:
            yield path, label, plain
        elif depth < MAX_DEPTH:
            for key, entry in _entries(value):
                name = key if isinstance(key, str) else f"[{key}]"
                yield from self._plain_parts(
                    entry, f"{label} {name}"[-160:], f"{path}/{str(key)[:60]}", depth + 1
                )

    def finish(self, namespace: dict[str, Any]) -> None:
        """Read what is left when the run is over: busy sites, and the module's own variables."""
        with suppress(Exception):
            self._read_busy_sites()
        for name, value in list(namespace.items()):
            if not name.startswith("__") and type(value) not in _UNINTERESTING:
                key = f"global:{name}"
                self.sites[key] = Site(name, "global", 0, "")
                with suppress(Exception):
                    self._record(key, 0, value, self._passes.finished)

    def _read_busy_sites(self) -> None:
        for site, (value, passes) in self._latest.items():
            count = self._counts[site] - 1
            if self.sites[site].kind in ("difference", "equality", "ratio"):
                self._record_pair(site, count, value[0], value[1], passes)
            else:
                self._record(site, count, value, passes)

    # -- names of leaves

    def _remember(self, value: Any, label: str) -> None:
        if isinstance(value, torch.nn.Module):
            if len(self._modules) < MAX_CONTAINER and all(m is not value for m in self._modules):
                self._modules.append(value)
        elif type(value) in _TENSORS and value.requires_grad and value.is_leaf:
            names = self._names.setdefault(id(value), [])
            if label not in names and len(self._alive) < MAX_ALIVE:
                names.append(label)
                self._alive.append(value)  # keeps the id from being used again

    def names_of(self, leaf: Any) -> list[str]:
        """What the program calls a leaf: its variables, its keys, its parameter names."""
        names = list(self._names.get(id(leaf), ()))
        for module in self._modules:
            names += [name for name, parameter in module.named_parameters() if parameter is leaf]
        return list(dict.fromkeys(names))[:8]


LARGEST_STEP = 0.05
"""Finite-difference steps are smaller than this; other divisors are no sign of one."""

_WHOLE = frozenset({int, bool})
_UNINTERESTING = frozenset({str, bytes, bool, type(None), type, type(len), type(lambda: None)})
_TENSORS = frozenset({torch.Tensor, torch.nn.Parameter})
_NUMPY_FLOATS = frozenset({np.float64, np.float32, np.float16, np.longdouble})
_ARRAYS = frozenset({np.ndarray, np.matrix})
_FRACTIONAL = _TENSORS | _NUMPY_FLOATS | _ARRAYS | {float}
_EXACT = frozenset({torch.float64, torch.float32})
"""Their numbers are Python's own without a conversion."""
_tolist, _to, _detach, _reshape = (
    torch.Tensor.tolist,
    torch.Tensor.to,
    torch.Tensor.detach,
    torch.Tensor.reshape,
)


def _expected(value: Any) -> Any:
    """What stands in a ``pytest.approx``; any other value itself."""
    return value.expected if type(value).__name__.startswith("Approx") else value


def plain_numbers(value: Any) -> Plain | None:
    """The numbers in a float, tensor or array; None for anything else."""
    kind = type(value)
    if kind is float:
        return Plain([], "float", [_finite(value)])
    if kind is int:
        return Plain([], "int", [float(value)]) if abs(value) < LARGEST_NUMBER else None
    if kind in _TENSORS:
        return _plain_tensor(value)
    if kind in _ARRAYS or kind in _NUMPY_FLOATS:
        return _plain_array(np.asarray(value))
    if kind is list and value and len(value) <= MAX_ELEMENTS:
        return _plain_list(value)
    return None


def _plain_tensor(tensor: torch.Tensor) -> Plain | None:
    with torch._C.DisableTorchFunctionSubclass():
        tensor = _detach(unwrapped(tensor))
        if not tensor.dtype.is_floating_point or tensor.numel() > MAX_ELEMENTS:
            return None
        if tensor.layout is not torch.strided or tensor.is_meta:
            return None
        flat = tensor if tensor.ndim == 1 else _reshape(tensor, (-1,))
        numbers = _tolist(flat if tensor.dtype in _EXACT else _to(flat, torch.float64))
    name = str(tensor.dtype).removeprefix("torch.")
    return Plain(list(tensor.shape), name, [_finite(number) for number in numbers])


def unwrapped(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor beneath the wrappers of `torch.func` transforms."""
    functorch = torch._C._functorch
    while functorch.is_gradtrackingtensor(tensor) or functorch.is_functionaltensor(tensor):
        tensor = functorch.get_unwrapped(tensor)
    return tensor


def batch_dimension(tensor: torch.Tensor) -> int | None:
    """Where `vmap` hides the examples, or None outside of one."""
    functorch = torch._C._functorch
    while functorch.is_gradtrackingtensor(tensor) or functorch.is_functionaltensor(tensor):
        tensor = functorch.get_unwrapped(tensor)
    return functorch.maybe_get_bdim(tensor) if functorch.is_batchedtensor(tensor) else None


def example_by_example(tensor: torch.Tensor) -> torch.Tensor:
    """The numbers of all examples that `vmap` runs at once, the first example first."""
    dimension = batch_dimension(tensor)
    plain = unwrapped(tensor)
    if dimension is None:
        return plain
    return unwrapped(torch._C._functorch.get_unwrapped(plain)).movedim(dimension, 0)


def _plain_array(array: np.ndarray[Any, Any]) -> Plain | None:
    if array.dtype.kind != "f" or array.size > MAX_ELEMENTS:
        return None
    flat = array.astype(np.float64).ravel().tolist()
    return Plain(list(array.shape), str(array.dtype), [_finite(number) for number in flat])


def _plain_list(numbers: list[Any]) -> Plain | None:
    """A list (of lists) of Python numbers with at least one float, as people write vectors."""
    flat: list[Any] = []
    rows = numbers if type(numbers[0]) is list else [numbers]
    for row in rows:
        if type(row) is not list or len(row) != len(rows[0]):
            return None
        flat += row
    if not all(type(number) in (int, float) for number in flat) or len(flat) > MAX_ELEMENTS:
        return None
    if any(type(number) is int and abs(number) > LARGEST_NUMBER for number in flat):
        return None
    shape = [len(rows), len(rows[0])] if rows is numbers else [len(numbers)]
    return Plain(shape, "float", [_finite(float(number)) for number in flat])


def _finite(number: float) -> float | None:
    """JSON has no NaN and no infinity: they travel as null."""
    return number if -1.8e308 < number < 1.8e308 else None


def _entries(value: Any) -> list[tuple[Any, Any]]:
    """What a container holds, by key: dictionaries, sequences, named tuples, dataclasses."""
    if isinstance(value, dict):
        return list(value.items())[:MAX_CONTAINER]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value, strict=False))
    if type(value) in (list, tuple):
        return list(enumerate(value[:MAX_CONTAINER]))
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name, None)) for field in fields(value)]
    if type(value).__name__ == "SimpleNamespace":
        return list(vars(value).items())[:MAX_CONTAINER]
    return []
