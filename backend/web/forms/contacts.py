"""The forms of the address book: what is looked for, how one is reached, why a number is looked at."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Role

_STAFF = [choice for choice in Role.choices if choice[0] != Role.ENTERPRISE]


class FindEntriesForm(forms.Form):
    """What the address book is narrowed to; wrong values count as not given."""

    q = forms.CharField(
        label=_("Name, office, title or telephone at work"), max_length=60, required=False
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("all")), *_STAFF], required=False)


class ContactForm(forms.Form):
    """How one is reached."""

    work_phone = forms.CharField(
        label=_("Telephone at work"),
        max_length=40,
        required=False,
        help_text=_("With its extension: 0531-88888888-8012"),
    )
    work_mail = forms.EmailField(label=_("Mail at work"), max_length=254, required=False)
    mobile = forms.CharField(
        label=_("Own mobile number"),
        max_length=40,
        required=False,
        help_text=_("Colleagues see it masked. Each look at it is kept."),
    )

    def facts(self) -> dict[str, str]:
        """The values, as the action takes them."""
        return dict(self.cleaned_data)


class LookForm(forms.Form):
    """Why a number is looked at."""

    reason = forms.CharField(label=_("Reason"), max_length=200)

    def facts(self) -> dict[str, str]:
        """The values, as the action takes them."""
        return dict(self.cleaned_data)
