"""Who inspects what on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Case, CharField, F, QuerySet, When
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right, require_right_over
from backend.inspections.models import OPEN, Report, Task
from backend.lib import clock
from backend.lib.kept_queries import Given, KeptQuery
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.notifications.actions import notify
from backend.notifications.models import Kind
from backend.offices.seats import users_with
from backend.units.models import InspectionKind, Record, Unit


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
    require_right(actor, Right.PLAN_WORK)
    place = Unit.objects.only("region_id").get_visible(actor, unit)
    require_right_over(actor, Right.PLAN_WORK, place.region_id)
    assignee = _check_assignee(assignee, place)
    _refuse_past(planned_on)
    with transaction.atomic(), attribute_changes_to(actor):
        task, is_new = Task.objects.get_or_create(
            unit_id=unit,
            assignee=assignee,
            kind=kind,
            planned_on=planned_on,
            **OPEN,
            defaults={"note": note, "created_by": actor, "created_at": clock.now()},
        )
        if is_new:
            _tell_assignee(actor, task)
        return task, is_new


def move_task(*, actor: User, task: int, assignee: User | None, planned_on: dt.date) -> Task:
    """Bring an open task to another day, another inspector, or both; the same again changes nothing.

    Raises Refused: 403, 404; 409 ``task-done``, ``task-cancelled``, ``planned-already`` where such
    a task is open there; 422 ``assignee-unfit``, ``planned-in-the-past``.
    """
    with _lock_task(actor, task) as found:
        _require_open(found)
        before = (found.assignee_id, found.planned_on)
        found.assignee = _check_assignee(assignee, found.unit)
        if planned_on != found.planned_on:
            _refuse_past(planned_on)
        found.planned_on = planned_on
        _refuse_twin(found)
        found.save(update_fields=["assignee", "planned_on"])
        if (found.assignee_id, found.planned_on) != before:
            _tell_assignee(actor, found)
        return found


def announce_task(*, actor: User, task: int) -> Task:
    """Let the enterprise see an open task from now on; again changes nothing.

    Raises Refused: 403, 404; 409 ``task-done``, ``task-cancelled``.
    """
    with _lock_task(actor, task) as found:
        _require_open(found)
        if found.announced_at is None:
            found.announced_at = clock.now()
            found.save(update_fields=["announced_at"])
        return found


def cancel_task(*, actor: User, task: int, reason: str) -> Task:
    """Take an open task back; it stays with the reason. The same again changes nothing.

    Raises Refused: 403, 404; 409 ``task-done``, or ``task-cancelled`` for another reason; 422
    ``reason-missing``.
    """
    with _lock_task(actor, task) as found:
        if found.cancelled_at is not None and found.cancel_reason == reason:
            return found
        _require_open(found)
        if not reason.strip():
            raise Refused("reason-missing", _("Say why it is cancelled."), field="reason")
        found.cancelled_at, found.cancel_reason = clock.now(), reason
        found.save(update_fields=["cancelled_at", "cancel_reason"])
        return found


def _first_task_of_given_unit() -> QuerySet[Task, Any]:
    """The key of the task that a report of a kind does, under the lock of the unit."""
    unit, kind = Given("unit", BigIntegerField()), Given("kind", CharField())
    filer: Any = Given("filer", BigIntegerField())
    own_first = Case(When(assignee=filer, then=0), default=1)
    open_ones = Task.objects.still_open().filter(unit=unit, kind=kind)
    return open_ones.order_by(own_first, "planned_on", "id").values_list("pk")[:1]


_FIRST_TASK = KeptQuery(_first_task_of_given_unit)


def close_task(report: Report, record: Record) -> None:
    """The report does the first open task for such an inspection, the filer's own before others'.

    A correction does none: the report that it corrects did.
    """
    if record.supersedes_id is not None:
        return
    first = _FIRST_TASK.fetch_rows(unit=report.unit_id, kind=report.kind, filer=report.filed_by_id)
    for (task,) in first:
        Task.objects.still_open().filter(pk=task).update(done_by_report=report)


def inspectors_of_unit(unit: Unit) -> QuerySet[User]:
    """The users who inspect in the county of ``unit``, its city or the province."""
    return users_with(Right.FILE_REPORT, over=unit.region_id)


def most_urgent_kind(unit: Unit) -> str:
    """The kind of inspection that ``unit`` needs first: a failed one again, else the first due."""
    soonest = F("due_on").asc(nulls_first=True)
    clocks = unit.clocks.order_by(soonest, "kind").values_list("kind", flat=True)
    return clocks.first() or InspectionKind.PERIODIC


def _tell_assignee(actor: User, task: Task) -> None:
    """Tell who goes, unless he planned it himself."""
    if task.assignee_id != actor.pk:
        notify(
            recipients=[task.assignee],
            kind=Kind.CHECK_PLANNED,
            day=task.planned_on,
            path=f"/tasks/{task.pk}/",
        )


@contextmanager
def _lock_task(actor: User, task: int) -> Iterator[Task]:
    """The task, held while ``actor`` changes it. Raises Refused: 403, 404."""
    require_right(actor, Right.PLAN_WORK)
    with transaction.atomic(), attribute_changes_to(actor):
        rows = Task.objects.visible_to(actor).select_related("unit", "assignee", "created_by")
        found = lock_row(rows, task)
        if found is None:
            raise not_found(_("There is no such task in your jurisdiction."))
        require_right_over(actor, Right.PLAN_WORK, found.unit.region_id)
        yield found


def _require_open(task: Task) -> None:
    if task.done_by_report_id is not None:
        text = _("The inspection has been made. A task that is done stays.")
        raise Refused("task-done", text, status=409)
    if task.cancelled_at is not None:
        text = _("The task has been cancelled. Plan a new one.")
        raise Refused("task-cancelled", text, status=409)


def _refuse_past(day: dt.date) -> None:
    if day < clock.today():
        text = _("Plan for today or later.")
        raise Refused("planned-in-the-past", text, field="planned_on")


def _refuse_twin(task: Task) -> None:
    same = {"unit": task.unit_id, "assignee": task.assignee_id, "kind": task.kind}
    twins = Task.objects.still_open().filter(**same, planned_on=task.planned_on)
    if twins.exclude(pk=task.pk).exists():
        text = _("The same inspection is planned there already.")
        raise Refused("planned-already", text, field="planned_on", status=409)


def _check_assignee(assignee: User | None, unit: Unit) -> User:
    if assignee is None or not inspectors_of_unit(unit).filter(pk=assignee.pk).exists():
        text = _("Name somebody who inspects in the region of the unit.")
        raise Refused("assignee-unfit", text, field="assignee")
    return assignee
