"""The board."""

from __future__ import annotations

import pytest

from tests.announcements.board import Board, build_board
from tests.world import World


@pytest.fixture
def board(world: World) -> Board:
    """Who publishes and who reads."""
    return build_board(world)
