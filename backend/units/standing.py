"""The one word that says how a unit stands today; pages, API and phones all say it through here."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.lib.months import add_months
from backend.units.models import UnitStatus


class Standing(models.TextChoices):
    """How a unit stands today, from worst to best, in the order in which the words are looked for."""

    SCRAPPED = "scrapped", _("Scrapped, do not use")
    STOPPED = "stopped", _("Stopped")
    HELD = "held", _("Must not be used")
    UNREGISTERED = "unregistered", _("Not registered for use")
    OVERDUE = "overdue", _("Inspection overdue")
    SERIOUS_DEFECT = "serious_defect", _("Serious defect not yet put right")
    CHECK_LATE = "check_late", _("In order, the user's own check is late")
    DUE_SOON = "due_soon", _("In order, inspection due soon")
    IN_ORDER = "in_order", _("In order")

    @property
    def usable(self) -> bool:
        """Whether the public may trust the unit today."""
        return self in (Standing.IN_ORDER, Standing.DUE_SOON, Standing.CHECK_LATE)


class StandingSource(Protocol):
    """The columns of a unit's row that its standing follows from."""

    @property
    def status(self) -> str: ...
    @property
    def held_from(self) -> dt.date | None: ...
    @property
    def next_due_on(self) -> dt.date | None: ...
    @property
    def own_due_on(self) -> dt.date | None: ...
    @property
    def serious_defects(self) -> int: ...


OUT_OF_USE = frozenset(
    {UnitStatus.SCRAPPED, UnitStatus.DISMANTLED, UnitStatus.CANCELLED, UnitStatus.MOVED_OUT}
)
"""What is over for good, so that nobody may use the unit again."""


def standing_of(unit: StandingSource, today: dt.date) -> Standing:
    """How ``unit`` stands on ``today``, a day in China. Reads only the unit's own row.

    A stopped unit is never called overdue: whoever stopped it may not use it anyway. Due days are
    the last of their month: the unit is overdue from the day after. The registration itself never
    expires (Law art. 33).
    """
    if unit.status in OUT_OF_USE:
        return Standing.SCRAPPED
    if unit.status == UnitStatus.STOPPED:
        return Standing.STOPPED
    if unit.held_from is not None and unit.held_from <= today:
        return Standing.HELD
    if unit.status == UnitStatus.UNREGISTERED:
        return Standing.UNREGISTERED
    return _standing_in_use(unit, today)


@functools.lru_cache(maxsize=4)
def due_soon_until(today: dt.date) -> dt.date:
    """The last day that counts as due soon: one month after ``today``."""
    return add_months(today, 1)


def _standing_in_use(unit: StandingSource, today: dt.date) -> Standing:
    due, own_due = unit.next_due_on, unit.own_due_on
    if due is not None and due < today:
        return Standing.OVERDUE
    if unit.serious_defects:
        return Standing.SERIOUS_DEFECT
    if own_due is not None and own_due < today:
        return Standing.CHECK_LATE
    if due is not None and due <= due_soon_until(today):
        return Standing.DUE_SOON
    return Standing.IN_ORDER
