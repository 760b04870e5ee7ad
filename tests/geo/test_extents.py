"""What a position and a county say must not contradict each other, at any door."""

from __future__ import annotations

import uuid

import pytest
from rest_framework.test import APIClient

from backend.fieldwork.models import Item
from backend.units.models import Unit
from tests.exchange.tables import GOOD, counted, figures, imported, table
from tests.fieldwork.items import HERE, item, scan_body, take

PEKING, AT_SEA, NOUGHT = (116.4, 39.9), (123.0, 36.6), (0.0, 0.0)
INSIDE, NEAR = (117.05, 36.65), (117.15, 36.65)


@pytest.mark.parametrize(
    ("place", "code"),
    [(PEKING, "position-far"), (AT_SEA, "position-far"), (NOUGHT, "position-nought"),
     (INSIDE, None), (NEAR, None)],
)  # fmt: skip
def test_a_desk_is_told(world, place, code):
    client = APIClient()
    client.force_authenticate(world.rui)
    position = {"lng": place[0], "lat": place[1]}
    body = {"category": "3110", "region": "370102", "position": position}
    made = client.post("/api/v1/units", body, headers={"Idempotency-Key": str(uuid.uuid4())})
    etag = client.get(f"/api/v1/units/{world.lift.pk}")["ETag"]
    moved = client.patch(
        f"/api/v1/units/{world.lift.pk}", {"position": position}, headers={"If-Match": etag}
    )
    for answer, good in ((made, 201), (moved, 200)):
        assert answer.status_code == (422 if code else good), answer.content
        if code:
            assert answer.json()["type"].endswith(code)


@pytest.mark.parametrize(("place", "bad"), [(PEKING, 1), (NOUGHT, 1), (INSIDE, 0)])
def test_a_row_of_a_table_is_bad(world, place, bad):
    row = [*GOOD[:4], str(place[0]), str(place[1]), "WGS84"]
    assert figures(imported(world.rui, table(row))) == counted(1, 1 - bad, bad=bad)
    assert Unit.objects.filter(device_code=GOOD[0]).exists() != bool(bad)


def test_a_phone_without_a_fix_is_nowhere_and_opens_no_case(world):
    nowhere = HERE | {"lng": 0.0, "lat": 0.0}
    take(world.lin, item("scan", scan_body("x")))
    [taken] = take(world.lin, item("scan", scan_body("y", position=nowhere)))
    assert (taken.state, taken.position, taken.flags) == ("accepted", None, ["position-nought"])
    assert Item.objects.filter(cases__isnull=False).count() == 0


def test_half_a_position_is_refused_also_in_a_patch(world):
    client = APIClient()
    client.force_authenticate(world.rui)
    etag = client.get(f"/api/v1/units/{world.lift.pk}")["ETag"]
    for position in ({"lng": 117.05}, {"lng": 117.05, "lat": 36.65, "datum": "X"}, {}):
        answer = client.patch(
            f"/api/v1/units/{world.lift.pk}", {"position": position}, headers={"If-Match": etag}
        )
        assert answer.status_code == 400, answer.content
