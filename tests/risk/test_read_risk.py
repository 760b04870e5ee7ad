"""The risk resources: what is told, to whom, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.lib import clock
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import Reader, UnitFigures
from backend.units.models import Unit
from geo.regions import Gazetteer
from tests.world import World

AsUser = Callable[[User], APIClient]
URL = "/api/v1/risk"


@pytest.fixture
def as_user() -> AsUser:
    """A client signed in as somebody."""

    def sign_in(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture
def scored(world: World) -> World:
    """The cast, the lift in use and 100 days overdue, with all figures computed."""
    today = clock.today()
    Unit.objects.filter(pk=world.lift.pk).update(
        status="in_use", registered_on=dt.date(2020, 2, 1), first_used_on=dt.date(2020, 1, 10),
        next_due_on=today - dt.timedelta(days=100),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_clock (unit_id, kind, due_on, rule_id) VALUES (%s, 'periodic', %s,"
            " (SELECT min(code) FROM units_intervalrule))",
            [world.lift.pk, today - dt.timedelta(days=100)],
        )
    rebuild_figures()
    return world


def test_a_score_is_the_sum_of_its_reasons(scored: World, as_user: AsUser) -> None:
    answer = as_user(scored.lin).get(f"{URL}/units/{scored.lift.pk}")
    assert answer.status_code == 200
    told = answer.json()
    reasons = {reason["factor"]: reason for reason in told["reasons"]}
    assert told["score"] == sum(reason["points"] for reason in told["reasons"])
    assert told["score"] == UnitFigures.objects.get(pk=scored.lift.pk).score
    assert reasons["overdue_periodic"]["value"] == "100"
    assert reasons["overdue_periodic"]["points"] == 150
    assert reasons["overdue_periodic"]["record"] == "periodic"
    assert all(reason["source"] for reason in told["reasons"])


def test_a_unit_of_the_neighbour_county_has_no_score_to_show(
    scored: World, as_user: AsUser
) -> None:
    answer = as_user(scored.lin).get(f"{URL}/units/{scored.forklift_elsewhere.pk}")
    assert answer.status_code == 404


def test_a_unit_that_has_ended_has_no_score(scored: World, as_user: AsUser) -> None:
    Unit.objects.filter(pk=scored.lift.pk).update(status="cancelled")
    answer = as_user(scored.lin).get(f"{URL}/units/{scored.lift.pk}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unit-ended")


def test_the_province_sees_figures_of_all_its_cities(scored: World, as_user: AsUser) -> None:
    told = as_user(scored.zhao).get(f"{URL}/regions/370000").json()
    assert told["figures"]["units"] == 3
    assert told["figures"]["overdue"] == 1
    assert [row["code"] for row in told["ranking"]] == ["370100"]
    assert told["ranking"][0]["rate"]["low"] <= told["ranking"][0]["rate"]["high"]
    assert sum(told["figures"]["bands"]) == 3


def test_a_city_ranks_its_counties_by_the_rate_asked_for(scored: World, as_user: AsUser) -> None:
    told = as_user(scored.zhao).get(f"{URL}/regions/370100/table?by=overdue").json()
    assert [row["code"] for row in told["ranking"]] == ["370102", "370103"]
    assert [row["figures"]["units"] for row in told["ranking"]] == [2, 1]
    assert "trend" not in told


def test_kinds_and_states_narrow_the_figures(scored: World, as_user: AsUser) -> None:
    client = as_user(scored.zhao)
    assert client.get(f"{URL}/regions/370000?kind=3,5").json()["figures"]["units"] == 2
    assert client.get(f"{URL}/regions/370000?status=in_use").json()["figures"]["units"] == 1


@pytest.mark.parametrize("code", ["370103", "370100", "370000", "999999"])
def test_a_county_is_told_nothing_of_other_regions(
    scored: World, as_user: AsUser, code: str
) -> None:
    assert as_user(scored.lin).get(f"{URL}/regions/{code}").status_code == 404


def test_an_enterprise_is_told_of_its_own_units_only(scored: World, as_user: AsUser) -> None:
    client = as_user(scored.qian)
    told = client.get(f"{URL}/regions/370100").json()
    assert told["figures"]["units"] == 2
    assert told["trend"] == []
    yesterday = clock.today() - dt.timedelta(days=1)
    Reader.objects.update(history_from=yesterday)
    assert client.get(f"{URL}/regions/370100?as_of={yesterday}").status_code == 422


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("as_of=1999-01-01", 422),
        ("as_of=2999-01-01", 422),
        ("as_of=yesterday", 400),
        ("kind=7", 400),
        ("kind=3,,4", 400),
        ("status=flying", 400),
        ("by=beauty", 400),
        ("colour=red", 400),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    scored: World, as_user: AsUser, query: str, status: int
) -> None:
    answer = as_user(scored.zhao).get(f"{URL}/regions/370000?{query}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_before_any_figures_the_panel_says_so(world: World, as_user: AsUser) -> None:
    answer = as_user(world.zhao).get(f"{URL}/regions/370000")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-figures-yet")


@pytest.mark.parametrize("path", ["units/1", "regions/370000", "regions/370000/table"])
def test_nobody_is_told_without_signing_in(db: None, path: str) -> None:
    assert APIClient().get(f"{URL}/{path}").status_code == 401


def test_the_tag_changes_with_the_data(scored: World, as_user: AsUser) -> None:
    client = as_user(scored.zhao)
    tag = client.get(f"{URL}/regions/370000")["ETag"]
    again = client.get(f"{URL}/regions/370000", headers={"If-None-Match": tag})
    assert again.status_code == 304
    Reader.objects.update(version=Reader.objects.get().version + 1)
    later = client.get(f"{URL}/regions/370000", headers={"If-None-Match": tag})
    assert later.status_code == 200


def test_a_panel_asks_the_database_no_more_for_more_regions(scored: World, as_user: AsUser) -> None:
    client = as_user(scored.zhao)
    Gazetteer.load()
    with CaptureQueriesContext(connection) as province:
        client.get(f"{URL}/regions/370000")
    with CaptureQueriesContext(connection) as city:
        client.get(f"{URL}/regions/370100")
    assert len(province) == len(city) <= 6


def test_rule_06_a_late_registration_weighs_from_day_31(world: World, as_user: AsUser) -> None:
    points = []
    for days in (30, 31):
        first = clock.today() - dt.timedelta(days=days)
        Unit.objects.filter(pk=world.lift.pk).update(first_used_on=first)
        told = as_user(world.lin).get(f"{URL}/units/{world.lift.pk}").json()
        late = [r["points"] for r in told["reasons"] if r["factor"] == "registration_late"]
        points.append(sum(late))
    assert points[0] == 0 < points[1]
