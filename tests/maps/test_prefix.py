"""Behind a prefix the maps tell the addresses at which they are reached."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.world import World


@pytest.mark.parametrize("prefix", [None, "/jinzhi"])
def test_addresses_have_the_prefix_and_the_doors_work(
    world: World, client: Client, settings, prefix
):
    settings.FORCE_SCRIPT_NAME = prefix
    client.force_login(world.lin)
    told = client.get("/tiles/units.json").json()
    assert told["tiles"] == [f"http://testserver{prefix or ''}/tiles/units/{{z}}/{{x}}/{{y}}.mvt"]
    assert told["attribution"]
    linked = [link["href"] for link in client.get("/ogc/collections").json()["links"]]
    assert all(href.startswith(f"http://testserver{prefix or ''}/ogc/") for href in linked)
    nowhere = client.get("/api/v1/nowhere")
    assert nowhere["Content-Type"] == "application/problem+json"
    assert json.loads(nowhere.content)["status"] == 404
