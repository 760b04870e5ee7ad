"""Rule 19: working days by the State Council's arrangement, with weekend days that are worked."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.deadlines.due import compute_due
from backend.deadlines.models import DeadlineRule
from backend.workdays.calendar import WorkCalendar
from backend.workdays.statutory import statutory_days_off
from backend.workdays.year_tables import SHIPPED, read_year_tables

CALENDAR = WorkCalendar(read_year_tables(SHIPPED))
days = st.dates(dt.date(2005, 1, 1), dt.date(2031, 12, 31))


def add(start: dt.date, count: int) -> dt.date:
    rule = DeadlineRule(days=abs(count), unit="working", backward=count < 0)
    return compute_due(rule, start, calendar=CALENDAR).on


def test_rule_19_seven_days_from_before_national_day_cross_the_holiday() -> None:
    # 29 and 30 September, 8, 9, 10 (a Saturday that is worked), 12 and 13 October.
    assert add(dt.date(2026, 9, 28), 7) == dt.date(2026, 10, 13)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (dt.date(2026, 9, 20), True),  # a Sunday, for National Day
        (dt.date(2026, 2, 14), True),  # a Saturday, for the Spring Festival
        (dt.date(2018, 12, 29), True),  # by the notice of 2019
        (dt.date(2026, 9, 25), False),  # Mid-Autumn, a Friday
        (dt.date(2025, 10, 8), False),  # the day for the festival within National Day
        (dt.date(2026, 9, 19), False),  # a Saturday as any other
        (dt.date(2026, 9, 21), True),
    ],
)
def test_rule_19_make_up_days_are_worked_and_their_holidays_are_not(day, worked) -> None:
    assert CALENDAR.is_working_day(day) is worked
    assert CALENDAR.is_published(day)


def test_an_unpublished_year_has_the_holidays_of_the_law() -> None:
    assert not CALENDAR.is_published(dt.date(2027, 2, 9))
    assert not CALENDAR.is_working_day(dt.date(2027, 2, 9))  # for the Saturday of the festival
    assert CALENDAR.is_working_day(dt.date(2027, 2, 11))
    assert add(dt.date(2026, 12, 30), 2) == dt.date(2027, 1, 4)


def test_two_festivals_on_one_day_give_two_days_off() -> None:
    autumn = [day.day for day in statutory_days_off(2028) if day.month == 10]
    assert autumn == [1, 2, 3, 4, 5]  # Mid-Autumn is on 3 October, 1 October a Sunday


def test_the_law_of_2025_added_two_days() -> None:
    assert len(statutory_days_off(2024)) < len(statutory_days_off(2031))
    assert dt.date(2031, 1, 22) in statutory_days_off(2031)  # the eve of the Spring Festival
    assert dt.date(2031, 5, 2) in statutory_days_off(2031)


def test_the_end_of_the_last_published_year_may_still_be_named() -> None:
    assert CALENDAR.is_published(dt.date(2026, 12, 28))
    assert not CALENDAR.is_published(dt.date(2026, 12, 29))
    assert not CALENDAR.is_published(dt.date(2003, 5, 1))


def test_a_century_without_festivals_in_the_table_still_has_an_answer() -> None:
    assert not CALENDAR.is_working_day(dt.date(2150, 10, 1))


@given(days, st.integers(0, 60))
def test_counting_undoes_adding(start: dt.date, count: int) -> None:
    end = add(start, count)
    assert CALENDAR.count_working_days(start, end) == count


@given(days, st.integers(1, 60))
def test_a_working_day_counted_back_and_forth_is_itself(start: dt.date, count: int) -> None:
    day = add(start, 1)
    assert add(add(day, -count), count) == day
