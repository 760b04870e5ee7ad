"""Keeping the feed short."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.db import connection

from backend.events.feed import CURSOR_DAYS
from backend.lib import clock

_KEPT = dt.timedelta(days=CURSOR_DAYS + 1)
"""A day more than cursors live: a row is as old as its statement, not as its commit."""

_AT_ONCE = 50_000
_DELETE = """
    WITH oldest AS (SELECT id FROM events_change ORDER BY id LIMIT %s)
    DELETE FROM events_change c USING oldest o WHERE c.id = o.id AND c.at < %s"""


@shared_task(ignore_result=True)
def forget_old_changes() -> int:
    """Deletes what no cursor can ask for any more, oldest first; returns how many rows."""
    before, total = clock.now() - _KEPT, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [_AT_ONCE, before])
            gone = int(cursor.rowcount)
        total += gone
        if gone < _AT_ONCE:
            return total
