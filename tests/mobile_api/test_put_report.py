"""Reports filed from a phone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken
from backend.cases.models import Case
from backend.inspections.models import RejectedReport, Report
from backend.units.models import Inspection
from tests.inspections.drafting import GENERIC, jpeg, put_in_use
from tests.mobile_api.conftest import phone_of
from tests.mobile_api.test_put_photo import send


def body_of(lift, **changes):
    body = {
        "unit": lift.pk,
        "checklist": "generic",
        "checklist_version": 1,
        "kind": "periodic",
        "answers": GENERIC,
        "conclusion": "pass",
        "device_time": "2026-11-20T10:30:00+08:00",
        "position": {"lng": 117.05, "lat": 36.65, "datum": "WGS84", "accuracy": 5},
    }
    return body | changes


def put(phone, body, report_id=None):
    return phone.put(f"/mobile/v1/reports/{report_id or uuid.uuid4()}", body)


def test_a_report_with_a_photo_is_filed_replayed_and_read(world, lin_phone):
    put_in_use(world, world.lift)
    content = jpeg()
    sha256 = hashlib.sha256(content).hexdigest()
    report_id = uuid.uuid4()
    body = body_of(world.lift, photos=[sha256])
    early = put(lin_phone, body, report_id)
    assert (early.status_code, early.data["missing"]) == (422, [sha256])
    lin_phone.generic("PUT", f"/mobile/v1/photos/{sha256}", content, content_type="image/jpeg")
    first, again = put(lin_phone, body, report_id), put(lin_phone, body, report_id)
    assert (first.status_code, first.data["receipt"]) == (201, "accepted")
    assert (again.status_code, again.data["receipt"]) == (200, "duplicate")
    due = {row["kind"]: row["due_on"] for row in first.data["unit"]["clocks"]}
    assert due["periodic"] == "2029-12-31"
    read = lin_phone.get(f"/mobile/v1/reports/{report_id}")
    assert (read.status_code, read.data["record"]) == (200, first.data["record"])
    assert Inspection.objects.get(pk=read.data["record"]).happened_on.isoformat() == "2026-11-20"


def test_rule_08_a_failed_report_answers_that_the_unit_is_blocked(world, lin_phone):
    put_in_use(world, world.lift)
    answer = put(lin_phone, body_of(world.lift, conclusion="fail"))
    assert answer.status_code == 201
    unit = answer.data["unit"]
    assert (unit["standing"], unit["use_blocked"]) == ("held", True)
    due = {row["kind"]: row["due_on"] for row in unit["clocks"]}
    assert due["periodic"] is None


def test_the_receipt_tells_what_is_in_force_and_what_contradicts(world, lin_phone):
    answers = {"1": "na", "2": "na", "3": "na"}
    body = body_of(world.lift, kind="sup_repair", answers=answers, conclusion_reason="停电")
    answer = put(lin_phone, body)
    assert (answer.data["in_force"], answer.data["flags"]) == (True, ["passed-nothing-seen"])
    assert answer.data["record"] == Inspection.objects.get().pk
    case = Case.objects.get()
    assert (case.kind, case.facts["reason"]) == ("report-doubtful", "停电")


def test_a_report_stands_at_the_time_of_its_phone_where_that_can_be(world, lin_phone):
    def stands(device_time):
        facts = {"device_time": device_time, "happened_on": "2026-11-20", "kind": "sup_repair"}
        answer = put(lin_phone, body_of(world.lift, **facts))
        record = Inspection.objects.get(pk=answer.data["record"])
        return record.stands_at, record.filed_at

    right, _filed = stands("2026-11-20T10:30:00+08:00")
    assert right == dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
    impossible, filed = stands("1970-11-20T10:30:00+08:00")
    assert impossible == filed


def test_other_content_under_the_same_id_is_409_and_kept(world, lin_phone):
    report_id = uuid.uuid4()
    put(lin_phone, body_of(world.lift), report_id)
    answer = put(lin_phone, body_of(world.lift, remark="改"), report_id)
    assert (answer.status_code, answer.data["type"]) == (409, "/problems/report-conflict")
    assert "改" in bytes(RejectedReport.objects.get().body).decode()
    assert Report.objects.get().remark == ""


def test_reports_are_refused_to_strangers(world):
    body = body_of(world.lift)
    assert put(APIClient(), body).status_code == 401
    assert put(phone_of(world.chen), body).status_code == 404
    assert put(phone_of(world.zhao), body).status_code == 403
    assert Report.objects.count() == 0


def test_a_report_is_read_by_whoever_sees_the_unit(world, lin_phone):
    report_id = uuid.uuid4()
    put(lin_phone, body_of(world.lift), report_id)
    url = f"/mobile/v1/reports/{report_id}"
    readers = {"lin": 200, "wei": 200, "zhao": 200, "qian": 200, "chen": 404}
    found = {name: phone_of(getattr(world, name), "x").get(url).status_code for name in readers}
    assert found == readers
    assert APIClient().get(url).status_code == 401
    assert lin_phone.get(f"/mobile/v1/reports/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"unit": 2**70}, 400, "/unit"),
        ({"unit": None}, 400, "/unit"),
        ({"kind": "dance"}, 400, "/kind"),
        ({"answers": {"1": 10**400}}, 400, "/answers/1"),
        ({"device_time": "0001-01-01T00:00:00+08:00"}, 400, "/device_time"),
        ({"device_time": "9999-12-31T23:59:59Z"}, 400, "/device_time"),
        ({"happened_on": "0001-01-01"}, 400, "/happened_on"),
        ({"photos": [" " + 64 * "a"]}, 400, "/photos"),
        ({"photos": [int(64 * "1")]}, 400, "/photos"),
        ({"answers": []}, 400, "/answers"),
        ({"answers": {"1": {"a": 1}}}, 400, "/answers/1"),
        ({"answers": {"1": "\u0000"}}, 400, "/answers/1"),
        ({"answers": {"1": "maybe", "2": "pass", "3": "pass"}}, 422, "/answers/1"),
        ({"photos": ["x"]}, 400, "/photos"),
        ({"defects": [{"text": ""}]}, 400, "/defects"),
        ({"device_time": "soon"}, 400, "/device_time"),
        ({"safety_grade": 6}, 400, "/safety_grade"),
        ({"happened_on": "2999-01-01"}, 422, "/happened_on"),
        ({"checklist": "none"}, 422, "/checklist"),
        ({"closes": [1]}, 422, "/closes"),
    ],
)
def test_a_malformed_report_names_the_field(world, lin_phone, changes, status, pointer):
    answer = put(lin_phone, body_of(world.lift, **changes))
    assert answer.status_code == status, answer.data
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.data["errors"][0]["pointer"].startswith(pointer)
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    "half", [{"answers": {"1": "\ud800"}}, {"remark": "\ud800"}, {"kind": "\ud800"}]
)
def test_a_text_that_no_encoding_can_hold_is_400(world, lin_phone, half):
    raw = json.dumps(body_of(world.lift, **half))
    url = f"/mobile/v1/reports/{uuid.uuid4()}"
    answer = lin_phone.generic("PUT", url, raw, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("raw", ["", "[1]", "nonsense", "[" * 100_000, '{"unit": NaN}'])
def test_what_is_no_json_object_is_400(world, lin_phone, raw):
    url = f"/mobile/v1/reports/{uuid.uuid4()}"
    answer = lin_phone.generic("PUT", url, raw, content_type="application/json")
    assert answer.status_code == 400


def test_checklists_are_for_the_category_asked(world, lin_phone):
    answer = lin_phone.get("/mobile/v1/checklists", {"category": "1100"})
    assert [row["code"] for row in answer.data] == [
        "boiler-external", "boiler-internal", "generic",
    ]  # fmt: skip
    assert answer.data[0]["items"][0]["id"] == "1.1"
    assert APIClient().get("/mobile/v1/checklists").status_code == 401


def test_the_same_report_sent_by_many_threads_at_once_is_one_row(committed_world):
    world = committed_world
    _row, token = DeviceToken.objects.create(user=world.lin, device_id="a")
    report_id, body, codes = uuid.uuid4(), body_of(world.lift), []
    start = threading.Barrier(4)

    def send():
        phone = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
        start.wait()
        codes.append(put(phone, body, report_id).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 200, 200, 201]
    assert (Report.objects.count(), Inspection.objects.count()) == (1, 1)


def test_a_report_with_three_photos_takes_few_statements(
    world, lin_phone, django_capture_on_commit_callbacks
):
    """What phones wait for, round trip by round trip; transactions and what follows a commit too."""
    put_in_use(world, world.lift)
    photos = [jpeg(colour) for colour in (1, 2, 3)]
    sums = [hashlib.sha256(photo).hexdigest() for photo in photos]
    with CaptureQueriesContext(connection) as of_photos:
        for photo, sha256 in zip(photos, sums, strict=True):
            with django_capture_on_commit_callbacks(execute=True):
                send(lin_phone, photo, sha256)
    with CaptureQueriesContext(connection) as of_report:
        answer = put(lin_phone, body_of(world.lift, kind="safety_assessment", photos=sums))
    assert answer.status_code == 201
    assert len(of_photos) <= 15
    assert len(of_report) <= 22
