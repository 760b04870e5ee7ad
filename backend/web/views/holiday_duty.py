"""Who is on duty over a holiday: to be read, printed and taken away as a table."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.calendars.holiday_duty import (
    OfficeHoliday,
    holidays_to_plan,
    next_holiday,
    read_holiday_duty,
)
from backend.calendars.holiday_table import list_lines, name_columns
from backend.calendars.on_duty import authorities_of_line
from backend.lib import clock
from backend.lib.table_writers import CsvWriter
from backend.offices.models import Office
from backend.web.guards import signed_in_user
from backend.workdays.published import read_calendar
from backend.workdays.year_tables import Holiday


class HolidayForm(forms.Form):
    """Which holiday, and of which office with all below; wrong values count as not given."""

    holiday = forms.TypedChoiceField(
        label=_("Holiday"), required=False, coerce=dt.date.fromisoformat
    )
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), required=False, to_field_name="code"
    )

    def __init__(self, user: User, asked: QueryDict) -> None:
        super().__init__(asked)
        self._holidays = holidays_to_plan()
        self.fields["holiday"].choices = [  # type: ignore[attr-defined]
            (one.first.isoformat(), f"{one.first} {one.name}") for one in self._holidays
        ]
        standing = authorities_of_line(user).in_force(clock.today())
        self.fields["office"].queryset = standing.order_by("path")  # type: ignore[attr-defined]
        self.is_valid()
        self.chosen_holiday, self.chosen_office = self._choose_holiday(), self._choose_office()
        office = self.chosen_office and self.chosen_office.code
        chosen = {"holiday": self.chosen_holiday.first, "office": office}
        self.data = {name: str(value or "") for name, value in chosen.items()}

    def _choose_holiday(self) -> Holiday:
        """The one that was asked for, or the next that is not over."""
        first = self.cleaned_data.get("holiday")
        named = (one for one in self._holidays if one.first == first)
        return next(named, None) or next_holiday()

    def _choose_office(self) -> Office | None:
        """The one that was asked for, or the highest of the user's own."""
        asked: Office | None = self.cleaned_data.get("office")
        return asked or self.fields["office"].queryset.first()  # type: ignore[attr-defined]


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The days of one office, and where below it somebody lacks."""
    user = signed_in_user(request)
    form = HolidayForm(user, request.GET)
    own, below = _read(user, form)
    context: dict[str, Any] = {
        "form": form,
        "holiday": form.chosen_holiday,
        "published": read_calendar().is_published(form.chosen_holiday.first),
        "own": own,
        "lines": list(list_lines([own] if own else [])),
        "lacking": [one for one in below if one.lacking],
        "below": len(below),
        "asked": urlencode(form.data),
    }
    return render(request, "web/desk/holiday_duty.html", context)


@login_required
@never_cache
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same as CSV, of the office and of all below it."""
    user = signed_in_user(request)
    form = HolidayForm(user, request.GET)
    own, below = _read(user, form)
    file = io.BytesIO()
    writer = CsvWriter(file, name_columns())
    for line in list_lines([own, *below] if own else below):
        writer.add(line)
    writer.finish()
    name = {"Content-Disposition": f'attachment; filename="duty-{form.chosen_holiday.first}.csv"'}
    return HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8", headers=name)


def _read(user: User, form: HolidayForm) -> tuple[OfficeHoliday | None, list[OfficeHoliday]]:
    """What was asked for of the office itself, and of those below it."""
    if form.chosen_office is None:
        return None, []
    line = authorities_of_line(user).descending_from(form.chosen_office)
    found = read_holiday_duty(user, line, form.chosen_holiday)
    own = next((one for one in found if one.office == form.chosen_office), None)
    return own, [one for one in found if one is not own]
