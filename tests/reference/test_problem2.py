"""Problem 2 of the reference, held against descents that are really run."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from reference import problem2 as p2
from reference.misconception import concerning, distance

INSTANCES = p2.instances()
FULL_RANK = tuple(i for i in INSTANCES if i.rank == i.d)
SINGULAR = tuple(i for i in INSTANCES if i.rank < i.d)
# Near misses up to 1e-4 go to review, so mistakes have to be well above.
MARGIN = 1e-3


def name(i):
    return f"n{i.n}-d{i.d}-rank{i.rank}"


every_instance = pytest.mark.parametrize("i", INSTANCES, ids=name)
every_full_rank = pytest.mark.parametrize("i", FULL_RANK, ids=name)
every_singular = pytest.mark.parametrize("i", SINGULAR, ids=name)


def loss(i, w):
    """L(w) = (1/n)‖Xw − y‖², example by example."""
    return sum((row @ w - target) ** 2 for row, target in zip(i.X, i.y, strict=True)) / i.n


def slope(i, w, step=1e-5):
    """∇L by central differences, exact up to rounding for a quadratic."""
    return np.array(
        [(loss(i, w + step * e) - loss(i, w - step * e)) / (2 * step) for e in np.eye(i.d)]
    )


def run(i, start, steps, eta=None):
    """Gradient descent on residuals, one example after the other."""
    w, eta = start, i.eta if eta is None else eta
    for _ in range(steps):
        pull = sum((row @ w - target) * row for row, target in zip(i.X, i.y, strict=True))
        w = w - eta * 2 * pull / i.n
    return w


# --- the instances


def test_instances_cover_every_shape_and_both_ranks():
    assert {np.sign(i.n - i.d) for i in INSTANCES} == {-1, 0, 1}
    assert len(FULL_RANK) == 2
    assert {i.n > i.d for i in SINGULAR} == {True, False}


@every_instance
def test_step_size_keeps_the_eigenvalues_of_a_inside_the_interval_off_the_kernel(i):
    eigenvalues = np.sort(np.linalg.eigvals(p2.A(i)).real)
    inside, on_kernel = eigenvalues[: i.rank], eigenvalues[i.rank :]
    assert np.all(np.abs(inside) < 0.95)
    assert np.allclose(on_kernel, 1.0)


def test_the_same_seed_draws_the_same_instances():
    assert all(np.array_equal(i.X, j.X) for i, j in zip(INSTANCES, p2.instances(), strict=True))
    assert not np.array_equal(p2.instances(seed=1)[0].X, INSTANCES[0].X)


# --- 2(a)


@every_instance
def test_gradient_agrees_with_finite_differences_of_the_loss(i):
    assert np.allclose(p2.gradient(i), slope(i, i.w), rtol=1e-7, atol=1e-7)


@every_instance
def test_update_is_one_step_of_descent_and_lowers_the_loss(i):
    assert np.allclose(p2.update(i), run(i, i.w, 1))
    assert loss(i, p2.update(i)) < loss(i, i.w)


# --- 2(b)


@every_instance
def test_affine_form_makes_the_same_step_from_any_point(i):
    for w in np.random.default_rng(1).normal(size=(5, i.d)):
        assert np.allclose(p2.affine(i)["A"] @ w + p2.affine(i)["b"], run(i, w, 1))


@every_instance
def test_limit_is_where_a_long_descent_from_zero_ends(i):
    end = run(i, np.zeros(i.d), 2000)
    assert np.allclose(p2.limit(i), end, atol=1e-9)
    assert np.allclose(p2.least_squares(i), end, atol=1e-9)


@every_full_rank
def test_least_squares_is_the_only_point_without_slope(i):
    assert np.allclose(slope(i, p2.least_squares(i)), 0, atol=1e-7)
    assert np.allclose(run(i, i.w0, 2000), p2.least_squares(i), atol=1e-9)


@every_singular
def test_least_squares_is_the_shortest_of_all_minimisers(i):
    kernel = np.linalg.svd(i.X)[2][i.rank :]
    w = p2.least_squares(i)
    assert np.allclose(slope(i, w), 0, atol=1e-7)
    assert np.allclose(kernel @ w, 0)
    assert np.isclose(loss(i, w + kernel[0]), loss(i, w))


@every_instance
def test_rank_deficit_is_the_number_of_directions_that_leave_the_loss_alone(i):
    singular_values = np.linalg.svd(i.X, compute_uv=False)
    assert p2.rank_deficit(i) == i.d - np.sum(singular_values > 1e-8)


# --- 2(c)


@every_instance
@pytest.mark.parametrize("t", [0, 1, 2, 3, 7])
def test_unrolled_form_is_the_iterate_after_t_steps(i, t):
    assert np.allclose(p2.unrolled(replace(i, t=t)), run(i, i.w0, t))


@every_singular
def test_iterates_keep_the_part_of_the_start_that_lies_in_the_kernel(i):
    end = run(i, i.w0, 2000)
    kept = end - p2.limit(i)
    assert np.linalg.norm(kept) > 0.1
    assert np.allclose(i.X @ kept, 0, atol=1e-9)


# --- 2(d)


@every_instance
@pytest.mark.parametrize("share", [0.1, 0.7, 1.3])
def test_eigenvalues_of_a_are_those_that_numpy_finds(i, share):
    eta = share * p2.step_size_bound(i)
    found = np.sort(np.linalg.eigvals(p2.A(replace(i, eta=eta))).real)[::-1]
    assert np.allclose(p2.eigenvalues_of_A(i, eta), found)


@every_full_rank
@pytest.mark.parametrize("share", [1e-3, 0.5, 0.999, 1.001, 2.0])
def test_eigenvalues_lie_in_the_open_interval_exactly_below_the_bound(i, share):
    eta = share * p2.step_size_bound(i)
    radius = np.abs(np.linalg.eigvals(p2.A(replace(i, eta=eta)))).max()
    assert (radius < 1) == (share < 1)
    assert p2.step_size_margin(i, eta) == pytest.approx(1 - radius, abs=1e-9)


@every_instance
def test_descent_converges_just_below_the_bound_and_diverges_just_above(i):
    bound, zero = p2.step_size_bound(i), np.zeros(i.d)
    distances = [
        np.linalg.norm(run(i, zero, 1500, eta=share * bound) - p2.least_squares(i))
        for share in (0.99, 1.01)
    ]
    assert distances[0] < 1e-6
    assert distances[1] > 1e3


@every_instance
def test_margin_is_negative_for_a_step_in_the_wrong_direction(i):
    assert p2.step_size_margin(i, -0.1) < 0 < p2.step_size_margin(i, 0.1)


@every_full_rank
@pytest.mark.parametrize("t", [1, 5, 50, 500])
def test_decay_is_bounded_by_the_powers_of_the_spectral_radius(i, t):
    radius = np.abs(np.linalg.eigvals(p2.A(i))).max()
    homogeneous = run(replace(i, y=np.zeros(i.n)), i.w0, t)
    assert p2.decay(i, t) == pytest.approx(np.linalg.norm(homogeneous) / np.linalg.norm(i.w0))
    assert p2.decay(i, t) <= radius**t * (1 + 1e-9)


@every_instance
def test_decay_ends_at_its_floor_which_is_zero_for_full_rank_only(i):
    assert p2.decay(i, 2000) == pytest.approx(p2.decay_floor(i), abs=1e-9)
    assert (p2.decay_floor(i) < 1e-9) == (i.rank == i.d)


# --- 2(e)


@every_instance
def test_expectation_is_the_mean_over_every_pattern_of_coin_tosses(i):
    """ε = ±v(w), a fair coin each step, whose size depends on w: all 2ᵗ paths are enumerated."""
    ends = []
    for pattern in range(2**i.t):
        tosses = iter([1 if pattern >> k & 1 else -1 for k in range(i.t)])
        ends.append(p2.descent(i, lambda w, tosses=tosses: next(tosses) * (1 + np.abs(w))))
    assert np.allclose(np.mean(ends, axis=0), p2.expectation(i))
    assert np.ptp(ends, axis=0).min() > 0.1


@every_instance
def test_expectation_lies_within_five_standard_errors_of_a_simulation(i):
    rng = np.random.default_rng(6)
    ends = np.array([p2.descent(i, lambda w: rng.normal(size=w.size)) for _ in range(1500)])
    error = ends.std(axis=0) / np.sqrt(len(ends))
    assert np.all(np.abs(ends.mean(axis=0) - p2.expectation(i)) < 5 * error)


@every_instance
def test_noiseless_descent_meets_the_expectation_and_biased_noise_does_not(i):
    assert np.allclose(p2.descent(i), run(i, i.w0, i.t))
    assert p2.expectation_gap(i) < 1e-12
    assert not np.allclose(p2.descent(i, lambda w: 0.01 + 0 * w), p2.expectation(i), rtol=1e-4)


@every_instance
def test_noise_that_cancels_the_gradient_keeps_the_start(i):
    assert np.allclose(p2.descent(i, lambda w: -slope(i, w)), i.w0, atol=1e-6)


# --- misconceptions


@pytest.mark.parametrize("item", p2.EXPECTED)
@every_instance
def test_mistakes_differ_from_the_reference_and_from_each_other(item, i):
    values = {"reference": p2.EXPECTED[item](i)}
    for m in concerning(item, p2.MISCONCEPTIONS):
        try:
            values[m.id] = m.expected(i)
        except ValueError:
            assert i.n != i.d, "only shapes may leave a mistaken formula without a value"
    too_close = [
        pair for pair in combinations(values, 2) if distance(*map(values.get, pair)) < MARGIN
    ]
    assert too_close == []


@every_instance
def test_a_mistaken_gradient_leads_to_the_update_of_the_same_name(i):
    updates = {m.id: m for m in concerning("2a.update", p2.MISCONCEPTIONS)}
    for m in concerning("2a.gradient", p2.MISCONCEPTIONS):
        try:
            step = i.w - i.eta * m.expected(i)
        except ValueError:
            continue
        assert np.allclose(updates[m.id].expected(i), step)


@every_full_rank
def test_every_mistaken_bound_admits_a_step_size_that_diverges(i):
    for m in concerning("2d.step_size", p2.MISCONCEPTIONS):
        bound = m.expected(i)
        admitted = np.linspace(0, bound, 102)[1:-1]
        assert min(p2.step_size_margin(i, eta) for eta in admitted) < 0, m.id


@every_full_rank
def test_stricter_bounds_admit_only_step_sizes_that_converge(i):
    steepest = np.linalg.norm(i.X, 2) ** 2
    for bound in (i.n / (2 * steepest), 1 / steepest, 2 / steepest, i.n / np.trace(i.X.T @ i.X)):
        assert all(p2.step_size_margin(i, eta) > 0 for eta in np.linspace(0, bound, 102)[1:-1])


def test_every_item_of_the_problem_is_covered_and_formulas_by_three_mistakes_or_more():
    formulas = {
        "2a.gradient", "2a.update", "2b.affine", "2b.limit", "2b.least_squares",
        "2c.unrolled", "2c.limit", "2d.step_size", "2e.expectation",
    }  # fmt: skip
    assert p2.EXPECTED.keys() == formulas
    assert p2.CLAIMS.keys() == {"2b.assumption", "2d.decay", "2e.comparison"}
    assert all(len(concerning(item, p2.MISCONCEPTIONS)) >= 3 for item in formulas)


def test_ids_are_unique_within_an_item_and_sentences_end():
    keys = [(item, m.id) for m in p2.MISCONCEPTIONS for item in m.items]
    assert len(keys) == len(set(keys))
    assert all(m.teaching.endswith((".", "?")) for m in p2.MISCONCEPTIONS)
