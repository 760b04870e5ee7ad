"""A report of an inspector as it is printed and filed."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from backend.lib import clock
from backend.units.models import Unit
from backend.web.printed_report import load_printed_report


@login_required
@require_safe
def page(request: HttpRequest, pk: int, report: uuid.UUID) -> HttpResponse:
    """The page of the report, or 404 where there is none of such a unit for this user."""
    assert isinstance(request.user, User)  # login_required saw to it
    units = Unit.objects.visible_to(request.user).select_related(
        "category", "region__parent__parent", "using_entity", "maintainer"
    )
    unit = units.filter(pk=pk).first()
    reports = Report.objects.with_record().select_related(
        "checklist", "filed_by", "body__inspectionbody"
    )
    found = reports.filter(pk=report, unit=unit).first() if unit else None
    if unit is None or found is None:
        raise Http404
    told = {
        "unit": unit,
        "sheet": load_printed_report(request.user, unit, found),
        "repaired": Item.objects.stated_by_others().filter(report=found).first(),
        "now": clock.now(),
    }
    return render(request, "web/report.html", told)
