"""What the floor of matters must know of supervised tasks and of their reports of progress."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.matters.kinds import Kind
from backend.matters.models import Matter
from backend.offices.seats import substitutes_of
from backend.supervised_tasks import progress
from backend.supervised_tasks.carrying_out import CLOCK, carry_out, carry_out_report
from backend.supervised_tasks.decided_details import DETAIL_FORMS, record_details
from backend.supervised_tasks.enclosures import list_files
from backend.supervised_tasks.models import ProgressReport, SupervisedTask
from backend.supervised_tasks.orders import KIND


def known_facts(matter: Matter) -> dict[str, Any]:
    """What its flow asks for: who wrote it, who does it, who ordered it."""
    task = SupervisedTask.objects.get(pk=matter.pk)
    return {
        "by_clerk": task.by_clerk,
        "lead_office": task.lead_id,
        "orderer": task.ordered_by_id,
    }


def helping_offices(matter: Matter) -> list[int]:
    """The offices whose people the lead office asks to help."""
    rows = SupervisedTask.helpers.through.objects.filter(supervisedtask=matter.pk)
    return list(rows.values_list("office", flat=True))


def chosen_day(matter: Matter, code: str) -> dt.date | None:
    """The day that was ordered; of a task that was sent back the day that it had before."""
    if code != CLOCK:
        return None
    ordered = SupervisedTask.objects.values_list("due_on", flat=True).get(pk=matter.pk)
    if ordered is not None:
        return ordered
    before = matter.deadlines.filter(rule__code=CLOCK).order_by("counted_from").last()
    return before.due_on if before else None


def orderers_of_task(matter: Matter) -> QuerySet[User]:
    """Who ordered it, with whoever stands in for him; nobody before a leader approved it."""
    ordered_by = SupervisedTask.objects.values_list("ordered_by", flat=True).get(pk=matter.pk)
    if ordered_by is None:
        return User.objects.none()
    return User.objects.filter(pk=ordered_by) | substitutes_of(ordered_by)


def _no_facts(_matter: Matter) -> dict[str, Any]:
    return {}


SUPERVISED = Kind(
    name=KIND,
    title=_("Supervised task"),
    model=SupervisedTask,
    flows=("supervised",),
    facts=known_facts,
    partial="web/desk/kinds/supervised.html",
    serializer="backend.api.supervised_tasks.serializers.SupervisedFacts",
    record_details=record_details,
    carry_out=carry_out,
    chosen_day=chosen_day,
    told_of_misses=orderers_of_task,
    enclosures=list_files,
    further_offices=helping_offices,
    detail_forms={
        decision: f"{form.__module__}.{form.__qualname__}"
        for decision, form in DETAIL_FORMS.items()
    },
)

PROGRESS_REPORT = Kind(
    name=progress.KIND,
    title=_("Report of progress"),
    model=ProgressReport,
    flows=("progress-weekly", "progress-monthly"),
    facts=_no_facts,
    partial="web/desk/kinds/progress_report.html",
    serializer="backend.api.supervised_tasks.serializers.ProgressFacts",
    carry_out=carry_out_report,
)
