"""What waits for somebody, what he did and what he began (待办, 已办, 我发起, 超期)."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery

from backend.accounts.models import User
from backend.flows.versions import newest_flows
from backend.lib import clock
from backend.matters.models import Assignment, Matter
from backend.offices.seats import Seats

DUE_FIRST = ("due_on", "id")
"""What is overdue stands first, what has no day last."""


class InboxCounts(NamedTuple):
    """How much stands in each list of an inbox."""

    todo: int
    overdue: int
    done: int
    started: int


def assignments_to_do(user: User) -> QuerySet[Assignment]:
    """Open assignments of ``user``, of his roles where nobody took them, and of whom he substitutes."""
    return Assignment.objects.filter(_waits_for(Seats.of(user)), state=Assignment.State.OPEN)


def overdue_of(user: User) -> QuerySet[Assignment]:
    """Those of :func:`assignments_to_do` whose day has passed."""
    return assignments_to_do(user).filter(due_on__lt=clock.today())


def done_of(user: User) -> QuerySet[Assignment]:
    """Assignments that ``user`` decided, for himself or as a substitute."""
    return Assignment.objects.filter(decided_by=user)


def started_of(user: User) -> QuerySet[Matter]:
    """Matters that ``user`` opened."""
    matters: QuerySet[Matter] = Matter.objects.filter(opened_by=user)
    return matters


def count_inbox(user: User) -> InboxCounts:
    """The length of each list, in one statement."""
    todo = assignments_to_do(user)
    overdue = todo.filter(due_on__lt=clock.today())
    lists = (todo, overdue, done_of(user), started_of(user))
    counts = [Subquery(_count_rows(rows)) for rows in lists]
    row = User.objects.filter(pk=user.pk).values_list(*counts).get()
    return InboxCounts(*row)


def has_desk(user: User) -> bool:
    """Whether matters come to ``user``: by a role that some flow asks, or because one waits for him."""
    asked = {role for flow in newest_flows() for role in flow.roles}
    return (
        bool(asked & {seat.role for seat in Seats.of(user).seats})
        or assignments_to_do(user).exists()
    )


def _count_rows(rows: QuerySet[Assignment] | QuerySet[Matter]) -> QuerySet[Assignment]:
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return rows.order_by().annotate(count=count).values("count")  # type: ignore[return-value]


def _waits_for(seats: Seats) -> Q:
    waits = Q(person=seats.user)
    for seat in seats.seats:
        here = Q(office=seat.office)
        waits |= here & Q(role=seat.role, person__isnull=True)
        if seat.holder is not None:
            waits |= here & Q(role__in=("", seat.role), person=seat.holder)
    return waits
