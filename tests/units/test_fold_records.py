"""What records in unusual orders make of a unit: changes of stopped units, late and corrected ones."""

from __future__ import annotations

import pytest

from backend.lib.problems import Refused
from backend.units.actions import register_unit
from backend.units.models import Category, Inspection, Registration, Scrap, Stop, Transfer
from geo.models import Region
from tests.units.filing import clocks, day, file, inspect, put_in_use, register
from tests.world import make_region, make_unit


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_rule_15_a_new_certificate_does_not_restart_a_stopped_unit(world):
    put_in_use(world, world.lift, "2020-05-20")
    file(world, world.lift, Stop(happened_on=day("2020-12-01")))
    register(world, world.lift, "2021-02-01", "梯11鲁A00009(21)", kind="rename")
    assert world.lift.status == "stopped"
    assert refusal(
        register, world, world.lift, "2022-12-01", kind="restart"
    ) == "restart-needs-inspection"  # fmt: skip
    inspect(world, world.lift, "2022-11-20")
    register(world, world.lift, "2022-12-01", kind="restart")
    assert world.lift.status == "in_use"
    assert clocks(world.lift)["periodic"] == "2023-11-30"


@pytest.mark.parametrize("kind", ["scrapped", "dismantled"])
def test_rule_15_a_scrapped_unit_is_registered_no_more(world, kind):
    put_in_use(world, world.lift, "2020-05-20")
    file(world, world.lift, Scrap(happened_on=day("2024-01-10"), kind=kind))
    assert refusal(register, world, world.lift, "2024-02-01", kind="owner") == "scrapped"


def test_a_modification_that_passed_restarts_the_years_and_leaves_another_failure(world):
    put_in_use(world, world.lift, "2024-05-20")
    inspect(world, world.lift, "2025-05-10", conclusion="fail")
    inspect(world, world.lift, "2025-08-01", kind="sup_modification")
    assert world.lift.held_from == day("2025-05-10")
    inspect(world, world.lift, "2025-08-10", conclusion="repass")
    register(world, world.lift, "2025-08-15", "梯11鲁A00002(25)", kind="modification")
    assert world.lift.held_from is None
    assert clocks(world.lift)["periodic"] == "2026-08-31"


def vessel_in_use(world):
    vessel = make_unit("2150", world.lixia, device_code="21501088920190008")
    inspect(world, vessel, "2019-05-20", kind="sup_installation")
    register(world, vessel, "2019-05-21", "容15鲁A00002(19)")
    return vessel


def test_rule_13_grade_4_without_stated_months_counts_as_all_there_are(world):
    vessel = vessel_in_use(world)
    inspect(world, vessel, "2020-05-20", conclusion="basically", safety_grade=4)
    assert vessel.held_from == day("2023-06-01")
    inspect(world, vessel, "2023-05-20", conclusion="basically", safety_grade=4)
    assert vessel.held_from == day("2023-06-01")


def test_rule_13_grade_4_counts_to_the_stated_next_date(world):
    vessel = vessel_in_use(world)
    for year in (2020, 2021, 2022):
        stated = day(f"{year + 1}-05-20")
        inspect(
            world, vessel, f"{year}-05-20", conclusion="basically", safety_grade=4,
            stated_next_on=stated,
        )  # fmt: skip
    assert vessel.held_from == day("2023-06-01")


def test_a_report_found_late_is_judged_by_its_own_day(world):
    put_in_use(world, world.lift, "2016-05-20")
    later = inspect(world, world.lift, "2025-05-12")
    inspect(world, world.lift, "2024-05-10")
    assert world.lift.last_inspected_on == later.happened_on
    assert clocks(world.lift)["periodic"] == "2027-05-31"


def test_an_old_report_is_corrected_though_a_later_one_stands(world):
    put_in_use(world, world.lift, "2016-05-20")
    old = inspect(world, world.lift, "2024-05-10", report_no="wrong")
    inspect(world, world.lift, "2025-05-12")
    right = Inspection(
        happened_on=day("2024-05-10"), kind="periodic", conclusion="pass", report_no="right"
    )
    file(world, world.lift, right, supersedes=old)
    assert clocks(world.lift)["periodic"] == "2027-05-31"


def test_the_first_registration_is_corrected_though_a_change_followed(world):
    put_in_use(world, world.lift, "2024-05-20")
    first = Registration.objects.get(unit=world.lift)
    register(world, world.lift, "2024-08-05", "梯11鲁A99999(24)", kind="owner")
    right = Registration(
        happened_on=first.happened_on, kind="first", certificate_no="梯11鲁A00003(24)"
    )
    file(world, world.lift, right, supersedes=first)
    assert world.lift.certificate_no == "梯11鲁A99999(24)"
    assert world.lift.registered_on == first.happened_on


def test_rule_25_a_unit_stands_in_a_county_of_today(world):
    put_in_use(world, world.lift, "2024-05-20")
    city = world.lixia.parent
    ended = make_region("370104", "旧区", Region.Level.COUNTY, city, 116.8, 116.9)
    Region.objects.filter(pk=ended.pk).update(valid_to=day("2019-01-01"))
    ended.refresh_from_db()
    for place in (city, ended):
        move = Transfer(happened_on=day("2024-06-01"), kind="relocation", to_region=place)
        assert refusal(file, world, world.lift, move) == "not-a-county"
    lifts = Category.objects.get(pk="3110")
    for place in (city, ended):
        entered = {"actor": world.zhao, "category": lifts, "region": place}
        assert refusal(register_unit, **entered) in ("not-a-county", "not-allowed")
