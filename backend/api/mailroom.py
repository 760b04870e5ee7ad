"""Who may use a door through which papers are sent and received."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from backend.accounts.permissions import CarriesRight
from backend.api.actors import signed_in_user
from backend.deliveries.posts import require_mailroom


class SitsInMailroom(CarriesRight):
    """Allows reading to whoever is signed in, and writing to who sends and receives for an office.

    Raises Refused (403) for others, before anything of the request is read.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has a signed-in user. Raises Refused (403)."""
        if not super().has_permission(request, view):
            return False
        if request.method not in SAFE_METHODS:
            require_mailroom(signed_in_user(request))
        return True
