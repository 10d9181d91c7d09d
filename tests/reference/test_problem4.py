"""Problem 4 of the reference, held against torch's autograd and finite differences."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch
from torch.nn import functional

from reference import problem4 as p4
from reference.misconception import concerning, distance

SIZES = (1, 2, 3, 5, 17)
FACTORS = (0.5, 1.0, 0.25)
INSTANCES = tuple(
    p4.sample(np.random.default_rng(10 * h + n), h, factor)
    for n, factor in enumerate(FACTORS)
    for h in SIZES
)
# Mistakes that depend on a mask coincide with the right gate here and there; over these they part.
DRAWS = tuple(p4.sample(np.random.default_rng(seed), 4) for seed in range(12))
# Near misses go to review up to fifty times the tolerance of float32, so mistakes are well above.
MARGIN = 2e-2
GRADIENT_OF = {
    "4b.dW1": "W1",
    "4b.db1": "b1",
    "4b.dW2": "W2",
    "4b.db2": "b2",
    "4b.dx": "x",
}

every_instance = pytest.mark.parametrize("i", INSTANCES, ids=lambda i: f"h{i.h}-c{i.factor}")


def homework(W1, b1, W2, b2, x, *, activation=torch.relu):
    """ŷ in torch, written from the homework's text."""
    return W2 @ activation(W1 @ x + b1) + b2 + x


def without_skip(activation):
    return lambda W1, b1, W2, b2, x: W2 @ activation(W1 @ x + b1) + b2


def with_activation(activation):
    return lambda *leaves: homework(*leaves, activation=activation)


def identity(z):
    return z


TORCH_MODELS = {
    "missing-skip-term": [without_skip(torch.relu)],
    "detached-skip": [
        lambda W1, b1, W2, b2, x: W2 @ torch.relu(W1 @ x + b1) + b2 + float(x.detach()[0])
    ],
    "skip-into-hidden-layer": [
        lambda W1, b1, W2, b2, x: W2 @ (torch.relu(W1 @ x + b1) + x) + b2
    ],
    "missing-relu": [with_activation(identity)],
    "wrong-activation": [
        with_activation(torch.tanh),
        with_activation(torch.sigmoid),
        with_activation(functional.leaky_relu),
        with_activation(functional.softplus),
        with_activation(functional.elu),
    ],
    "missing-skip-and-relu": [without_skip(identity)],
    "missing-skip-and-wrong-activation": [without_skip(torch.tanh), without_skip(torch.sigmoid)],
    "skip-subtracted": [lambda W1, b1, W2, b2, x: W2 @ torch.relu(W1 @ x + b1) + b2 - x],
    "missing-hidden-bias": [lambda W1, _, W2, b2, x: W2 @ torch.relu(W1 @ x) + b2 + x],
    "missing-output-bias": [lambda W1, b1, W2, _, x: W2 @ torch.relu(W1 @ x + b1) + x],
}  # fmt: skip


def autograd(i, predict=homework):
    """ŷ, the loss and its gradients from torch in float64; a leaf that takes no part has None."""
    numbers = {"W1": i.W1, "b1": i.b1, "W2": i.W2, "b2": [i.b2], "x": [i.x]}
    leaves = [
        torch.tensor(np.array(numbers[name]), dtype=torch.float64, requires_grad=True)
        for name in p4.GRADIENTS
    ]
    predicted = predict(*leaves)
    loss = i.factor * (predicted - i.y).pow(2).sum()
    gradients = torch.autograd.grad(loss, leaves, allow_unused=True)
    named = {
        name: None if gradient is None else gradient.numpy().ravel()
        for name, gradient in zip(p4.GRADIENTS, gradients, strict=True)
    }
    return predicted.item(), loss.item(), named


def moved(i, name, k, step):
    """The instance with the k-th number of one of its five variables moved."""
    value = np.array(getattr(i, name), dtype=float)
    value.flat[k] += step
    return replace(i, **{name: float(value) if value.ndim == 0 else value})


# --- 4(a)


@every_instance
def test_forward_pass_and_loss_are_those_of_torch(i):
    predicted, loss, _ = autograd(i)
    assert p4.output(i) == pytest.approx(predicted, rel=1e-12)
    assert p4.loss(i) == pytest.approx(loss, rel=1e-12)
    assert np.array_equal(p4.hidden(i), np.maximum(p4.preactivation(i), 0))


# --- 4(b)


@every_instance
@pytest.mark.parametrize("name", p4.GRADIENTS)
def test_gradient_is_that_of_autograd_in_float64(i, name):
    assert np.allclose(p4.gradients(i)[name], autograd(i)[2][name], rtol=1e-12, atol=1e-14)


@every_instance
def test_gradients_agree_with_finite_differences_of_the_loss(i):
    step = 1e-6
    for name, gradient in p4.gradients(i).items():
        slopes = [
            (p4.loss(moved(i, name, k, step)) - p4.loss(moved(i, name, k, -step))) / (2 * step)
            for k in range(gradient.size)
        ]
        assert np.allclose(gradient, slopes, rtol=1e-6, atol=1e-7), name


@every_instance
def test_the_slope_is_the_derivative_by_the_prediction_and_doubles_without_the_half(i):
    error = autograd(i)[0] - i.y
    assert p4.slope(i) == pytest.approx(2 * i.factor * error)
    assert p4.slope(replace(i, factor=0.5)) == pytest.approx(error)
    assert p4.slope(replace(i, factor=1.0)) == pytest.approx(2 * error)


def test_the_gate_is_closed_at_zero_like_torchs_own():
    z = torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64, requires_grad=True)
    torch.relu(z).sum().backward()
    assert np.array_equal(p4.gate(z.detach().numpy()), z.grad.numpy())


# --- 4(c)


@every_instance
def test_skip_path_and_hidden_path_add_up_to_the_gradient_of_x(i):
    only_hidden = autograd(i, lambda W1, b1, W2, b2, x: homework(W1, b1, W2, b2, x) - x + i.x)
    assert p4.hidden_share(i) == pytest.approx(only_hidden[2]["x"][0], abs=1e-12)
    assert p4.skip_share(i) + p4.hidden_share(i) == pytest.approx(autograd(i)[2]["x"][0])


# --- instances


@pytest.mark.parametrize("h", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_a_sample_keeps_its_promises(h, factor):
    for seed in range(20):
        i = p4.sample(np.random.default_rng(seed), h, factor)
        z1 = (i.W1 @ [i.x]) + i.b1
        on = int((z1 > 0).sum())
        assert (i.h, i.factor, i.W1.shape, i.b1.shape, i.W2.shape) == (
            h, factor, (h, 1), (h,), (1, h)
        )  # fmt: skip
        assert on == 1 if h == 1 else 0 < on < h
        assert np.abs(z1).min() > 0.05 / h
        assert abs(2 * factor * (autograd(i)[0] - i.y)) > 0.2
        assert min(abs(i.x), abs(i.x - 1)) > 0.2


def test_the_same_seed_draws_the_same_sample():
    first, again, other = (p4.sample(np.random.default_rng(s), 3) for s in (1, 1, 2))
    assert np.array_equal(first.W1, again.W1)
    assert not np.array_equal(first.W1, other.W1)


@every_instance
@pytest.mark.parametrize("g", [-1.5, 1.0, 0.0])
def test_with_slope_moves_the_target_alone(i, g):
    for model in (p4.HOMEWORK, *(model for variants in p4.MODELS.values() for model in variants)):
        steered = p4.with_slope(i, g, model)
        assert p4.slope(steered, model) == pytest.approx(g, abs=1e-12)
        assert replace(steered, y=i.y) == i


# --- misconceptions of the model


def test_every_mistaken_model_is_built_here_in_torch_and_has_a_sentence():
    assert {name: len(models) for name, models in p4.MODELS.items()} == {
        name: len(models) for name, models in TORCH_MODELS.items()
    }
    assert p4.MODEL_TEACHING.keys() == p4.MODELS.keys()
    assert all(sentence.endswith(".") for sentence in p4.MODEL_TEACHING.values())


@pytest.mark.parametrize(
    ("model", "predict"),
    [
        pytest.param(model, predict, id=f"{name}-{n}")
        for name, models in p4.MODELS.items()
        for n, (model, predict) in enumerate(zip(models, TORCH_MODELS[name], strict=True))
    ],
)
def test_a_mistaken_model_computes_what_torch_computes(model, predict):
    for i in INSTANCES:
        predicted, loss, gradients = autograd(i, predict)
        assert p4.output(i, model) == pytest.approx(predicted, rel=1e-11, abs=1e-12)
        assert p4.loss(i, model) == pytest.approx(loss, rel=1e-11, abs=1e-12)
        unused = {name for name, gradient in gradients.items() if gradient is None}
        assert ("b1" in unused, "b2" in unused) == (not model.hidden_bias, not model.output_bias)
        for name in set(p4.GRADIENTS) - unused:
            found = p4.gradients(i, model)[name]
            assert np.allclose(found, gradients[name], rtol=1e-9, atol=1e-11), name


def test_mistaken_models_differ_from_the_homework_and_from_each_other():
    models = {"homework-0": p4.HOMEWORK} | {
        f"{name}-{n}": model for name, ms in p4.MODELS.items() for n, model in enumerate(ms)
    }
    alike = [
        (a, b)
        for a, b in combinations(models, 2)
        if max(distance(p4.gradients(i, models[a]), p4.gradients(i, models[b])) for i in DRAWS)
        < MARGIN
    ]
    assert alike == []


# --- misconceptions of the gradients


def far_apart(a, b, name):
    """Whether some sampled instance tells two lists of gradients apart."""
    pairs = zip(a, b, strict=True)
    return max(distance(one[name], other[name]) for one, other in pairs) > MARGIN


RIGHT = [p4.gradients(i) for i in DRAWS]
MISTAKEN = [(m, [m.expected(i) for i in DRAWS]) for m in p4.MISCONCEPTIONS]


@pytest.mark.parametrize("number", range(len(MISTAKEN)), ids=lambda n: MISTAKEN[n][0].id)
def test_a_mistake_shows_in_the_gradients_that_it_names_and_in_no_other(number):
    mistake, values = MISTAKEN[number]
    named = {GRADIENT_OF[item] for item in mistake.items if item in GRADIENT_OF}
    assert {name for name in p4.GRADIENTS if far_apart(values, RIGHT, name)} == named
    for mistaken, right in zip(values, RIGHT, strict=True):
        for name in set(p4.GRADIENTS) - named:
            assert np.array_equal(mistaken[name], right[name])


@pytest.mark.parametrize(("item", "name"), GRADIENT_OF.items())
def test_mistakes_in_one_gradient_differ_from_each_other(item, name):
    here = [(m, values) for m, values in MISTAKEN if item in m.items]
    alike = [
        (m.id, other.id)
        for (m, values), (other, others) in combinations(here, 2)
        if not far_apart(values, others, name)
    ]
    assert alike == []


def test_a_mistake_in_the_gate_shows_whenever_a_gate_differs():
    """A mask that is left out changes a gradient exactly in the units that are off."""
    ungated = next(m for m in p4.MISCONCEPTIONS if m.id == "missing-relu-mask")
    for i in DRAWS:
        off = p4.preactivation(i) <= 0
        changed = ungated.expected(i)["b1"] != p4.gradients(i)["b1"]
        assert np.array_equal(changed, off)


@pytest.mark.parametrize("item", [*GRADIENT_OF, "4d.analytic"])
def test_every_gradient_has_three_mistakes_or_more_each_with_a_sentence(item):
    mistakes = concerning(item, p4.MISCONCEPTIONS)
    assert len({m.id for m in mistakes}) >= 3
    assert all(m.teaching.endswith(".") for m in mistakes)


# --- the table of expected values


@every_instance
def test_expected_values_are_those_of_torch(i):
    _, loss, gradients = autograd(i)
    expected = {item: formula(i) for item, formula in p4.EXPECTED.items()}
    assert expected.keys() == {
        "4a.hidden", "4a.output", "4a.loss", *GRADIENT_OF, "4c.decomposition"
    }  # fmt: skip
    assert expected["4a.loss"] == pytest.approx(loss)
    for item, name in GRADIENT_OF.items():
        assert np.allclose(expected[item], gradients[name])
    assert expected["4c.decomposition"].sum() == pytest.approx(gradients["x"][0])
