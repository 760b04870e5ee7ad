"""What others filed meanwhile is no reason to refuse a fact; whoever has a network is told at once."""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
import pytest

from backend.inspections.models import Defect, Report, Task
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.derived_state import recompute_unit
from backend.units.filing import file_record
from backend.units.models import Record, Scrap, Unit
from tests.fieldwork.items import ago, item, report_body, take
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.owner import as_owner


def day(ago):
    return clock.today() - dt.timedelta(days=ago)


def report(lift, *, days=0, **changes):
    """A report made that many days ago."""
    made = {"made_at": ago(days=days)} if days else {}
    return item("report", report_body(lift, device_time=ago(days=days), **changes), **made)


@pytest.mark.parametrize("kind", ["cancelled", "moved_out", "scrapped"])
@pytest.mark.parametrize("days", [5, 1, 0])
def test_an_inspection_of_a_unit_that_ended_is_taken_and_leaves_it_ended(world, kind, days):
    put_in_use(world, world.lift)
    scrap = Scrap(happened_on=day(3), kind=kind)
    file_record(actor=world.rui, unit=world.lift, record=scrap)
    row = take(world.lin, report(world.lift, days=days, conclusion="fail"))[0]
    assert (row.state, "unit-ended" in row.flags) == ("accepted", True)
    world.lift.refresh_from_db()
    assert (world.lift.status, world.lift.next_due_on) == (kind, None)
    assert row.report.record.happened_on == day(days)
    assert not recompute_unit(unit=world.lift)


def test_whoever_has_a_network_is_refused_a_unit_that_ended(world):
    put_in_use(world, world.lift)
    scrap = Scrap(happened_on=day(3), kind="cancelled")
    file_record(actor=world.rui, unit=world.lift, record=scrap)
    with pytest.raises(Refused, match="unit-ended"):
        file(world, draft_of(world.lift, happened_on=day(1)))


@pytest.mark.parametrize("days", [1, 0])
def test_an_inspection_that_another_made_a_day_before_is_taken_as_too_early(world, days):
    put_in_use(world, world.lift, dt.date(2023, 12, 1))
    first = take(world.wei, report(world.lift, days=1), device="phone-2")[0]
    late = take(world.lin, report(world.lift, days=days))[0]
    assert (first.state, "too-early" in first.flags) == ("accepted", False)
    assert (late.state, "too-early" in late.flags) == ("accepted", True)
    with pytest.raises(Refused, match="too-early"):
        file(world, draft_of(world.lift, happened_on=day(0)))


def with_a_defect(world):
    """A defect found three days ago, and the task to look whether it is put right."""
    fault = {"text": "门锁失效", "severity": "serious"}
    found = report(world.lift, days=3, kind="external", defects=[fault], conclusion="fail")
    assert take(world.lin, found)[0].state == "accepted"
    facts = {"unit": world.lift.pk, "kind": "external", "planned_on": day(0)}
    plan_task(actor=world.ou, assignee=world.lin, **facts)
    return Defect.objects.get()


def test_two_phones_that_did_the_same_task_and_put_right_the_same_defect_lose_nothing(world):
    defect = with_a_defect(world)
    other = {"text": "轿厢照明", "severity": "general"}
    sent = [report(world.lift, kind="external", closes=[defect.pk], remark=text) for text in "ab"]
    sent[1]["body"]["defects"] = [other]
    first, late = (
        take(user, one, device=name)[0]
        for user, one, name in zip(
            (world.wei, world.lin), sent, ("phone-2", "phone-1"), strict=True
        )
    )
    assert (first.state, late.state) == ("accepted", "accepted")
    assert {"twin", "defect-closed"} & set(first.flags) == set()
    assert {"twin", "defect-closed", "unit-changed"} <= set(late.flags)
    assert (Report.objects.count(), Record.objects.count()) == (3, 3)
    assert Task.objects.get().done_by_report == first.report
    defect.refresh_from_db()
    assert defect.closed_by_report == first.report
    world.lift.refresh_from_db()
    assert (world.lift.open_defects, Defect.objects.get(closed_on=None).text) == (1, "轿厢照明")


def test_the_defect_that_is_open_still_is_closed_beside_one_that_is_not(world):
    defect = with_a_defect(world)
    fault = {"text": "轿厢照明", "severity": "general"}
    take(world.wei, report(world.lift, kind="external", closes=[defect.pk], defects=[fault]))
    both = list(Defect.objects.values_list("pk", flat=True))
    row = take(world.lin, report(world.lift, kind="external", closes=both))[0]
    assert (row.state, "defect-closed" in row.flags) == ("accepted", True)
    assert not Defect.objects.filter(closed_on=None).exists()


def test_a_defect_of_another_unit_is_still_refused(world):
    defect = with_a_defect(world)
    row = take(world.lin, report(world.boiler, kind="external", closes=[defect.pk]))[0]
    assert (row.state, row.code) == ("held", "defect-not-open")


def test_whoever_has_a_network_is_refused_a_defect_that_is_closed(world):
    defect = with_a_defect(world)
    take(world.wei, report(world.lift, kind="external", closes=[defect.pk]))
    draft = draft_of(world.lift, closes=[defect.pk], happened_on=day(0))
    with pytest.raises(Refused, match="defect-not-open"):
        file(world, draft, report_id=uuid.uuid4())


def moved_away(world):
    """The lift, in another county by now."""
    put_in_use(world, world.lift)
    Unit.objects.filter(pk=world.lift.pk).update(region=world.shizhong)


def test_a_unit_that_has_moved_to_another_county_is_taken_as_it_was_carried(world):
    moved_away(world)
    first = report(world.lift, conclusion="fail")
    row = take(world.lin, first)[0]
    assert (row.state, "unit-elsewhere" in row.flags) == ("accepted", True)
    assert (row.report.record.region_id, row.report.unit_id) == ("370103", world.lift.pk)
    better = item("correction", report_body(world.lift, supersedes=first["id"], reason="看错了"))
    row = take(world.lin, better)[0]
    assert (row.state, row.flags.count("unit-elsewhere")) == ("accepted", 1)


def stood(unit, region, *, days):
    """Put it into the history of ``unit`` that it came to ``region`` so many days ago."""
    told = unit.pgh_event_model.objects.filter(pgh_obj=unit).latest("pgh_id")
    told.pk, told.region = None, region
    told.save(force_insert=True)
    with as_owner(), pgtrigger.ignore("units.UnitEvent:append_only"):
        at = clock.now() - dt.timedelta(days=days)
        unit.pgh_event_model.objects.filter(pk=told.pk).update(pgh_created_at=at)


@pytest.mark.parametrize(("days", "state"), [(29, "accepted"), (31, "held")])
def test_a_unit_that_moved_longer_ago_than_a_pack_may_be_old_is_held(world, days, state):
    stood(world.forklift_elsewhere, world.lixia, days=400)
    stood(world.forklift_elsewhere, world.shizhong, days=days)
    row = take(world.lin, report(world.forklift_elsewhere))[0]
    assert (row.state, row.code) == (state, "" if state == "accepted" else "not-found")


@pytest.mark.parametrize(("made", "happened"), [(300, 0), (300, 300), (0, 300)])
def test_a_clock_set_back_reaches_no_unit_that_left_long_ago(world, made, happened):
    stood(world.forklift_elsewhere, world.lixia, days=400)
    stood(world.forklift_elsewhere, world.shizhong, days=200)
    sent = report(world.forklift_elsewhere, days=made, happened_on=str(day(happened)))
    row = take(world.lin, sent)[0]
    assert (row.state, row.code) == ("held", "not-found")


def test_whoever_has_a_network_is_refused_a_unit_that_moved(world):
    moved_away(world)
    with pytest.raises(Refused, match="not-found"):
        file(world, draft_of(world.lift, happened_on=day(0)))
