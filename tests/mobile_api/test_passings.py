"""What a phone asks for beside deciding: take on, give back, hand over, one more asked, take back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.matters.hand_overs import claim_assignment
from backend.matters.models import Assignment, Matter
from backend.offices.models import Post
from tests.matters.errands import open_errand
from tests.matters.offices import Desks, give_post, lend_post
from tests.mobile_api.conftest import phone_of
from tests.mobile_api.test_decisions import send, steps, word
from tests.world import World, make_user


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that waits for the handlers of 历下, in its second version."""
    return pass_to_lixia(desks)


def pass_to_lixia(desks: Desks) -> Matter:
    opened = open_errand(desks.operator, desks.hotline)
    return decide(
        actor=desks.operator, matter=opened.pk, version=1, decision="pass-on",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def asked(matter: Matter) -> Assignment:
    return Assignment.objects.get(matter=matter, state="open")


def act(matter: Matter, kind: str, version: int = 2, name: str = "", **body: Any) -> dict[str, Any]:
    told = {"matter": matter.pk, "version": version} | body
    if kind != "take-back":
        told = {"assignment": asked(matter).pk} | told
    return {"id": name or str(uuid.uuid4()), "type": kind, "body": told}


def offered(user: Any, matter: Matter) -> dict[str, Any]:
    one = phone_of(user, f"p{uuid.uuid4()}").get(f"/mobile/v1/matters/{matter.pk}").json()
    return {passing["type"]: passing for passing in one["passings"]}


def people(user: Any, matter: Matter, query: str) -> Any:
    path = f"/mobile/v1/matters/{matter.pk}/people?{query}"
    return phone_of(user, f"p{uuid.uuid4()}").get(path)


def test_each_is_offered_to_whom_it_is_open(desks, matter):
    assert offered(desks.handler, matter).keys() == {"claim", "hand-over", "add-signer"}
    assert offered(desks.operator, matter).keys() == {"take-back"}
    assert offered(desks.leader, matter) == {}
    claim_assignment(actor=desks.handler, assignment=asked(matter).pk, version=2)
    assert offered(desks.handler, matter).keys() == {"release", "hand-over", "add-signer"}
    assert offered(desks.mate, matter) == {}


def test_a_leader_of_the_office_hands_over_what_others_have(desks, matter, world: World):
    chief = make_user("chief", "leader", world.lixia)
    give_post(chief, desks.lixia)
    claim_assignment(actor=desks.handler, assignment=asked(matter).pk, version=2)
    passing = offered(chief, matter)["hand-over"]
    assert passing["about"] == f"办理 · {desks.handler}"
    assert [name for name, _said in passing["people"]] == ["handler", "mate"]
    (told,) = send(chief, act(matter, "hand-over", 3, person="mate", remark="他休假"))
    assert told["state"] == "accepted", told
    assert asked(matter).person == desks.mate


def test_each_is_done_once_however_often_it_is_sent_and_its_receipt_can_be_asked_for(desks, matter):
    ways = [
        (desks.handler, act(matter, "claim")),
        (desks.handler, act(matter, "release", 3)),
        (desks.operator, act(matter, "take-back", 4, remark="交错了")),
    ]
    for user, sent in ways:
        kind = sent["type"]
        assert [one["state"] for _ in range(2) for one in send(user, sent)] == [
            "accepted", "duplicate",
        ]  # fmt: skip
        asked_for = {"ids": [sent["id"]]}
        heard = (
            phone_of(user, f"p{kind}").post("/mobile/v1/receipts", asked_for, format="json").json()
        )
        assert [one["state"] for one in heard["receipts"]] == ["accepted"]
    assert steps(matter) == ["open", "pass-on", "claim", "release", "take-back"]


def test_one_more_is_asked_before_and_after(desks, matter):
    (told,) = send(desks.handler, act(matter, "add-signer", person="clerk", before=True))
    assert told["state"] == "accepted", told
    assert asked(matter).person == desks.clerk
    (told,) = send(desks.clerk, act(matter, "add-signer", 3, person="mate", before=False))
    assert told["state"] == "accepted", told
    assert asked(matter).person == desks.clerk
    (told,) = send(desks.clerk, act(matter, "add-signer", 4, person="mate", before=False))
    assert word(told) == ("rejected", "asked-already")


def test_a_substitute_takes_on_for_whom_he_stands_in(desks, matter, world: World):
    other = make_user("other", "handler", world.shizhong)
    lend_post(Post.objects.get(user=desks.handler), other)
    (told,) = send(other, act(matter, "claim"))
    assert told["state"] == "accepted", told
    assert asked(matter).person == desks.handler


def test_the_same_words_under_the_same_id_are_no_other_act(desks, matter):
    name = str(uuid.uuid4())
    send(desks.handler, act(matter, "claim", name=name))
    (told,) = send(desks.handler, act(matter, "release", name=name))
    assert word(told) == ("conflict", "item-conflict")
    assert asked(matter).person == desks.handler


def test_what_others_did_meanwhile_is_told_and_nothing_is_done(desks, matter):
    claim_assignment(actor=desks.mate, assignment=asked(matter).pk, version=2)
    (told,) = send(desks.handler, act(matter, "claim"))
    assert word(told) == ("conflict", "assignment-taken")
    assert str(desks.mate) in told["detail"]
    (told,) = send(desks.mate, act(matter, "hand-over", person="handler"))
    assert word(told) == ("conflict", "matter-changed")
    decide(
        actor=desks.mate, matter=matter.pk, version=3, decision="wait",
        chosen=Chosen(remark="等检验"),
    )  # fmt: skip
    (told,) = send(desks.operator, act(matter, "take-back"))
    assert word(told) == ("conflict", "no-longer-asked")
    assert steps(matter)[-1] == "wait"


def test_each_refusal_is_told_and_leaves_nothing(desks, matter):
    before = open_errand(desks.operator, desks.hotline)
    foreign = act(pass_to_lixia(desks), "claim")["body"]["assignment"]
    wrong = [
        (desks.handler, act(matter, "hand-over", person="nobody"), "rejected", "person-unfit"),
        (desks.handler, act(matter, "hand-over", person="clerk"), "rejected", "person-unfit"),
        (desks.handler, act(matter, "claim", assignment=foreign), "rejected", "not-found"),
        (desks.clerk, act(matter, "claim"), "rejected", "not-allowed"),
        (desks.stranger, act(matter, "claim"), "rejected", "not-found"),
        (desks.handler, act(matter, "take-back"), "conflict", "nothing-to-take-back"),
        (desks.operator, act(before, "add-signer", 1, person="mate", before=True),
         "conflict", "no-signers-here"),
    ]  # fmt: skip
    for user, sent, *expected in wrong:
        (told,) = send(user, sent)
        assert [*word(told)] == expected, told
        assert told["detail"]
    assert steps(matter) == ["open", "pass-on"]


def test_what_is_so_already_has_no_receipt_that_says_it_was_done(desks, matter):
    send(desks.handler, act(matter, "claim"))
    (told,) = send(desks.handler, act(matter, "claim", 3))
    assert word(told) == ("conflict", "nothing-changed")
    assert steps(matter)[-1] == "claim"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("claim", {"remark": "x"}), ("claim", {"assignment": 2**70}), ("claim", {"assignment": "a"}),
        ("hand-over", {}), ("hand-over", {"person": ["mate"]}), ("add-signer", {"person": "mate"}),
        ("add-signer", {"person": "mate", "before": "perhaps"}), ("take-back", {"assignment": 1}),
        ("hand-over", {"person": "m" * 151}),
    ],
)  # fmt: skip
def test_what_is_malformed_is_rejected_by_the_name_of_its_member(desks, matter, kind, body):
    (told,) = send(desks.handler, act(matter, kind, **body))
    assert word(told) == ("rejected", "invalid")
    assert all(one["pointer"].startswith("/body/") for one in told["errors"]), told


def test_people_are_found_among_those_whom_the_floor_allows(desks, matter, world: World):
    elsewhere = make_user("far", "handler", world.shizhong)
    give_post(elsewhere, desks.shizhong)
    asks = f"assignment={asked(matter).pk}"
    near = [["handler", f"{desks.handler} · 历下分局"], ["mate", f"{desks.mate} · 历下分局"]]
    found = people(desks.handler, matter, f"{asks}&text=ma").json()["people"]
    assert found == near[1:]
    assert people(desks.handler, matter, f"{asks}&text=far").json()["people"] == []
    # To whom one may hand over is fewer than whom one may have asked besides.
    assert people(desks.handler, matter, f"{asks}&text=clerk").json()["people"] == []
    told = people(desks.handler, matter, "text=clerk").json()["people"]
    assert [name for name, _said in told] == ["clerk"]
    assert offered(desks.handler, matter)["hand-over"]["people"] == near[1:]


def test_who_may_choose_nobody_searches_nobody(desks, matter):
    assert people(desks.leader, matter, "text=ma").status_code == 403
    assert people(desks.mate, matter, f"text=ma&assignment={2**40}").status_code == 403
    assert people(desks.stranger, matter, "text=ma").status_code == 404
    for wrong in ("", "text=", "text=ma&assignment=a", "text=ma&assignment=0", f"text={'m' * 61}"):
        assert people(desks.handler, matter, wrong).status_code == 400, wrong


def test_a_search_costs_the_same_however_many_are_found(desks, matter, world: World):
    phone = phone_of(desks.handler)
    path = f"/mobile/v1/matters/{matter.pk}/people?text=ma"

    def count() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            assert phone.get(path).status_code == 200
        return len(asked_for)

    count()
    few = count()
    for place in range(25):
        give_post(make_user(f"mab{place}", "handler", world.lixia), desks.lixia)
    assert count() == few
    assert len(phone.get(path).json()["people"]) == 20
