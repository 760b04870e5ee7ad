"""The due dates of domain 4.1 and 4.2, rule by rule."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from backend.lib.months import add_months
from backend.units import parameters as schema
from backend.units.inspection_checks import allowed_clock
from backend.units.inspection_due import (
    InspectionResult,
    StopPeriod,
    due_dates,
    overdue_when_stopped,
    serving_kinds,
    starts_clocks,
)
from backend.units.models import Inspection, InspectionKind, Unit
from backend.units.reference_data import DATA
from backend.units.rulebook import read_interval_rules
from backend.units.state import build_fold

RULES = read_interval_rules(DATA / "interval_rules.toml")


def day(text):
    return dt.date.fromisoformat(text) if text else None


def passed_of(on, kind, passed, stated=None):
    return InspectionResult(day(on), kind, passed, day(stated))


def clocks(category, inspections, *, parameters=None, grade=None, stops=(), base=None, watch=None):
    return due_dates(
        category=category,
        parameters=schema.known_parameters(category, parameters or {}) | {"safety_grade": grade},
        inspections=[passed_of(*item) for item in inspections],
        stops=[StopPeriod(*(day(text) for text in stop)) for stop in stops],
        fallback_base=day(base),
        rules=RULES,
        watch_until=day(watch),
    )


def dues(category, inspections, **more):
    found = clocks(category, inspections, **more)
    return {due.clock: due.due_on.isoformat() if due.due_on else None for due in found}


def allowed(category, passed, before=(), *, parameters=None, grade=None, base="2020-01-01"):
    unit = Unit(category_id=category, parameters=parameters or {}, first_used_on=day(base))
    record = inspection_of(*passed)
    record.safety_grade = grade
    history = [inspection_of(*item) for item in before]
    found = allowed_clock(unit, record, build_fold(RULES, unit), history)
    return found and found.due_on and found.due_on.isoformat()


def inspection_of(on, kind, passed, stated=None):
    word = "pass" if passed else "fail"
    return Inspection(happened_on=day(on), kind=kind, conclusion=word, stated_next_on=day(stated))


BASE = ("2024-05-20", "sup_installation", True)


def lift_calendar(inspections):
    """Every due month when each inspection is done on the first day of its due month."""
    months = []
    for _ in range(10):
        due = dues("3110", inspections)["periodic"]
        months.append(due[:7])
        inspections = [*inspections, (due, "periodic", True)]
    return months


def test_rule_09_the_lift_calendar_from_2024_05_20():
    expected = [2025, 2028, 2031, 2033, 2035, 2037, 2039, 2040, 2041, 2042]
    assert lift_calendar([BASE]) == [f"{year}-05" for year in expected]


def test_rule_09_self_detection_in_the_other_years():
    done = [BASE]
    months = []
    for _ in range(8):
        due = dues("3110", done)["self_detection"]
        months.append(due[:4])
        done = [*done, (due, "self_detection", True)]
    assert months == ["2026", "2027", "2029", "2030", "2032", "2034", "2036", "2038"]
    assert "self_detection" not in dues("3110", done)


def test_rule_09_two_months_early_does_not_move_the_schedule():
    early = [BASE, ("2025-03-01", "periodic", True)]
    assert dues("3110", early)["periodic"] == "2028-05-31"


def test_rule_09_before_the_window_it_does_not_count():
    too_early = [BASE, ("2025-02-28", "periodic", True)]
    assert dues("3110", too_early)["periodic"] == "2025-05-31"


def test_rule_10_a_modification_restarts_the_years():
    changed = [BASE, ("2025-05-02", "periodic", True), ("2027-09-10", "sup_modification", True)]
    assert dues("3110", changed)["periodic"] == "2028-09-30"


def test_rule_10_a_major_repair_skips_only_that_year():
    repaired = [BASE, ("2025-05-02", "periodic", True), ("2028-03-03", "sup_repair", True)]
    assert dues("3110", repaired)["periodic"] == "2031-05-31"
    in_a_free_year = [BASE, ("2025-05-02", "periodic", True), ("2027-03-03", "sup_repair", True)]
    assert dues("3110", in_a_free_year)["periodic"] == "2028-05-31"


def test_rule_10_a_long_stop_moves_the_month_and_keeps_the_years():
    done = [BASE, ("2025-05-02", "periodic", True), ("2027-11-05", "periodic", True)]
    found = dues("3110", done, stops=[("2026-06-01", "2027-11-20")])
    assert found["periodic"] == "2028-11-30"


def test_rule_10_a_modification_ends_what_a_long_stop_moved():
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-11-05", "periodic", True)]
    stops = [("2025-06-01", "2026-11-20")]
    assert dues("3110", done, stops=stops)["periodic"] == "2028-11-30"
    done.append(("2027-03-10", "sup_modification", True))
    assert dues("3110", done, stops=stops)["periodic"] == "2028-03-31"


def test_rule_09_an_older_lift_owes_self_detection_from_its_first_inspection_by_the_calendar():
    base = ("2018-05-20", "sup_installation", True)
    assert "self_detection" not in dues("3110", [base, ("2023-05-10", "periodic", True)])
    found = dues("3110", [base, ("2023-05-10", "periodic", True), ("2025-05-10", "periodic", True)])
    assert found == {"periodic": "2027-05-31", "self_detection": "2026-05-31"}


def test_a_vessel_counts_from_its_use_and_a_cylinder_from_its_manufacture():
    made = [("2022-03-10", "sup_manufacture", True)]
    assert dues("2150", made, base="2024-06-01") == {
        "annual": "2025-06-30",
        "periodic": "2027-06-30",
    }
    general = {"medium": "general"}
    found = dues("2310", made, parameters=general, base="2024-06-01")
    assert found == {"periodic": "2025-03-31"}


def test_a_unit_older_than_the_rules_has_its_clocks():
    assert dues("6100", [], base="1995-04-01") == {"periodic": "1996-04-30"}


@pytest.mark.parametrize("category", ["9110", "8210"])
def test_rule_12_a_full_inspection_does_for_the_annual_one(category):
    done = [("2025-05-10", "annual", True), ("2026-05-08", "full", True)]
    assert dues(category, done, base="2020-01-01")["annual"] == "2027-05-31"
    failed = [("2025-05-10", "annual", True), ("2026-05-08", "full", False)]
    assert dues(category, failed, base="2020-01-01")["annual"] == "2026-05-31"


def test_a_short_stop_moves_nothing():
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-11-05", "periodic", True)]
    found = dues("3110", done, stops=[("2026-06-01", "2026-11-20")])
    assert found["periodic"] == "2028-05-31"


@pytest.mark.parametrize(
    ("on", "due"), [("2022-11-30", "2023-11-30"), ("2022-12-01", "2024-12-31")]
)
def test_rule_11_a_forklift_gets_the_interval_of_its_inspection_date(on, due):
    assert dues("5110", [(on, "periodic", True)], base="2020-01-01") == {"periodic": due}


def test_rule_11_a_sightseeing_vehicle_gets_12():
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
def test_rule_11_a_crane_for_molten_metal_gets_12(category, parameters, due):
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
def test_rule_12_a_yearly_pass_does_not_clear_the_full_clock(category, yearly, full):
    before = dues(category, [], base="2015-01-15")
    after = dues(category, [("2025-02-01", yearly, True)], base="2015-01-15")
    assert before.keys() == {yearly, full}
    assert after[full] == before[full] < "2028"
    assert after[yearly] == "2026-02-28"


@pytest.mark.parametrize(
    ("grade", "due"), [(None, "2030-04-30"), (2, "2030-04-30"), (4, "2027-04-30")]
)
def test_vessel_intervals_follow_the_grade(grade, due):
    done = [("2024-04-10", "periodic", True)]
    found = dues("2150", done, grade=grade, base="2020-01-01")
    assert found["periodic"] == due


def test_rule_08_a_failure_leaves_the_due_date_empty():
    failed = [("2024-04-10", "periodic", True), ("2025-04-10", "periodic", False)]
    assert dues("6100", failed, base="2020-01-01") == {"periodic": None}


def test_rule_14_months_clamp_and_due_dates_have_month_precision():
    assert add_months(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert add_months(dt.date(2023, 12, 31), -10) == dt.date(2023, 2, 28)
    assert dues("6100", [("2024-02-29", "periodic", True)], base="2020-01-01") == {
        "periodic": "2025-02-28"
    }


def test_every_registered_kind_has_a_rule_for_every_day():
    days = [dt.date(2010, 1, 1), dt.date(2022, 12, 1), dt.date(2024, 4, 2), dt.date(2026, 1, 1)]
    for kind, on in itertools.product("1234568 9".replace(" ", ""), days):
        found = [r for r in RULES if r.category_prefix[0] == kind and r.valid_from <= on]
        assert any(r.valid_to is None or on < r.valid_to for r in found), (kind, on)


STATED = [
    ("1100", "external"), ("1100", "internal"), ("2150", "annual"), ("2150", "periodic"),
    ("2220", "full"), ("2310", "periodic"), ("3110", "periodic"), ("3110", "self_detection"),
    ("4110", "periodic"), ("5110", "periodic"), ("6100", "periodic"), ("8210", "full"),
    ("8310", "periodic"), ("9110", "annual"),
]  # fmt: skip


@pytest.mark.parametrize(("category", "kind"), STATED)
def test_an_earlier_date_of_the_body_binds_every_clock(category, kind):
    base = "2023-05-20" if kind == "self_detection" else "2024-05-20"
    done = [(base, "sup_installation", True), ("2025-05-10", kind, True)]
    free = dues(category, done)
    done[-1] += ("2025-11-03",)
    assert dues(category, done) == free | {kind: "2025-11-30"}
    assert free[kind] > "2025-11-30"


@pytest.mark.parametrize("stated", ["2031-01-01", "2025-05-09", "2024-01-01"])
@pytest.mark.parametrize(("category", "kind"), STATED)
def test_a_later_date_of_the_body_or_one_before_its_inspection_binds_nothing(
    category, kind, stated
):
    done = [("2023-05-20", "sup_installation", True), ("2025-05-10", kind, True)]
    free = dues(category, done)[kind]
    if stated > "2025-05-10":
        stated = f"{int(free[:4]) + 1}-01-01"
    done[-1] += (stated,)
    assert dues(category, done)[kind] == free


def test_an_earlier_date_of_the_body_moves_the_window_of_a_lift_and_not_its_years():
    done = [BASE, ("2025-05-02", "periodic", True, "2026-05-31")]
    due = next(due for due in clocks("3110", done) if due.clock == "periodic")
    assert (due.due_on, due.opens_on) == (dt.date(2026, 5, 31), dt.date(2026, 3, 1))
    done.append(("2026-04-02", "periodic", True))
    assert dues("3110", done)["periodic"] == "2028-05-31"


def test_a_date_stated_by_another_inspection_is_not_that_of_this_clock():
    done = [("2026-05-08", "full", True, "2026-09-01")]
    assert dues("8210", done, base="2020-01-01") == {"annual": "2027-05-31", "full": "2026-09-30"}


def test_a_date_stated_at_the_start_is_that_of_the_first_statutory_inspection():
    first = ("2024-03-15", "first", True, "2025-03-15")
    assert dues("5110", [first]) == {"periodic": "2025-03-31"}
    installed = ("2024-03-15", "sup_installation", True, "2024-10-01")
    assert dues("9110", [installed]) == {"annual": "2024-10-31", "full": "2027-03-31"}
    assert dues("2150", [installed]) == {"annual": "2025-03-31", "periodic": "2024-10-31"}
    since = [first, ("2025-03-01", "periodic", True)]
    assert dues("5110", since) == {"periodic": "2027-03-31"}


def test_the_latest_date_allowed_is_that_of_the_rule_whatever_was_stated():
    assert allowed("5110", ("2025-03-10", "periodic", True, "2026-03-10")) == "2027-03-31"
    assert allowed("2150", ("2025-03-10", "periodic", True), grade=4) == "2028-03-31"
    assert allowed("3110", ("2025-05-02", "periodic", True), [BASE]) == "2028-05-31"
    assert allowed("5110", ("2025-03-10", "first", True, "2025-06-01")) == "2027-03-31"
    assert allowed("9110", ("2025-03-10", "sup_installation", True)) == "2028-03-31"


def test_no_date_is_allowed_where_the_rules_know_of_no_next_one():
    assert allowed("2150", ("2025-03-10", "accident", True)) is None
    assert allowed("2150", ("2025-03-10", "periodic", False)) is None


@pytest.mark.parametrize(
    ("category", "grading"), [("2150", "periodic"), ("2220", "full"), ("8310", "periodic")]
)
def test_watched_use_ends_the_grading_clock_and_no_other(category, grading):
    done = [("2024-05-10", grading, True), ("2024-05-10", "annual", True)]
    free = dues(category, done, grade=4, base="2020-01-01")
    found = dues(category, done, grade=4, base="2020-01-01", watch="2024-11-30")
    assert found == free | {grading: "2024-11-30"}
    assert dues(category, done, grade=4, base="2020-01-01", watch="2099-01-01") == free


def test_watched_use_gives_a_failed_clock_no_date():
    failed = [("2024-05-10", "periodic", False)]
    assert dues("2150", failed, base="2020-01-01", watch="2024-11-30")["periodic"] is None


def test_only_the_users_own_checks_are_not_statutory():
    own = {
        (category, due.clock)
        for category in ("1100", "2150", "2220", "2310", "2410", "3110", "4110", "5110", "6100",
                         "8110", "8210", "8310", "9110")
        for due in clocks(category, [BASE])
        if not due.statutory
    }  # fmt: skip
    assert own == {
        ("2150", "annual"), ("2410", "annual"), ("3110", "self_detection"), ("8110", "annual"),
        ("8210", "annual"), ("8310", "annual"),
    }  # fmt: skip


def test_a_lift_past_its_14th_year_owes_no_self_detection():
    old = [("2005-05-20", "sup_installation", True), ("2024-05-10", "periodic", True)]
    assert dues("3110", old) == {"periodic": "2025-05-31"}
    in_its_14th = [("2011-05-20", "sup_installation", True), ("2024-05-10", "periodic", True)]
    assert dues("3110", in_its_14th)["self_detection"] == "2025-05-31"
    in_its_14th.append(("2025-05-10", "self_detection", True))
    assert "self_detection" not in dues("3110", in_its_14th)


def test_a_clock_without_a_date_exists_only_after_a_failure():
    for kind, category in itertools.product(InspectionKind.values, ("3110", "2150", "8210")):
        for base in ("1990-05-20", "2010-05-20", "2024-05-20"):
            done = [(base, "sup_installation", True), ("2025-05-10", kind, True)]
            assert None not in dues(category, done).values(), (kind, category, base)


def test_a_statutory_inspection_does_for_the_self_detection_of_its_year_only():
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-09-10", "periodic", True)]
    assert dues("3110", done)["self_detection"] == "2027-05-31"
    done[-1] = ("2027-09-10", "periodic", True)
    assert dues("3110", done)["self_detection"] == "2026-05-31"
    done[-1] = ("2026-09-10", "periodic", False)
    assert dues("3110", done)["self_detection"] == "2026-05-31"


def test_no_self_detection_falls_due_while_the_lift_is_stopped():
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-05-02", "self_detection", True)]
    assert dues("3110", done)["self_detection"] == "2027-05-31"
    around = [("2027-03-01", "2027-07-20", "2027-03-10")]
    assert dues("3110", done, stops=around)["self_detection"] == "2029-05-31"
    before = [("2026-10-01", "2027-05-20", "2026-10-05")]
    assert dues("3110", done, stops=before)["self_detection"] == "2027-05-31"
    after = [("2027-06-01", None, "2027-06-05")]
    assert dues("3110", done, stops=after)["self_detection"] == "2027-05-31"


def test_a_late_notice_of_a_stop_excuses_no_self_detection_before_it():
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-05-02", "self_detection", True)]
    late = [("2027-03-01", "2027-07-20", "2027-06-10")]
    assert dues("3110", done, stops=late)["self_detection"] == "2027-05-31"


def test_a_stop_moves_no_statutory_day_of_a_lift():
    done = [BASE, ("2025-05-02", "periodic", True)]
    stops = [("2028-03-01", "2028-09-20", "2028-03-05")]
    assert dues("3110", done, stops=stops)["periodic"] == "2028-05-31"


def test_two_long_stops_keep_both_moves_of_the_month():
    done = [BASE, ("2025-05-02", "periodic", True), ("2026-11-05", "periodic", True)]
    stops = [("2025-06-01", "2026-11-20"), ("2031-06-01", "2032-09-20")]
    assert dues("3110", done, stops=stops[:1])["periodic"] == "2028-11-30"
    done += [("2032-09-05", "periodic", True)]
    assert dues("3110", done, stops=stops)["self_detection"] == "2027-11-30"
    done += [("2029-11-05", "self_detection", True)]
    assert dues("3110", done, stops=stops)["self_detection"] == "2030-11-30"
    assert dues("3110", done, stops=stops)["periodic"] == "2033-09-30"


def test_an_inspection_on_the_day_of_the_stop_moves_no_month():
    done = [BASE, ("2025-11-01", "periodic", True)]
    found = dues("3110", done, stops=[("2025-11-01", "2027-11-20")])
    assert found["periodic"] == "2028-05-31"


@pytest.mark.parametrize("category", ["1100", "2150", "4110", "6100", "8310", "9110"])
def test_a_modification_restarts_the_clocks_of_lifts_only(category):
    done = [("2024-05-20", "sup_installation", True)]
    changed = [*done, ("2024-09-10", "sup_modification", True)]
    assert dues(category, changed) == dues(category, done)
    assert dues("3110", changed) != dues("3110", done)


def test_what_starts_the_clocks_of_which_kind():
    starting = {
        category: {kind for kind in InspectionKind.values if starts_clocks(category, kind)}
        for category in ("1100", "2150", "2310", "3110", "5110", "8310")
    }
    always = {"sup_installation", "first"}
    assert starting == {
        "1100": always, "2150": always, "2310": always | {"sup_manufacture"},
        "3110": always | {"sup_modification"}, "5110": always, "8310": always,
    }  # fmt: skip


def test_a_new_base_clears_no_failure_of_another_inspection():
    failed = [BASE, ("2025-05-02", "periodic", False), ("2025-09-10", "sup_modification", True)]
    assert dues("3110", failed) == {"periodic": None, "self_detection": "2027-09-30"}
    failed.append(("2025-10-10", "periodic", True))
    assert dues("3110", failed)["periodic"] == "2026-09-30"


def test_a_pass_of_before_the_new_base_is_no_pass_of_after_it():
    done = [BASE, ("2025-05-02", "periodic", True), ("2025-09-10", "sup_installation", True)]
    due = clocks("4110", done)[0]
    assert (due.last_on, due.due_on) == (None, dt.date(2027, 9, 30))


def test_a_major_repair_clears_no_failure():
    failed = [BASE, ("2025-05-02", "periodic", False), ("2025-09-10", "sup_repair", True)]
    assert dues("3110", failed)["periodic"] is None


def test_which_inspections_serve_a_clock_depends_on_the_kind_of_unit():
    assert serving_kinds(RULES, "3110") == {
        "periodic": {"periodic"}, "self_detection": {"self_detection", "periodic"},
    }  # fmt: skip
    assert serving_kinds(RULES, "8210")["annual"] == {"annual", "full"}
    assert serving_kinds(RULES, "8110")["annual"] == {"annual"}


@pytest.mark.parametrize(
    ("noticed", "overdue"),
    [(None, []), ("2026-06-01", []), ("2026-07-01", []), ("2026-07-02", ["external"]),
     ("2027-02-01", ["external", "internal"])],
)  # fmt: skip
def test_a_stop_erases_what_was_overdue_only_by_a_notice_within_30_days(noticed, overdue):
    done = [("2024-05-20", "sup_installation", True), ("2025-01-10", "internal", True)]
    found = clocks("1100", done)
    assert [due.due_on.isoformat() for due in found] == ["2025-05-31", "2027-01-31"]
    stop = StopPeriod(day("2026-06-01"), None, day(noticed))
    assert [due.clock for due in overdue_when_stopped(found, stop)] == overdue


def test_a_failed_clock_has_no_day_that_a_late_notice_could_keep():
    found = clocks("6100", [("2025-04-10", "periodic", False)], base="2020-01-01")
    stop = StopPeriod(day("2026-06-01"), None, day("2027-01-01"))
    assert overdue_when_stopped(found, stop) == []
