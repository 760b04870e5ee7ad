"""The form that plans a check of one unit from the map."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.inspections.planning import who_may_go
from backend.lib import clock
from backend.units.models import InspectionKind, Unit


class PlanForm(forms.Form):
    """Who goes, when, for what."""

    assignee = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Who goes"))
    planned_on = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(choices=InspectionKind.choices, label=_("Kind of inspection"))
    note = forms.CharField(
        label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, unit: Unit, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's own
        people = self.fields["assignee"]
        assert isinstance(people, forms.ModelChoiceField)
        nearest_first = who_may_go(unit).order_by("-region", "pk")
        people.queryset = nearest_first.select_related("region").defer("region__boundary")
        self.initial.setdefault("planned_on", clock.today() + dt.timedelta(days=1))
        self.initial.setdefault("kind", InspectionKind.PERIODIC)
