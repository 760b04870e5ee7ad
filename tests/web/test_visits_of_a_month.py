"""Planning a month's visits in one page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from backend.inspections.models import Task
from backend.lib import clock
from backend.lib.months import add_months, month_end, month_start
from backend.units.models import Unit, UnitStatus
from tests.world import World, make_unit

MONTH = "/desk/month/"
EN = {"headers": {"accept-language": "en"}}


def due(world: World, day: dt.date, **facts: Any) -> Unit:
    """A lift in use whose inspection is due on ``day``."""
    state = {"status": UnitStatus.IN_USE, "registered_on": dt.date(2020, 1, 8)}
    return make_unit("3110", world.lixia, world.mall, next_due_on=day, **(state | facts))


@pytest.fixture
def next_month() -> dt.date:
    return add_months(month_start(clock.today()), 1)


@pytest.fixture
def ou(client: Client, world: World) -> Client:
    client.force_login(world.ou)
    return client


def shown(client: Client, month: dt.date, **asked: Any) -> list[Unit]:
    page = client.get(MONTH, {"month": f"{month:%Y-%m}"} | asked, **EN)
    units: list[Unit] = page.context["due"]
    return units


def test_what_is_due_by_the_month_is_shown_first_due_first(
    ou: Client, world: World, next_month: dt.date
) -> None:
    late = due(world, clock.today() - dt.timedelta(days=40))
    soon = due(world, month_end(next_month))
    due(world, add_months(month_end(next_month), 1))
    due(world, next_month, status=UnitStatus.STOPPED)
    assert shown(ou, next_month) == [late, soon]
    assert shown(ou, month_start(clock.today())) == [late]
    assert ou.get(MONTH, {"month": "never", "after": "x"}).status_code == 200


def test_the_visits_are_planned_all_at_once_and_a_second_click_plans_none(
    ou: Client, world: World, next_month: dt.date
) -> None:
    units = [due(world, next_month + dt.timedelta(days=n)) for n in range(3)]
    form = {
        "units": [unit.pk for unit in units[:2]], "assignee": world.lin.pk, "note": "带钥匙",
        "planned_on": f"{next_month + dt.timedelta(days=4):%Y-%m-%d}",
    }  # fmt: skip
    for _click in range(2):
        page = ou.post(f"{MONTH}?month={next_month:%Y-%m}", form, follow=True, **EN)
    assert "2 visits are planned." in page.content.decode()
    assert Task.objects.filter(assignee=world.lin, note="带钥匙").count() == 2
    assert shown(ou, next_month) == [units[2]]
    assert page.context["people"][0][0] == world.lin


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"units": []}, "Choose the units"),
        ({"planned_on": "2020-01-01"}, "Plan for today or later"),
        ({"assignee": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_planned(
    ou: Client, world: World, next_month: dt.date, changes: dict[str, Any], told: str
) -> None:
    unit = due(world, next_month)
    form = {"units": [unit.pk], "assignee": world.lin.pk, "planned_on": "2999-01-04"} | changes
    page = ou.post(f"{MONTH}?month={next_month:%Y-%m}", form, **EN).content.decode()
    assert told in page
    assert ("checked" in page) == bool(form["units"])
    assert not Task.objects.exists()


def test_one_unfit_visit_leaves_the_others_unplanned(
    client: Client, world: World, next_month: dt.date
) -> None:
    client.force_login(world.zhao)
    here = due(world, next_month)
    there = make_unit("3110", world.shizhong, world.plant)
    form = {"units": [here.pk, there.pk], "assignee": world.lin.pk, "planned_on": "2999-01-04"}
    page = client.post(MONTH, form, **EN).content.decode()
    assert "Name somebody who inspects in the region" in page
    assert not Task.objects.exists()


def test_foreign_units_cannot_be_planned_and_inspectors_plan_none(ou: Client, world: World) -> None:
    form = {"units": [world.forklift_elsewhere.pk], "assignee": world.lin.pk,
            "planned_on": "2999-01-04"}  # fmt: skip
    assert "is not one of the available choices" in ou.post(MONTH, form, **EN).content.decode()
    for who in (world.lin, world.rui, world.qian):
        ou.force_login(who)
        assert ou.get(MONTH).status_code == 403


def test_a_long_list_is_paged_at_the_same_cost(
    ou: Client, world: World, next_month: dt.date, django_assert_max_num_queries: Any
) -> None:
    units = [due(world, next_month) for _n in range(60)]
    with django_assert_max_num_queries(10):
        page = ou.get(MONTH, {"month": f"{next_month:%Y-%m}"})
    assert page.context["due"] == units[:50]
    assert shown(ou, next_month, after=page.context["following"]) == units[50:]
