"""Who may use a route at all: asked before anything of the request is read or judged.

What is refused for its content first tells whoever may not write it what the register holds.
"""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from backend.accounts.rights import may, refuse_without


class CarriesRight(IsAuthenticated):
    """Allows a signed-in user who has one of the rights that the view's ``rights`` name for its action,
    or for its method where it has no actions.

    Raises Refused (403) without.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has a signed-in user. Raises Refused (403) where the rights are lacking."""
        if not super().has_permission(request, view):
            return False
        asked = getattr(view, "action", None) or (request.method or "").lower()
        rights = view.rights.get(asked, ())
        if rights and not any(may(request.user, right) for right in rights):
            refuse_without(rights[0])
        return True
