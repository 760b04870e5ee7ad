"""Fixtures of the field work tests."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.inspections.checklist_files import load_checklists
from tests.world import World


@pytest.fixture(autouse=True)
def checklists(db: None) -> int:
    """The checklists as shipped."""
    return load_checklists()


@pytest.fixture
def staff(world: World) -> APIClient:
    """Whoever judges field work in the place of ``world``."""
    client = APIClient()
    client.force_authenticate(world.ou)
    return client
