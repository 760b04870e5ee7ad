"""What somebody must do to his account before anything else: he is led there, from any door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.accounts.given_passwords import has_password_of_its_own
from backend.accounts.models import User
from backend.accounts.second_factor import lacks_second_factor
from backend.web.errors import is_for_programs, problem_response

_OPEN = frozenset(
    {"account_login", "account_logout", "account_reauthenticate", "account_change_password"}
    | {"set_language", "tag", "find", "client", "metrics"}
)
"""Names of routes that show nothing of the register, or only what they show to everybody."""


class Duty(NamedTuple):
    """What is to be done, and the name of the route where."""

    code: str
    title: str
    text: str
    route: str


class AccountDutiesMiddleware:
    """Asked with each view of a session; a token is asked by its own authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """The way there, or None where the request may go on."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in _OPEN or not isinstance(request.user, User):
            return None
        duty = duty_of(request.user)
        if duty is None or name == duty.route:
            return None
        if is_for_programs(request):
            return problem_response(code=duty.code, title=duty.title, status=403, detail=duty.text)
        messages.warning(request, duty.text)
        return redirect(duty.route)


def duty_of(user: User) -> Duty | None:
    """What ``user`` must do first, if anything."""
    if not has_password_of_its_own(user):
        text = _("This password was given to you. Choose your own to go on.")
        title = "Password to be changed"
        return Duty("password-to-be-changed", title, text, "account_change_password")
    if lacks_second_factor(user):
        text = _("Your role needs a second factor. Set it up to go on.")
        return Duty("second-factor-missing", "Second factor missing", text, "mfa_activate_totp")
    return None
