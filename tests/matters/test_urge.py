"""Urging (催办) in every kind of matter: from the line of the office that has it, once a day for each person."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.asked import offers_for
from backend.matters.decisions import decide
from backend.matters.hand_overs import claim_assignment
from backend.matters.models import Matter, Step
from backend.notifications.models import Kind, Notification
from tests.matters.errands import open_errand
from tests.matters.offices import give_post
from tests.papers.test_number_papers import refusal
from tests.world import make_user


@pytest.fixture
def part(desks) -> Matter:
    """A matter that waits for the handlers of 历下; its flow says nothing of urging."""
    return open_errand(None, desks.lixia, flow="errand-part")


def urge(user, matter: Matter, remark: str = "请抓紧") -> Matter:
    return decide(
        actor=user, matter=matter.pk, version=None, decision="urge", chosen=Chosen(remark=remark)
    )


def urged() -> list[str]:
    rows = Notification.objects.filter(kind=Kind.URGED).order_by("pk")
    return sorted(rows.values_list("recipient__username", flat=True))


def offered(user, matter: Matter) -> set[str]:
    return {decision.name for decision in offers_for(user, matter)}


def test_an_urging_is_a_step_and_tells_whom_it_waits_for(desks, part):
    urge(desks.leader, part)
    assert urged() == ["handler", "mate"]
    step = Step.objects.filter(matter=part).latest("version")
    assert (step.action, step.remark) == ("urge", "请抓紧")
    assert step.facts["urged"] == sorted([desks.handler.pk, desks.mate.pk])
    with refusal("remark-missing"):
        urge(desks.leader, part, "")


def test_nobody_is_urged_again_within_hours(desks, part, monkeypatch: pytest.MonkeyPatch):
    urge(desks.leader, part)
    with pytest.raises(Refused, match="urged-already") as refused:
        urge(desks.clerk, part)
    assert refused.value.status == 429
    newcomer = give_post(make_user("newcomer", "handler", desks.lixia.region), desks.lixia)
    urge(desks.clerk, part)
    assert urged() == ["handler", "mate", "newcomer"]
    newcomer.delete()
    tomorrow = clock.now() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    urge(desks.leader, part)
    assert urged().count("mate") == 2


def test_who_took_it_is_urged_alone(desks, part):
    asked = part.assignments.get()
    claim_assignment(actor=desks.mate, assignment=asked.pk, version=None)
    urge(desks.leader, part)
    assert urged() == ["mate"]


def test_the_office_itself_and_those_above_urge_and_others_do_not(desks, part):
    assert "urge" in offered(desks.leader, part)
    assert "urge" in offered(desks.clerk, part)
    assert "urge" not in offered(desks.handler, part)
    with refusal("not-allowed"):
        urge(desks.handler, part)
    with refusal("not-found"):
        urge(desks.stranger, part)


def test_who_is_asked_himself_urges_nobody(desks, part):
    give_post(desks.handler, desks.lixia, "clerk")
    assert "urge" not in offered(desks.handler, part)
    desks.mate.posts.all().delete()
    with refusal("nobody-to-urge"):
        urge(desks.handler, part)
