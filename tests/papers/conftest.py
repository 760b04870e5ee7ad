"""The desk of papers."""

from __future__ import annotations

import pytest

from tests.papers.scenes import Desk, build_desk
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    """Offices, people and a series."""
    return build_desk(world)
