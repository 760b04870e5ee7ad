"""Is everything of mine on the server?"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.fieldwork import actions
from backend.fieldwork.models import Item
from backend.lib import clock
from tests.fieldwork.items import item, report_body, scan_body, take
from tests.inspections.drafting import jpeg
from tests.mobile_api.conftest import phone_of

URL = "/mobile/v1/receipts"


def test_the_receipts_of_all_devices_come_newest_first_with_what_is_missing(world, lin_phone):
    missing = "ab" * 32
    first = item("report", report_body(world.lift, photos=[missing]))
    second = item("scan", scan_body("x"))
    take(world.lin, first, device="phone-1")
    take(world.lin, second, device="phone-2")
    take(world.wei, item("scan", scan_body("y")))
    told = lin_phone.get(URL).json()
    assert [one["id"] for one in told["receipts"]] == [second["id"], first["id"]]
    assert [one["missing"] for one in told["receipts"]] == [[], [missing]]
    assert (told["next"], told["open"]) == (None, {"waiting": 1})


def missing_of(phone):
    return {one["id"]: one["missing"] for one in phone.get(URL).json()["receipts"]}


def test_a_receipt_names_what_is_missing_now_and_not_what_was(world, lin_phone):
    shots = [jpeg(colour) for colour in (10, 60, 110)]
    named = [hashlib.sha256(shot).hexdigest() for shot in shots]
    fault = {"text": "门锁失效", "severity": "serious", "photos": [named[2], named[0]]}
    body = report_body(world.lift, photos=named[:2], defects=[fault], conclusion="fail")
    sent = item("report", body)
    take(world.lin, sent)
    for count, shot in enumerate(shots):
        assert missing_of(lin_phone) == {sent["id"]: named[count:]}
        asked = lin_phone.post(URL, {"ids": [sent["id"]]}).json()["receipts"]
        assert [one["missing"] for one in asked] == [named[count:]]
        lin_phone.generic("PUT", f"/mobile/v1/photos/{named[count]}", shot, "image/jpeg")
    assert missing_of(lin_phone) == {sent["id"]: []}
    assert Item.objects.get().state == "accepted"


def test_held_conflicting_and_waiting_reports_name_their_missing_photos_too(world, lin_phone):
    def named(sent):
        return sent["body"]["photos"]

    def report(number, **changes):
        told = {"photos": [f"{number:064x}"]} | changes
        return item("report", report_body(world.lift, **told))

    plain = report(1)
    held = report(2, checklist="no-such")
    behind = report(3) | {"after": str(uuid.uuid4())}
    rival = plain | {"body": report_body(world.lift, photos=[f"{4:064x}"])}
    rows = take(world.lin, plain, held, behind, rival)
    assert [row.state for row in rows] == ["waiting", "held", "waiting", "conflict"]
    assert [row.missing for row in rows] == [named(one) for one in (plain, held, behind, rival)]
    told = lin_phone.get(URL).json()["receipts"]
    assert [one["missing"] for one in told] == [row.missing for row in reversed(rows)]


@pytest.mark.parametrize(
    "photos", ["ab" * 32, 7, {"0": "x"}, [["ab" * 32]], ["AB" * 32, "\x00", 1]]
)
def test_what_is_no_hash_is_not_missed(world, lin_phone, photos):
    defects = [3, {"photos": photos}, None]
    sent = item("report", report_body(world.lift, photos=photos, defects=defects))
    [row] = take(world.lin, sent, item("scan", {"photos": ["ab" * 32]}))[:1]
    assert row.state == "held"
    assert set(map(tuple, missing_of(lin_phone).values())) == {()}


def test_a_body_put_right_by_staff_says_which_photos_are_missed(world, lin_phone):
    sent = item("report", report_body(world.lift, photos=["ab" * 32], checklist="no-such"))
    held = take(world.lin, sent)[0]
    body = report_body(world.lift, photos=["cd" * 32])
    settled = actions.settle_parked_item(actor=world.ou, item=held.pk, body=body)
    assert (settled.state, settled.missing) == ("waiting", ["cd" * 32])
    assert missing_of(lin_phone) == {sent["id"]: ["cd" * 32]}


def test_pages_follow_the_cursor_to_the_end(world, lin_phone):
    sent = [item("scan", scan_body(str(n))) for n in range(5)]
    take(world.lin, *sent)
    seen, cursor = [], ""
    while cursor is not None:
        page = lin_phone.get(URL, {"limit": 2, "cursor": cursor}).json()
        seen += [one["id"] for one in page["receipts"]]
        cursor = page["next"]
    assert seen == [one["id"] for one in reversed(sent)]


def test_receipts_reach_back_ninety_days_and_no_further(world, lin_phone, monkeypatch):
    now = clock.now()
    for days in (95, 80, 0):
        monkeypatch.setattr(clock, "now", lambda days=days: now - dt.timedelta(days=days))
        take(world.lin, item("scan", scan_body(str(days))), device_now=None)
    assert len(lin_phone.get(URL).json()["receipts"]) == 2
    since = (clock.today() - dt.timedelta(days=200)).isoformat()
    assert len(lin_phone.get(URL, {"since": since}).json()["receipts"]) == 2
    assert len(lin_phone.get(URL, {"since": clock.today()}).json()["receipts"]) == 1


@pytest.mark.parametrize("query", [{"since": "x"}, {"since": "2026-02-31"}, {"cursor": "x"}])
def test_a_wrong_question_is_refused(world, lin_phone, query):
    assert lin_phone.get(URL, query).status_code == 400


def test_asked_by_id_unknown_items_are_said_to_be_unknown(world, lin_phone):
    mine, foreign = item("scan", scan_body("x")), item("scan", scan_body("y"))
    take(world.lin, mine)
    take(world.wei, foreign)
    never = str(uuid.uuid4())
    asked = lin_phone.post(URL, {"ids": [never, mine["id"], foreign["id"]]}).json()["receipts"]
    assert [one["state"] for one in asked] == ["unknown", "accepted", "unknown"]
    assert asked[0] == {"id": never, "state": "unknown"}
    for wrong in ({}, {"ids": "x"}, {"ids": ["x"]}, {"ids": [never] * 1001}):
        assert lin_phone.post(URL, wrong, format="json").status_code == 400


def test_a_phone_whose_content_came_second_hears_of_the_conflict(world, lin_phone):
    one = item("scan", scan_body("x"))
    take(world.lin, one, device="phone-1")
    take(world.lin, one | {"body": scan_body("y")}, device="phone-2")
    for device, state in (("phone-1", "accepted"), ("phone-2", "conflict")):
        phone = lin_phone if device == "phone-1" else phone_of(world.lin, device)
        asked = phone.post(URL, {"ids": [one["id"]]}).json()["receipts"]
        assert [receipt["state"] for receipt in asked] == [state]


def test_a_repaired_item_turns_green(world, lin_phone):
    sent = item("report", report_body(world.lift, checklist="no-such"))
    held = take(world.lin, sent)[0]
    assert lin_phone.get(URL).json()["open"] == {"held": 1}
    actions.settle_parked_item(actor=world.ou, item=held.pk, body=report_body(world.lift))
    told = lin_phone.get(URL).json()
    assert (told["open"], told["receipts"][0]["state"]) == ({}, "accepted")
    assert told["receipts"][0]["record"] is not None


def test_the_number_of_queries_does_not_grow_with_the_receipts(world, lin_phone):
    counts = []
    for more in (1, 9):
        sent = [item("report", report_body(world.lift, remark=str(n))) for n in range(more)]
        take(world.lin, *sent)
        ids = [one["id"] for one in sent]
        take(world.lin, *({"id": f"{more}-{n}"} for n in range(more)))
        with CaptureQueriesContext(connection) as caught:
            assert len(lin_phone.get(URL).json()["receipts"]) >= more
            assert len(lin_phone.post(URL, {"ids": ids}).json()["receipts"]) == more
        counts.append(len(caught))
        assert not any('"raw"' in one["sql"] for one in caught.captured_queries)
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("asked", [False, 0, 7, None])
def test_an_id_that_is_no_text_is_refused(lin_phone, asked):
    answer = lin_phone.post("/mobile/v1/receipts", {"ids": [asked]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/ids/0"
