"""Counting in the cache what somebody asks for in a span of time; without the cache nobody is held up."""

from __future__ import annotations

import logging
import time

from django.core.cache import cache
from redis.exceptions import RedisError

_log = logging.getLogger(__name__)


def counted(what: str, *, by: int, span_s: int) -> int:
    """How much of ``what`` there was in the present span of so many seconds, these ``by`` too."""
    key = f"{what}/{int(time.time()) // span_s}"
    try:
        cache.add(key, 0, span_s)
        return int(cache.incr(key, by))
    except (RedisError, ValueError):  # down, or emptied in between
        _log.warning("%s is not counted.", what)
        return by


def seconds_left(span_s: int) -> int:
    """Until the next span begins."""
    return span_s - int(time.time()) % span_s
