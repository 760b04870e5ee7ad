"""The form by which somebody says what he wants to be told outside of the system."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.notifications.models import STOPPABLE, Kind, Wishes


class WishesForm(forms.Form):
    """The language, and the kinds that are sent; those that cannot be stopped are not asked for."""

    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)
    sent = forms.MultipleChoiceField(
        label=_("Send me, besides showing it here, that"),
        choices=[(kind.value, kind.label) for kind in Kind if kind in STOPPABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, wishes: Wishes, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("language", wishes.language)
        self.initial.setdefault(
            "sent", sorted(kind.value for kind in STOPPABLE if kind.value not in wishes.stopped)
        )

    def stopped_kinds(self) -> set[str]:
        """The kinds that are not to be sent."""
        return {str(kind) for kind in STOPPABLE} - set(self.cleaned_data["sent"])
