"""Rule 21: the class of an accident is the highest that any criterion gives.

The table is written from the Regulation, art. 61-64, not from the data of the product.
"""

from __future__ import annotations

import datetime as dt

import pytest

from backend.units.accidents import effective_grade, grade_of, is_stated_otherwise, write_grade
from backend.units.models import Accident, Unit

BOILER, VESSEL, LIFT, CRANE, VEHICLE = "1100", "2150", "3110", "4110", "5110"
RIDE, PIPING, ROPEWAY = "6100", "8310", "9110"
ALL = (BOILER, VESSEL, LIFT, CRANE, VEHICLE, RIDE, PIPING, ROPEWAY)
WAN_YUAN = 1_000_000  # in fen
YI_YUAN = 10_000 * WAN_YUAN


def classed(category: str, **facts) -> str | None:
    day = facts.pop("happened_on", dt.date(2026, 6, 1))
    return grade_of(Accident(happened_on=day, **facts), category)


@pytest.mark.parametrize("category", ALL)
@pytest.mark.parametrize(
    ("fact", "number", "grade"),
    [
        ("deaths", 0, "incident"),
        ("deaths", 1, "ordinary"),
        ("deaths", 2, "ordinary"),
        ("deaths", 3, "larger"),
        ("deaths", 9, "larger"),
        ("deaths", 10, "major"),
        ("deaths", 29, "major"),
        ("deaths", 30, "extra"),
        ("serious_injuries", 1, "ordinary"),
        ("serious_injuries", 9, "ordinary"),
        ("serious_injuries", 10, "larger"),
        ("serious_injuries", 49, "larger"),
        ("serious_injuries", 50, "major"),
        ("serious_injuries", 99, "major"),
        ("serious_injuries", 100, "extra"),
        ("direct_loss_fen", WAN_YUAN - 1, "incident"),
        ("direct_loss_fen", WAN_YUAN, "ordinary"),
        ("direct_loss_fen", 1000 * WAN_YUAN - 1, "ordinary"),
        ("direct_loss_fen", 1000 * WAN_YUAN, "larger"),
        ("direct_loss_fen", 5000 * WAN_YUAN - 1, "larger"),
        ("direct_loss_fen", 5000 * WAN_YUAN, "major"),
        ("direct_loss_fen", YI_YUAN - 1, "major"),
        ("direct_loss_fen", YI_YUAN, "extra"),
    ],
)
def test_rule_21_people_and_loss_class_an_accident_of_every_kind(category, fact, number, grade):
    assert classed(category, **{fact: number}) == grade


@pytest.mark.parametrize(
    ("category", "facts", "grade"),
    [
        # An explosion of boiler, vessel or piping; of a boiler of 600 MW.
        (BOILER, {"damage": "explosion"}, "larger"),
        (VESSEL, {"damage": "explosion"}, "larger"),
        (PIPING, {"damage": "explosion"}, "larger"),
        (BOILER, {"damage": "explosion", "capacity_mw": 599}, "larger"),
        (BOILER, {"damage": "explosion", "capacity_mw": 600}, "extra"),
        (VESSEL, {"damage": "explosion", "capacity_mw": 600}, "larger"),
        (BOILER, {"capacity_mw": 600}, "incident"),
        # The outage of such a boiler.
        (BOILER, {"outage_hours": 239, "capacity_mw": 600}, "incident"),
        (BOILER, {"outage_hours": 240, "capacity_mw": 600}, "major"),
        (BOILER, {"outage_hours": 240, "capacity_mw": 599}, "incident"),
        # A leak of poison.
        *(
            (category, {"moved_people": people}, grade)
            for category in (VESSEL, PIPING)
            for people, grade in [
                (499, "incident"),
                (500, "ordinary"),
                (9_999, "ordinary"),
                (10_000, "larger"),
                (49_999, "larger"),
                (50_000, "major"),
                (149_999, "major"),
                (150_000, "extra"),
            ]
        ),
        # Trapped in the car.
        (LIFT, {"trapped_minutes": 119}, "incident"),
        (LIFT, {"trapped_minutes": 120}, "ordinary"),
        (LIFT, {"trapped_minutes": 100_000}, "ordinary"),
        # Cranes.
        (CRANE, {"damage": "member_broken"}, "ordinary"),
        (CRANE, {"damage": "hoist_fallen"}, "ordinary"),
        (CRANE, {"damage": "overturned"}, "larger"),
        # Stranded at height.
        (RIDE, {"stranded_minutes": 59}, "incident"),
        (RIDE, {"stranded_minutes": 60}, "ordinary"),
        (ROPEWAY, {"stranded_minutes": 60}, "incident"),
        (ROPEWAY, {"stranded_minutes": 209}, "incident"),
        (ROPEWAY, {"stranded_minutes": 210}, "ordinary"),
        *(
            (category, {"stranded_minutes": minutes, "stranded_people": people}, grade)
            for category in (RIDE, ROPEWAY)
            for minutes, people, grade in [
                (719, 0, "ordinary"),
                (720, 0, "larger"),
                (1439, 100, "larger"),
                (1440, 99, "larger"),
                (1440, 100, "major"),
                (2879, 100, "major"),
                (2880, 99, "larger"),
                (2880, 100, "extra"),
            ]
        ),
    ],
)
def test_rule_21_each_kind_has_criteria_of_its_own(category, facts, grade):
    assert classed(category, **facts) == grade


@pytest.mark.parametrize(
    ("facts", "own"),
    [
        ({"damage": "explosion", "capacity_mw": 600}, {BOILER, VESSEL, PIPING}),
        ({"outage_hours": 240, "capacity_mw": 600}, {BOILER}),
        ({"moved_people": 150_000}, {VESSEL, PIPING}),
        ({"trapped_minutes": 120}, {LIFT}),
        ({"damage": "member_broken"}, {CRANE}),
        ({"damage": "hoist_fallen"}, {CRANE}),
        ({"damage": "overturned"}, {CRANE}),
        ({"stranded_minutes": 2880, "stranded_people": 100}, {RIDE, ROPEWAY}),
    ],
)
def test_rule_21_a_criterion_of_one_kind_is_none_of_another(facts, own):
    assert {category for category in ALL if classed(category, **facts) != "incident"} == own


def test_rule_21_the_highest_criterion_decides():
    assert classed(LIFT, trapped_minutes=120, deaths=3) == "larger"
    assert classed(VESSEL, damage="explosion", deaths=10) == "major"
    assert classed(VESSEL, damage="explosion", deaths=1) == "larger"
    assert classed(RIDE, stranded_minutes=60, serious_injuries=100) == "extra"


def test_rule_21_no_class_is_made_up_for_a_day_before_the_classes():
    for deaths, grade in [(1, "ordinary"), (3, "larger"), (10, "major"), (30, "extra")]:
        assert classed(LIFT, deaths=deaths, happened_on=dt.date(2009, 4, 30)) is None
        assert classed(LIFT, deaths=deaths, happened_on=dt.date(2009, 5, 1)) == grade


def test_rule_21_the_stated_class_is_only_compared():
    stated = Accident(happened_on=dt.date(2026, 6, 1), deaths=3, grade="ordinary")
    write_grade(Unit(category_id=LIFT), stated)
    assert (stated.grade, stated.derived_grade) == ("ordinary", "larger")
    assert effective_grade(stated) == "larger"
    assert is_stated_otherwise(stated)


def test_an_accident_that_nothing_judged_has_the_class_stated():
    old = Accident(happened_on=dt.date(2005, 6, 1), deaths=3, grade="ordinary")
    write_grade(Unit(category_id=LIFT), old)
    assert effective_grade(old) == "ordinary"
    assert not is_stated_otherwise(old)
    assert effective_grade(Accident(happened_on=dt.date(2005, 6, 1))) is None
