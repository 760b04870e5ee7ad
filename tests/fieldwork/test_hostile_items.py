"""An item whose outcome is hard to keep harms neither its neighbours nor the beat."""

from __future__ import annotations

import json

import pytest
from django.db import DataError, OperationalError
from rest_framework.test import APIClient

from backend.fieldwork import settlement
from backend.fieldwork.incoming_items import parse_moment
from backend.fieldwork.models import Item
from backend.fieldwork.tasks import settle_waiting
from tests.fieldwork.items import item, report_body, scan_body, take

NUL, HALF = "\x00", "\ud800"


@pytest.mark.parametrize("bad", [NUL, HALF, f"a{NUL}{HALF}"])
@pytest.mark.parametrize("member", ["kind", "conclusion", "checklist", "tag_code", "device_time"])
def test_a_text_that_the_database_cannot_keep_is_held_and_told(world, member, bad):
    sent = item("report", report_body(world.lift, **{member: bad}))
    held, good = take(world.lin, sent, item("scan", scan_body("x")))
    assert (held.state, good.state) == ("held", "accepted")
    assert json.loads(bytes(held.raw)) == sent


@pytest.mark.parametrize("bad", [NUL, HALF])
def test_the_same_in_what_is_nested_is_held(world, bad):
    bodies = [
        report_body(world.lift, defects=[{"text": "x", "severity": bad}]),
        report_body(world.lift, position={"lng": 1, "lat": 1, "datum": bad}),
        report_body(world.lift, answers={bad: {bad: bad}}),
        report_body(world.lift, photos=[bad]),
    ]
    rows = take(world.lin, *(item("report", body) for body in bodies))
    assert {(row.state, row.code) for row in rows} == {("held", "invalid")}


def test_staff_read_a_held_item_with_half_a_character(world):
    row = take(world.lin, item("report", report_body(world.lift, kind=HALF, remark="梯")))[0]
    client = APIClient()
    client.force_authenticate(world.ou)
    answer = client.get(f"/api/v1/held-items/{row.pk}")
    assert answer.status_code == 200
    told = json.loads(answer.content)["item"]["body"]
    assert (told["kind"], told["remark"]) == ("?", "梯")


def test_an_outcome_that_cannot_be_saved_leaves_the_item_waiting_and_the_others_settle(
    world, monkeypatch
):
    saved = Item.save

    def save(row, *args, **kwargs):
        if row.state == Item.State.ACCEPTED and row.tag_code == "" and b"poison" in bytes(row.raw):
            raise DataError
        saved(row, *args, **kwargs)

    monkeypatch.setattr(Item, "save", save)
    rows = take(world.lin, item("scan", scan_body("poison")), item("scan", scan_body("x")))
    assert [row.state for row in rows] == ["waiting", "accepted"]
    late = Item.objects.filter(pk=rows[1].pk)
    late.update(state="waiting")
    assert settle_waiting() == 2
    assert late.get().state == "accepted"


@pytest.mark.parametrize("error", [OperationalError, ValueError])
def test_what_was_rolled_back_is_not_named_on_the_item(world, monkeypatch, error):
    def fail(*_facts):
        raise error

    monkeypatch.setattr(settlement, "list_implausibilities", fail)
    sent = [item("scan", scan_body("x")), item("report", report_body(world.lift))]
    for row in take(world.lin, *sent):
        assert (row.state, row.scan_id, row.report_id) == (
            "waiting" if error is OperationalError else "held",
            None,
            None,
        )


def test_a_moment_before_the_calendar_is_no_moment():
    assert parse_moment("0001-01-01T00:00:00+08:00") is None
