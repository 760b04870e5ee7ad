"""A unit is held by dated holds, each with its rule, its record, its first day and its end."""

from __future__ import annotations

import pytest

from backend.units.models import Accident, Design, Manufacture, Repair, Scrap, Transfer
from tests.units.filing import clocks, day, file, holds, inspect, put_in_use, register
from tests.world import make_unit


def vessel(world, category: str = "2150", number: str = "容15鲁A00001(20)", **facts):
    unit = make_unit(category, world.lixia, device_code=f"{category}1088920190009", **facts)
    put_in_use(world, unit, "2020-05-20", number)
    return unit


def boiler(world):
    put_in_use(world, world.boiler, "2024-05-20", "锅10鲁A00001(24)")
    return world.boiler


def graded(world, unit, on: str, grade: int | None, kind: str = "periodic", **more):
    return inspect(world, unit, on, kind, "basically", safety_grade=grade, **more)


# Failures, by clock


def test_a_failure_is_cleared_only_by_the_inspection_that_serves_its_clock(world):
    unit = boiler(world)
    inspect(world, unit, "2025-05-10", "internal", "not_conforms")
    inspect(world, unit, "2025-05-20", "external", "conforms")
    assert holds(unit) == [("failed", "internal", "2025-05-10", None)]
    inspect(world, unit, "2025-06-10", "internal", "conforms")
    assert holds(unit) == [("failed", "internal", "2025-05-10", "2025-06-10")]
    assert unit.held_from is None


def test_two_clocks_that_failed_are_two_holds(world):
    unit = boiler(world)
    inspect(world, unit, "2025-05-10", "internal", "not_conforms")
    inspect(world, unit, "2025-05-20", "external", "not_conforms")
    inspect(world, unit, "2025-06-10", "internal", "conforms")
    assert unit.held_from == day("2025-05-20")


@pytest.mark.parametrize(
    ("word", "kind", "unit"),
    [
        ("fail", "periodic", "lift"), ("refail", "periodic", "lift"),
        ("not_conforms", "external", "boiler"),
    ],
)  # fmt: skip
def test_each_word_of_failure_is_one(world, word, kind, unit):
    unit = getattr(world, unit)
    put_in_use(world, unit, "2024-05-20")
    if word == "refail":
        inspect(world, unit, "2025-05-01", kind, "fail")
    inspect(world, unit, "2025-05-02", kind, word)
    assert unit.held_from is not None
    assert clocks(unit)[kind] is None
    assert unit.last_conclusion == word


def test_a_full_inspection_that_passes_serves_the_annual_one_that_failed(world):
    ropeway = make_unit("9110", world.lixia, device_code="91101088920190009")
    put_in_use(world, ropeway, "2022-05-20", "索11鲁A00001(22)")
    inspect(world, ropeway, "2024-05-10", "annual", "fail")
    inspect(world, ropeway, "2024-05-20", "full")
    assert ropeway.held_from is None


# Grades and watched use


def test_grade_5_holds_until_a_better_grade(world):
    unit = vessel(world)
    graded(world, unit, "2024-05-10", 5)
    assert holds(unit) == [("grade-5", "", "2024-05-10", None)]
    graded(world, unit, "2024-08-10", 3)
    assert unit.held_from is None


def test_grade_4_may_be_used_to_the_end_of_the_watch_and_not_after(world):
    unit = vessel(world)
    graded(world, unit, "2024-05-10", 4, monitored_months=12)
    assert clocks(unit)["periodic"] == "2025-05-31"
    assert holds(unit) == [("watch-over", "", "2025-06-01", None)]
    assert not unit.is_held(day("2025-05-31"))
    assert unit.is_held(day("2025-06-01"))


def test_the_watch_gains_no_months_by_a_report_without_a_grade(world):
    unit = vessel(world)
    graded(world, unit, "2021-05-10", 4, monitored_months=24)
    graded(world, unit, "2023-05-10", None, stated_next_on=day("2024-05-01"))
    assert unit.held_from == day("2024-06-01")
    graded(world, unit, "2024-05-10", None)
    assert unit.held_from == day("2024-06-01")


def test_the_watch_is_36_months_in_all_though_a_grade_3_lies_between(world):
    unit = vessel(world)
    graded(world, unit, "2021-05-10", 4, monitored_months=24)
    graded(world, unit, "2023-05-10", 3)
    assert unit.held_from is None
    graded(world, unit, "2024-05-10", 4, monitored_months=24)
    assert unit.held_from == day("2025-06-01")


def test_a_watch_that_a_later_report_cuts_short_counts_as_far_as_it_went(world):
    unit = vessel(world)
    graded(world, unit, "2021-05-10", 4, monitored_months=24)
    graded(world, unit, "2022-05-10", 4, monitored_months=36)
    assert unit.held_from == day("2024-06-01")


def test_an_annual_check_that_repeats_the_grade_adds_nothing(world):
    unit = vessel(world)
    graded(world, unit, "2024-05-10", 4, monitored_months=12)
    graded(world, unit, "2024-11-10", 4, kind="annual", monitored_months=36)
    assert unit.held_from == day("2025-06-01")
    graded(world, unit, "2024-12-10", 1, kind="annual")
    assert (unit.held_from, unit.safety_grade) == (day("2025-06-01"), 4)


@pytest.mark.parametrize("grade", [3, 4])
def test_a_non_metal_vessel_is_watched_for_12_months_in_all(world, grade):
    unit = vessel(world, parameters={"non_metal": True})
    graded(world, unit, "2024-05-10", grade)
    assert unit.held_from == day("2025-06-01")
    graded(world, unit, "2025-05-10", grade)
    assert unit.held_from == day("2025-06-01")


def test_industrial_piping_of_grade_4_is_treated_or_scrapped(world):
    unit = vessel(world, "8310", "管31鲁A00001(20)", parameters={"class": "GC1"})
    graded(world, unit, "2024-05-10", 4)
    assert unit.held_from == day("2024-05-10")


# Works and changes


def repair(world, unit, work: str, on: str, **more):
    return file(world, unit, Repair(happened_on=day(on), work=work, contractor="某公司", **more))


def test_a_modification_without_its_supervised_inspection_holds_though_it_is_registered(world):
    put_in_use(world, world.lift, "2024-05-20")
    repair(world, world.lift, "modification", "2026-06-01", notice_on=day("2026-05-20"))
    register(world, world.lift, "2026-06-02", "梯11鲁A00002(26)", kind="modification")
    assert ("unsupervised", "sup_modification", "2026-06-01", None) in holds(world.lift)
    inspect(world, world.lift, "2026-06-10", "sup_modification")
    assert world.lift.held_from is None


def test_a_modification_is_not_used_before_it_is_registered(world):
    put_in_use(world, world.lift, "2024-05-20")
    repair(world, world.lift, "modification", "2026-06-01")
    inspect(world, world.lift, "2026-06-10", "sup_modification")
    assert holds(world.lift)[0] == ("change", "modification", "2026-06-01", None)
    register(world, world.lift, "2026-06-12", "梯11鲁A00002(26)", kind="modification")
    assert world.lift.held_from is None


def test_a_major_repair_is_held_until_its_supervised_inspection(world):
    put_in_use(world, world.lift, "2024-05-20")
    repair(world, world.lift, "major_repair", "2026-06-01")
    assert holds(world.lift) == [("unsupervised", "sup_repair", "2026-06-01", None)]
    inspect(world, world.lift, "2026-06-10", "sup_modification")
    assert world.lift.held_from == day("2026-06-01")
    inspect(world, world.lift, "2026-06-11", "sup_repair")
    assert world.lift.held_from is None


def test_the_inspection_during_the_work_serves_it_and_no_later_work(world):
    put_in_use(world, world.lift, "2024-05-20")
    inspect(world, world.lift, "2026-05-28", "sup_repair")
    repair(world, world.lift, "major_repair", "2026-06-01", notice_on=day("2026-05-20"))
    assert world.lift.held_from is None
    repair(world, world.lift, "major_repair", "2026-07-01", notice_on=day("2026-05-25"))
    assert world.lift.held_from == day("2026-07-01")


def test_an_inspection_from_before_the_notice_serves_no_work(world):
    put_in_use(world, world.lift, "2024-05-20")
    inspect(world, world.lift, "2026-05-10", "sup_repair")
    repair(world, world.lift, "major_repair", "2026-06-01", notice_on=day("2026-05-20"))
    assert world.lift.held_from == day("2026-06-01")


def test_an_ordinary_repair_holds_nothing(world):
    put_in_use(world, world.lift, "2024-05-20")
    repair(world, world.lift, "repair", "2026-06-01")
    assert holds(world.lift) == []


def test_a_vehicle_is_modified_without_supervision_as_the_law_does_not_name_it(world):
    unit = make_unit("5110", world.lixia, device_code="51101088920190011")
    inspect(world, unit, "2024-05-20", "first")
    register(world, unit, "2024-05-20", "车11鲁A00001(24)")
    repair(world, unit, "major_repair", "2026-06-01")
    assert holds(unit) == []


@pytest.mark.parametrize(
    ("change", "registration"),
    [("owner", "owner"), ("user", "owner"), ("rename", "rename"), ("relocation", "relocation")],
)
def test_a_change_is_registered_before_the_unit_is_used_on(world, change, registration):
    put_in_use(world, world.lift, "2024-05-20")
    target = {"to_region": world.lixia} if change == "relocation" else {"to_entity": world.plant}
    file(world, world.lift, Transfer(happened_on=day("2026-06-01"), kind=change, **target))
    assert holds(world.lift) == [("change", registration, "2026-06-01", None)]
    register(world, world.lift, "2026-06-10", "梯11鲁A00002(26)", kind=registration)
    assert world.lift.held_from is None


def test_a_new_maintainer_and_a_change_before_registration_hold_nothing(world):
    sold = Transfer(happened_on=day("2024-05-01"), kind="owner", to_entity=world.plant)
    file(world, world.lift, sold)
    put_in_use(world, world.lift, "2024-05-20")
    served = Transfer(happened_on=day("2024-06-01"), kind="maintainer", to_entity=world.maintainer)
    file(world, world.lift, served)
    assert holds(world.lift) == []


# Design life and accidents


def test_the_design_life_ends_with_an_inspection_and_a_changed_certificate(world):
    made = {"licence_no": "x"}
    file(
        world,
        world.lift,
        Design(happened_on=day("2010-01-05"), designer="厂", design_life_years=15),
    )
    file(world, world.lift, Manufacture(happened_on=day("2010-03-10"), maker="厂", **made))
    put_in_use(world, world.lift, "2010-05-20")
    assert holds(world.lift) == [("design-life", "", "2025-03-10", None)]
    assert not world.lift.is_held(day("2025-03-09"))
    inspect(world, world.lift, "2025-04-10", "safety_assessment")
    assert world.lift.held_from == day("2025-03-10")
    register(world, world.lift, "2025-04-20", "梯11鲁A00002(25)", kind="design_life")
    assert world.lift.held_from is None
    assert holds(world.lift)[0] == ("design-life", "", "2025-03-10", "2025-04-10")


def test_a_later_design_changes_the_life_from_its_own_day_on(world):
    for on, years in (("2019-01-05", 2), ("2022-03-01", 20), ("2023-03-01", 1)):
        design = Design(happened_on=day(on), designer="厂", design_life_years=years)
        file(world, world.lift, design)
    # In use since 2020-01-10: two years end in 2022, twenty in 2040, one ended in 2021.
    assert holds(world.lift) == [
        ("design-life", "", "2022-01-10", "2022-03-01"),
        ("design-life", "", "2023-03-01", None),
    ]


@pytest.mark.parametrize("check", ["accident", "periodic"])
def test_an_accident_is_followed_by_a_full_check(world, check):
    put_in_use(world, world.lift, "2024-05-20")
    file(world, world.lift, Accident(happened_on=day("2025-04-01"), deaths=3))
    assert holds(world.lift) == [("accident", "", "2025-04-01", None)]
    inspect(world, world.lift, "2025-04-10", check, "fail")
    assert world.lift.held_from == day("2025-04-01")
    inspect(world, world.lift, "2025-04-12", check)
    assert world.lift.held_from is None


def test_an_accident_of_a_day_whose_classes_nobody_knows_holds_too(world):
    put_in_use(world, world.lift, "2004-05-20")
    file(world, world.lift, Accident(happened_on=day("2005-04-01"), deaths=1))
    assert holds(world.lift) == [("accident", "", "2005-04-01", None)]


def test_an_incident_below_the_classes_and_a_self_detection_change_nothing_of_it(world):
    put_in_use(world, world.lift, "2023-05-20")
    file(world, world.lift, Accident(happened_on=day("2025-04-01"), trapped_minutes=119))
    assert holds(world.lift) == []
    file(world, world.lift, Accident(happened_on=day("2025-04-02"), trapped_minutes=120))
    inspect(world, world.lift, "2025-05-10", "self_detection")
    assert world.lift.held_from == day("2025-04-02")


def test_an_ended_unit_is_held_by_nothing(world):
    put_in_use(world, world.lift, "2024-05-20")
    inspect(world, world.lift, "2025-05-10", conclusion="fail")
    file(world, world.lift, Scrap(happened_on=day("2025-06-01"), kind="cancelled"))
    assert world.lift.held_from is None
