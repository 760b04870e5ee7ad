"""What may come in between while matters run: told clearly, and nothing lost, doubled or decided by accident."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from backend.absences.actions import enter_absence
from backend.accounts.models import Role
from backend.flows.moves import Chosen
from backend.flows.versions import load_flow_files
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.hand_overs import hand_over
from backend.matters.inbox import assignments_to_do
from backend.matters.models import Matter
from backend.matters.unattended import unattended_for
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post
from tests.documents.cast import DocumentCast, seat_documents, step
from tests.matters.errands import open_errand
from tests.matters.offices import Desks
from tests.world import World, make_user

REPORTED = Chosen(remark="已处理")


@pytest.fixture
def cast(world: World) -> DocumentCast:
    """Who writes, checks and signs."""
    return seat_documents(world)


def dispatch(desks: Desks, matter: Matter) -> Matter:
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def test_a_flow_that_changes_leaves_running_matters_as_they_began(desks: Desks, tmp_path: Path):
    running = dispatch(desks, open_errand(desks.operator, desks.hotline))
    here = Path(__file__).parent
    for name in ("errand.toml", "errand-part.toml"):
        text = (here / name).read_text("utf-8")
        report = '[nodes.handle.decisions.report]\nlabel = { zh = "反馈", en = "report" }\nto = '
        changed = text.replace(f'{report}"review"', f'{report}"done"')
        (tmp_path / name).write_text(changed, "utf-8")
    assert load_flow_files(clocks={"errand-acceptance", "errand-handling"}, folder=tmp_path) == 1
    later = dispatch(desks, open_errand(desks.operator, desks.hotline))
    report = {"actor": desks.handler, "version": 2, "decision": "report", "chosen": REPORTED}
    assert decide(matter=running.pk, **report).state == "review"
    assert decide(matter=later.pk, **report).outcome == "done"


def test_a_signer_whose_post_ended_yesterday_is_told_and_another_signs(cast: DocumentCast):
    document = cast.write()
    step(cast.handler, document, "submit")
    second = make_user("second", Role.HANDLER, cast.office.region)
    step(cast.clerk, document, "countersign", persons=(second.pk, cast.leader.pk))
    Post.objects.filter(user=second).update(ends_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Refused, match="post-ended"):
        step(second, document, "agree")
    waiting = unattended_for(cast.clerk).get()
    assert waiting.person == second
    hand_over(actor=cast.clerk, assignment=waiting.pk, to=cast.handler, version=None)
    for signer in (cast.handler, cast.leader):
        document.refresh_from_db()
        assert not document.is_frozen
        step(signer, document, "agree")
    assert assignments_to_do(cast.leader).get().node == "sign"
    assert document.matter.steps.filter(action="agree").count() == 2


def test_a_leader_who_decides_on_a_second_device_is_told_and_signs_once(cast: DocumentCast):
    document = cast.write()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    read = Matter.objects.get(pk=document.pk).version
    first = {"actor": cast.leader, "matter": document.pk, "version": read}
    decide(decision="sign", **first)
    with pytest.raises(Refused, match="precondition-failed"):
        decide(decision="sign", **first)
    with pytest.raises(Refused, match="not-allowed"):
        decide(decision="refuse", **(first | {"version": None}), chosen=REPORTED)
    document.refresh_from_db()
    assert document.is_frozen
    assert document.matter.steps.filter(action="sign").count() == 1


def test_what_waits_for_a_leader_and_his_substitute_who_are_both_away_is_not_lost(
    cast: DocumentCast,
):
    deputy, today = make_user("deputy", Role.LEADER, cast.office.region), clock.today()
    document = cast.write()
    step(cast.handler, document, "submit")
    post = cast.leader.posts.get()
    days = {"starts_on": today, "ends_on": today, "reason": "travel"}
    enter_absence(
        actor=cast.leader, person=cast.leader.pk, substitutes={post.pk: deputy.pk}, **days
    )
    step(cast.clerk, document, "pass")
    enter_absence(actor=deputy, person=deputy.pk, **days)
    told = Notification.objects.filter(kind=Kind.UNCOVERED).values_list("recipient__username")
    assert {name for (name,) in told} >= {"signer", "deputy", cast.clerk.username}
    waiting = unattended_for(cast.clerk).get()
    assert waiting.matter_id == document.pk
    with pytest.raises(Refused, match="person-away"):
        hand_over(actor=cast.clerk, assignment=waiting.pk, to=deputy, version=None)
