"""Checklists through the REST door: published versions, read only."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.inspections.checklist_files import load_checklists
from backend.inspections.models import Checklist
from backend.lib import clock
from tests.api.conftest import SignedIn
from tests.world import World

URL = "/api/v1/checklists"


@pytest.fixture(autouse=True)
def checklists(db: None) -> None:
    load_checklists()


def codes(client: APIClient, **query: str) -> list[tuple[str, int]]:
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return [(row["code"], row["version"]) for row in answer.json()["results"]]


def test_every_published_version_is_listed_and_none_of_tomorrow(
    world: World, as_user: SignedIn
) -> None:
    newest = Checklist.objects.filter(code="lift-periodic").latest("version")
    Checklist.objects.filter(pk=newest.pk).update(valid_from=clock.today() + dt.timedelta(days=1))
    listed = codes(as_user(world.qian))
    assert ("lift-periodic", newest.version) not in listed
    assert ("lift-periodic", newest.version - 1) in listed
    assert as_user(world.qian).get(f"{URL}/{newest.pk}").status_code == 404


def test_a_checklist_shows_its_items(world: World, as_user: SignedIn) -> None:
    stored = Checklist.objects.get(code="lift-periodic", version=1)
    client, url = as_user(world.lin), f"{URL}/{stored.pk}"
    answer = client.get(url)
    assert answer.json()["items"] == stored.items
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_filters_choose_by_unit_day_and_inspection(world: World, as_user: SignedIn) -> None:
    client = as_user(world.lin)
    for_lifts = {code for code, _version in codes(client, category="3110")}
    assert {"lift-periodic", "generic"} <= for_lifts
    assert not any(code.startswith(("boiler", "vessel")) for code in for_lifts)
    old = Checklist.objects.get(code="lift-periodic", version=1)
    day = (old.valid_to or clock.today()) - dt.timedelta(days=1)
    assert ("lift-periodic", 1) in codes(client, on=day.isoformat())
    assert ("lift-periodic", 2) in codes(client, code="lift-periodic")
    kinds = set(codes(client, inspection_kind="periodic"))
    assert ("boiler-internal", 1) not in kinds


def test_pages_follow_the_order_at_the_same_cost(world: World, as_user: SignedIn) -> None:
    client = as_user(world.lin)
    every, found = codes(client), []
    page = client.get(URL, {"limit": 2}).json()
    while True:
        found += [(row["code"], row["version"]) for row in page["results"]]
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    assert found == every
    assert found == sorted(found, key=lambda row: (row[0], -row[1]))
    counts = []
    for limit in (1, 9):
        with CaptureQueriesContext(connection) as caught:
            client.get(URL, {"limit": limit})
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_reading_needs_signing_in_and_nobody_writes(world: World, as_user: SignedIn) -> None:
    assert APIClient().get(URL).status_code == 401
    client = as_user(world.rui)
    assert client.post(URL, {"code": "x"}).status_code == 405
    assert client.get(URL, {"on": "soon"}).status_code == 400
    assert client.get(URL, {"kind": "x"}).status_code == 400
