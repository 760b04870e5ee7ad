"""The form by which an administrator copies the holidays of a year from the notice."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.lib import clock
from backend.workdays.year_tables import Holiday, YearTable

_DAYS = re.compile(r"\d{4}-\d{2}-\d{2}")


class HolidaysField(forms.CharField):
    """Lines of a name and its first and last day."""

    widget = forms.Textarea(attrs={"rows": 8})

    def clean(self, value: Any) -> tuple[Holiday, ...]:
        """The holidays; raises ValidationError that quotes the line."""
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return tuple(_read_line(line) for line in lines if line)


class DaysField(forms.CharField):
    """Days in any separation."""

    def clean(self, value: Any) -> tuple[dt.date, ...]:
        """The days; raises ValidationError where something is none."""
        return tuple(
            _read_day(word) for word in re.split(r"[\s,，、;；]+", super().clean(value)) if word
        )


class HolidayYearForm(forms.Form):
    """What the notice says."""

    year = forms.IntegerField(label=_lazy("Year"), min_value=2000, max_value=2100)
    number = forms.CharField(label=_lazy("Number of the notice"), max_length=80)
    issued_on = forms.DateField(
        label=_lazy("Issued on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(label=_lazy("Where it was read"), max_length=200)
    holidays = HolidaysField(
        label=_lazy("Days off"),
        max_length=4000,
        help_text=_lazy(
            "A line for each: name, first day, last day — 国庆节 2027-10-01 2027-10-07"
        ),
    )
    working_days = DaysField(
        label=_lazy("Weekend days that are worked"),
        max_length=1000,
        required=False,
        help_text=_lazy("Days, separated by blanks: 2027-09-26 2027-10-09"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("year", clock.today().year + 1)

    def table(self) -> YearTable:
        """The table that was typed."""
        return YearTable(**self.cleaned_data)


def _read_line(line: str) -> Holiday:
    days = [_read_day(word) for word in _DAYS.findall(line)]
    name = _DAYS.sub(" ", line).strip(" \t-–—~至到:：,，")
    if not name or len(days) not in {1, 2}:
        raise forms.ValidationError(_("Not a name with its days: %(line)s") % {"line": line[:80]})
    return Holiday(name, days[0], days[-1])


def _read_day(word: str) -> dt.date:
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        raise forms.ValidationError(_("This is no day: %(word)s") % {"word": word[:40]}) from None
