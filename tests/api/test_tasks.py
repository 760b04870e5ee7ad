"""Planned inspections through the REST door."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.inspections.models import Task
from backend.lib import clock
from tests.api.conftest import SignedIn
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.world import World, make_user

URL = "/api/v1/tasks"


def plan(world: World, **changes: object) -> dict[str, object]:
    facts = {"unit": world.lift.pk, "assignee": "lin", "kind": "periodic", "note": "带钥匙"}
    return facts | {"planned_on": clock.today().isoformat()} | changes


def test_a_task_is_planned_once_however_often_it_is_sent(world: World, as_user: SignedIn) -> None:
    first = as_user(world.ou).post(URL, plan(world))
    assert (first.status_code, first.json()["assignee"]) == (201, "lin")
    again = as_user(world.ou).post(URL, plan(world))
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert Task.objects.count() == 1


def test_the_inspector_and_those_who_see_the_unit_find_the_task(
    world: World, as_user: SignedIn
) -> None:
    made = as_user(world.ou).post(URL, plan(world)).json()
    for who in (world.lin, world.zhao, world.ou):
        assert as_user(who).get(f"{URL}/{made['id']}").json() == made
    assert as_user(world.chen).get(f"{URL}/{made['id']}").status_code == 404
    assert as_user(world.chen).get(URL).json()["results"] == []
    assert APIClient().get(URL).status_code == 401


def test_tasks_are_filtered_and_paged_by_their_day(world: World, as_user: SignedIn) -> None:
    client, today = as_user(world.ou), clock.today()
    days = [(today + dt.timedelta(days=n)).isoformat() for n in (3, 1, 2)]
    for day in days:
        assert client.post(URL, plan(world, planned_on=day)).status_code == 201
    client.post(URL, plan(world, unit=world.boiler.pk, assignee="wei"))
    page = client.get(f"{URL}?assignee=lin&order=planned_on&limit=2").json()
    assert [row["planned_on"] for row in page["results"]] == sorted(days)[:2]
    rest = client.get(page["next"]).json()
    assert [row["planned_on"] for row in rest["results"]] == sorted(days)[2:]
    for query, number in (
        (f"unit={world.boiler.pk}", 1),
        (f"planned_from={sorted(days)[1]}", 2),
        (f"planned_to={today}", 1),
        ("kind=periodic", 4),
        ("open=false", 0),
    ):
        assert len(client.get(f"{URL}?{query}").json()["results"]) == number, query
    assert client.get(f"{URL}?colour=red").status_code == 400


def test_a_task_that_is_done_is_found_as_such_and_stays(world: World, as_user: SignedIn) -> None:
    put_in_use(world, world.lift)
    client = as_user(world.ou)
    made = client.post(URL, plan(world)).json()
    report = file(world, draft_of(world.lift))
    [row] = client.get(f"{URL}?open=false").json()["results"]
    assert row["done_by_report"] == str(report.pk)
    for path, body in (("cancellation", {"reason": "雨"}), ("announcement", {})):
        answer = client.post(f"{URL}/{made['id']}/{path}", body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/task-done")
    assert move(client, made, assignee="wei").json()["type"] == "/problems/task-done"


def move(client: APIClient, task: Any, **changes: object) -> Any:
    """Send ``changes`` of ``task`` as it reads now."""
    place = f"{URL}/{task['id']}"
    etag = client.get(place).headers.get("ETag", "")
    return client.patch(place, changes, headers={"If-Match": etag})


def test_an_open_task_is_taken_back_with_a_reason_and_stays(
    world: World, as_user: SignedIn
) -> None:
    place = f"{URL}/{as_user(world.ou).post(URL, plan(world)).json()['id']}"
    why, door = {"reason": "设备已停用"}, f"{place}/cancellation"
    assert APIClient().post(door, why).status_code == 401
    assert as_user(world.lin).post(door, why).status_code == 403
    assert as_user(world.ou).post(door, {"reason": " "}).status_code == 400
    first, again = (as_user(world.zhao).post(door, why) for _time in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    assert first.json()["cancel_reason"] == "设备已停用"
    assert first.json()["cancelled_at"]
    other = as_user(world.zhao).post(door, {"reason": "天气"})
    assert (other.status_code, other.json()["type"]) == (409, "/problems/task-cancelled")
    assert as_user(world.ou).get(place).json() == first.json()
    assert as_user(world.ou).get(f"{URL}?open=true").json()["results"] == []
    assert as_user(world.ou).post(URL, plan(world)).status_code == 201


def test_a_task_moves_to_another_day_and_inspector(world: World, as_user: SignedIn) -> None:
    client, day = as_user(world.ou), clock.today() + dt.timedelta(days=2)
    made = client.post(URL, plan(world)).json()
    moved = move(client, made, planned_on=day.isoformat(), assignee="wei")
    assert (moved.status_code, moved.json()["planned_on"]) == (200, day.isoformat())
    assert moved.json()["assignee"] == "wei"
    assert move(client, made, assignee="wei").json() == moved.json()
    assert as_user(world.wei).get(f"{URL}?assignee=wei").json()["results"] == [moved.json()]
    other = client.post(URL, plan(world)).json()
    twin = move(client, other, planned_on=day.isoformat(), assignee="wei")
    assert (twin.status_code, twin.json()["type"]) == (409, "/problems/planned-already")


def test_only_who_may_plan_and_has_read_it_moves_a_task(world: World, as_user: SignedIn) -> None:
    made = as_user(world.ou).post(URL, plan(world)).json()
    place = f"{URL}/{made['id']}"
    assert APIClient().patch(place, {"assignee": "wei"}).status_code == 401
    assert as_user(world.lin).patch(place, {"assignee": "wei"}).status_code == 403
    assert as_user(world.ou).patch(place, {"assignee": "wei"}).status_code == 428
    stale = {"If-Match": '"x"'}
    assert as_user(world.ou).patch(place, {"assignee": "wei"}, headers=stale).status_code == 412
    assert as_user(world.ou).patch(f"{URL}/{2**50}", {}, headers=stale).status_code == 404
    assert Task.objects.get().assignee == world.lin


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"assignee": "chen"}, 422),
        ({"assignee": "nobody"}, 422),
        ({"planned_on": "2020-01-01"}, 422),
        ({"planned_on": "soon"}, 400),
        ({"note": "x"}, 400),
        ({"announced_at": "2026-01-01T00:00:00Z"}, 400),
    ],
)
def test_a_wrong_move_is_refused_at_its_place(
    world: World, as_user: SignedIn, changes: dict[str, object], code: int
) -> None:
    client = as_user(world.ou)
    made = client.post(URL, plan(world)).json()
    answer = move(client, made, **changes)
    assert answer.status_code == code
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(changes))}"
    assert client.get(f"{URL}/{made['id']}").json() == made


def test_an_enterprise_sees_a_planned_check_once_it_is_announced(
    world: World, as_user: SignedIn
) -> None:
    client, firm = as_user(world.ou), as_user(world.qian)
    made = client.post(URL, plan(world)).json()
    place = f"{URL}/{made['id']}"
    assert firm.get(place).status_code == 404
    assert firm.get(URL).json()["results"] == []
    assert as_user(world.lin).post(f"{place}/announcement").status_code == 403
    assert as_user(world.qian).post(f"{place}/announcement").status_code == 403
    first, again = (client.post(f"{place}/announcement") for _time in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    shown = firm.get(place).json()
    assert shown == first.json() | {"note": ""}
    assert firm.get(URL).json()["results"] == [shown]


def test_an_administrator_is_nobody_to_send(world: World, as_user: SignedIn) -> None:
    make_user("admin", Role.ADMINISTRATOR, world.lixia)
    answer = as_user(world.ou).post(URL, plan(world, assignee="admin"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/assignee-unfit")


def test_planning_needs_the_right_and_a_unit_in_sight(world: World, as_user: SignedIn) -> None:
    assert APIClient().post(URL, plan(world)).status_code == 401
    assert as_user(world.lin).post(URL, plan(world)).status_code == 403
    # Without the right nobody learns who has an account.
    assert as_user(world.lin).post(URL, plan(world, assignee="nobody")).status_code == 403
    for unit in (world.forklift_elsewhere.pk, 2**62):
        assert as_user(world.ou).post(URL, plan(world, unit=unit)).status_code == 404
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"assignee": "nobody"}, 422, "/assignee"),
        ({"assignee": "chen"}, 422, "/assignee"),
        ({"assignee": "rui"}, 422, "/assignee"),
        ({"assignee": "a\0b"}, 400, "/assignee"),
        ({"planned_on": "2020-01-01"}, 422, "/planned_on"),
        ({"planned_on": "soon"}, 400, "/planned_on"),
        ({"kind": "whatever"}, 400, "/kind"),
        ({"unit": "x"}, 400, "/unit"),
        ({"unit": 2**70}, 400, "/unit"),
        ({"unit": None}, 400, "/unit"),
        ({"note": "x" * 401}, 400, "/note"),
    ],
)
def test_a_wrong_plan_is_refused_at_its_place(
    world: World, as_user: SignedIn, changes: dict[str, object], code: int, pointer: str
) -> None:
    answer = as_user(world.ou).post(URL, plan(world, **changes))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (code, pointer)
    assert not Task.objects.exists()


def test_bodies_and_keys_that_are_none_are_refused(world: World, as_user: SignedIn) -> None:
    client = as_user(world.ou)
    for body in (b"{", b"[]", b"null", b'{"unit": 1e999}'):
        answer = client.generic("POST", URL, body, content_type="application/json")
        assert answer.status_code == 400, body
    for key in ("0", "x", str(2**64), str(uuid.uuid4())):
        assert client.get(f"{URL}/{key}").status_code == 404
