"""Reads features in the order of their key, each as GeoJSON made by the database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Expression, QuerySet, TextField
from django.db.models.expressions import RawSQL

from backend.lib.bounded import bounded
from backend.maps.ogc.asking import Question
from backend.maps.ogc.collections import Collection
from backend.maps.ogc.crs import Crs, written

_MOST_MS = 10_000


def page(rows: QuerySet[Any], collection: Collection, asked: Question) -> tuple[list[Any], str]:
    """The features after ``asked.after``, and the key to go on from; empty at the end."""
    wanted = rows.filter(asked.where).order_by("pk")
    if asked.after:
        wanted = wanted.filter(pk__gt=asked.after)
    with bounded(_MOST_MS):
        found = list(_values(wanted, collection, asked.crs)[: asked.limit + 1])
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return [_feature(row, collection) for row in shown], str(shown[-1][0]) if more else ""


def one(rows: QuerySet[Any], collection: Collection, key: str, crs: Crs) -> dict[str, Any] | None:
    """One feature, or None."""
    with bounded(_MOST_MS):
        row = _values(rows.filter(pk=key), collection, crs).first()
    return None if row is None else _feature(row, collection)


def _values(rows: QuerySet[Any], collection: Collection, crs: Crs) -> QuerySet[Any]:
    table = rows.model._meta.db_table
    columns = [f'"{table}"."{name}"' for name in collection.geometry]
    shape = f"coalesce({', '.join(columns)})" if len(columns) > 1 else columns[0]
    drawn: Expression = RawSQL(written(shape, crs), (), output_field=TextField())  # noqa: S611 - our names
    found: QuerySet[Any] = rows.annotate(drawn=drawn)
    return found.values_list("pk", "drawn", *collection.members)


def _feature(row: Sequence[Any], collection: Collection) -> dict[str, Any]:
    names = [collection.public(column) for column in collection.members]
    return {
        "type": "Feature",
        "id": row[0],
        "geometry": json.loads(row[1]) if row[1] else None,
        "properties": {name: _plain(value) for name, value in zip(names, row[2:], strict=True)},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
