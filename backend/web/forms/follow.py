"""The form by which a citizen asks for the answer to what he wrote."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    """The number of a matter and the code that its sender was given."""

    number = forms.CharField(label=_("Number"), max_length=40)
    code = forms.CharField(label=_("Code to follow it by"), max_length=20)
