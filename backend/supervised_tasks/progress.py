"""Reports of progress: a matter of its own for each week or month in which the task is worked on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from backend.lib import clock
from backend.matters.happenings import let_happen
from backend.matters.links import add_link
from backend.matters.models import Link, Matter
from backend.matters.opening import Opening, open_matter
from backend.matters.steps import NOBODY, lock_matter_for_nobody, lock_matter_unless_busy
from backend.supervised_tasks.models import ProgressReport, SupervisedTask

KIND = "progress-report"
AT_WORK = ("handling", "helping", "extending")
"""The states of a task in which its lead office works on it."""
_NOON = dt.time(12)


def open_due_reports(most: int) -> int:
    """Ask for the next report in up to ``most`` tasks whose last one's day has passed; how many.

    A task that somebody holds just now is left for the next run; twice is as once.
    """
    tasks = SupervisedTask.objects.filter(
        ~Exists(_reports_to_come(OuterRef("pk"))), matter__state__in=AT_WORK
    )
    numbers = tasks.exclude(every="").order_by("pk").values_list("pk", flat=True)[:most]
    return sum(_open_due_report(number) for number in numbers)


def begin_reports(task: SupervisedTask) -> None:
    """Ask for the first report, or the next where the work was interrupted, counted from today."""
    if task.every and not _reports_to_come(task.pk).exists():
        _open_report(task, clock.today())


def end_reports(task: SupervisedTask) -> None:
    """Ask no longer for what was not reported."""
    for number in task.reports.filter(matter__closed_at=None).values_list("pk", flat=True):
        with lock_matter_for_nobody(number) as matter:
            if matter.closed_at is None:
                let_happen(matter, "lapse", NOBODY)


def _reports_to_come(task: Any) -> QuerySet[ProgressReport]:
    """What was reported or is awaited for a period that is not over."""
    rows = ProgressReport.objects.filter(task=task, due_on__gte=clock.today())
    return rows.exclude(matter__outcome="lapsed")


def _open_due_report(number: int) -> int:
    with lock_matter_unless_busy(number) as matter:
        if matter is None or matter.state not in AT_WORK:
            return 0
        task = SupervisedTask.objects.get(pk=number)
        if _reports_to_come(number).exists():
            return 0
        last = task.reports.last()
        _open_report(task, (last and last.due_on) or clock.today())
        return 1


def _open_report(task: SupervisedTask, counted_from: dt.date) -> None:
    whole = Matter.objects.select_related("region").get(pk=task.pk)
    nth = task.reports.count() + 1
    report = ProgressReport(task=task, nth=nth)
    matter = open_matter(
        actor=None,
        opening=Opening(
            kind=KIND,
            child=report,
            title=f"{whole.title[:180]}（进展{nth}）",
            office=task.lead,
            region=whole.region,
            received_at=dt.datetime.combine(counted_from, _NOON, clock.SHANGHAI),
            flow=f"progress-{task.every}",
            urgency=whole.urgency,
            number=f"{whole.number}-{nth}",
        ),
    )
    add_link(matter, Link.Kind.FOLLOWS, whole)
    report.due_on = matter.due_on
    report.save(update_fields=["due_on"])
