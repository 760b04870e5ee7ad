"""What waits for somebody who is away is seen by the heads of his office, who hand it over."""

from __future__ import annotations

import datetime as dt

import pytest
from rest_framework.test import APIClient

from backend.absences.actions import enter_absence
from backend.accounts.models import Role, User
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.hand_overs import claim_assignment, hand_over
from backend.matters.inbox import assignments_to_do
from backend.matters.models import Assignment
from backend.matters.unattended import unattended_for
from backend.offices.models import Post
from tests.matters.errands import open_errand
from tests.matters.offices import Desks, lend_post


@pytest.fixture
def asked(desks: Desks) -> Assignment:
    """What a handler of 历下 has taken on."""
    matter = open_errand(desks.operator, desks.hotline)
    decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip
    found = matter.assignments.get(state="open")
    return claim_assignment(actor=desks.handler, assignment=found.pk, version=None)


def leave(*people: User, **chosen: int | None) -> None:
    today = clock.today()
    for person in people:
        enter_absence(
            actor=person, person=person.pk, starts_on=today, ends_on=today, reason="travel",
            substitutes={post.pk: chosen.get("to") for post in person.posts.all()},
        )  # fmt: skip


def code_of(call, **asked) -> str:
    with pytest.raises(Refused) as caught:
        call(**asked)
    return caught.value.code


def test_what_somebody_who_is_away_has_is_seen_by_the_heads_of_his_office_alone(desks, asked):
    assert not unattended_for(desks.clerk).exists()
    leave(desks.handler)
    assert unattended_for(desks.clerk).get() == asked
    for other in (desks.mate, desks.leader, desks.stranger):
        assert not unattended_for(other).exists()


def test_a_substitute_attends_to_it_unless_he_is_away_too(desks, asked):
    leave(desks.handler, to=desks.clerk.pk)
    assert not unattended_for(desks.clerk).exists()
    leave(desks.clerk)
    assert unattended_for(desks.clerk).get() == asked


def test_what_a_role_is_asked_waits_for_nobody_when_all_are_away(desks, asked):
    Assignment.objects.filter(pk=asked.pk).update(person=None)
    leave(desks.handler)
    assert not unattended_for(desks.clerk).exists()
    leave(desks.mate)
    assert unattended_for(desks.clerk).get() == asked


def test_whose_post_or_account_has_ended_attends_to_nothing(desks, asked):
    post = Post.objects.get(user=desks.handler)
    post.ends_on = clock.today() - dt.timedelta(days=1)
    post.save()
    assert unattended_for(desks.clerk).get() == asked
    post.ends_on = None
    post.save()
    assert not unattended_for(desks.clerk).exists()
    User.objects.filter(pk=desks.handler.pk).update(is_active=False)
    assert unattended_for(desks.clerk).get() == asked


def test_a_clerk_hands_it_to_somebody_who_is_there(desks, asked):
    to_mate = {"assignment": asked.pk, "to": desks.mate, "version": None}
    assert code_of(hand_over, actor=desks.clerk, **to_mate) == "not-allowed"
    leave(desks.handler, desks.mate)
    assert code_of(hand_over, actor=desks.clerk, **to_mate) == "person-away"
    lend_post(desks.mate.posts.get(), desks.clerk)
    hand_over(actor=desks.clerk, **to_mate)
    step = asked.matter.steps.latest("version")
    assert (step.user, step.post.role, step.office) == (desks.clerk, Role.CLERK, desks.lixia)
    assert assignments_to_do(desks.clerk).get().person == desks.mate
    assert not unattended_for(desks.clerk).exists()


def test_it_is_seen_in_the_pages_and_over_rest(client, desks, asked):
    leave(desks.handler)
    client.force_login(desks.clerk)
    shown = client.get("/desk/unattended/").content.decode()
    assert asked.matter.title in shown
    assert "/desk/unattended/" in client.get("/desk/absences/").content.decode()
    sent = {"assignments": [asked.pk], "person": desks.mate.pk}
    client.post("/desk/hand-over/", sent)
    assert assignments_to_do(desks.mate).get().person == desks.mate
    assert asked.matter.title not in client.get("/desk/unattended/").content.decode()
    rest = APIClient()
    rest.force_authenticate(desks.clerk)
    assert rest.get("/api/v1/assignments", {"list": "unattended"}).json()["results"] == []
