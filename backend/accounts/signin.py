"""How people sign in on pages: allauth, with accounts made by the administration only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody opens an account for himself: an authority does (design, decision 14)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always no."""
        return False
