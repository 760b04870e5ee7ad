"""Codes of the second factor, counted and kept like passwords."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from backend.accounts.attempts import check_attempts_in_form, note_attempt
from backend.accounts.models import SignIn, User


class LimitedCodeForm:
    """Mixin of forms that ask for a code: each wrong code is stored, and too many are refused for a while."""

    user: User

    def clean_code(self) -> str:
        """Return the code. Raises ValidationError for a wrong one and after too many."""
        name = self.user.username
        check_attempts_in_form(context.request, name)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            note_attempt(context.request, name, SignIn.Outcome.SECOND_FACTOR, self.user)
            raise
        return code


class CodeForm(LimitedCodeForm, AuthenticateForm):  # type: ignore[misc]
    """The form that asks for the code while somebody signs in."""


class ReauthenticationCodeForm(LimitedCodeForm, ReauthenticateForm):  # type: ignore[misc]
    """The form that asks a signed-in user for the code again before the account is changed."""
