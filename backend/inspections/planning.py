"""Who inspects what on which day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Case, When
from django.utils.translation import gettext as _

from backend.accounts.history import written_by
from backend.accounts.models import User
from backend.accounts.rights import Right, may, require
from backend.inspections.models import Report, Task
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.units.models import Record, Unit


def plan_task(
    *, actor: User, unit: int, assignee: User, kind: str, planned_on: dt.date, note: str = ""
) -> tuple[Task, bool]:
    """Plan an inspection; returns the task, and whether it is new.

    The same plan again gives the open task. Raises Refused: 403 without the right; 404 for a unit
    that is not the actor's; 422 ``assignee-unfit`` for somebody who may not file reports or does
    not see the unit, ``planned-in-the-past``.
    """
    require(actor, Right.PLAN_WORK)
    if not Unit.objects.visible_to(actor).filter(pk=unit).exists():
        raise not_found(_("There is no such unit in your jurisdiction."))
    _check_assignee(assignee, unit)
    if planned_on < clock.today():
        text = _("Plan for today or later.")
        raise Refused("planned-in-the-past", text, field="planned_on")
    with transaction.atomic(), written_by(actor):
        return Task.objects.get_or_create(
            unit_id=unit,
            assignee=assignee,
            kind=kind,
            planned_on=planned_on,
            done_by_report=None,
            defaults={"note": note, "created_by": actor, "created_at": clock.now()},
        )


def close_task(report: Report, record: Record) -> None:
    """The report does the first open task for such an inspection, the filer's own before others'.

    A correction does none: the report that it corrects did.
    """
    if record.supersedes_id is not None:
        return
    open_ones = Task.objects.filter(unit=report.unit_id, kind=report.kind, done_by_report=None)
    own_first = Case(When(assignee=report.filed_by_id, then=0), default=1)
    first = open_ones.order_by(own_first, "planned_on", "id").values("pk")[:1]
    Task.objects.filter(pk__in=first).update(done_by_report=report)


def _check_assignee(assignee: User, unit: int) -> None:
    fit = may(assignee, Right.FILE_REPORT)
    if not fit or not Unit.objects.visible_to(assignee).filter(pk=unit).exists():
        text = _("Name somebody who inspects in the region of the unit.")
        raise Refused("assignee-unfit", text, field="assignee")
