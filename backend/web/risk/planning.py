"""The form that plans a check of one unit from the map."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import RIGHTS, Right
from backend.lib import clock
from backend.units.models import InspectionKind, Unit

_FIT = [role for role, rights in RIGHTS.items() if Right.FILE_REPORT in rights]


def who_may_go(unit: Unit) -> QuerySet[User]:
    """Those who inspect in the county of ``unit``, its city or the province."""
    code = unit.region_id
    places = (code, f"{code[:4]}00", f"{code[:2]}0000")
    people = User.objects.filter(role__in=_FIT, is_active=True, region_id__in=places)
    return people.select_related("region").defer("region__boundary").order_by("-region", "pk")


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
        people.queryset = who_may_go(unit)
        self.initial.setdefault("planned_on", clock.today() + dt.timedelta(days=1))
        self.initial.setdefault("kind", InspectionKind.PERIODIC)
