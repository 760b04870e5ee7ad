"""Fixtures of the feed's tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from backend.units.models import Category, IntervalRule
from geo.models import Region
from tests.world import World, build


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast in committed rows and an empty feed; all of it is taken away afterwards.

    A transaction never sees beyond the horizon what it wrote itself, so readers need commits.
    """
    with django_db_blocker.unblock():
        loaded = (IntervalRule, Category, Region)
        before = {model: set(model.objects.values_list("pk", flat=True)) for model in loaded}
        try:
            yield build()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE units_unit, directory_legalentity, accounts_user CASCADE")
                cursor.execute("TRUNCATE events_change")
            for model in loaded:
                model.objects.exclude(pk__in=before[model])._raw_delete("default")
            connection.close()
