"""Planned checks seen again: on the card, in the plan of a week, moved, announced, cancelled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from backend.accounts.models import Role
from backend.inspections.models import Task
from backend.inspections.planned_tasks import announce_task, cancel_task, plan_task
from backend.lib import clock
from backend.units.models import Clock, IntervalRule
from tests.world import World, make_user

EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def task(world: World) -> Task:
    """Lin is to go to the lift today."""
    facts = {"unit": world.lift.pk, "assignee": world.lin, "kind": "periodic", "note": "带钥匙"}
    return plan_task(actor=world.ou, planned_on=clock.today(), **facts)[0]


def read(client: Client, who: object, path: str) -> str:
    client.force_login(who)  # type: ignore[arg-type]
    return client.get(path, **EN).content.decode()


def test_a_planned_check_is_on_the_card_of_those_who_may_see_it(
    client: Client, world: World, task: Task
) -> None:
    card, link = f"/units/{world.lift.pk}/", f'href="/tasks/{task.pk}/"'
    for who in (world.ou, world.zhao, world.lin):
        page = read(client, who, card)
        assert link in page
        assert "带钥匙" in page
    assert "Planned checks" not in read(client, world.qian, card)
    announce_task(actor=world.ou, task=task.pk)
    page = read(client, world.qian, card)
    assert link in page
    assert "带钥匙" not in page
    cancel_task(actor=world.ou, task=task.pk, reason="停用")
    assert link not in read(client, world.ou, card)


def test_the_work_plan_shows_a_week_by_person(client: Client, world: World, task: Task) -> None:
    day = clock.today() + dt.timedelta(days=7)
    facts = {"unit": world.boiler.pk, "assignee": world.wei, "kind": "internal"}
    later, _new = plan_task(actor=world.zhao, planned_on=day, **facts)
    page = read(client, world.zhao, "/plan/")
    assert f"/tasks/{task.pk}/" in page
    assert f"/tasks/{later.pk}/" not in page
    page = read(client, world.ou, f"/plan/?day={day}")
    assert f"/tasks/{later.pk}/" in page
    assert f"/tasks/{task.pk}/" not in page
    page = read(client, world.ou, f"/plan/?day={day}&who={world.lin.pk}")
    assert "No check is planned in this week." in page


def test_the_work_plan_shows_nothing_that_is_foreign_or_not_announced(
    client: Client, world: World, task: Task
) -> None:
    for who in (world.chen, world.qian):
        assert f"/tasks/{task.pk}/" not in read(client, who, "/plan/")
        assert "Lin" not in read(client, who, "/plan/")
        assert client.get(f"/tasks/{task.pk}/").status_code == 404
    announce_task(actor=world.ou, task=task.pk)
    assert f"/tasks/{task.pk}/" in read(client, world.qian, "/plan/")
    assert "带钥匙" not in read(client, world.qian, f"/tasks/{task.pk}/")
    assert client.get("/plan/?day=soon", **EN).status_code == 200
    assert "Enter a valid date." in client.get("/plan/?day=soon", **EN).content.decode()


def test_a_check_is_moved_announced_and_cancelled_in_its_page(
    client: Client, world: World, task: Task
) -> None:
    client.force_login(world.ou)
    place, day = f"/tasks/{task.pk}/", clock.today() + dt.timedelta(days=1)
    answer = client.post(f"{place}move/", {"assignee": world.wei.pk, "planned_on": day})
    assert (answer.status_code, answer["Location"]) == (302, place)
    assert client.post(f"{place}announce/").status_code == 302
    wrong = client.post(f"{place}cancel/", {"reason": ""}, **EN)
    assert "This field is required." in wrong.content.decode()
    assert client.post(f"{place}cancel/", {"reason": "设备停用"}).status_code == 302
    task.refresh_from_db()
    assert (task.assignee, task.planned_on, task.cancel_reason) == (world.wei, day, "设备停用")
    assert task.announced_at is not None
    page = client.get(place, **EN).content.decode()
    assert "设备停用" in page
    assert "Move" not in page
    again = client.post(f"{place}move/", {"assignee": world.lin.pk, "planned_on": day}, **EN)
    assert "has been cancelled" in again.content.decode()


def test_only_who_may_plan_changes_a_check(client: Client, world: World, task: Task) -> None:
    officer = make_user("officer", Role.OFFICER, world.shizhong)
    for who, code in ((world.lin, 403), (world.qian, 403), (officer, 404)):
        client.force_login(who)
        for step in ("move", "announce", "cancel"):
            assert client.post(f"/tasks/{task.pk}/{step}/", {"reason": "x"}).status_code == code
            assert client.get(f"/tasks/{task.pk}/{step}/").status_code == 405
    assert "Cancel the check" not in read(client, world.lin, f"/tasks/{task.pk}/")
    client.logout()
    assert client.get(f"/tasks/{task.pk}/").status_code == 302
    task.refresh_from_db()
    assert task.is_open


def test_the_kind_of_the_most_urgent_clock_is_chosen_already(client: Client, world: World) -> None:
    rule = IntervalRule.objects.first()
    Clock.objects.create(unit=world.boiler, kind="internal", due_on="2027-01-31", rule=rule)
    page = read(client, world.ou, f"/units/{world.boiler.pk}/plan/")
    assert '<option value="internal" selected>' in page


def test_an_administrator_is_not_offered(client: Client, world: World) -> None:
    make_user("admin", Role.ADMINISTRATOR, world.lixia)
    page = read(client, world.ou, f"/units/{world.lift.pk}/plan/")
    assert "Lin" in page
    assert "Admin" not in page
