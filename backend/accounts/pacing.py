"""How many requests one signed-in person may make: room for a map and a pack, none for a harvest."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from backend.lib.counting import counted, seconds_left

_SPAN_S = 60


class PersonThrottle(BaseThrottle):
    """``REQUESTS_PER_MINUTE`` by person, over all his devices and sessions."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether the request may go on; strangers are refused by other rules."""
        if not request.user.is_authenticated:
            return True
        count = counted(f"requests/{request.user.pk}", by=1, span_s=_SPAN_S)
        return count <= settings.REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return seconds_left(_SPAN_S)
