"""The task list as a duty: a phone carries the units of its tasks and no other."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.inspections.models import Task
from backend.inspections.planned_tasks import cancel_task, plan_task
from backend.lib import clock
from backend.units.models import Unit
from mobile_api import pack
from tagging.actions import bind_tag, mint_batch, replace_tag
from tests.events.lines import settle
from tests.mobile_api.conftest import phone_of, tag_on
from tests.mobile_api.packing import PACK, delta, get, ids, whole
from tests.world import World, hold, make_unit


def plan(world: World, unit: Unit, day: dt.date | None = None, who: User | None = None) -> Task:
    """A task of Lin's, for today unless told otherwise."""
    task, _new = plan_task(
        actor=world.ou, unit=unit.pk, assignee=who or world.lin, kind="periodic",
        planned_on=day or clock.today(),
    )  # fmt: skip
    return task


def test_a_list_has_the_units_of_open_tasks_of_these_days_and_no_other(world: World) -> None:
    later, others = (make_unit("3110", world.lixia) for _ in range(2))
    plan(world, world.lift)
    plan(world, later, clock.today() + dt.timedelta(days=8))
    plan(world, others, who=world.wei)
    [page] = whole(phone_of(world.lin), duty="tasks")
    assert ids(page) == [world.lift.pk]
    assert [task["unit"] for task in page["today"]] == [world.lift.pk]
    assert set(page["dictionaries"]["region"]) == {"370102"}
    assert page["checklists"]


def test_a_list_has_the_tags_of_its_units_and_no_loose_ones(world: World) -> None:
    hung, replaced = tag_on(world), tag_on(world, unit="boiler")
    tag_on(world, unit="")
    plan(world, world.boiler)
    new = mint_batch(actor=world.ou, count=1).tags.get().code
    replace_tag(actor=world.ou, unit=world.boiler, code=new, reason="worn")
    [page] = whole(phone_of(world.lin), duty="tasks")
    tags = {code: (state, unit) for code, state, unit in page["tags"]}
    assert tags == {replaced: ("void", world.boiler.pk), new: ("bound", world.boiler.pk)}
    assert hung not in tags
    assert get(phone_of(world.lin, "other"), duty="tasks", after="t.")["tags"] == []


def test_pages_of_a_list_hold_every_unit_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "PACK_PAGE_UNITS", 2)
    units = [make_unit("3110", world.lixia) for _ in range(5)]
    for unit in units:
        plan(world, unit)
    pages = whole(phone_of(world.lin), duty="tasks")
    assert {unit for page in pages for unit in ids(page)} == {unit.pk for unit in units}
    assert len(pages) > 1


def test_a_task_on_a_unit_out_of_sight_carries_nothing(world: World) -> None:
    plan(world, world.lift)
    Unit.objects.filter(pk=world.lift.pk).update(region=world.shizhong)
    page = get(phone_of(world.lin), duty="tasks")
    assert (page["units"], page["tags"], page["today"]) == ([], [], [])
    assert page["dictionaries"]["region"] == {}


def test_a_company_has_no_tasks(world: World) -> None:
    phone = phone_of(world.qian)
    page = get(phone, duty="tasks")
    assert (page["units"], page["tags"], page["today"]) == ([], [], [])
    assert get(phone, duty="tasks", cursor=page["cursor"])["units"] == []


@pytest.mark.parametrize("duty", ["", "all", "TASKS", "\0"])
def test_an_unknown_duty_is_400(world: World, duty: str) -> None:
    answer = phone_of(world.lin).get(PACK, {"duty": duty})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/duty"


def test_the_whole_area_is_the_duty_of_who_names_none(world: World) -> None:
    phone = phone_of(world.lin)
    cursor = get(phone)["cursor"]
    assert get(phone, duty="area", cursor=cursor)["units"] == []
    assert ids(get(phone, duty="area")) == ids(get(phone))


def test_the_estimate_tells_both_duties(world: World) -> None:
    plan(world, world.lift)
    told = phone_of(world.lin).get(f"{PACK}/estimate").json()
    assert (told["units"], told["tasks"]["units"]) == (2, 1)
    assert 0 < told["tasks"]["bytes"] < told["bytes"]


def test_the_number_of_queries_does_not_grow_with_the_list(world: World) -> None:
    phone = phone_of(world.lin)
    plan(world, world.lift)
    few = _queries(phone)
    for _ in range(9):
        plan(world, make_unit("3110", world.lixia, world.mall))
    assert _queries(phone) == few


def _queries(phone: APIClient) -> int:
    with CaptureQueriesContext(connection) as seen:
        cursor = get(phone, duty="tasks")["cursor"]
        get(phone, duty="tasks", cursor=cursor)
    return len(seen)


# ---- changes


def test_another_list_is_410_and_the_new_pack_has_it(world: World) -> None:
    phone = phone_of(world.lin)
    plan(world, world.lift)
    task = plan(world, world.boiler)
    cursor = get(phone, duty="tasks")["cursor"]
    cancel_task(actor=world.ou, task=task.pk, reason="停机")
    answer = phone.get(PACK, {"duty": "tasks", "cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/cursor-expired")
    page = get(phone, duty="tasks")
    assert ids(page) == [world.lift.pk]
    plan(world, world.boiler)
    assert phone.get(PACK, {"duty": "tasks", "cursor": page["cursor"]}).status_code == 410
    assert sorted(ids(get(phone, duty="tasks"))) == sorted([world.lift.pk, world.boiler.pk])


def test_a_cursor_of_the_area_is_none_of_a_list(world: World) -> None:
    phone = phone_of(world.lin)
    cursor = get(phone)["cursor"]
    assert phone.get(PACK, {"duty": "tasks", "cursor": cursor}).status_code == 410


def test_a_changed_unit_comes_when_it_is_listed_and_not_otherwise(committed_world: World) -> None:
    world = committed_world
    plan(world, world.lift)
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone, duty="tasks")["cursor"]
    Unit.objects.filter(pk__in=[world.lift.pk, world.boiler.pk]).update(internal_no="9号")
    told = delta(phone, cursor, duty="tasks")
    assert [(unit["id"], unit["no"]) for unit in told["units"]] == [(world.lift.pk, "9号")]
    assert told["gone"] == []
    assert delta(phone, told["cursor"], duty="tasks")["units"] == []


def test_tags_come_when_they_hang_on_a_listed_unit_and_not_otherwise(
    committed_world: World,
) -> None:
    world = committed_world
    plan(world, world.lift)
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone, duty="tasks")["cursor"]
    mine, other, _loose = mint_batch(actor=world.ou, count=3).tags.values_list("code", flat=True)
    bind_tag(actor=world.ou, code=mine, unit=world.lift)
    bind_tag(actor=world.ou, code=other, unit=world.boiler)
    assert delta(phone, cursor, duty="tasks")["tags"] == [[mine, "bound", world.lift.pk]]


def test_a_listed_unit_is_followed_into_another_county(committed_world: World) -> None:
    world = committed_world
    hold(world.lin, world.lin.role, world.city)
    plan(world, world.lift)
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone, duty="tasks")["cursor"]
    Unit.objects.filter(pk=world.lift.pk).update(region=world.shizhong)
    told = delta(phone, cursor, duty="tasks")
    assert [(unit["id"], unit["reg"]) for unit in told["units"]] == [(world.lift.pk, "370103")]
