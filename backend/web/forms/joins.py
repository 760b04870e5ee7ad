"""The form that joins a letter with one that is like it."""

from __future__ import annotations

from typing import Any

from django import forms

from backend.accounts.models import User
from backend.hotline.likeness import list_like_letters
from backend.hotline.models import HotlineMatter
from backend.web.forms.matters import VersionedForm


class JoinForm(VersionedForm):
    """With which one. Joined ones are on offer too, so that a second click finds it done."""

    lead = forms.TypedChoiceField(coerce=int)

    def __init__(self, user: User, child: HotlineMatter, data: Any) -> None:
        super().__init__(user, data)
        lead: Any = self.fields["lead"]
        lead.choices = [(other.pk, other.pk) for other in list_like_letters(user, child)]
