"""People at their desks."""

from __future__ import annotations

import pytest

from tests.supervised_tasks.cast import Cast, seat_people
from tests.world import World


@pytest.fixture
def cast(world: World) -> Cast:
    """The city and two counties."""
    return seat_people(world)
