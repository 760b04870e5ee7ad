"""The deadlines of a matter: started, met, paused, resumed, dropped, counted anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils.translation import gettext as _

from backend.deadlines.due import Due, choose_due, compute_due, extend_due, rule_in_force
from backend.deadlines.pauses import PausedDays
from backend.flows.moves import ClockChange
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.kinds import get_kind
from backend.matters.models import Assignment, Deadline, DeadlinePause, Matter

NOT_PAUSED = ~Exists(DeadlinePause.objects.filter(deadline=OuterRef("pk"), to_day=None))
"""The condition that a deadline is not paused now."""


def running_deadlines(matter: Matter) -> QuerySet[Deadline]:
    """Those that were neither met nor dropped, paused or not."""
    return matter.deadlines.filter(met_at=None, dropped_at=None)


def change_clocks(
    matter: Matter,
    changes: Iterable[ClockChange],
    *,
    counted_from: dt.date,
    reason: str,
    backdated_to: dt.date | None = None,
) -> None:
    """Do what a step says of the clocks; one that starts counts from ``counted_from``.

    One that was started already keeps its first day. ``reason`` is why one pauses. Where a clock has
    passed, what it starts backdated counts from ``backdated_to``.
    """
    for change in changes:
        day = (backdated_to if change.backdated else None) or counted_from
        _CHANGES[change.change](matter, change.code, day, reason)


def note_earliest_deadline(matter: Matter) -> None:
    """Write the earliest running deadline on the open assignments, and set it on the matter.

    The caller saves the matter.
    """
    ticking = running_deadlines(matter).filter(NOT_PAUSED)
    due_on = ticking.aggregate(first=Min("due_on"))["first"]
    if due_on != matter.due_on:
        matter.due_on = due_on
        matter.assignments.filter(state=Assignment.State.OPEN).update(due_on=due_on)


def due_of_deadline(deadline: Deadline) -> Due:
    """When it is due by what is known now; its ``sentence`` says why, and by which row."""
    if deadline.chosen_on is not None:
        return choose_due(deadline.rule, deadline.counted_from, deadline.chosen_on)
    pauses = [PausedDays(one.from_day, one.to_day, one.reason) for one in deadline.pauses.all()]
    due = compute_due(deadline.rule, deadline.counted_from, pauses)
    return due if deadline.extended_by is None else extend_due(due, deadline.extended_by)


def count_anew(deadline: Deadline) -> bool:
    """Write its day as counted now; False where it stays as it is."""
    due = due_of_deadline(deadline)
    if (due.on, due.provisional) == (deadline.due_on, deadline.provisional):
        return False
    deadline.due_on, deadline.provisional = due.on, due.provisional
    deadline.save(update_fields=["due_on", "provisional"])
    return True


def put_off(matter: Matter, code: str, day: dt.date) -> None:
    """Let the running clock of a held matter be due on ``day``, which people chose.

    That it is near, and missed, is told anew.
    """
    running_deadlines(matter).filter(rule__code=code).update(
        chosen_on=day, due_on=day, provisional=False, passed_at=None
    )
    note_earliest_deadline(matter)
    matter.save(update_fields=["due_on"])


def extend_deadline(matter: Matter, code: str, by: str) -> Deadline:
    """Add the days of the rule ``by`` to a deadline that runs, counted on from its last day, once.

    The matter is held. Raises Refused: 409 ``deadline-over`` where none of this code runs, or its day
    has passed; ``deadline-extended`` for a second time.
    """
    today = clock.today()
    deadline = running_deadlines(matter).filter(rule__code=code).select_related("rule").first()
    if deadline is None or deadline.due_on < today:
        told = _("It is extended before its last day has passed. That is over.")
        raise Refused("deadline-over", told, status=409)
    if deadline.extended_by is not None:
        raise Refused("deadline-extended", _("It is extended once, and was."), status=409)
    deadline.extended_by = rule_in_force(by, today)
    due = due_of_deadline(deadline)
    deadline.due_on, deadline.provisional, deadline.warned_of = due.on, due.provisional, None
    fields = ["extended_by", "due_on", "provisional", "warned_of"]
    deadline.save(update_fields=fields)
    note_earliest_deadline(matter)
    matter.save(update_fields=["due_on"])
    return deadline


def _start_clock(matter: Matter, code: str, counted_from: dt.date, _reason: str) -> None:
    rule = rule_in_force(code, counted_from)
    choose = get_kind(matter.kind).chosen_day
    day = choose(matter, code) if choose else None
    due = choose_due(rule, counted_from, day) if day else compute_due(rule, counted_from)
    # Met and begun again on the same day, it is the same clock.
    deadline, made = Deadline.objects.update_or_create(
        matter=matter,
        rule=rule,
        counted_from=counted_from,
        defaults={
            "due_on": due.on,
            "chosen_on": day,
            "provisional": due.provisional,
            "met_at": None,
            "dropped_at": None,
        },
    )
    if not made:
        count_anew(deadline)


def _meet_clock(matter: Matter, code: str, _day: dt.date, _reason: str) -> None:
    _end_pauses(matter, code)
    running_deadlines(matter).filter(rule__code=code).update(met_at=clock.now())


def _drop_clock(matter: Matter, code: str, _day: dt.date, _reason: str) -> None:
    _end_pauses(matter, code)
    running_deadlines(matter).filter(rule__code=code).update(dropped_at=clock.now())


def _pause_clock(matter: Matter, code: str, _day: dt.date, reason: str) -> None:
    today = clock.today()
    DeadlinePause.objects.bulk_create(
        DeadlinePause(deadline=deadline, from_day=today, reason=reason[:200])
        for deadline in running_deadlines(matter).filter(rule__code=code)
    )


def _resume_clock(matter: Matter, code: str, _day: dt.date, _reason: str) -> None:
    for deadline in _end_pauses(matter, code):
        count_anew(deadline)


def _end_pauses(matter: Matter, code: str) -> list[Deadline]:
    """End the pauses of the clock; those deadlines that were paused."""
    paused = DeadlinePause.objects.filter(to_day=None, deadline__rule__code=code)
    found = list(
        running_deadlines(matter).filter(pk__in=paused.values("deadline")).select_related("rule")
    )
    yesterday = clock.today() - dt.timedelta(days=1)
    for deadline in found:
        paused.filter(deadline=deadline, from_day__gt=yesterday).delete()
        paused.filter(deadline=deadline).update(to_day=yesterday)
    return found


_CHANGES: dict[str, Callable[[Matter, str, dt.date, str], None]] = {
    "start": _start_clock,
    "stop": _meet_clock,
    "pause": _pause_clock,
    "resume": _resume_clock,
    "drop": _drop_clock,
}
