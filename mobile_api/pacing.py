"""How many items one sender may hand in at a time: room for a week of work, none for a flood."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused

_log = logging.getLogger(__name__)

SPAN_S = 600
"""Seconds over which items are counted."""


def count_items(sender: User, items: int) -> None:
    """Count ``items`` of ``sender``; replays count too.

    Raises Refused ``too-many-items-for-now`` (429), which takes nothing: the phone sends them again.
    Without the cache nobody is held up.
    """
    span, into = divmod(int(clock.now().timestamp()), SPAN_S)
    key = f"outbox/{sender.pk}/{span}"
    try:
        cache.add(key, 0, SPAN_S)
        count = cache.incr(key, items)
    except ValueError:  # emptied in between
        _log.warning("Items of user %s are not counted.", sender.pk)
        return
    if count > settings.OUTBOX_MAX_PER_SPAN:
        text = _("Too many items for now. They are safe on the phone; send them again later.")
        wait = SPAN_S - into
        raise Refused("too-many-items-for-now", text, status=429, retry_after=wait)
