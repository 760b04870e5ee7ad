"""Keeps the cards of units ready: makes the documents that changes have emptied.

A row is locked before its document is made, and the document is made by a later statement, which
sees all that was committed before the lock was given. A transaction that has changed the unit holds
the lock until it commits (``backend.events.triggers``), and one that comes later empties the
document again. So no document tells of less than what was committed; see ADR 0019.
"""

from __future__ import annotations

from django.db import connection, transaction

from backend.inspections.cards.documents import MADE
from backend.units.models import UnitCard

_AT_ONCE = 500
_ADD_ROWS = """
    INSERT INTO units_unitcard (unit_id)
    SELECT id FROM units_unit WHERE id > %s ORDER BY id LIMIT %s
    ON CONFLICT (unit_id) DO NOTHING"""
_LAST = """
    SELECT max(id) FROM (SELECT id FROM units_unit WHERE id > %s ORDER BY id LIMIT %s) next"""
_LOCK = """
    SELECT unit_id FROM units_unitcard JOIN units_unit ON units_unit.id = unit_id
    WHERE document IS NULL ORDER BY unit_id LIMIT %s FOR UPDATE OF units_unitcard SKIP LOCKED"""
_MAKE = f"""
    UPDATE units_unitcard SET document = {MADE}
    FROM units_unit WHERE units_unit.id = units_unitcard.unit_id AND unit_id = ANY(%s)"""  # noqa: S608 - constants


def make_emptied_cards(limit: int = 100_000) -> int:
    """Make the documents that are missing; returns how many, at most about ``limit``.

    Cards that somebody is changing are left for the next time.
    """
    total = 0
    while total < limit and (made := _make_some()):
        total += made
    return total


def add_missing_rows(after: int, count: int) -> int | None:
    """Give the next ``count`` units behind the id ``after`` a row, where they have none.

    Returns the id of the last of them; None when there are no more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [after, count])
        [(last,)] = cursor.fetchall()
        if last is not None:
            cursor.execute(_ADD_ROWS, [after, count])
    return None if last is None else int(last)


def empty_cards(after: int, upto: int) -> None:
    """Let the documents of the units behind the id ``after``, up to ``upto``, be made anew."""
    UnitCard.objects.filter(unit__gt=after, unit__lte=upto).update(document=None)


@transaction.atomic
def _make_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [_AT_ONCE])
        units = [unit for (unit,) in cursor.fetchall()]
        cursor.execute(_MAKE, [units])
    return len(units)
