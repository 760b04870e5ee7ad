"""Fixtures every test may ask for."""

from __future__ import annotations

import pytest

from tests import world as cast


@pytest.fixture
def world(db: None) -> cast.World:
    """The small cast; see ``tests/world.py``."""
    return cast.build()
