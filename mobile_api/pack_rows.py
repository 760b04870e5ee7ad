"""Rows of units and tags in the few letters in which phones carry them; see
docs/field-protocol.md.

A whole page is two queries; its units are the kept cards (``backend.inspections.cards``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.inspections.cards.card_reader import standing_in
from backend.inspections.cards.documents import KEPT_OR_MADE
from backend.lib import clock
from backend.lib.identifiers.masking import mask_name
from backend.units.models import Unit
from tagging.models import Batch, Tag

TagRow = tuple[str, str, int | None]
"""Code, state and unit."""

# Names of users stand in no card, and neither does which rules are the user's own.
_UNITS_SQL = f"""
    SELECT {KEPT_OR_MADE}::text, e.name, e.phone, coalesce(e.natural_person, false)
    FROM unnest(%(units)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
    JOIN units_unit ON units_unit.id = wanted.id
    LEFT JOIN units_unitcard ON units_unitcard.unit_id = units_unit.id
    LEFT JOIN directory_legalentity e ON e.id = units_unit.using_entity_id
    ORDER BY wanted.place"""  # noqa: S608 - a constant
_OWN_RULES = "SELECT code FROM units_intervalrule WHERE NOT statutory"
_SAME = {
    "id": "id", "v": "version", "dc": "device_code", "cert": "certificate_no", "no": "internal_no",
    "cat": "category", "name": "product_name", "addr": "address", "reg": "region",
    "grade": "safety_grade",
}  # fmt: skip
_HOLDS_AHEAD = dt.timedelta(days=400)


def load_units_with_tags(ids: Sequence[int]) -> tuple[list[dict[str, Any]], list[TagRow]]:
    """These units, in their order, and the tags that hang or hung on them, in two queries.

    Whether the asker may see them was asked before.
    """
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_OWN_RULES)
        own = frozenset(code for (code,) in cursor.fetchall())
        cursor.execute(_UNITS_SQL, {"units": _array_literal(ids)})
        rows = cursor.fetchall()
    units: list[dict[str, Any]] = []
    tags: list[TagRow] = []
    for text, name, phone, natural in rows:
        card = json.loads(text)
        user = {
            "user": mask_name(name) if natural else name,
            "tel": None if natural else phone or None,
        }
        units.append(_build_pack_row(card, today, own) | user)
        tags += [(code, "bound" if bound else "void", card["id"]) for code, bound in card["tags"]]
    return units, tags


def _build_pack_row(card: Mapping[str, Any], today: dt.date, own: frozenset[str]) -> dict[str, Any]:
    """The unit of a card in the few letters of the pack; ``own`` are the rules of own checks."""
    day, ahead, place = today.isoformat(), (today + _HOLDS_AHEAD).isoformat(), card["position"]
    last = card["inspections"][:1]
    return {short: card[name] for short, name in _SAME.items()} | {
        "code": next((code for code, bound in card["tags"] if bound), None),
        "pos": [round(place[0], 6), round(place[1], 6)] if place else None,
        "due": [
            [row["kind"], row["last_on"], row["due_on"], row["opens_on"], row["rule"] in own]
            for row in card["clocks"]
        ],
        "last": [last[0]["kind"], last[0]["conclusion"], last[0]["happened_on"]] if last else None,
        "def": [
            [row["id"], row["item"], row["text"], row["severity"], row["found_on"]]
            for row in card["defects"]
        ],
        "hold": [
            [row["rule"], row["about"], row["since"], row["until"]]
            for row in card["holds"]
            if row["since"] <= ahead and (row["until"] is None or row["until"] > day)
        ],
        "st": standing_in(card, today).value,
    }


def load_tag_rows(codes: Sequence[str], user: User) -> list[TagRow]:
    """How these tags stand; a tag on a unit that ``user`` does not see is bound, and no more is
    said."""
    if not codes:
        return []
    rows: Any = Tag.objects.filter(pk__in=array_subquery(codes, "varchar")).values_list(
        "code", "retired_at", "binding__unit_id", "binding__unbound_at"
    )
    stand: list[TagRow] = [
        (code, _tag_state(retired, unit, unbound), unit) for code, retired, unit, unbound in rows
    ]
    units = {unit for _code, _state, unit in stand if unit is not None}
    told = Unit.objects.visible_to(user).filter(pk__in=array_subquery(list(units)))
    seen = set(told.values_list("pk", flat=True))
    return [(code, state, unit if unit in seen else None) for code, state, unit in stand]


# Each batch gives its next codes from the index, so that a county does not pay for the province's.
_MINTED_TAGS_SQL = """
    SELECT minted.code FROM unnest(%(batches)s::bigint[]) b (id) CROSS JOIN LATERAL (
        SELECT t.code FROM tagging_tag t WHERE t.batch_id = b.id AND t.code > %(after)s
        ORDER BY t.code LIMIT %(limit)s) minted
    ORDER BY minted.code LIMIT %(limit)s"""


def load_loose_tags(user: User, after: str, limit: int) -> tuple[list[TagRow], str | None]:
    """Tags minted for the user's jurisdiction that hang and hung on no unit that he sees, by code.

    They are looked for among the next ``limit`` tags minted for it, so that a page costs the same
    though nearly all hang on units; returns the code to go on from, too, if there are more.
    """
    batches = Batch.objects.visible_to(user).values_list("pk", flat=True)
    facts: dict[str, Any] = {"batches": list(batches), "after": after, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(_MINTED_TAGS_SQL, facts)
        codes = [code for (code,) in cursor.fetchall()]
    page = codes[:limit]
    loose = sorted(tag for tag in load_tag_rows(page, user) if tag[2] is None)
    return loose, page[-1] if len(codes) > limit else None


def _tag_state(retired: Any, unit: int | None, unbound: Any) -> str:
    if retired is not None or unbound is not None:
        return "void"
    return "free" if unit is None else "bound"


def array_subquery(ids: Sequence[int] | Sequence[str], kind: str = "bigint") -> RawSQL:
    """The SQL for ``pk__in`` that takes one parameter, however many ids."""
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [_array_literal(ids)])  # noqa: S611 - a type, of ours


def _array_literal(ids: Sequence[int] | Sequence[str]) -> str:
    """The text of an array as PostgreSQL reads it; the driver would look at each member by
    itself."""
    return f"{{{','.join(map(str, ids))}}}"
