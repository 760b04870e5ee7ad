"""Fixtures of the tag tests."""

from __future__ import annotations

import pytest

from tests.tagging.cast import Cast, cast, make_cast

__all__ = ["cast", "committed"]


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast in committed rows, which other connections see."""
    return make_cast()
