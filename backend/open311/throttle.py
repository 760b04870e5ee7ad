"""How often a network may ask at this door."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.lib.callers import address_of, caller_key
from backend.lib.problems import Refused
from backend.lib.span_counters import count_in_span, seconds_to_next_span

MOST = 120
_SPAN_S = 60


def refuse_too_many(request: HttpRequest) -> None:
    """Count this request of the network. Raises Refused (429) beyond 120 in a minute."""
    key = f"open311/{caller_key(address_of(request))}"
    if count_in_span(key, amount=1, span_s=_SPAN_S) > MOST:
        wait = int(seconds_to_next_span(_SPAN_S)) + 1
        raise Refused("throttled", _("Too many requests."), status=429, retry_after=wait)
