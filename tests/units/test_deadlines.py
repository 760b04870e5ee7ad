"""Rule 6: registration is due within 30 days after first use, by one dated row."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.units.models import Unit
from backend.units.register_deadlines import (
    REGISTRATION,
    deadline_on,
    load_deadlines,
    registration_overdue_since,
)

FIRST = dt.date(2024, 3, 1)


def test_rule_06_registration_is_late_from_day_31():
    unit = Unit(status="unregistered", first_used_on=FIRST)
    late = dt.date(2024, 4, 1)
    assert late - FIRST == dt.timedelta(days=31)
    assert registration_overdue_since(unit, late) == late
    assert registration_overdue_since(unit, dt.date(2024, 3, 31)) is None
    assert registration_overdue_since(unit, dt.date(2026, 1, 1)) == late


@pytest.mark.parametrize(
    "facts", [{"status": "in_use", "first_used_on": FIRST}, {"status": "unregistered"}]
)
def test_rule_06_a_unit_registered_or_not_in_use_is_never_late(facts):
    assert registration_overdue_since(Unit(**facts), dt.date(2026, 1, 1)) is None


def test_an_event_older_than_every_row_has_the_oldest():
    assert deadline_on(REGISTRATION, dt.date(1999, 1, 1)) == load_deadlines(REGISTRATION)[-1]


def test_an_unknown_deadline_is_no_number():
    with pytest.raises(LookupError):
        load_deadlines("holiday")
