"""Fixtures of the phones' door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, User
from backend.inspections.loading import load_checklists
from backend.inspections.models import Checklist
from backend.units.models import Category, IntervalRule
from geo.models import Region
from tagging.actions import bind_tag, mint_batch
from tests.world import World, build


@pytest.fixture(autouse=True)
def checklists(request: pytest.FixtureRequest) -> None:
    """The checklists as shipped."""
    if "committed_world" not in request.fixturenames:
        request.getfixturevalue("db")
        load_checklists()


@pytest.fixture
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast in committed rows, which other connections see; taken away afterwards.

    Not the flush of ``transaction=True``: it fails on the table of knox that is swapped out.
    """
    with django_db_blocker.unblock():
        loaded = (Checklist, IntervalRule, Category, Region)
        before = {model: set(model.objects.values_list("pk", flat=True)) for model in loaded}
        try:
            load_checklists()
            yield build()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE units_unit, directory_legalentity, accounts_user CASCADE")
            for model in loaded:
                model.objects.exclude(pk__in=before[model])._raw_delete("default")
            connection.close()


def phone_of(user: User, device: str = "phone-1") -> APIClient:
    """A phone on which ``user`` is signed in."""
    _row, token = DeviceToken.objects.create(user=user, device_id=device)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def tag_on(world: World, unit: str = "lift") -> str:
    """The code of a fresh tag on one of the world's units."""
    batch = mint_batch(actor=world.ou, count=1)
    code = str(batch.tags.get().code)
    if unit:
        bind_tag(actor=world.ou, code=code, unit=getattr(world, unit))
    return code


@pytest.fixture
def lin_phone(world: World) -> APIClient:
    """Lin's phone."""
    return phone_of(world.lin)
