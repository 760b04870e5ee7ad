"""Each month begins a version of every figure, so that a question about a day reads one month."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from backend.lib.months import add_months, month_start
from backend.risk.models import SUMS

_SUMS = ", ".join(SUMS)
_CLOSE = """
    UPDATE risk_regionfigures SET valid_to = %(first)s
     WHERE valid_to IS NULL AND valid_from < %(first)s"""
_OPEN = f"""
    INSERT INTO risk_regionfigures (valid_from, region_id, kind, status, {_SUMS})
    SELECT %(first)s, region_id, kind, status, {_SUMS} FROM risk_regionfigures
     WHERE valid_to = %(first)s AND valid_from >= %(before)s
        ON CONFLICT DO NOTHING"""


def begin_month_versions(since: dt.date, today: dt.date) -> None:
    """Begin a version of every figure on each first of a month after ``since``, up to today."""
    first = add_months(month_start(since), 1)
    with connection.cursor() as cursor:
        while first <= today:
            days = {"first": first, "before": add_months(first, -1)}
            cursor.execute(_CLOSE, days)
            cursor.execute(_OPEN, days)
            first = add_months(first, 1)
