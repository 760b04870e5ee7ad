"""What is written down with a decision: another lead office, the day that is wished or given."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.lib.problems import Refused
from backend.matters.kinds import Details
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.supervised_tasks.models import SupervisedTask
from backend.supervised_tasks.orderers import offices_to_lead
from backend.supervised_tasks.orders import refuse_passed_day, refuse_unfit_lead


class ReassignForm(forms.Form):
    """Who shall do it."""

    lead = forms.ModelChoiceField(
        Office.objects.all(), label=_lazy("Lead office"), to_field_name="code"
    )

    @staticmethod
    def prepare(fields: dict[str, Any], matter: Matter) -> None:
        """Offer the office that ordered it with those below, the one that had it first."""
        first = Office.objects.get(pk=matter.place["first"])
        fields["lead"].queryset = offices_to_lead(first)
        fields["lead"].initial = SupervisedTask.objects.get(pk=matter.pk).lead


class AskTimeForm(forms.Form):
    """Until when."""

    wished_on = forms.DateField(
        label=_lazy("More time until"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class ExtendForm(forms.Form):
    """The day that is given."""

    due_on = forms.DateField(
        label=_lazy("New day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    @staticmethod
    def prepare(fields: dict[str, Any], matter: Matter) -> None:
        """Fill in the day that was asked for."""
        fields["due_on"].initial = SupervisedTask.objects.get(pk=matter.pk).wished_on


DETAIL_FORMS: dict[str, type[forms.Form]] = {
    "reassign": ReassignForm,
    "ask-time": AskTimeForm,
    "extend": ExtendForm,
}
"""By decision, the form of what comes with it."""


def record_details(matter: Matter, decision: str, details: Details) -> dict[str, str]:
    """Write what came with ``decision``; returns it as its step keeps it.

    Raises Refused 422 ``detail-unfit`` for what does not belong to it, is missing or wrong;
    ``day-passed``, ``office-unfit``, ``office-empty``.
    """
    form = DETAIL_FORMS.get(decision, forms.Form)(dict(details))
    for name in details:
        if name not in form.fields:
            text = _("This does not belong to the decision.")
            raise Refused("detail-unfit", text, field=name)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Refused("detail-unfit", str(errors[0]), field=name)
    task = SupervisedTask.objects.get(pk=matter.pk)
    for name, value in form.cleaned_data.items():
        if name == "lead":
            refuse_unfit_lead(Office.objects.get(pk=matter.place["first"]), value)
        else:
            refuse_passed_day(value, name)
        setattr(task, name, value)
    if form.cleaned_data:
        task.save(update_fields=list(form.cleaned_data))
    return {name: str(value) for name, value in form.cleaned_data.items()}
