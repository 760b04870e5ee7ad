"""The kind of the tests, and people at desks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from backend.matters.kinds import all_kinds
from tests.matters import errands
from tests.matters.offices import Desks, seat_people


@pytest.fixture
def errand_kind(db: None) -> Iterator[None]:
    """Errands are a kind of matter."""
    with override_settings(MATTER_KINDS=[errands.PATH]):
        all_kinds.cache_clear()
        yield
    all_kinds.cache_clear()


@pytest.fixture
def desks(world: Any, errand_kind: None) -> Desks:
    """The people at their desks, who know what to do with an errand."""
    errands.make_table()
    errands.load_errand()
    return seat_people(world)
