"""The numbers that letters are known by (受理编号): 12365, county, day, running number."""

from __future__ import annotations

import datetime as dt

from backend.hotline.models import DayCount
from backend.lib.gapless_numbers import take_next_number


def take_number(region: str, day: dt.date) -> str:
    """The next number of the county on ``day``, without a gap: ``12365370102202611280007``."""
    serial = take_next_number(DayCount, region=region, day=day)
    return f"12365{region}{day:%Y%m%d}{serial:04d}"
