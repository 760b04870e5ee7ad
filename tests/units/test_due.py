"""The due dates of domain 4.1 and 4.2, rule by rule."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from backend.lib.months import add_months
from backend.units.due import Passed, StopPeriod, due_dates
from backend.units.loading import load_rules
from backend.units.models import IntervalRule


@pytest.fixture
def dues(db):
    load_rules()
    rules = list(IntervalRule.objects.all())

    def compute(category, inspections, *, parameters=None, stops=(), base=None):
        found = due_dates(
            category=category,
            parameters=parameters or {},
            inspections=[
                Passed(dt.date.fromisoformat(on), kind, passed) for on, kind, passed in inspections
            ],
            stops=[
                StopPeriod(dt.date.fromisoformat(a), dt.date.fromisoformat(b)) for a, b in stops
            ],
            fallback_base=dt.date.fromisoformat(base) if base else None,
            rules=rules,
        )
        return {due.clock: due.due_on.isoformat() if due.due_on else None for due in found}

    return compute


BASE = ("2024-05-20", "sup_installation", True)


def lift_calendar(dues, inspections):
    """Every due month when each inspection is done on the first day of its due month."""
    months = []
    for _ in range(10):
        due = dues("3110", inspections)["periodic"]
        months.append(due[:7])
        inspections = [*inspections, (due, "periodic", True)]
    return months


def test_rule_09_the_lift_calendar_from_2024_05_20(dues):
    expected = [2025, 2028, 2031, 2033, 2035, 2037, 2039, 2040, 2041, 2042]
    assert lift_calendar(dues, [BASE]) == [f"{year}-05" for year in expected]


def test_rule_09_self_detection_in_the_other_years(dues):
    done = [BASE]
    months = []
    for _ in range(8):
        due = dues("3110", done)["self_detection"]
        months.append(due[:4])
        done = [*done, (due, "self_detection", True)]
    assert months == ["2026", "2027", "2029", "2030", "2032", "2034", "2036", "2038"]
    assert dues("3110", done)["self_detection"] is None


def test_rule_09_two_months_early_does_not_move_the_schedule(dues):
    early = [BASE, ("2025-03-01", "periodic", True)]
    assert dues("3110", early)["periodic"] == "2028-05-31"


def test_rule_09_before_the_window_it_does_not_count(dues):
    too_early = [BASE, ("2025-02-28", "periodic", True)]
    assert dues("3110", too_early)["periodic"] == "2025-05-31"


def test_rule_10_a_modification_restarts_the_years(dues):
    changed = [BASE, ("2025-05-02", "periodic", True), ("2027-09-10", "sup_modification", True)]
    assert dues("3110", changed)["periodic"] == "2028-09-30"


def test_rule_10_a_major_repair_skips_only_that_year(dues):
    repaired = [BASE, ("2025-05-02", "periodic", True), ("2028-03-03", "sup_repair", True)]
    assert dues("3110", repaired)["periodic"] == "2031-05-31"
    in_a_free_year = [BASE, ("2025-05-02", "periodic", True), ("2027-03-03", "sup_repair", True)]
    assert dues("3110", in_a_free_year)["periodic"] == "2028-05-31"


def test_rule_10_a_long_stop_moves_the_month_and_keeps_the_years(dues):
    done = [BASE, ("2025-05-02", "periodic", True), ("2027-11-05", "periodic", True)]
    found = dues("3110", done, stops=[("2026-06-01", "2027-11-20")])
    assert found["periodic"] == "2028-11-30"


def test_rule_10_a_modification_ends_what_a_long_stop_moved(dues):
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-11-05", "periodic", True)]
    stops = [("2025-06-01", "2026-11-20")]
    assert dues("3110", done, stops=stops)["periodic"] == "2028-11-30"
    done.append(("2027-03-10", "sup_modification", True))
    assert dues("3110", done, stops=stops)["periodic"] == "2028-03-31"


def test_rule_09_an_older_lift_owes_self_detection_from_its_first_inspection_by_the_calendar(dues):
    base = ("2018-05-20", "sup_installation", True)
    assert "self_detection" not in dues("3110", [base, ("2023-05-10", "periodic", True)])
    found = dues("3110", [base, ("2023-05-10", "periodic", True), ("2025-05-10", "periodic", True)])
    assert found == {"periodic": "2027-05-31", "self_detection": "2026-05-31"}


def test_a_vessel_counts_from_its_use_and_a_cylinder_from_its_manufacture(dues):
    made = [("2022-03-10", "sup_manufacture", True)]
    assert dues("2150", made, base="2024-06-01") == {
        "annual": "2025-06-30",
        "periodic": "2027-06-30",
    }
    assert dues("2310", made, base="2024-06-01") == {"periodic": "2025-03-31"}


def test_a_unit_older_than_the_rules_has_its_clocks(dues):
    assert dues("6100", [], base="1995-04-01") == {"periodic": "1996-04-30"}


@pytest.mark.parametrize("category", ["9110", "8210"])
def test_rule_12_a_full_inspection_does_for_the_annual_one(dues, category):
    done = [("2025-05-10", "annual", True), ("2026-05-08", "full", True)]
    assert dues(category, done, base="2020-01-01")["annual"] == "2027-05-31"
    failed = [("2025-05-10", "annual", True), ("2026-05-08", "full", False)]
    assert dues(category, failed, base="2020-01-01")["annual"] == "2026-05-31"


def test_a_short_stop_moves_nothing(dues):
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-11-05", "periodic", True)]
    found = dues("3110", done, stops=[("2026-06-01", "2026-11-20")])
    assert found["periodic"] == "2028-05-31"


@pytest.mark.parametrize(
    ("on", "due"), [("2022-11-30", "2023-11-30"), ("2022-12-01", "2024-12-31")]
)
def test_rule_11_a_forklift_gets_the_interval_of_its_inspection_date(dues, on, due):
    assert dues("5110", [(on, "periodic", True)], base="2020-01-01") == {"periodic": due}


def test_rule_11_a_sightseeing_vehicle_gets_12(dues):
    assert dues("5200", [("2024-03-15", "first", True)]) == {"periodic": "2025-03-31"}


@pytest.mark.parametrize(
    ("category", "parameters", "due"),
    [
        ("4110", {}, "2026-03-31"),
        ("4110", {"molten_metal": True}, "2025-03-31"),
        ("4150", {}, "2025-03-31"),
        ("4310", {}, "2025-03-31"),
        ("4410", {}, "2025-03-31"),
        ("4860", {}, "2025-03-31"),
    ],
)
def test_rule_11_a_crane_for_molten_metal_gets_12(dues, category, parameters, due):
    done = [("2024-03-15", "periodic", True)]
    assert dues(category, done, parameters=parameters, base="2020-01-01") == {"periodic": due}


@pytest.mark.parametrize(
    ("category", "yearly", "full"),
    [
        ("1100", "external", "internal"),
        ("2150", "annual", "periodic"),
        ("2220", "annual", "full"),
        ("8310", "annual", "periodic"),
        ("8210", "annual", "full"),
        ("9110", "annual", "full"),
    ],
)
def test_rule_12_a_yearly_pass_does_not_clear_the_full_clock(dues, category, yearly, full):
    before = dues(category, [], base="2015-01-15")
    after = dues(category, [("2025-02-01", yearly, True)], base="2015-01-15")
    assert before.keys() == {yearly, full}
    assert after[full] == before[full] < "2028"
    assert after[yearly] == "2026-02-28"


@pytest.mark.parametrize(
    ("grade", "due"), [(None, "2030-04-30"), (2, "2030-04-30"), (4, "2027-04-30")]
)
def test_vessel_intervals_follow_the_grade(dues, grade, due):
    done = [("2024-04-10", "periodic", True)]
    found = dues("2150", done, parameters={"safety_grade": grade}, base="2020-01-01")
    assert found["periodic"] == due


def test_rule_08_a_failure_leaves_the_due_date_empty(dues):
    failed = [("2024-04-10", "periodic", True), ("2025-04-10", "periodic", False)]
    assert dues("6100", failed, base="2020-01-01") == {"periodic": None}


def test_rule_14_months_clamp_and_due_dates_have_month_precision(dues):
    assert add_months(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert add_months(dt.date(2023, 12, 31), -10) == dt.date(2023, 2, 28)
    assert dues("6100", [("2024-02-29", "periodic", True)], base="2020-01-01") == {
        "periodic": "2025-02-28"
    }


def test_every_registered_kind_has_a_rule_for_every_day(db):
    load_rules()
    rules = list(IntervalRule.objects.all())
    days = [dt.date(2010, 1, 1), dt.date(2022, 12, 1), dt.date(2024, 4, 2), dt.date(2026, 1, 1)]
    for kind, on in itertools.product("1234568 9".replace(" ", ""), days):
        found = [r for r in rules if r.category_prefix[0] == kind and r.valid_from <= on]
        assert any(r.valid_to is None or on < r.valid_to for r in found), (kind, on)
