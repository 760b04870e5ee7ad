"""Two people decide at once: one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.hand_overs import claim_assignment
from backend.matters.kinds import all_kinds
from backend.matters.models import Assignment, Matter, Step
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
