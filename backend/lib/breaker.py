"""Remembers for a while that something outside is down, so that not everybody waits to learn it."""

from __future__ import annotations

import time


class Breaker:
    """Shut while the other side answers. One that opened shuts by itself after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the other side was down just now: do not ask."""
        return time.monotonic() < self._until

    def open(self) -> None:
        """Note that the other side is down."""
        self._until = time.monotonic() + self._seconds
