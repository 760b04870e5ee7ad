"""Codes of the second factor, counted and kept like passwords."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from backend.accounts.attempts import check_attempts_in_form, note_attempt
from backend.accounts.models import SignIn, User


class CountedCode:
    """A form for a code: each wrong one is kept, and too many are refused for a while."""

    user: User

    def clean_code(self) -> str:
        """The code. Raises ValidationError for a wrong one and after too many."""
        name = self.user.username
        check_attempts_in_form(context.request, name)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            note_attempt(context.request, name, SignIn.Outcome.SECOND_FACTOR, self.user)
            raise
        return code


class CodeForm(CountedCode, AuthenticateForm):  # type: ignore[misc]
    """At a sign-in."""


class CodeAgainForm(CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """Before a change of the account."""
