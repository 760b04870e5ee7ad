"""A report whose photos never come does not wait for ever: staff see it and may settle it."""

from __future__ import annotations

import hashlib
import uuid

import pytest

from backend.fieldwork import actions
from backend.fieldwork.models import Item
from backend.inspections.models import Defect, Report
from backend.lib.problems import Refused
from mobile_api.outbox_serializers import build_receipt
from tests.fieldwork.items import item, report_body, scan_body, take
from tests.inspections.drafting import jpeg, photo

URL = "/api/v1/held-items"


def sha(number):
    return hashlib.sha256(jpeg(40 * number)).hexdigest()


def comes(world, number):
    photo(world, 40 * number)
    actions.settle_items_of_photo(sha256=sha(number))


@pytest.fixture
def waiting(world):
    """A report with a photo that is here and two that are not, one of a defect."""
    comes(world, 1)
    fault = {"text": "门锁失效", "severity": "serious", "photos": [sha(1), sha(3)]}
    changes = {"photos": [sha(1), sha(2)], "defects": [fault], "conclusion": "fail"}
    row = take(world.lin, item("report", report_body(world.lift, **changes)))[0]
    assert (row.state, row.missing) == ("waiting", [sha(2), sha(3)])
    return row


def test_staff_see_what_has_waited_for_days_and_not_what_came_just_now(staff, waiting, settings):
    assert staff.get(URL).json()["results"] == []
    assert staff.post(f"{URL}/{waiting.pk}/settle", {"without_photos": True}).status_code == 409
    settings.ITEM_WAITING_DAYS = 0
    [told] = staff.get(URL).json()["results"]
    assert (told["id"], told["state"], told["missing"]) == (waiting.pk, "waiting", waiting.missing)


def test_it_is_accepted_without_them_and_says_so(world, staff, waiting, settings):
    settings.ITEM_WAITING_DAYS = 0
    assert staff.post(f"{URL}/{waiting.pk}/settle").json()["state"] == "waiting"
    told = staff.post(f"{URL}/{waiting.pk}/settle", {"without_photos": True}).json()
    assert (told["state"], told["missing"]) == ("accepted", [sha(2), sha(3)])
    assert "photos-missing" in told["flags"]
    assert told["settled_by"] == world.ou.pk
    report = Report.objects.get()
    assert [one.file.sha256 for one in report.record.evidence.all()] == [sha(1)]
    assert Defect.objects.get().photos == [sha(1)]
    assert staff.get(URL).json()["results"] == []


def test_a_photo_that_comes_later_is_evidence_and_no_longer_missing(world, waiting, settings):
    settings.ITEM_WAITING_DAYS = 0
    actions.settle_parked_item(actor=world.ou, item=waiting.pk, without_photos=True)
    comes(world, 3)
    settled = Item.objects.with_missing_photos().get()
    receipt = build_receipt(settled)
    assert (receipt["state"], receipt["missing"]) == ("accepted", [sha(2)])
    assert "photos-missing" in receipt["flags"]
    assert settled.report.record.evidence.count() == 1
    sent = waiting.item_id
    body = report_body(world.lift, photos=[sha(3)], supersedes=str(sent), reason="补照片")
    correction = take(world.lin, item("correction", body))[0]
    assert [one.file.sha256 for one in correction.report.record.evidence.all()] == [sha(3)]


def test_it_settles_by_itself_if_they_come_after_all(world, waiting, settings):
    settings.ITEM_WAITING_DAYS = 0
    for number in (2, 3):
        comes(world, number)
    settled = Item.objects.with_missing_photos().get()
    assert (settled.state, settled.missing, settled.flags) == (
        "accepted",
        [],
        ["generic-checklist"],
    )


def test_what_waited_for_it_is_not_accepted_without_its_own_photos(world, waiting, settings):
    settings.ITEM_WAITING_DAYS = 0
    body = report_body(world.lift, photos=[sha(4)])
    follower = take(world.lin, item("report", body, after=str(waiting.item_id)))[0]
    actions.settle_parked_item(actor=world.ou, item=waiting.pk, without_photos=True)
    follower = Item.objects.with_missing_photos().get(pk=follower.pk)
    assert (follower.state, follower.missing) == ("waiting", [sha(4)])


def test_no_photos_help_against_a_missing_predecessor(world, settings):
    settings.ITEM_WAITING_DAYS = 0
    sent = item("scan", scan_body("x"), after=str(uuid.uuid4()))
    row = take(world.lin, sent)[0]
    settled = actions.settle_parked_item(actor=world.ou, item=row.pk, without_photos=True)
    assert (settled.state, settled.code) == ("waiting", "predecessor-missing")
    with pytest.raises(Refused, match="not-allowed"):
        actions.settle_parked_item(actor=world.lin, item=row.pk, without_photos=True)
