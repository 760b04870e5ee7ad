"""Two people decide at once: one wins, the other is told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters import lapses
from backend.matters.decisions import decide
from backend.matters.exports import MOST_AT_ONCE, order_export
from backend.matters.hand_overs import claim_assignment, hand_over_each
from backend.matters.kinds import all_kinds
from backend.matters.lapses import warn_of_deadlines
from backend.matters.models import Assignment, Matter, Step
from backend.matters.saved_filters import save_filter
from backend.matters.steps import Sending
from backend.notifications.models import Kind, Notification
from tests.matters import errands
from tests.matters.offices import Desks, seat_people
from tests.world import World


@pytest.fixture
def desks(committed_world: World) -> Iterator[Desks]:
    """The people at their desks, in committed rows."""
    with override_settings(MATTER_KINDS=[*settings.MATTER_KINDS, errands.PATH]):
        all_kinds.cache_clear()
        errands.make_table()
        errands.load_errand()
        yield seat_people(committed_world)
    all_kinds.cache_clear()


def at_once(*calls) -> list[str]:
    """What came of each: ``done``, or the code of its refusal."""
    gate = threading.Barrier(len(calls))

    def run(call) -> str:
        try:
            gate.wait()
            call()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def handled_by_lixia(desks: Desks) -> Matter:
    matter = errands.open_errand(desks.operator, desks.hotline)
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def test_of_two_who_decide_at_once_one_wins(desks):
    matter = handled_by_lixia(desks)

    def report(who: User):
        return lambda: decide(
            actor=who, matter=matter.pk, version=2, decision="report",
            chosen=Chosen(remark="已处理"),
        )  # fmt: skip

    assert at_once(report(desks.handler), report(desks.mate)) == ["done", "precondition-failed"]
    assert Step.objects.filter(matter=matter, action="report").count() == 1


def test_of_two_who_claim_at_once_one_has_it(desks):
    matter = handled_by_lixia(desks)
    asked = Assignment.objects.get(matter=matter, state="open")

    def claim(who: User):
        return lambda: claim_assignment(actor=who, assignment=asked.pk, version=None)

    assert at_once(claim(desks.handler), claim(desks.mate)) == ["assignment-taken", "done"]
    asked.refresh_from_db()
    assert asked.person in (desks.handler, desks.mate)


def test_of_many_tables_ordered_at_once_only_as_many_are_taken(desks):
    def order() -> None:
        order_export(actor=desks.clerk, form="csv", asked={}, key=uuid.uuid4())

    told = at_once(*[order] * (MOST_AT_ONCE + 2))
    assert told == ["done"] * MOST_AT_ONCE + ["exports-under-way"] * 2


def test_of_many_filters_saved_at_once_no_more_are_kept_than_may_be(desks, monkeypatch):
    monkeypatch.setattr("backend.matters.saved_filters.MOST", 2)

    def save(name: str):
        asked = {"open": "open"}
        return lambda: save_filter(actor=desks.clerk, name=name, asked=asked, key=uuid.uuid4())

    assert at_once(*map(save, "甲乙丙丁")) == ["done"] * 2 + ["filters-full"] * 2


def test_a_key_sent_at_once_for_two_matters_counts_for_one(desks):
    matters = [handled_by_lixia(desks) for _ in range(2)]
    key = uuid.uuid4()

    def report(matter: Matter):
        return lambda: decide(
            actor=desks.handler, matter=matter.pk, version=2, decision="report",
            chosen=Chosen(remark="已处理"), sending=Sending(key, [matter.pk]),
        )  # fmt: skip

    assert at_once(*map(report, matters)) == ["done", "idempotency-conflict"]
    assert Step.objects.filter(action="report").count() == 1


def test_several_who_warn_of_a_deadline_at_once_tell_it_once(desks, monkeypatch):
    """Each has read that it is near before one of them tells it, and then they follow each other."""
    matter = handled_by_lixia(desks)
    matter.deadlines.filter(met_at=None).update(due_on=clock.today())
    all_have_read, turn, warn_in = threading.Barrier(3), threading.Lock(), lapses._warn_in

    def warn_in_turn(number: int) -> int:
        all_have_read.wait(timeout=10)
        with turn:
            return warn_in(number)

    monkeypatch.setattr(lapses, "_warn_in", warn_in_turn)
    at_once(*[lambda: warn_of_deadlines(100)] * 3)
    told = Notification.objects.filter(kind=Kind.DEADLINE_NEAR)
    assert sorted(told.values_list("recipient__username", flat=True)) == ["handler", "mate"]


def test_what_two_hand_over_at_once_goes_to_one(desks):
    matters = [handled_by_lixia(desks) for _ in range(3)]
    asked = [matter.assignments.get(state="open").pk for matter in matters]
    told: list[str] = []

    def hand(who: User, to: User):
        def run() -> None:
            done = hand_over_each(actor=who, assignments=asked, to=to)
            told.extend("done" if one.refusal is None else one.refusal.code for one in done)

        return run

    at_once(hand(desks.handler, desks.mate), hand(desks.mate, desks.handler))
    assert told.count("done") == 3
