"""How many letters a network may send to the hotline in a day."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.lib.callers import address_of, caller_key
from backend.lib.problems import Refused
from backend.lib.span_counters import count_in_span, seconds_to_next_span

_DAY_S = 86_400


def count_letter(request: HttpRequest) -> None:
    """Count a letter of this network. Raises Refused (429) beyond ``LETTERS_A_DAY``."""
    key = f"letters/{caller_key(address_of(request))}"
    if count_in_span(key, amount=1, span_s=_DAY_S) > settings.LETTERS_A_DAY:
        detail = _("Too many letters came from this network today. Call 12315 instead.")
        raise Refused(
            "too-many-letters",
            detail,
            status=429,
            retry_after=int(seconds_to_next_span(_DAY_S)) + 1,
        )
