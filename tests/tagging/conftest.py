"""Fixtures of the tag tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from backend.units.models import Category
from geo.models import Region
from tests.owner import as_owner
from tests.tagging.cast import Cast, cast, make_cast

__all__ = ["cast", "committed", "transactional_db"]

_WRITTEN = [
    "tagging_batch",
    "tagging_tagevent",
    "tagging_bindingevent",
    "units_unit",
    "units_unitevent",
    "directory_legalentity",
    "offices_office",
    "directory_authority",
    "accounts_user",
    "accounts_userevent",
]


@pytest.fixture
def transactional_db(django_db_setup: None) -> None:
    """By its name pytest-django knows that the test database is needed, and makes it.

    In place of its own, which would flush it afterwards.
    """


@pytest.fixture
def committed(transactional_db: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast in committed rows, which other connections see; taken away afterwards.

    Not the flush of ``transaction=True``: that would also wipe rows that migrations loaded.
    """
    with django_db_blocker.unblock():
        regions = set(Region.objects.values_list("pk", flat=True))
        categories = set(Category.objects.values_list("pk", flat=True))
        try:
            yield make_cast()
        finally:
            with as_owner(), connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(_WRITTEN)} CASCADE")
            Region.objects.exclude(pk__in=regions).delete()
            Category.objects.exclude(pk__in=categories).delete()
            connection.close()
