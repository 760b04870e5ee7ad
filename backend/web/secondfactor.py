"""Who must have a second factor, and has none, is led to where it is set up, from any door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.accounts.factors import lacks_second_factor
from backend.accounts.models import User
from backend.web.errors import is_for_programs, problem

_OPEN = frozenset(
    {"account_login", "account_logout", "account_reauthenticate", "account_change_password"}
    | {"mfa_activate_totp", "set_language", "tag", "find", "client", "metrics"}
)
"""Names of routes that show nothing of the register, or only what they show to everybody."""


class SecondFactorMiddleware:
    """Asked with each view of a session; a token is asked by its own authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """The way there, or None where the request may go on."""
        match = request.resolver_match
        if match is not None and match.url_name in _OPEN:
            return None
        if not isinstance(request.user, User) or not lacks_second_factor(request.user):
            return None
        text = _("Your role needs a second factor. Set it up to go on.")
        if is_for_programs(request):
            title = "Second factor missing"
            return problem(code="second-factor-missing", title=title, status=403, detail=text)
        messages.warning(request, text)
        return redirect("mfa_activate_totp")
