"""How many items one sender may hand in at a time: room for a week of work, none for a flood."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.problems import Refused
from backend.lib.span_counters import count_in_span, seconds_to_next_span

_SPAN_S = 600


def spend_item_quota(sender: User, items: int) -> None:
    """Count ``items`` of ``sender`` in these ten minutes; replays count too.

    Raises Refused ``too-many-items-for-now`` (429), which takes nothing: the phone sends them again.
    """
    if (
        count_in_span(f"outbox/{sender.pk}", amount=items, span_s=_SPAN_S)
        > settings.OUTBOX_MAX_PER_SPAN
    ):
        text = _("Too many items for now. They are safe on the phone; send them again later.")
        wait = seconds_to_next_span(_SPAN_S)
        raise Refused("too-many-items-for-now", text, status=429, retry_after=wait)
