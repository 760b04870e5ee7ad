"""How often somebody without an account may ask for what is public."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle

from backend.lib.callers import address_of, caller_key
from backend.lib.span_counters import count_in_span, seconds_to_next_span


class PublicThrottle(SimpleRateThrottle):
    """The ``public`` rate per address, or per person who signed in."""

    scope = "public"
    duration: int
    """How many seconds the rate speaks of."""
    num_requests: int
    """How many may ask in them."""

    def get_rate(self) -> str | None:
        """The rate of the settings, read when asked."""
        rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        return str(rates[self.scope])

    def get_cache_key(self, request: Any, view: Any) -> str:
        """The key of who asks: the user, or the network of the address."""
        user = request.user
        ident = f"u{user.pk}" if user.is_authenticated else caller_key(address_of(request))
        return self.cache_format % {"scope": self.scope, "ident": ident}

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether the request may go on: counted by spans, in one round trip to the cache."""
        key = self.get_cache_key(request, view)
        return count_in_span(key, amount=1, span_s=self.duration) <= self.num_requests

    def wait(self) -> float:
        """Seconds until the next span begins."""
        return seconds_to_next_span(self.duration)
