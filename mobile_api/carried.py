"""Units and tags in the few letters in which phones carry them; see docs/field-protocol.md.

A whole page is one query, and PostgreSQL makes its documents: 5 000 units make no objects.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.identifiers.masking import mask_name
from backend.units.models import Unit
from backend.units.standing import standing_of
from backend.units.timeline import LATEST_FIRST_SQL, NOT_SUPERSEDED_SQL
from tagging.models import Batch, Tag

TagRow = tuple[str, str, int | None]
"""Code, state and unit."""

# By hand: PostgreSQL writes the documents, dates and all, so that a row costs Python next to nothing.
# The ORM has no lateral join, and DISTINCT ON would read every inspection ever made.
_UNITS = f"""
    SELECT json_agg(json_build_array(
      u.status, u.held_from, u.next_due_on, u.own_due_on, u.serious_defects, coalesce(e.natural_person, false),
      (SELECT json_agg(json_build_array(
                b.tag_id, CASE WHEN b.unbound_at IS NULL THEN 'bound' ELSE 'void' END, u.id)
              ORDER BY b.id)
       FROM tagging_binding b WHERE b.unit_id = u.id),
      json_build_object(
        'id', u.id, 'v', u.version,
        'code', (SELECT b.tag_id FROM tagging_binding b
                 WHERE b.unit_id = u.id AND b.unbound_at IS NULL LIMIT 1),
        'dc', u.device_code, 'cert', u.certificate_no, 'no', u.internal_no, 'cat', u.category_id,
        'name', u.product_name, 'user', e.name, 'addr', u.address, 'reg', u.region_id,
        'pos', CASE WHEN u.position IS NOT NULL THEN json_build_array(
                 round(ST_X(u.position)::numeric, 6), round(ST_Y(u.position)::numeric, 6)) END,
        'due', coalesce((
            SELECT json_agg(json_build_array(c.kind, c.last_on, c.due_on, c.opens_on, c.rule_id IN (
                SELECT r.code FROM units_intervalrule r WHERE NOT r.statutory))
                            ORDER BY c.kind)
            FROM units_clock c WHERE c.unit_id = u.id), '[]'),
        'last', l.told,
        'def', coalesce((
            SELECT json_agg(json_build_array(d.id, d.item, d.text, d.severity, d.found_on)
                            ORDER BY d.id DESC)
            FROM inspections_defect d WHERE d.unit_id = u.id AND d.closed_on IS NULL), '[]'),
        'hold', coalesce((
            SELECT json_agg(json_build_array(h.rule, h.about, h.since, h.until) ORDER BY h.since, h.id)
            FROM units_hold h
            WHERE h.unit_id = u.id AND h.since <= %(today)s + 400
              AND (h.until IS NULL OR h.until > %(today)s)), '[]'),
        'grade', u.safety_grade)) ORDER BY wanted.place)::text
    FROM unnest(%(units)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
    JOIN units_unit u ON u.id = wanted.id
    LEFT JOIN directory_legalentity e ON e.id = u.using_entity_id
    LEFT JOIN LATERAL (
        SELECT json_build_array(i.kind, i.conclusion, r.happened_on) AS told
        FROM units_record r JOIN units_inspection i ON i.record_ptr_id = r.id
        WHERE r.unit_id = u.id
          AND {NOT_SUPERSEDED_SQL}
        ORDER BY {LATEST_FIRST_SQL} LIMIT 1) l ON true"""  # noqa: S608 - the constants of the timeline


class _Facts(NamedTuple):
    """What says how a unit stands."""

    status: str
    held_from: dt.date | None
    next_due_on: dt.date | None
    own_due_on: dt.date | None
    serious_defects: int


def units_of(ids: Sequence[int]) -> tuple[list[dict[str, Any]], list[TagRow]]:
    """These units, in their order, and the tags that hang or hung on them, in one query.

    Whether the asker may see them was asked before.
    """
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, {"units": _array(ids), "today": today})
        [(rows,)] = cursor.fetchall()
    units: list[dict[str, Any]] = []
    tags: list[TagRow] = []
    for status, held, due, own_due, serious, natural, hung, unit in json.loads(rows or "[]"):
        facts = _Facts(status, _day(held), _day(due), _day(own_due), serious)
        unit["st"] = standing_of(facts, today).value
        if natural:
            unit["user"] = mask_name(unit["user"])
        units.append(unit)
        tags += [(code, state, bearer) for code, state, bearer in hung or ()]
    return units, tags


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def tags_named(codes: Sequence[str], user: User) -> list[TagRow]:
    """How these tags stand. On a unit that ``user`` does not see, a tag is bound, and no more."""
    if not codes:
        return []
    rows: Any = Tag.objects.filter(pk__in=these(codes, "varchar")).values_list(
        "code", "retired_at", "binding__unit_id", "binding__unbound_at"
    )
    stand: list[TagRow] = [
        (code, _state(retired, unit, unbound), unit) for code, retired, unit, unbound in rows
    ]
    units = {unit for _code, _state, unit in stand if unit is not None}
    told = Unit.objects.visible_to(user).filter(pk__in=these(list(units)))
    seen = set(told.values_list("pk", flat=True))
    return [(code, state, unit if unit in seen else None) for code, state, unit in stand]


# Each batch gives its next codes from the index, so that a county does not pay for the province's.
_MINTED = """
    SELECT minted.code FROM unnest(%(batches)s::bigint[]) b (id) CROSS JOIN LATERAL (
        SELECT t.code FROM tagging_tag t WHERE t.batch_id = b.id AND t.code > %(after)s
        ORDER BY t.code LIMIT %(limit)s) minted
    ORDER BY minted.code LIMIT %(limit)s"""


def loose_tags(user: User, after: str, limit: int) -> tuple[list[TagRow], str | None]:
    """Tags minted for the user's jurisdiction that hang and hung on no unit that he sees, by code.

    They are looked for among the next ``limit`` tags minted for it, so that a page costs the same
    though nearly all hang on units; returns the code to go on from, too, if there are more.
    """
    batches = Batch.objects.visible_to(user).values_list("pk", flat=True)
    facts: dict[str, Any] = {"batches": list(batches), "after": after, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(_MINTED, facts)
        codes = [code for (code,) in cursor.fetchall()]
    page = codes[:limit]
    loose = sorted(tag for tag in tags_named(page, user) if tag[2] is None)
    return loose, page[-1] if len(codes) > limit else None


def _state(retired: Any, unit: int | None, unbound: Any) -> str:
    if retired is not None or unbound is not None:
        return "void"
    return "free" if unit is None else "bound"


def these(ids: Sequence[int] | Sequence[str], kind: str = "bigint") -> RawSQL:
    """For ``pk__in``: one parameter, however many ids."""
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [_array(ids)])  # noqa: S611 - a type, of ours


def _array(ids: Sequence[int] | Sequence[str]) -> str:
    """An array as PostgreSQL reads it; the driver would look at each member by itself."""
    return f"{{{','.join(map(str, ids))}}}"
