"""OGC API – Features as its clients use it."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from backend.accounts.models import DeviceToken
from backend.units.models import Unit
from geo.pyramid import to_mercator
from tests.maps.conftest import SignedIn
from tests.world import World, make_unit

CRS = "http://www.opengis.net/def/crs"
MANY = 25_000

_MORE = """
INSERT INTO units_unit (category_id, kind, local_sub_variety, catalogue_version, product_name,
    model, factory_no, internal_no, rescue_no, parameters, region_id, address, position,
    source_datum, out_of_jurisdiction, status, last_conclusion, open_defects,
    serious_defects, created_at, updated_at, version, certificate_no)
SELECT '3110', '3', '', '2014', '', '', '', '', '', '{}', '370102', '泉城路',
    ST_SetSRID(ST_MakePoint(117 + n %% 100 / 1000.0, 36.6 + n %% 97 / 1000.0), 4326),
    'WGS84', false, 'unregistered', '', 0, 0, now(), now(), 1, 'C' || n
  FROM generate_series(1, %s) n"""


def items(client: Any, query: str = "", name: str = "units") -> dict[str, Any]:
    answer = client.get(f"/ogc/collections/{name}/items{query}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/geo+json"
    document: dict[str, Any] = json.loads(answer.content)
    return document


def ids(document: dict[str, Any]) -> list[Any]:
    return [feature["id"] for feature in document["features"]]


@pytest.mark.parametrize("path", ["", "api", "conformance", "collections", "collections/units",
                                  "collections/units/queryables"])  # fmt: skip
def test_every_document_is_there(world: World, as_user: SignedIn, path: str) -> None:
    answer = as_user(world.lin).get(f"/ogc/{path}", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert json.loads(answer.content)


def test_links_lead_through_all_pages_without_a_gap(world: World, as_user: SignedIn) -> None:
    for _number in range(7):
        make_unit("3110", world.lixia)
    client, address, found = as_user(world.zhao), "/ogc/collections/units/items?limit=3", []
    while address:
        document = json.loads(client.get(address).content)
        found += ids(document)
        following = [link["href"] for link in document["links"] if link["rel"] == "next"]
        address = following[0] if following else ""
    assert found == list(Unit.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ("OGC/1.3/CRS84", (117.05, 36.65)),
        ("EPSG/0/4326", (36.65, 117.05)),
        ("EPSG/0/4490", (36.65, 117.05)),
        ("EPSG/0/3857", to_mercator(117.05, 36.65)),
    ],
)
def test_coordinates_come_in_the_order_of_their_system(
    world: World, as_user: SignedIn, crs: str, expected: tuple[float, float]
) -> None:
    client = as_user(world.lin)
    address = f"/ogc/collections/units/items/{world.lift.pk}?crs={CRS}/{crs}"
    answer = client.get(address)
    assert answer["Content-Crs"] == f"<{CRS}/{crs}>"
    coordinates = json.loads(answer.content)["geometry"]["coordinates"]
    assert coordinates == pytest.approx(expected, abs=0.01 if "3857" in crs else 1e-6)


@pytest.mark.parametrize(
    "query",
    [
        "?bbox=117,36.6,117.1,36.7",
        f"?bbox=36.6,117,36.7,117.1&bbox-crs={CRS}/EPSG/0/4326",
        "?bbox=13024380,4380000,13035500,4394000&bbox-crs=" + f"{CRS}/EPSG/0/3857",
        "?bbox=117,36.6,0,117.1,36.7,100",
    ],
)
def test_a_box_is_read_in_its_own_system(world: World, as_user: SignedIn, query: str) -> None:
    found = ids(items(as_user(world.zhao), query))
    assert found == sorted([world.lift.pk, world.boiler.pk])


def test_piping_is_a_line(world: World, as_user: SignedIn) -> None:
    route = LineString((117.02, 36.62), (117.03, 36.63), srid=4326)
    pipe = make_unit("8310", world.lixia, position=None, route=route)
    found = items(as_user(world.lin), "?bbox=117.01,36.61,117.04,36.64")
    assert [f["geometry"]["type"] for f in found["features"]] == ["LineString"]
    assert ids(found) == [pipe.pk]


def test_filters_and_times_choose(world: World, as_user: SignedIn) -> None:
    client = as_user(world.zhao)
    Unit.objects.filter(pk=world.boiler.pk).update(
        updated_at=dt.datetime(2020, 5, 1, tzinfo=dt.UTC), open_defects=1
    )
    assert ids(items(client, "?kind=1")) == [world.boiler.pk]
    assert ids(items(client, "?region=370103")) == [world.forklift_elsewhere.pk]
    assert ids(items(client, "?region=370100")) == []
    assert len(ids(items(client, "?in_region=370100"))) == 3
    assert ids(items(client, "?in_region=370103")) == [world.forklift_elsewhere.pk]
    assert ids(items(client, "?datetime=../2021-01-01T00:00:00Z")) == [world.boiler.pk]
    assert world.boiler.pk not in ids(items(client, "?datetime=2021-01-01/.."))
    assert ids(items(client, name="hazards")) == [world.boiler.pk]
    assert ids(items(client, "?level=county", "regions")) == ["370102", "370103"]
    assert ids(items(as_user(world.lin), name="regions")) == ["370102"]


def test_a_unit_that_has_ended_is_in_the_register_and_no_hazard(
    world: World, as_user: SignedIn
) -> None:
    Unit.objects.filter(pk=world.boiler.pk).update(open_defects=1, status="cancelled")
    client = as_user(world.zhao)
    assert ids(items(client, "?status=cancelled")) == [world.boiler.pk]
    assert ids(items(client, name="hazards")) == []


@pytest.mark.parametrize("text", ["2026-03-31", "2026/03/31"])
def test_a_day_is_read_as_programs_write_it(world: World, as_user: SignedIn, text: str) -> None:
    Unit.objects.filter(pk=world.lift.pk).update(next_due_on=dt.date(2026, 3, 31))
    assert ids(items(as_user(world.zhao), f"?next_due_on={text}")) == [world.lift.pk]


def test_the_address_without_a_slash_leads_to_the_landing_page(
    world: World, as_user: SignedIn
) -> None:
    answer = as_user(world.zhao).get("/ogc?f=json")
    assert (answer.status_code, answer["Location"]) == (302, "/ogc/?f=json")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("region = '370100'", 0), ("region = '370102'", 2),
        # The GDAL of Debian cannot compare a day with none, whoever answers.
        ("CAST(next_due_on AS character(10)) = '2026/03/31'", 1),
        ("held_from IS NULL", 2), ("kind = '3' AND status = 'unregistered'", 1),
        ("open_defects = 0", 2),
    ],
)  # fmt: skip
def test_gdal_asks_by_attributes(
    committed_world: World, live_server: LiveServer, tmp_path: Path, where: str, found: int
) -> None:
    Unit.objects.filter(pk=committed_world.lift.pk).update(next_due_on=dt.date(2026, 3, 31))
    _row, token = DeviceToken.objects.create(user=committed_world.lin, device_id="gis")
    copy = tmp_path / "units.gpkg"
    _run(
        "ogr2ogr", "-f", "GPKG", str(copy), f"OAPIF:{live_server.url}/ogc/", "units",
        "-where", where, "--config", "GDAL_HTTP_HEADERS", f"Authorization: Token {token}",
    )  # fmt: skip
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM units").fetchone() == (found,)


@pytest.mark.parametrize(
    "query",
    [
        "?limit=0", "?limit=x", "?bbox=1,2,3", "?bbox=nan,1,2,3", "?bbox=0,10,1,5", "?crs=EPSG:4326",
        "?datetime=yesterday", "?datetime=9999-12-31T23:59:59Z", "?datetime=2021-02-30", "?datetime=2022-01-01/2021-01-01", "?colour=red",
        "?status=gone", "?cursor=abc", "?next_due_on=soon", "?region=37", "?in_region=37", "?next_due_on=", "?f=html", "?kind=%00",
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(world: World, as_user: SignedIn, query: str) -> None:
    answer = as_user(world.zhao).get(f"/ogc/collections/units/items{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["collections/cats", "collections/units/items/999999999", "x",
                                  "collections/units/items/99999999999999999999999"])  # fmt: skip
def test_what_is_not_there_is_404(world: World, as_user: SignedIn, path: str) -> None:
    assert as_user(world.zhao).get(f"/ogc/{path}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_ogr2ogr_copies_every_unit_once(
    committed_world: World, live_server: LiveServer, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MORE, [MANY])
    held = Unit.objects.visible_to(committed_world.lin).count()
    _row, token = DeviceToken.objects.create(user=committed_world.lin, device_id="gis")
    copy, headers = tmp_path / "units.gpkg", tmp_path / "headers"
    headers.write_text(f"Authorization: Token {token}\n")
    _run(
        "ogr2ogr", "-f", "GPKG", str(copy), f"OAPIF:{live_server.url}/ogc/", "units",
        "-oo", "PAGE_SIZE=5000", "--config", "GDAL_HTTP_HEADER_FILE", str(headers),
    )  # fmt: skip
    found = sqlite3.connect(copy).execute(
        "SELECT count(*), count(DISTINCT certificate_no), min(region), max(region) FROM units"
    )
    assert found.fetchone() == (held, MANY, "370102", "370102")
    assert held == MANY + 2


_READ_ALL = """
import sys, pyogrio
_meta, _ids, shapes, fields = pyogrio.raw.read(sys.argv[1], layer="units")
print(pyogrio.__gdal_version__[0:2] > (3, 6), len(shapes), len(set(fields[0])))
"""


def test_a_newer_gdal_reads_every_unit_too(
    committed_world: World, live_server: LiveServer, tmp_path: Path
) -> None:
    held = Unit.objects.visible_to(committed_world.lin).count()
    _row, token = DeviceToken.objects.create(user=committed_world.lin, device_id="gis")
    headers = tmp_path / "headers"
    headers.write_text(f"Authorization: Token {token}\n")
    done = subprocess.run(
        [sys.executable, "-c", _READ_ALL, f"OAPIF:{live_server.url}/ogc/"],
        env=os.environ | {"GDAL_HTTP_HEADER_FILE": str(headers)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["True", str(held), str(held)], done.stderr


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
