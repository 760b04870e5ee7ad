"""The bureau."""

from __future__ import annotations

import pytest

from tests.calendars.scenes import Bureau, build_bureau
from tests.world import World


@pytest.fixture
def bureau(world: World) -> Bureau:
    """Offices with their clerks, leaders and handlers."""
    return build_bureau(world)
