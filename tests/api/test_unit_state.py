"""A unit on a day, by what was known on a day, through the REST door."""

from __future__ import annotations

from typing import Any

import pytest

from backend.lib import clock
from backend.units.models import Stop, Unit
from geo.models import Region
from geo.region_files import load_regions
from tests.api.conftest import SignedIn
from tests.units.filing import day, file, inspect, put_in_use
from tests.units.lives import frozen
from tests.units.test_withdraw import withdraw
from tests.world import World, make_unit


@pytest.fixture
def lift(world: World) -> Unit:
    """In use since May 2024; its stop of February 2025 was filed in June and withdrawn in July."""
    with frozen() as freeze:
        freeze(day("2024-05-20"))
        unit = make_unit("3110", world.lixia, world.mall, first_used_on=None)
        put_in_use(world, unit, "2024-05-20")
        freeze(day("2025-02-01"))
        inspect(world, unit, "2025-02-01", kind="accident", conclusion="fail")
        freeze(day("2025-06-01"))
        stop = Stop(happened_on=day("2025-02-10"), notified_on=day("2025-02-10"))
        file(world, unit, stop)
        freeze(day("2025-07-01"))
        withdraw(world, unit, stop)
    return unit


def told(world: World, as_user: SignedIn, unit: Unit, **asked: str) -> Any:
    answer = as_user(world.lin).get(f"/api/v1/units/{unit.pk}/state", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_state_of_a_day_by_the_knowledge_of_a_day(
    world: World, as_user: SignedIn, lift: Unit
) -> None:
    asked = {"as_of": "2025-03-01"}
    words = {
        known_on: told(world, as_user, lift, known_on=known_on, **asked)["status"]
        for known_on in ("2025-03-01", "2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01")
    }
    assert list(words.values()) == ["in_use", "in_use", "stopped", "stopped", "in_use"]


def test_the_state_tells_holds_and_clocks_of_its_day(
    world: World, as_user: SignedIn, lift: Unit
) -> None:
    before = told(world, as_user, lift, as_of="2025-01-31", known_on="2025-06-30")
    after = told(world, as_user, lift, as_of="2025-02-01", known_on="2025-02-01")
    assert (before["standing"], before["held"], before["holds"]) == ("in_order", False, [])
    assert (after["standing"], after["held"]) == ("held", True)
    assert [(hold["rule"], hold["since"]) for hold in after["holds"]] == [("failed", "2025-02-01")]
    assert {c["kind"]: c["due_on"] for c in before["clocks"]}["periodic"] == "2025-05-31"
    assert before["next_due_on"] == "2025-05-31"
    assert (before["region"], before["certificate_no"]) == ("370102", "梯11鲁A00001(24)")


def test_nothing_asked_is_today_by_todays_knowledge(
    world: World, as_user: SignedIn, lift: Unit
) -> None:
    today = clock.today().isoformat()
    found = told(world, as_user, lift)
    shown = as_user(world.lin).get(f"/api/v1/units/{lift.pk}").json()
    assert (found["as_of"], found["known_on"]) == (today, today)
    for name in ("status", "standing", "registered_on", "next_due_on", "last_inspected_on"):
        assert found[name] == shown[name], name


def test_a_state_of_no_day_is_refused(world: World, as_user: SignedIn, lift: Unit) -> None:
    client, url = as_user(world.lin), f"/api/v1/units/{lift.pk}/state"
    for name in ("as_of", "known_on"):
        assert client.get(url, {name: "2999-01-01"}).status_code == 422
        assert client.get(url, {name: "1899-12-31"}).status_code == 422
        assert client.get(url, {name: "yesterday"}).status_code == 400
    early = client.get(url, {"known_on": "2024-05-19"})
    assert (early.status_code, early.json()["type"]) == (422, "/problems/not-known-yet")
    assert client.get(url, {"day": "2026-01-01"}).status_code == 400


def test_rule_25_the_place_is_called_as_on_the_day(world: World, as_user: SignedIn) -> None:
    load_regions()
    with frozen() as freeze:
        freeze(day("2017-05-20"))
        unit = make_unit("3110", Region.objects.get(code="370116"), world.mall)
    client, url = as_user(world.qian), f"/api/v1/units/{unit.pk}/state"
    names = [
        client.get(url, {"as_of": on}).json()["region_name"] for on in ("2018-12-31", "2019-01-01")
    ]
    assert names == ["莱芜市莱城区", "济南市莱芜区"]


def test_the_state_is_told_to_those_who_see_the_unit(
    world: World, as_user: SignedIn, lift: Unit
) -> None:
    url = f"/api/v1/units/{lift.pk}/state"
    assert as_user(world.chen).get(url).status_code == 404
    assert as_user(world.qian).get(url).status_code == 200


def timeline(world: World, as_user: SignedIn, unit: Unit, **asked: Any) -> list[Any]:
    answer = as_user(world.lin).get(f"/api/v1/units/{unit.pk}/records", {"stage": "stop", **asked})
    assert answer.status_code == 200, answer.content
    return [row["superseded_by"] for row in answer.json()["results"]]


def test_the_timeline_tells_what_was_known_on_a_day(
    world: World, as_user: SignedIn, lift: Unit
) -> None:
    taken = lift.records.get(stage="withdrawal").pk
    assert timeline(world, as_user, lift, known_on="2025-05-31") == []
    assert timeline(world, as_user, lift, known_on="2025-06-30") == [None]
    assert timeline(world, as_user, lift, known_on="2025-07-01") == [taken]
    assert timeline(world, as_user, lift) == [taken]
    assert timeline(world, as_user, lift, as_of="2025-02-09") == []
    assert timeline(world, as_user, lift, as_of="2025-02-10") == [taken]


def test_the_facts_of_a_timeline_are_those_known_on_the_day(
    world: World, as_user: SignedIn, lift: Unit
) -> None:
    asked = {"in_force": "true"}
    assert timeline(world, as_user, lift, known_on="2025-06-30", **asked) == [None]
    assert timeline(world, as_user, lift, known_on="2025-07-01", **asked) == []
    assert timeline(world, as_user, lift, **asked) == []
    client, url = as_user(world.lin), f"/api/v1/units/{lift.pk}/records"
    assert client.get(url, {"stage": "withdrawal", **asked}).json()["results"] == []
    assert client.get(url, {"known_on": "2999-01-01"}).status_code == 422
    assert client.get(url, {"known_on": "2026-13-45"}).status_code == 400
