"""Regions and categories through the REST door: published reference data."""

from __future__ import annotations

import datetime as dt

import pytest
from rest_framework.test import APIClient

from geo.models import Region
from tests.api.conftest import SignedIn
from tests.world import World

URL = "/api/v1/regions"


@pytest.fixture
def laiwu(world: World) -> Region:
    """A city that ended in 2019."""
    return Region.objects.create(
        code="371200",
        name="莱芜市",
        level=Region.Level.CITY,
        parent=world.province,
        valid_to=dt.date(2019, 1, 1),
        successor=world.city,
    )


def test_regions_are_filtered_by_day_level_and_parent(
    world: World, as_user: SignedIn, laiwu: Region
) -> None:
    client = as_user(world.qian)

    def codes(**query: str) -> list[str]:
        answer = client.get(URL, query)
        assert answer.status_code == 200, answer.content
        return [row["code"] for row in answer.json()["results"]]

    assert codes(level="city", on="2018-12-31") == ["370100", "371200"]
    assert codes(level="city", on="2019-01-01") == ["370100"]
    assert codes(parent="370100", order="-code") == ["370103", "370102"]
    for query in ({"on": "then"}, {"level": "x"}, {"order": "name"}, {"cursor": "x"}, {"p": "1"}):
        assert client.get(URL, query).status_code == 400, query


def test_regions_are_paged_once_each(world: World, as_user: SignedIn, laiwu: Region) -> None:
    client = as_user(world.lin)
    page, found = client.get(URL, {"limit": 2}).json(), []
    while True:
        found += [row["code"] for row in page["results"]]
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    assert found == ["370000", "370100", "370102", "370103", "371200"]


def test_an_old_region_still_shows_and_names_its_successor(
    world: World, as_user: SignedIn, laiwu: Region
) -> None:
    client, url = as_user(world.lin), f"{URL}/371200"
    answer = client.get(url, {"on": "2018-06-01"})
    assert (answer.json()["successor"], answer.json()["name_on_day"]) == ("370100", "莱芜市")
    same = client.get(url, {"on": "2018-06-01"}, headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304
    children = client.get(f"{URL}/370000/children", {"on": "2020-01-01"}).json()["results"]
    assert [row["code"] for row in children] == ["370100"]


def test_a_place_lies_in_its_county_in_every_datum(world: World, as_user: SignedIn) -> None:
    client, at = as_user(world.lin), f"{URL}/at"
    for datum in ("WGS84", "GCJ02", "BD09"):
        answer = client.get(at, {"lng": "117.05", "lat": "36.65", "datum": datum})
        assert answer.json()["code"] == "370102", datum
    assert client.get(at, {"lng": "0", "lat": "0"}).status_code == 404
    for query in ({}, {"lng": "x", "lat": "1"}, {"lng": "nan", "lat": "1"}, {"lat": "99"}):
        assert client.get(at, query).status_code == 400, query


def test_reference_data_needs_signing_in_and_is_not_written(
    world: World, as_user: SignedIn
) -> None:
    paths = [URL, f"{URL}/370102", f"{URL}/370102/children", f"{URL}/at", "/api/v1/categories"]
    for path in paths:
        assert APIClient().get(path).status_code == 401
        assert as_user(world.rui).post(path, {}).status_code == 405
    for path in (f"{URL}/999999", f"{URL}/999999/children", f"{URL}/37", "/api/v1/categories/ZZZZ"):
        assert as_user(world.rui).get(path).status_code == 404


def test_categories_are_filtered(world: World, as_user: SignedIn) -> None:
    client = as_user(world.qian)
    lifts = client.get("/api/v1/categories", {"kind": "3", "leaf": "true"}).json()["results"]
    assert {row["kind"] for row in lifts} == {"3"}
    assert all(row["leaf"] for row in lifts)
    assert client.get("/api/v1/categories", {"kind": "3", "order": "name"}).status_code == 400
