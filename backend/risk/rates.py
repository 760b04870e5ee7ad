"""The rates of like units, drawn each night from the inspections in force; see ``failure_ratios``.

They stand for a day: a score does not move because a neighbour's did, and what was kept up equals
what is computed anew. Units whose rate has come over a step are marked, and the follower looks at
them with those that time has changed.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from django.db import connection, transaction

from backend.risk import source_sql
from backend.risk.models import Rate
from backend.risk.ratios import Group, failure_ratios, failure_ratios_with_neighbours
from backend.risk.weights import Factor, Model
from backend.units.models.records import FAILED
from backend.units.timeline import LATEST_FIRST_SQL, NOT_SUPERSEDED_SQL

_MAKER = f"""
    LEFT JOIN (
        SELECT DISTINCT ON (r.unit_id) r.unit_id, k.maker
          FROM units_record r JOIN units_manufacture k ON k.record_ptr_id = r.id
         WHERE {NOT_SUPERSEDED_SQL}
         ORDER BY r.unit_id, {LATEST_FIRST_SQL}) l ON l.unit_id = u.id"""
_COUNTED = f"""
    WITH tried AS MATERIALIZED (
        SELECT r.unit_id, count(*) AS inspected,
               count(*) FILTER (WHERE i.conclusion = ANY(%(failed)s)) AS failed
          FROM units_record r JOIN units_inspection i ON i.record_ptr_id = r.id
         WHERE r.stage = 'inspection' AND r.happened_on >= %(day)s - {{window}}
           AND r.happened_on < %(day)s
           AND {NOT_SUPERSEDED_SQL}
         GROUP BY r.unit_id),
    unit AS NOT MATERIALIZED ({source_sql.PRESENT.format(scope="true")})
    SELECT {source_sql.SPECIES}, {{key}}, sum(t.inspected)::int, sum(t.failed)::int
      FROM tried t JOIN unit u ON u.id = t.unit_id {{maker}}
     GROUP BY 1, 2 HAVING {{key}} IS NOT NULL"""
_MARKED = f"""
    UPDATE risk_standing s SET changes_on = %(day)s
      FROM (SELECT u.id, u.category_id, u.maintainer_id, u.model, s.cell
              FROM units_unit u JOIN risk_standing s ON s.unit_id = u.id) u {{maker}}
     WHERE u.id = s.unit_id AND ({source_sql.SPECIES}, {{key}}) IN (
           SELECT * FROM unnest(%(species)s::varchar[], %(keys)s::varchar[]))"""
Ratios = dict[Group, int]


def recompute_rates(model: Model, day: dt.date) -> None:
    """Compute all rates that ``model`` asks for from what happened before ``day``; schedule their units.

    The caller holds the follower's lock. Read first and written after, in a short transaction, for
    every reader of the feed waits for the oldest one.
    """
    drawn = [
        (f, _compute_ratios(f, day)) for f in model.factors if f.measure in source_sql.GROUP_KEYS
    ]
    with transaction.atomic():
        for factor, told in drawn:
            before = Rate.objects.filter(about=factor.measure).values_list(
                "species", "key", "percent"
            )
            old = {(species, key): percent for species, key, percent in before}
            _schedule_rescoring(
                factor, list(_list_groups_whose_points_changed(factor, old, told)), day
            )
        Rate.objects.all().delete()
        Rate.objects.bulk_create(
            (row for factor, told in drawn for row in _rate_rows(factor, told)), batch_size=5000
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_analyze_rates()")


def _compute_ratios(factor: Factor, day: dt.date) -> Ratios:
    sql = _COUNTED.format(window=factor.window_days, **_group_sql(factor))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(sql, {"day": day, "failed": list(FAILED)})
        counted = {(species, key): (n, failed) for species, key, n, failed in cursor.fetchall()}
    return (
        failure_ratios_with_neighbours(counted)
        if factor.measure == "around"
        else failure_ratios(counted)
    )


def _group_sql(factor: Factor) -> dict[str, str]:
    key = source_sql.GROUP_KEYS[factor.measure]
    return {"key": key, "maker": _MAKER if "l." in key else ""}


def _rate_rows(factor: Factor, ratios: Ratios) -> Iterator[Rate]:
    for (species, key), percent in ratios.items():
        yield Rate(about=factor.measure, species=species, key=key, percent=percent)


def _list_groups_whose_points_changed(
    factor: Factor, old: Mapping[Group, int], new: Mapping[Group, int]
) -> Iterator[Group]:
    """The groups whose points differ between ``old`` and ``new``."""
    for group in old.keys() | new.keys():
        if _points_at_percent(factor, old.get(group)) != _points_at_percent(factor, new.get(group)):
            yield group


def _points_at_percent(factor: Factor, percent: int | None) -> int:
    if percent is None:
        return 0
    reached = bisect_right([at for at, _points in factor.steps], percent)
    return factor.steps[reached - 1][1] if reached else 0


def _schedule_rescoring(factor: Factor, groups: list[Group], day: dt.date) -> None:
    if not groups:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            _MARKED.format(**_group_sql(factor)),
            {
                "day": day,
                "species": [species for species, _key in groups],
                "keys": [key for _species, key in groups],
            },
        )
