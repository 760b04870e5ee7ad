"""Looks for clusters among the reports and complaints of the last months, and keeps what it finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
from django.contrib.gis.geos import Point
from django.db import transaction

from backend.hotline.clusters.cases import list_counted_matters
from backend.hotline.clusters.scan_statistic import Cluster as Found
from backend.hotline.clusters.scan_statistic import IntegerArray, Scan, detect_clusters
from backend.hotline.models import Cluster
from backend.hotline.product_categories import product_category_choices
from backend.lib import clock
from geo.models import Region

SPAN_DAYS = 90
LONGEST_DAYS = 28
REACH = 15
"""Counties in a circle at most: a tenth of the province."""
_LEAST_CASES = 10
"""Cases below which nothing is looked for: chance has no shape in so few."""


@transaction.atomic
def keep_clusters(day: dt.date) -> list[Cluster]:
    """Look for clusters that last until ``day``, of all products and of each category, and keep
    them in place of what was found for that day before."""
    counties = list(
        Region.objects.filter(level=Region.Level.COUNTY, valid_to=None, label_point__isnull=False)
        .only("code", "label_point")
        .order_by("code")
    )
    nearest = _rank_neighbours([county.label_point for county in counties if county.label_point])
    rows = {county.code: row for row, county in enumerate(counties)}
    kept = []
    for category in ("", *(code for code, _name in product_category_choices())):
        scan = _build_scan(_read_cases(day, category), rows, nearest, day)
        kept += [_build_cluster(found, counties, day, category) for found in _detect_clusters(scan)]
    Cluster.objects.filter(found_on=day).delete()
    return Cluster.objects.bulk_create(kept)


def _detect_clusters(scan: Scan) -> list[Found]:
    return detect_clusters(scan) if len(scan.places) >= _LEAST_CASES else []


def _read_cases(day: dt.date, category: str) -> Iterable[tuple[str, dt.datetime]]:
    """County and moment of each case of the span."""
    cases = list_counted_matters(day - dt.timedelta(days=SPAN_DAYS - 1), day, category)
    return cases.values_list("matter__region_id", "matter__received_at")


def _build_scan(
    cases: Iterable[tuple[str, dt.datetime]],
    rows: dict[str, int],
    nearest: IntegerArray,
    day: dt.date,
) -> Scan:
    found = [
        (rows[region], (day - moment.astimezone(clock.SHANGHAI).date()).days)
        for region, moment in cases
        if region in rows
    ]
    places, days = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return Scan(places, days, SPAN_DAYS, nearest, LONGEST_DAYS)


def _rank_neighbours(points: list[Point]) -> IntegerArray:
    """For each point the rows of those around it, itself first, by distance over the ground."""
    lng, lat = np.radians(np.array([point.coords for point in points])).reshape(-1, 2).T
    flat = np.stack([lng * np.cos(lat.mean() if len(lat) else 0.0), lat], axis=1)
    apart = ((flat[:, None] - flat[None]) ** 2).sum(axis=-1)
    ranked: IntegerArray = np.argsort(apart, axis=1, kind="stable")[:, :REACH]
    return ranked


def _build_cluster(found: Found, counties: list[Region], day: dt.date, category: str) -> Cluster:
    return Cluster(
        found_on=day,
        product_category=category,
        centre=counties[found.places[0]],
        regions=[counties[row].code for row in found.places],
        since=day - dt.timedelta(days=found.days - 1),
        observed=found.observed,
        expected=found.expected,
        p=found.p,
    )
