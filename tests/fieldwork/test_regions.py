"""Somebody hears of every fact: whoever sent it, and wherever he belongs."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.cases.models import Case
from backend.fieldwork.models import Item
from tagging.actions import bind_tag, mint_batch, retire_tag
from tagging.codes import compute_check_symbol
from tests.fieldwork.items import HERE, ago, item, report_body, scan_body, take
from tests.world import make_user


def sees(user, door):
    client = APIClient()
    client.force_authenticate(user)
    return [row["id"] for row in client.get(f"/api/v1/{door}").json()["results"]]


@pytest.fixture
def sun(world):
    """The supervisor of the other county."""
    return make_user("sun", Role.SUPERVISOR, world.shizhong)


@pytest.fixture
def void(world):
    """A tag that hung on the lift and is void."""
    code = mint_batch(actor=world.ou, count=1).tags.get().code
    bind_tag(actor=world.ou, code=code, unit=world.lift)
    retire_tag(actor=world.ou, code=code, reason="torn")
    return code


def scan(code, **changes):
    return item("scan", scan_body(code), made_at=ago(seconds=0), **changes)


def test_a_case_about_a_tag_is_for_the_place_of_its_unit_whoever_sent_the_fact(world, sun, void):
    for sender in (world.qian, world.chen, world.lin):
        take(sender, scan(void), device=sender.username)
    case = Case.objects.get()
    assert (case.region, case.items.count()) == (world.lixia, 3)
    assert [sees(user, "cases") for user in (world.ou, world.zhao, sun)] == [
        [case.pk],
        [case.pk],
        [],
    ]


def test_a_case_about_a_tag_that_never_hung_is_for_those_whose_label_it_is(world):
    code = mint_batch(actor=world.ou, count=1).tags.get().code
    retire_tag(actor=world.ou, code=code, reason="torn")
    take(world.qian, scan(code))
    assert Case.objects.get().region == world.lixia


def test_a_case_about_a_phone_is_for_the_place_of_its_owner(world, sun, void):
    sent = item("scan", scan_body(void, mock=True), made_at=ago(minutes=5))
    take(world.chen, sent)
    assert sees(sun, "cases") == [Case.objects.get(kind="mock-location").pk]
    assert sees(world.ou, "cases") == []


def test_what_says_no_place_is_seen_by_the_province(world, sun):
    take(world.qian, item("scan", scan_body("x", mock=True)), item("scan", {}))
    take(world.qian, item("report", report_body(world.lift, unit=2**62)))
    case, held = Case.objects.get(), Item.objects.filter(state="held")
    assert (case.region, held.count()) == (None, 2)
    assert sees(world.zhao, "cases") == [case.pk]
    assert set(sees(world.zhao, "held-items")) == {row.pk for row in held}
    for user in (world.ou, sun):
        assert sees(user, "cases") == sees(user, "held-items") == []


def test_a_case_without_a_place_gets_that_of_a_later_fact(world):
    code = "2" * 11 + compute_check_symbol("2" * 11)
    take(world.qian, scan(code))
    far = HERE | {"lng": 120.38}
    take(world.qian, item("scan", scan_body(code, position=far)), device="q2")
    case = Case.objects.get(kind="two-places")
    assert case.region is None
    take(world.lin, scan(code))
    case.refresh_from_db()
    assert (case.region, case.items.count()) == (world.lixia, 3)


@pytest.mark.parametrize("kind", ["scan", "report"])
def test_held_items_of_a_sender_without_a_region_reach_the_staff_of_the_place(
    world, sun, void, kind
):
    bodies = {
        "scan": scan_body(void, position={"lng": 999, "lat": 1}),
        "report": report_body(world.lift),
    }
    held = take(world.qian, item(kind, bodies[kind]))[0]
    assert (held.state, held.region) == ("held", world.lixia)
    assert sees(world.ou, "held-items") == [held.pk]
    assert sees(sun, "held-items") == []


def test_a_held_report_on_a_unit_elsewhere_is_seen_by_both_places(world, sun):
    held = take(world.lin, item("report", report_body(world.forklift_elsewhere)))[0]
    assert held.region == world.shizhong
    assert sees(world.ou, "held-items") == sees(sun, "held-items") == [held.pk]
