"""The cache, without which everything goes on: it holds counts and copies, never the only truth."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from backend.lib.breaker import Breaker

T = TypeVar("T")
logger = logging.getLogger(__name__)

_breaker = Breaker(settings.OUTSIDE_PAUSE_S)
"""One for all threads; Django makes a cache for each."""


class _Client(RedisCacheClient):
    """Asks Redis, and answers as an empty cache would while Redis is down."""

    def add(self, *asked: Any) -> bool:
        """True without Redis: nobody else is seen to hold the key."""
        return _answer(super().add, asked, otherwise=True)

    def get(self, key: Any, default: Any) -> Any:
        """The default without Redis."""
        return _answer(super().get, (key, default), otherwise=default)

    def set(self, *asked: Any) -> None:
        """Forgotten without Redis."""
        _answer(super().set, asked, otherwise=None)

    def touch(self, *asked: Any) -> bool:
        """False without Redis."""
        return _answer(super().touch, asked, otherwise=False)

    def delete(self, *asked: Any) -> bool:
        """False without Redis."""
        return _answer(super().delete, asked, otherwise=False)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        """Nothing without Redis."""
        return _answer(super().get_many, (keys,), otherwise={})

    def has_key(self, *asked: Any) -> bool:
        """False without Redis."""
        return _answer(super().has_key, asked, otherwise=False)

    def incr(self, key: Any, delta: int) -> int:
        """The first count without Redis."""
        return _answer(super().incr, (key, delta), otherwise=delta)

    def set_many(self, *asked: Any) -> None:
        """Forgotten without Redis."""
        _answer(super().set_many, asked, otherwise=None)

    def delete_many(self, *asked: Any) -> None:
        """Forgotten without Redis."""
        _answer(super().delete_many, asked, otherwise=None)

    def clear(self) -> bool:
        """False without Redis."""
        return _answer(super().clear, (), otherwise=False)


class ForgetfulRedisCache(RedisCache):
    """Redis; while it is down or silent, a cache that is always empty.

    Throttles then let everybody pass: whether a lift is safe, and that an inspector can sign in, is
    worth more than the count.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def ping(self) -> None:
        """Raises RedisError where Redis does not answer, which all else here hides."""
        client: Any = self._cache  # type: ignore[attr-defined]  # a property of Django's
        client.get_client().ping()


def _answer(ask: Callable[..., T], asked: tuple[Any, ...], *, otherwise: T) -> T:
    if _breaker.is_open:
        return otherwise
    try:
        return ask(*asked)
    except RedisError as error:
        _breaker.open()
        logger.warning("The cache is down; nothing is counted: %s", error)
        return otherwise
