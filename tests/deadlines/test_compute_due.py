"""Rules 18 and 19: deadlines by dated rows, in working or calendar days, with pauses."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.deadlines.due import compute_due, rule_in_force
from backend.deadlines.models import DeadlineRule
from backend.deadlines.pauses import PausedDays
from backend.lib import clock
from backend.lib.problems import Refused
from backend.workdays.actions import publish_years
from backend.workdays.calendar import WorkCalendar
from backend.workdays.year_tables import SHIPPED, read_year_table, read_year_tables
from tests.workdays.notices import NOTICE_2027

CALENDAR = WorkCalendar(read_year_tables(SHIPPED))


def rule(days: int, unit: str = "working", *, backward: bool = False) -> DeadlineRule:
    return DeadlineRule(code="trial", days=days, unit=unit, backward=backward, law="Trial Law")


def due(days, unit, day, *pauses, backward=False):
    return compute_due(rule(days, unit, backward=backward), day, pauses, calendar=CALENDAR).on


def test_rule_18_a_recheck_is_due_ten_working_days_after_the_report_of_rectification(db) -> None:
    filed = dt.date(2026, 9, 21)
    recheck = rule_in_force("order-recheck", filed)
    # 22, 23, 24, 28, 29, 30 September, 8, 9, 10 (a Saturday that is worked), 12 October.
    assert compute_due(recheck, filed).on == dt.date(2026, 10, 12)


def test_rule_18_a_seizure_ends_on_day_30_of_the_calendar_and_pauses_during_appraisal(db) -> None:
    decided = dt.date(2026, 9, 10)
    seizure = rule_in_force("seizure", decided)
    assert compute_due(seizure, decided).on == dt.date(2026, 10, 10)
    appraisal = PausedDays(dt.date(2026, 9, 15), dt.date(2026, 9, 24), "appraisal")
    assert compute_due(seizure, decided, [appraisal]).on == dt.date(2026, 10, 20)
    extension = rule_in_force("seizure-extension", decided)
    assert compute_due(extension, dt.date(2026, 10, 10)).on == dt.date(2026, 11, 9)


def test_rule_19_seven_working_days_from_before_national_day_cross_the_holiday(db) -> None:
    received = dt.date(2026, 9, 28)
    accepted = compute_due(rule_in_force("complaint-acceptance", received), received)
    assert (accepted.on, accepted.provisional) == (dt.date(2026, 10, 13), False)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("application-decision", "working"),  # Licensing Law: all of them
        ("licence-renewal-application", "working"),
        ("registered-evidence-decision", "working"),  # Penalty Law: 2, 3, 5 and 7 days
        ("penalty-service", "working"),
        ("penalty-payment", "calendar"),  # 15
        ("penalty-decision", "calendar"),  # 90
        ("seizure", "calendar"),  # Enforcement Law: 30
    ],
)
def test_rule_19_each_law_has_its_kind_of_days(db, code, unit) -> None:
    assert rule_in_force(code, dt.date(2026, 11, 28)).unit == unit


def test_a_deadline_that_runs_into_an_unpublished_year_is_provisional_until_its_notice(db) -> None:
    received = dt.date(2027, 1, 25)
    acceptance = rule_in_force("complaint-acceptance", received)
    before = compute_due(acceptance, received)
    # By the law 5 to 10 February are off: 26 to 29 January, 1 to 3 February.
    assert (before.on, before.provisional) == (dt.date(2027, 2, 3), True)
    longer = rule_in_force("application-decision-extension", received)
    assert compute_due(longer, received).on == dt.date(2027, 2, 12)
    publish_years([read_year_table(NOTICE_2027)])
    after = compute_due(longer, received)
    assert (after.on, after.provisional) == (dt.date(2027, 2, 16), False)


def test_calendar_days_do_not_wait_for_a_notice(db) -> None:
    assert not compute_due(rule(30, "calendar"), dt.date(2026, 12, 20)).provisional


@pytest.mark.parametrize(
    ("days", "unit", "day", "on"),
    [
        (1, "working", dt.date(2026, 9, 19), dt.date(2026, 9, 20)),  # a Sunday that is worked
        (1, "working", dt.date(2026, 2, 13), dt.date(2026, 2, 14)),  # a Saturday that is worked
        (1, "working", dt.date(2026, 2, 14), dt.date(2026, 2, 24)),
        (30, "calendar", dt.date(2026, 1, 31), dt.date(2026, 3, 2)),
        (30, "calendar", dt.date(2024, 1, 30), dt.date(2024, 2, 29)),
        (1, "working", dt.date(2026, 7, 31), dt.date(2026, 8, 3)),
        (5, "working", dt.date(2025, 12, 31), dt.date(2026, 1, 8)),  # 4 January, a Sunday, worked
    ],
)
def test_month_ends_and_make_up_weekends(days, unit, day, on) -> None:
    assert due(days, unit, day) == on


def test_a_backward_rule_gives_the_last_day_before_its_day() -> None:
    assert due(3, "working", dt.date(2026, 10, 12), backward=True) == dt.date(2026, 10, 8)
    assert due(30, "calendar", dt.date(2026, 3, 31), backward=True) == dt.date(2026, 3, 1)


MONDAY = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("pauses", "on"),
    [
        ((), dt.date(2026, 6, 8)),
        (((3, 4),), dt.date(2026, 6, 10)),
        (((6, 7),), dt.date(2026, 6, 8)),  # a weekend, which does not count anyhow
        (((5, 8),), dt.date(2026, 6, 10)),  # over a weekend
        (((3, 10), (4, 5)), dt.date(2026, 6, 16)),  # one within the other
        (((3, 5), (4, 8)), dt.date(2026, 6, 12)),  # one over the end of the other
        (((8, 8),), dt.date(2026, 6, 9)),  # on its last day
        (((9, 30),), dt.date(2026, 6, 8)),  # afterwards
    ],
)
def test_days_of_pauses_do_not_count_and_count_out_once(pauses, on) -> None:
    paused = [PausedDays(MONDAY.replace(day=a), MONDAY.replace(day=b)) for a, b in pauses]
    assert due(5, "working", MONDAY, *paused) == on


def test_a_pause_over_national_day_takes_only_its_working_days() -> None:
    pause = PausedDays(dt.date(2026, 9, 30), dt.date(2026, 10, 8))
    assert due(7, "working", dt.date(2026, 9, 28), pause) == dt.date(2026, 10, 15)


def test_a_running_pause_moves_the_day_on_with_today(monkeypatch) -> None:
    pause = PausedDays(dt.date(2026, 6, 4), None)
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 6, 5))
    assert due(5, "working", MONDAY, pause) == dt.date(2026, 6, 10)
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 6, 15))
    assert due(5, "working", MONDAY, pause) == dt.date(2026, 6, 18)


@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2026, 6, 1)),
    st.integers(1, 45),
    st.sampled_from(["working", "calendar"]),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=3),
)
def test_the_days_that_count_up_to_the_due_day_are_those_of_the_rule(start, days, unit, spans):
    pauses = [
        PausedDays(start + dt.timedelta(days=a), start + dt.timedelta(days=a + b)) for a, b in spans
    ]
    on = due(days, unit, start, *pauses)
    passed = [start + dt.timedelta(days=i) for i in range(1, (on - start).days + 1)]
    counted = [
        day
        for day in passed
        if (unit == "calendar" or CALENDAR.is_working_day(day))
        and not any(pause.first <= day <= pause.last for pause in pauses)
    ]
    assert len(counted) == days
    assert counted[-1] == on


def test_the_rule_of_the_day_that_is_counted_from_decides(db) -> None:
    last, first = dt.date(2026, 4, 14), dt.date(2026, 4, 15)
    assert rule_in_force("complaint-acceptance", last).confidence == "A"
    assert rule_in_force("complaint-acceptance", first).confidence == "C"
    assert rule_in_force("complaint-acceptance", dt.date(2004, 1, 5)).unit == "calendar"


@pytest.mark.parametrize(
    ("code", "day"), [("order-recheck", dt.date(2022, 6, 30)), ("lunch", dt.date(2026, 1, 1))]
)
def test_where_no_rule_was_in_force_nothing_is_guessed(db, code, day) -> None:
    with pytest.raises(Refused) as refused:
        rule_in_force(code, day)
    assert refused.value.code == "no-deadline-rule"
