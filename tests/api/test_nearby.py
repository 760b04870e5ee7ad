"""What is near what, and what is refused."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import LineString, Point
from django.core.management import call_command
from django.core.management.base import CommandError

from backend.lib import clock
from backend.lib.problems import Refused
from backend.risk.full_rebuild import rebuild_figures
from geo.areas import parse_area
from geo.datum import Datum, convert_position
from geo.models import PublicPlace
from geo.tour import tour_length_m, visiting_order
from tagging.actions import bind_tag, mint_batch
from tagging.models import Scan
from tests.api.conftest import SignedIn
from tests.world import World, make_unit

V = "/api/v1/nearby/"


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_round_a_place_the_nearest_comes_first(world: World, as_user: SignedIn) -> None:
    far = make_unit("3110", world.lixia, position=Point(117.06, 36.65, srid=4326))
    client = as_user(world.lin)
    found = client.get(f"{V}radius?lng=117.0501&lat=36.65&metres=950")
    assert ids(found)[-1] == far.pk
    assert found.json()["results"][0]["distance_m"] == pytest.approx(8.94, abs=0.05)
    assert far.pk not in ids(client.get(f"{V}radius?lng=117.05&lat=36.65&metres=800"))
    page = client.get(f"{V}radius?lng=117.05&lat=36.65&metres=950&limit=2").json()
    assert [row["id"] for row in client.get(page["next"]).json()["results"]] == [far.pk]


def test_the_place_may_be_told_in_another_datum(world: World, as_user: SignedIn) -> None:
    lng, lat = convert_position(117.05, 36.65, Datum.WGS84, Datum.GCJ02)
    found = as_user(world.lin).get(f"{V}radius?lng={lng}&lat={lat}&datum=GCJ02&metres=1")
    assert len(ids(found)) == 2


def _square(west: float, south: float, side: float) -> dict[str, object]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_in_a_drawn_area_are_the_units_inside(world: World, as_user: SignedIn) -> None:
    body = {"area": _square(117.0, 36.6, 0.1)}
    client = as_user(world.zhao)
    found = client.post(f"{V}area", body, format="json")
    assert sorted(ids(found)) == sorted([world.lift.pk, world.boiler.pk])
    assert ids(client.post(f"{V}area?kind=1", body, format="json")) == [world.boiler.pk]


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ({"type": "Polygon", "coordinates": [[[117, 36], [118, 37], [118, 36], [117, 37], [117, 36]]]},
         "area-not-simple"),
        ({"type": "Polygon", "coordinates": [[[117, 36]] * 100_000]}, "area-too-fine"),
        (_square(-90, -80, 160), "area-too-large"),
        ({"type": "Polygon", "coordinates": [[[117, 36], [118, 36], [118, 37]]]}, "area-not-closed"),
        ({"type": "Polygon", "coordinates": [[[117, 360], [1, 2], [3, 4], [117, 360]]]},
         "area-off-the-earth"),
        ({"type": "Point", "coordinates": [1, 2]}, "no-polygon"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "no-polygon"),
        ({"type": "Polygon"}, "no-polygon"),
        ([], "no-polygon"),
    ],
)  # fmt: skip
def test_absurd_areas_are_refused(area: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_area(area)
    assert (refused.value.code, refused.value.status) == (code, 400)


def test_the_refusal_of_an_area_is_a_problem(world: World, as_user: SignedIn) -> None:
    ring = [[117, 36], [117.1, 36.1], [117.1, 36], [117, 36.1], [117, 36]]
    body = {"area": {"type": "Polygon", "coordinates": [ring]}}
    answer = as_user(world.zhao).post(f"{V}area", body, format="json")
    assert answer.status_code == 400
    assert "117.05 36.05" in answer.json()["detail"]


def test_round_public_places_of_a_kind(world: World, as_user: SignedIn) -> None:
    near = Point(117.052, 36.65, srid=4326)
    place = PublicPlace.objects.create(
        code="1", name="实验小学", category="school", region=world.lixia, position=near
    )
    client = as_user(world.zhao)
    school = f"{V}places?region=370100&category=school&metres="
    assert len(ids(client.get(f"{school}200"))) == 2
    assert ids(client.get(f"{school}100")) == []
    assert ids(client.get(f"{V}places?region=370100&category=hospital")) == []
    assert len(ids(client.get(f"{V}places?place={place.pk}"))) == 2
    assert client.get(f"{V}places").status_code == 400


def test_along_a_pipeline_the_route_counts(world: World, as_user: SignedIn) -> None:
    route = LineString((117.0, 36.651), (117.09, 36.651), srid=4326)
    pipe = make_unit("8310", world.lixia, position=None, route=route)
    client = as_user(world.lin)
    assert len(ids(client.get(f"{V}pipeline?unit={pipe.pk}&metres=150"))) == 2
    assert ids(client.get(f"{V}pipeline?unit={pipe.pk}&metres=50")) == []
    assert client.get(f"{V}pipeline?unit={world.lift.pk}").status_code == 404
    assert as_user(world.chen).get(f"{V}pipeline?unit={pipe.pk}").status_code == 404


def test_a_tour_visits_all_and_crosses_nowhere() -> None:
    places = [(117.0 + x / 100, 36.6 + y / 100) for x in range(4) for y in range(4)]
    order = visiting_order((117.0, 36.6), places[::-1])
    assert sorted(order) == list(range(16))
    way = [places[::-1][index] for index in order]
    assert tour_length_m((117.0, 36.6), way) < 1.25 * tour_length_m((117.0, 36.6), _snake())


def _snake() -> list[tuple[float, float]]:
    return [
        (117.0 + x / 100, 36.6 + (y if x % 2 == 0 else 3 - y) / 100)
        for x in range(4)
        for y in range(4)
    ]


def test_a_tour_names_due_units_and_its_method(world: World, as_user: SignedIn) -> None:
    rebuild_figures()
    world.lift.risk.overdue = True
    world.lift.risk.save()
    tour = as_user(world.lin).get(f"{V}tour?lng=117.04&lat=36.65").json()
    assert [stop["unit"]["id"] for stop in tour["stops"]] == [world.lift.pk]
    assert tour["metres"] == pytest.approx(892, abs=5)
    assert "2-opt" in tour["method"]


def test_never_scanned_are_those_whose_tag_nobody_scanned(world: World, as_user: SignedIn) -> None:
    rebuild_figures()
    world.boiler.risk.unseen = False
    world.boiler.risk.save()
    assert ids(as_user(world.lin).get(f"{V}unseen")) == [world.lift.pk]


def test_displaced_are_units_scanned_elsewhere(world: World, as_user: SignedIn) -> None:
    for unit, away in ((world.lift, 0.01), (world.boiler, 0.0)):
        (code,) = mint_batch(actor=world.rui, count=1).tags.values_list("code", flat=True)
        bind_tag(actor=world.rui, code=code, unit=unit)
        for stray in (0.0, 0.0, 0.5):
            Scan.objects.create(
                raw=code, code=code, received_at=clock.now(),
                position=Point(117.05 + away + stray, 36.65, srid=4326),
            )  # fmt: skip
    found = as_user(world.lin).get(f"{V}displaced?region=370102&metres=500")
    assert ids(found) == [world.lift.pk]
    assert found.json()["results"][0]["distance_m"] == pytest.approx(895, abs=3)
    assert as_user(world.lin).get(f"{V}displaced").status_code == 400


@pytest.mark.parametrize(
    "question",
    [
        "radius", "radius?lng=117&lat=nan", "radius?lng=117&lat=36&metres=999999",
        "radius?lng=117&lat=36&colour=red", "tour?lng=117&lat=36&stops=51", "unseen?kind=x",
        "pipeline?unit=0", "displaced?region=37", "radius?lng=1&lat=2&cursor=x",
    ],
)  # fmt: skip
def test_wrong_questions_are_refused(world: World, as_user: SignedIn, question: str) -> None:
    answer = as_user(world.lin).get(f"{V}{question}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_places_are_imported_by_their_code_all_or_none(world: World, tmp_path) -> None:
    table = tmp_path / "places.csv"
    head = "code,name,category,lng,lat,datum\n"
    lng, lat = convert_position(117.05, 36.65, Datum.WGS84, Datum.GCJ02)
    for name in ("小学", "第一小学"):
        table.write_text(f"{head}a,{name},school,{lng},{lat},GCJ02\n", encoding="utf-8")
        call_command("import_places", table)
    place = PublicPlace.objects.get()
    assert (place.name, place.region_id) == ("第一小学", "370102")
    assert place.position.distance(Point(117.05, 36.65)) < 1e-6
    table.write_text(f"{head}b,x,school,117.05,36.65,\nc,x,zoo,117.05,36.65,\n", encoding="utf-8")
    with pytest.raises(CommandError, match="3"):
        call_command("import_places", table)
    assert PublicPlace.objects.count() == 1
