"""The forms by which certificates are looked for and ended."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.approvals.kinds import all_application_kinds
from backend.approvals.models import Certificate

Ending = Certificate.Ending


def _choose_kinds() -> list[tuple[str, str]]:
    granted = [kind for kind in all_application_kinds().values() if kind.template]
    return [("", "—"), *((kind.name, kind.title) for kind in granted)]


class FindCertificatesForm(forms.Form):
    """What a list of certificates is narrowed by."""

    number = forms.CharField(label=_("Number"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=_choose_kinds, required=False)


class EndingForm(forms.Form):
    """How a licence ends before its time, and why."""

    ending = forms.ChoiceField(
        label=_("How it ends"),
        choices=[(one.value, one.label) for one in Ending if one != Ending.REPLACED],
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))
