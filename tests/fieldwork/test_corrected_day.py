"""A correction stands on the day of the inspection, whenever it is made."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.lib import clock
from tests.fieldwork.items import ago, item, report_body, take


@pytest.fixture
def wrong(world):
    """A failed inspection of ten days ago, sent that day but for the day's name."""
    sent = item("report", report_body(world.lift, conclusion="fail", device_time=ago(days=10)))
    assert take(world.lin, sent | {"made_at": ago(days=10)})[0].state == "accepted"
    return sent


def correction(lift, wrong, **changes):
    told = {"conclusion": "fail", "supersedes": wrong["id"], "reason": "笔误"} | changes
    return item("correction", report_body(lift, **told))


def test_a_correction_of_a_later_day_keeps_the_day(world, wrong):
    newer = item("report", report_body(world.lift, device_time=ago(days=5)), made_at=ago(days=5))
    take(world.lin, newer)
    sent = correction(world.lift, wrong)
    row = take(world.lin, sent)[0]
    assert row.state == "accepted"
    day = clock.today() - dt.timedelta(days=10)
    assert row.report.record.happened_on == day
    world.lift.refresh_from_db()
    assert world.lift.last_conclusion == "pass"
    again = take(world.lin, correction(world.lift, sent, reason="again", happened_on=None))[0]
    assert again.report.record.happened_on == day


def test_a_correction_may_correct_the_day_too(world, wrong):
    day = clock.today() - dt.timedelta(days=11)
    row = take(world.lin, correction(world.lift, wrong, happened_on=day.isoformat()))[0]
    assert row.report.record.happened_on == day


def test_one_that_waited_for_its_report_keeps_the_day(world):
    old = {"made_at": ago(days=3)}
    first = item("report", report_body(world.lift, device_time=ago(days=3)), **old)
    waiting = take(world.lin, correction(world.lift, first, conclusion="pass"))[0]
    assert waiting.state == "waiting"
    take(world.lin, first)
    waiting.refresh_from_db()
    assert waiting.report.record.happened_on == clock.today() - dt.timedelta(days=3)
