"""A form whose values an action takes or refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.encoding import force_str

from backend.lib.problems import Refused


def try_action(form: Any, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What ``act`` gives of a form that is right; None, with the reason in the form, otherwise."""
    if not form.is_valid():
        return None
    try:
        return act(form.facts())
    except Refused as refusal:
        assert isinstance(form, forms.Form)
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, force_str(refusal.detail))
        return None
