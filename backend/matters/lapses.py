"""What happens by itself: a deadline is near, it passes, the holidays it was counted over are published."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import F, Q

from backend.flows import engine
from backend.flows.places import read_place
from backend.lib import clock
from backend.matters.clocks import NOT_PAUSED, count_anew, note_earliest_deadline, running_deadlines
from backend.matters.course import course_of
from backend.matters.effects import write_move
from backend.matters.models import Deadline, Matter
from backend.matters.news import tell_of_deadline
from backend.matters.steps import NOBODY, Entry, lock_matter_unless_busy, write_step
from backend.notifications.models import Kind

_NOT_WARNED = Q(warned_of=None) | ~Q(warned_of=F("due_on"))


def pass_deadlines(most: int) -> int:
    """Note up to ``most`` deadlines whose day has passed, and what the flow decides by that; how many.

    A matter that somebody holds just now is left for the next run; twice is as once.
    """
    overdue = Deadline.objects.filter(
        NOT_PAUSED, due_on__lt=clock.today(), met_at=None, dropped_at=None, passed_at=None
    )
    matters = overdue.order_by("due_on", "pk").values_list("matter", flat=True)
    return sum(_pass_deadlines_of(matter) for matter in dict.fromkeys(matters[:most]))


def warn_of_deadlines(most: int) -> int:
    """Tell of up to ``most`` deadlines that are due within ``DEADLINE_NEAR_DAYS``; how many.

    Each once for each day on which it is due; twice is as once.
    """
    near = Deadline.objects.filter(NOT_PAUSED, _NOT_WARNED, **_near_days(), passed_at=None)
    rows = near.filter(met_at=None, dropped_at=None).order_by("due_on", "pk")
    matters = rows.values_list("matter", flat=True)[:most]
    return sum(_warn_in(matter) for matter in dict.fromkeys(matters))


def count_provisional_anew() -> int:
    """Count every running deadline anew that rests on an unpublished year; how many changed."""
    provisional = Deadline.objects.filter(provisional=True, met_at=None, dropped_at=None)
    matters = provisional.order_by("due_on", "pk").values_list("matter", flat=True)
    return sum(_count_anew_in(matter) for matter in dict.fromkeys(matters))


def _pass_deadlines_of(number: int) -> int:
    with lock_matter_unless_busy(number) as matter:
        if matter is None:
            return 0
        past = {"due_on__lt": clock.today(), "passed_at": None}
        rows = running_deadlines(matter).filter(NOT_PAUSED, **past).select_related("rule")
        passed = list(rows)
        for deadline in passed:
            deadline.passed_at = clock.now()
            deadline.save(update_fields=["passed_at"])
            tell_of_deadline(matter, Kind.DEADLINE_MISSED, deadline.due_on)
            _let_clock_pass(matter, deadline)
        return len(passed)


def _near_days() -> dict[str, dt.date]:
    today = clock.today()
    last = today + dt.timedelta(days=settings.DEADLINE_NEAR_DAYS)
    return {"due_on__gte": today, "due_on__lte": last}


def _warn_in(number: int) -> int:
    with lock_matter_unless_busy(number) as matter:
        if matter is None:
            return 0
        near = running_deadlines(matter).filter(NOT_PAUSED, _NOT_WARNED, **_near_days())
        days = list(near.order_by("due_on").values_list("due_on", flat=True))
        near.update(warned_of=F("due_on"))
        for day in days:
            tell_of_deadline(matter, Kind.DEADLINE_NEAR, day)
        return len(days)


def _let_clock_pass(matter: Matter, deadline: Deadline) -> None:
    code = deadline.rule.code
    facts = {"deadline": deadline.pk, "rule": code}
    if read_place(matter.place).clocks.get(code) != "running":
        return
    course = course_of(matter)
    move = engine.pass_clock(
        course.flow, matter.place, clock=code, facts=course.facts, line_of=course.line_of
    )
    facts["effects"] = list(move.effects)
    entry = Entry("deadline-passed", matter.place["node"], matter.state, facts=facts)
    write_move(matter, move, NOBODY, entry, backdated_to=deadline.counted_from)


def _count_anew_in(number: int) -> int:
    with lock_matter_unless_busy(number) as matter:
        if matter is None:
            return 0
        provisional = running_deadlines(matter).filter(provisional=True)
        rows = provisional.select_related("rule", "extended_by")
        changed = [deadline for deadline in rows if count_anew(deadline)]
        if changed:
            note_earliest_deadline(matter)
            days = {str(deadline.pk): str(deadline.due_on) for deadline in changed}
            entry = Entry("deadline-counted-anew", facts={"deadlines": days})
            write_step(matter, NOBODY, entry, "due_on")
        return len(changed)
