"""How people sign in on pages: allauth, with accounts made by the administration only."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from backend.accounts.attempts import check_attempts_in_form, note_attempt
from backend.accounts.models import SignIn, User
from backend.lib.callers import address_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody opens an account for himself (design, decision 14); tries are counted and kept."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always no."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As every other limit reads it."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raise ValidationError where too many failed."""
        check_attempts_in_form(request, str(credentials.get("username", "")))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Keep the failure."""
        note_attempt(request, str(credentials.get("username", "")), SignIn.Outcome.FAILED)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Keep the success."""
        note_attempt(request, user.username, SignIn.Outcome.DONE, user)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer
