"""The sentence that says why something is due on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backend.deadlines.models import DeadlineRule

if TYPE_CHECKING:
    from backend.deadlines.due import Due

_DAY = dt.timedelta(days=1)


def say_why(due: Due) -> str:
    """The period, the row of law, what was not counted, and whether it may still change."""
    if due.chosen:
        return _("The day was set, not counted (%(law)s).") % {"law": _say_law(due.rule)}
    parts = [*_say_count(due), *_say_pauses(due)]
    if due.provisional:
        parts.append(_("provisional, for the holidays of these days are not published yet"))
    return _("%(parts)s.") % {"parts": pgettext("between parts of a sentence", "; ").join(parts)}


def _say_count(due: Due) -> Iterator[str]:
    """What was counted; of what was extended both parts."""
    if due.extends is None:
        yield _say_period(due)
    else:
        yield from _say_count(due.extends)
        yield _("extended by %(period)s") % {"period": _say_period(due)}
    if due.rule.unit == DeadlineRule.Unit.WORKING:
        yield from _say_holidays(due)
        yield from _say_worked_weekends(due)


def _say_period(due: Due) -> str:
    rule, told = due.rule, {"n": due.rule.days}
    if rule.unit == DeadlineRule.Unit.WORKING:
        period = ngettext("%(n)s working day", "%(n)s working days", rule.days) % told
    else:
        period = ngettext("%(n)s calendar day", "%(n)s calendar days", rule.days) % told
    said = {"period": period, "day": due.counted_from, "law": _say_law(rule)}
    if rule.backward:
        return _("%(period)s before %(day)s (%(law)s)") % said
    return _("%(period)s from %(day)s (%(law)s)") % said


def _say_law(rule: DeadlineRule) -> str:
    law = _(rule.law)
    if not rule.article:
        return law
    return _("%(law)s, article %(article)s") % {"law": law, "article": rule.article}


def _say_holidays(due: Due) -> Iterator[str]:
    """Each run of holidays that took a weekday from the count."""
    run: list[dt.date] = []
    for day in [*_days_passed(due), None]:
        if day is not None and due.calendar.holiday_on(day):
            run.append(day)
        elif run:
            told = {"first": run[0], "last": run[-1]}
            if any(each.weekday() < 5 for each in run):
                yield _("the holiday from %(first)s to %(last)s not counted") % told
            run = []


def _say_worked_weekends(due: Due) -> Iterator[str]:
    for day in _days_passed(due):
        if due.calendar.is_worked_weekend(day):
            yield _("%(day)s counted, for that weekend day is worked") % {"day": day}


def _say_pauses(due: Due) -> Iterator[str]:
    for pause in due.pauses:
        told = {"first": pause.first, "last": pause.last, "reason": pause.reason}
        if pause.last is None:
            yield _("paused since %(first)s (%(reason)s)") % told
        else:
            yield _("paused from %(first)s to %(last)s (%(reason)s)") % told


def _days_passed(due: Due) -> Iterator[dt.date]:
    """The days that were counted over and are in no pause, from the earliest on."""
    day, last = sorted((due.counted_from, due.on))
    while day < last:
        day += _DAY
        if not any(pause.contains(day) for pause in due.pauses):
            yield day
