"""How people sign in on pages: allauth, with accounts made by the administration only."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.accounts.attempts import check_attempts_in_form, note_attempt
from backend.accounts.given_passwords import has_password_of_its_own, is_given_password_over
from backend.accounts.models import SignIn, User
from backend.accounts.sessions import begin_session
from backend.lib.callers import address_of


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """By name and password, at every door; a given password that nobody replaced in time is wrong."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user, or None."""
        user = super().authenticate(request, **credentials)
        return None if user is None or is_given_password_over(user) else user


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth's hooks: nobody opens an account alone (design, decision 14); tries to sign in are stored and limited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may open an account: never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address, read in the same way as for every other limit."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raise ValidationError where account or address failed too often of late."""
        check_attempts_in_form(request, str(credentials.get("username", "")))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Store the failed try."""
        note_attempt(request, str(credentials.get("username", "")), SignIn.Outcome.FAILED)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Store the successful try and go on."""
        begin_session(request.session)
        note_attempt(request, user.username, SignIn.Outcome.DONE, user)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Tell whoever knows the password of a closed account that it is closed."""
        note_attempt(request, user.username, SignIn.Outcome.FAILED, user)
        messages.error(request, _("This account is closed. Ask your administration."))
        return redirect("account_login")

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The new password. Raises ValidationError for a weak one, and for the one that was given."""
        clean: str = super().clean_password(password, user)
        if user and not has_password_of_its_own(user) and user.check_password(clean):
            raise ValidationError(_("Choose another password than the one that you were given."))
        return clean

    def set_password(self, user: User, password: str) -> None:
        """Keep a password that its holder chose."""
        user.set_password(password)
        user.given_password_until = None
        user.save(update_fields=["password", "given_password_until"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Where a changed password leads."""
        return str(settings.LOGIN_REDIRECT_URL)
