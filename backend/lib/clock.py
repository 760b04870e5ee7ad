"""The one source of the time, so that tests can freeze it. Instants are UTC, days are Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present day in China."""
    return now().astimezone(SHANGHAI).date()


def end_of(day: dt.date) -> dt.datetime:
    """The last instant of a day in China."""
    return dt.datetime.combine(day, dt.time.max, SHANGHAI)
