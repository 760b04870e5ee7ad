"""The forms by which an administrator opens and closes offices, and gives posts in one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.offices.accounts import accounts_administered_by
from backend.offices.models import Office
from backend.web.forms.keyed_form import KeyedForm
from backend.web.postforms import STAFF_ROLES, DayField


class OfficeCodeField(forms.CharField):
    """An office of the administrator's line that exists today, by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=24, **options)
        self.offices = Office.objects.none()

    def clean(self, value: Any) -> Office:
        """The office. Raises ValidationError where there is none of this code."""
        found = self.offices.filter(code=super().clean(value)).first()
        if found is None:
            raise forms.ValidationError(_("There is no such office in your line."))
        return found


class OpenOfficeForm(KeyedForm):
    """What a department is called, and from when on it exists."""

    code = forms.CharField(
        label=_("Code"), max_length=24,
        help_text=_("Capital letters, digits and single strokes; no other office has it"),
    )  # fmt: skip
    name = forms.CharField(label=pgettext_lazy("office", "Name"), max_length=80)
    starts_on = DayField(label=pgettext_lazy("day", "From"))

    def __init__(self, admin: User, data: Any = None) -> None:
        super().__init__(admin, data, auto_id="open-%s")
        self.fields["starts_on"].initial = clock.today


class CloseOfficeForm(forms.Form):
    """From when on it does not exist, and who has its work then."""

    successor = OfficeCodeField(
        label=_("Successor"),
        help_text=_("Code of the office that has its work and its open matters from that day"),
    )
    first_day_without = DayField(label=_("First day without it"))

    def __init__(self, admin: User, office: Office, data: Any = None) -> None:
        super().__init__(data, auto_id="close-%s")
        field: Any = self.fields["successor"]
        field.offices = Office.objects.administered_by(admin).in_force(clock.today())
        field.initial = office.parent.code if office.parent else ""
        self.fields["first_day_without"].initial = clock.today

    def facts(self) -> dict[str, Any]:
        """The values, as the action takes them."""
        return self.cleaned_data | {"successor": self.cleaned_data["successor"].pk}


class GivePostHereForm(KeyedForm):
    """Who holds which role in an office, and for how long."""

    account = forms.CharField(
        label=_("Account"), max_length=150, help_text=_("The name to sign in with")
    )
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES)
    title = forms.CharField(label=pgettext_lazy("post", "Title"), max_length=40, required=False)
    starts_on = DayField(label=pgettext_lazy("day", "From"))
    ends_on = DayField(label=_("Last day"), required=False)

    def __init__(self, admin: User, data: Any = None) -> None:
        super().__init__(admin, data, auto_id="give-%s")
        self.accounts = accounts_administered_by(admin)
        self.fields["starts_on"].initial = clock.today

    def clean_account(self) -> User:
        """The account of this name that the administrator keeps. Raises ValidationError."""
        found = self.accounts.filter(username=self.cleaned_data["account"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no such account in your jurisdiction."))
        return found
