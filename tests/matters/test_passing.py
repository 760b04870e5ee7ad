"""What happens by itself: deadlines pass, offices end, sub-matters end; and it happens once."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.inbox import assignments_to_do
from backend.matters.lapses import pass_deadlines
from backend.matters.models import Deadline, Link, Matter
from backend.matters.parts import join_matters
from backend.matters.succession import pass_to_heirs
from backend.notifications.models import Notification
from tests.matters.errands import open_errand


@pytest.fixture
def handled(desks) -> Matter:
    """A matter that 历下 handles."""
    matter = open_errand(desks.operator, desks.hotline)
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def let_pass(matter: Matter) -> None:
    """The running deadlines of the matter were due yesterday."""
    yesterday = clock.today() - dt.timedelta(days=1)
    matter.deadlines.filter(met_at=None).update(due_on=yesterday)


def test_when_a_deadline_passes_the_flow_goes_on_by_nobody_and_once(desks, handled):
    assert pass_deadlines(100) == 0
    let_pass(handled)
    assert pass_deadlines(100) == 1
    handled.refresh_from_db()
    assert handled.state == "review"
    step = handled.steps.get(version=3)
    assert (step.action, step.user, step.facts["effects"]) == ("deadline-passed", None, ["lapse"])
    assert not assignments_to_do(desks.handler).exists()
    assert pass_deadlines(100) == 0


def test_a_deadline_that_no_decision_waits_for_is_noted_alone(desks):
    matter = open_errand(desks.operator, desks.hotline)
    let_pass(matter)
    assert pass_deadlines(100) == 1
    matter.refresh_from_db()
    assert matter.state == "received"
    assert matter.deadlines.get().passed_at is not None
    assert pass_deadlines(100) == 0


def test_a_paused_deadline_does_not_pass_and_its_days_do_not_count(desks, handled):
    asked = {"actor": desks.handler, "matter": handled.pk}
    paused = decide(version=2, decision="wait", chosen=Chosen(remark="送检"), **asked)
    assert paused.due_on is None
    pause = paused.deadlines.get(met_at=None).pauses.get()
    assert (pause.to_day, pause.reason) == (None, "送检")
    let_pass(handled)
    assert pass_deadlines(100) == 0
    # As if it had been paused for ten days, of twenty that ran.
    pause.from_day = clock.today() - dt.timedelta(days=10)
    pause.save()
    started = clock.today() - dt.timedelta(days=20)
    paused.deadlines.filter(met_at=None).update(counted_from=started)
    after = decide(version=3, decision="go-on", **asked)
    deadline = after.deadlines.get(met_at=None)
    assert deadline.due_on == deadline.counted_from + dt.timedelta(days=70)
    assert after.due_on == assignments_to_do(desks.handler).get().due_on == deadline.due_on


def test_what_was_answered_in_time_is_met(desks, handled):
    after = decide(
        actor=desks.handler, matter=handled.pk, version=2, decision="report",
        chosen=Chosen(remark="已处理"),
    )  # fmt: skip
    assert {d.rule.code for d in after.deadlines.exclude(met_at=None)} == {
        "errand-acceptance", "errand-handling",
    }  # fmt: skip


def test_sent_back_the_clock_begins_no_second_time(desks, handled):
    decide(actor=desks.handler, matter=handled.pk, version=2, decision="report",
           chosen=Chosen(remark="已处理"))  # fmt: skip
    decide(actor=desks.operator, matter=handled.pk, version=3, decision="send-back",
           chosen=Chosen(remark="不清楚"))  # fmt: skip
    assert assignments_to_do(desks.handler).exists()
    assert Deadline.objects.filter(matter=handled).count() == 2


def test_the_heir_of_an_office_that_ended_goes_on_with_its_matters(desks, handled):
    assert pass_to_heirs(100) == 0
    desks.lixia.valid_to, desks.lixia.successor = clock.today(), desks.shizhong
    desks.lixia.save()
    assert pass_to_heirs(100) == 1
    assert pass_to_heirs(100) == 0
    handled.refresh_from_db()
    assert handled.office == desks.shizhong
    assert handled.steps.get(version=3).action == "office-ended"
    assert Notification.objects.get(recipient=desks.stranger).path == f"/desk/matters/{handled.pk}/"
    after = decide(
        actor=desks.stranger, matter=handled.pk, version=3, decision="report",
        chosen=Chosen(remark="已处理"),
    )  # fmt: skip
    assert (after.state, after.office) == ("review", desks.hotline)


def test_two_matters_are_joined_and_both_trails_say_so(desks, handled):
    other = open_errand(desks.operator, desks.hotline)
    for _ in range(2):
        join_matters(actor=desks.operator, matter=other.pk, version=None, lead=handled.pk)
    assert other.steps.filter(action="link").count() == 1
    assert handled.steps.filter(action="join").count() == 1
    with pytest.raises(Refused, match="link-unfit"):
        join_matters(actor=desks.operator, matter=other.pk, version=None, lead=other.pk)
    with pytest.raises(Refused, match="not-found"):
        join_matters(actor=desks.clerk, matter=other.pk, version=None, lead=handled.pk)


def test_a_matter_waits_for_its_part_and_goes_on_when_that_ends(desks, handled):
    beside = {"matter": handled.pk, "version": 2, "decision": "ask-beside"}
    decide(actor=desks.handler, **beside)
    part = Matter.objects.get(flow__name="errand-part")
    assert part.links.get().kind == Link.Kind.PART_OF
    decide(actor=desks.mate, matter=part.pk, version=1, decision="reply")
    handled.refresh_from_db()
    assert handled.state == "review"
    assert handled.steps.latest("version").facts == {"part": part.pk, "effects": ["answered"]}
