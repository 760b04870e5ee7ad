"""Fixtures every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests import world as cast

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(autouse=True, scope="session")
def plain_static_files() -> Iterator[None]:
    """Static files by their own names: the manifest is made by collectstatic, not by tests."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Each sign-in would otherwise take up to seconds of computing, on purpose."""
    with override_settings(PASSWORD_HASHERS=["tests.hashing.QuickHasher"]):
        yield


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """The throttles count from nought."""
    cache.clear()


@pytest.fixture
def world(db: None) -> cast.World:
    """The small cast; see ``tests/world.py``."""
    return cast.build()


@pytest.fixture
def playwright_driver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Playwright]:
    """Playwright. Its driver keeps a loop in this thread, which Django must bear."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium without a head."""
    chromium = playwright_driver.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )
    yield chromium
    chromium.close()
