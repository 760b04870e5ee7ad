"""Fixtures of the page tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings

from tests.web.builders import Scene, make_scene
from tests.world import World


@pytest.fixture(autouse=True, scope="session")
def plain_static_files() -> Iterator[None]:
    """Static files by their own names: the manifest is made by collectstatic, not by tests."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def nobody_asked_before(db: None) -> None:
    """The throttle counts from nought."""
    cache.clear()


@pytest.fixture
def scene(world: World) -> Scene:
    """The lift of the world registered, inspected and tagged."""
    return make_scene(world)


@pytest.fixture
def signed_in(client: Client, world: World) -> Client:
    """Lin's browser."""
    client.force_login(world.lin)
    return client
