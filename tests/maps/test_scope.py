"""Whoever asks, no door of the map shows what the list does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.lib import clock
from backend.lib.identifiers.masking import mask_name
from backend.maps.registry import LAYERS
from backend.risk.models import CellFigures, UnitFigures
from backend.units.models import Unit
from geo.models import PublicPlace
from tagging.actions import bind_tag, mint_batch
from tagging.models import Scan
from tests.maps.conftest import SignedIn
from tests.maps.reading import layers
from tests.tiles import tile_at
from tests.world import World, make_user

PLACES = ((117.05, 36.65), (116.95, 36.65))
WHOLE = {
    "type": "Polygon",
    "coordinates": [[[116.8, 36.5], [117.2, 36.5], [117.2, 36.8], [116.8, 36.8], [116.8, 36.5]]],
}
QUESTIONS = (
    "radius?lng=117.0&lat=36.65&metres=20000",
    "tour?lng=117.0&lat=36.65&metres=50000&stops=50",
    "unseen?",
    "places?region=370000&metres=2000",
    "displaced?region=370000",
)


@pytest.fixture
def busy(mapped: World) -> World:
    """Something of everything on both sides of the border."""
    UnitFigures.objects.update(hazards=1, overdue=True)
    CellFigures.objects.update(hazards=1)
    Unit.objects.update(open_defects=1)
    for number, (unit, user) in enumerate(
        [(mapped.lift, mapped.lin), (mapped.forklift_elsewhere, mapped.chen)]
    ):
        PublicPlace.objects.create(
            code=str(number), name="学校", category="school", region=unit.region,
            position=unit.position,
        )  # fmt: skip
        _scanned(unit, user, mapped)
    return mapped


def _scanned(unit: Unit, user: User, world: World) -> None:
    registrar = make_user(f"registrar-{user.username}", Role.OFFICER, world.province)
    (code,) = mint_batch(actor=registrar, count=1).tags.values_list("code", flat=True)
    bind_tag(actor=registrar, code=code, unit=unit)
    assert unit.position is not None
    for _time in range(3):
        Scan.objects.create(
            raw=code, code=code, user=user, received_at=clock.now(),
            position=Point(unit.position.x + 0.005, unit.position.y, srid=4326),
        )  # fmt: skip


def everything(client: APIClient) -> Iterator[tuple[str, set[int]]]:
    """Each address that shows units, and the units that it shows."""
    for layer in ("units", "hazards", "scans"):
        for zoom in range(LAYERS[layer].first_zoom, 17):
            for place in PLACES:
                tile = tile_at(*place, zoom)
                address = f"/tiles/{layer}/{zoom}/{tile.x}/{tile.y}.mvt"
                yield address, _drawn(client, address, layer)
    for name in ("units", "hazards"):
        address = f"/ogc/collections/{name}/items"
        yield address, {item["id"] for item in _json(client.get(address))["features"]}
    for question in QUESTIONS:
        found = _json(client.get(f"/api/v1/nearby/{question}"))
        rows = found.get("results") or [stop["unit"] for stop in found.get("stops", [])]
        yield question, {row["id"] for row in rows}
    found = _json(client.post("/api/v1/nearby/area", {"area": WHOLE}, format="json"))
    yield "area", {row["id"] for row in found["results"]}


def _drawn(client: APIClient, address: str, layer: str) -> set[int]:
    answer = client.get(address)
    assert answer.status_code in (200, 204)
    found = layers(answer.content).get(layer, [])
    return {row.get("unit", row["id"]) for row in found}


def _json(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = json.loads(answer.content)
    return document


@pytest.mark.parametrize("who", ["lin", "chen", "ou", "rui", "qian", "zhao", "boss"])
def test_nothing_shows_more_than_the_list(busy: World, as_user: SignedIn, who: str) -> None:
    county = make_user("boss", Role.SUPERVISOR, busy.lixia)
    user = county if who == "boss" else getattr(busy, who)
    allowed = set(Unit.objects.visible_to(user).values_list("pk", flat=True))
    seen: set[int] = set()
    for address, shown in everything(as_user(user)):
        assert shown <= allowed, address
        seen |= shown
    assert seen == allowed


@pytest.mark.parametrize("who", ["lin", "qian", "zhao"])
def test_figures_count_what_the_list_holds(busy: World, as_user: SignedIn, who: str) -> None:
    user = getattr(busy, who)
    held = Unit.objects.visible_to(user).count()
    for layer, zoom in (("cells", 3), ("cells", 6), ("regions", 3), ("regions", 8)):
        tile = tile_at(117.01, 36.65, zoom)
        answer = as_user(user).get(f"/tiles/{layer}/{zoom}/{tile.x}/{tile.y}.mvt")
        shown = layers(answer.content)[layer]
        assert sum(row["units"] for row in shown) == held


def test_a_single_feature_of_the_neighbour_does_not_exist(busy: World, as_user: SignedIn) -> None:
    address = f"/ogc/collections/units/items/{busy.forklift_elsewhere.pk}"
    assert as_user(busy.lin).get(address).status_code == 404
    assert as_user(busy.chen).get(address).status_code == 200


@pytest.mark.parametrize("name", ["李四", "欧阳", "欧阳修", "王小明", "X"])
def test_names_of_scans_are_masked_as_everywhere(busy: World, as_user: SignedIn, name: str) -> None:
    User.objects.filter(pk=busy.lin.pk).update(display_name=name)
    tile = tile_at(117.055, 36.65, 12)
    answer = as_user(busy.ou).get(f"/tiles/scans/12/{tile.x}/{tile.y}.mvt")
    shown = {scan["inspector"] for scan in layers(answer.content)["scans"]}
    assert shown == {mask_name(name)}


def test_of_the_scans_an_inspector_sees_his_own(busy: World, as_user: SignedIn) -> None:
    tile = tile_at(117.055, 36.65, 12)
    address = f"/tiles/scans/12/{tile.x}/{tile.y}.mvt"
    officer = layers(as_user(busy.ou).get(address).content)["scans"]
    assert [scan["inspector"] for scan in officer] == [mask_name("Lin")]
    assert as_user(busy.wei).get(address).status_code == 204
    assert len(layers(as_user(busy.lin).get(address).content)["scans"]) == 1
