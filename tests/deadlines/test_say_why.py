"""The sentence that says why something is due on its day."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils.translation import gettext, override

from backend.deadlines.due import compute_due, rule_in_force
from backend.deadlines.models import DeadlineRule
from backend.deadlines.pauses import PausedDays


def say(code, day, *pauses, language="en"):
    with override(language):
        return compute_due(rule_in_force(code, day), day, pauses).sentence


def test_it_names_period_law_holiday_and_worked_weekend(db) -> None:
    assert say("order-recheck", dt.date(2026, 9, 28)) == (
        "10 working days from 2026-09-28 (Order 57 on supervision checks of special equipment, "
        "article 29); the holiday from 2026-10-01 to 2026-10-07 not counted; 2026-10-10 counted, "
        "for that weekend day is worked."
    )


def test_it_says_the_same_in_chinese(db) -> None:
    said = say("order-recheck", dt.date(2026, 9, 28), language="zh-hans")
    assert said == (
        "自2026-09-28起10个工作日（《特种设备安全监督检查办法》第29条）；"
        "2026-10-01至2026-10-07放假，不计入；2026-10-10调休上班，计入。"
    )


def test_calendar_days_name_no_holiday(db) -> None:
    assert say("penalty-payment", dt.date(2026, 9, 28)) == (
        "15 calendar days from 2026-09-28 (Administrative Penalty Law, article 67)."
    )


def test_it_names_pauses_and_their_reasons(db) -> None:
    pauses = (
        PausedDays(dt.date(2026, 6, 2), dt.date(2026, 6, 5), "appraisal"),
        PausedDays(dt.date(2026, 6, 9), None, "hearing"),
    )
    said = say("seizure", dt.date(2026, 6, 1), *pauses)
    assert "; paused from 2026-06-02 to 2026-06-05 (appraisal); " in said
    assert "; paused since 2026-06-09 (hearing)." in said


def test_it_says_that_a_day_is_provisional(db) -> None:
    said = say("application-decision", dt.date(2026, 12, 20))
    assert said.endswith("provisional, for the holidays of these days are not published yet.")


def test_a_backward_rule_says_before(db) -> None:
    said = say("licence-renewal-application", dt.date(2026, 8, 31))
    assert said.startswith("30 working days before 2026-08-31 (Administrative Licensing Law")


def test_every_law_is_told_in_chinese(db) -> None:
    laws = set(DeadlineRule.objects.values_list("law", flat=True))
    with override("zh-hans"):
        assert [law for law in laws if re.search("[a-z]{3}", gettext(law))] == []


def test_what_is_due_is_told_by_name_and_in_chinese(db) -> None:
    rules = list(DeadlineRule.objects.all())
    with override("en"):
        assert [rule.code for rule in rules if rule.label == rule.code] == []
    with override("zh-hans"):
        assert [rule.code for rule in rules if re.search("[a-z]{3}", rule.label)] == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_has_a_sentence(db, language) -> None:
    for rule in DeadlineRule.objects.all():
        with override(language):
            assert str(rule.days) in compute_due(rule, dt.date(2026, 6, 1)).sentence
