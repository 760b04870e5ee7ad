"""Every serializer of the doors refuses what it does not read."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.test import APIClient

import backend.api
import backend.fieldwork
import mobile_api
from backend.lib.serializers import ModelSerializer, Serializer
from tests.world import World


def classes(base: type) -> Iterator[type]:
    """All classes below ``base``."""
    for below in base.__subclasses__():
        yield below
        yield from classes(below)


def test_no_door_has_a_serializer_of_another_base() -> None:
    for package in (backend.api, mobile_api, backend.fieldwork):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    ours = [
        one
        for one in {*classes(serializers.Serializer), *classes(serializers.ModelSerializer)}
        if one.__module__.startswith(("backend.api", "mobile_api", "backend.fieldwork"))
    ]
    assert len(ours) > 100
    assert [one for one in ours if not issubclass(one, Serializer | ModelSerializer)] == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"adress": "x"}, "/adress"),
        ({"status": "cancelled"}, "/status"),
        ({"position": {"lng": 117.05, "lat": 36.65, "altitude": 9}}, "/position/altitude"),
    ],
)
def test_a_member_that_is_not_read_is_named(world: World, body: dict[str, Any], told: str) -> None:
    client = APIClient()
    client.force_authenticate(world.rui)
    url = f"/api/v1/units/{world.lift.pk}"
    answer = client.patch(url, body, headers={"If-Match": client.get(url)["ETag"]})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [told]
    world.lift.refresh_from_db()
    assert world.lift.version == 1
