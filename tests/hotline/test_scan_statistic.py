"""The scan statistic finds what was put there, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np

from backend.hotline.clusters.scan_statistic import Scan, detect_clusters

_PLACES, _SPAN, _LONGEST = 40, 60, 14


def test_a_cluster_that_was_put_there_is_found_with_its_place_and_days() -> None:
    scan = _draw_cases(seed=3)
    near = scan.nearest[7, :2]
    more = Scan(
        np.concatenate([scan.places, np.repeat(near, 12)]),
        np.concatenate([scan.days, np.tile(np.arange(3), 8)]),
        _SPAN,
        scan.nearest,
        _LONGEST,
    )
    found = detect_clusters(more, shuffles=199)
    assert set(near) <= set(found[0].places)
    assert found[0].days == 3
    assert found[0].observed > 3 * found[0].expected
    assert found[0].p <= 0.01


def test_chance_alone_gives_an_alarm_in_about_one_of_twenty() -> None:
    alarms = sum(bool(detect_clusters(_draw_cases(seed), shuffles=99)) for seed in range(40))
    assert alarms <= 6


def test_many_cases_everywhere_on_the_last_day_are_no_cluster_of_a_place() -> None:
    scan = _draw_cases(seed=5)
    holiday = Scan(
        np.concatenate([scan.places, np.tile(np.arange(_PLACES), 5)]),
        np.concatenate([scan.days, np.zeros(_PLACES * 5, dtype=np.int64)]),
        _SPAN,
        scan.nearest,
        _LONGEST,
    )
    assert detect_clusters(holiday, shuffles=199) == []


def test_nothing_told_is_nothing_found() -> None:
    empty = np.array([], dtype=np.int64)
    nearest = _draw_cases(seed=1).nearest
    assert detect_clusters(Scan(empty, empty, _SPAN, nearest, _LONGEST)) == []


def _draw_cases(seed: int) -> Scan:
    """Two thousand cases that know nothing of each other."""
    draw = np.random.default_rng(seed)
    points = draw.random((_PLACES, 2))
    apart = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    return Scan(
        draw.integers(0, _PLACES, 2000),
        draw.integers(0, _SPAN, 2000),
        _SPAN,
        np.argsort(apart, axis=1)[:, :8],
        _LONGEST,
    )
