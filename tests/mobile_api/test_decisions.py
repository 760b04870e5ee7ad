"""Decisions from phones: each is taken once, on the version that was read, or told why not."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.matters.decisions import decide
from backend.matters.hand_overs import claim_assignment
from backend.matters.models import Assignment, Matter, Step
from backend.offices.models import Post
from tests.matters.errands import Errand, open_errand
from tests.matters.offices import Desks
from tests.mobile_api.conftest import phone_of

DISPATCH = {"decision": "dispatch", "office": "370102"}
REPORT = {"decision": "report", "remark": "已处理"}


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that waits for the operator, in its first version."""
    return open_errand(desks.operator, desks.hotline)


@pytest.fixture
def handled(desks: Desks, matter: Matter) -> Matter:
    """One that waits for the handlers of 历下, in its second version."""
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def item(matter: Matter, version: int, name: str = "", **body: Any) -> dict[str, Any]:
    told = {"matter": matter.pk, "version": version} | body
    made_at = clock.now().isoformat()
    return {"id": name or str(uuid.uuid4()), "type": "decision", "made_at": made_at, "body": told}


def send(user: User, *items: Any) -> list[dict[str, Any]]:
    answer = phone_of(user, f"p{uuid.uuid4()}").post(
        "/mobile/v1/decisions", {"items": items}, format="json"
    )
    assert answer.status_code == 200, answer.content
    told: list[dict[str, Any]] = answer.json()["receipts"]
    return told


def word(receipt: dict[str, Any]) -> tuple[str, str]:
    return receipt["state"], receipt["code"]


def steps(matter: Matter) -> list[str]:
    return list(Step.objects.filter(matter=matter).order_by("pk").values_list("action", flat=True))


def test_a_decision_is_taken_once_however_often_it_is_sent(desks, matter):
    sent = item(matter, 1, **DISPATCH, remark="请速办")
    assert [one["state"] for _ in range(3) for one in send(desks.operator, sent)] == [
        "accepted", "duplicate", "duplicate",
    ]  # fmt: skip
    assert steps(matter) == ["open", "dispatch"]
    step = Step.objects.get(matter=matter, action="dispatch")
    assert (step.remark, str(step.key)) == ("请速办", sent["id"])


def test_another_decision_under_the_same_id_is_not_taken(desks, matter):
    name = str(uuid.uuid4())
    send(desks.operator, item(matter, 1, name, **DISPATCH))
    (told,) = send(desks.operator, item(matter, 2, name, decision="refuse", ground="known"))
    assert word(told) == ("conflict", "item-conflict")
    assert steps(matter) == ["open", "dispatch"]


def test_the_receipt_can_be_asked_for_later(desks, matter):
    taken, refused = item(matter, 1, **DISPATCH), item(matter, 9, **DISPATCH)
    send(desks.operator, taken, refused)
    asked = {"ids": [refused["id"], taken["id"]]}
    answer = phone_of(desks.operator).post("/mobile/v1/receipts", asked, format="json").json()
    assert [one["state"] for one in answer["receipts"]] == ["unknown", "accepted"]
    answer = phone_of(desks.mate).post("/mobile/v1/receipts", asked, format="json").json()
    assert [one["state"] for one in answer["receipts"]] == ["unknown", "unknown"]


def test_what_changed_since_is_told_and_nothing_is_done(desks, handled):
    decide(
        actor=desks.handler, matter=handled.pk, version=2, decision="wait",
        chosen=Chosen(remark="等检验"),
    )  # fmt: skip
    (told,) = send(desks.handler, item(handled, 2, **REPORT))
    assert word(told) == ("conflict", "matter-changed")
    assert str(desks.handler) in told["detail"]
    assert "中止" in told["detail"]
    assert steps(handled)[-1] == "wait"


def test_what_somebody_else_took_meanwhile_is_told(desks, handled):
    asked = Assignment.objects.get(matter=handled, state="open")
    claim_assignment(actor=desks.mate, assignment=asked.pk, version=2)
    (told,) = send(desks.handler, item(handled, 2, **REPORT))
    assert word(told) == ("conflict", "assignment-taken")
    assert str(desks.mate) in told["detail"]


def test_what_somebody_else_decided_meanwhile_is_told(desks, handled):
    decide(
        actor=desks.mate, matter=handled.pk, version=2, decision="report",
        chosen=Chosen(remark="已处理"),
    )  # fmt: skip
    (told,) = send(desks.handler, item(handled, 2, **REPORT))
    assert word(told) == ("conflict", "no-longer-asked")
    assert str(desks.mate) in told["detail"]


def test_what_has_ended_meanwhile_is_told(desks, matter):
    decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="refuse",
        chosen=Chosen(ground="known"),
    )  # fmt: skip
    (told,) = send(desks.operator, item(matter, 1, **DISPATCH))
    assert word(told) == ("conflict", "matter-closed")


def test_what_the_flow_offers_no_more_is_told(desks, handled):
    decide(actor=desks.handler, matter=handled.pk, version=2, decision="ask-beside")
    (told,) = send(desks.handler, item(handled, 2, **REPORT))
    assert word(told) == ("conflict", "no-longer-offered")


def test_whose_post_has_ended_is_told_and_finds_nothing(desks, handled):
    (taken,) = (item(handled, 2, decision="wait", remark="等检验"),)
    send(desks.handler, taken)
    Post.objects.filter(user=desks.handler).update(ends_on=clock.today() - dt.timedelta(days=1))
    told, before = send(desks.handler, item(handled, 3, **REPORT), taken)
    assert word(told) == ("rejected", "not-found")
    # What he decided while he held it was taken all the same.
    assert before["state"] == "duplicate"
    (nothing,) = send(desks.handler, item(Matter(pk=handled.pk + 1_000_000), 3, **REPORT))
    assert nothing | {"id": ""} == told | {"id": ""}


def test_who_sees_it_and_is_not_asked_is_refused(desks, matter):
    (told,) = send(desks.leader, item(matter, 1, **DISPATCH))
    assert word(told) == ("rejected", "not-allowed")


def test_what_a_decision_demands_must_come_with_it(desks, handled):
    bare, weighed = item(handled, 2, decision="report"), item(handled, 2, **REPORT)
    weighed["body"]["details"] = {"weight": "7"}
    wrong = item(handled, 2, **REPORT, details={"weight": -1})
    foreign = item(handled, 2, **REPORT, details={"colour": "red"})
    unknown = item(handled, 2, **REPORT, persons=["nobody"])
    told = [word(one) for one in send(desks.handler, bare, wrong, foreign, unknown, weighed)]
    assert told == [
        ("rejected", "remark-missing"), ("rejected", "detail-unfit"), ("rejected", "detail-unfit"),
        ("rejected", "person-unfit"), ("accepted", ""),
    ]  # fmt: skip
    assert Errand.objects.get(pk=handled.pk).weight == 7


@pytest.mark.parametrize(
    "change",
    [
        {"id": "7"}, {"id": None}, {"type": "report"}, {"colour": "red"}, {"body": []},
        {"body": {"matter": 1}}, {"made_at": "yesterday"},
    ],
)  # fmt: skip
def test_what_is_no_decision_is_rejected_and_harms_no_other(desks, matter, change):
    good = item(matter, 1, **DISPATCH)
    bad, taken = send(desks.operator, item(matter, 1, **DISPATCH) | change, good)
    assert word(bad) == ("rejected", "invalid")
    assert bad["errors"]
    assert (taken["id"], taken["state"]) == (good["id"], "accepted")


@pytest.mark.parametrize("sent", [3, None, [], "x"])
def test_what_is_no_object_is_rejected(desks, sent):
    (told,) = send(desks.operator, sent)
    assert (told["id"], *word(told)) == (None, "rejected", "invalid")


@pytest.mark.parametrize(
    "body", [{}, {"items": 3}, {"items": [], "colour": 1}, {"items": [{}] * 201}]
)
def test_a_batch_that_is_none_is_refused_whole(desks, body):
    answer = phone_of(desks.operator).post("/mobile/v1/decisions", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "half",
    [
        r'"\ud800"', r'{"id": "\ud800"}', r'{"\ud800": 1}', r'{"body": {"remark": "\ud800"}}',
        r'{"body": {"details": {"\ud800": "\ud800"}}}',
    ],
)  # fmt: skip
def test_half_a_character_is_rejected(desks, half):
    answer = phone_of(desks.operator).generic(
        "POST", "/mobile/v1/decisions", f'{{"items": [{half}]}}', "application/json"
    )
    assert [one["code"] for one in answer.json()["receipts"]] == ["invalid"]
