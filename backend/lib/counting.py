"""Counting in the cache what somebody asks for in a span of time; without the cache nobody is held up."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import caches


def counted(what: str, *, by: int, span_s: int) -> int:
    """How much of ``what`` there was in the present span of so many seconds, these ``by`` too."""
    cache: Any = caches["default"]
    return int(cache.count(f"{what}/{int(time.time()) // span_s}", by=by, span_s=span_s))


def seconds_left(span_s: int) -> int:
    """Until the next span begins."""
    return span_s - int(time.time()) % span_s
