"""Every pass through autograd is photographed: leaves, values, gradients, and the factor put in."""

import pytest
import torch

from grader.sandbox.inside import engine as module
from grader.sandbox.inside.engine import DOOR, Engine, FirstPassReached, leaves_of
from grader.sandbox.inside.sites import Site

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script.:DeprecationWarning")

SCALE = 1.37


def leaf(*numbers):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def watched(program, scale=1.0, stop_at_first=False):
    """The snapshots of a program, and what it returned."""
    engine = Engine(scale, stop_at_first)
    with engine.watching():
        result = program(engine.recorder)
    return engine.snapshots, result


def gradients(snapshot):
    return [one["gradient"] and one["gradient"]["values"] for one in snapshot["leaves"]]


def accumulated(snapshot):
    return [one["accumulated"] and one["accumulated"]["values"] for one in snapshot["leaves"]]


def numbers(snapshot):
    return [one["value"]["values"] for one in snapshot["leaves"]]


def product(w, b):
    """A scalar with ∂/∂w = (4, 6) · and ∂/∂b = 2 at w = (2, 3), b = 1."""
    return (w**2).sum() + 2 * b.sum()


# --- the three doors


def test_a_backward_pass_leaves_values_gradients_and_sums():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), _ = watched(lambda _: product(w, b).backward())
    assert snapshot["root"]["values"] == [15.0]
    assert sorted(numbers(snapshot)) == [[1.0], [2.0, 3.0]]
    assert sorted(gradients(snapshot)) == [[2.0], [4.0, 6.0]]
    assert accumulated(snapshot) == gradients(snapshot)
    assert snapshot["custom_function"] is None


def test_autograd_grad_gives_gradients_and_leaves_nothing_accumulated():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), given = watched(lambda _: torch.autograd.grad(product(w, b), [w, b]))
    assert sorted(gradients(snapshot)) == [[2.0], [4.0, 6.0]]
    assert accumulated(snapshot) == [None, None]
    assert [g.tolist() for g in given] == [[4.0, 6.0], [2.0]]


def test_autograd_grad_gives_only_what_was_asked_for():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), _ = watched(lambda _: torch.autograd.grad(product(w, b), b))
    given = dict(zip(map(tuple, numbers(snapshot)), gradients(snapshot), strict=True))
    assert given == {(2.0, 3.0): None, (1.0,): [2.0]}


def test_torch_func_grad_is_seen_with_its_leaves():
    def program(_):
        return torch.func.grad(product, argnums=(0, 1))(
            torch.tensor([2.0, 3.0], dtype=torch.float64), torch.ones(1, dtype=torch.float64)
        )

    (snapshot,), given = watched(program)
    assert sorted(numbers(snapshot)) == [[1.0], [2.0, 3.0]]
    assert sorted(gradients(snapshot)) == [[2.0], [4.0, 6.0]]
    assert snapshot["root"]["values"] == [15.0]
    assert [g.tolist() for g in given] == [[4.0, 6.0], [2.0]]


def test_a_backward_that_names_its_inputs_gives_those():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), _ = watched(lambda _: product(w, b).backward(inputs=[w]))
    assert sorted(map(str, gradients(snapshot))) == ["None", "[4.0, 6.0]"]
    assert b.grad is None


def test_a_backward_from_a_vector_is_seen():
    w = leaf(2.0, 3.0)
    (snapshot,), _ = watched(lambda _: (w**2).backward(torch.ones(2, dtype=torch.float64)))
    assert snapshot["root"]["values"] == [4.0, 9.0]
    assert gradients(snapshot) == [[4.0, 6.0]]


def test_several_roots_are_one_pass_without_a_root_of_its_own():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), _ = watched(lambda _: torch.autograd.backward([(w**2).sum(), (w * b).sum()]))
    assert snapshot["root"]["values"] == []
    assert sorted(gradients(snapshot)) == [[5.0], [5.0, 7.0]]


def test_a_pass_that_fails_fails_in_the_program_and_is_not_kept():
    w = leaf(2.0)

    def program(_):
        loss = (w**2).sum()
        loss.backward()
        with pytest.raises(RuntimeError, match="second time"):
            loss.backward()

    snapshots, _ = watched(program)
    assert len(snapshots) == 1


INSIDE_VMAP = {
    "jacrev": torch.func.jacrev,
    "hessian": torch.func.hessian,
    "vmap of grad": lambda f: torch.vmap(torch.func.grad(f)),
    "vectorised jacobian": lambda f: (
        lambda x: torch.autograd.functional.jacobian(f, x, vectorize=True)
    ),
}


@pytest.mark.parametrize("transform", INSIDE_VMAP.values(), ids=INSIDE_VMAP)
def test_passes_inside_vmap_do_not_break_the_program(transform):
    x = torch.ones(2, 3, dtype=torch.float64)
    plain = transform(lambda row: (row**2).sum())(x)
    _, noticed = watched(lambda _: transform(lambda row: (row**2).sum())(x))
    assert torch.equal(plain, noticed)


# --- several passes


def test_what_accumulates_is_told_apart_from_what_a_pass_contributes():
    w = leaf(2.0, 3.0)

    def program(_):
        for _ in range(3):
            (w**2).sum().backward()

    snapshots, _ = watched(program)
    assert [gradients(s) for s in snapshots] == [[[4.0, 6.0]]] * 3
    assert [accumulated(s) for s in snapshots] == [[[4.0 * k, 6.0 * k]] for k in (1, 2, 3)]


@pytest.mark.parametrize("clear", [lambda w: w.grad.zero_(), lambda w: setattr(w, "grad", None)])
def test_cleared_gradients_start_anew(clear):
    w = leaf(2.0)

    def program(_):
        (w**2).sum().backward()
        clear(w)
        (3 * w).sum().backward()

    snapshots, _ = watched(program)
    assert [accumulated(s) for s in snapshots] == [[[4.0]], [[3.0]]]


def test_values_are_those_at_the_moment_of_the_pass():
    w = leaf(2.0)

    def program(_):
        for _ in range(3):
            w.grad = None
            (w**2).sum().backward()
            with torch.no_grad():
                w.sub_(0.25 * w.grad)

    snapshots, _ = watched(program)
    assert [numbers(s) for s in snapshots] == [[[2.0]], [[1.0]], [[0.5]]]
    assert [gradients(s) for s in snapshots] == [[[4.0]], [[2.0]], [[1.0]]]


def test_records_know_how_many_passes_went_before():
    w = leaf(2.0)

    def program(recorder):
        recorder.sites["s"] = Site("v", "assign", 1, "")
        recorder.keep("s", 0.5)
        (w**2).sum().backward()
        recorder.keep("s", 1.5)
        recorder.keep("s", w.grad)
        return recorder.records

    _, records = watched(program)
    assert [record["snapshot"] for record in records] == [0, 1, 1]


def test_a_long_training_keeps_its_beginning_and_its_end():
    w = leaf(1.0)

    def program(_):
        for n in range(100):
            (n * w).sum().backward()

    snapshots, _ = watched(program)
    first, last = module.FIRST_PASSES, module.LAST_PASSES
    assert [s["index"] for s in snapshots] == [*range(first), *range(100 - last, 100)]


# --- a factor on the engine


def test_the_factor_reaches_grad_and_is_taken_out_of_the_snapshot():
    w = leaf(2.0, 3.0)
    (snapshot,), _ = watched(lambda _: (w**2).sum().backward(), SCALE)
    assert w.grad.tolist() == pytest.approx([SCALE * 4, SCALE * 6], rel=1e-12)
    assert gradients(snapshot)[0] == pytest.approx([4, 6], rel=1e-12)
    assert accumulated(snapshot)[0] == pytest.approx(w.grad.tolist())


def test_the_factor_reaches_what_is_returned():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), given = watched(lambda _: torch.autograd.grad(product(w, b), (w, b)), SCALE)
    assert isinstance(given, tuple)
    assert given[0].tolist() == pytest.approx([SCALE * 4, SCALE * 6])
    assert given[1].tolist() == pytest.approx([SCALE * 2])
    assert sorted(g for g in gradients(snapshot)) == [
        pytest.approx([2.0]), pytest.approx([4.0, 6.0])
    ]  # fmt: skip


def test_the_factor_reaches_torch_func():
    def program(_):
        return torch.func.grad_and_value(lambda w: (w**2).sum())(torch.tensor([2.0]))

    (snapshot,), (gradient, value) = watched(program, SCALE)
    assert gradient.tolist() == pytest.approx([SCALE * 4])
    assert value.item() == 4.0
    assert gradients(snapshot)[0] == pytest.approx([4.0])


def test_the_factor_reaches_what_is_retained_on_the_way_and_hooks():
    w, seen = leaf(2.0), []

    def program(_):
        z = w * 3
        z.retain_grad()
        z.register_hook(lambda g: seen.append(g.item()))
        (z**2).sum().backward()
        return z.grad.item()

    _, retained = watched(program, SCALE)
    assert [retained, *seen] == pytest.approx([SCALE * 12] * 2)


def test_the_factor_multiplies_a_gradient_that_the_program_gives():
    w = leaf(2.0)
    watched(lambda _: (w**2).backward(torch.tensor([0.5], dtype=torch.float64)), SCALE)
    assert w.grad.item() == pytest.approx(SCALE * 2)


def test_what_accumulates_carries_the_factor_once():
    w = leaf(2.0)

    def program(_):
        for _ in range(2):
            (w**2).sum().backward()

    snapshots, _ = watched(program, SCALE)
    assert [gradients(s)[0][0] for s in snapshots] == pytest.approx([4, 4])
    assert [accumulated(s)[0][0] for s in snapshots] == pytest.approx([SCALE * 4, SCALE * 8])


def test_values_and_the_loss_do_not_carry_the_factor():
    w, b = leaf(2.0, 3.0), leaf(1.0)
    (snapshot,), _ = watched(lambda _: product(w, b).backward(), SCALE)
    assert snapshot["root"]["values"] == [15.0]
    assert sorted(numbers(snapshot)) == [[1.0], [2.0, 3.0]]


# --- leaves


def network(W1, b1, W2, b2, x):
    return 0.5 * (W2 @ torch.relu(W1 * x + b1) + b2 + x - 0.5).pow(2).sum()


def test_the_order_of_leaves_is_that_of_the_graph_and_not_of_the_values():
    def order(seed):
        torch.manual_seed(seed)
        leaves = [torch.randn(n, dtype=torch.float64).requires_grad_() for n in (3, 3, 3, 1, 1)]
        found, _ = leaves_of((network(*leaves),))
        return [next(n for n, one in enumerate(leaves) if one is f) for f in found]

    orders = [order(seed) for seed in range(6)]
    assert orders == [orders[0]] * 6
    assert sorted(orders[0]) == [0, 1, 2, 3, 4]


def test_a_leaf_that_is_used_twice_is_one_leaf():
    w = leaf(2.0)
    assert leaves_of(((w * w + w).sum(),))[0] == [w]


def test_what_needs_no_gradient_is_no_leaf():
    w, data = leaf(2.0), torch.ones(1, dtype=torch.float64)
    assert leaves_of(((w * data - 1).sum(),))[0] == [w]
    assert leaves_of((data.sum(),))[0] == []


def test_a_detached_value_ends_the_graph():
    w, v = leaf(2.0), leaf(3.0)
    assert leaves_of(((w * v.detach()).sum(),))[0] == [w]


def test_leaves_carry_the_names_that_the_program_gave_them():
    w = leaf(2.0)

    def program(recorder):
        recorder.sites["s"] = Site("W1", "assign", 1, "")
        recorder.keep("s", w)
        (w**2).sum().backward()

    (snapshot,), _ = watched(program)
    assert snapshot["leaves"][0]["names"] == ["W1"]


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return 2 * x * gradient


def test_a_hand_written_function_in_the_graph_is_named():
    w = leaf(3.0)
    (snapshot,), _ = watched(lambda _: Square.apply(w).sum().backward(), SCALE)
    assert snapshot["custom_function"] == "Square"
    assert gradients(snapshot)[0] == pytest.approx([6.0])
    assert w.grad.item() == pytest.approx(SCALE * 6)


def test_a_huge_graph_is_only_looked_at_so_far(monkeypatch):
    monkeypatch.setattr(module, "MAX_LEAVES", 5)
    leaves = [leaf(float(n)) for n in range(20)]
    snapshots, _ = watched(lambda _: sum(leaves).sum().backward())
    assert len(snapshots[0]["leaves"]) == 5
    assert all(one.grad is not None for one in leaves)


def test_a_leaf_that_is_too_large_is_left_out_but_the_others_stay():
    w, big = leaf(2.0), torch.ones(10_000, dtype=torch.float64, requires_grad=True)
    (snapshot,), _ = watched(lambda _: (w * big.sum()).sum().backward())
    assert numbers(snapshot) == [[2.0]]


def test_what_is_not_finite_travels_as_none():
    w = leaf(0.0)
    (snapshot,), _ = watched(lambda _: torch.sqrt(w).sum().backward())
    assert gradients(snapshot) == [[None]]


# --- the door itself


def test_the_run_can_end_before_the_first_pass_works():
    w = leaf(2.0)
    engine = Engine(1.0, True)
    with pytest.raises(FirstPassReached), engine.watching():
        (w**2).sum().backward()
    assert w.grad is None
    assert numbers(engine.snapshots[0]) == [[2.0]]
    assert gradients(engine.snapshots[0]) == [None]


def test_the_end_at_the_first_pass_passes_an_except_of_the_program():
    def program(_):
        try:
            (leaf(2.0) ** 2).sum().backward()
        except Exception:
            return "swallowed"

    with pytest.raises(FirstPassReached):
        watched(program, stop_at_first=True)


@pytest.mark.parametrize("error", [None, ValueError])
def test_the_door_is_as_before_afterwards(error):
    places = (torch.autograd, torch.autograd.graph)
    before = [getattr(place, DOOR) for place in places]
    engine = Engine(SCALE, False)
    try:
        with engine.watching():
            assert all(getattr(place, DOOR) is not before[0] for place in places)
            if error:
                raise error
    except ValueError:
        pass
    assert [getattr(place, DOOR) for place in places] == before
    w = leaf(2.0)
    (w**2).sum().backward()
    assert w.grad.item() == 4.0
    assert engine.snapshots == []


# --- hand-written Functions, and several examples at once


class SquareByHand(torch.autograd.Function):
    """w², with its derivative by hand."""

    @staticmethod
    def forward(ctx, w):
        ctx.save_for_backward(w)
        return (w**2).sum()

    @staticmethod
    def backward(ctx, g):
        (w,) = ctx.saved_tensors
        return 2 * g * w


class Asking(SquareByHand):
    """The same, by asking autograd."""

    @staticmethod
    def backward(ctx, g):
        with torch.enable_grad():
            w = ctx.saved_tensors[0].detach().requires_grad_()
            return g * torch.autograd.grad((w**2).sum(), w)[0]


class TwiceByHand(torch.autograd.Function):
    """2 w, several numbers of which autograd makes one."""

    @staticmethod
    def forward(ctx, w):
        ctx.factor = 2
        return 2 * w

    @staticmethod
    def backward(ctx, g):
        return ctx.factor * g


BY_HAND = {
    "the whole loss": (SquareByHand.apply, True),
    "and its mean": (lambda w: SquareByHand.apply(w).mean(), True),
    "a loss of it": (lambda w: 0.5 * (SquareByHand.apply(w) - 1.0) ** 2, True),
    "a sum of two": (lambda w: SquareByHand.apply(w) + SquareByHand.apply(w), True),
    "beside another way to the leaf": (lambda w: SquareByHand.apply(w) + w.sum(), False),
    "before what makes one number": (lambda w: TwiceByHand.apply(w).sum(), False),
    "of something computed": (lambda w: SquareByHand.apply(w + 1), False),
    "plain autograd": (lambda w: (w**2).sum(), False),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_a_function_is_by_hand_when_it_alone_stands_before_the_leaves(case):
    loss, by_hand = BY_HAND[case]
    (snapshot,), _ = watched(lambda _: loss(leaf(2.0, 3.0)).backward())
    assert snapshot["by_hand"] == by_hand


def test_a_backward_that_asks_autograd_is_not_by_hand():
    snapshots, _ = watched(lambda _: Asking.apply(leaf(2.0, 3.0)).backward())
    assert [snapshot["by_hand"] for snapshot in snapshots] == [False, False]


@pytest.mark.parametrize("scale", [1.0, SCALE])
def test_vmap_stacks_the_gradients_of_its_examples(scale):
    w, xs = torch.tensor([2.0, 3.0]), torch.tensor([1.0, -1.0, 4.0])

    def program(_):
        each = torch.func.grad(lambda w, x: (w**2).sum() * x, argnums=(0, 1))
        return torch.func.vmap(each, in_dims=(None, 0))(w, xs)

    (snapshot,), (by_w, _) = watched(program, scale)
    assert snapshot["examples"] == 3
    assert snapshot["root"]["values"] == [13.0, -13.0, 52.0]
    assert sorted(numbers(snapshot)) == [[1.0, -1.0, 4.0], [2.0, 3.0]]
    assert [4.0, 6.0, -4.0, -6.0, 16.0, 24.0] in [pytest.approx(g) for g in gradients(snapshot)]
    assert by_w[0].tolist() == pytest.approx([4.0 * scale, 6.0 * scale])


def test_outside_of_vmap_there_is_one_example():
    (snapshot,), _ = watched(lambda _: product(leaf(2.0, 3.0), leaf(1.0)).backward())
    assert snapshot["examples"] == 0
