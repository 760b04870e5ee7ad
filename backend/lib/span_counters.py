"""Counting in the cache what somebody asks for in a span of time; without the cache nobody is held up."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import caches


def count_in_span(counter: str, *, amount: int, span_s: int) -> int:
    """Add ``amount`` to the count of ``counter`` in the present span of ``span_s`` seconds and return the count."""
    cache: Any = caches["default"]
    return int(cache.count(f"{counter}/{int(time.time()) // span_s}", by=amount, span_s=span_s))


def seconds_to_next_span(span_s: int) -> int:
    """The seconds until the next span begins."""
    return span_s - int(time.time()) % span_s
