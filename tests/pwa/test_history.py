"""The newest records of a unit, as its card on the phone shows them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, User
from backend.inspections.checklist_files import load_checklists
from backend.units.models import RecordEvidence
from tests.inspections.drafting import draft_of, file, photo, put_in_use
from tests.world import World


@pytest.fixture
def filed(world: World) -> World:
    """A lift in use with one report of two photos."""
    load_checklists()
    put_in_use(world, world.lift)
    photos = [photo(world, colour).sha256 for colour in (1, 2)]
    file(world, draft_of(world.lift, photos=photos, remark="限速器已换"))
    return world


def caller(user: User) -> APIClient:
    """A phone of ``user``."""
    _row, token = DeviceToken.objects.create(user=user, device_id="phone", device_name="")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_the_newest_record_comes_first_with_its_photos(filed: World) -> None:
    answer = caller(filed.lin).get(f"/mobile/v1/units/{filed.lift.pk}/history")
    records = answer.json()["records"]
    assert [record["stage"] for record in records] == ["inspection", "registration", "inspection"]
    assert records[0]["remark"] == "限速器已换"
    assert records[0]["by"] == "Lin"
    assert [len(record["photos"]) for record in records] == [2, 0, 0]


def test_the_history_is_read_in_as_many_queries_for_many_photos(filed: World) -> None:
    phone = caller(filed.lin)
    address = f"/mobile/v1/units/{filed.lift.pk}/history"
    phone.get(address)
    with CaptureQueriesContext(connection) as few:
        phone.get(address)
    newest = filed.lift.records.latest("happened_on", "pk")
    for colour in range(40, 240, 40):
        RecordEvidence.objects.create(record=newest, file=photo(filed, colour))
    with CaptureQueriesContext(connection) as many:
        phone.get(address)
    assert len(many) == len(few)


def test_a_unit_of_another_county_has_no_history_here(filed: World) -> None:
    other = filed.forklift_elsewhere
    assert caller(filed.lin).get(f"/mobile/v1/units/{other.pk}/history").status_code == 404
