"""Rates of small areas are not fooled by small numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from backend.risk.quantiles import beta_quantile, gamma_quantile
from backend.risk.shrinkage import NO_RATE, shrink_rates, shrink_shares

# Lip cancer in the 56 districts of Scotland 1975-80, observed and expected (Clayton & Kaldor 1987).
OBSERVED = [
    9, 39, 11, 9, 15, 8, 26, 7, 6, 20, 13, 5, 3, 8, 17, 9, 2, 7, 9, 7, 16, 31, 11, 7, 19, 15, 7, 10,
    16, 11, 5, 3, 7, 8, 11, 9, 11, 8, 6, 4, 10, 8, 2, 6, 19, 3, 2, 3, 28, 6, 1, 1, 1, 1, 0, 0,
]  # fmt: skip
EXPECTED = [
    1.4, 8.7, 3.0, 2.5, 4.3, 2.4, 8.1, 2.3, 2.0, 6.6, 4.4, 1.8, 1.1, 3.3, 7.8, 4.6, 1.1, 4.2, 5.5,
    4.4, 10.5, 22.7, 8.8, 5.6, 15.5, 12.5, 6.0, 9.0, 14.4, 10.2, 4.8, 2.9, 7.0, 8.5, 12.3, 10.1,
    12.7, 9.4, 7.2, 5.3, 18.8, 15.8, 4.3, 14.6, 50.7, 8.2, 5.6, 9.3, 88.7, 19.6, 3.4, 3.6, 5.7, 7.0,
    4.2, 1.8,
]  # fmt: skip


def test_the_published_example_is_weighted_as_marshall_writes_it():
    mean = sum(OBSERVED) / sum(EXPECTED)
    rates = [o / e for o, e in zip(OBSERVED, EXPECTED, strict=True)]
    spread = sum(e * (r - mean) ** 2 for r, e in zip(rates, EXPECTED, strict=True)) / sum(EXPECTED)
    between = spread - mean / (sum(EXPECTED) / len(EXPECTED))
    weights = [between / (between + mean / e) for e in EXPECTED]
    expected = [mean + w * (r - mean) for w, r in zip(weights, rates, strict=True)]
    assert [rate.mean for rate in shrink_rates(OBSERVED, EXPECTED)] == pytest.approx(expected)


def test_the_extremes_of_the_published_example_are_pulled_in_and_the_zeros_up():
    found = shrink_rates(OBSERVED, EXPECTED)
    assert found[0].raw == pytest.approx(6.43, abs=0.01)
    assert 2.5 < found[0].mean < 4.5
    assert all(rate.raw == 0 and rate.mean > 0.2 and rate.low > 0 for rate in found[-2:])


def test_a_small_region_is_pulled_to_the_mean_and_a_large_one_is_not():
    small, large, *_ = shrink_rates([2, 2000, 600, 900, 1100], [10, 10_000, 8_000, 9_000, 10_000])
    assert small.raw == large.raw == 0.2
    assert small.mean < 0.16
    assert large.mean == pytest.approx(0.2, rel=0.01)
    assert small.high - small.low > 5 * (large.high - large.low)


def test_zeros_everywhere_say_how_large_the_rate_can_still_be():
    rates = shrink_rates([0, 0, 0], [100, 200, 300])
    assert [(rate.mean, rate.low) for rate in rates] == [(0.0, 0.0)] * 3
    assert all(0 < rate.high < 0.01 for rate in rates)


def test_one_region_keeps_its_own_rate():
    (rate,) = shrink_rates([4], [100])
    assert rate.mean == rate.raw == 0.04
    assert rate.low < 0.03
    assert rate.high > 0.06


def test_identical_rates_are_taken_for_one():
    rates = shrink_rates([1, 10, 100], [10, 100, 1000])
    assert {rate.mean for rate in rates} == {0.1}
    assert len({(rate.low, rate.high) for rate in rates}) == 1


def test_a_region_without_exposure_gets_what_the_others_have():
    rates = shrink_rates([0, 5, 40, 300], [0, 100, 200, 3000])
    assert rates[0].raw is None
    assert rates[0].mean == pytest.approx(345 / 3300)
    assert rates[0].high - rates[0].low > rates[1].high - rates[1].low


def test_nothing_exposed_is_nothing_known():
    assert shrink_rates([0, 0], [0, 0]) == [NO_RATE, NO_RATE] == shrink_shares([0, 0], [0, 0])
    assert shrink_rates([], []) == [] == shrink_shares([], [])


@pytest.mark.parametrize(("events", "exposure"), [([-1], [1]), ([1], [-1]), ([1, 2], [1])])
def test_impossible_figures_are_refused(events, exposure):
    with pytest.raises(ValueError, match=r"needed|negative"):
        shrink_rates(events, exposure)


def test_more_overdue_than_there_are_is_refused():
    with pytest.raises(ValueError, match="more events"):
        shrink_shares([3], [2])


def test_a_share_stays_a_share():
    rates = shrink_shares([3, 900, 0, 500], [3, 1000, 4, 800])
    assert all(0 <= rate.low <= rate.mean <= rate.high <= 1 for rate in rates)
    assert rates[0].mean < 0.95
    assert rates[2].mean > 0.05
    assert rates[1].mean == pytest.approx(0.9, abs=0.005)


def test_shares_that_are_all_or_nothing_stay_inside():
    assert [rate.mean for rate in shrink_shares([5, 7], [5, 7])] == [1.0, 1.0]
    assert [rate.mean for rate in shrink_shares([0, 0], [5, 7])] == [0.0, 0.0]


def test_nine_intervals_in_ten_hold_the_true_rate():
    random = np.random.default_rng(4)
    held = []
    for _ in range(40):
        truth = random.gamma(4.0, 0.02 / 4.0, size=60)
        exposure = random.lognormal(6, 1.3, size=60)
        rates = shrink_rates([int(n) for n in random.poisson(truth * exposure)], list(exposure))
        held += [rate.low <= true <= rate.high for rate, true in zip(rates, truth, strict=True)]
    assert 0.87 < np.mean(held) < 0.93


def test_nine_intervals_in_ten_hold_the_true_share():
    random = np.random.default_rng(4)
    held = []
    for _ in range(40):
        truth = random.beta(3.0, 17.0, size=60)
        units = random.lognormal(5, 1.3, size=60).astype(int) + 1
        rates = shrink_shares([int(n) for n in random.binomial(units, truth)], units.tolist())
        held += [rate.low <= true <= rate.high for rate, true in zip(rates, truth, strict=True)]
    assert 0.87 < np.mean(held) < 0.93


def test_shrunken_rates_are_nearer_the_truth_than_raw_ones():
    random = np.random.default_rng(5)
    truth = random.gamma(4.0, 0.02 / 4.0, size=500)
    exposure = random.lognormal(5, 1, size=500)
    rates = shrink_rates([int(n) for n in random.poisson(truth * exposure)], list(exposure))
    shrunken = np.mean([(rate.mean - true) ** 2 for rate, true in zip(rates, truth, strict=True)])
    raw = np.mean([(rate.raw - true) ** 2 for rate, true in zip(rates, truth, strict=True)])
    assert shrunken < raw / 2


PROBABILITIES = (0.01, 0.05, 0.5, 0.95, 0.99)
SHAPES = (0.05, 0.5, 1.0, 2.5, 29.0, 31.0, 300.0, 90_000.0)


@pytest.mark.parametrize("p", PROBABILITIES)
def test_gamma_quantiles_are_those_of_scipy(p):
    for shape in SHAPES:
        gamma = stats.gamma(shape, scale=0.5)
        assert abs(gamma_quantile(p, shape, 2.0) - gamma.ppf(p)) < 0.003 * gamma.std()


@pytest.mark.parametrize("p", PROBABILITIES)
def test_beta_quantiles_are_those_of_scipy(p):
    for a, b in itertools.product(SHAPES, SHAPES):
        beta = stats.beta(a, b)
        assert abs(beta_quantile(p, a, b) - beta.ppf(p)) < 0.003 * beta.std()
