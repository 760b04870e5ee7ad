"""Units and tags in the few letters in which phones carry them; see docs/field-protocol.md.

Each kind of row is one query for a whole page, read as tuples: 5 000 units make no objects.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.accounts.rights import in_jurisdiction
from backend.inspections.models import Defect
from backend.lib import clock
from backend.lib.identifiers.masking import mask_name
from backend.units.models import Clock, Unit
from backend.units.standing import standing_of
from tagging.models import Binding, Tag

TagRow = tuple[str, str, int | None]
"""Code, state and unit."""

_OWN = (
    "id", "version", "device_code", "certificate_no", "internal_no", "category_id", "product_name",
    "using_entity__name", "using_entity__natural_person", "address", "region_id", "lng", "lat",
    "status", "use_blocked", "next_due_on", "safety_grade",
)  # fmt: skip
# By hand: the ORM has no lateral join, and DISTINCT ON would read every inspection ever made.
_LAST = """
    SELECT u.id, l.kind, l.conclusion, l.happened_on FROM unnest(%s::bigint[]) u (id)
    CROSS JOIN LATERAL (
        SELECT i.kind, i.conclusion, r.happened_on
        FROM units_record r JOIN units_inspection i ON i.record_ptr_id = r.id
        WHERE r.unit_id = u.id
          AND NOT EXISTS (SELECT FROM units_record s WHERE s.supersedes_id = r.id)
        ORDER BY r.happened_on DESC, r.id DESC LIMIT 1) l"""
_PLACES = 6  # decimals of a degree: a tenth of a metre


def units_of(chosen: QuerySet[Unit]) -> tuple[list[dict[str, Any]], list[TagRow]]:
    """The chosen units, in their order, and the tags that hang or hung on them. Five queries."""
    places = {
        name: Func(F("position"), function=function, output_field=FloatField())
        for name, function in (("lng", "ST_X"), ("lat", "ST_Y"))
    }
    rows: list[Any] = list(chosen.annotate(**places).values_list(*_OWN, named=True))
    ids = [row.id for row in rows]
    tags = _tags_of(ids)
    in_force = {unit: code for code, state, unit in tags if state == "bound"}
    due, last, found = _clocks(ids), _last(ids), _defects(ids)
    today = clock.today()
    units = [
        _plain(row, today)
        | {
            "code": in_force.get(row.id),
            "due": due.get(row.id, ()),
            "last": last.get(row.id),
            "def": found.get(row.id, ()),
        }
        for row in rows
    ]
    return units, tags


def tags_named(codes: Sequence[str], user: User) -> list[TagRow]:
    """How these tags stand. On a unit that ``user`` does not see, a tag is bound, and no more."""
    rows: Any = Tag.objects.filter(pk__in=codes).values_list(
        "code", "retired_at", "binding__unit_id", "binding__unbound_at"
    )
    stand: list[TagRow] = [
        (code, _state(retired, unit, unbound), unit) for code, retired, unit, unbound in rows
    ]
    units = {unit for _code, _state, unit in stand if unit is not None}
    seen = set(Unit.objects.visible_to(user).filter(pk__in=units).values_list("pk", flat=True))
    return [(code, state, unit if unit in seen else None) for code, state, unit in stand]


def loose_tags(user: User, after: str, limit: int) -> list[TagRow]:
    """Tags minted for the user's jurisdiction that never hung on anything, by code."""
    loose = Tag.objects.filter(in_jurisdiction(user, "batch__region_id"), binding__isnull=True)
    rows = loose.filter(code__gt=after).order_by("code").values_list("code", "retired_at")
    return [(code, "free" if retired is None else "void", None) for code, retired in rows[:limit]]


def _plain(row: Any, today: dt.date) -> dict[str, Any]:
    name = row.using_entity__name
    return {
        "id": row.id,
        "v": row.version,
        "dc": row.device_code,
        "cert": row.certificate_no,
        "no": row.internal_no,
        "cat": row.category_id,
        "name": row.product_name,
        "user": mask_name(name) if row.using_entity__natural_person else name,
        "addr": row.address,
        "reg": row.region_id,
        "pos": None if row.lng is None else (round(row.lng, _PLACES), round(row.lat, _PLACES)),
        "st": standing_of(row, today).value,
        "grade": row.safety_grade,
    }


def _tags_of(ids: Sequence[int]) -> list[TagRow]:
    rows = Binding.objects.filter(unit__in=these(ids)).order_by("pk")
    told = rows.values_list("tag_id", "unit_id", "unbound_at")
    return [(code, "bound" if end is None else "void", unit) for code, unit, end in told]


def _state(retired: Any, unit: int | None, unbound: Any) -> str:
    if retired is not None or unbound is not None:
        return "void"
    return "free" if unit is None else "bound"


def _clocks(ids: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
    rows = Clock.objects.filter(unit__in=these(ids)).order_by("kind")
    return _grouped(rows.values_list("unit_id", "kind", "last_on", "due_on", "opens_on"))


def _defects(ids: Sequence[int]) -> dict[int, list[Sequence[Any]]]:
    rows = Defect.objects.filter(unit__in=these(ids), closed_on=None).order_by("-id")
    return _grouped(rows.values_list("unit_id", "id", "item", "text", "severity", "found_on"))


def _last(ids: Sequence[int]) -> dict[int, Sequence[Any]]:
    """The newest inspection of each unit that no correction replaced."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [_array(ids)])
        return {unit: rest for unit, *rest in cursor.fetchall()}


def these(ids: Sequence[int]) -> RawSQL:
    """For ``pk__in``: one parameter, however many ids."""
    return RawSQL("SELECT unnest(%s::bigint[])", [_array(ids)])


def _array(ids: Sequence[int]) -> str:
    """An array as PostgreSQL reads it; the driver would look at each number by itself."""
    return f"{{{','.join(map(str, ids))}}}"


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[int, list[Sequence[Any]]]:
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for unit, *rest in rows:
        found[unit].append(rest)
    return found
