"""Fixtures of the phones' door."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, User
from tagging.actions import bind_tag, mint_batch
from tests.matters.offices import Desks, seat_people
from tests.world import World


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


@pytest.fixture
def desks(world: World, errand_kind: None) -> Desks:
    """People at their desks, who know what to do with an errand."""
    return seat_people(world)
