"""The regions of the province."""

from __future__ import annotations

import pytest

from geo.region_files import load_regions


@pytest.fixture
def province(db):
    """The region table as ``load_reference`` fills it, for one test."""
    load_regions()
