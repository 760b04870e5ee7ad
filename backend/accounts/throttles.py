"""How many requests one signed-in person may make: room for a map and a pack, none for a harvest."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from backend.lib.span_counters import count_in_span, seconds_to_next_span

_SPAN_S = 60


class PersonThrottle(BaseThrottle):
    """Allows each user ``REQUESTS_PER_MINUTE`` requests a minute, over all devices and sessions together."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether the request may go on. Requests without a user are left to other rules."""
        if not request.user.is_authenticated:
            return True
        count = count_in_span(f"requests/{request.user.pk}", amount=1, span_s=_SPAN_S)
        return count <= settings.REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return seconds_to_next_span(_SPAN_S)
