"""A record has a place in its day, which its correction inherits, and a county of its day."""

from __future__ import annotations

import datetime as dt

from backend.lib.clock import SHANGHAI
from backend.units.filing import file_record
from backend.units.models import Accident, Inspection, Record, Registration, Stop, Transfer
from backend.units.timeline import records_in_force, records_of
from tests.units.filing import clocks, day, file, inspect, put_in_use, register
from tests.world import hold, make_unit


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ride(world):
    unit = make_unit("6200", world.lixia, device_code="62001088920190009")
    put_in_use(world, unit, "2024-05-20", "游20鲁A00001(24)")
    return unit


def test_a_correction_stands_where_the_corrected_report_of_the_day_stood(world):
    unit = ride(world)
    failed = inspect(world, unit, "2026-05-20", conclusion="fail", report_no="wrong")
    inspect(world, unit, "2026-05-20", conclusion="repass")
    right = Inspection(
        happened_on=day("2026-05-20"), kind="periodic", conclusion="fail", report_no="right"
    )
    file(world, unit, right, supersedes=failed)
    assert (unit.held_from, unit.last_conclusion) == (None, "repass")
    assert clocks(unit)["periodic"] == "2027-05-31"
    told = [record.pk for record in records_in_force(records_of(unit))]
    assert told.index(right.pk) < len(told) - 1


def test_a_stop_and_restart_of_one_day_keep_their_order_when_the_stop_is_corrected(world):
    unit = ride(world)
    stop = file(world, unit, Stop(happened_on=day("2025-01-10"), notified_on=day("2025-01-10")))
    inspect(world, unit, "2025-06-01")
    file(world, unit, Stop(happened_on=day("2025-06-02"), restart=True))
    again = Stop(
        happened_on=day("2025-06-02"), notified_on=day("2025-06-02"), reason="typing error"
    )
    file(world, unit, again, supersedes=stop)
    assert unit.status == "in_use"


def test_of_two_registrations_of_a_day_the_later_one_keeps_the_certificate(world):
    unit = ride(world)
    first = register(world, unit, "2025-03-01", "游20鲁A00002(25)", kind="owner")
    register(world, unit, "2025-03-01", "游20鲁A00003(25)", kind="rename")
    mended = Registration(
        happened_on=day("2025-03-01"), kind="owner", certificate_no="游20鲁A00004(25)"
    )
    file(world, unit, mended, supersedes=first)
    assert unit.certificate_no == "游20鲁A00003(25)"


def test_of_two_transfers_of_a_day_the_later_one_keeps_the_user(world):
    unit = ride(world)
    first = file(
        world, unit, Transfer(happened_on=day("2025-03-01"), kind="user", to_entity=world.plant)
    )
    file(world, unit, Transfer(happened_on=day("2025-03-01"), kind="user", to_entity=world.mall))
    mended = Transfer(
        happened_on=day("2025-03-01"), kind="user", to_entity=world.plant, remark="mended"
    )
    file(world, unit, mended, supersedes=first)
    assert unit.using_entity == world.mall


def test_the_moment_orders_reports_of_a_day_that_arrive_in_the_wrong_order(world):
    unit = ride(world)
    passed = Inspection(happened_on=day("2026-05-20"), kind="periodic", conclusion="pass")
    failed = Inspection(happened_on=day("2026-05-20"), kind="periodic", conclusion="fail")
    file(world, unit, passed, moment=at("2026-05-20T15:00"))
    file(world, unit, failed, moment=at("2026-05-20T09:00"))
    assert (unit.last_conclusion, unit.held_from) == ("pass", None)


def test_a_correction_keeps_the_moment_of_the_corrected_report(world):
    unit = ride(world)
    failed = Inspection(happened_on=day("2026-05-20"), kind="periodic", conclusion="fail")
    file(world, unit, failed, moment=at("2026-05-20T09:00"))
    passed = Inspection(happened_on=day("2026-05-20"), kind="periodic", conclusion="repass")
    file(world, unit, passed, moment=at("2026-05-20T15:00"))
    right = Inspection(
        happened_on=day("2026-05-20"), kind="periodic", conclusion="fail", report_no="right"
    )
    file(world, unit, right, supersedes=failed)
    assert right.stands_at == failed.stands_at
    assert (unit.last_conclusion, unit.held_from) == ("repass", None)


def test_a_moment_of_another_day_says_nothing_of_the_place(world):
    unit = ride(world)
    filed, _new = file_record(
        actor=world.ou,
        unit=unit,
        record=Inspection(happened_on=day("2026-05-20"), kind="periodic", conclusion="pass"),
        moment=at("2026-05-21T00:10"),
    )
    assert filed.stands_at == filed.filed_at


def move(world, on: str) -> Transfer:
    return Transfer(happened_on=day(on), kind="relocation", to_region=world.shizhong)


def test_a_record_bears_the_county_of_its_day_though_it_is_filed_after_the_move(world):
    unit = ride(world)
    file(world, unit, move(world, "2026-10-01"))
    accident = Accident(happened_on=day("2026-06-01"), deaths=1)
    late, _new = file_record(actor=boss(world), unit=unit, record=accident)
    after = Accident(happened_on=day("2026-10-02"), deaths=1)
    later, _new = file_record(actor=boss(world), unit=unit, record=after)
    assert (late.region_id, later.region_id) == ("370102", "370103")


def test_a_correction_after_a_move_bears_the_county_of_its_day(world):
    unit = ride(world)
    report = inspect(world, unit, "2026-05-20")
    file(world, unit, move(world, "2026-10-01"))
    right = Inspection(happened_on=day("2026-05-20"), kind="periodic", conclusion="pass")
    mended, _new = file_record(actor=boss(world), unit=unit, record=right, supersedes=report)
    assert mended.region_id == "370102"


def test_a_move_that_is_filed_late_moves_the_records_after_it(world):
    unit = ride(world)
    report = inspect(world, unit, "2026-10-20")
    file(world, unit, move(world, "2026-10-01"))
    report.refresh_from_db()
    assert report.region_id == "370103"
    assert Record.objects.get(unit=unit, stage="registration").region_id == "370102"


def boss(world):
    """Somebody with the right to file in the whole city."""
    hold(world.ou, world.ou.role, world.city)
    return world.ou
