"""The forms of supervised tasks: what is ordered, what proves it, by what the board is narrowed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib import clock
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.supervised_tasks.board import COLUMNS, Asked, this_year
from backend.supervised_tasks.models import Every
from backend.supervised_tasks.orderers import offices_to_order
from backend.supervised_tasks.orders import Order
from backend.units.models import Unit
from backend.web.forms.keyed_form import DayInput, KeyedForm
from backend.web.forms.matters import VersionedForm


class OrderForm(KeyedForm):
    """All that is ordered, and where it comes from."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office that orders"))
    title = forms.CharField(label=_("Title"), max_length=200)
    what = forms.CharField(
        label=_("What is ordered"), max_length=2000, widget=forms.Textarea({"rows": 5})
    )
    lead = forms.ModelChoiceField(Office.objects.none(), label=_("Lead office"))
    helpers = forms.ModelMultipleChoiceField(
        Office.objects.none(), label=_("Helping offices"), required=False
    )
    due_on = forms.DateField(
        label=_("To be done by"), required=False, widget=DayInput(),
        help_text=_("Without a day the rule of the office counts."),
    )  # fmt: skip
    every = forms.ChoiceField(
        label=_("Progress is reported"), choices=Every.choices, required=False
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Matter.Urgency.choices)
    cause = forms.ModelChoiceField(Matter.objects.none(), required=False, widget=forms.HiddenInput)
    unit = forms.ModelChoiceField(Unit.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        fields: Any = self.fields
        mine = offices_to_order(user)
        fields["office"].queryset = mine
        fields["office"].initial = mine.first()
        below = Office.objects.in_force(clock.today()).descending_from(*mine).order_by("path")
        fields["lead"].queryset = fields["helpers"].queryset = below
        fields["helpers"].widget.attrs["size"] = 8
        fields["cause"].queryset = Matter.objects.visible_to(user)
        fields["unit"].queryset = Unit.objects.visible_to(user)

    def order(self) -> Order:
        """What was filled in; the form is valid."""
        told = self.facts()
        told.pop("office")
        return Order(**told | {"helpers": tuple(told["helpers"])})


class ProofForm(VersionedForm):
    """A file and what it shows."""

    title = forms.CharField(label=_("What it shows"), max_length=120, required=False)
    file = forms.FileField(label=_("A PDF or a photo"))


class BoardForm(forms.Form):
    """By what the board is narrowed; wrong values count as not given."""

    office = forms.CharField(label=_("Code of the office"), required=False, max_length=24)
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[("", _("all")), *Matter.Urgency.choices]
    )
    since = forms.DateField(label=_("Finished since"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Finished until"), required=False, widget=DayInput())
    lead = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    which = forms.ChoiceField(
        required=False, choices=[(name, name) for name in COLUMNS], widget=forms.HiddenInput
    )

    def read_asked(self) -> Asked:
        """What was asked; without a period it is this year."""
        self.is_valid()
        first, last = this_year()
        told = self.cleaned_data
        return Asked(
            told.get("since") or first,
            told.get("until") or last,
            told.get("office", ""),
            told.get("lead", ""),
            told.get("urgency", ""),
        )

    def which_tasks(self) -> str:
        """The figure whose tasks are listed; empty for all."""
        return str(self.cleaned_data.get("which", ""))
