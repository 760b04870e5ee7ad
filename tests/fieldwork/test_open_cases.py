"""Facts that can hardly be true are taken, and open a case."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.api.cases import MAX_NEWEST_ITEMS
from backend.cases.models import Case
from tagging.actions import bind_tag, mint_batch, retire_tag
from tests.fieldwork.items import HERE, ago, item, report_body, scan_body, take
from tests.world import make_user

FAR = HERE | {"lng": 120.38}
"""Some 300 km to the east."""


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def tag_on(world, unit):
    code = mint_batch(actor=world.ou, count=1).tags.get().code
    bind_tag(actor=world.ou, code=code, unit=unit)
    return code


@pytest.mark.parametrize("turned", [False, True])
def test_a_jump_of_300_km_in_a_minute_opens_a_case_in_whatever_order_it_came(world, turned):
    here = item("scan", scan_body("a"), made_at=ago(minutes=3))
    there = item("scan", scan_body("b", position=FAR), made_at=ago(minutes=2))
    sent = [there, here] if turned else [here, there]
    rows = [row for one in sent for row in take(world.lin, one)]
    assert {row.state for row in rows} == {"accepted"}
    case = Case.objects.get()
    assert (case.kind, set(case.items.all())) == ("jump", set(rows))
    assert case.facts["km"] == pytest.approx(297, abs=5)
    assert rows[1].flags == ["jump"]


def test_300_km_by_train_is_no_jump_and_two_phones_are_no_jump(world):
    take(world.lin, item("scan", scan_body("a"), made_at=ago(hours=2)))
    take(world.lin, item("scan", scan_body("b", position=FAR), made_at=ago(minutes=1)))
    take(world.lin, item("scan", scan_body("c"), made_at=ago(minutes=1)), device="phone-2")
    assert not Case.objects.exists()


@pytest.mark.parametrize("made_at", ["1970-01-01T00:00:10Z", "2099-01-01T00:00:00Z", None, "x", 7])
def test_a_clock_that_cannot_be_right_opens_one_case_for_the_phone(world, made_at):
    sent = [item("scan", scan_body("x"), made_at=made_at) for _unused in range(3)]
    assert {row.state for row in take(world.lin, *sent)} == {"accepted"}
    case = Case.objects.get()
    assert (case.kind, case.items.count()) == ("clock", 3)


def test_a_scan_after_the_tags_retirement_opens_a_case(world):
    code = tag_on(world, world.lift)
    retire_tag(actor=world.ou, code=code, reason="torn")
    before = item("scan", scan_body(code), made_at=ago(minutes=5))
    after = item("scan", scan_body(code), made_at=ago(seconds=0))
    rows = take(world.lin, before, after)
    assert [row.flags for row in rows] == [["tag-ended"], ["tag-ended", "retired-tag"]]
    assert Case.objects.get().items.get() == rows[1]


def test_one_tag_in_two_places_within_a_day_opens_a_case(world):
    code = tag_on(world, world.lift)
    near = HERE | {"lng": 117.055}
    away = HERE | {"lng": 117.07}
    take(world.lin, item("scan", scan_body(code)))
    take(world.wei, item("scan", scan_body(code, position=near)), device="w")
    assert not Case.objects.exists()
    take(
        world.wei, item("report", report_body(world.lift, tag_code=code, position=away)), device="v"
    )
    case = Case.objects.get(kind="two-places")
    assert (case.kind, case.subject, case.items.count()) == ("two-places", code, 2)


def test_a_made_up_position_opens_a_case(world):
    assert take(world.lin, item("scan", scan_body("x", mock=True)))[0].flags == ["mock-location"]
    assert Case.objects.get().kind == "mock-location"


def test_the_supervisor_lists_and_closes_cases_of_his_place(world):
    take(world.lin, item("scan", scan_body("x", mock=True)))
    zhao = client_of(world.zhao)
    listed = zhao.get("/api/v1/cases?open=true").json()["results"]
    assert [(one["kind"], len(one["items"])) for one in listed] == [("mock-location", 1)]
    url = f"/api/v1/cases/{listed[0]['id']}/close"
    assert zhao.post(url, {"verdict": " "}).status_code == 400
    closed = zhao.post(url, {"verdict": "试机"})
    assert (closed.status_code, closed.json()["closed_by"]) == (200, world.zhao.pk)
    assert zhao.post(url, {"verdict": "再次"}).status_code == 409
    assert zhao.get("/api/v1/cases?open=true").json()["results"] == []
    take(world.lin, item("scan", scan_body("y", mock=True)))
    assert Case.objects.count() == 2


def test_a_case_shows_its_newest_facts_and_has_all_behind_it(world, django_assert_num_queries):
    scans = [item("scan", scan_body(f"x{n}", mock=True)) for n in range(MAX_NEWEST_ITEMS + 5)]
    take(world.lin, *scans)
    zhao = client_of(world.zhao)
    with django_assert_num_queries(2):
        listed = zhao.get("/api/v1/cases").json()["results"]
    take(world.wei, item("scan", scan_body("x", mock=True)), device="phone-2")
    with django_assert_num_queries(2):
        assert len(zhao.get("/api/v1/cases").json()["results"]) == 2
    [case] = listed
    newest = [one["id"] for one in reversed(scans)]
    assert (case["items_total"], ids(case["items"])) == (
        MAX_NEWEST_ITEMS + 5,
        newest[:MAX_NEWEST_ITEMS],
    )
    page = zhao.get(f"/api/v1/cases/{case['id']}/items?limit=22").json()
    rest = zhao.get(page["next"]).json()
    assert ids(page["results"]) + ids(rest["results"]) == newest
    for user in (world.lin, make_user("sun", Role.SUPERVISOR, world.shizhong)):
        assert client_of(user).get(f"/api/v1/cases/{case['id']}/items").status_code == 404


def ids(items):
    return [one["item_id"] for one in items]


def test_cases_and_held_items_are_hidden_from_others(world):
    take(world.lin, item("scan", scan_body("x", mock=True)), item("scan", {}))
    sun = make_user("sun", Role.SUPERVISOR, world.shizhong)
    for user, count in ((world.lin, 0), (world.rui, 0), (sun, 0), (world.ou, 1), (world.zhao, 1)):
        for name in ("cases", "held-items"):
            answer = client_of(user).get(f"/api/v1/{name}").json()
            assert len(answer["results"]) == count, (user, name)


def test_a_held_item_is_read_and_settled_through_the_door(world):
    sent = item("report", report_body(world.lift, checklist="no-such"))
    take(world.lin, sent)
    ou = client_of(world.ou)
    held = ou.get("/api/v1/held-items").json()["results"][0]
    assert (held["code"], "item" in held) == ("checklist-unknown", False)
    assert ou.get(f"/api/v1/held-items/{held['id']}").json()["item"] == sent
    url = f"/api/v1/held-items/{held['id']}/settle"
    assert ou.post(url, {}).json()["state"] == "held"
    assert ou.post(url, {"body": {"a": "\0"}}).status_code == 400
    settled = ou.post(url, {"body": report_body(world.lift)}).json()
    assert (settled["state"], settled["item"]) == ("accepted", sent)
    assert settled["record"] is not None
    assert ou.get("/api/v1/held-items").json()["results"] == []
