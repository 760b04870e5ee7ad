"""In whose name a fact of the field stands, and by whose right: each test plays an attack."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import Role
from backend.cases.actions import close_case
from backend.cases.models import Case
from backend.evidence.models import File
from backend.fieldwork import actions
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from backend.lib.problems import Refused
from mobile_api.outbox_serializers import build_receipt
from tests.fieldwork.items import item, report_body, take
from tests.inspections.drafting import jpeg, photo
from tests.mobile_api.conftest import phone_of
from tests.owner import as_owner
from tests.world import make_unit, make_user


def held_failure(world, **changes):
    """A failing report of Lin's that is held for its checklist."""
    body = report_body(world.lift, checklist="no-such", conclusion="fail") | changes
    return take(world.lin, item("report", body))[0]


def test_who_may_not_file_repairs_no_report(world):
    held = held_failure(world)
    with pytest.raises(Refused, match="not-allowed"):
        actions.settle_parked_item(actor=world.zhao, item=held.pk, body=report_body(world.lift))
    held.refresh_from_db()
    assert (held.mended, held.stated_by, Report.objects.count()) == (None, None, 0)


def test_a_repaired_report_is_the_repairers_own_and_shows_both_texts(world):
    held = held_failure(world)
    settled = actions.settle_parked_item(actor=world.ou, item=held.pk, body=report_body(world.lift))
    assert (settled.state, settled.report.filed_by, settled.stated_by) == (
        "accepted", world.ou, world.ou,
    )  # fmt: skip
    assert "mended" in settled.flags
    told = Item.objects.for_receipts().get(pk=held.pk)
    assert build_receipt(told)["stated_by"] == str(world.ou)
    client = APIClient()
    client.force_authenticate(world.lin)
    shown = client.get(f"/api/v1/reports/{settled.report.pk}").json()
    assert (shown["filed_by"], shown["original"]["sent_by"]) == (str(world.ou), str(world.lin))
    assert shown["original"]["item"]["body"]["conclusion"] == "fail"
    reader = Client()
    reader.force_login(world.ou)
    page = reader.get(f"/units/{world.lift.pk}/reports/{settled.report.pk}/").content.decode()
    assert "no-such" in page
    assert str(world.lin) in page


def test_a_failure_repaired_into_a_pass_opens_a_case_that_the_repairer_cannot_close(world):
    held = held_failure(world)
    settled = actions.settle_parked_item(actor=world.ou, item=held.pk, body=report_body(world.lift))
    case = Case.objects.get(kind="overruled")
    assert (case.record, case.facts["was"], case.facts["is"]) == (
        settled.report.record_id, "fail", "pass",
    )  # fmt: skip
    with pytest.raises(Refused, match="not-allowed"):
        close_case(actor=world.ou, case=case.pk, verdict="fine")
    close_case(actor=world.zhao, case=case.pk, verdict="seen")


def test_a_colleagues_failure_corrected_into_a_pass_opens_a_case(world):
    failed = item("report", report_body(world.lift, conclusion="fail"))
    take(world.lin, failed)
    better = report_body(world.lift, supersedes=failed["id"], reason="x")
    assert take(world.wei, item("correction", better))[0].state == "accepted"
    assert Case.objects.get(kind="overruled").user == world.wei


def test_ones_own_failure_corrected_is_ones_own(world):
    failed = item("report", report_body(world.lift, conclusion="fail"))
    take(world.lin, failed)
    better = report_body(world.lift, supersedes=failed["id"], reason="x")
    assert take(world.lin, item("correction", better))[0].state == "accepted"
    assert not Case.objects.filter(kind="overruled").exists()


def test_what_staff_take_over_stays_theirs_when_it_is_settled_later(world):
    late = hashlib.sha256(jpeg()).hexdigest()
    held = take(world.lin, item("report", report_body(world.forklift_elsewhere, photos=[late])))
    root = make_user("root", Role.OFFICER, world.province)
    settled = actions.settle_parked_item(actor=root, item=held[0].pk)
    assert (settled.state, settled.stated_by) == ("waiting", root)
    photo(world)
    actions.settle_items_of_photo(sha256=late)
    settled.refresh_from_db()
    assert (settled.report.filed_by, "taken-over" in settled.flags) == (root, True)


# Photos


def test_a_foreign_photo_cannot_be_named_by_its_hash(world):
    theirs = photo(world)
    body = report_body(world.lift, photos=[theirs.sha256])
    waiting = take(world.wei, item("report", body))[0]
    assert (waiting.state, waiting.missing) == ("waiting", [theirs.sha256])
    assert take(world.lin, item("report", body))[0].state == "accepted"


def test_whoever_sends_the_bytes_himself_may_name_them(world):
    theirs = photo(world)
    assert photo(world, sender=world.wei) == theirs
    body = report_body(world.lift, photos=[theirs.sha256])
    assert take(world.wei, item("report", body))[0].state == "accepted"


def test_whether_a_foreign_photo_is_here_is_not_told(world):
    lin_phone = phone_of(world.lin)
    theirs = photo(world, sender=world.wei)
    assert lin_phone.get(f"/mobile/v1/photos/{theirs.sha256}").status_code == 404
    assert photo(world) == theirs
    assert lin_phone.get(f"/mobile/v1/photos/{theirs.sha256}").status_code == 200
    assert File.objects.count() == 1


def test_a_photo_that_proves_another_unit_is_flagged_and_opens_a_case(world):
    same = photo(world)
    other = make_unit("3110", world.lixia)
    for unit in (world.lift, other):
        [last] = take(world.lin, item("report", report_body(unit, photos=[same.sha256])))
    assert "photo-elsewhere" in last.flags
    case = Case.objects.get(kind="report-doubtful", unit=other.pk)
    assert "photo-elsewhere" in case.facts["flags"]


# The trail


def test_who_did_something_is_as_append_only_as_what_was_done(world):
    with attribute_changes_to(world.lin), transaction.atomic():
        world.lift.address = "x"
        world.lift.save()
    for sql in (
        "UPDATE pghistory_context SET metadata = '{\"user\": 1}'",
        "DELETE FROM pghistory_context",
    ):
        with (
            as_owner(),
            pytest.raises(DatabaseError, match="cannot be changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
