"""Which asks for a tag's page are worth a row of the scan log."""

from __future__ import annotations

from django.http import HttpRequest

from backend.accounts.models import User
from backend.lib.callers import address_of
from backend.lib.span_counters import count_in_span
from tagging.codes import CodeError, normalise_code
from tagging.scans import mask_address

GARBAGE_KEPT = 20
_SPAN_S = 3600


def is_worth_a_scan(request: HttpRequest, raw: str) -> bool:
    """Whether to write the scan: not of a HEAD, which is a program's; and of what is no code at all
    only the first of a stranger's network in an hour, enough to see that it happened."""
    if request.method != "GET":
        return False
    if isinstance(request.user, User) or _is_code(raw):
        return True
    network = mask_address(address_of(request))
    return count_in_span(f"garbage/{network}", amount=1, span_s=_SPAN_S) <= GARBAGE_KEPT


def _is_code(raw: str) -> bool:
    try:
        normalise_code(raw)
    except CodeError:
        return False
    return True
