"""The numbers that letters are known by (受理编号): 12365, county, day, running number."""

from __future__ import annotations

import datetime as dt

from django.db import connection

_TAKE = """
    INSERT INTO hotline_daycount AS c (region_id, day, last) VALUES (%s, %s, 1)
    ON CONFLICT (region_id, day) DO UPDATE SET last = c.last + 1 RETURNING last
"""


def take_number(region: str, day: dt.date) -> str:
    """The next number of the county on ``day``: ``12365370102202611280007``.

    Its counter stays locked until the transaction ends, and goes back with one that is rolled back:
    no number is lost and none is given twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [region, day])
        (last,) = cursor.fetchone()
    return f"12365{region}{day:%Y%m%d}{last:04d}"
