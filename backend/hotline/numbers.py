"""The numbers that letters are known by (受理编号): 12365, county, day, running number."""

from __future__ import annotations

import datetime as dt

from backend.hotline.models import DayCount
from backend.lib.counters import take_next


def take_number(region: str, day: dt.date) -> str:
    """The next number of the county on ``day``: ``12365370102202611280007``.

    Its counter stays locked until the transaction ends, and goes back with one that is rolled back:
    no number is lost and none is given twice.
    """
    last = take_next(DayCount, region=region, day=day)
    return f"12365{region}{day:%Y%m%d}{last:04d}"
