"""The forms by which posts are given and substitutes named."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Role, User
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.offices.seats import fit_substitutes

STAFF_ROLES = [(role.value, role.label) for role in Role if role != Role.ENTERPRISE]


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
        )


class GivePostForm(forms.Form):
    """Which role in which office, and for how long."""

    office = forms.CharField(
        label=_("Office"), max_length=24, help_text=_("Its code, as in the list of offices")
    )
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES)
    title = forms.CharField(label=pgettext_lazy("post", "Title"), max_length=40, required=False)
    starts_on = DayField(label=pgettext_lazy("day", "From"))
    ends_on = DayField(label=_("Last day"), required=False)

    def __init__(self, admin: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"starts_on": clock.today()}
        self.offices = Office.objects.administered_by(admin)

    def clean_office(self) -> Office:
        """The office of this code in the administrator's line. Raises ValidationError."""
        found = self.offices.filter(code=self.cleaned_data["office"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no such office in your line."))
        return found

    def facts(self) -> dict[str, Any]:
        """The values, as the action takes them."""
        return dict(self.cleaned_data)


class SubstituteForm(forms.Form):
    """Who stands in, from when to when, and why."""

    substitute = forms.ModelChoiceField(label=_("Substitute"), queryset=User.objects.none())
    starts_on = DayField(label=pgettext_lazy("day", "From"))
    ends_on = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, post: Post, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"starts_on": clock.today()}
        field: Any = self.fields["substitute"]
        field.queryset = fit_substitutes(post, clock.today()).order_by("display_name")

    def facts(self) -> dict[str, Any]:
        """The values, as the action takes them."""
        return self.cleaned_data | {"substitute": self.cleaned_data["substitute"].pk}
