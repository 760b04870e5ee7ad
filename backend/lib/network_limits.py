"""How often a network may ask for something."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from backend.lib.callers import address_of, caller_key
from backend.lib.problems import Refused
from backend.lib.span_counters import count_in_span, seconds_to_next_span


def refuse_beyond(
    request: HttpRequest, counter: str, *, most: int, span_s: int, code: str, detail: Any
) -> None:
    """Count this request of its network. Raises Refused ``code`` (429) beyond ``most`` in a span."""
    key = f"{counter}/{caller_key(address_of(request))}"
    if count_in_span(key, amount=1, span_s=span_s) > most:
        wait = int(seconds_to_next_span(span_s)) + 1
        raise Refused(code, detail, status=429, retry_after=wait)
