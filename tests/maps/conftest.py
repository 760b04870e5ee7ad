"""Clients of the maps' door, and a register whose figures are built."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.risk.full_rebuild import rebuild_figures
from geo.shapes import build_shapes
from tests.world import World

SignedIn = Callable[[User], APIClient]


@pytest.fixture
def as_user() -> SignedIn:
    """A client signed in as somebody."""

    def sign_in(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture
def mapped(world: World) -> World:
    """The cast, with boundaries, standings and figures."""
    build_shapes()
    rebuild_figures()
    return world
