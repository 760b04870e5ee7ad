"""What the tests of this room may lean on."""

from __future__ import annotations

import pytest

from tests.world import refill


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    """The reference tables as shipped, where another test has emptied them."""
    refill()
