"""The form that sends an inspector on site for a matter."""

from __future__ import annotations

from django import forms

from backend.web.planforms import PlanForm


class VisitForm(PlanForm):
    """Who goes, when, for what; the inspector's note is written by the matter itself."""

    note = None  # type: ignore[assignment]  # as Django takes a field away
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
