"""Days that do not count for a deadline: testing, expert review, a hearing."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from backend.lib import clock


class PausedDays(NamedTuple):
    """The days of one pause, both ends included; without a last day it still runs."""

    first: dt.date
    last: dt.date | None
    reason: str = ""

    def contains(self, day: dt.date) -> bool:
        """Whether ``day`` lies in it. What still runs lasts through today, and moves on with it."""
        return self.first <= day <= (self.last or max(self.first, clock.today()))
