"""How many requests one signed-in person may make: room for a map and a pack, none for a harvest."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

_log = logging.getLogger(__name__)
_SPAN_S = 60


class PersonThrottle(BaseThrottle):
    """``REQUESTS_PER_MINUTE`` by person, over all his devices and sessions.

    Counted by the minute in one number. Without the cache nobody is held up.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether the request may go on; strangers are refused by other rules."""
        if not request.user.is_authenticated:
            return True
        key = f"requests/{request.user.pk}/{int(time.time()) // _SPAN_S}"
        try:
            cache.add(key, 0, _SPAN_S)
            count = int(cache.incr(key))
        except (RedisError, ValueError):  # down, or emptied in between
            _log.warning("Requests of user %s are not counted.", request.user.pk)
            return True
        return count <= settings.REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return _SPAN_S - time.time() % _SPAN_S
