"""What the clocks read, and what they give."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """One inspection as the clocks see it, whether it ``passed`` or not."""

    on: dt.date
    kind: str
    passed: bool
    stated_next_on: dt.date | None = None

    @property
    def binding_date(self) -> dt.date | None:
        """The next date that the body stated; one before the inspection itself counts as none."""
        stated = self.stated_next_on
        return stated if stated is not None and stated >= self.on else None


@dataclass(frozen=True, slots=True)
class StopPeriod:
    """From a stop to its restart; ``until`` is None while it lasts.

    ``noticed_on``: when the authority was told; None counts as in time.
    """

    since: dt.date
    until: dt.date | None
    noticed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One clock. ``due_on`` is the last day it holds, None after a failure.

    ``statutory``: by a body; otherwise the user's own check.
    """

    clock: str
    rule_code: str
    last_on: dt.date | None
    due_on: dt.date | None
    opens_on: dt.date | None
    statutory: bool = True
