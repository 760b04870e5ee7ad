"""The forms by which an administrator finds, opens and changes accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter
from backend.directory.models import LegalEntity
from backend.lib import clock
from geo.models import Region
from geo.regions import regions_in_force_on


class EntityNumberField(forms.CharField):
    """A legal entity of the administrator's, by its unified social credit code; none if empty."""

    def __init__(self, **options: Any) -> None:
        label, help_text = _("Acts for"), _("Unified social credit code of the enterprise or body")
        super().__init__(label=label, help_text=help_text, max_length=18, required=False, **options)
        self.seen = LegalEntity.objects.none()

    def clean(self, value: Any) -> LegalEntity | None:
        """The entity. Raises ValidationError where there is none of this number."""
        number = super().clean(value).upper()
        if not number:
            return None
        found = self.seen.filter(uscc=number, natural_person=False).first()
        if found is None:
            raise forms.ValidationError(_("There is no such entity in your jurisdiction."))
        return found


class AccountForm(forms.Form):
    """What of an account may be changed."""

    display_name = forms.CharField(label=_("Name"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    region = forms.ModelChoiceField(
        label=_("Jurisdiction"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("none: an enterprise"),
    )

    def __init__(self, admin: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        standing = regions_in_force_on(clock.today())
        mine = standing.filter(jurisdiction_filter(admin, "code")).order_by("code")
        field: Any = self.fields["region"]
        field.queryset = mine.defer("boundary", "label_point")

    def facts(self) -> dict[str, Any]:
        """The values, as the actions take them."""
        facts = dict(self.cleaned_data)
        region = facts.pop("region")
        return facts | {"region_id": region.pk if region else None}


class OpenAccountForm(AccountForm):
    """A new account."""

    username = forms.CharField(label=_("Name to sign in with"), max_length=150)
    entity = EntityNumberField()
    field_order = ("username", "display_name", "role", "region", "entity", "email")

    def __init__(self, admin: User, *args: Any, **options: Any) -> None:
        super().__init__(admin, *args, **options)
        entity: Any = self.fields["entity"]
        entity.seen = LegalEntity.objects.visible_to(admin)

    def facts(self) -> dict[str, Any]:
        """The values, as the actions take them."""
        facts = super().facts()
        entity = facts.pop("entity")
        return facts | {"entity": entity.pk if entity else None}


class InviteForm(forms.Form):
    """For which entity the holder of an account is asked to act."""

    entity = EntityNumberField()

    def __init__(self, admin: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        entity: Any = self.fields["entity"]
        entity.required = True
        entity.seen = LegalEntity.objects.visible_to(admin)


class FindAccountsForm(forms.Form):
    """What the list is narrowed to; wrong values count as not given."""

    q = forms.CharField(label=_("Search"), max_length=60, required=False)
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("all")), *Role.choices], required=False
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("all")), ("open", _("open")), ("closed", _("closed"))],
        required=False,
    )
    after = forms.IntegerField(
        min_value=0, max_value=2**62, required=False, widget=forms.HiddenInput
    )
