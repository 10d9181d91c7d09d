"""Problem 3 of the reference: convexity on random draws, and a descent that is really run."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from reference import problem3 as p3
from reference.misconception import concerning, distance

INSTANCES = p3.instances()
RANDOM = tuple(
    p3.sample(np.random.default_rng(seed), n=1 + seed % 6, d=1 + seed % 4) for seed in range(60)
)
X0 = INSTANCES[0].x0
# Near misses up to 1e-4 go to review, so mistakes have to be well above.
MARGIN = 1e-3

every_instance = pytest.mark.parametrize("i", INSTANCES, ids=lambda i: f"n{i.n}-d{i.d}")
every_part = pytest.mark.parametrize(
    ("gap", "certificate"),
    [
        (p3.gap_a, p3.certificate_a),
        (p3.gap_b, p3.certificate_b),
        (p3.gap_c, p3.certificate_c),
    ],
    ids=["3a", "3b", "3c"],
)


# --- 3(a)–(c)


@every_instance
def test_functions_are_the_squares_that_the_homework_states(i):
    assert p3.square(i.x1) == i.x1 * i.x1
    assert p3.shifted_square(i.b + 2.0, i.b) == pytest.approx(4.0)
    errors = [sum(i.X[j, k] * i.w1[k] for k in range(i.d)) - i.y[j] for j in range(i.n)]
    assert p3.squared_error(i.w1, i.X, i.y) == pytest.approx(sum(e * e for e in errors))


@every_part
def test_gap_from_the_definition_equals_the_certificate(gap, certificate):
    for i in RANDOM:
        assert gap(i) == pytest.approx(certificate(i), rel=1e-9)
        assert gap(i) > 0


@every_part
@pytest.mark.parametrize("t", [0.0, 1.0])
def test_gap_vanishes_at_both_ends_of_the_chord(gap, certificate, t):
    for i in RANDOM:
        at_end = replace(i, t=t)
        assert gap(at_end) == pytest.approx(0, abs=1e-9)
        assert certificate(at_end) == 0


@every_instance
def test_gap_of_the_square_is_the_variance_of_a_point_drawn_with_weights_t(i):
    mean = i.t * i.x1 + (1 - i.t) * i.x2
    variance = i.t * (i.x1 - mean) ** 2 + (1 - i.t) * (i.x2 - mean) ** 2
    assert p3.certificate_a(i) == pytest.approx(variance)
    assert p3.certificate_b(i) == pytest.approx(variance)


@every_instance
def test_gap_of_the_squared_error_adds_up_over_the_examples(i):
    one_by_one = [replace(i, X=i.X[[j]], y=i.y[[j]]) for j in range(i.n)]
    assert p3.gap_c(i) == pytest.approx(sum(p3.certificate_c(one) for one in one_by_one))


def test_gap_is_negative_for_a_concave_function():
    assert p3.gap(lambda x: -(x**2), 0.0, 1.0, 0.5) == pytest.approx(-0.25)


# --- 3(d): not convex


def test_the_official_point_exceeds_the_chord_by_one():
    assert p3.excess(0.0, math.pi, 0.5) == pytest.approx(1.0)


def test_a_point_of_exact_equality_looks_like_a_violation_to_floats_but_not_to_the_margin():
    excess = p3.excess(0.0, 2 * math.pi, 0.5)
    assert 0 < excess < p3.VIOLATION_MARGIN


def test_a_small_true_violation_next_to_the_point_of_equality_is_above_the_margin():
    assert p3.excess(0.0, 2 * math.pi, 0.5 + 1e-6) > p3.VIOLATION_MARGIN
    assert p3.excess(0.0, 2 * math.pi, 0.5 - 1e-6) < -p3.VIOLATION_MARGIN


def test_a_point_on_a_convex_stretch_is_no_violation():
    assert p3.excess(9.5, 12.4, 0.3) < 0


@pytest.mark.parametrize("t", [-0.5, 1.0001])
def test_a_t_outside_the_unit_interval_is_refused(t):
    with pytest.raises(ValueError, match="not in"):
        p3.excess(0.0, math.pi, t)


@every_instance
def test_excess_is_the_height_of_the_graph_over_the_chord(i):
    x = i.x2 + i.t * (i.x1 - i.x2)
    chord = np.interp(x, [i.x1, i.x2], [abs(np.sin(p) + p / 2) for p in (i.x1, i.x2)])
    assert p3.excess_at(i) == pytest.approx(abs(np.sin(x) + x / 2) - chord)


# --- 3(d): gradient descent


@pytest.mark.parametrize("x", [-11.0, -3.3, -0.4, 0.4, 2.0, 5.1, 10.0])
def test_slope_and_curvature_agree_with_finite_differences(x):
    h = 1e-4
    slope = (p3.f(x + h) - p3.f(x - h)) / (2 * h)
    curvature = (p3.slope(abs(x) + h) - p3.slope(abs(x) - h)) / (2 * h)
    assert p3.slope(x) == pytest.approx(slope, abs=1e-7)
    assert p3.curvature(abs(x)) == pytest.approx(curvature, abs=1e-7)


@pytest.mark.parametrize("x0", [2.2, 5.0, 8.3, 8.5, 10.0, 14.5, 14.8, 40.0])
def test_descent_with_small_steps_settles_in_the_minimiser_of_the_starts_own_valley(x0):
    assert p3.descent(x0, 0.1, 1500)[-1] == pytest.approx(p3.local_minimiser(x0), abs=1e-9)


def test_minimiser_from_ten_is_the_lowest_point_between_the_neighbouring_maxima():
    x = np.linspace(8.5, 14.5, 600_001)
    lowest = x[np.argmin(np.abs(np.sin(x) + 0.5 * x))]
    assert p3.local_minimiser(X0) == pytest.approx(lowest, abs=2e-5)
    assert p3.local_minimiser(X0) == pytest.approx(10.47, abs=5e-3)


def test_starts_left_of_the_first_maximum_roll_to_zero_and_have_no_local_minimiser():
    assert abs(p3.descent(2.0, 0.01, 2000)[-1]) < 0.02
    with pytest.raises(ValueError, match="first maximum"):
        p3.local_minimiser(2.0)


@every_instance
def test_the_local_minimum_is_higher_than_the_global_one(i):
    assert p3.height_of_local_minimum(i) > 4
    assert min(p3.f(x) for x in np.linspace(-30, 30, 6001)) == pytest.approx(p3.f(0.0), abs=1e-9)


@pytest.mark.parametrize(("share", "monotone"), [(0.1, True), (0.99, True), (1.01, False)])
def test_descent_is_monotone_up_to_the_smaller_bound_and_swings_above_it(share, monotone):
    remaining = p3.local_minimiser(X0) - p3.descent(X0, share * p3.monotone_step_size(X0), 200)
    on_the_way = remaining[np.abs(remaining) > 1e-12]
    rises_towards_it = np.all(on_the_way > 0) and np.all(np.diff(on_the_way) < 0)
    assert bool(rises_towards_it) == monotone


@pytest.mark.parametrize(("share", "converges"), [(0.5, True), (0.98, True), (1.02, False)])
def test_descent_converges_up_to_the_larger_bound_and_not_above_it(share, converges):
    x = p3.descent(X0, share * p3.convergent_step_size(X0), 3000)
    assert bool(abs(x[-1] - p3.local_minimiser(X0)) < 1e-9) == converges
    assert abs(x[-1] - p3.local_minimiser(X0)) < 1, "it stays in its valley either way"


# --- misconceptions


@pytest.mark.parametrize("item", p3.EXPECTED)
@every_instance
def test_mistakes_differ_from_the_reference_and_from_each_other(item, i):
    values = {"reference": p3.EXPECTED[item](i)}
    values |= {m.id: m.expected(i) for m in concerning(item, p3.MISCONCEPTIONS)}
    too_close = [
        pair for pair in combinations(values, 2) if distance(*map(values.get, pair)) < MARGIN
    ]
    assert too_close == []


@every_instance
def test_mistakes_about_the_square_are_the_same_for_one_example_without_shift(i):
    """x² is ‖Xw − y‖² with X = 1 and y = 0, so both parts have to tell the same mistakes."""
    one = replace(
        i, X=np.ones((1, 1)), y=np.zeros(1), w1=np.array([i.x1]), w2=np.array([i.x2]), b=0.0
    )
    of_a, of_b, of_c = (
        {m.id: m.expected(one) for m in concerning(item, p3.MISCONCEPTIONS)}
        for item in ("3a.proof", "3b.proof", "3c.proof")
    )
    assert of_a == pytest.approx({name: of_b[name] for name in of_a})
    assert of_a == pytest.approx({name: of_c[name] for name in of_a})


def test_every_item_of_the_problem_is_covered_by_three_mistakes_or_more():
    items = {"3a.proof", "3b.proof", "3c.proof", "3d.counterexample", "3d.descent"}
    assert p3.EXPECTED.keys() == items
    assert all(len(concerning(item, p3.MISCONCEPTIONS)) >= 3 for item in items)


def test_ids_are_unique_within_an_item_and_sentences_end():
    keys = [(item, m.id) for m in p3.MISCONCEPTIONS for item in m.items]
    assert len(keys) == len(set(keys))
    assert all(m.teaching.endswith((".", "?")) for m in p3.MISCONCEPTIONS)
