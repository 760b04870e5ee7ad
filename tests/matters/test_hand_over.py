"""Whose an assignment is: claimed, released, handed over, asked of one more."""

from __future__ import annotations

import pytest

from backend.accounts.models import Role
from backend.flows.moves import Chosen
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.hand_overs import (
    add_signer,
    claim_assignment,
    hand_over,
    hand_over_each,
    release_assignment,
)
from backend.matters.inbox import assignments_to_do
from backend.matters.models import Assignment, Matter
from tests.matters.errands import open_errand
from tests.matters.offices import give_post, lend_post


@pytest.fixture
def asked(desks) -> Assignment:
    """What a handler of 历下 is asked to do."""
    return dispatch(desks)


def dispatch(desks) -> Assignment:
    matter = open_errand(desks.operator, desks.hotline)
    decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip
    return matter.assignments.get(state="open")


def code_of(call, **asked) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        call(**asked)
    return caught.value.code, caught.value.status


def test_what_is_claimed_waits_for_its_taker_alone(desks, asked):
    claim_assignment(actor=desks.handler, assignment=asked.pk, version=2)
    assert assignments_to_do(desks.handler).exists()
    assert not assignments_to_do(desks.mate).exists()
    report = {"matter": asked.matter_id, "version": 3, "decision": "report"}
    assert code_of(decide, actor=desks.mate, **report) == ("assignment-taken", 409)
    again = {"assignment": asked.pk, "version": None}
    assert code_of(claim_assignment, actor=desks.mate, **again) == ("assignment-taken", 409)
    claim_assignment(actor=desks.handler, **again)
    assert Matter.objects.get().version == 3


def test_what_is_released_waits_for_all_again(desks, asked):
    claim_assignment(actor=desks.handler, assignment=asked.pk, version=2)
    release_assignment(actor=desks.handler, assignment=asked.pk, version=3)
    assert assignments_to_do(desks.mate).exists()
    actions = Matter.objects.get().steps.order_by("version").values_list("action", flat=True)
    assert list(actions) == ["open", "dispatch", "claim", "release"]


def test_who_is_not_asked_cannot_claim(desks, asked):
    claim = {"assignment": asked.pk, "version": 2}
    assert code_of(claim_assignment, actor=desks.clerk, **claim) == ("not-allowed", 403)
    assert code_of(claim_assignment, actor=desks.stranger, **claim) == ("not-found", 404)
    nothing = claim | {"assignment": 10**9}
    assert code_of(claim_assignment, actor=desks.clerk, **nothing) == ("not-found", 404)


def test_what_is_handed_over_is_asked_of_the_other_alone(desks, asked):
    hand_over(actor=desks.handler, assignment=asked.pk, to=desks.mate, version=2)
    assert not assignments_to_do(desks.handler).exists()
    assert assignments_to_do(desks.mate).get().person == desks.mate
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    new = assignments_to_do(desks.mate).get()
    release = {"actor": desks.mate, "assignment": new.pk, "version": 3}
    assert code_of(release_assignment, **release) == ("assignment-personal", 409)
    after = decide(
        actor=desks.mate, matter=asked.matter_id, version=3, decision="report",
        chosen=Chosen(remark="已处理"),
    )  # fmt: skip
    assert after.state == "review"


def test_nothing_is_handed_to_who_holds_no_such_post(desks, asked):
    to_nobody = {"actor": desks.handler, "assignment": asked.pk, "version": 2}
    for other in (desks.clerk, desks.stranger):
        assert code_of(hand_over, to=other, **to_nobody) == ("person-unfit", 422)


def test_a_leader_of_the_office_hands_over_what_another_has(desks, asked):
    claim_assignment(actor=desks.handler, assignment=asked.pk, version=2)
    by_leader = {"assignment": asked.pk, "to": desks.mate, "version": 3}
    assert code_of(hand_over, actor=desks.clerk, **by_leader) == ("not-allowed", 403)
    give_post(desks.clerk, desks.lixia, Role.LEADER)
    hand_over(actor=desks.clerk, **by_leader)
    assert assignments_to_do(desks.mate).exists()


def test_many_are_handed_over_all_or_none(desks, asked):
    other = dispatch(desks)
    many = {"actor": desks.handler, "assignments": [asked.pk, other.pk]}
    claim_assignment(actor=desks.mate, assignment=other.pk, version=2)
    first, second = hand_over_each(to=desks.mate, **many)
    assert (first.matter, first.refusal) == (asked.matter, None)
    assert (second.matter, second.refusal.code) == (other.matter, "assignment-taken")
    assert assignments_to_do(desks.mate).count() == 2
    foreign = open_errand(None, desks.shizhong, flow="errand-part").assignments.get()
    many["assignments"] = [foreign.pk, 10**9]
    told = [(one.matter, one.refusal.code) for one in hand_over_each(to=desks.mate, **many)]
    assert told == [(None, "not-found")] * 2


def test_the_substitute_has_what_the_holder_took(desks, asked):
    claim_assignment(actor=desks.handler, assignment=asked.pk, version=2)
    lend_post(desks.handler.posts.get(), desks.stranger)
    assert assignments_to_do(desks.stranger).get() == asked
    after = decide(
        actor=desks.stranger, matter=asked.matter_id, version=3, decision="report",
        chosen=Chosen(remark="已处理"),
    )  # fmt: skip
    step = after.steps.get(version=4)
    assert (step.user, step.on_behalf_of) == (desks.stranger, desks.handler)


def test_one_more_is_asked_before_who_added_him(desks, asked):
    add_signer(actor=desks.handler, assignment=asked.pk, person=desks.clerk, before=True, version=2)
    assert assignments_to_do(desks.clerk).exists()
    assert not assignments_to_do(desks.handler).exists()
    withdrawn = {"actor": desks.handler, "assignment": asked.pk, "version": 3}
    assert code_of(claim_assignment, **withdrawn) == ("assignment-closed", 409)
