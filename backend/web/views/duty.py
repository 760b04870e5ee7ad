"""Who is on duty on a day, in one's own office and in all below."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.calendars.keepers import keeps_calendars
from backend.calendars.on_duty import authorities_of_line, duty_of_offices
from backend.directory.models import Authority
from backend.lib import clock
from backend.web.forms.keyed_form import DayInput
from backend.web.guards import signed_in_user
from backend.workdays.published import read_calendar


class DutyFilterForm(forms.Form):
    """Which day, which level, whose name; wrong values count as not given."""

    day = forms.DateField(label=pgettext_lazy("calendar", "Day"), required=False, widget=DayInput())
    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("all")), *Authority.Level.choices], required=False
    )
    name = forms.CharField(label=_("Office"), required=False, max_length=40)
    gaps = forms.BooleanField(label=_("only where nobody is named"), required=False)


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The duty of each authority of the reader's line on one day, with its phone."""
    user = signed_in_user(request)
    form = DutyFilterForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    day: dt.date = asked.get("day") or clock.today()
    offices = authorities_of_line(user)
    if asked.get("level"):
        offices = offices.filter(authority__level=asked["level"])
    if asked.get("name"):
        offices = offices.filter(name__icontains=asked["name"])
    found = duty_of_offices(user, offices, day)
    if asked.get("gaps"):
        found = [one for one in found if not one.duties]
    calendar = read_calendar()
    context = {
        "day": day,
        "form": DutyFilterForm(initial={**asked, "day": day}),
        "offices": found,
        "holiday": calendar.holiday_on(day),
        "rests": not calendar.is_working_day(day),
        "keeps": keeps_calendars(user),
    }
    return render(request, "web/desk/duty.html", context)
