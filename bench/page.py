"""The risk map in headless Chromium: time to a drawn map, requests and bytes over the line."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from backend.accounts.models import User
from backend.risk.models import UnitFigures
from bench.callers import result_row
from dev.packages import find_chromium

RUNS = 5
PATIENCE_MS = 120_000
CHROMIUM = find_chromium() or ""
WEBGL = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
READ_BYTES_SCRIPT = """() => performance.getEntriesByType('resource')
  .concat(performance.getEntriesByType('navigation')).map((entry) => entry.transferSize)"""


def run() -> list[dict[str, Any]]:
    """The province's map, each time in a browser that has seen nothing, and once more after."""
    size = UnitFigures.objects.count()
    session = _create_session(User.objects.get(username="supervisor"))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the driver of the browser keeps a loop
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(WEBGL))
        visits = [_time_two_visits(chromium, session) for _ in range(RUNS)]
        chromium.close()
    cold, warm = (statistics.median(times) for times in zip(*(v[0] for v in visits), strict=True))
    sent = visits[-1][1]
    return [
        result_row("page.drawn", 1000 * cold, "ms", size),
        result_row("page.drawn_again", 1000 * warm, "ms", size, "page.drawn", 1000 * cold),
        result_row("page.requests", len(sent), "requests", size),
        result_row("page.bytes", sum(sent), "B", size),
    ]


def _time_two_visits(chromium: Browser, session: str) -> tuple[tuple[float, float], list[int]]:
    """Seconds of the first and of the second visit, and the bytes of each answer of the first."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    base = settings.PUBLIC_BASE_URL
    context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
    first, sent = _time_drawing(context, base)
    again, _ = _time_drawing(context, base)
    context.close()
    return (first, again), sent


def _time_drawing(context: BrowserContext, base: str) -> tuple[float, list[int]]:
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(f"{base}/risk/")
    page.wait_for_selector("body.map-drawn")
    seconds = time.perf_counter() - begun
    sent: list[int] = page.evaluate(READ_BYTES_SCRIPT)
    foreign = page.evaluate("() => performance.getEntriesByType('resource').map((e) => e.name)")
    assert all(urlsplit(name).netloc in ("", urlsplit(base).netloc) for name in foreign), foreign
    page.close()
    return seconds, sent


def _create_session(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    assert store.session_key
    return store.session_key
