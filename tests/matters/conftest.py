"""The kind of the tests, and people at desks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.matters.offices import Desks, seat_people


@pytest.fixture
def desks(world: Any, errand_kind: None) -> Desks:
    """The people at their desks, who know what to do with an errand."""
    return seat_people(world)
