"""An item behind one that staff must look at, or that never came, does not wait for ever."""

from __future__ import annotations

import hashlib
import uuid

import pytest

from backend.accounts.models import Role
from backend.fieldwork import actions
from backend.fieldwork.models import Item
from backend.fieldwork.tasks import settle_waiting
from backend.inspections.models import Report
from tests.fieldwork.items import item, report_body, scan_body, take
from tests.inspections.drafting import jpeg, photo
from tests.world import make_user

URL = "/api/v1/held-items"


@pytest.fixture
def wrong(world):
    """A report that the register does not take."""
    return item("report", report_body(world.lift, checklist="no-such"))


def correction(lift, former, **changes):
    told = {"supersedes": former["id"], "reason": "笔误"} | changes
    return item("correction", report_body(lift, **told))


def stands(row):
    row.refresh_from_db()
    return (row.state, row.code)


@pytest.mark.parametrize("order", ["after", "before", "together"])
def test_a_correction_of_a_held_report_is_shown_to_staff_at_once(world, staff, wrong, order):
    sent = correction(world.lift, wrong)
    batches = {"after": [[wrong], [sent]], "before": [[sent], [wrong]], "together": [[sent, wrong]]}
    for batch in batches[order]:
        take(world.lin, *batch)
    held = Item.objects.get(item_id=sent["id"])
    assert stands(held) == ("held", "predecessor-held")
    assert wrong["id"] in held.detail
    listed = staff.get(URL).json()["results"]
    assert {row["item_id"] for row in listed} == {sent["id"], wrong["id"]}


def test_it_settles_by_itself_when_the_report_before_it_is_repaired(world, wrong):
    sent = correction(world.lift, wrong)
    behind = item("scan", scan_body("x"), after=sent["id"])
    held, *others = take(world.lin, wrong, sent, behind)
    assert {row.code for row in others} == {"predecessor-held"}
    actions.settle_parked_item(actor=world.ou, item=held.pk, body=report_body(world.lift))
    assert [stands(row) for row in others] == [("accepted", "")] * 2
    assert others[0].report.record.supersedes_id == Report.objects.get(pk=wrong["id"]).record_id
    assert "predecessor-missing" not in others[0].flags


def test_the_beat_settles_one_that_was_passed_over(world, wrong):
    held, row = take(world.lin, wrong, correction(world.lift, wrong))
    assert settle_waiting() == 0
    actions.settle_parked_item(actor=world.ou, item=held.pk, body=report_body(world.lift))
    Item.objects.filter(pk=row.pk).update(state="held", code="predecessor-held")
    assert settle_waiting() == 1
    assert stands(row) == ("accepted", "")


def test_staff_may_say_that_the_report_before_it_is_not_needed(world, staff, wrong):
    row = take(world.lin, wrong, correction(world.lift, wrong))[1]
    url = f"{URL}/{row.pk}/settle"
    assert staff.post(url).json()["code"] == "predecessor-held"
    told = staff.post(url, {"without_predecessor": True}).json()
    assert (told["state"], "predecessor-missing" in told["flags"]) == ("accepted", True)
    report = Report.objects.get()
    assert (report.record.supersedes, report.record.remark) == (None, "笔误")
    [left] = staff.get(URL).json()["results"]
    assert left["item_id"] == wrong["id"]


def test_staff_may_put_right_which_report_is_corrected(world, wrong):
    good = item("report", report_body(world.lift, conclusion="fail"))
    sent = correction(world.lift, wrong)
    row = take(world.lin, good, wrong, sent)[2]
    body = sent["body"] | {"supersedes": good["id"]}
    settled = actions.settle_parked_item(actor=world.ou, item=row.pk, body=body)
    assert (settled.state, settled.flags.count("predecessor-missing")) == ("accepted", 0)
    assert settled.report.record.supersedes_id == Report.objects.get(pk=good["id"]).record_id


def test_staff_who_took_a_report_over_take_over_its_correction_too(world):
    first = item("report", report_body(world.forklift_elsewhere, conclusion="fail"))
    held, row = take(world.lin, first, correction(world.forklift_elsewhere, first))
    root = make_user("root", Role.OFFICER, world.province)
    actions.settle_parked_item(actor=root, item=held.pk)
    assert stands(row) == ("held", "report-unknown")
    settled = actions.settle_parked_item(actor=root, item=row.pk)
    assert (settled.state, settled.report.filed_by) == ("accepted", root)


@pytest.mark.parametrize("kind", ["scan", "correction"])
def test_what_waits_for_a_lost_phone_is_settled_without_after_days(world, staff, settings, kind):
    never = {"id": str(uuid.uuid4())}
    sent = correction(world.lift, never)
    if kind == "scan":
        sent = item("scan", scan_body("x"), after=never["id"])
    row = take(world.lin, sent)[0]
    url = f"{URL}/{row.pk}/settle"
    assert staff.post(url, {"without_predecessor": True}).status_code == 409
    settings.ITEM_WAITING_DAYS = 0
    assert staff.post(url).json()["code"] == "predecessor-missing"
    assert staff.post(url, {"without_predecessor": True}).json()["state"] == "accepted"
    row.refresh_from_db()
    assert "predecessor-missing" in row.flags


def test_that_it_is_not_needed_says_nothing_of_photos_and_is_remembered_until_they_come(
    world, wrong
):
    shot = hashlib.sha256(jpeg(7)).hexdigest()
    row = take(world.lin, wrong, correction(world.lift, wrong, photos=[shot]))[1]
    settled = actions.settle_parked_item(actor=world.ou, item=row.pk, without_predecessor=True)
    assert (settled.state, settled.code) == ("waiting", "photos-missing")
    photo(world, 7)
    actions.settle_items_of_photo(sha256=shot)
    assert stands(row) == ("accepted", "")


def test_items_behind_each_other_and_a_held_one_are_held_and_harm_nobody(world, wrong):
    one, two = (item("scan", scan_body(str(n))) for n in range(2))
    first = correction(world.lift, wrong) | {"after": two["id"]}
    two["after"] = first["id"]
    rows = take(world.lin, first, two, one, wrong)
    assert [stands(row)[0] for row in rows] == ["held", "held", "accepted", "held"]
    actions.settle_parked_item(actor=world.ou, item=rows[0].pk, without_predecessor=True)
    assert [stands(row)[0] for row in rows] == ["accepted", "accepted", "accepted", "held"]


def test_one_behind_an_item_that_is_held_at_once_is_held_too(world):
    bad = item("scan", scan_body("x"), after="no-uuid")
    behind = take(world.lin, item("scan", scan_body("y"), after=bad["id"]))[0]
    take(world.lin, bad)
    assert stands(behind) == ("held", "predecessor-held")


def test_one_behind_an_item_that_only_waits_goes_on_waiting(world):
    first = item("report", report_body(world.lift, photos=["ab" * 32]))
    row = take(world.lin, first, correction(world.lift, first))[1]
    assert stands(row) == ("waiting", "predecessor-missing")
