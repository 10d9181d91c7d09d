"""Problem 1 of the reference, held against other ways to the same numbers."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from reference import problem1 as p1
from reference.misconception import Misconception, catalogue, concerning, distance

INSTANCES = p1.instances()
# Near misses up to 1e-4 go to review, so mistakes have to be well above.
MARGIN = 1e-3

every_instance = pytest.mark.parametrize("i", INSTANCES, ids=lambda i: f"n{i.n}-d{i.d}")
every_penalty = pytest.mark.parametrize(
    "P",
    [p1.Lambda, p1.free_intercept, p1.weighted, p1.weighted_free_intercept, p1.combined],
    ids=lambda P: P.__name__,
)


def finite_differences(i, P, step=1e-6):
    """∇L by central differences of the loss, exact up to rounding for a quadratic."""
    slopes = []
    for e in np.eye(i.d):
        ahead, behind = (p1.loss(replace(i, w=i.w + s * step * e), P) for s in (1, -1))
        slopes.append((ahead - behind) / (2 * step))
    return np.array(slopes)


def root(P):
    """A matrix R with RᵀR = P, for the stacked least-squares problem."""
    values, vectors = np.linalg.eigh(P)
    return np.sqrt(np.maximum(values, 0))[:, None] * vectors.T


# --- the instances


def test_instances_cover_more_fewer_and_equally_many_examples_and_both_sides_of_lambda():
    assert {np.sign(i.n - i.d) for i in INSTANCES} == {-1, 0, 1}
    assert {i.lam > 1 for i in INSTANCES} == {True, False}


@every_instance
def test_rows_of_x_are_the_powers_of_one_input(i):
    assert np.allclose(i.X, [[x**k for k in range(i.d)] for x in i.x])


def test_the_same_seed_draws_the_same_instances():
    again = p1.instances()
    assert all(
        np.array_equal(i.X, j.X) and i.lam == j.lam for i, j in zip(INSTANCES, again, strict=True)
    )
    assert not np.array_equal(p1.instances(seed=1)[0].w, INSTANCES[0].w)


# --- 1(a)


@every_instance
def test_loss_is_the_sum_over_examples_and_powers(i):
    error = sum((sum(i.X[j, k] * i.w[k] for k in range(i.d)) - i.y[j]) ** 2 for j in range(i.n))
    strength, penalty = 1.0, 0.0
    for k in range(i.d):
        penalty += strength * i.w[k] ** 2
        strength *= i.lam
    assert p1.loss(i) == pytest.approx(error / i.n + penalty, rel=1e-12)


@every_instance
def test_unpenalised_intercept_takes_its_square_off_the_loss(i):
    assert p1.loss(i) - p1.loss(i, p1.free_intercept) == pytest.approx(i.w[0] ** 2)


@every_instance
def test_overall_weight_scales_the_penalty_alone(i):
    at_zero_weight, at_one = p1.loss(replace(i, alpha=0.0), p1.weighted), p1.loss(i)
    straight_line = at_zero_weight + i.alpha * (at_one - at_zero_weight)
    assert p1.loss(i, p1.weighted) == pytest.approx(straight_line)


# --- 1(b)


@every_instance
@every_penalty
def test_gradient_agrees_with_finite_differences_of_the_loss(i, P):
    assert np.allclose(p1.gradient(i, P), finite_differences(i, P), rtol=1e-6, atol=1e-6)


@every_instance
@every_penalty
def test_solution_is_the_least_squares_solution_of_the_stacked_system(i, P):
    stacked = np.vstack([i.X / np.sqrt(i.n), root(P(i))])
    right = np.concatenate([i.y / np.sqrt(i.n), np.zeros(i.d)])
    assert np.allclose(p1.solution(i, P), np.linalg.lstsq(stacked, right)[0], rtol=1e-8)


@every_instance
@every_penalty
def test_no_nearby_coefficients_have_a_smaller_loss_than_the_solution(i, P):
    w = p1.solution(i, P)
    least = p1.loss(replace(i, w=w), P)
    for direction in np.random.default_rng(1).normal(size=(20, i.d)):
        assert p1.loss(replace(i, w=w + 0.01 * direction), P) > least


@every_instance
def test_solution_solves_the_normal_equations(i):
    matrix, right = p1.normal_equations(i)
    assert np.allclose(matrix @ p1.solution(i), right)


def equally_informative_features():
    """XᵀX = nI and Xᵀy = n(1, …, 1): only the penalty tells the powers apart."""
    X = np.sqrt(4) * np.linalg.qr(np.random.default_rng(2).normal(size=(4, 4)))[0]
    return replace(INSTANCES[0], X=X, y=X @ np.ones(4))


@pytest.mark.parametrize("lam", p1.LAMBDA_PROBES)
def test_higher_powers_get_smaller_coefficients_exactly_where_the_condition_holds(lam):
    w = np.abs(p1.solution(replace(equally_informative_features(), lam=lam)))
    assert bool(np.all(np.diff(w) < 0)) == p1.penalises_higher_powers_more(lam)


def test_lambda_probes_lie_on_both_sides_of_one_and_leave_it_out():
    assert p1.LAMBDA_PROBES.min() < 1 < p1.LAMBDA_PROBES.max()
    assert 1.0 not in p1.LAMBDA_PROBES


# --- 1(c)


@every_instance
def test_penalty_is_the_weighted_sum_of_squared_consecutive_differences(i):
    by_hand = sum(i.mu[k] * (i.w[k + 1] - i.w[k]) ** 2 for k in range(i.d - 1))
    assert p1.penalty(i) == pytest.approx(by_hand)
    assert p1.loss(i, p1.combined) - p1.loss(i) == pytest.approx(by_hand)


@every_instance
def test_difference_operator_has_a_minus_one_before_each_one(i):
    expected = [[(k == j + 1) - (k == j) for k in range(i.d)] for j in range(i.d - 1)]
    assert np.array_equal(p1.D(i), expected)


@every_instance
def test_strong_smoothing_makes_all_coefficients_equal(i):
    w = p1.solution(replace(i, mu=np.full(i.d - 1, 1e8)), p1.smoothness)
    assert np.ptp(w) < 1e-5 < abs(w[0])


def smooth(mu):
    return lambda w: sum(m * (w[k + 1] - w[k]) ** 2 for k, m in enumerate(mu))


RIGHT_PENALTIES = {
    "unit weights": smooth(np.ones(4)),
    "own weights": smooth([0.3, 2.0, 0.7, 5.0]),
    "powers of lambda": smooth(0.5 ** np.arange(4)),
    "tiny weights": smooth(1e-9 * np.ones(4)),
}


def wrong(defect, R):
    return pytest.param(defect, R, id=f"{defect.__name__}-{R.__name__}")


def with_a_thousandth_of_ridge(w):
    return smooth(np.ones(4))(w) + 1e-3 * w @ w


def with_second_differences_mixed_in(w):
    return smooth(np.ones(4))(w) + 0.01 * np.sum(np.diff(w, 2) ** 2)


def with_a_wrap_around(w):
    return smooth(np.ones(4))(w) + 0.01 * (w[-1] - w[0]) ** 2


def absolute_differences(w):
    return np.sum(np.abs(np.diff(w)))


def slightly_curved(w):
    return np.sum(np.abs(np.diff(w)) ** 2.01)


def distance_from_the_mean(w):
    return np.sum((w - w.mean()) ** 2)


def sum_of_neighbours(w):
    return np.sum((w[1:] + w[:-1]) ** 2)


def difference_of_two_squares(w):
    return w[1] ** 2 - w[0] ** 2


def ridge(w):
    return 1.3 * w @ w


def value_on_constants(R):
    return p1.value_on_constants(R, 5)


def off_tridiagonal(R):
    return p1.off_tridiagonal(R, 5)


def parallelogram_defect(R):
    rng = np.random.default_rng(3)
    return max(p1.parallelogram_defect(R, *rng.normal(size=(2, 5))) for _ in range(5))


def first_difference_defect(R):
    rng = np.random.default_rng(4)
    return max(p1.first_difference_defect(R, rng.normal(size=5)) for _ in range(5))


DEFECTS = [value_on_constants, off_tridiagonal, parallelogram_defect, first_difference_defect]


@pytest.mark.parametrize("R", RIGHT_PENALTIES.values(), ids=RIGHT_PENALTIES)
def test_a_right_penalty_has_no_defect_and_positive_steps(R):
    assert [defect(R) for defect in DEFECTS] == pytest.approx([0.0] * 4, abs=1e-9)
    assert np.all(p1.step_values(R, 5) > 0)


@pytest.mark.parametrize(
    ("defect", "R"),
    [
        wrong(value_on_constants, with_a_thousandth_of_ridge),
        wrong(value_on_constants, sum_of_neighbours),
        wrong(value_on_constants, ridge),
        wrong(off_tridiagonal, with_second_differences_mixed_in),
        wrong(off_tridiagonal, with_a_wrap_around),
        wrong(off_tridiagonal, distance_from_the_mean),
        wrong(parallelogram_defect, absolute_differences),
        wrong(parallelogram_defect, slightly_curved),
        wrong(first_difference_defect, difference_of_two_squares),
        wrong(first_difference_defect, with_a_thousandth_of_ridge),
        wrong(first_difference_defect, with_second_differences_mixed_in),
    ],
)
def test_a_subtly_wrong_penalty_shows_its_defect(defect, R):
    assert defect(R) > MARGIN


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_defects_do_not_depend_on_the_scale_of_the_penalty(scale):
    R = with_a_thousandth_of_ridge
    for defect in DEFECTS:
        assert defect(lambda w: scale * R(w)) == pytest.approx(defect(R), rel=1e-6, abs=1e-12)


def test_no_penalty_at_all_has_no_defect_but_every_step_is_free():
    assert [defect(lambda _: 0.0) for defect in DEFECTS] == [0.0] * 4
    assert list(p1.step_values(lambda _: 0.0, 5)) == [0.0] * 4


def test_a_penalty_without_the_last_difference_leaves_the_last_step_free():
    assert list(p1.step_values(lambda w: smooth(np.ones(3))(w[:-1]), 5)) == [1, 1, 1, 0]


def test_step_values_are_the_weights():
    assert np.allclose(p1.step_values(RIGHT_PENALTIES["own weights"], 5), [0.3, 2.0, 0.7, 5.0])


@every_instance
def test_gradient_of_the_combined_loss_is_linear_up_to_a_constant(i):
    assert p1.gradient_nonlinearity(i) < 1e-12


@pytest.mark.parametrize("power", [1.01, 1.5, 3.0])
def test_a_gradient_of_another_power_is_not_linear(power):
    u, v = np.random.default_rng(5).normal(size=(2, 5))
    assert p1.nonlinearity(lambda w: np.sign(w) * np.abs(w) ** power, u, v) > MARGIN


# --- misconceptions


@pytest.mark.parametrize("item", p1.EXPECTED)
@every_instance
def test_mistakes_differ_from_every_right_answer_and_from_each_other(item, i):
    accepted = p1.ACCEPTED.get(item, {})
    values = {"reference": p1.EXPECTED[item](i)} | {name: f(i) for name, f in accepted.items()}
    for m in concerning(item, p1.MISCONCEPTIONS):
        try:
            values[m.id] = m.expected(i)
        except ValueError:
            assert i.n != i.d, "only shapes may leave a mistaken formula without a value"
    too_close = [
        pair for pair in combinations(values, 2) if distance(*map(values.get, pair)) < MARGIN
    ]
    assert too_close == []


@pytest.mark.parametrize("name", [m.id for m in concerning("1c.penalty", p1.MISCONCEPTIONS)])
def test_every_mistaken_penalty_fails_a_property_as_well(name):
    (mistake,) = (m for m in concerning("1c.penalty", p1.MISCONCEPTIONS) if m.id == name)
    i = replace(INSTANCES[0], mu=np.ones(4))

    def R(w):
        return float(mistake.expected(replace(i, w=w)))

    assert max(d(R) for d in DEFECTS) > MARGIN or np.min(p1.step_values(R, 5)) <= 0


def test_every_item_of_the_problem_is_covered_and_formulas_by_three_mistakes_or_more():
    items = {"1a.loss", "1b.solution", "1b.lambda", "1c.penalty", "1c.closed_form"}
    assert p1.EXPECTED.keys() | p1.CLAIMS.keys() == items
    assert {item for m in p1.MISCONCEPTIONS for item in m.items} == p1.EXPECTED.keys()
    for item in ("1a.loss", "1b.solution", "1c.penalty"):
        assert len(concerning(item, p1.MISCONCEPTIONS)) >= 3


def test_ids_are_unique_within_an_item_and_sentences_end():
    keys = [(item, m.id) for m in p1.MISCONCEPTIONS for item in m.items]
    assert len(keys) == len(set(keys))
    assert all(m.teaching.endswith((".", "?")) for m in p1.MISCONCEPTIONS)


# --- misconception.py itself


@pytest.mark.parametrize(
    ("name", "items"), [("Not-Kebab", ("1a.loss",)), ("fine", ()), ("fine", ("loss",))]
)
def test_a_misconception_with_a_malformed_id_or_item_is_refused(name, items):
    with pytest.raises(ValueError, match=name):
        Misconception(name, items, "Look again.", p1.loss)


@pytest.mark.parametrize("teaching", [{}, {"a": "One.", "b": "Two."}])
def test_a_catalogue_with_a_missing_or_spare_sentence_is_refused(teaching):
    with pytest.raises(ValueError, match="only in one"):
        catalogue(teaching, {("1a.loss",): {"a": p1.loss}})


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1.0, 1.0, 0.0),
        (0.0, 0.0, 0.0),
        ({}, {}, 0.0),
        (2.0, 1.0, 0.5),
        (1.0, -1.0, 2.0),
        (np.ones(2), np.ones(3), np.inf),
        (np.ones(2), np.array([1.0, np.nan]), np.inf),
        ({"A": np.ones(2)}, {"A": np.ones(2), "b": np.ones(2)}, np.inf),
        ({"A": np.ones(2), "b": np.ones(2)}, {"A": np.ones(2), "b": 4 * np.ones(2)}, 0.75),
        ({"A": np.ones(2)}, np.ones(2), np.inf),
    ],
)
def test_distance_is_relative_and_infinite_for_what_cannot_be_compared(a, b, expected):
    assert distance(a, b) == pytest.approx(expected)
    assert distance(b, a) == pytest.approx(expected)
