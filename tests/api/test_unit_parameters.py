"""Entering and editing a unit refuse parameters that units of its kind do not have."""

from __future__ import annotations

from backend.units.models import Unit
from tests.api.conftest import SignedIn
from tests.world import World

URL = "/api/v1/units"


def test_no_unit_is_entered_with_a_parameter_that_does_not_fit(
    world: World, as_user: SignedIn
) -> None:
    before = Unit.objects.count()
    entry = {"category": "4110", "region": "370102", "parameters": {"molten_metal": "true"}}
    answer = as_user(world.rui).post(URL, entry)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "/problems/bad-parameter"
    assert problem["errors"][0]["pointer"] == "/parameters.molten_metal"
    assert Unit.objects.count() == before


def test_no_edit_brings_in_a_parameter_that_does_not_fit(world: World, as_user: SignedIn) -> None:
    client, url = as_user(world.rui), f"{URL}/{world.lift.pk}"
    etag = client.get(url)["ETag"]
    wrong = {"parameters": {"floors": "many"}}
    assert client.patch(url, wrong, headers={"If-Match": etag}).status_code == 422
    right = {"parameters": {"floors": 12}}
    answer = client.patch(url, right, headers={"If-Match": etag})
    assert answer.status_code == 200
    assert answer.json()["parameters"] == {"floors": 12}
