"""What the recorder keeps: exact types, plain numbers, within limits, and never an exception."""

import math
import types
from collections import OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from grader.sandbox.inside import recorder as module
from grader.sandbox.inside.recorder import Recorder, plain_numbers
from grader.sandbox.inside.sites import Site
from grader.sandbox.inside.ways import Way

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script.:DeprecationWarning")


class Passes:
    """Stands for the engine: how many passes have finished."""

    finished = 0


@pytest.fixture
def recorder():
    made = Recorder(Passes(), Way())
    made.sites["s"] = Site("grads", "assign", 3, "")
    made.sites["d"] = Site("a ~ b", "difference", 4, "")
    made.sites["q"] = Site("a ~ h", "quotient", 5, "")
    return made


def records(recorder):
    return [(r["label"], tuple(r["value"]["values"])) for r in recorder.records]


# --- numbers, by exact type


class OwnFloat(float):
    pass


class OwnTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_, **__):
        raise AssertionError("a subclass has no say")


class OwnArray(np.ndarray):
    def astype(self, *_, **__):
        raise AssertionError("a subclass has no say")


T = torch.tensor
PLAIN = {
    "a float": (1.5, [], "float", [1.5]),
    "an integer": (3, [], "int", [3.0]),
    "a float of numpy": (np.float32(0.5), [], "float32", [0.5]),
    "a double of numpy": (np.float64(0.1), [], "float64", [0.1]),
    "half a float of numpy": (np.float16(0.5), [], "float16", [0.5]),
    "a scalar tensor": (T(1.5), [], "float32", [1.5]),
    "a double tensor": (T([0.1], dtype=torch.float64), [1], "float64", [0.1]),
    "half a tensor": (T([[0.5]], dtype=torch.bfloat16), [1, 1], "bfloat16", [0.5]),
    "a parameter": (torch.nn.Parameter(T([1.0, 2.0])), [2], "float32", [1.0, 2.0]),
    "a leaf with a gradient": (T([1.0], requires_grad=True), [1], "float32", [1.0]),
    "a result with a graph": (T([1.0], requires_grad=True) * 2, [1], "float32", [2.0]),
    "a transposed view": (T([[1.0, 2.0], [3.0, 4.0]]).T, [2, 2], "float32", [1.0, 3.0, 2.0, 4.0]),
    "a slice": (torch.arange(6.0)[::2], [3], "float32", [0.0, 2.0, 4.0]),
    "an expanded tensor": (T([1.5]).expand(3), [3], "float32", [1.5, 1.5, 1.5]),
    "no numbers": (torch.empty(0), [0], "float32", []),
    "an array": (np.array([[1.0, 2.0]]), [1, 2], "float64", [1.0, 2.0]),
    "an array without dimensions": (np.array(1.5), [], "float64", [1.5]),
    "a reversed array": (np.arange(3.0)[::-1], [3], "float64", [2.0, 1.0, 0.0]),
    "an array of another byte order": (np.array([1.5], dtype=">f8"), [1], ">f8", [1.5]),
    "a list": ([1.5, 2], [2], "float", [1.5, 2.0]),
    "a list of lists": ([[1.5, 2.0], [3.0, 4.0]], [2, 2], "float", [1.5, 2.0, 3.0, 4.0]),
    "a column of lists": ([[1.5], [2.5]], [2, 1], "float", [1.5, 2.5]),
}


@pytest.mark.parametrize("case", PLAIN)
def test_numbers_become_plain_with_their_shape_and_type(case):
    value, shape, dtype, numbers = PLAIN[case]
    plain = plain_numbers(value)
    assert (plain.shape, plain.dtype, plain.values) == (shape, dtype, numbers)
    assert all(type(number) is float for number in plain.values)


NO_NUMBERS = {
    "a truth value": True,
    "a text": "1.5",
    "nothing": None,
    "a complex number": 1.5j,
    "a float of its own kind": OwnFloat(1.5),
    "a tensor of its own kind": T([1.5]).as_subclass(OwnTensor),
    "an array of its own kind": np.array([1.5]).view(OwnArray),
    "a matrix of numpy": np.ma.array([1.5]),
    "whole numbers in a tensor": T([1, 2]),
    "a mask": T([True, False]),
    "complex numbers in a tensor": T([1.5j]),
    "whole numbers in an array": np.array([1, 2]),
    "objects in an array": np.array([1.5, None], dtype=object),
    "a tensor without data": torch.empty(3, device="meta"),
    "a sparse tensor": torch.eye(3).to_sparse(),
    "an integer beyond all measure": 10**400,
    "a list of texts": ["1.5"],
    "a list of truth values": [True, False],
    "an empty list": [],
    "a ragged list": [[1.5], [1.5, 2.5]],
    "a list of tensors": [T(1.5)],
    "a list and a number": [[1.5], 2.5],
    "a tuple": (1.5, 2.5),
    "a dictionary": {"a": 1.5},
    "a set": {1.5},
    "a range": range(3),
    "a generator": (x for x in [1.5]),
    "a function": math.sin,
    "a class": float,
    "a module": torch.nn.Linear(1, 1),
    "too many numbers in a tensor": torch.zeros(module.MAX_ELEMENTS + 1),
    "too many numbers in an array": np.zeros(module.MAX_ELEMENTS + 1),
    "too many numbers in a list": [0.5] * (module.MAX_ELEMENTS + 1),
    "too many numbers in lists": [[0.5] * 65 for _ in range(64)],
}


@pytest.mark.parametrize("case", NO_NUMBERS)
def test_anything_else_is_no_number(case):
    assert plain_numbers(NO_NUMBERS[case]) is None


@pytest.mark.parametrize("value", [[10**400], [1.5, 10**400], [[10**400]]])
def test_a_list_with_an_integer_beyond_all_measure_is_no_number(value):
    assert plain_numbers(value) is None


def test_as_many_numbers_as_are_allowed_are_kept():
    assert len(plain_numbers(torch.ones(module.MAX_ELEMENTS)).values) == module.MAX_ELEMENTS
    assert len(plain_numbers([0.5] * module.MAX_ELEMENTS).values) == module.MAX_ELEMENTS


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_travels_as_none(value):
    for made in ([value, 1.5], T([value, 1.5]), np.array([value, 1.5])):
        assert plain_numbers(made).values == [None, 1.5]
    assert plain_numbers(value).values == [None]


def test_the_largest_and_smallest_floats_are_finite():
    extremes = [1.7976931348623157e308, -1.7976931348623157e308, 5e-324, -0.0]
    assert plain_numbers(extremes).values == extremes


# --- containers

Point = namedtuple("Point", "u v")


@dataclass
class Grads:
    W1: object
    b1: object = 2.5
    name: str = "x"


CONTAINERS = {
    "a dictionary": ({"W1": 1.5, "b1": T([2.5])}, [("grads W1", (1.5,)), ("grads b1", (2.5,))]),
    "other dictionaries": (
        OrderedDict(a=1.5, b=defaultdict(list, c=2.5)),
        [("grads a", (1.5,)), ("grads b c", (2.5,))]),
    "keys that are no text": (
        {0: 1.5, (1, 2): 2.5}, [("grads [0]", (1.5,)), ("grads [(1, 2)]", (2.5,))]),
    "a tuple": ((1.5, "x", T([2.5])), [("grads [0]", (1.5,)), ("grads [2]", (2.5,))]),
    "a list of tensors": ([T([1.5]), None], [("grads [0]", (1.5,))]),
    "a named tuple": (Point(1.5, (2.5,)), [("grads u", (1.5,)), ("grads v [0]", (2.5,))]),
    "a dataclass": (Grads(T(1.5)), [("grads W1", (1.5,)), ("grads b1", (2.5,))]),
    "a simple namespace": (
        types.SimpleNamespace(W1=1.5, more={"x": 0.5}),
        [("grads W1", (1.5,)), ("grads more x", (0.5,))]),
    "four levels": ({"a": {"b": {"c": {"d": 1.5}}}}, [("grads a b c d", (1.5,))]),
    "five levels": ({"a": {"b": {"c": {"d": {"e": 1.5}}}}}, []),
    "a deque": (deque([1.5]), []),
    "the class of a dataclass": (Grads, []),
    "an empty dictionary": ({}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTAINERS)
def test_containers_are_looked_into_with_their_keys_as_words(recorder, case):
    value, expected = CONTAINERS[case]
    assert recorder.keep("s", value) is value
    assert records(recorder) == expected


def test_each_entry_of_a_container_has_a_site_of_its_own(recorder):
    recorder.keep("s", {"W1": 1.5, "b1": {"x": 2.5}})
    sites = [r["site"] for r in recorder.records]
    assert [site.removeprefix("s").lstrip("#") for site in sites] == ["/W1", "/b1/x"]


def test_a_container_that_holds_itself_ends(recorder):
    circle = {"x": 1.5}
    circle["self"] = circle
    recorder.keep("s", circle)
    assert len(recorder.records) == module.MAX_DEPTH


def test_only_the_first_entries_of_a_large_container_are_looked_at(recorder):
    recorder.keep("s", {f"k{n}": n + 0.5 for n in range(10 * module.MAX_CONTAINER)})
    assert len(recorder.records) == module.MAX_CONTAINER


class Hostile(dict):
    def items(self):
        raise RuntimeError("no")


@dataclass
class Broken:
    W1: float = 1.5

    def __getattribute__(self, name):
        if name == "W1":
            raise RuntimeError("no")
        return super().__getattribute__(name)

    def __post_init__(self):
        pass


class Key:
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __str__


@pytest.mark.parametrize("value", [Hostile(a=1.5), Broken(), {Key(): 1.5}], ids=["a", "b", "c"])
def test_a_container_with_its_own_ideas_does_not_break_the_program(recorder, value):
    assert recorder.keep("s", value) is value


def batched(recorder):
    return torch.vmap(lambda row: recorder.keep("s", row * 2).sum())(torch.ones(2, 3))


def test_a_tensor_inside_vmap_does_not_break_the_program(recorder):
    assert batched(recorder).tolist() == [6.0, 6.0]


@pytest.mark.parametrize("transform", [torch.func.grad, torch.func.jacrev, torch.func.jacfwd])
def test_a_tensor_inside_a_transform_is_kept_as_plain_numbers(recorder, transform):
    def f(x):
        return recorder.keep("s", x**2).sum()

    assert transform(f)(torch.tensor([1.0, 3.0])).tolist() == [2.0, 6.0]
    assert ("grads", (1.0, 9.0)) in records(recorder)


def test_values_are_copied_at_once(recorder):
    tensor, array, numbers = torch.ones(2), np.ones(2), [1.0, 1.0]
    for value in (tensor, array, numbers):
        recorder.keep("s", value)
    tensor.mul_(5)
    array *= 5
    numbers[:] = [5.0, 5.0]
    assert [values for _, values in records(recorder)] == [(1.0, 1.0)] * 3


# --- the operations that it stands in for


class Algebra:
    def __sub__(self, other):
        return ("sub", other)

    def __rsub__(self, other):
        return ("rsub", other)

    __hash__ = None

    def __eq__(self, other):
        return "eq"

    def __ne__(self, other):
        return "ne"

    def __truediv__(self, other):
        return ("div", other)


def test_operations_give_what_python_gives(recorder):
    odd = Algebra()
    assert recorder.difference("d", odd, 1) == ("sub", 1)
    assert recorder.difference("d", 1, odd) == ("rsub", 1)
    assert recorder.equals("d", odd, 1) == "eq"
    assert recorder.differs("d", odd, 1) == "ne"
    assert recorder.quotient("q", odd, 1e-3) == ("div", 1e-3)
    with pytest.raises(TypeError):
        recorder.difference("d", "a", 1)
    with pytest.raises(ZeroDivisionError):
        recorder.quotient("q", 1, 0)


PAIRS = [
    # left, right, whether the pair is kept
    (1.5, 2.5, True),
    (T([1.5]), np.array([2.5]), True),
    (1.5, 2, True),
    (1, 2, False),
    (True, 1.5, False),
    ("a", "b", False),
    (1.5, None, False),
    (T([1]), T([2]), False),
    ({"a": 1.5}, {"a": 2.5}, True),
    ({"a": 1.5, "b": 2.5}, 1.5, False),
]


@pytest.mark.parametrize(("left", "right", "kept"), PAIRS)
def test_two_numbers_that_are_held_against_each_other_are_kept_as_a_pair(
    recorder, left, right, kept
):
    recorder.equals("d", left, right)
    assert len(recorder.compared) == kept
    for one in recorder.compared:
        assert (one["how"], one["line"], one["right"]) == ("difference", 4, one["left"] + 1)


QUOTIENTS = [(1e-3, True), (1e-6, True), (-1e-3, True), (0.05, False), (2, False), (1.5, False)]


@pytest.mark.parametrize(("step", "kept"), QUOTIENTS)
def test_only_a_division_by_a_small_step_is_a_difference_quotient(recorder, step, kept):
    recorder.quotient("q", 3.0, step)
    recorder.quotient("q", 3.0, T(step))
    assert len(recorder.records) == kept


# --- limits


def test_a_busy_site_keeps_its_first_values_and_its_last(recorder):
    for n in range(1000):
        recorder.keep("s", n + 0.5)
    recorder.finish({})
    kept = [(r["occurrence"], r["value"]["values"][0]) for r in recorder.records]
    first = [(n, n + 0.5) for n in range(module.EAGER_PER_SITE)]
    assert kept == [*first, (999, 999.5)]


def test_a_busy_comparison_keeps_its_first_pairs_and_its_last(recorder):
    for n in range(1000):
        recorder.difference("d", n + 0.5, n + 0.25)
    recorder.finish({})
    assert len(recorder.compared) == module.EAGER_PER_SITE + 1
    last = recorder.compared[-1]
    pair = [recorder.records[last[side]]["value"]["values"] for side in ("left", "right")]
    assert pair == [[999.5], [999.25]]


def test_the_snapshot_of_a_late_value_is_that_of_its_own_moment(recorder):
    for n in range(module.EAGER_PER_SITE + 1):
        recorder._passes.finished = n
        recorder.keep("s", n + 0.5)
    recorder._passes.finished = 99
    recorder.finish({})
    assert recorder.records[-1]["snapshot"] == module.EAGER_PER_SITE


def test_no_more_records_are_kept_than_a_report_can_hold(recorder, monkeypatch):
    monkeypatch.setattr(module, "MAX_RECORDS", 50)
    for n in range(100):
        recorder.sites[f"s{n}"] = Site("v", "assign", n, "")
        recorder.keep(f"s{n}", 1.5)
    assert len(recorder.records) == 50


def test_no_more_numbers_are_kept_than_a_report_can_hold(recorder, monkeypatch):
    monkeypatch.setattr(module, "MAX_NUMBERS", 1000)
    for _ in range(30):
        recorder.keep("s", torch.ones(100))
    assert len(recorder.records) == 10


def test_a_pair_that_no_longer_fits_is_not_half_a_pair(recorder, monkeypatch):
    monkeypatch.setattr(module, "MAX_RECORDS", 3)
    recorder.difference("d", 1.5, 2.5)
    recorder.difference("d", 3.5, 4.5)
    assert len(recorder.compared) == 1


def test_failed_checks_are_counted_up_to_a_limit(recorder):
    for line in range(1000):
        recorder.assertion_failed(line)
    assert recorder.failed_assertions == list(range(module.MAX_CONTAINER))


def test_steps_number_the_records(recorder):
    recorder.keep("s", {"a": 1.5, "b": 2.5})
    recorder.difference("d", 1.5, 2.5)
    assert [r["step"] for r in recorder.records] == [0, 1, 2, 3]


# --- the end of a run


def test_the_modules_own_variables_are_read_at_the_end(recorder):
    recorder.finish({"dW1": T([1.5]), "g": {"b1": 2.5}, "__hidden": 3.5, "name": "x", "f": len})
    assert [(r["label"], r["kind"], r["line"]) for r in recorder.records] == [
        ("dW1", "global", 0), ("g b1", "global", 0)
    ]  # fmt: skip


# --- names of leaves


def test_a_leaf_is_called_by_every_name_that_it_was_given(recorder):
    leaf = T([1.5], requires_grad=True)
    recorder.sites["t"] = Site("params", "assign", 1, "")
    recorder.keep("s", leaf)
    recorder.keep("t", {"W1": leaf})
    recorder.keep("s", leaf)
    assert recorder.names_of(leaf) == ["grads", "params W1"]


def test_a_parameter_is_called_as_its_module_calls_it(recorder):
    net = torch.nn.Sequential(torch.nn.Linear(1, 3), torch.nn.ReLU())
    recorder.keep("s", net)
    assert recorder.names_of(net[0].weight) == ["0.weight"]
    assert recorder.names_of(net[0].bias) == ["0.bias"]


def test_a_stranger_has_no_name(recorder):
    recorder.keep("s", T([1.5]))
    assert recorder.names_of(T([1.5], requires_grad=True)) == []


def test_a_name_is_not_inherited_by_the_next_tensor_at_the_same_address(recorder):
    for _ in range(50):
        recorder.keep("s", T([1.5], requires_grad=True))
    strangers = [T([1.5], requires_grad=True) for _ in range(50)]
    assert all(recorder.names_of(stranger) == [] for stranger in strangers)
