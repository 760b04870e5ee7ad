"""Forms whose values an action takes or refuses, and buttons that do something at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils.encoding import force_str

from backend.lib.problems import Refused
from backend.repeats.actions import make_row_once
from backend.web.errors import raise_if_hidden
from backend.web.forms.keyed_form import KeyedForm, tell_refusals_in
from backend.web.guards import signed_in_user


def try_action(form: Any, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What ``act`` gives of a form that is right; None, with the reason in the form, otherwise."""
    if not form.is_valid():
        return None
    with tell_refusals_in(form):
        return act(form.facts())
    return None


def make_once(request: HttpRequest, form: KeyedForm, make: Callable[[], Model]) -> int:
    """The primary key of what ``make`` makes, or of what the same form made when it was sent before.

    Raises Refused as ``make`` does, and 422 ``idempotency-conflict`` for another content.
    """
    sent = {name: request.POST.getlist(name) for name in request.POST}
    sent.pop("csrfmiddlewaretoken", None)
    _row, made = make_row_once(
        actor=signed_in_user(request),
        key=form.cleaned_data["key"],
        asked=[request.path, sent],
        make=make,
    )
    return made


def act_and_say(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Do it and say so, or say why not; 404 and 403 stay what they are. Whether it was done."""
    try:
        act()
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
        return False
    messages.success(request, done)
    return True
