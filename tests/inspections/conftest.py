"""Fixtures of the report tests."""

from __future__ import annotations

import pytest

from backend.inspections.checklist_files import load_checklists


@pytest.fixture(autouse=True)
def checklists(db: None) -> int:
    """The checklists as shipped."""
    return load_checklists()
