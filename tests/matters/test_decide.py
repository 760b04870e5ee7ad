"""Deciding: who may, what it makes of the matter, and that two clicks are one."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import decide, take_back
from backend.matters.inbox import assignments_to_do, count_inbox, done_of, started_of
from backend.matters.models import Assignment, Matter
from backend.matters.steps import Sending
from backend.notifications.models import Kind, Notification
from tests.matters.errands import Errand, open_errand
from tests.matters.offices import lend_post


def dispatch(desks, matter, **more):
    return decide(
        actor=desks.operator, matter=matter.pk, version=matter.version, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk), **more,
    )  # fmt: skip


def refusal(**asked) -> Refused:
    with pytest.raises(Refused) as caught:
        decide(**asked)
    return caught.value


def test_an_opened_matter_waits_for_the_role_of_its_first_node(desks):
    matter = open_errand(desks.operator, desks.hotline)
    assert (matter.state, matter.version) == ("received", 1)
    asked = assignments_to_do(desks.operator).get()
    assert (asked.node, asked.office, asked.person) == ("triage", desks.hotline, None)
    assert matter.due_on == asked.due_on == clock.today() + dt.timedelta(days=5)
    assert [step.action for step in matter.steps.all()] == ["open"]
    assert started_of(desks.operator).get() == matter


def test_a_decision_moves_the_matter_to_the_chosen_office_and_tells_who_made_it(desks):
    matter = dispatch(desks, open_errand(desks.operator, desks.hotline))
    assert (matter.state, matter.office, matter.version) == ("handling", desks.lixia, 2)
    step = matter.steps.get(version=2)
    assert (step.action, step.user, step.post) == (
        "dispatch", desks.operator, desks.operator.posts.get()
    )  # fmt: skip
    assert (step.from_state, step.to_state) == ("received", "handling")
    assert step.facts == {"office": desks.lixia.pk}
    assert done_of(desks.operator).get().decision == "dispatch"
    assert {a.node for a in assignments_to_do(desks.handler)} == {"handle"}
    assert not assignments_to_do(desks.stranger).exists()


def test_the_office_that_had_it_and_the_one_that_has_it_see_it(desks):
    matter = dispatch(desks, open_errand(None, desks.hotline))
    for user in (desks.operator, desks.handler, desks.leader):
        assert Matter.objects.visible_to(user).filter(pk=matter.pk).exists()
    assert not Matter.objects.visible_to(desks.stranger).filter(pk=matter.pk).exists()


def test_nobody_decides_what_is_asked_of_others(desks):
    matter = open_errand(desks.operator, desks.hotline)
    asked = {"matter": matter.pk, "version": 1, "decision": "refuse"}
    assert refusal(actor=desks.leader, **asked).status == 403
    assert refusal(actor=desks.stranger, **asked).status == 404
    assert matter.steps.count() == 1


def test_two_clicks_are_one(desks):
    matter = dispatch(desks, open_errand(desks.operator, desks.hotline))
    matter.version = 1
    with pytest.raises(Refused) as caught:
        dispatch(desks, matter)
    assert (caught.value.code, caught.value.status) == ("precondition-failed", 412)
    assert matter.steps.count() == 2


def test_the_same_sending_again_changes_nothing_and_another_body_is_refused(desks):
    matter = open_errand(desks.operator, desks.hotline)
    key = uuid.uuid4()
    for _ in range(2):
        dispatch(desks, matter, sending=Sending(key, {"decision": "dispatch"}))
    assert matter.steps.count() == 2
    with pytest.raises(Refused, match="idempotency-conflict"):
        dispatch(desks, matter, sending=Sending(key, {"decision": "refuse"}))


def test_a_substitute_decides_in_the_name_of_the_holder(desks):
    matter = open_errand(None, desks.hotline)
    lend_post(desks.operator.posts.get(), desks.stranger)
    decide(
        actor=desks.stranger, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip
    step = matter.steps.get(version=2)
    assert (step.user, step.on_behalf_of) == (desks.stranger, desks.operator)
    assert step.post == desks.operator.posts.get()


def test_what_a_flow_demands_must_be_given(desks):
    matter = open_errand(desks.operator, desks.hotline)
    asked = {"actor": desks.operator, "matter": matter.pk, "version": 1}
    assert refusal(**asked, decision="refuse").code == "ground-wrong"
    assert refusal(**asked, decision="dispatch").code == "office-wrong"
    nowhere = Chosen(office=10**9)
    assert refusal(**asked, decision="dispatch", chosen=nowhere).code == "office-unfit"
    assert refusal(**asked, decision="fly").status == 409


def test_details_reach_the_child_with_the_decision_or_not_at_all(desks):
    matter = open_errand(desks.operator, desks.hotline)
    asked = {"actor": desks.operator, "matter": matter.pk, "version": 1, "details": {"weight": 7}}
    refusal(**asked, decision="refuse")
    assert Errand.objects.get(pk=matter.pk).weight == 0
    decide(**asked, decision="refuse", chosen=Chosen(ground="known"))
    assert Errand.objects.get(pk=matter.pk).weight == 7
    assert matter.steps.get(version=2).facts["details"] == {"weight": 7}


def test_an_end_closes_the_matter_and_its_clocks(desks):
    matter = open_errand(desks.operator, desks.hotline)
    matter = decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="refuse",
        chosen=Chosen(ground="not-ours"),
    )  # fmt: skip
    assert (matter.outcome, matter.state, matter.due_on) == ("refused", "closed", None)
    assert matter.closed_at is not None
    assert matter.deadlines.get().dropped_at is not None
    assert not Assignment.objects.filter(state="open").exists()


def test_whoever_leads_or_stands_above_urges_and_who_is_asked_is_told(desks):
    matter = dispatch(desks, open_errand(desks.operator, desks.hotline))
    lend_post(desks.mate.posts.get(), desks.clerk)
    urge = {"matter": matter.pk, "version": 2, "decision": "urge", "chosen": Chosen(remark="催办")}
    assert refusal(actor=desks.handler, **urge).status == 403
    after = decide(actor=desks.leader, **urge)
    assert (after.state, after.version) == ("handling", 3)
    assert assignments_to_do(desks.handler).count() == 1
    told = Notification.objects.filter(kind=Kind.URGED).values_list(
        "recipient__username", flat=True
    )
    assert sorted(told) == ["clerk", "handler", "mate"]


def test_a_decision_is_taken_back_while_nobody_acted(desks):
    matter = open_errand(desks.operator, desks.hotline)
    passed_on = {"matter": matter.pk, "version": 1, "decision": "pass-on"}
    decide(actor=desks.operator, chosen=Chosen(office=desks.lixia.pk), **passed_on)
    with pytest.raises(Refused):
        take_back(actor=desks.leader, matter=matter.pk, version=2)
    after = take_back(actor=desks.operator, matter=matter.pk, version=2)
    assert (after.state, after.office) == ("received", desks.hotline)
    assert assignments_to_do(desks.operator).get().node == "triage"
    assert not assignments_to_do(desks.handler).exists()
    assert after.due_on == after.deadlines.get().due_on


def test_people_chosen_are_asked_by_name_and_all_must_agree(desks):
    matter = dispatch(desks, open_errand(desks.operator, desks.hotline))
    report = Chosen(remark="已处理")
    decide(actor=desks.handler, matter=matter.pk, version=2, decision="report", chosen=report)
    nobody = Chosen(persons=(10**9,))
    asked = {"actor": desks.operator, "matter": matter.pk, "version": 3, "decision": "countersign"}
    assert refusal(**asked, chosen=nobody).code == "person-unfit"
    decide(**asked, chosen=Chosen(persons=(desks.clerk.pk, desks.leader.pk)))
    after = decide(actor=desks.clerk, matter=matter.pk, version=4, decision="agree")
    assert after.closed_at is None
    after = decide(actor=desks.leader, matter=matter.pk, version=5, decision="agree")
    assert after.outcome == "done"


def test_an_inbox_is_counted_in_two_queries(desks, django_assert_num_queries):
    for _ in range(3):
        dispatch(desks, open_errand(desks.operator, desks.hotline))
    late = assignments_to_do(desks.handler).order_by("pk").first()
    Assignment.objects.filter(pk=late.pk).update(due_on=clock.today() - dt.timedelta(days=1))
    with django_assert_num_queries(2):
        counts = count_inbox(desks.handler)
    assert counts == (3, 1, 0, 0)
    assert count_inbox(desks.operator) == (0, 0, 3, 3)
