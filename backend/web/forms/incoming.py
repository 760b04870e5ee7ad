"""The form by which what came on paper is registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.incoming.registration import Letter
from backend.lib import clock
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.offices.seats import Seats
from backend.web.forms.keyed_form import DayInput, KeyedForm


class LetterForm(KeyedForm):
    """What stands on it, who registers it, and its scan."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Registered by"))
    title = forms.CharField(label=_("Title"), max_length=200)
    sender = forms.CharField(label=_("Who wrote it"), max_length=120)
    sender_number = forms.CharField(label=_("Their number"), max_length=60, required=False)
    written_on = forms.DateField(label=_("Written on"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Matter.Urgency.choices)
    scan = forms.FileField(label=_("Scan: a PDF or a photo"), required=False)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        mine = [seat.office for seat in Seats.of(user).giving(Right.DELIVER_PAPERS)]
        office: Any = self.fields["office"]
        office.queryset = Office.objects.filter(pk__in=mine).order_by("code")
        office.initial = office.queryset.first()
        self.fields["written_on"].widget = DayInput(latest=clock.today())

    def letter(self) -> Letter:
        """What was filled in; the form is valid."""
        names = ("title", "sender", "sender_number", "written_on", "urgency")
        return Letter(**{name: self.cleaned_data[name] for name in names})
