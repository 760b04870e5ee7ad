"""A key that can be guessed stops the start, and the cache runs nothing that stands in it."""

from __future__ import annotations

import pickle

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from backend.lib import environ


def test_a_key_too_short_stops_the_start(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 31)
    with pytest.raises(ImproperlyConfigured, match="openssl rand"):
        environ.read_secret("SECRET_KEY", least=32)
    monkeypatch.setenv("SECRET_KEY", "x" * 32)
    assert environ.read_secret("SECRET_KEY", least=32) == "x" * 32


def test_the_cache_holds_json(db):
    cache.set("told", {"是": [1, 2.5, None]})
    store = redis.Redis.from_url(settings.CACHE_URL)
    assert store.get(cache.make_key("told")).startswith(b"{")
    assert cache.get("told") == {"是": [1, 2.5, None]}
    cache.set("count", 1)
    assert cache.incr("count") == 2


def test_a_pickle_in_the_cache_is_not_run(db):
    store = redis.Redis.from_url(settings.CACHE_URL)
    store.set(cache.make_key("bad"), pickle.dumps({"a": 1}))
    with pytest.raises(ValueError, match=r"codec|JSON|Expecting"):
        cache.get("bad")
