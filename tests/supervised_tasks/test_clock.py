"""What the clock does with a supervised task under frozen time: near, missed, reports of progress, the score."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from backend.matters.inbox import assignments_to_do
from backend.matters.lapses import pass_deadlines, warn_of_deadlines
from backend.matters.told import tell_clocks
from backend.notifications.models import Kind
from backend.offices.models import Post
from backend.supervised_tasks.models import ProgressReport
from backend.supervised_tasks.progress import open_due_reports
from tests.hotline.test_story import step
from tests.matters.offices import lend_post
from tests.matters.test_deadline_news import told
from tests.supervised_tasks.cast import Cast, in_days, let_days_pass, now_of

ASKED = ["lixia-handler", "lixia-leader"]
"""Who is told of the deadlines of what 历下 handles."""
ORDERER = "city-leader"


def names(kind: Kind) -> list[str]:
    return [name for name, _day in told(kind)]


def test_the_day_that_was_chosen_is_near_and_missed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    task, day = cast.handled(), in_days(10)
    (line,) = tell_clocks(now_of(task))
    assert (line.deadline.due_on, line.deadline.chosen_on) == (day, day)
    assert "15" not in line.why
    assert warn_of_deadlines(100) == 0
    let_days_pass(monkeypatch, 10 - settings.DEADLINE_NEAR_DAYS)
    assert warn_of_deadlines(100) == 1
    assert told(Kind.DEADLINE_NEAR) == [(name, day) for name in ASKED]
    let_days_pass(monkeypatch, settings.DEADLINE_NEAR_DAYS + 1)
    assert pass_deadlines(100) == 1
    assert told(Kind.DEADLINE_MISSED) == [(name, day) for name in [ORDERER, *ASKED]]
    cast.prove(task)
    step(cast.lixia_handler, task.matter, "finish", remark="已整改")
    task.refresh_from_db()
    assert task.days_late == 1
    assert now_of(task).due_on is None


def test_a_missed_day_is_told_to_whoever_stands_in_for_who_ordered_it_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    cast.handled()
    post = Post.objects.get(user=cast.leader)
    let_days_pass(monkeypatch, 11)
    lend_post(post, cast.clerk)
    assert pass_deadlines(100) == 1
    assert names(Kind.DEADLINE_MISSED) == ["city-clerk", ORDERER, *ASKED]


def test_without_a_day_the_rule_counts_and_what_was_sent_back_keeps_its_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    task = cast.handled(due_on=None)
    day = now_of(task).due_on
    assert day > in_days(14)
    cast.prove(task)
    let_days_pass(monkeypatch, 3)
    step(cast.lixia_handler, task.matter, "finish", remark="已整改")
    let_days_pass(monkeypatch, 30)
    assert pass_deadlines(100) == 0
    step(cast.leader, task.matter, "send-back", remark="不全")
    assert now_of(task).due_on == day
    assert pass_deadlines(100) == 1
    step(cast.lixia_handler, task.matter, "finish", remark="已补")
    task.refresh_from_db()
    assert task.days_late == (in_days(0) - day).days


def test_a_day_that_was_missed_and_put_off_can_be_missed_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    task = cast.handled()
    let_days_pass(monkeypatch, 11)
    assert pass_deadlines(100) == 1
    step(cast.lixia_handler, task.matter, "ask-time", remark="配件未到",
         details={"wished_on": in_days(5)})  # fmt: skip
    step(cast.leader, task.matter, "extend", remark="同意", details={"due_on": in_days(5)})
    assert pass_deadlines(100) == 0
    assert now_of(task).due_on == in_days(5)
    let_days_pass(monkeypatch, 6)
    assert pass_deadlines(100) == 1
    twice = [name for name in [ORDERER, *ASKED] for _again in range(2)]
    assert names(Kind.DEADLINE_MISSED) == twice


def test_progress_is_asked_for_each_week_and_what_is_missed_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    task, begun = cast.handled(every="weekly", due_on=in_days(60)), in_days(0)
    first = task.reports.get()
    assert first.due_on == begun + dt.timedelta(days=7)
    assert assignments_to_do(cast.lixia_handler).filter(matter=first.pk).exists()
    assert open_due_reports(100) == 0
    step(cast.lixia_handler, first.matter, "report", remark="已完成3台")
    first.refresh_from_db()
    assert first.said == "已完成3台"
    assert open_due_reports(100) == 0
    let_days_pass(monkeypatch, 8)
    assert open_due_reports(100) == 1
    assert open_due_reports(100) == 0
    second = task.reports.last()
    assert (second.nth, second.due_on) == (2, begun + dt.timedelta(days=14))
    let_days_pass(monkeypatch, 7)
    assert pass_deadlines(100) == 1
    assert names(Kind.DEADLINE_MISSED) == ASKED
    assert open_due_reports(100) == 1
    assert task.reports.last().due_on == begun + dt.timedelta(days=21)


def test_nothing_is_asked_for_while_nobody_works_on_it(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    task = cast.finished(every="monthly", due_on=in_days(90))
    (report,) = task.reports.all()
    assert report.due_on == in_days(30)
    assert report.matter.outcome == "lapsed"
    let_days_pass(monkeypatch, 31)
    assert open_due_reports(100) == 0
    step(cast.leader, task.matter, "send-back", remark="不全")
    assert task.reports.last().due_on == in_days(30)
    step(cast.leader, task.matter, "withdraw", remark="不再督办")
    assert not ProgressReport.objects.filter(matter__closed_at=None).exists()


def test_a_task_without_reports_is_asked_for_none(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    cast.handled()
    let_days_pass(monkeypatch, 40)
    assert open_due_reports(100) == 0
    assert not ProgressReport.objects.exists()


def test_what_is_sent_back_at_once_is_asked_for_progress_anew(cast: Cast):
    task = cast.finished(every="weekly")
    step(cast.leader, task.matter, "send-back", remark="不全")
    lapsed, fresh = task.reports.all()
    assert (lapsed.matter.outcome, fresh.matter.closed_at) == ("lapsed", None)
    assert fresh.due_on == in_days(7)
