"""The mailroom, with leaders and handlers beside its clerks."""

from __future__ import annotations

import pytest

from tests.deliveries.scenes import Mailroom, build_mailroom
from tests.world import World


@pytest.fixture
def mailroom(world: World) -> Mailroom:
    """Offices of three levels with their clerks."""
    return build_mailroom(world)
