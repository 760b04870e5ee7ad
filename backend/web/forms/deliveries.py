"""The forms of papers on their way: to which offices, why it goes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.directory.models import Authority
from backend.lib import clock
from backend.offices.models import Office
from backend.offices.seats import Seats
from backend.web.forms.keyed_form import DayInput, KeyedForm
from geo.models import Region

BELOW = {
    Authority.Level.CITY: _("all cities below"),
    Authority.Level.COUNTY: _("all counties below"),
}


class PassOnForm(KeyedForm):
    """To which offices something goes: whole levels below the sender at once, and single ones."""

    levels = forms.MultipleChoiceField(
        label=_("All at once"), required=False, widget=forms.CheckboxSelectMultiple
    )
    offices = forms.ModelMultipleChoiceField(
        Office.objects.none(), label=_("Single offices"), required=False
    )
    note = forms.CharField(label=_("What is asked"), max_length=400, required=False)
    sign_by = forms.DateField(label=_("To be signed for by"), required=False, widget=DayInput())
    also_called = {"receiver_offices": "offices"}

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        senders = _offices_of(user)
        fields: Any = self.fields
        fields["levels"].choices = _levels_below(senders)
        if not fields["levels"].choices:
            del fields["levels"]
        fields["offices"].queryset = _offices_to_choose(senders)

    def groups(self) -> Iterator[tuple[str, list[tuple[Office, bool]], bool]]:
        """The single offices by their city, each with whether it is marked; and whether one of the city is."""
        marked = {str(key) for key in self["offices"].value() or ()}
        rows = self.fields["offices"].queryset.select_related("region")  # type: ignore[attr-defined]
        names = dict(Region.objects.filter(level=Region.Level.CITY).values_list("pk", "name"))
        for code, offices in groupby(rows, key=lambda one: f"{one.region_id:.4}00"):
            lines = [(one, str(one.pk) in marked) for one in offices]
            name = names.get(code, lines[0][0].region.name)
            yield name, lines, any(chosen for _one, chosen in lines)

    def receivers_of(self, sender: Office) -> list[int]:
        """The keys of all that were chosen; the form is valid."""
        below = Office.objects.of_authorities().in_force(clock.today()).descending_from(sender)
        levels = self.cleaned_data.get("levels", ())
        chosen = set(below.filter(authority__level__in=levels).values_list("pk", flat=True))
        return sorted(chosen - {sender.pk} | {one.pk for one in self.cleaned_data["offices"]})

    def content(self) -> dict[str, Any]:
        """What is said with it; the form is valid."""
        return {name: self.cleaned_data[name] for name in ("note", "sign_by")}


def _offices_of(user: User) -> QuerySet[Office]:
    """The offices for which ``user`` sends."""
    mine = [seat.office for seat in Seats.of(user).giving(Right.DELIVER_PAPERS)]
    return Office.objects.filter(pk__in=mine).order_by("code")


def _levels_below(senders: Iterable[Office]) -> list[tuple[str, Any]]:
    """The levels of which there is an authority below one of ``senders``."""
    own = Office.objects.filter(pk__in=[sender.pk for sender in senders])
    below = Office.objects.of_authorities().in_force(clock.today()).descending_from(*own)
    there = set(below.exclude(pk__in=own).values_list("authority__level", flat=True))
    return [(level, name) for level, name in BELOW.items() if level in there]


def _offices_to_choose(senders: QuerySet[Office]) -> QuerySet[Office]:
    """Authorities and inspection bodies; departments of the sender's own authority, not of others."""
    own = Q(authority__in=senders.values("authority")) | Q(body__in=senders.values("body"))
    rows = Office.objects.in_force(clock.today())
    return rows.filter(Q(code=F("authority__code")) | Q(authority=None) | own).order_by(
        "region_id", "code"
    )


class SendForm(PassOnForm):
    """The same for a paper of one's own: from which office, under which title."""

    sender_office = forms.ModelChoiceField(
        Office.objects.none(), label=pgettext_lazy("office", "From")
    )
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    field_order = ("sender_office", "title")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        sender: Any = self.fields["sender_office"]
        sender.queryset = _offices_of(user)
        sender.initial = sender.queryset.first()

    def content(self) -> dict[str, Any]:
        """What is said with it, its title too; the form is valid."""
        return {**super().content(), "title": self.cleaned_data["title"]}


class ReturnForm(forms.Form):
    """Why something goes back to its sender."""

    reason = forms.CharField(label=_("Reason"), max_length=400)
