"""What the tests of this room may lean on."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    """Every test of this room reads the reference tables as shipped."""
