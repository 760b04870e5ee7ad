"""Units through the REST door."""

from __future__ import annotations

from itertools import chain

import pytest
from rest_framework.test import APIClient

from backend.units.models import Unit
from tests.api.conftest import SignedIn
from tests.world import World, make_unit

URL = "/api/v1/units"


def entry(**more: object) -> dict[str, object]:
    return {"category": "3110", "region": "370102", "device_code": "31101088920200009", **more}


def test_nobody_reads_without_signing_in(world: World) -> None:
    answer = APIClient().get(URL)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_list_shows_the_jurisdiction_only(world: World, as_user: SignedIn) -> None:
    seen = {row["id"] for row in as_user(world.rui).get(URL).json()["results"]}
    assert seen == {world.lift.pk, world.boiler.pk}
    every = as_user(world.zhao).get(URL).json()["results"]
    assert len(every) == 3


def test_an_enterprise_sees_its_own_units(world: World, as_user: SignedIn) -> None:
    seen = {row["id"] for row in as_user(world.qian).get(URL).json()["results"]}
    assert seen == {world.lift.pk, world.boiler.pk}


def test_a_unit_outside_the_scope_is_not_found(world: World, as_user: SignedIn) -> None:
    answer = as_user(world.rui).get(f"{URL}/{world.forklift_elsewhere.pk}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_filter_is_refused(world: World, as_user: SignedIn) -> None:
    answer = as_user(world.rui).get(URL, {"statuz": "in_use"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/statuz"


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "!"},
        {"cursor": "WyItaWQiLGZhbHNlLFsieCJdXQ=="},
        {"limit": "0"},
        {"limit": "many"},
        {"order": "address"},
        {"region": "37010"},
        {"due_until": "soon"},
        {"device_code": "\x00"},
    ],
)
def test_a_wrong_query_is_a_problem(world: World, as_user: SignedIn, query: dict[str, str]) -> None:
    answer = as_user(world.rui).get(URL, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("order", ["id", "-id", "next_due_on", "-next_due_on"])
def test_pages_give_every_row_once_in_both_directions(
    world: World, as_user: SignedIn, order: str
) -> None:
    for day in (None, "2026-01-31", "2026-01-31", None, "2027-02-28"):
        make_unit("3110", world.lixia, next_due_on=day)
    client, forth = as_user(world.rui), []
    page = client.get(URL, {"order": order, "limit": 2}).json()
    while True:
        forth.append([row["id"] for row in page["results"]])
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    back = [[row["id"] for row in page["results"]]]
    while page["previous"]:
        page = client.get(page["previous"]).json()
        back.append([row["id"] for row in page["results"]])
    assert sorted(chain.from_iterable(forth)) == sorted(
        Unit.objects.filter(region="370102").values_list("pk", flat=True)
    )
    assert [key for page in reversed(back) for key in page] == list(chain.from_iterable(forth))


def test_a_filter_by_region_takes_the_whole_city(world: World, as_user: SignedIn) -> None:
    client = as_user(world.zhao)
    assert len(client.get(URL, {"region": "370100"}).json()["results"]) == 3
    assert len(client.get(URL, {"region": "370103"}).json()["results"]) == 1


def test_a_registrar_enters_a_unit(world: World, as_user: SignedIn) -> None:
    place = {"lng": 117.05, "lat": 36.65, "datum": "GCJ02"}
    answer = as_user(world.rui).post(URL, entry(position=place))
    assert answer.status_code == 201, answer.content
    unit = Unit.objects.get(pk=answer.json()["id"])
    assert unit.source_datum == "GCJ02"
    assert unit.source_coordinates == [117.05, 36.65]
    assert unit.position is not None
    assert unit.position.x != 117.05


def test_a_position_that_is_no_number_is_refused(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    for bad in ("nan", "inf", "-inf", 181):
        answer = client.post(URL, entry(position={"lng": bad, "lat": 36.65}))
        assert answer.status_code == 400, bad
        assert answer.json()["errors"][0]["pointer"] == "/position/lng"


def test_a_known_device_code_is_a_conflict(world: World, as_user: SignedIn) -> None:
    answer = as_user(world.rui).post(URL, entry(device_code=world.lift.device_code))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/device_code"


def test_an_inspector_may_not_enter_units(world: World, as_user: SignedIn) -> None:
    before = Unit.objects.count()
    assert as_user(world.lin).post(URL, entry()).status_code == 403
    assert Unit.objects.count() == before


def test_malformed_json_is_a_problem(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    for body in (b"{", b'"' * 3, b"[" * 200_000, b"\xff"):
        answer = client.generic("POST", URL, body, content_type="application/json")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"


def test_parameters_that_cannot_be_stored_are_refused(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    for text in ('{"a": "\\u0000"}', '{"a": "\\ud800"}', '{"a": 1e999}', "[1]"):
        body = f'{{"category": "3110", "region": "370102", "parameters": {text}}}'
        answer = client.generic("POST", URL, body, content_type="application/json")
        assert answer.status_code == 400, text


def test_an_edit_needs_the_etag_that_was_read(world: World, as_user: SignedIn) -> None:
    client, url = as_user(world.rui), f"{URL}/{world.lift.pk}"
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert client.patch(url, {"internal_no": "3"}).status_code == 428
    assert client.patch(url, {"internal_no": "3"}, headers={"If-Match": '"x"'}).status_code == 412
    answer = client.patch(url, {"internal_no": "3"}, headers={"If-Match": etag})
    assert answer.status_code == 200
    assert answer.json()["internal_no"] == "3"
    assert client.patch(url, {"internal_no": "4"}, headers={"If-Match": etag}).status_code == 412
    world.lift.refresh_from_db()
    assert world.lift.internal_no == "3"


def test_an_inspector_may_not_edit(world: World, as_user: SignedIn) -> None:
    client, url = as_user(world.lin), f"{URL}/{world.lift.pk}"
    etag = client.get(url)["ETag"]
    assert client.patch(url, {"model": "x"}, headers={"If-Match": etag}).status_code == 403


def test_a_natural_person_is_masked_on_a_unit(world: World, as_user: SignedIn) -> None:
    world.mall.natural_person = True
    world.mall.name = "张三丰"
    world.mall.save(update_fields=["natural_person", "name"])
    shown = as_user(world.zhao).get(f"{URL}/{world.lift.pk}").json()
    assert shown["using_entity"]["name"] == "张**"


def test_unknown_paths_and_methods_are_problems(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    for url in ("/api/v1/nothing", "/api/", "/api/v1/units/abc", "/api/v1/units/" + "9" * 18):
        answer = client.get(url)
        assert answer.status_code == 404, url
        assert answer["Content-Type"] == "application/problem+json"
    assert client.delete(f"{URL}/{world.lift.pk}").status_code == 405


@pytest.mark.parametrize(
    ("day", "code"), [("0024-03-31", "before-1900"), ("2999-01-01", "in-the-future")]
)
def test_a_first_use_that_cannot_be_is_refused_on_entry_and_edit(
    world: World, as_user: SignedIn, day: str, code: str
) -> None:
    client, url = as_user(world.rui), f"{URL}/{world.lift.pk}"
    entered = client.post(URL, entry(first_used_on=day))
    edited = client.patch(
        url, {"first_used_on": day}, headers={"If-Match": client.get(url)["ETag"]}
    )
    for answer in (entered, edited):
        assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}")
        assert answer.json()["errors"][0]["pointer"] == "/first_used_on"
    assert not Unit.objects.filter(first_used_on=day).exists()


def test_rule_06_a_unit_in_use_without_registration_tells_since_when_it_is_late(
    world: World, as_user: SignedIn
) -> None:
    told = as_user(world.rui).get(f"{URL}/{world.lift.pk}").json()
    assert (told["first_used_on"], told["registration_overdue_since"]) == (
        "2020-01-10", "2020-02-10",
    )  # fmt: skip


def test_a_unit_read_by_itself_is_the_unit_of_the_list(world: World, as_user: SignedIn) -> None:
    """One is read by a prepared statement, the list by the ORM."""
    Unit.objects.filter(pk=world.lift.pk).update(
        parameters={"rated_load_kg": 1000, "stops": [1, 2]},
        source_coordinates=[117.05, 36.65],
        maintainer=None,
    )
    world.lift.using_entity.natural_person = True
    world.lift.using_entity.save()
    for user in (world.rui, world.zhao, world.qian):
        rows = as_user(user).get(URL).json()["results"]
        assert rows
        for row in rows:
            assert as_user(user).get(f"{URL}/{row['id']}").json() == row


def test_a_unit_read_by_itself_has_the_etag_by_which_it_is_edited(
    world: World, as_user: SignedIn
) -> None:
    clerk = as_user(world.rui)
    one = f"{URL}/{world.lift.pk}"
    etag = clerk.get(one)["ETag"]
    assert clerk.get(one, HTTP_IF_NONE_MATCH=etag).status_code == 304
    edited = clerk.patch(one, {"model": "GPS-III"}, HTTP_IF_MATCH=etag)
    assert edited.status_code == 200
    assert clerk.get(one)["ETag"] == edited["ETag"] != etag


def test_a_question_beside_one_unit_is_refused(world: World, as_user: SignedIn) -> None:
    answer = as_user(world.rui).get(f"{URL}/{world.lift.pk}", {"statuz": "in_use"})
    assert answer.status_code == 400
