"""What a run of a student's program did: raw facts, no judgement.

The sandbox fills these types from the messages of an untrusted process, so they are strict:
unknown fields are refused and numbers arrive as plain float64 lists. Nothing in here says whether
anything is right; that is what `grader.evidence` finds out, outside the sandbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.model import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Ending: TypeAlias = Literal[
    "returned",
    "raised",
    "timed_out",
    "out_of_memory",
    "wrote_too_much",
    "ended_early",
    "absent",
    "grader_fault",
]
"""How a run ended. ``ended_early``: the process was gone before its last report;
``absent``: there was nothing to run; ``grader_fault``: ours, never the student's."""


class Tensor(Value, frozen=True):
    """Numbers that left the sandbox: flat float64 values with their shape and original dtype.

    JSON has no NaN and no infinity; they arrive as None.
    """

    shape: tuple[int, ...]
    dtype: str
    values: tuple[float | None, ...]

    @property
    def array(self) -> NDArray[np.float64]:
        """The values as a flat array; what was not finite is NaN."""
        import numpy as np  # noqa: PLC0415 - who only starts the sandbox need not wait for it

        return np.array(self.values, dtype=np.float64)


class Leaf(Value, frozen=True):
    """A tensor at the end of the graph that one pass through autograd went down.

    Attributes:
        key: identifies the same leaf in every run.
        names: what the student calls it: variables, keys, parameter names.
        value: the numbers in it when the pass began.
        gradient: what this pass contributed, without the factor put in by the run's `scale`.
        accumulated: ``.grad`` after the pass, as the student sees it.
    """

    key: str
    names: tuple[str, ...]
    value: Tensor
    gradient: Tensor | None
    accumulated: Tensor | None = None


class Snapshot(Value, frozen=True):
    """One pass through autograd: the differentiated scalar `root`, the leaves, their gradients.

    `custom_function` names a hand-written `torch.autograd.Function` in the graph; `by_hand` says
    that nothing else stands between the root and the leaves. `examples` is how many of them a
    `vmap` ran at once: root, gradients and some leaves are then stacked, the first example first.
    """

    index: int
    root: Tensor
    leaves: tuple[Leaf, ...]
    custom_function: str | None = None
    by_hand: bool = False
    examples: int = 0


class Recorded(Value, frozen=True):
    """A value that the student's code computed, at one site of the source.

    Attributes:
        site: stable id of the place in the source and of the path into a container.
        occurrence: how many values the site had yielded before this one.
        label: the student's own words for it: variable, key, attribute, text of a print argument.
        kind: what the code did there (``assign``, ``return``, ``global``, ``argument``, …).
        group: ties together the arguments of one call or the fields of one printed text.
        line: 1-based line of the program's text.
        snapshot: number of backward passes that had finished at that moment.
        step: position in the run's sequence of records.
        value: the numbers.
    """

    site: str
    occurrence: int
    label: str
    kind: str
    group: str
    line: int
    snapshot: int
    step: int
    value: Tensor


class Constant(Value, frozen=True):
    """A number written in the source that could be replaced in another run."""

    index: int
    line: int
    value: float


class Compared(Value, frozen=True):
    """Two values that the code held against each other (a difference, an equality).

    `left` and `right` are positions in `Observation.records`.
    """

    how: str
    line: int
    left: int
    right: int


class RunRequest(Value, frozen=True):
    """How to run a program once.

    Attributes:
        seed: where all random generators start.
        offset: added to every seed that the program sets itself; 0 runs it as submitted.
        constants: new values for numbers in the source, by index.
        scale: factor on what autograd's engine is given; 1 runs it as submitted.
        stop_at_first_pass: end as soon as autograd is entered.
        seconds: time limit.
        values: with so many values seen and no new ones, it is stopped before; 0 waits for its end.
    """

    seed: int = 0
    offset: int = 0
    constants: dict[int, float] = {}
    scale: float = 1.0
    stop_at_first_pass: bool = False
    seconds: float = 60.0
    values: int = 0


class Observation(Value, frozen=True):
    """One run of one program: what it computed and how it ended. Facts, no judgement.

    Attributes:
        message: the exception, or how it was stopped.
        line: 1-based line of the program's text where that happened.
        output: what was printed, its beginning and its end.
        seconds: duration; `settled` is when the last value appeared, of `values` seen by then.
        missing_package: first name of a package whose import failed.
        failed_assertions: lines of the program's own checks that failed.
    """

    ending: Ending
    message: str = ""
    line: int | None = None
    output: str = ""
    seconds: float = 0.0
    settled: float = 0.0
    values: int = 0
    snapshots: tuple[Snapshot, ...] = ()
    records: tuple[Recorded, ...] = ()
    compared: tuple[Compared, ...] = ()
    constants: tuple[Constant, ...] = ()
    missing_package: str | None = None
    failed_assertions: tuple[int, ...] = ()
