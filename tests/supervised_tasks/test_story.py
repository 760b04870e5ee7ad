"""A task is ordered, signed for, done with helpers, proven, sent back, accepted; and what is refused on the way."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.matters.decisions import decide
from backend.matters.hand_overs import hand_over
from backend.matters.inbox import assignments_to_do
from backend.matters.models import Link, Matter, Step
from backend.supervised_tasks.models import Proof, SupervisedTask
from tests.evidence.office_files import make_locked_pdf, make_pdf
from tests.hotline.test_story import step
from tests.inspections.drafting import jpeg
from tests.matters.errands import open_errand
from tests.matters.offices import lend_post
from tests.papers.test_number_papers import refusal
from tests.supervised_tasks.cast import Cast, in_days, now_of
from tests.world import make_user, office_of


def sees(user, task: SupervisedTask) -> bool:
    return SupervisedTask.objects.visible_to(user).filter(pk=task.pk).exists()


def test_a_task_goes_from_its_order_to_its_acceptance(cast: Cast):
    task = cast.order(helpers=(cast.shizhong,))
    matter = task.matter
    assert matter.number.startswith("S370100督〔")
    assert now_of(task).due_on == in_days(10)
    assert sees(cast.shizhong_clerk, task)
    step(cast.lixia_clerk, matter, "sign")
    helpers = (cast.shizhong_handler.pk,)
    step(cast.lixia_handler, matter, "ask-helpers", persons=helpers, remark="请报市中数据")
    step(cast.shizhong_handler, matter, "help", remark="已报")
    cast.prove(task)
    step(cast.lixia_handler, matter, "finish", remark="已整改12台")
    assert (now_of(task).state, now_of(task).due_on) == ("accepting", None)
    step(cast.leader, matter, "send-back", remark="缺2台的检验报告")
    assert (now_of(task).state, now_of(task).due_on) == ("handling", in_days(10))
    cast.prove(task, make_pdf(2), title="检验报告")
    step(cast.lixia_handler, matter, "finish", remark="已补")
    step(cast.leader, matter, "accept")
    task.refresh_from_db()
    assert (now_of(task).outcome, task.days_late, task.returns) == ("done", 0, 1)
    actions = Step.objects.filter(matter=matter).order_by("version")
    assert list(actions.values_list("action", flat=True)) == [
        "open", "sign", "ask-helpers", "help", "attach", "finish", "send-back", "attach",
        "finish", "accept",
    ]  # fmt: skip


def test_all_helpers_are_asked_and_it_goes_back_to_whoever_asked(cast: Cast):
    mate = make_user("shizhong-mate", "handler", cast.world.shizhong)
    other = make_user("lixia-mate", "handler", cast.world.lixia)
    task = cast.handled(helpers=(cast.shizhong,))
    helpers = (cast.shizhong_handler.pk, mate.pk)
    step(cast.lixia_handler, task.matter, "ask-helpers", persons=helpers, remark="请协助")
    cast.prove(task, actor=mate)
    step(mate, task.matter, "help", remark="已办")
    assert now_of(task).state == "helping"
    step(cast.shizhong_handler, task.matter, "help", remark="已办")
    assert assignments_to_do(cast.lixia_handler).filter(matter=task.pk).exists()
    assert not assignments_to_do(other).filter(matter=task.pk).exists()


def test_what_a_clerk_orders_his_leader_approves_and_accepts(cast: Cast):
    task = cast.order(cast.clerk, helpers=(cast.shizhong,))
    assert (now_of(task).state, now_of(task).due_on) == ("approving", None)
    assert not sees(cast.shizhong_clerk, task)
    assert not assignments_to_do(cast.lixia_clerk).exists()
    step(cast.leader, task.matter, "approve")
    assert sees(cast.shizhong_clerk, task)
    task.refresh_from_db()
    assert (task.ordered_by, now_of(task).due_on) == (cast.leader, in_days(10))
    assert assignments_to_do(cast.lixia_clerk).filter(matter=task.pk).exists()


def test_what_the_leader_does_not_approve_ends(cast: Cast):
    task = cast.order(cast.clerk)
    with refusal("remark-missing"):
        step(cast.leader, task.matter, "reject")
    step(cast.leader, task.matter, "reject", remark="已有同类督办")
    assert now_of(task).outcome == "rejected"


def test_a_substitute_orders_in_the_name_of_the_leader(cast: Cast):
    stand_in = make_user("stand-in", "handler", cast.world.city)
    lend_post(cast.leader.posts.get(), stand_in)
    assert cast.order(stand_in, office=cast.city.pk).ordered_by == cast.leader


def test_an_office_returns_it_with_a_reason_and_another_is_named(cast: Cast):
    task = cast.order()
    with refusal("remark-missing"):
        step(cast.lixia_clerk, task.matter, "return")
    step(cast.lixia_clerk, task.matter, "return", remark="不属本局")
    assert (now_of(task).state, now_of(task).office) == ("returned", cast.city)
    with refusal("office-unfit"):
        step(cast.leader, task.matter, "reassign", remark="请省局办",
             details={"lead": office_of(cast.world.province).code})  # fmt: skip
    step(cast.leader, task.matter, "reassign", remark="请市中局办",
         details={"lead": cast.shizhong.code})  # fmt: skip
    assert (now_of(task).office, now_of(task).due_on) == (cast.shizhong, in_days(10))
    step(cast.shizhong_clerk, task.matter, "sign")


def test_more_time_is_given_by_who_ordered_it_alone_on_request_with_a_reason(cast: Cast):
    task, other = cast.handled(), make_user("other-leader", "leader", cast.world.city)
    with refusal("not-allowed"):
        step(cast.leader, task.matter, "extend", remark="延", details={"due_on": in_days(20)})
    with refusal("remark-missing"):
        step(cast.lixia_handler, task.matter, "ask-time", details={"wished_on": in_days(20)})
    with refusal("day-passed"):
        step(cast.lixia_handler, task.matter, "ask-time", remark="配件未到",
             details={"wished_on": in_days(-1)})  # fmt: skip
    step(cast.lixia_handler, task.matter, "ask-time", remark="配件未到",
         details={"wished_on": in_days(20)})  # fmt: skip
    with refusal("not-allowed"):
        step(other, task.matter, "extend", remark="同意", details={"due_on": in_days(20)})
    with refusal("detail-unfit"):
        step(cast.leader, task.matter, "extend", remark="同意")
    step(cast.leader, task.matter, "extend", remark="同意", details={"due_on": in_days(15)})
    task.refresh_from_db()
    assert (task.due_on, task.wished_on, now_of(task).due_on) == (in_days(15), None, in_days(15))
    assert assignments_to_do(cast.lixia_handler).get(matter=task.pk).due_on == in_days(15)


def test_what_is_refused_stays_due_when_it_was(cast: Cast):
    task = cast.handled()
    step(cast.lixia_handler, task.matter, "ask-time", remark="配件未到",
         details={"wished_on": in_days(20)})  # fmt: skip
    step(cast.leader, task.matter, "refuse", remark="按期办")
    assert (now_of(task).state, now_of(task).due_on) == ("handling", in_days(10))


def test_nothing_is_finished_without_proof(cast: Cast):
    task = cast.handled()
    with refusal("proof-missing"):
        step(cast.lixia_handler, task.matter, "finish", remark="已整改")
    assert now_of(task).state == "handling"
    sent = SimpleUploadedFile("现场.jpg", jpeg(5), "image/jpeg")
    assert cast.prove(task, sent=sent).file.is_picture
    step(cast.lixia_handler, task.matter, "finish", remark="已整改")
    with refusal("proof-untimely"):
        cast.prove(task)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_locked_pdf(), "file-encrypted"),
        (b"%PDF-1.7 and then nothing", "file-damaged"),
        (b"MZ no picture at all", "file-type"),
    ],
)
def test_a_hostile_proof_is_refused_and_leaves_nothing(cast: Cast, content, code):
    task = cast.handled()
    with refusal(code):
        cast.prove(task, content)
    assert not Proof.objects.exists()
    assert now_of(task).version == 2


def test_a_proof_is_handed_in_by_who_is_asked_and_once(cast: Cast):
    task = cast.handled()
    with refusal("not-allowed"):
        cast.prove(task, actor=cast.lixia_clerk)
    with refusal("not-found"):
        cast.prove(task, actor=cast.shizhong_handler)
    with refusal("precondition-failed"):
        cast.prove(task, version=1)
    content = make_pdf()
    assert cast.prove(task, content) == cast.prove(task, content)
    assert Proof.objects.count() == 1


def test_a_leader_of_the_office_that_ordered_it_withdraws_it_and_nobody_else(cast: Cast):
    task = cast.handled(every="weekly")
    for stranger in (cast.lixia_leader, cast.clerk):
        with refusal("not-allowed"):
            step(stranger, task.matter, "withdraw", remark="不再督办")
    step(cast.leader, task.matter, "withdraw", remark="不再督办")
    assert now_of(task).outcome == "withdrawn"
    assert not assignments_to_do(cast.lixia_handler).exists()


def test_it_is_urged_and_handed_over_by_the_floor(cast: Cast):
    mate = make_user("lixia-mate", "handler", cast.world.lixia)
    task = cast.handled()
    asked = assignments_to_do(cast.lixia_handler).get()
    hand_over(actor=cast.lixia_handler, assignment=asked.pk, to=mate, version=None)
    step(cast.leader, task.matter, "urge", remark="请抓紧")
    assert task.matter.steps.latest("version").facts["urged"] == [mate.pk]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"title": " "}, "field-missing"),
        ({"what": ""}, "field-missing"),
        ({"title": "督" * 201}, "field-too-long"),
        ({"due_on": -1}, "day-passed"),
        ({"lead": "province"}, "office-unfit"),
        ({"lead": "city"}, "office-empty"),
        ({"helpers": ("lixia",)}, "office-unfit"),
        ({"helpers": ("province",)}, "office-unfit"),
    ],
)
def test_what_is_ordered_wrongly_is_refused(cast: Cast, told, code):
    offices = {"province": office_of(cast.world.province), "city": cast.city, "lixia": cast.lixia}
    if "due_on" in told:
        told = {"due_on": in_days(told["due_on"])}
    if "lead" in told:
        told = {"lead": offices[told["lead"]]}
    if "helpers" in told:
        told = {"helpers": tuple(offices[name] for name in told["helpers"])}
    with refusal(code):
        cast.order(**told)
    assert not SupervisedTask.objects.exists()


def test_who_orders_and_for_which_office(cast: Cast):
    with refusal("not-allowed"):
        cast.order(cast.lixia_handler)
    with refusal("not-found"):
        cast.order(cast.leader, office=cast.lixia.pk)
    with refusal("office-unfit"):
        cast.order(cast.lixia_leader, lead=cast.shizhong)


def test_an_office_has_it_done_by_itself(cast: Cast):
    task = cast.handled(actor=cast.lixia_leader)
    assert now_of(task).office == cast.lixia
    step(cast.lixia_leader, task.matter, "urge", remark="请抓紧")
    cast.prove(task)
    step(cast.lixia_handler, task.matter, "finish", remark="已办")
    step(cast.lixia_leader, task.matter, "accept")


def test_the_same_key_orders_once_and_numbers_have_no_gap(cast: Cast):
    key = uuid.uuid4()
    first = cast.order(key=key)
    assert cast.order(key=key) == first
    with refusal("idempotency-conflict"):
        cast.order(key=key, title="别的")
    second = cast.order()
    assert [one.matter.number[-2:] for one in (first, second)] == ["1号", "2号"]


def test_it_says_where_it_comes_from(cast: Cast, errand_kind: None):
    cause = open_errand(None, cast.lixia)
    task = cast.order(cause=cause, unit=cast.world.lift)
    links = Link.objects.filter(matter=task.pk)
    assert {(one.kind, one.other_id, one.unit_id) for one in links} == {
        ("caused-by", cause.pk, None), ("about", None, cast.world.lift.pk),
    }  # fmt: skip
    foreign = open_errand(None, cast.shizhong)
    with refusal("not-found"):
        cast.order(cast.lixia_leader, cause=foreign)
    with refusal("not-found"):
        cast.order(cast.lixia_leader, unit=cast.world.forklift_elsewhere)


def test_a_foreign_county_sees_nothing(cast: Cast):
    task = cast.handled()
    assert sees(cast.lixia_leader, task)
    assert sees(cast.leader, task)
    assert not sees(cast.shizhong_clerk, task)
    assert not Matter.objects.visible_to(cast.shizhong_handler).filter(pk=task.pk).exists()
    with refusal("not-found"):
        decide(actor=cast.shizhong_handler, matter=task.pk, version=2, decision="finish")
