"""The forms for tags: minting, printing, putting on a unit, making void."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms.keyed_form import KeyedForm
from tagging.actions import MAX_TAGS
from tagging.grids import GRIDS
from tagging.models import FOOTER_LENGTH, Batch


class MintForm(KeyedForm):
    """How many new tags, and what stands on labels that are on no unit yet."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MAX_TAGS)
    authority = forms.CharField(
        label=_("Authority on the labels"),
        required=False,
        max_length=Batch._meta.get_field("authority").max_length,
    )


class SheetsForm(KeyedForm):
    """Which sheets are in the printer, and its correction."""

    grid = forms.ChoiceField(
        label=_("Labels on a sheet, across and down"), choices=[(name, name) for name in GRIDS],
        initial="3x8",
    )  # fmt: skip
    skip = forms.IntegerField(
        label=_("Labels used up on the first sheet"), min_value=0, max_value=1000, initial=0
    )
    dx = forms.FloatField(
        label=_("Correction to the right, mm"), min_value=-20, max_value=20, initial=0
    )
    dy = forms.FloatField(
        label=_("Correction downwards, mm"), min_value=-20, max_value=20, initial=0
    )
    footer = forms.CharField(
        label=_("Line beneath each label"), required=False, max_length=FOOTER_LENGTH,
        help_text=_("Left empty, the usual line."),
    )  # fmt: skip


class PutOnForm(KeyedForm):
    """Which tag is put on a unit."""

    code = forms.CharField(
        label=_("Tag code"), max_length=40, widget=forms.TextInput(attrs={"class": "number"})
    )


class ReplaceForm(PutOnForm):
    """Which tag takes the place of the present one, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class RetireForm(forms.Form):
    """Why a tag is made void."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
