"""The one word that says how a unit stands today; pages, API and phones all say it through here."""

from __future__ import annotations

import calendar
import datetime as dt
import functools

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.units.models import Unit, UnitStatus


class Standing(models.TextChoices):
    """From worst to best, in the order in which they are looked for."""

    SCRAPPED = "scrapped", _("Scrapped, do not use")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed, do not use")
    UNREGISTERED = "unregistered", _("Not registered for use")
    OVERDUE = "overdue", _("Inspection overdue")
    DUE_SOON = "due_soon", _("In order, inspection due soon")
    IN_ORDER = "in_order", _("In order")

    @property
    def usable(self) -> bool:
        """Whether the public may trust the unit today."""
        return self in (Standing.IN_ORDER, Standing.DUE_SOON)


ENDED = frozenset(
    {UnitStatus.SCRAPPED, UnitStatus.DISMANTLED, UnitStatus.CANCELLED, UnitStatus.MOVED_OUT}
)
"""What is over for good, so that nobody may use the unit again."""


def standing_of(unit: Unit, today: dt.date) -> Standing:
    """How ``unit`` stands on ``today``, a day in China. Reads only the unit's own row.

    A stopped unit owes no inspection (Shandong Regulation art. 20), so it is never overdue.
    ``next_due_on`` is the last day of the due month: the unit is overdue from the day after.
    The registration itself never expires (Law art. 33).
    """
    if unit.status in ENDED:
        return Standing.SCRAPPED
    if unit.status == UnitStatus.STOPPED:
        return Standing.STOPPED
    if unit.use_blocked:
        return Standing.FAILED
    if unit.status == UnitStatus.UNREGISTERED:
        return Standing.UNREGISTERED
    return _by_due_date(unit.next_due_on, today)


@functools.lru_cache(maxsize=4)
def soon(today: dt.date) -> dt.date:
    """One month after ``today``: what is due by then counts as due soon."""
    year, month = divmod(today.year * 12 + today.month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(today.day, last))


def _by_due_date(due: dt.date | None, today: dt.date) -> Standing:
    if due is None or due > soon(today):
        return Standing.IN_ORDER
    return Standing.OVERDUE if due < today else Standing.DUE_SOON
