"""The form by which the period of the hot spots is chosen."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.hotline.models import Nature
from geo.models import Region


class HotSpotForm(forms.Form):
    """Days, county or city, and nature; what is left empty is the last 90 days of all."""

    first = forms.DateField(
        label=_("First day of the period"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=_("Last day of the period"), required=False, widget=forms.DateInput({"type": "date"})
    )
    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Region.objects.filter(valid_to=None)
        .order_by("code")
        .defer("boundary", "label_point"),
        required=False,
        empty_label=_("all"),
    )
    nature = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("all")), *Nature.choices], required=False
    )
