"""What becomes of items: waiting, held, repaired, corrected, and facts of their time."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Role
from backend.fieldwork import actions, settlement
from backend.fieldwork.models import Item
from backend.fieldwork.tasks import settle_waiting
from backend.inspections.models import Checklist, Defect, Report
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.models import Inspection
from tagging.actions import bind_tag, mint_batch, replace_tag
from tests.fieldwork.items import ago, item, report_body, scan_body, take
from tests.inspections.drafting import jpeg, photo
from tests.owner import as_owner
from tests.world import make_user


def chain(world, length):
    """Reports of which each comes after the one before."""
    made = [item("report", report_body(world.lift, remark=str(n))) for n in range(length)]
    for before, after in itertools.pairwise(made):
        after["after"] = before["id"]
    return made


def test_an_item_waits_visibly_for_its_predecessor_and_settles_when_that_comes(world):
    first, second = chain(world, 2)
    waiting = take(world.lin, second)[0]
    assert (waiting.state, waiting.code) == ("waiting", "predecessor-missing")
    assert take(world.lin, first)[0].state == "accepted"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.code) == ("accepted", "")


class _Undo(Exception):
    """Takes back one example."""


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(range(4)), cut=st.integers(0, 4))
def test_predecessors_settle_in_any_order_of_arrival(world, order, cut):
    try:
        with transaction.atomic():
            made = chain(world, 4)
            sent = [made[index] for index in order]
            take(world.lin, *sent[:cut])
            take(world.lin, *sent[cut:])
            assert set(Item.objects.values_list("state", flat=True)) == {"accepted"}
            assert Report.objects.count() == 4
            raise _Undo
    except _Undo:
        pass


def ladder(steps):
    """Pairs of corrections, each behind both of the pair before; the first pair comes last."""
    pairs = [(item("scan", scan_body("l")), item("scan", scan_body("r")))]
    for _ in range(steps):
        left, right = pairs[-1]
        body = {"supersedes": right["id"]}
        pairs.append(tuple(item("correction", body, after=left["id"]) for _ in range(2)))
    return [one for pair in reversed(pairs) for one in pair]


def test_ways_through_a_ladder_of_items_are_not_gone_one_by_one(world):
    queries = []
    for steps in (6, 12):
        with CaptureQueriesContext(connection) as caught:
            take(world.lin, *ladder(steps))
        queries.append(len(caught))
    assert queries[1] < 2.5 * queries[0], queries  # each way once: 64 times as many


def test_each_that_can_be_settled_is_tried_however_many_stand_before_it(world):
    rows = take(world.lin, *(item("scan", scan_body(f"x{n}")) for n in range(3)))
    Item.objects.update(state="waiting", code="unsettled")
    first = settlement.list_ready_items(most=2)
    assert first + settlement.list_ready_items(after=first[-1], most=2) == [row.pk for row in rows]
    assert actions.settle_waiting_items() == 3
    assert {row.state for row in Item.objects.all()} == {"accepted"}


def test_items_that_wait_for_each_other_wait_and_harm_nobody(world):
    one, two = chain(world, 2)
    one["after"] = two["id"]
    good = item("scan", scan_body("x"))
    assert [row.state for row in take(world.lin, one, two, good)] == [
        "waiting",
        "waiting",
        "accepted",
    ]
    itself = item("scan", scan_body("x"))
    itself["after"] = itself["id"]
    assert take(world.lin, itself)[0].state == "held"


def test_a_photo_that_came_unnoticed_is_noticed_by_the_beat(world):
    content = jpeg(7)
    sha256 = hashlib.sha256(content).hexdigest()
    waiting = take(world.lin, item("report", report_body(world.lift, photos=[sha256])))[0]
    assert settle_waiting() == 0
    photo(world, 7)
    assert settle_waiting() == 1
    waiting.refresh_from_db()
    assert waiting.state == "accepted"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"checklist": "no-such"}, "checklist-unknown"),
        ({"answers": {"1": "perhaps"}}, "answers-invalid"),
        ({"opinion_notice_no": "Y-7"}, "open-opinion-notice"),
        ({"closes": [1]}, "defect-not-open"),
        ({"unit": 2**62}, "not-found"),
        ({"unit": "x"}, "invalid"),
    ],
)
def test_what_the_register_refuses_is_held_with_the_reason_and_its_bytes(world, changes, code):
    sent = item("report", report_body(world.lift, **changes))
    held = take(world.lin, sent)[0]
    assert (held.state, held.code, held.detail != "") == ("held", code, True)
    assert sent["id"] in bytes(held.raw).decode()
    assert Report.objects.count() == 0
    assert take(world.lin, sent)[0].state == "held"


def test_a_unit_of_another_place_is_held(world):
    held = take(world.lin, item("report", report_body(world.forklift_elsewhere)))[0]
    assert (held.state, held.code) == ("held", "not-found")


def test_staff_repair_a_held_item_and_the_original_stays(world):
    sent = item("report", report_body(world.lift, checklist="no-such"))
    held = take(world.lin, sent)[0]
    follower = take(world.lin, item("scan", scan_body("x"), after=sent["id"]))[0]
    mended = report_body(world.lift)
    settled = actions.settle_parked_item(actor=world.ou, item=held.pk, body=mended)
    assert (settled.state, settled.settled_by, settled.mended) == ("accepted", world.ou, mended)
    assert b"no-such" in bytes(settled.raw)
    assert settled.report.filed_by == world.ou
    follower.refresh_from_db()
    assert follower.state == "accepted"
    with pytest.raises(Refused, match="not-held"):
        actions.settle_parked_item(actor=world.ou, item=held.pk)


def test_staff_repair_for_no_unit_that_they_do_not_see(world):
    sender = make_user("prov", Role.INSPECTOR, world.province)
    held = take(sender, item("report", report_body(world.lift, checklist="no-such")))[0]
    for unit in (world.forklift_elsewhere.pk, str(world.forklift_elsewhere.pk)):
        body = report_body(world.lift) | {"unit": unit}
        with pytest.raises(Refused, match="not-found"):
            actions.settle_parked_item(actor=world.ou, item=held.pk, body=body)
    held.refresh_from_db()
    assert (held.state, held.mended, Report.objects.count()) == ("held", None, 0)
    settled = actions.settle_parked_item(
        actor=world.ou, item=held.pk, body=report_body(world.boiler)
    )
    assert (settled.state, settled.report.unit) == ("accepted", world.boiler)


def test_staff_who_may_file_take_over_what_was_not_the_inspectors(world):
    held = take(world.lin, item("report", report_body(world.forklift_elsewhere)))[0]
    root = make_user("root", Role.OFFICER, world.province)
    settled = actions.settle_parked_item(actor=root, item=held.pk)
    assert (settled.state, settled.report.filed_by) == ("accepted", root)


def test_held_items_are_for_staff_of_the_place_alone(world):
    held = take(world.lin, item("report", {}))[0]
    elsewhere = make_user("sun", Role.OFFICER, world.shizhong)
    for actor, status in ((world.lin, 403), (world.rui, 403), (elsewhere, 404)):
        with pytest.raises(Refused) as refused:
            actions.settle_parked_item(actor=actor, item=held.pk)
        assert refused.value.status == status


def test_a_correction_takes_the_place_of_the_report_and_its_defects(world):
    fault = {"text": "门锁失效", "severity": "serious", "item": "3"}
    wrong = item("report", report_body(world.lift, conclusion="fail", defects=[fault]))
    body = report_body(world.lift, supersedes=wrong["id"], reason="看错了轿厢")
    correction = item("correction", body)
    early = take(world.lin, correction)[0]
    assert (early.state, early.code) == ("waiting", "predecessor-missing")
    take(world.lin, wrong)
    early.refresh_from_db()
    assert early.state == "accepted"
    record = early.report.record
    assert record.supersedes_id == Report.objects.get(pk=wrong["id"]).record_id
    assert record.remark == "看错了轿厢"
    assert Defect.objects.get().closed_by_report == early.report
    world.lift.refresh_from_db()
    assert (world.lift.last_conclusion, world.lift.open_defects) == ("pass", 0)
    again = take(world.lin, item("correction", body))[0]
    assert (again.state, again.code) == ("held", "superseded-already")


def test_a_tag_that_was_moved_since_is_taken_and_flagged(world):
    old, new = mint_batch(actor=world.ou, count=2).tags.values_list("code", flat=True)
    bind_tag(actor=world.ou, code=old, unit=world.lift)
    made = ago(seconds=0)
    replace_tag(actor=world.ou, unit=world.lift, code=new, reason="torn")
    scan = item("scan", scan_body(old), made_at=made)
    body = report_body(world.boiler, kind="external", conclusion="conforms", tag_code=new)
    taken = take(world.lin, scan, item("report", body))
    assert [row.state for row in taken] == ["accepted", "accepted"]
    assert taken[0].flags == ["tag-ended"]
    assert taken[1].flags == ["generic-checklist", "tag-moved"]


def test_a_checklist_that_has_ended_is_taken_and_flagged(world):
    Checklist.objects.filter(code="generic").update(valid_to=dt.date(2026, 1, 1))
    taken = take(world.lin, item("report", report_body(world.lift)))[0]
    assert taken.state == "accepted"
    assert taken.flags == ["generic-checklist", "checklist-ended"]


@pytest.mark.parametrize("hours", [-400_000, -3, 3, 30])
def test_a_wrong_clock_does_not_move_the_day_of_the_inspection(world, hours):
    device_now = clock.now() + dt.timedelta(hours=hours)
    made = device_now.isoformat()
    sent = item("report", report_body(world.lift, device_time=made), made_at=made)
    taken = take(world.lin, sent, device_now=device_now)[0]
    assert taken.state == "accepted"
    assert Inspection.objects.get().happened_on == clock.today()
    assert taken.skew == pytest.approx(hours * 3600, abs=30)


def test_the_bytes_of_an_item_never_change(world):
    kept = take(world.lin, item("scan", scan_body("x")))[0]
    for change in ({"raw": b"{}"}, {"digest": "0" * 64}, {"item_id": uuid.uuid4()}):
        with pytest.raises(Exception, match=r"Cannot|as_it_came"), transaction.atomic():
            Item.objects.filter(pk=kept.pk).update(**change)
    with as_owner(), pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        Item.objects.filter(pk=kept.pk).delete()
