"""Reads features in the order of their key, each as GeoJSON made by the database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Expression, QuerySet, TextField
from django.db.models.expressions import RawSQL

from backend.lib.statement_timeout import limit_statement_time
from backend.maps.ogc.collections import Collection
from backend.maps.ogc.crs import Crs, geojson_sql
from backend.maps.ogc.items_query import ItemsQuery

_MOST_MS = 10_000


def load_page(
    rows: QuerySet[Any], collection: Collection, query: ItemsQuery
) -> tuple[list[Any], str]:
    """The features after ``query.after``, and the key to go on from; empty at the end."""
    wanted = rows.filter(query.where).order_by("pk")
    if query.after:
        wanted = wanted.filter(pk__gt=query.after)
    with limit_statement_time(_MOST_MS):
        found = list(_feature_rows(wanted, collection, query.crs)[: query.limit + 1])
    shown = found[: query.limit]
    more = len(found) > query.limit
    return [_build_feature(row, collection) for row in shown], str(shown[-1][0]) if more else ""


def load_feature(
    rows: QuerySet[Any], collection: Collection, key: str, crs: Crs
) -> dict[str, Any] | None:
    """One feature, or None."""
    with limit_statement_time(_MOST_MS):
        row = _feature_rows(rows.filter(pk=key), collection, crs).first()
    return None if row is None else _build_feature(row, collection)


def _feature_rows(rows: QuerySet[Any], collection: Collection, crs: Crs) -> QuerySet[Any]:
    table = rows.model._meta.db_table
    columns = [f'"{table}"."{name}"' for name in collection.geometry]
    shape = f"coalesce({', '.join(columns)})" if len(columns) > 1 else columns[0]
    drawn: Expression = RawSQL(geojson_sql(shape, crs), (), output_field=TextField())  # noqa: S611 - our names
    found: QuerySet[Any] = rows.annotate(drawn=drawn)
    return found.values_list("pk", "drawn", *collection.members)


def _build_feature(row: Sequence[Any], collection: Collection) -> dict[str, Any]:
    names = [collection.public_name(column) for column in collection.members]
    return {
        "type": "Feature",
        "id": row[0],
        "geometry": json.loads(row[1]) if row[1] else None,
        "properties": {
            name: _to_json_value(value) for name, value in zip(names, row[2:], strict=True)
        },
    }


def _to_json_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
