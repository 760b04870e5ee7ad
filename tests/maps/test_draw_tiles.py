"""Tiles show what the lists show, say what they hide, and refuse what they do not know."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.maps.layers import units as units_layer
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import CellFigures, Reader, UnitFigures
from geo.datum import Datum, convert_position
from geo.pyramid import CELL_LEVELS, Tile, to_mercator
from tests.maps.conftest import SignedIn
from tests.maps.reading import layers
from tests.tiles import tile_at
from tests.world import World, make_unit

HERE = (117.05, 36.65)


def path(layer: str, zoom: int, query: str = "", place: tuple[float, float] = HERE) -> str:
    tile = tile_at(*place, zoom)
    return f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.mvt{query}"


@pytest.mark.parametrize("zoom", [0, 3, 5, 7, 9, 11, 12])
def test_cells_of_every_zoom_sum_to_the_register(
    mapped: World, as_user: SignedIn, zoom: int
) -> None:
    for lng in (117.02, 117.05, 117.08):
        make_unit("3110", mapped.lixia, position=Point(lng, 36.65, srid=4326))
    rebuild_figures()
    answer = as_user(mapped.zhao).get(path("cells", zoom))
    tile = tile_at(*HERE, zoom)
    first, beyond = tile.cell_range()
    inside = UnitFigures.objects.filter(cell__gte=first, cell__lt=beyond)
    cells = layers(answer.content)["cells"]
    assert sum(cell["units"] for cell in cells) == inside.count() > 0
    assert all(0 <= n < 4096 for cell in cells for n in cell["at"])


def test_a_unit_is_drawn_where_it_stands(mapped: World, as_user: SignedIn) -> None:
    drawn = layers(as_user(mapped.zhao).get(path("units", 14)).content)
    lift = next(unit for unit in drawn["units"] if unit["id"] == mapped.lift.pk)
    assert _away_m(lift["at"], tile_at(*HERE, 14), HERE) < 1
    assert lift["kind"] == "3"
    assert drawn["units_info"][0]["shown"] == drawn["units_info"][0]["total"] == 2


def _away_m(at: tuple[int, int], tile: Tile, place: tuple[float, float]) -> float:
    side = (tile.box.east - tile.box.west) / 4096
    drawn = Point(tile.box.west + at[0] * side, tile.box.north - at[1] * side, srid=3857)
    return drawn.distance(Point(*to_mercator(*place), srid=3857))


def test_on_a_public_map_units_stand_where_the_public_map_has_them(
    mapped: World, as_user: SignedIn
) -> None:
    there = convert_position(*HERE, Datum.WGS84, Datum.GCJ02)
    tile = tile_at(*there, 17)
    address = f"/tiles/units/17/{tile.x}/{tile.y}.mvt?datum=GCJ02"
    drawn = layers(as_user(mapped.zhao).get(address).content)["units"]
    assert _away_m(drawn[0]["at"], tile, there) < 1
    assert _away_m(drawn[0]["at"], tile, HERE) > 100


@pytest.mark.parametrize("zoom", [9, 12])
def test_on_a_public_map_no_cell_is_lost(mapped: World, as_user: SignedIn, zoom: int) -> None:
    there = convert_position(*HERE, Datum.WGS84, Datum.GCJ02)
    drawn = as_user(mapped.zhao).get(path("cells", zoom, "?datum=GCJ02", there))
    assert any(cell["units"] == 2 for cell in layers(drawn.content)["cells"])


def test_the_worst_are_shown_and_the_rest_are_counted(
    mapped: World, as_user: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units_layer, "MOST", 3)
    for _number in range(9):
        make_unit("3110", mapped.lixia)
    rebuild_figures()
    for rank, standing in enumerate(UnitFigures.objects.filter(region="370102")):
        UnitFigures.objects.filter(pk=standing.pk).update(score=100 + rank)
    for zoom in (12, 14, 16):
        drawn = layers(as_user(mapped.zhao).get(path("units", zoom)).content)
        assert sorted(unit["score"] for unit in drawn["units"]) == [108, 109, 110]
        info = drawn["units_info"][0]
        assert (info["shown"], info["total"]) == (3, 11)


def test_hazards_are_units_with_open_defects_and_defects_are_counted(
    mapped: World, as_user: SignedIn
) -> None:
    UnitFigures.objects.filter(pk=mapped.lift.pk).update(hazards=2)
    CellFigures.objects.filter(region="370102", kind="3").update(hazards=2)
    for zoom in (10, 14, 16):
        drawn = layers(as_user(mapped.zhao).get(path("hazards", zoom)).content)
        assert [unit["id"] for unit in drawn["hazards"]] == [mapped.lift.pk]
        assert drawn["hazards_info"][0]["total"] == 2


@pytest.mark.parametrize("layer", ["units", "cells"])
def test_filters_choose(mapped: World, as_user: SignedIn, layer: str) -> None:
    client = as_user(mapped.zhao)
    lifts = layers(client.get(path(layer, 12, "?kind=3")).content)[layer]
    assert len(lifts) == 1
    assert client.get(path(layer, 12, "?kind=9")).status_code == 204
    assert client.get(path(layer, 12, "?kind=3,1&status=scrapped")).status_code == 204
    assert client.get(path(layer, 12, "?due=overdue")).status_code == 204


@pytest.mark.parametrize(
    "query",
    ["?kind=x", "?status=gone", "?due=later", "?nonsense=1", "?datum=BD09", "?as_of=2026-01-01"],
)
def test_what_is_unknown_is_refused(mapped: World, as_user: SignedIn, query: str) -> None:
    answer = as_user(mapped.zhao).get(path("units", 14, query))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "address",
    [
        "units/19/1/1.mvt", "units/12/4096/0.mvt", "units/3/1/1.mvt", "cells/13/1/1.mvt",
        "nothing/3/1/1.mvt", "units/1/99999999999999999999/1.mvt", "units/-1/0/0.mvt", "units",
    ],
)  # fmt: skip
def test_what_lies_outside_the_pyramid_does_not_exist(
    mapped: World, as_user: SignedIn, address: str
) -> None:
    answer = as_user(mapped.zhao).get(f"/tiles/{address}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_tile_that_is_known_costs_no_query_of_its_own(mapped: World, as_user: SignedIn) -> None:
    client = as_user(mapped.zhao)
    tag = client.get(path("cells", 9))["ETag"]
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path("cells", 9), headers={"if-none-match": tag})
    assert answer.status_code == 304
    assert not any("ST_AsMVT" in query["sql"] for query in seen)
    Reader.objects.update(version=Reader.objects.get().version + 1)
    assert client.get(path("cells", 9), headers={"if-none-match": tag}).status_code == 200


def test_tags_tell_readers_and_filters_apart(mapped: World, as_user: SignedIn) -> None:
    tags = {
        as_user(user).get(path("cells", 9, query))["ETag"]
        for user in (mapped.zhao, mapped.lin, mapped.qian)
        for query in ("", "?kind=3", "?due=soon", "?datum=GCJ02")
    }
    assert len(tags) == 12


def test_an_empty_tile_has_no_content(mapped: World, as_user: SignedIn) -> None:
    answer = as_user(mapped.zhao).get(path("units", 14, place=(2.35, 48.85)))
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_dense_tile_stays_small(mapped: World, as_user: SignedIn) -> None:
    """60 000 units in one tile of zoom 12, spread over its cells."""
    tile = tile_at(*HERE, 12)
    step = (tile.box.east - tile.box.west) / 64
    with connection.cursor() as cursor:
        cursor.execute(_DENSE, [tile.box.west, step, tile.box.south, step])
        for level in CELL_LEVELS:
            cursor.execute(_DENSE_CELLS, [level, level, 2 * (18 - level)])
    Reader.objects.update(version=99)
    client = as_user(mapped.zhao)
    for layer, zoom in (("units", 12), ("units", 14), ("cells", 12), ("cells", 8), ("hazards", 12)):
        answer = client.get(path(layer, zoom), headers={"accept-encoding": "identity"})
        assert answer.status_code == 200
        assert len(answer.content) < 500_000
    drawn = layers(client.get(path("units", 12)).content)
    assert drawn["units_info"][0]["total"] == 60_000
    assert len(drawn["units"]) == units_layer.MOST


# In the middle of each of the 64 by 64 cells of level 18, fourteen or fifteen units.
_DENSE = """
INSERT INTO risk_standing (unit_id, region_id, kind, status, overdue, due_soon, failed, hazards,
                           unseen, score, place, cell)
SELECT 1000000 + n, '370102', (1 + n %% 8)::text, 'in_use', n %% 3 = 0, false, false, n %% 2, true,
       n %% 1000, place, risk_cell(place)
  FROM generate_series(1, 60000) n CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(
       %s + %s * (n %% 64 + 0.5), %s + %s * (n / 64 %% 64 + 0.5)), 3857) AS place) at"""
_DENSE_CELLS = """
DELETE FROM risk_cellfigures WHERE level = %s;
INSERT INTO risk_cellfigures (level, cell, region_id, kind, status, units, overdue, due_soon,
       failed, hazards, unseen, score_sum, band0, band1, band2, band3, band4)
SELECT %s, cell >> %s, region_id, kind, status, count(*), count(*) FILTER (WHERE overdue), 0, 0,
       sum(hazards), 0, sum(score), 0, 0, 0, 0, 0
  FROM risk_standing WHERE unit_id > 1000000 GROUP BY 2, 3, 4, 5"""


def test_regions_have_the_figures_of_their_units(mapped: World, as_user: SignedIn) -> None:
    drawn = layers(as_user(mapped.zhao).get(path("regions", 9)).content)
    units = {region["code"]: region["units"] for region in drawn["regions"]}
    assert units == {"370102": 2, "370103": 1}
    city = layers(as_user(mapped.zhao).get(path("regions", 9, "?level=city")).content)["regions"]
    assert [region["units"] for region in city] == [3]


def test_neighbours_are_drawn_without_figures(mapped: World, as_user: SignedIn) -> None:
    drawn = layers(as_user(mapped.lin).get(path("regions", 9)).content)
    assert [region["code"] for region in drawn["regions"]] == ["370102"]
    assert {region["code"] for region in drawn["outlines"]} == {"370102", "370103"}
    assert all(set(region) <= {"code", "name", "level", "at"} for region in drawn["outlines"])


def test_a_day_before_the_figures_is_refused(mapped: World, as_user: SignedIn) -> None:
    client = as_user(mapped.zhao)
    assert (
        client.get(path("regions", 9, "?as_of=1990-01-01")).json()["type"].endswith("before-data")
    )
    assert client.get(path("regions", 9, "?as_of=2999-01-01")).status_code == 400
    assert client.get(path("regions", 9, "?as_of=soon")).status_code == 400


def test_tilejson_names_what_the_tiles_hold(mapped: World, as_user: SignedIn) -> None:
    document = as_user(mapped.lin).get("/tiles/units.json?kind=3").json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"][0].endswith("/tiles/units/{z}/{x}/{y}.mvt?kind=3")
    west, south, east, north = document["bounds"]
    assert (west, south, east, north) == pytest.approx((117.0, 36.6, 117.1, 36.7), abs=1e-3)
    fields = {part["id"]: set(part["fields"]) for part in document["vector_layers"]}
    drawn = layers(as_user(mapped.zhao).get(path("units", 14)).content)
    assert {name: set(found[0]) - {"id", "at"} for name, found in drawn.items()} == fields


def test_strangers_get_nothing(mapped: World, as_user: SignedIn) -> None:
    for address in (path("cells", 9), "/tiles/cells.json", "/ogc/", "/ogc/collections/units/items"):
        assert APIClient().get(address).status_code == 401
