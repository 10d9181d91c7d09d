"""What a run of a student's program did: raw facts, no judgement.

The sandbox fills these types from the messages of an untrusted process, so they are strict:
unknown fields are refused and numbers arrive as plain float64 lists. Nothing in here says whether
anything is right; that is what `grader.evidence` finds out, outside the sandbox.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from grader.model import Value

Ending: TypeAlias = Literal[
    "returned",
    "raised",
    "timed_out",
    "out_of_memory",
    "ended_early",
    "absent",
    "grader_fault",
]
"""How a run ended. ``ended_early``: the process was gone before its last report;
``absent``: there was nothing to run; ``grader_fault``: ours, never the student's."""


class Tensor(Value):
    """Numbers that left the sandbox: flat float64 values with their shape and original dtype."""

    shape: tuple[int, ...]
    dtype: str
    values: tuple[float, ...]


class Leaf(Value):
    """A tensor whose gradient one backward pass computed.

    `key` identifies the same leaf in every run; `names` are what the student calls it.
    """

    key: str
    names: tuple[str, ...]
    value: Tensor
    gradient: Tensor | None


class Snapshot(Value):
    """One pass through autograd: the differentiated scalar, the leaves, their gradients.

    Gradients are what this call contributed (not what `.grad` has accumulated), divided by the
    factor by which the run scaled the engine. `accumulated` holds ``.grad`` as the student sees it.
    """

    index: int
    root: Tensor
    leaves: tuple[Leaf, ...]
    accumulated: dict[str, Tensor] = {}
    custom_function: str | None = None


class Recorded(Value):
    """A value that the student's code computed, at one site of the source.

    Attributes:
        site: stable id of the place in the source and of the path into a container.
        occurrence: how many values the site had yielded before this one.
        label: the student's own words for it: variable, key, attribute, text of a print argument.
        kind: what the code did there (``assign``, ``return``, ``global``, ``argument``, …).
        line: 1-based line of the program's text.
        snapshot: number of backward passes that had finished at that moment.
        step: position in the run's sequence of records.
        value: the numbers.
    """

    site: str
    occurrence: int
    label: str
    kind: str
    line: int
    snapshot: int
    step: int
    value: Tensor


class Constant(Value):
    """A number written in the source that could be replaced in another run."""

    index: int
    line: int
    value: float


class Compared(Value):
    """Two values that the code held against each other (difference, allclose, printed together).

    `left` and `right` are positions in `Observation.records`.
    """

    how: str
    line: int
    left: int
    right: int


class Observation(Value):
    """One run of one program: what it computed and how it ended. Facts, no judgement."""

    ending: Ending
    message: str = ""
    line: int | None = None
    output: str = ""
    seconds: float = 0.0
    snapshots: tuple[Snapshot, ...] = ()
    records: tuple[Recorded, ...] = ()
    compared: tuple[Compared, ...] = ()
    literals: tuple[Constant, ...] = ()
    missing_package: str | None = None
    asserts_failed: tuple[int, ...] = ()
