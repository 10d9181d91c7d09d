"""The doors to randomness: every run starts from a given seed, and seeds can be moved.

Scripts that draw their values at random are varied by moving every seed that they set: torch's,
numpy's, Python's, and the generator objects of each. As submitted (offset 0) nothing is changed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

_SEED_RANGE = 2**31 - 1

_DEVICES: tuple[Any, ...] = (torch.cuda, torch.mtia, torch.xpu)

_FUNCTIONS: tuple[tuple[Any, str], ...] = (
    (torch, "manual_seed"),
    (torch.random, "manual_seed"),
    (np.random, "seed"),
    (np.random, "default_rng"),
    (random, "seed"),
)

_DOORS = (*_FUNCTIONS, (torch, "Generator"), (np.random, "RandomState"), (random, "Random"))


def leave_absent_devices_alone() -> None:
    """Seed no device that this torch was built without; torch would note the call stack for each.

    For this process and its children. A program sees no difference.
    """
    for device in _DEVICES:
        if not device._is_compiled():  # asking for devices would start threads where it is
            device.manual_seed_all = _seed_nothing


def _seed_nothing(seed: int) -> None:
    """What `manual_seed_all` comes to without the device."""
    int(seed)


@contextmanager
def seeded(seed: int, offset: int) -> Iterator[None]:
    """Seed everything; while the program runs, add `offset` to every seed that it sets itself."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    doors: list[tuple[Any, str, Any]] = []
    if offset:
        doors += [(place, name, _moved(getattr(place, name), offset)) for place, name in _FUNCTIONS]
        doors += _generator_classes(offset)
    originals = [(place, name, getattr(place, name)) for place, name in _DOORS]
    try:
        for place, name, moved in doors:
            setattr(place, name, moved)
        yield
    finally:
        for place, name, original in originals:
            setattr(place, name, original)


def _moved(original: Callable[..., Any], offset: int) -> Callable[..., Any]:
    """`original` with `offset` added to its first argument when that is a whole number."""

    def with_moved_seed(*args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], int):
            args = ((args[0] + offset) % _SEED_RANGE, *args[1:])
        elif isinstance(kwargs.get("seed"), int):
            kwargs["seed"] = (kwargs["seed"] + offset) % _SEED_RANGE
        return original(*args, **kwargs)

    return with_moved_seed


def _generator_classes(offset: int) -> tuple[tuple[Any, str, type], ...]:
    """Subclasses of the generator types: those are used in `isinstance` and cannot be functions."""

    class TorchGenerator(torch._C.Generator):
        def manual_seed(self, seed: int) -> Any:
            return super().manual_seed((seed + offset) % _SEED_RANGE)

    class NumpyRandomState(np.random.RandomState):
        def __init__(self, seed: Any = None) -> None:
            super().__init__(seed + offset if isinstance(seed, int) else seed)

    class PythonRandom(random.Random):
        def __init__(self, seed: Any = None) -> None:
            super().__init__(seed + offset if isinstance(seed, int) else seed)

    return (
        (torch, "Generator", TorchGenerator),
        (np.random, "RandomState", NumpyRandomState),
        (random, "Random", PythonRandom),
    )
