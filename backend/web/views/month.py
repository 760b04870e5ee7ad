"""The visits of a month: what is due and not planned yet, and planning many at once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.inspections.models import Task
from backend.inspections.planned_tasks import most_urgent_kind, plan_task
from backend.lib.months import add_months, month_end
from backend.lib.paging import rows_after_condition
from backend.units.models import Unit, UnitStatus
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.month import MonthForm, VisitsForm
from backend.web.guards import right_required, signed_in_user
from backend.web.unit_list import position_of
from backend.web.workplan import checks_of_days

SIZE = 50
_ORDER = ("next_due_on", "pk")


@right_required(Right.PLAN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The units due by the end of a month without a visit, the form that plans some of them, and
    what is planned in that month."""
    planner, month_form = signed_in_user(request), MonthForm(request.GET or None)
    month = month_form.chosen()
    shown, following = _due_units(planner, month, request.GET.get("after", ""))
    form = VisitsForm(planner, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            _say_planned(request, _plan_visits(planner, form.cleaned_data))
            return redirect(f"{reverse('web:month')}?{urlencode({'month': f'{month:%Y-%m}'})}")
    people = checks_of_days(planner, month, month_end(month), None)
    context: dict[str, Any] = {
        "month": month,
        "before": add_months(month, -1),
        "after": add_months(month, 1),
        "month_form": MonthForm(initial={"month": month}),
        "form": form,
        "following": following,
        "due": shown,
        "chosen": set(map(str, form["units"].value() or ())),
        "people": people,
    }
    return render(request, "web/desk/month.html", context)


def _due_units(planner: User, month: dt.date, after: str) -> tuple[list[Unit], str]:
    """A page of the units whose inspection is due by the end of the month and to which nobody is
    sent yet, the first due first; and where the next page begins, empty at the end."""
    planned = Task.objects.still_open().values("unit")
    due = Unit.objects.visible_to(planner).filter(
        status=UnitStatus.IN_USE, next_due_on__lte=month_end(month)
    )
    rows = due.exclude(pk__in=planned).select_related("category", "region", "using_entity")
    rows = rows.defer("region__boundary", "region__label_point")
    if place := position_of(after, "due"):
        rows = rows.filter(rows_after_condition(_ORDER, place))
    found = list(rows.order_by(*_ORDER)[: SIZE + 1])
    last = found[SIZE - 1] if len(found) > SIZE else None
    return found[:SIZE], f"{last.next_due_on}_{last.pk}" if last else ""


def _plan_visits(planner: User, said: dict[str, Any]) -> int:
    """Plan a visit to each unit for what it needs first, all of them or none; returns how many."""
    with transaction.atomic():
        for unit in said["units"]:
            plan_task(
                actor=planner, unit=unit.pk, assignee=said["assignee"], note=said["note"],
                kind=most_urgent_kind(unit), planned_on=said["planned_on"],
            )  # fmt: skip
    return len(said["units"])


def _say_planned(request: HttpRequest, number: int) -> None:
    said = ngettext("%(n)d visit is planned.", "%(n)d visits are planned.", number)
    messages.success(request, said % {"n": number})
