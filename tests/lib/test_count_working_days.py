"""Working days by the State Council's calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lib import workdays


def test_rule_19_seven_working_days_before_national_day_cross_the_holiday():
    # 2025: off from 1 to 8 October; Sunday 28 September and Saturday 11 October are worked.
    assert workdays.add_working_days(dt.date(2025, 9, 26), 7) == dt.date(2025, 10, 13)
    # 2024: off from 1 to 7 October; Sunday 29 September and Saturday 12 October are worked.
    assert workdays.add_working_days(dt.date(2024, 9, 27), 7) == dt.date(2024, 10, 12)


def test_rule_19_a_make_up_saturday_is_a_working_day():
    assert workdays.is_working_day(dt.date(2025, 10, 11))
    assert not workdays.is_working_day(dt.date(2025, 10, 18))


def test_rule_19_a_weekday_in_a_holiday_is_not_a_working_day():
    assert not workdays.is_working_day(dt.date(2025, 10, 1))


def test_the_day_of_the_event_does_not_count():
    assert workdays.add_working_days(dt.date(2025, 3, 3), 1) == dt.date(2025, 3, 4)
    assert workdays.add_working_days(dt.date(2025, 3, 1), 1) == dt.date(2025, 3, 3)
    assert workdays.add_working_days(dt.date(2025, 3, 1), 0) == dt.date(2025, 3, 1)


def test_a_year_without_a_holiday_notice_is_refused_by_name():
    first, last = workdays.horizon()
    beyond = last + dt.timedelta(days=1)
    with pytest.raises(workdays.CalendarNotCovered, match=beyond.isoformat()) as caught:
        workdays.add_working_days(last - dt.timedelta(days=2), 10)
    assert caught.value.last == last
    with pytest.raises(workdays.CalendarNotCovered):
        workdays.is_working_day(first - dt.timedelta(days=1))


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="-1"):
        workdays.add_working_days(dt.date(2025, 3, 3), -1)


@given(st.dates(dt.date(2005, 1, 1), dt.date(2025, 10, 1)), st.integers(1, 45))
def test_counting_back_gives_the_number_counted_forward(start, n):
    end = workdays.add_working_days(start, n)
    assert workdays.is_working_day(end)
    assert workdays.count_working_days(start, end) == n
