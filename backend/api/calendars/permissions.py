"""Who may use a door through which meetings are called and rosters kept."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from backend.accounts.permissions import CarriesRight
from backend.api.actors import signed_in_user
from backend.calendars.keepers import require_keeper


class KeepsCalendars(CarriesRight):
    """Allows reading to whoever is signed in, and writing to who keeps the calendars of an office.

    What ``of_everybody`` of the view names is for all. Raises Refused (403) for others, before
    anything of the request is read.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has a signed-in user. Raises Refused (403)."""
        if not super().has_permission(request, view):
            return False
        open_to_all: frozenset[str] = getattr(view, "of_everybody", frozenset())
        if request.method not in SAFE_METHODS and view.action not in open_to_all:
            require_keeper(signed_in_user(request))
        return True
