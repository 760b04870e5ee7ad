"""Rows that somebody chooses by typing a part of what they are called."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.units.models import Category

MOST = 12
"""How many are offered."""
_KEY = re.compile(r"#([0-9]{1,18})$")
_USCC = re.compile(r"(?:^|\s)([0-9A-Z]{18})$")


def list_categories(text: str) -> list[Category]:
    """The kinds of unit whose code begins with ``text`` or whose name holds it, by their codes."""
    rows = Category.objects.filter(leaf=True, registered_for_use=True)
    named = rows.filter(name__icontains=text) | rows.filter(name_en__icontains=text)
    return list((named | rows.filter(code__startswith=text.upper())).order_by("code")[:MOST])


def list_entities(user: User, text: str) -> list[LegalEntity]:
    """The entities that ``user`` may name and that ``text`` may mean: a number, a code, a name."""
    rows = LegalEntity.objects.nameable_by(user)
    if found := _KEY.search(text):
        rows = rows.filter(pk=found[1])
    elif found := _USCC.search(text.upper()):
        rows = rows.filter(uscc=found[1])
    else:
        rows = rows.with_name(text)
    # The first that are met, for a part of a name that many bear would otherwise be sorted whole.
    return sorted(rows[:MOST], key=lambda entity: entity.name)


def call_entity(entity: LegalEntity) -> str:
    """What an entity is called in a form, by which alone it is found again."""
    return f"{entity.shown_name} {entity.uscc or f'#{entity.pk}'}"


class OfferingInput(forms.TextInput):
    """A text with a list of what fits, which scripts fill while somebody types."""

    template_name = "web/desk/offering_input.html"

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "data-offers": reverse_lazy("web:offers")})
        self.offered: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the list, whose id is that of the field and ``-offers``."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["attrs"]["list"] = f"{widget['attrs'].get('id', name)}-offers"
        return context | {"offered": self.offered}


class EntityField(forms.CharField):
    """One legal entity, by its code or by its name where that means one alone."""

    widget = OfferingInput
    user: User

    def __init__(self, *, required: bool = False, label: Any = None) -> None:
        super().__init__(
            required=required, label=label, max_length=200,
            help_text=gettext_lazy("Type two characters of the name, or the 18 of the credit code."),
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """The name of an entity; what was typed stays as it is."""
        return call_entity(value) if isinstance(value, LegalEntity) else value

    def clean(self, value: Any) -> LegalEntity | None:
        """The entity; raises ValidationError, with the names to choose from, for none or several."""
        if not (text := super().clean(value)):
            return None
        found = list_entities(self.user, text)
        names = [call_entity(entity) for entity in found]
        if text in names:
            return found[names.index(text)]
        if len(found) == 1:
            return found[0]
        assert isinstance(self.widget, OfferingInput)
        self.widget.offered = names
        if not found:
            raise forms.ValidationError(_("Nobody of this name or code is in the directory."))
        told = _("Several are called so. Choose one: %(names)s")
        raise forms.ValidationError(told % {"names": "; ".join(names)})
