"""Deadlines that are near or missed are told: to whom it concerns, once, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from backend.flows.moves import Chosen
from backend.lib import clock
from backend.matters.decisions import decide
from backend.matters.lapses import pass_deadlines, warn_of_deadlines
from backend.matters.models import Matter
from backend.notifications.models import Kind, Notification
from tests.matters.errands import open_errand
from tests.matters.offices import Desks, give_post, lend_post
from tests.world import make_user

DAY = dt.timedelta(days=1)


@pytest.fixture
def handled(desks: Desks) -> Matter:
    """A matter that 历下 handles, with a leader there."""
    head = make_user("head", "leader", desks.lixia.region)
    give_post(head, desks.lixia)
    matter = open_errand(desks.operator, desks.hotline)
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def due_in(matter: Matter, days: int) -> dt.date:
    """Let the running deadline be due so many days from now; which day that is."""
    day = clock.today() + days * DAY
    matter.deadlines.filter(met_at=None).update(due_on=day)
    return day


def told(kind: Kind) -> list[tuple[str, dt.date]]:
    rows = Notification.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", "day"))


def test_a_near_deadline_is_told_once_to_those_asked_and_to_the_head(desks: Desks, handled: Matter):
    due_in(handled, settings.DEADLINE_NEAR_DAYS + 1)
    assert warn_of_deadlines(100) == 0
    day = due_in(handled, settings.DEADLINE_NEAR_DAYS)
    assert warn_of_deadlines(100) == 1
    assert told(Kind.DEADLINE_NEAR) == [(name, day) for name in ("handler", "head", "mate")]
    said = Notification.objects.filter(kind=Kind.DEADLINE_NEAR).first()
    assert said.path == f"/desk/matters/{handled.pk}/"
    assert warn_of_deadlines(100) == 0


def test_another_day_is_told_anew(desks: Desks, handled: Matter):
    due_in(handled, 2)
    assert warn_of_deadlines(100) == 1
    due_in(handled, 1)
    assert warn_of_deadlines(100) == 1


def test_a_missed_deadline_is_told_once_to_who_was_asked_then(desks: Desks, handled: Matter):
    day = due_in(handled, -1)
    assert warn_of_deadlines(100) == 0
    assert pass_deadlines(100) == 1
    assert told(Kind.DEADLINE_MISSED) == [(name, day) for name in ("handler", "head", "mate")]
    assert pass_deadlines(100) == 0
    assert len(told(Kind.DEADLINE_MISSED)) == 3


def test_who_took_it_is_told_with_his_substitute_and_not_the_others(desks: Desks, handled: Matter):
    lend_post(desks.handler.posts.get(), desks.stranger)
    handled.assignments.filter(state="open").update(person=desks.handler)
    due_in(handled, 0)
    warn_of_deadlines(100)
    assert [name for name, _day in told(Kind.DEADLINE_NEAR)] == ["handler", "head", "stranger"]


def test_a_head_who_does_not_see_the_matter_is_not_told(desks: Desks, handled: Matter):
    handled.readers.all().delete()
    due_in(handled, 0)
    warn_of_deadlines(100)
    assert [name for name, _day in told(Kind.DEADLINE_NEAR)] == ["handler", "mate"]


def test_a_paused_deadline_is_not_near(desks: Desks, handled: Matter):
    decide(
        actor=desks.handler, matter=handled.pk, version=2, decision="wait",
        chosen=Chosen(remark="送检"),
    )  # fmt: skip
    due_in(handled, 0)
    assert warn_of_deadlines(100) == 0
