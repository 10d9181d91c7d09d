"""Photographs every pass through autograd.

``loss.backward()``, ``torch.autograd.grad`` and ``torch.func.grad`` all enter the engine by one
door, `_engine_run_backward`; who calls the engine itself meets us one step further on. Before the
engine runs we walk the graph from the differentiated scalar to its leaves and copy them; after it
we copy the gradients.

With a `scale` other than 1 the gradient that enters the engine at the root is multiplied by it, so
everything that comes out of the engine, by whatever way the student reads it, carries that factor.
A value that moves with it was copied from autograd; one that does not was computed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
import torch.autograd.graph

from .recorder import Recorder, batch_dimension, example_by_example, plain_numbers
from .ways import Way

DOOR = "_engine_run_backward"

FIRST_PASSES = 24  # a check of a few points, widths, or one `autograd.grad` per parameter
LAST_PASSES = 4  # a training loop is judged at its end
MAX_NODES = 5_000  # of a graph that this homework could have
MAX_LEAVES = 32


class FirstPassReached(BaseException):
    """Ends a run that only wants to know which numbers reach the leaves."""


class Engine:
    """Watches the door for one run.

    Args:
        scale: factor on what enters the engine.
        stop_at_first: end the run at the first pass, before the engine works.
        way: which way the program is to go.
    """

    def __init__(self, scale: float, stop_at_first: bool, way: Way | None = None) -> None:
        self.finished = 0
        self.snapshots: list[dict[str, Any]] = []
        self.recorder = Recorder(self, way or Way())
        self._inside = False
        self._scale = scale
        self._stop_at_first = stop_at_first
        self._open: list[dict[str, Any]] = []  # snapshots of passes that have not returned yet

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Stand at the door, and at the engine behind it, while the program runs."""
        door = getattr(torch.autograd.graph, DOOR)

        def watched(roots: Any, *args: Any, **kwargs: Any) -> Any:
            return self._pass(door, roots, args, kwargs)

        engine = self._watched_engine()
        places: list[tuple[Any, str, Any]] = [
            (torch.autograd.graph, DOOR, watched),
            (torch.autograd, DOOR, watched),
            (torch.autograd.Variable, "_execution_engine", engine()),
            (torch._C, "_ImperativeEngine", engine),
            (sys.modules["torch.autograd.variable"], "ImperativeEngine", engine),
        ]
        originals = [(place, name, getattr(place, name)) for place, name, _ in places]
        for place, name, ours in places:
            setattr(place, name, ours)
        try:
            yield
        finally:
            for place, name, original in originals:
                setattr(place, name, original)

    def _watched_engine(self) -> type:
        """An engine for who calls it past the door; behind the door it is the ordinary one."""
        watch = self

        class WatchedEngine(torch._C._ImperativeEngine):
            def run_backward(self, roots: Any, *args: Any, **kwargs: Any) -> Any:
                work = super().run_backward
                if watch._inside:
                    return work(roots, *args, **kwargs)
                return watch._pass(work, roots, args, kwargs)

        return WatchedEngine

    def _pass(self, door: Callable[..., Any], roots: Any, args: Any, kwargs: Any) -> Any:
        roots = tuple(roots)
        for entered in self._open:  # a backward that calls autograd itself is not by hand
            entered["by_hand"] = False
        try:
            leaves, custom = leaves_of(roots)
            before = [_copy(leaf.grad) for leaf in leaves]
            snapshot = {
                "root": self._root(roots),
                "custom_function": custom,
                "by_hand": is_by_hand(roots),
                "examples": examples_of(roots),
            }
            values = [plain_numbers(example_by_example(leaf.detach())) for leaf in leaves]
            names = [self.recorder.names_of(leaf) for leaf in leaves]
        except Exception:  # inside vmap tensors have no numbers: the program must not notice
            return self._enter(door, roots, args, kwargs)
        if self._stop_at_first:
            self._keep(snapshot, leaves, names, values, [None] * len(leaves))
            raise FirstPassReached
        self._open.append(snapshot)
        try:
            result = self._enter(door, roots, args, kwargs)
        finally:
            self._open.remove(snapshot)
        asked = args[3] if len(args) > 3 else kwargs.get("inputs", ())
        returned = dict(zip(map(_identity, asked), result, strict=False)) if result else {}
        with suppress(Exception):
            gradients = [
                self._gradient(leaf, old, returned)
                for leaf, old in zip(leaves, before, strict=True)
            ]
            self._keep(snapshot, leaves, names, values, gradients)
        return result

    def _enter(self, door: Callable[..., Any], roots: Any, args: Any, kwargs: Any) -> Any:
        """Let the engine work, with what enters it scaled; a pass within a pass is part of it."""
        if self._inside:
            return door(roots, *args, **kwargs)
        self._inside = True
        try:
            return door(roots, *self._scaled(args), **kwargs)
        finally:
            self._inside = False

    def _scaled(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The engine's arguments with the root gradients multiplied by `scale`."""
        if self._scale == 1 or not args:
            return args
        gradients = tuple(g if g is None else g * self._scale for g in args[0])
        return (gradients, *args[1:])

    def _gradient(self, leaf: Any, before: Any, returned: dict[int, Any]) -> Any:
        """What this pass contributed to a leaf, without the factor that we put in."""
        if id(leaf) in returned:
            change = _copy(returned[id(leaf)])
        elif leaf.grad is None:
            return None
        else:
            with torch.no_grad():
                change = leaf.grad.detach() - before if before is not None else _copy(leaf.grad)
        return None if change is None else plain_numbers(example_by_example(change) / self._scale)

    def _root(self, roots: tuple[Any, ...]) -> Any:
        root = example_by_example(roots[0].detach()) if len(roots) == 1 else None
        plain = None if root is None else plain_numbers(root)
        return plain._asdict() if plain else {"shape": [0], "dtype": "", "values": []}

    def _keep(self, snapshot: Any, leaves: Any, names: Any, values: Any, gradients: Any) -> None:
        snapshot["index"] = self.finished
        snapshot["leaves"] = [
            {
                "key": f"leaf {position}",
                "names": called,
                "value": value._asdict(),
                "gradient": gradient and gradient._asdict(),
                "accumulated": (total := _accumulated(leaf)) and total._asdict(),
            }
            for position, (leaf, called, value, gradient) in enumerate(
                zip(leaves, names, values, gradients, strict=True)
            )
            if value is not None
        ]
        self.finished += 1
        self.snapshots.append(snapshot)
        if len(self.snapshots) > FIRST_PASSES + LAST_PASSES:
            del self.snapshots[FIRST_PASSES]


def leaves_of(roots: tuple[Any, ...]) -> tuple[list[Any], str | None]:
    """Leaves of the graph in a fixed order, and the name of a hand-written Function in it."""
    leaves: list[Any] = []
    custom: str | None = None
    seen: set[Any] = set()
    stack = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack and len(seen) < MAX_NODES and len(leaves) < MAX_LEAVES:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            custom = type(node).__name__.removesuffix("Backward")
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            leaves.append(leaf)
        stack += [following for following, _ in reversed(node.next_functions) if following]
    return leaves, custom


def examples_of(roots: tuple[Any, ...]) -> int:
    """How many examples a `vmap` runs at once here; 0 outside of one."""
    if len(roots) != 1 or batch_dimension(roots[0]) is None:
        return 0
    return len(example_by_example(roots[0].detach()))


def is_by_hand(roots: tuple[Any, ...]) -> bool:
    """Whether hand-written Functions alone say what the leaves' gradients are.

    Then every way from the scalar to a leaf leads through a Function that makes one number of
    leaves. What comes after it, a loss of torch's own, only hands it the slope ∂L/∂ŷ.
    """
    if len(roots) != 1 or roots[0].numel() != 1 or roots[0].grad_fn is None:
        return False
    found, stack = False, [roots[0].grad_fn]
    seen: set[Any] = set()
    while stack and len(seen) < MAX_NODES:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            return False
        following = [after for after, _ in node.next_functions if after is not None]
        if not isinstance(node, torch.autograd.function.BackwardCFunction):
            stack += following
        elif _makes_one_number(node) and all(hasattr(after, "variable") for after in following):
            found = True
        else:
            return False
    return found and not stack


def _makes_one_number(node: Any) -> bool:
    outputs = node._input_metadata
    return len(outputs) == 1 and math.prod(outputs[0].shape) == 1


def _copy(tensor: Any) -> Any:
    return None if tensor is None else tensor.detach().clone()


def _accumulated(leaf: Any) -> Any:
    """`.grad` as the student sees it after the pass."""
    return None if leaf.grad is None else plain_numbers(leaf.grad.detach())


def _identity(tensor: Any) -> int:
    return id(tensor) if isinstance(tensor, torch.Tensor) else id(None)
