"""A form whose values an action takes or refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.web.forms.keyed_form import telling


def try_action(form: Any, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What ``act`` gives of a form that is right; None, with the reason in the form, otherwise."""
    if not form.is_valid():
        return None
    with telling(form):
        return act(form.facts())
    return None
