"""What a field of a decision holds before anybody touches it, as a phone shows it and sends it back."""

from __future__ import annotations

from django import forms

YES, NO = "true", "false"


def read_prefilled(field: forms.Field) -> str:
    """The text of it; :data:`YES` where a yes is ticked, empty where it holds nothing."""
    initial = field.initial() if callable(field.initial) else field.initial
    if isinstance(field, forms.NullBooleanField):
        return {True: YES, False: NO}.get(initial, "")
    if isinstance(field, forms.BooleanField):
        return YES if initial else ""
    value = field.prepare_value(initial)
    return "" if value in (None, []) else str(value)
