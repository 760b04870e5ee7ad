"""Quantiles of the gamma and the beta distribution, which the standard library lacks.

Two functions do not justify some 110 MB of SciPy on every server; the tests hold them against it.
The distribution functions are the classical series and continued fractions (Abramowitz & Stegun
1964, 6.5.29 and 26.5.8, evaluated by Lentz's method); they are turned round by Newton's steps,
bent by the slope of the density after Halley, and kept inside a bracket.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from statistics import NormalDist

ENOUGH = 1e-13
TINY = 1e-300
TERMS = 20_000
NEARLY_NORMAL = 30.0
"""Past so many events the approximation is off by less than a hundredth of a standard deviation."""


def gamma_quantile(probability: float, shape: float, rate: float) -> float:
    """The value below which a gamma variate lies with ``probability``; mean ``shape / rate``."""
    z = NormalDist().inv_cdf(probability)
    # Wilson & Hilferty 1931: the cube root is nearly normal.
    start = shape * max(1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape)), 0.01) ** 3
    if shape > NEARLY_NORMAL:
        return start / rate
    log_scale = math.lgamma(shape)

    def density(x: float) -> tuple[float, float]:
        height = math.exp((shape - 1) * math.log(x) - x - log_scale)
        return height, (shape - 1) / x - 1

    most = shape + 40 * math.sqrt(shape) + 40
    found = _solve_quantile(lambda x: _gamma_cdf(shape, x), density, probability, start, most)
    return found / rate


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The share below which a beta variate lies with ``probability``; mean ``a / (a + b)``."""
    start = (_beta_start if min(a, b) > 1 else _beta_start_from_ends)(probability, a, b)
    if min(a, b) > NEARLY_NORMAL:
        return start
    log_scale = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    def density(x: float) -> tuple[float, float]:
        height = math.exp((a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - log_scale)
        return height, (a - 1) / x - (b - 1) / (1 - x)

    return _solve_quantile(
        lambda x: _beta_cdf(a, b, x, log_scale), density, probability, start, 1.0
    )


def _beta_start(probability: float, a: float, b: float) -> float:
    """A first guess by Abramowitz & Stegun 26.5.22: half the logit is nearly normal."""
    z = -NormalDist().inv_cdf(probability)
    p, q = 1 / (2 * a - 1), 1 / (2 * b - 1)
    h, skew = 2 / (p + q), (z * z - 3) / 6
    w = z * math.sqrt(h + skew) / h - (q - p) * (skew + 5 / 6 - 2 / (3 * h))
    return a / (a + b * math.exp(2 * w))


def _beta_start_from_ends(probability: float, a: float, b: float) -> float:
    """A first guess for a shape of one or less: two powers, one rising from each end, meet at the mean."""
    low = math.exp(a * math.log(a / (a + b))) / a
    high = math.exp(b * math.log(b / (a + b))) / b
    both = low + high
    if probability < low / both:
        return float((a * both * probability) ** (1 / a))
    return float(1 - (b * both * (1 - probability)) ** (1 / b))


def _solve_quantile(
    below: Callable[[float], float],
    density: Callable[[float], tuple[float, float]],
    probability: float,
    start: float,
    most: float,
) -> float:
    """The x in (0, most) with ``below(x) == probability``.

    ``density`` gives the slope of ``below`` and the slope of the logarithm of that slope.
    """
    low, high, x = 0.0, most, min(max(start, 1e-12), most * (1 - 1e-9))
    for _ in range(200):
        miss = below(x) - probability
        low, high = (low, x) if miss > 0 else (x, high)
        slope, bend = density(x)
        newton = miss / slope if slope > TINY else most
        step = x - newton / (1 - min(max(newton * bend, -1.0), 1.0) / 2)
        later = step if low < step < high else (low + high) / 2
        # Steps shrink with the cube: after one of a millionth nothing is left to do.
        if abs(later - x) <= 1e-6 * x or high - low <= TINY:
            return later
        x = later
    return x


def _gamma_cdf(shape: float, x: float) -> float:
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for n in range(1, TERMS):
            term *= x / (shape + n)
            total += term
            if term < total * ENOUGH:
                break
        return front * total
    pairs = ((-n * (n - shape), x + 2 * n + 1 - shape) for n in range(1, TERMS))
    return 1 - front / _continued_fraction(x + 1 - shape, pairs)


def _beta_cdf(a: float, b: float, x: float, log_scale: float) -> float:
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_cdf(b, a, 1 - x, log_scale)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_scale) / a
    return front / _continued_fraction(
        1.0, ((_beta_fraction_term(a, b, x, n), 1.0) for n in range(1, TERMS))
    )


def _beta_fraction_term(a: float, b: float, x: float, n: int) -> float:
    m = n // 2
    if n % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _continued_fraction(first: float, pairs: Iterable[tuple[float, float]]) -> float:
    """The continued fraction first + p1/(q1 + p2/(q2 + ...)), by Lentz's method."""
    value = first or TINY
    c, d = value, 0.0
    for p, q in pairs:
        d = 1 / ((q + p * d) or TINY)
        c = (q + p / c) or TINY
        value *= c * d
        if abs(c * d - 1) < ENOUGH:
            break
    return value
