"""Fixtures of the page tests."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.builders import Scene, make_scene
from tests.world import World


@pytest.fixture
def scene(world: World) -> Scene:
    """The lift of the world registered, inspected and tagged."""
    return make_scene(world)


@pytest.fixture
def signed_in(client: Client, world: World) -> Client:
    """Lin's browser."""
    client.force_login(world.lin)
    return client
