"""By when something is due, and by which row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from backend.deadlines.models import DeadlineRule
from backend.deadlines.pauses import PausedDays
from backend.deadlines.reasons import say_why
from backend.lib.problems import Refused
from backend.workdays.calendar import WorkCalendar
from backend.workdays.published import read_calendar


@dataclass(frozen=True, slots=True)
class Due:
    """The last day that is in time, and what it was counted by.

    ``provisional`` where working days were counted over holidays that are not published yet.
    """

    on: dt.date
    provisional: bool
    rule: DeadlineRule
    counted_from: dt.date
    pauses: tuple[PausedDays, ...]
    calendar: WorkCalendar
    chosen: bool = False
    """Whether people chose the day, in the place of the days of the rule."""
    extends: Due | None = None
    """From whose last day it is counted on, where it was extended."""

    @property
    def sentence(self) -> str:
        """Why it is due then, and which row says so, in the reader's language."""
        return say_why(self)


def rule_in_force(code: str, day: dt.date) -> DeadlineRule:
    """The rule of ``code`` in force on ``day``; refuses (422) where there was none."""
    holds = Q(valid_to=None) | Q(valid_to__gt=day)
    rule = DeadlineRule.objects.filter(holds, code=code, valid_from__lte=day).first()
    if rule is None:
        told = {"code": code, "day": day}
        detail = _("No rule %(code)s was in force on %(day)s.") % told
        raise Refused("no-deadline-rule", detail, field="code")
    return rule


def compute_due(
    rule: DeadlineRule,
    counted_from: dt.date,
    pauses: Iterable[PausedDays] = (),
    *,
    calendar: WorkCalendar | None = None,
) -> Due:
    """When the days of ``rule`` are over, counted from the day after ``counted_from``.

    Days of a pause count in neither unit, and are left out once where pauses overlap. A rule that
    counts backward gives the last day for what is to be done before ``counted_from``. Whoever
    computes many hands over one ``calendar``.
    """
    calendar, pauses = calendar or read_calendar(), tuple(pauses)
    in_working_days = rule.unit == DeadlineRule.Unit.WORKING
    step = dt.timedelta(days=-1 if rule.backward else 1)
    day, left, provisional = counted_from, rule.days, False
    while left:
        day += step
        if any(pause.contains(day) for pause in pauses):
            continue
        provisional |= in_working_days and not calendar.is_published(day)
        left -= not in_working_days or calendar.is_working_day(day)
    return Due(day, provisional, rule, counted_from, pauses, calendar)


def choose_due(rule: DeadlineRule, counted_from: dt.date, day: dt.date) -> Due:
    """Due on ``day``, which people chose where ``rule`` lets them, whatever its days are."""
    return Due(day, False, rule, counted_from, (), read_calendar(), chosen=True)


def extend_due(due: Due, rule: DeadlineRule) -> Due:
    """When the days of ``rule`` are over too, counted on from the last day of ``due``; pauses hold for both."""
    longer = compute_due(rule, due.on, due.pauses, calendar=due.calendar)
    return replace(longer, provisional=longer.provisional or due.provisional, extends=due)
