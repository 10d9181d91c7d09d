"""Roles and models are found from numbers alone: snapshots are made by hand, names say nothing."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from grader.evidence.code.layouts import FIRST_PASSES, LAST_PASSES, passes
from grader.evidence.code.network import HOMEWORK_MODEL, networks
from grader.observation import Leaf, Snapshot, Tensor
from reference import problem4
from reference.problem4 import GRADIENTS, HOMEWORK, MODELS

EVERY_ORDER = list(permutations(GRADIENTS))
NOTHING = np.zeros(0)


def instance(h, seed=0, factor=0.5):
    return problem4.sample(np.random.default_rng(seed), h, factor)


def tensor(array, dtype="float64"):
    flat = np.asarray(array, dtype=dtype if dtype != "bfloat16" else "float32").ravel()
    numbers = tuple(float(v) if np.isfinite(v) else None for v in flat)
    return Tensor((len(numbers),), dtype, numbers)


def numbers_of(i):
    """Values by role."""
    return {"W1": i.W1, "b1": i.b1, "W2": i.W2, "b2": [i.b2], "x": [i.x], "y": [i.y]}


def gradients_of(i, model=HOMEWORK):
    """Gradients by role, y's too."""
    return problem4.gradients(i, model) | {"y": [-problem4.slope(i, model)]}


def leaf(number, value, gradient, dtype="float64", accumulated=None):
    return Leaf(
        f"leaf {number}",
        (f"p{number}",),
        tensor(value, dtype),
        None if gradient is None else tensor(gradient, dtype),
        None if accumulated is None else tensor(accumulated, dtype),
    )


def snapshot(i, order, model=HOMEWORK, *, without=(), dtype="float64", index=0):
    """One pass with a leaf for each role in `order`; those in `without` have no gradient."""
    values, gradients = numbers_of(i), gradients_of(i, model)
    leaves = tuple(
        leaf(n, values[role], None if role in without else gradients[role], dtype)
        for n, role in enumerate(order)
    )
    return Snapshot(index, tensor([problem4.loss(i, model)], dtype), leaves)


def understood(*snapshots, known=()):
    """Every network that one pass, made of these snapshots, is understood as."""
    (one,) = passes(snapshots)
    return networks(one, np.array(known, dtype=float))


def only(found):
    (network,) = found
    return network


def same_numbers(network, i):
    found = network.instance
    return all(
        np.allclose(getattr(found, name), getattr(i, name), rtol=1e-6, atol=1e-9)
        for name in ("W1", "b1", "W2", "b2", "x", "y", "factor")
    )


# --- roles


@pytest.mark.parametrize("h", [1, 2, 3])
def test_roles_are_found_in_every_order_of_the_leaves(h):
    i = instance(h, seed=h)
    for order in EVERY_ORDER:
        network = only(understood(snapshot(i, order), known=[i.y, 0.5]))
        assert (network.roles, network.model_name) == (order, HOMEWORK_MODEL)
        assert same_numbers(network, i)


@pytest.mark.parametrize("h", [1, 2, 3, 5, 50])
@pytest.mark.parametrize("factor", [0.5, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_roles_and_the_loss_factor_are_found_for_any_numbers(h, factor, seed):
    i = instance(h, seed, factor)
    order = EVERY_ORDER[(7 * seed + h) % len(EVERY_ORDER)]
    network = only(understood(snapshot(i, order), known=[i.y]))
    assert (network.roles, network.factor, network.target_seen) == (order, factor, True)
    assert same_numbers(network, i)
    assert network.informative


def test_an_unusual_loss_factor_is_found_too():
    assert only(understood(snapshot(instance(3, factor=0.25), GRADIENTS))).factor == (
        pytest.approx(0.25)
    )


@pytest.mark.parametrize("h", [1, 2, 4])
def test_x_is_found_where_it_is_no_leaf(h):
    i = instance(h, seed=3)
    for order in permutations(("W1", "b1", "W2", "b2")):
        found = understood(snapshot(i, order), known=[i.y])
        assert found[0].model_name == HOMEWORK_MODEL
        for network in found:  # the skip may be detached, for all that autograd can tell
            assert (network.roles, network.instance.x) == (order, pytest.approx(i.x))
            assert network.autograd.keys() == {"W1", "b1", "W2", "b2"}


@pytest.mark.parametrize("h", [2, 3])
@pytest.mark.parametrize("place", range(6))
def test_y_may_be_a_leaf_too(h, place):
    i = instance(h, seed=4)
    for order in EVERY_ORDER[::7]:
        with_y = (*order[:place], "y", *order[place:])
        roles = [n.roles for n in understood(snapshot(i, with_y), known=[i.y])]
        assert roles == [with_y]


def test_a_leaf_without_a_gradient_is_found_by_the_others():
    i = instance(3, seed=5)
    for missing in ("W1", "b1", "x"):
        found = understood(snapshot(i, GRADIENTS, without=(missing,)), known=[i.y])
        assert GRADIENTS in [network.roles for network in found]
        assert all(len(network.autograd) == 4 for network in found)


@pytest.mark.parametrize("h", [1, 2, 5])
def test_parameters_packed_into_one_vector_are_cut_in_any_order(h):
    i = instance(h, seed=6)
    values, gradients = numbers_of(i), gradients_of(i)
    for order in EVERY_ORDER:
        value, gradient = (
            np.concatenate([np.ravel(of[role]) for role in order]) for of in (values, gradients)
        )
        one = Snapshot(0, tensor([problem4.loss(i)]), (leaf(0, value, gradient),))
        assert order in [n.roles for n in understood(one, known=[i.y])]


@pytest.mark.parametrize("h", [2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_hidden_units_written_out_in_scalars_are_put_together(h, seed):
    i = instance(h, seed)
    values, gradients = numbers_of(i), gradients_of(i)
    scalars = [(role, k) for role in GRADIENTS for k in range(np.size(values[role]))]
    np.random.default_rng(seed).shuffle(scalars)
    scalars = [(role, int(k)) for role, k in scalars]
    leaves = tuple(
        leaf(n, np.ravel(values[role])[k], np.ravel(gradients[role])[k])
        for n, (role, k) in enumerate(scalars)
    )
    found = understood(Snapshot(0, tensor([problem4.loss(i)]), leaves), known=[i.y])
    assert {network.model_name for network in found} == {HOMEWORK_MODEL}
    assert [scalars.index((role, 0)) for role in ("b2", "x")] in [
        [network.roles.index(role) for role in ("b2", "x")] for network in found
    ]
    # Numbers of units that are off can change places; what is on, and the output, cannot.
    for network in found:
        assert network.instance.y == pytest.approx(i.y)
        assert sorted(network.right["W2"]) == pytest.approx(sorted(gradients["W2"]))
        assert network.right["x"] == pytest.approx(gradients["x"])


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_roles_are_found_within_the_accuracy_of_the_numbers(dtype):
    for seed in range(5):
        i = instance(3, seed)
        roles = [n.roles for n in understood(snapshot(i, GRADIENTS, dtype=dtype))]
        assert GRADIENTS in roles


@pytest.mark.parametrize("seed", range(5))
def test_numbers_that_are_off_by_a_thousandth_fit_nothing(seed):
    i = instance(3, seed)
    for role in GRADIENTS:
        one = snapshot(i, GRADIENTS)
        leaves = list(one.leaves)
        place = GRADIENTS.index(role)
        gradient = np.asarray(gradients_of(i)[role]).copy()
        gradient[np.abs(gradient).argmax()] += 1e-3 * max(1, np.abs(gradient).max())
        leaves[place] = leaf(place, numbers_of(i)[role], gradient)
        assert understood(Snapshot(0, one.root, tuple(leaves))) == []


def test_names_and_sums_follow_their_roles():
    i = instance(2)
    order = ("x", "W2", "b1", "b2", "W1")
    values, gradients = numbers_of(i), gradients_of(i)
    leaves = tuple(
        leaf(n, values[role], gradients[role], accumulated=2 * np.asarray(gradients[role]))
        for n, role in enumerate(order)
    )
    network = only(understood(Snapshot(0, tensor([problem4.loss(i)]), leaves)))
    assert network.names == {role: (f"p{n}",) for n, role in enumerate(order)}
    for role in order:
        assert np.allclose(network.accumulated[role], 2 * network.autograd[role])
        assert np.allclose(network.autograd[role], np.ravel(gradients[role]))


# --- models


def variants(without=""):
    """Every mistaken model; only the gradient of x tells a detached skip from the right one."""
    for name, models in MODELS.items():
        for n, model in enumerate(models if name != without else ()):
            yield pytest.param(name, model, id=f"{name}-{n}")


def order_for(model):
    takes = {"b1": model.hidden_bias, "b2": model.output_bias}
    return tuple(role for role in GRADIENTS if takes.get(role, True))


@pytest.mark.parametrize(("name", "model"), list(variants()))
@pytest.mark.parametrize("h", [2, 4])
def test_a_mistaken_model_is_named(name, model, h):
    for seed in range(4):
        i = instance(h, seed)
        order = order_for(model)
        found = understood(snapshot(i, order, model), known=[i.y])
        assert {network.model_name for network in found} == {name}
        assert order in [network.roles for network in found]
        for network in found:
            for role in order:
                assert np.allclose(network.own[role], network.autograd[role], rtol=1e-6)


@pytest.mark.parametrize(("name", "model"), list(variants(without="detached-skip")))
def test_a_mistaken_model_is_told_by_its_target_where_x_has_no_gradient(name, model):
    for seed in range(4):
        i = instance(4, seed)
        order = tuple(role for role in order_for(model) if role != "x")
        found = understood(snapshot(i, order, model), known=[i.y, 0.5, 1.0])
        assert name in {network.model_name for network in found}
        assert HOMEWORK_MODEL not in {network.model_name for network in found}


@pytest.mark.parametrize("model", [HOMEWORK, MODELS["missing-skip-term"][0]])
def test_without_x_and_without_its_target_a_model_is_not_certain(model):
    found = understood(snapshot(instance(3), ("W1", "b1", "W2", "b2"), model), known=[123.0])
    assert {n.model_name for n in found} >= {HOMEWORK_MODEL, "missing-skip-term"}
    assert not any(network.target_seen for network in found)


def test_the_right_model_comes_alone_where_a_mistaken_one_gives_the_same_gradients():
    i = instance(3)
    on = replace(i, b1=np.abs(i.W1[:, 0] * i.x) + 1.0)  # all units on: no ReLU is the same
    assert {n.model_name for n in understood(snapshot(on, GRADIENTS))} == {HOMEWORK_MODEL}
    assert not any(n.informative for n in understood(snapshot(on, GRADIENTS)))


@pytest.mark.parametrize("seed", range(4))
def test_another_network_fits_nothing(seed):
    rng = np.random.default_rng(seed)
    for sizes in ((3, 3, 3, 1, 1), (4, 4, 4, 1), (2, 2, 2, 1, 1, 1), (1, 1, 1, 1, 1)):
        leaves = tuple(leaf(n, rng.normal(size=s), rng.normal(size=s)) for n, s in enumerate(sizes))
        assert understood(Snapshot(0, tensor([1.0]), leaves), known=[0.5]) == []


# --- little to go by


@pytest.mark.parametrize("h", [1, 2, 3])
def test_units_that_are_all_off_leave_several_readings_that_decide_nothing(h):
    i = replace(instance(h, seed=2), b1=-5.0 - np.arange(h))
    i = replace(i, W1=np.clip(i.W1, -1, 1), x=0.7)
    found = understood(snapshot(i, GRADIENTS), known=[i.y])
    assert GRADIENTS in [network.roles for network in found]
    assert {network.model_name for network in found} == {HOMEWORK_MODEL}
    # A single unit is on or off; that it was seen as both is for several runs to say.
    assert any(network.informative for network in found) is (h == 1)
    assert not any(on for network in found for on in network.units)
    assert all(np.allclose(network.right["x"], network.autograd["x"]) for network in found)


DEGENERATE = {
    "an error of zero": lambda i: problem4.with_slope(i, 0.0),
    "an x of zero": lambda i: replace(i, x=0.0),
    "an x of one": lambda i: replace(i, x=1.0),
    "all zero": lambda i: replace(i, W1=0 * i.W1, b1=0 * i.b1, W2=0 * i.W2, b2=0.0, y=1.0),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_numbers_are_never_informative(case):
    for seed in range(4):
        i = DEGENERATE[case](instance(3, seed))
        found = understood(snapshot(i, GRADIENTS), known=[i.y])
        assert not any(network.informative for network in found)
        assert HOMEWORK_MODEL in {network.model_name for network in found}


NOT_FINITE = tensor([np.nan, np.inf, -np.inf])
POOR = {
    # what becomes of the n-th leaf's value and gradient
    "no gradients at all": lambda _, value, __: (value, None),
    "gradients that are not finite": lambda n, value, gradient: (
        (value, NOT_FINITE) if n == 1 else (value, gradient)
    ),
    "values that are not finite": lambda n, value, gradient: (
        (NOT_FINITE, gradient) if n == 2 else (value, gradient)
    ),
    "gradients of other sizes": lambda _, value, __: (value, tensor(np.ones(2))),
    "leaves without numbers": lambda *_: (tensor([]), tensor([])),
}


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("case", POOR)
def test_numbers_that_make_no_sense_are_understood_as_nothing(case):
    def spoiled(n, leaf):
        return Leaf(leaf.key, leaf.names, *POOR[case](n, leaf.value, leaf.gradient))

    one = snapshot(instance(3), GRADIENTS)
    leaves = tuple(spoiled(n, leaf) for n, leaf in enumerate(one.leaves))
    assert understood(Snapshot(0, one.root, leaves)) == []


@pytest.mark.parametrize("number", [1, 2, 7, 12])
def test_too_few_leaves_or_too_many_are_understood_as_nothing(number):
    rng = np.random.default_rng(number)
    leaves = tuple(leaf(n, rng.normal(size=3), rng.normal(size=3)) for n in range(number))
    assert understood(Snapshot(0, tensor([1.0]), leaves)) == []


def test_a_root_that_is_no_number_leaves_the_loss_factor_open():
    one = snapshot(instance(3), GRADIENTS)
    for root in (tensor([]), tensor([1.0, 2.0]), tensor([0.0])):
        network = only(understood(Snapshot(0, root, one.leaves)))
        assert (network.roles, network.factor) == (GRADIENTS, None)


# --- hypotheses


def test_later_runs_try_only_what_fitted_the_first():
    first = understood(snapshot(instance(3, seed=1), GRADIENTS))
    other = instance(3, seed=2)
    (same,) = passes([snapshot(other, GRADIENTS)])
    (swapped,) = passes([snapshot(other, ("b1", "W1", "W2", "b2", "x"))])
    assert [n.roles for n in networks(same, NOTHING, first)] == [GRADIENTS]
    assert networks(swapped, NOTHING, first) == []


# --- passes


def test_one_call_for_each_parameter_is_one_pass():
    i = instance(3)
    calls = [
        snapshot(i, GRADIENTS, without=set(GRADIENTS) - {role}, index=n)
        for n, role in enumerate(GRADIENTS)
    ]
    (one,) = passes(calls)
    assert all(gradient is not None for gradient in one.gradients)
    assert only(understood(*calls)).roles == GRADIENTS


def test_other_values_or_another_loss_are_another_pass():
    a, b = instance(3, seed=1), instance(3, seed=2)
    other_loss = replace(a, factor=1.0)
    assert len(passes([snapshot(a, GRADIENTS), snapshot(b, GRADIENTS)])) == 2
    assert len(passes([snapshot(a, GRADIENTS), snapshot(other_loss, GRADIENTS)])) == 2
    assert len(passes([snapshot(a, GRADIENTS), snapshot(a, GRADIENTS)])) == 1


def test_a_training_is_looked_at_in_its_beginning_and_at_its_end():
    steps = [snapshot(instance(2, seed), GRADIENTS, index=seed) for seed in range(30)]
    firsts = [one.first for one in passes(steps)]
    assert firsts == [*range(FIRST_PASSES), *range(30 - LAST_PASSES, 30)]


def test_a_snapshot_without_leaves_is_no_pass():
    assert passes([Snapshot(0, tensor([1.0]), ())]) == []


def test_the_coarsest_type_sets_the_tolerance():
    i = instance(3)
    fine, coarse = snapshot(i, GRADIENTS), snapshot(i, GRADIENTS, dtype="float32")
    mixed = Snapshot(0, fine.root, (*fine.leaves[:4], coarse.leaves[4]))
    tolerances = {"float64": 1e-9, "float32": 1e-3, "float16": 1.0, "bfloat16": 1.0}
    found = [passes([one], tolerances)[0].tolerance for one in (fine, coarse, mixed)]
    assert found == [1e-9, 1e-3, 1e-3]
