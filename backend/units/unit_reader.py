"""Reads one unit with the names beside it in one prepared statement, for doors that are asked often."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import JSONField, Model

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.lib.prepared import fetch_prepared
from backend.units.models import Category, Unit
from backend.units.sight import sight_of
from geo.models import Region

_FIELDS = Unit._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
_JSON = [at for at, field in enumerate(_FIELDS) if isinstance(field, JSONField)]
_BESIDE: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "category": (Category, ("code", "name")),
    "region": (Region, ("code", "name")),
    "using_entity": (LegalEntity, ("id", "name", "natural_person")),
    "owner": (LegalEntity, ("id", "name", "natural_person")),
    "maintainer": (LegalEntity, ("id", "name", "natural_person")),
}
"""The rows read with a unit, and what of them; anything else of them is read when it is asked for."""

_COLUMNS = [f"units_unit.{field.column}" for field in _FIELDS] + [
    f"{beside}.{name}" for beside, (_model, names) in _BESIDE.items() for name in names
]
_JOINS = [
    f"LEFT JOIN {model._meta.db_table} {beside} ON {beside}.{names[0]} = units_unit.{beside}_id"
    for beside, (model, names) in _BESIDE.items()
]
_BY_KEY = (
    f"SELECT {', '.join(_COLUMNS)} FROM units_unit {' '.join(_JOINS)}"  # noqa: S608 - names of columns
    " WHERE units_unit.id = %s AND {sight}"
)


def read_unit(user: User, key: int) -> Unit | None:
    """The unit of the ``key``, a bigint, with its category, region and parties; None where ``user``
    may not see it."""
    sight, params = sight_of(user)
    rows = fetch_prepared(_BY_KEY.format(sight=sight), [key, *params])
    return _build_unit(rows[0]) if rows else None


def _build_unit(row: Sequence[Any]) -> Unit:
    values = list(row[: len(_NAMES)])
    for at in _JSON:
        values[at] = None if values[at] is None else json.loads(values[at])
    unit = Unit.from_db("default", _NAMES, values)
    place = len(_NAMES)
    for beside, (model, names) in _BESIDE.items():
        told = row[place : place + len(names)]
        place += len(names)
        setattr(unit, beside, None if told[0] is None else model.from_db("default", names, told))
    return unit
