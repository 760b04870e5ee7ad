"""The form that plans visits to many units at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import Right, jurisdiction_filter, roles_with
from backend.lib import clock
from backend.lib.months import month_start
from backend.units.models import Unit
from backend.web.forms.keyed_form import DayInput


class MonthInput(forms.DateInput):
    """The browser's own picker of a month."""

    input_type = "month"


class MonthForm(forms.Form):
    """Which month; wrong values count as not given."""

    month = forms.DateField(
        label=_("Month"), required=False, input_formats=["%Y-%m"],
        widget=MonthInput(format="%Y-%m"),
    )  # fmt: skip

    def chosen(self) -> dt.date:
        """The first day of the month asked for, or of this one."""
        asked = self.cleaned_data.get("month") if self.is_valid() else None
        return asked or month_start(clock.today())


class VisitsForm(forms.Form):
    """Which units are visited, by whom and when."""

    units = forms.ModelMultipleChoiceField(
        queryset=Unit.objects.none(), label=_("Units"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the units that are visited.")},
    )  # fmt: skip
    assignee = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Who goes"))
    planned_on = forms.DateField(label=_("On"), widget=DayInput())
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, planner: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._set_rows("units", Unit.objects.visible_to(planner))
        inspectors = roles_with(Right.FILE_REPORT)
        people = User.objects.filter(
            jurisdiction_filter(planner, "region_id"), is_active=True, role__in=inspectors
        )
        self._set_rows("assignee", people.order_by("display_name", "username"))

    def _set_rows(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, (forms.ModelChoiceField, forms.ModelMultipleChoiceField))
        field.queryset = rows
