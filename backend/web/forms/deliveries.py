"""The forms of papers on their way: to which offices, why it goes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.deliveries.posts import ROLES
from backend.directory.models import Authority
from backend.lib import clock
from backend.offices.models import Office
from backend.offices.seats import Seats
from backend.web.forms.keyed_form import DayInput, KeyedForm

BELOW = [
    (Authority.Level.CITY, _("all cities below")),
    (Authority.Level.COUNTY, _("all counties below")),
]


class PassOnForm(KeyedForm):
    """To which offices something goes: whole levels below the sender at once, and single ones."""

    levels = forms.MultipleChoiceField(
        label=_("All at once"), choices=BELOW, required=False, widget=forms.CheckboxSelectMultiple
    )
    offices = forms.ModelMultipleChoiceField(
        Office.objects.none(), label=_("Single offices"), required=False
    )
    note = forms.CharField(label=_("What is asked"), max_length=400, required=False)
    sign_by = forms.DateField(label=_("To be signed for by"), required=False, widget=DayInput())
    also_called = {"receiver_offices": "offices"}

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        offices: Any = self.fields["offices"]
        offices.queryset = Office.objects.in_force(clock.today()).order_by("code")
        offices.widget.attrs["size"] = 8

    def receivers_of(self, sender: Office) -> list[int]:
        """The keys of all that were chosen; the form is valid."""
        below = Office.objects.of_authorities().in_force(clock.today()).down_from(sender)
        levels = self.cleaned_data["levels"]
        chosen = set(below.filter(authority__level__in=levels).values_list("pk", flat=True))
        return sorted(chosen - {sender.pk} | {one.pk for one in self.cleaned_data["offices"]})

    def content(self) -> dict[str, Any]:
        """What is said with it; the form is valid."""
        return {name: self.cleaned_data[name] for name in ("note", "sign_by")}


class SendForm(PassOnForm):
    """The same for a paper of one's own: from which office, under which title."""

    sender_office = forms.ModelChoiceField(
        Office.objects.none(), label=pgettext_lazy("office", "From")
    )
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    field_order = ("sender_office", "title")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        mine = [seat.office for seat in Seats.of(user).seats if seat.role in ROLES]
        sender: Any = self.fields["sender_office"]
        sender.queryset = Office.objects.filter(pk__in=mine).order_by("code")
        sender.initial = sender.queryset.first()

    def content(self) -> dict[str, Any]:
        """What is said with it, its title too; the form is valid."""
        return {**super().content(), "title": self.cleaned_data["title"]}


class ReturnForm(forms.Form):
    """Why something goes back to its sender."""

    reason = forms.CharField(label=_("Reason"), max_length=400)
