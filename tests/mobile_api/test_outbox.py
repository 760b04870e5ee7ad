"""The outbox: every item is answered on its own, and nothing is lost."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid

import pytest
from django.db import connection

from backend.accounts.models import DeviceToken
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from backend.units.models import Inspection
from tagging.models import Scan
from tests.fieldwork.items import ago, item, report_body, scan_body
from tests.inspections.drafting import jpeg, put_in_use
from tests.mobile_api.conftest import phone_of, tag_on

URL = "/mobile/v1/outbox"


def send(phone, *items, **changes):
    body = {"app": "1.4.0", "device_now": ago(seconds=1), "items": list(items)}
    return phone.post(URL, body | changes, format="json")


def states(answer):
    assert answer.status_code == 200, answer.content
    return [receipt["state"] for receipt in answer.json()["receipts"]]


def put_photo(phone, content):
    sha256 = hashlib.sha256(content).hexdigest()
    url = f"/mobile/v1/photos/{sha256}"
    assert phone.generic("PUT", url, content, content_type="image/jpeg").status_code == 201
    return sha256


def test_a_mixed_batch_is_answered_item_by_item_in_the_order_sent(world, lin_phone):
    scan = item("scan", scan_body(tag_on(world)))
    report = item("report", report_body(world.lift))
    held = item("report", report_body(world.lift, checklist="no-such"))
    answer = send(lin_phone, scan, "rubbish", report, held)
    assert states(answer) == ["accepted", "rejected", "accepted", "held"]
    told = answer.json()["receipts"]
    assert [one["id"] for one in told] == [scan["id"], None, report["id"], held["id"]]
    assert told[2]["record"] == Report.objects.get().record_id
    assert [one["in_force"] for one in told] == [False, False, True, False]
    assert told[3]["code"] == "checklist-unknown"
    assert Scan.objects.get().client_id == uuid.UUID(scan["id"])


def test_every_fact_keeps_its_bytes_times_device_and_app(world, lin_phone):
    text = '{"type":"scan",  "id":"0190b0b0-0000-7000-8000-000000000001",'
    text += '"made_at":"2026-11-23T09:00:00+08:00","body":{"raw":"x","mock": false}}'
    body = f'{{"items" : [ {text} ], "app":"1.4.0","device_now":"2026-11-23T09:00:00+08:00"}}'
    answer = lin_phone.generic("POST", URL, body, content_type="application/json")
    assert states(answer) == ["accepted"]
    kept = Item.objects.get()
    assert bytes(kept.raw).decode() == text
    assert (kept.device, kept.app) == ("phone-1", "1.4.0")
    assert kept.made_at.isoformat() == "2026-11-23T01:00:00+00:00"
    assert kept.skew == pytest.approx((kept.device_now - kept.received_at).total_seconds())


def test_the_same_content_gives_the_same_receipt_for_ever(world, lin_phone):
    sent = item("report", report_body(world.lift))
    first = send(lin_phone, sent).json()["receipts"][0]
    turned = dict(reversed(sent.items()))
    for _attempt in range(2):
        again = send(lin_phone, turned).json()["receipts"][0]
        assert again == first | {"state": "duplicate"}
    assert (Item.objects.count(), Report.objects.count()) == (1, 1)


def test_an_item_twice_in_one_batch_is_one_fact(world, lin_phone):
    sent = item("report", report_body(world.lift))
    assert states(send(lin_phone, sent, sent)) == ["accepted", "accepted"]
    assert (Item.objects.count(), Inspection.objects.count()) == (1, 1)


def test_other_content_under_one_id_is_a_conflict_and_both_are_kept(world, lin_phone):
    one = item("report", report_body(world.lift))
    other = one | {"body": report_body(world.lift, conclusion="fail")}
    assert states(send(lin_phone, one, other)) == ["accepted", "conflict"]
    assert states(send(lin_phone, other, one)) == ["conflict", "duplicate"]
    kept = Item.objects.order_by("pk")
    assert [row.rival for row in kept] == [False, True]
    assert json.loads(bytes(kept[1].raw)) == other
    assert Report.objects.get().conclusion == "pass"


def test_an_id_that_another_person_used_is_a_conflict(world, lin_phone):
    sent = item("report", report_body(world.lift))
    assert states(send(lin_phone, sent)) == ["accepted"]
    assert states(send(phone_of(world.wei), sent)) == ["conflict"]


def test_a_report_waits_for_its_photos_and_settles_with_the_last(world, lin_phone):
    shots = [jpeg(colour) for colour in (1, 2)]
    hashes = [hashlib.sha256(shot).hexdigest() for shot in shots]
    told = send(lin_phone, item("report", report_body(world.lift, photos=hashes)))
    receipt = told.json()["receipts"][0]
    assert (receipt["state"], receipt["code"]) == ("waiting", "photos-missing")
    assert receipt["missing"] == hashes
    assert lin_phone.get(f"/mobile/v1/photos/{hashes[0]}").status_code == 404
    put_photo(lin_phone, shots[0])
    assert lin_phone.get(f"/mobile/v1/photos/{hashes[0]}").status_code == 200
    assert Item.objects.get().state == "waiting"
    put_photo(lin_phone, shots[1])
    settled = Item.objects.get()
    assert (settled.state, settled.report.pk) == ("accepted", settled.item_id)


def test_two_phones_filing_the_same_inspection_lose_nothing(world, lin_phone):
    put_in_use(world, world.lift)
    then = ago(hours=1)
    first = item("report", report_body(world.lift, device_time=then))
    assert states(send(lin_phone, first)) == ["accepted"]
    late = item("report", report_body(world.lift, device_time=then), made_at=then)
    assert states(send(phone_of(world.wei), late)) == ["accepted"]
    flags = Item.objects.latest("pk").flags
    assert {"twin", "unit-changed"} <= set(flags)
    assert Report.objects.count() == 2


def test_a_revoked_phone_sends_the_rest_after_a_new_sign_in(world, lin_phone):
    sent = [item("report", report_body(world.lift)), item("scan", scan_body("x"))]
    assert states(send(lin_phone, sent[0])) == ["accepted"]
    DeviceToken.objects.filter(user=world.lin).delete()
    assert send(lin_phone, *sent).status_code == 401
    assert states(send(phone_of(world.lin), *sent)) == ["duplicate", "accepted"]


def test_too_many_items_are_refused_by_the_limit_that_was_announced(world, lin_phone):
    limit = lin_phone.get("/mobile/v1/limits").json()["outbox_max_items"]
    answer = send(lin_phone, *({} for _unused in range(10_000)))
    assert answer.status_code == 422
    assert answer.json()["outbox_max_items"] == limit == 200
    assert Item.objects.count() == 0
    assert states(send(lin_phone, *range(limit))) == ["rejected"] * limit


def test_too_many_bytes_are_refused_by_the_limit_that_was_announced(world, lin_phone):
    limit = lin_phone.get("/mobile/v1/limits").json()["outbox_max_bytes"]
    answer = send(lin_phone, item("scan", {"raw": "x" * limit}))
    assert (answer.status_code, answer.json()["outbox_max_bytes"]) == (413, limit)


def test_one_item_too_large_is_rejected_by_its_id_and_nothing_of_it_is_kept(
    world, lin_phone, settings
):
    limit = lin_phone.get("/mobile/v1/limits").json()["outbox_max_item_bytes"]
    assert limit == 512 * 1024
    huge = item("scan", scan_body("x") | {"note": "梯" * (limit // 3)})
    good = item("scan", scan_body("y"))
    for _attempt in range(2):
        answer = send(lin_phone, huge, good)
        receipt = answer.json()["receipts"][0]
        assert (receipt["state"], receipt["code"]) == ("rejected", "item-too-large")
        assert receipt["id"] == huge["id"]
    kept = Item.objects.get(state="rejected")
    assert (bytes(kept.raw), kept.item_id, Item.objects.count()) == (b"", None, 2)
    told = lin_phone.get("/mobile/v1/receipts").json()["receipts"]
    assert {one["id"] for one in told} == {huge["id"], good["id"]}
    settings.OUTBOX_MAX_ITEM_BYTES = limit * 4
    # Small enough now: kept, and held for the member that no scan has.
    assert states(send(lin_phone, huge)) == ["held"]


@pytest.mark.parametrize(("sent", "told"), [("x" * 99, "x" * 64), ("a\x00", "a␀"), (7, None)])
def test_the_receipt_of_what_is_no_fact_names_the_id_that_it_gave(world, lin_phone, sent, told):
    for answer in (send(lin_phone, {"id": sent}), lin_phone.get("/mobile/v1/receipts")):
        assert [one["id"] for one in answer.json()["receipts"]] == [told]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"items": [{"id": "x"',
        '{"items": [1 2]}',
        '{"items": [NaN]}',
        '{"items": []} x',
        '{"items": [' + "[" * 100_000,
        '{1: 2, "items": []}',
        "\ufeff{}",
    ],
)
def test_what_is_not_whole_json_is_refused(world, lin_phone, text):
    answer = lin_phone.generic("POST", URL, text.encode(), content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("content", [b'{"items": ["\xff"]}', '{"items": []}'.encode("utf-16")])
def test_what_is_not_utf_8_is_refused(world, lin_phone, content):
    answer = lin_phone.generic("POST", URL, content, content_type="application/json")
    assert answer.status_code == 400


def test_a_batch_without_a_list_of_items_is_refused(world, lin_phone):
    wrong: tuple[object, ...] = ({}, None, "x", 7)
    for items in wrong:
        answer = lin_phone.post(URL, {"items": items}, format="json")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/items-missing")


@pytest.mark.parametrize(
    "bad",
    [None, 1, "x", [], {}, {"id": 7, "type": "scan"}, {"id": str(uuid.uuid4()), "type": "x"}],
)
def test_what_is_no_fact_is_rejected_without_harm_to_its_neighbours(world, lin_phone, bad):
    good = [item("scan", scan_body("a")), item("scan", scan_body("b"))]
    assert states(send(lin_phone, good[0], bad, good[1])) == ["accepted", "rejected", "accepted"]
    assert states(send(lin_phone, bad)) == ["rejected"]
    kept = Item.objects.get(state="rejected")
    assert (json.loads(bytes(kept.raw)), kept.item_id) == (bad, None)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"raw": 7, "position": 3},
        {"raw": "a\x00b", "position": {"lng": 999, "lat": "x"}},
        {"raw": "x" * 9000},
        {"raw": "\ud800", "position": {"lng": 1e400, "lat": 0}},
    ],
)
def test_a_fact_of_the_wrong_form_is_held_word_for_word(world, lin_phone, body):
    text = json.dumps(item("scan", body)).replace("Infinity", "1e400")
    whole = f'{{"items":[{text}]}}'
    answer = lin_phone.generic("POST", URL, whole, content_type="application/json")
    assert states(answer) == ["held"]
    receipt = answer.json()["receipts"][0]
    assert receipt["code"] == "invalid"
    assert receipt["errors"][0]["pointer"].startswith("/body")
    assert bytes(Item.objects.get().raw).decode() == text


def test_threads_racing_with_one_item_make_one_record(committed_world):
    sent = item("report", report_body(committed_world.lift))
    phones = [phone_of(committed_world.lin, f"phone-{n}") for n in range(4)]
    answers = []

    def race(phone):
        answers.append(send(phone, sent, item("scan", scan_body("x"))))
        connection.close()

    threads = [threading.Thread(target=race, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one for answer in answers for one in states(answer)} <= {"accepted", "duplicate"}
    assert (Report.objects.count(), Inspection.objects.count()) == (1, 1)
    assert Item.objects.count() == 5


def test_a_flood_of_items_is_slowed_and_a_week_of_work_is_not(world, lin_phone, settings):
    settings.OUTBOX_MAX_PER_SPAN = 4
    for _batch in range(2):
        assert (
            send(lin_phone, *[item("scan", scan_body("x")) for _n in range(2)]).status_code == 200
        )
    answer = send(lin_phone, item("scan", scan_body("x")))
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-items-for-now")
    assert 0 < int(answer["Retry-After"]) <= 600
    assert Item.objects.count() == 4


def test_a_member_that_no_batch_and_no_item_has_is_told(world, lin_phone):
    answer = lin_phone.post(URL, {"items": [], "apps": "1"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unknown-member")
    receipt = send(lin_phone, item("scan", scan_body("x"), adress="y")).json()["receipts"][0]
    assert (receipt["state"], receipt["code"]) == ("held", "unknown-member")
