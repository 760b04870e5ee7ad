"""Rates of small areas, drawn towards the rate of all by as much as their numbers are small.

Empirical Bayes with the prior by the method of moments:

- ``shrink_rates``: events per exposure (accidents per 10 000 units), gamma-Poisson. Clayton & Kaldor,
  Biometrics 43 (1987) 671-681; the moments by Marshall, Applied Statistics 40 (1991) 283-294.
- ``shrink_shares``: so many out of so many (overdue of all units), beta-binomial. Kleinman,
  Journal of the American Statistical Association 68 (1973) 46-54.

The prior counts as known, so an interval is a little too narrow where there are few areas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from backend.risk.quantiles import beta_quantile, gamma_quantile

TAIL = 0.05
"""What a credible interval of 90 % leaves out on each side."""
JEFFREYS = 0.5


@dataclass(frozen=True)
class ShrunkenRate:
    """A rate with its 90 % credible interval; ``raw`` is events / exposure, None without exposure.

    Where nothing at all was exposed anywhere, everything is 0 and ``raw`` None: nothing is known.
    """

    mean: float
    low: float
    high: float
    raw: float | None


NO_RATE = ShrunkenRate(0.0, 0.0, 0.0, None)


def shrink_rates(events: Sequence[int], exposure: Sequence[float]) -> list[ShrunkenRate]:
    """One rate for each area, in the unit of ``events`` per ``exposure``.

    Raises ValueError for negative figures and sequences of different lengths.
    """
    _check_events_and_exposure(events, exposure)
    if not sum(exposure):
        return [NO_RATE] * len(events)
    mean = sum(events) / sum(exposure)
    rate = prior_exposure(events, exposure)
    if rate is None:
        quantile = partial(_gamma_quantile_of, sum(events) + JEFFREYS, sum(exposure))
        return _pooled_rates(mean, quantile, events, exposure)
    shape = mean * rate
    return [
        _build_rate(
            (shape + n) / (rate + e),
            partial(_gamma_quantile_of, shape + n, rate + e),
            _raw_rate(n, e),
        )
        for n, e in zip(events, exposure, strict=True)
    ]


def prior_exposure(events: Sequence[float], exposure: Sequence[float]) -> float | None:
    """How much exposure the rate of all counts for beside an area's own (Marshall 1991).

    None when the areas differ no more than chance makes them, or nothing was exposed.
    """
    if not sum(exposure):
        return None
    mean, between = _mean_and_variance(events, exposure)
    between -= mean * len(_positive_exposures(exposure)) / sum(exposure)
    return mean / between if between > 0 and mean else None


def shrink_shares(events: Sequence[int], of: Sequence[int]) -> list[ShrunkenRate]:
    """One share (0 to 1) for each area.

    Raises ValueError for negative figures, more events than there can be, different lengths.
    """
    _check_events_and_exposure(events, of)
    if any(n > total for n, total in zip(events, of, strict=True)):
        raise ValueError("more events than there are to count among")
    if not sum(of):
        return [NO_RATE] * len(events)
    mean, _ = _mean_and_variance(events, of)
    strength = _prior_strength(events, of)
    if strength is None:
        a, b = sum(events) + JEFFREYS, sum(of) - sum(events) + JEFFREYS
        return _pooled_rates(mean, partial(_beta_quantile_of, a, b), events, of)
    a, b = mean * strength, (1 - mean) * strength
    return [
        _build_rate(
            (a + n) / (strength + m), partial(_beta_quantile_of, a + n, b + m - n), _raw_rate(n, m)
        )
        for n, m in zip(events, of, strict=True)
    ]


def _prior_strength(events: Sequence[int], of: Sequence[int]) -> float | None:
    """a + b of the beta prior; None when the areas differ no more than chance makes them."""
    mean, spread = _mean_and_variance(events, of)
    total, areas = sum(of), len(_positive_exposures(of))
    room = mean * (1 - mean)
    # The spread to expect is room / total times (areas + between times (total - areas)), and
    # "between", the correlation of two in the same area, is 1 by (strength + 1).
    if areas < 2 or total <= areas or not room:
        return None
    between = (spread * total / room - areas) / (total - areas)
    return 1 / min(between, 0.999) - 1 if between > 0 else None


def _mean_and_variance(events: Sequence[float], exposure: Sequence[float]) -> tuple[float, float]:
    """The rate of all, and the variance of the areas' rates about it, weighted by exposure."""
    mean = sum(events) / sum(exposure)
    rates = [(n / e, e) for n, e in zip(events, exposure, strict=True) if e]
    return mean, sum(e * (rate - mean) ** 2 for rate, e in rates) / sum(exposure)


def _positive_exposures(exposure: Sequence[float]) -> list[float]:
    return [e for e in exposure if e]


def _build_rate(mean: float, quantile: Callable[[float], float], raw: float | None) -> ShrunkenRate:
    return ShrunkenRate(mean, quantile(TAIL), quantile(1 - TAIL), raw)


def _pooled_rates(
    mean: float,
    quantile: Callable[[float], float],
    events: Sequence[int],
    exposure: Sequence[float],
) -> list[ShrunkenRate]:
    """The rate of all for each: nothing says that they differ. The ends never pass the mean."""
    low, high = min(quantile(TAIL), mean), max(quantile(1 - TAIL), mean)
    return [
        ShrunkenRate(mean, low, high, _raw_rate(n, e))
        for n, e in zip(events, exposure, strict=True)
    ]


def _gamma_quantile_of(shape: float, rate: float, probability: float) -> float:
    return gamma_quantile(probability, shape, rate)


def _beta_quantile_of(a: float, b: float, probability: float) -> float:
    return beta_quantile(probability, a, b)


def _raw_rate(events: int, exposure: float) -> float | None:
    return events / exposure if exposure else None


def _check_events_and_exposure(events: Sequence[int], exposure: Sequence[float]) -> None:
    if len(events) != len(exposure):
        raise ValueError("as many exposures as events are needed")
    if any(n < 0 for n in events) or any(e < 0 for e in exposure):
        raise ValueError("events and exposures are not negative")
