"""The cache, without which everything goes on: it holds counts and copies, never the only truth."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from backend.lib.breaker import Breaker

logger = logging.getLogger(__name__)

_breaker = Breaker(settings.OUTSIDE_PAUSE_S)
"""One for all threads; Django makes a cache for each."""


_FORGOTTEN: dict[str, Any] = {
    "add": True, "set": None, "touch": False, "delete": False, "get_many": {}, "has_key": False,
    "set_many": None, "delete_many": None, "clear": False,
}  # fmt: skip
"""What each of Django's calls answers without Redis; nobody else is seen to hold a key."""


class _OneClient(RedisCacheClient):
    """Django's, which makes a client anew for each call: half of what a call costs."""

    @cached_property
    def _shared_client(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The one client; there is one server."""
        return self._shared_client

    def count(self, key: str, by: int, span_s: int) -> int:
        """The sum under ``key`` with ``by``; it is forgotten ``span_s`` seconds after the first."""
        total = int(self._shared_client.incrby(key, by))
        if total == by:
            self._shared_client.expire(key, span_s)
        return total


class _Client:
    """Asks Redis, and answers as an empty cache would while Redis is down."""

    def __init__(self, *servers: Any, **options: Any) -> None:
        self.redis = _OneClient(*servers, **options)

    def get(self, key: str, default: Any) -> Any:
        """The value, or ``default`` while Redis is down."""
        return _ask_or_default(self.redis.get, key, default, otherwise=default)

    def incr(self, key: str, delta: int) -> Any:
        """The count after adding ``delta``, or the first count while Redis is down."""
        return _ask_or_default(self.redis.incr, key, delta, otherwise=delta)

    def count(self, key: str, by: int, span_s: int) -> Any:
        """The first count without Redis."""
        return _ask_or_default(self.redis.count, key, by, span_s, otherwise=by)

    def __getattr__(self, call: str) -> Callable[..., Any]:
        """Any other method of the client, with a neutral answer while Redis is down."""
        return partial(_ask_or_default, getattr(self.redis, call), otherwise=_FORGOTTEN[call])


class ForgetfulRedisCache(RedisCache):
    """Redis; while it is down or silent, a cache that is always empty.

    Throttles then let everybody pass: whether a lift is safe, and that an inspector can sign in, is
    worth more than the count.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def count(self, key: str, *, by: int, span_s: int) -> int:
        """The sum of what was counted under ``key``, with ``by``, in one round trip.

        Without Redis it is ``by`` alone. A sum is forgotten ``span_s`` seconds after it was begun.
        """
        kept = self.make_and_validate_key(key)
        return int(self._cache.count(kept, by, span_s))  # type: ignore[attr-defined]

    def ping(self) -> None:
        """Raises RedisError where Redis does not answer, which all else here hides."""
        self._cache.redis.get_client().ping()  # type: ignore[attr-defined]


def _ask_or_default(ask: Callable[..., Any], *asked: Any, otherwise: Any) -> Any:
    if _breaker.is_open:
        return otherwise
    try:
        return ask(*asked)
    except RedisError as error:
        _breaker.open()
        logger.warning("The cache is down; nothing is counted: %s", error)
        return otherwise
