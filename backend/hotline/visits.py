"""Sends an inspector to look on site, and takes his report back into the matter."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.hotline.models import Visit
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Link
from backend.matters.steps import (
    NOBODY,
    ONCE,
    Author,
    Entry,
    Sending,
    lock_matter,
    lock_matter_unless_busy,
    write_step,
)

_MOST = 200


def plan_visit(
    *,
    actor: User,
    matter: int,
    version: int | None,
    assignee: User | None,
    kind: str,
    planned_on: dt.date,
    sending: Sending = ONCE,
) -> Visit:
    """Plan an inspection of the unit that the matter is about; the inspector is told its number and
    nothing of who reported it.

    Raises Refused: 404; 412; 422 ``unit-missing`` where the matter is about no unit; and as
    ``plan_task`` does.
    """
    with lock_matter(actor=actor, matter=matter, version=version, sending=sending) as held:
        about = held.matter.links.filter(kind=Link.Kind.ABOUT, unit__isnull=False).first()
        if about is None or about.unit_id is None:
            detail = _("Link the unit that is to be looked at first.")
            raise Refused("unit-missing", detail, field="unit")
        task, _new = plan_task(
            actor=actor,
            unit=about.unit_id,
            assignee=assignee,
            kind=kind,
            planned_on=planned_on,
            note=f"12365 {held.matter.number}",
        )
        visit, new = Visit.objects.get_or_create(task=task, defaults={"matter_id": matter})
        if new:
            facts = {"task": task.pk, "planned_on": planned_on.isoformat()}
            write_step(
                held.matter, Author(actor), Entry("plan-visit", facts=facts, sending=sending)
            )
        return visit


def take_in_visits() -> int:
    """Write into the trails which visits were reported or cancelled; returns how many."""
    over = Q(task__done_by_report__isnull=False) | Q(task__cancelled_at__isnull=False)
    ended = Visit.objects.filter(over, told_at__isnull=True).order_by("pk")[:_MOST]
    return sum(
        _tell_matter_unless_busy(visit) for visit in ended.select_related("task__done_by_report")
    )


def _tell_matter_unless_busy(visit: Visit) -> bool:
    with transaction.atomic(), lock_matter_unless_busy(visit.matter_id) as matter:
        told = Visit.objects.filter(pk=visit.pk, told_at__isnull=True).update(told_at=clock.now())
        if matter is None or not told:
            transaction.set_rollback(True)
            return False
        report = visit.task.done_by_report
        facts = {"task": visit.task_id, "report": str(report.pk) if report else None}
        write_step(
            matter, NOBODY, Entry("visit-reported" if report else "visit-cancelled", facts=facts)
        )
    return True
