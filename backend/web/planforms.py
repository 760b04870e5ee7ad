"""The forms that plan a check of one unit, and move, announce or cancel it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.inspections.models import Task
from backend.inspections.planned_tasks import inspectors_of_unit, most_urgent_kind
from backend.lib import clock
from backend.units.models import InspectionKind, Unit
from backend.web.workplan import people_with_checks


def _day_field(label: Any, *, required: bool = True) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=picker, required=required)


def _offer_people(form: forms.Form, name: str, people: QuerySet[User]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = people.select_related("region").defer("region__boundary")


def inspectors_nearest_first(unit: Unit) -> QuerySet[User]:
    """Those who may go to ``unit``, of its county before those of its city and province."""
    return inspectors_of_unit(unit).order_by("-region", "pk")


class PlanForm(forms.Form):
    """Who goes, when, for what."""

    assignee = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Who goes"))
    planned_on = _day_field(_("On"))
    kind = forms.ChoiceField(choices=InspectionKind.choices, label=_("Kind of inspection"))
    note = forms.CharField(
        label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, unit: Unit, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's own
        _offer_people(self, "assignee", inspectors_nearest_first(unit))
        self.initial.setdefault("planned_on", clock.today() + dt.timedelta(days=1))
        self.initial.setdefault("kind", most_urgent_kind(unit))


class MoveForm(forms.Form):
    """Who goes instead, or when."""

    assignee = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Who goes"))
    planned_on = _day_field(_("On"))

    def __init__(self, task: Task, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's own
        _offer_people(self, "assignee", inspectors_nearest_first(task.unit))
        self.initial.setdefault("assignee", task.assignee_id)
        self.initial.setdefault("planned_on", task.planned_on)


class AnnounceForm(forms.Form):
    """Nothing but the wish."""


class CancelForm(forms.Form):
    """Why the check is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


class WeekForm(forms.Form):
    """Which week, and whose."""

    day = _day_field(_("Week of"), required=False)
    who = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Who goes"), required=False, empty_label=_("all")
    )

    def __init__(self, user: User, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's own
        _offer_people(self, "who", people_with_checks(user))
        self.initial.setdefault("day", clock.today())
