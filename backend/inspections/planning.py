"""Who inspects what on which day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from backend.accounts.history import written_by
from backend.accounts.models import User
from backend.accounts.rights import RIGHTS, Right, require
from backend.inspections.models import Report, Task
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.units.models import Record, Unit
from geo.models import regions_over


def plan_task(
    *,
    actor: User,
    unit: int,
    assignee: User | None,
    kind: str,
    planned_on: dt.date,
    note: str = "",
) -> tuple[Task, bool]:
    """Plan an inspection; returns the task, and whether it is new.

    The same plan again gives the open task. Raises Refused: 403 without the right; 404 for a unit
    that is not the actor's; 422 ``assignee-unfit`` for nobody, or somebody who may not file
    reports or does not see the unit, ``planned-in-the-past``.
    """
    require(actor, Right.PLAN_WORK)
    place = Unit.objects.only("region_id").get_visible(actor, unit)
    assignee = _fit(assignee, place)
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


def cancel_task(*, actor: User, task: int) -> None:
    """Take an open task back; its history stays. Raises Refused: 403, 404, 409 ``task-done``."""
    require(actor, Right.PLAN_WORK)
    with transaction.atomic(), written_by(actor):
        rows = Task.objects.visible_to(actor).select_for_update(of=("self",))
        found = rows.filter(pk=task).first()
        if found is None:
            raise not_found(_("There is no such task in your jurisdiction."))
        if found.done_by_report_id is not None:
            text = _("The inspection has been made. A task that is done stays.")
            raise Refused("task-done", text, status=409)
        found.delete()


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


def who_may_go(unit: Unit) -> QuerySet[User]:
    """Those who inspect in the county of ``unit``, its city or the province."""
    inspectors = [role for role, rights in RIGHTS.items() if Right.FILE_REPORT in rights]
    return User.objects.filter(
        is_active=True, role__in=inspectors, region_id__in=regions_over(unit.region_id)
    )


def _fit(assignee: User | None, unit: Unit) -> User:
    if assignee is None or not who_may_go(unit).filter(pk=assignee.pk).exists():
        text = _("Name somebody who inspects in the region of the unit.")
        raise Refused("assignee-unfit", text, field="assignee")
    return assignee
