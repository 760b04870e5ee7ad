"""Fixtures of the field work tests."""

from __future__ import annotations

import pytest

from backend.inspections.loading import load_checklists


@pytest.fixture(autouse=True)
def checklists(db: None) -> int:
    """The checklists as shipped."""
    return load_checklists()
