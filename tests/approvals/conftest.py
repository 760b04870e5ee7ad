"""The hall in which applications are decided."""

from __future__ import annotations

import pytest

from tests.approvals.cast import Hall, seat_hall
from tests.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    """An enterprise and the desks."""
    return seat_hall(world)
