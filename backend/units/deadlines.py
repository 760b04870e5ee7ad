"""Deadlines of the register that are not inspections."""

from __future__ import annotations

import datetime as dt

# Law art. 33, Shandong Regulation art. 19: before use, or within 30 days after first use.
REGISTRATION_DAYS = 30


def registration_overdue_from(first_used_on: dt.date) -> dt.date:
    """The first day on which an unregistered unit in use is overdue: D + 31 calendar days."""
    return first_used_on + dt.timedelta(days=REGISTRATION_DAYS + 1)


def registration_overdue(
    *, first_used_on: dt.date | None, registered_on: dt.date | None, on: dt.date
) -> bool:
    """Whether the registration is late on the day ``on``; before use it never is."""
    if first_used_on is None or registered_on is not None:
        return False
    return on >= registration_overdue_from(first_used_on)
