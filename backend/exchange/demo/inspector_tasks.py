"""What the demonstration's inspectors have to do these days: what is due soonest in their places."""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import Role, User
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from backend.units.models import Clock, Unit, UnitStatus

TASKS = 6
"""Of each inspector, one a day."""


def plan_inspector_tasks() -> None:
    """Tasks planned by the supervisor, for the units in use whose inspections are due first."""
    supervisor = User.objects.get(username="supervisor")
    for inspector in User.objects.filter(role=Role.INSPECTOR).order_by("pk"):
        seen = Unit.objects.visible_to(inspector).filter(status=UnitStatus.IN_USE)
        due = Clock.objects.filter(unit__in=seen, due_on__isnull=False)
        first = due.order_by("due_on", "unit_id").values_list("unit_id", "kind")[:TASKS]
        for days, (unit, kind) in enumerate(first):
            day = clock.today() + dt.timedelta(days=days)
            plan_task(actor=supervisor, unit=unit, assignee=inspector, kind=kind, planned_on=day)
