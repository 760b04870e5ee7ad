"""Planned checks as people see them: those of one unit, and those of a week by person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import models
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.inspections.models import Task, TaskQuerySet
from backend.lib import clock
from backend.units.models import Unit

AT_MOST = 500
"""Checks of one page; a week of a province has more, and is asked for by person."""


class TaskState(models.TextChoices):
    """How a planned check stands; announced to the enterprise is open, too."""

    OPEN = "open", pgettext_lazy("of a check", "planned")
    ANNOUNCED = "announced", pgettext_lazy("of a check", "announced")
    LATE = "late", pgettext_lazy("of a check", "not done in time")
    DONE = "done", pgettext_lazy("of a check", "done")
    CANCELLED = "cancelled", pgettext_lazy("of a check", "cancelled")


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A task with how it stands today, and what its reader may read of the note."""

    task: Task
    state: TaskState
    note: str


@dataclass(frozen=True, slots=True)
class Week:
    """From a Monday to the Sunday after it."""

    monday: dt.date

    @classmethod
    def of(cls, day: dt.date) -> Week:
        """The week in which ``day`` lies."""
        return cls(day - dt.timedelta(days=day.weekday()))

    @property
    def sunday(self) -> dt.date:
        """Its last day."""
        return self.monday + dt.timedelta(days=6)

    @property
    def before(self) -> dt.date:
        """The Monday of the week before."""
        return self.monday - dt.timedelta(days=7)

    @property
    def after(self) -> dt.date:
        """The Monday of the week after."""
        return self.monday + dt.timedelta(days=7)


def checks_of_unit(user: User, unit: Unit) -> list[PlannedCheck]:
    """The checks of ``unit`` that are still open, as far as ``user`` may see them."""
    rows = with_names(Task.objects.visible_to(user).still_open().filter(unit=unit))
    return [planned_check(user, task) for task in rows]


def checks_of_week(
    user: User, week: Week, who: User | None
) -> list[tuple[User, list[PlannedCheck]]]:
    """By person the checks of ``week`` that ``user`` may see, all or those of ``who`` alone."""
    return checks_of_days(user, week.monday, week.sunday, who)


def checks_of_days(
    user: User, first: dt.date, last: dt.date, who: User | None
) -> list[tuple[User, list[PlannedCheck]]]:
    """By person the checks from ``first`` to ``last`` that ``user`` may see, at most ``AT_MOST``,
    all or those of ``who`` alone."""
    rows = Task.objects.visible_to(user).filter(planned_on__range=(first, last))
    if who is not None:
        rows = rows.filter(assignee=who)
    told: Sequence[Task] = list(with_names(rows).order_by("assignee", "planned_on", "id")[:AT_MOST])
    return [
        (person, [planned_check(user, task) for task in theirs])
        for person, theirs in groupby(told, key=lambda task: task.assignee)
    ]


def people_with_checks(user: User) -> models.QuerySet[User]:
    """Those who have checks that ``user`` may see."""
    sent = Task.objects.visible_to(user).values("assignee")
    return User.objects.filter(pk__in=sent).order_by("display_name", "username")


def with_names(rows: TaskQuerySet) -> TaskQuerySet:
    """``rows`` by their day, with what a page says of them."""
    names = (
        "assignee__region",
        "created_by",
        "unit__category",
        "unit__region",
        "unit__using_entity",
    )
    return rows.select_related(*names).order_by("planned_on", "id")


def planned_check(user: User, task: Task) -> PlannedCheck:
    """``task`` for ``user``, today."""
    return PlannedCheck(task, _state_of(task), task.note_for(user))


def _state_of(task: Task) -> TaskState:
    if task.done_by_report_id is not None:
        return TaskState.DONE
    if task.cancelled_at is not None:
        return TaskState.CANCELLED
    if task.planned_on < clock.today():
        return TaskState.LATE
    return TaskState.ANNOUNCED if task.announced_at else TaskState.OPEN
