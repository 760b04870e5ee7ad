"""Setting a second factor up and taking it off: every other browser is signed out by it.

The database ends the sessions (migration 0005); the browser at hand goes on.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User


class GoesOnAlone:
    """A change of the second factor after which this session is the only one."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the change, and let this session hold what it must hold now."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        assert isinstance(self.request.user, User)  # allauth saw to it
        self.request.user.refresh_from_db(fields=["sign_outs"])
        update_session_auth_hash(self.request, self.request.user)
        return answer


class SetUpView(GoesOnAlone, ActivateTOTPView):  # type: ignore[misc]
    """The page where a second factor is set up."""


class TakeOffView(GoesOnAlone, DeactivateTOTPView):  # type: ignore[misc]
    """The page where it is taken off."""
