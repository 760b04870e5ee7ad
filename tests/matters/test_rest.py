"""Matters over REST: reading by right, deciding once, the inbox."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.lib import clock
from backend.matters.models import Assignment, Matter
from backend.units.models import Unit
from tests.matters.errands import open_errand
from tests.matters.offices import Desks


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that the operator opened."""
    return open_errand(desks.operator, desks.hotline)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def read(user: User, path: str) -> Any:
    answer = client_of(user).get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def send(user: User, path: str, body: Any = None, etag: str | None = None, key: Any = "new"):
    headers = {} if etag is None else {"If-Match": etag}
    if key is not None:
        headers["Idempotency-Key"] = str(uuid.uuid4() if key == "new" else key)
    return client_of(user).post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def etag_of(user: User, matter: Matter) -> str:
    return client_of(user).get(f"/api/v1/matters/{matter.pk}")["ETag"]


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


def dispatch(desks: Desks, matter: Matter, **sent: Any):
    body = {"decision": "dispatch", "office": "370102"}
    sent.setdefault("etag", etag_of(desks.operator, matter))
    return send(desks.operator, f"matters/{matter.pk}/decisions", body, **sent)


def test_a_matter_shows_its_trail_its_clocks_and_what_may_be_decided(desks, matter):
    shown = read(desks.operator, f"matters/{matter.pk}")
    assert (shown["state"], shown["office"], shown["facts"]) == (
        "received",
        "37-12365",
        {"weight": 0},
    )
    assert [step["action"] for step in shown["steps"]] == ["open"]
    (deadline,) = shown["deadlines"]
    assert deadline["rule"] == "errand-acceptance"
    assert "测试规则" in deadline["why"]
    offers = {offer["decision"]: offer for offer in shown["decisions"]}
    assert offers.keys() == {"dispatch", "pass-on", "refuse"}
    assert offers["dispatch"]["office"] == "elsewhere"
    assert shown["assignments"][0]["role"] == "operator"


def test_who_is_not_asked_is_offered_nothing_but_to_urge_from_above(desks, matter):
    offered = read(desks.leader, f"matters/{matter.pk}")["decisions"]
    assert [one["decision"] for one in offered] == ["urge"]


def test_a_foreign_matter_is_as_none(desks, matter):
    path = f"matters/{matter.pk}"
    assert client_of(desks.stranger).get(f"/api/v1/{path}").status_code == 404
    for sub in ("decisions", "take-back", "links"):
        body: dict[str, Any] = {"decision": "refuse"} if sub == "decisions" else {}
        if sub == "links":
            body = {"kind": "about", "unit": 1}
        answer = send(desks.stranger, f"{path}/{sub}", body, etag=f'"{matter.pk}-1"')
        assert answer.status_code == 404, (sub, answer.content)
    assert read(desks.stranger, "matters")["results"] == []
    assert Matter.objects.get().version == 1


def test_a_decision_answers_with_the_matter_as_it_is_then(desks, matter):
    answer = dispatch(desks, matter)
    assert answer.status_code == 200, answer.content
    assert answer["ETag"] == f'"{matter.pk}-2"'
    assert answer.json()["office"] == "370102"
    again = send(desks.operator, f"matters/{matter.pk}/take-back", etag=answer["ETag"])
    assert code(again) == (409, "nothing-to-take-back")


def test_what_was_just_decided_is_taken_back(desks, matter):
    body = {"decision": "pass-on", "office": "370102"}
    passed_on = send(desks.operator, f"matters/{matter.pk}/decisions", body, etag="*")
    assert passed_on.json()["may_take_back"] is True
    back = send(desks.operator, f"matters/{matter.pk}/take-back", etag=passed_on["ETag"])
    assert (back.status_code, back.json()["state"]) == (200, "received")


def test_a_decision_needs_the_version_and_a_key(desks, matter):
    assert code(dispatch(desks, matter, etag=None)) == (428, "precondition-required")
    assert code(dispatch(desks, matter, key=None)) == (400, "idempotency-key-missing")
    for wrong in (f'"{matter.pk}-7"', '"1-1-1"', f'"{matter.pk + 1}-1"', "x"):
        assert code(dispatch(desks, matter, etag=wrong)) == (412, "precondition-failed")
    assert dispatch(desks, matter, etag="*").status_code == 200


def test_the_same_key_again_decides_once(desks, matter):
    key, etag = uuid.uuid4(), etag_of(desks.operator, matter)
    first = dispatch(desks, matter, key=key, etag=etag)
    again = dispatch(desks, matter, key=key, etag=etag)
    assert (first.status_code, again.status_code) == (200, 200)
    assert Matter.objects.get().version == 2
    other = send(
        desks.operator, f"matters/{matter.pk}/decisions", {"decision": "refuse"}, etag, key
    )
    assert code(other) == (422, "idempotency-conflict")


def test_who_is_not_asked_is_refused(desks, matter):
    path, body = f"matters/{matter.pk}/decisions", {"decision": "refuse", "ground": "known"}
    answer = send(desks.leader, path, body, etag=f'"{matter.pk}-1"')
    assert code(answer) == (403, "not-allowed")
    assert Matter.objects.get().version == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422), ({"decision": "dispatch", "offise": "x"}, 422), ({"decision": []}, 422),
        ({"decision": "dispatch", "office": "nowhere"}, 422), ([], 422),
        ({"decision": "dispatch", "persons": ["nobody"]}, 422),
        ({"decision": "refuse", "details": {"colour": 1}}, 422),
        ({"decision": "refuse", "ground": "x", "remark": "长" * 2001}, 422),
    ],
)  # fmt: skip
def test_malformed_decisions_are_told_what_is_wrong(desks, matter, body, status):
    answer = send(desks.operator, f"matters/{matter.pk}/decisions", body, f'"{matter.pk}-1"')
    assert answer.status_code in {400, status}, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert Matter.objects.get().version == 1


def test_the_list_is_filtered(desks, matter):
    dispatch(desks, matter)
    other = open_errand(None, desks.hotline, title="气瓶超期未检", number="12365-2026-7")
    Matter.objects.filter(pk=other.pk).update(due_on=clock.today() - dt.timedelta(days=1))
    for query, found in (
        ("", [other, matter]), ("?kind=errand", [other, matter]), ("?kind=other", []),
        ("?state=handling", [matter]), ("?office=370102", [matter]), ("?overdue=true", [other]),
        ("?overdue=false", [matter]), ("?text=气瓶", [other]), ("?text=12365-2026", [other]),
        ("?mine=true", [matter]), ("?open=true&order=due_on", [other, matter]),
    ):  # fmt: skip
        shown = read(desks.operator, f"matters{query}")["results"]
        assert [row["id"] for row in shown] == [row.pk for row in found], query
    assert client_of(desks.operator).get("/api/v1/matters?colour=red").status_code == 400


def test_a_list_takes_few_queries(desks, django_assert_num_queries):
    for _ in range(4):
        open_errand(desks.operator, desks.hotline)
    with django_assert_num_queries(3):
        assert len(read(desks.operator, "matters")["results"]) == 4
    with django_assert_num_queries(2):
        assert len(read(desks.operator, "assignments")["results"]) == 4


def test_the_inbox_has_its_lists_and_counts(desks, matter):
    late = open_errand(None, desks.hotline)
    yesterday = clock.today() - dt.timedelta(days=1)
    Assignment.objects.filter(matter=late).update(due_on=yesterday)
    assert [a["matter"] for a in read(desks.operator, "assignments")["results"]] == [
        late.pk, matter.pk,
    ]  # fmt: skip
    shown = read(desks.operator, "assignments?list=overdue")["results"]
    assert [a["matter"] for a in shown] == [late.pk]
    dispatch(desks, matter)
    assert [a["decision"] for a in read(desks.operator, "assignments?list=done")["results"]] == [
        "dispatch"
    ]
    assert read(desks.operator, "assignments/counts") == {
        "todo": 1, "overdue": 1, "done": 1, "started": 1,
    }  # fmt: skip
    assert client_of(desks.operator).get("/api/v1/assignments?list=x").status_code == 400


def test_an_assignment_is_claimed_released_and_handed_over(desks, matter):
    etag = dispatch(desks, matter)["ETag"]
    (asked,) = read(desks.handler, "assignments")["results"]
    path = f"assignments/{asked['id']}"
    claimed = send(desks.handler, f"{path}/claim", etag=etag)
    assert claimed.json()["person"] == "handler"
    assert code(send(desks.mate, f"{path}/claim", etag="*")) == (409, "assignment-taken")
    released = send(desks.handler, f"{path}/release", etag=claimed["ETag"])
    assert released.json()["person"] is None
    body = {"person": "mate", "remark": "休假"}
    assert code(send(desks.handler, f"{path}/hand-over", body | {"person": "x"}, etag="*")) == (
        422, "person-unfit",
    )  # fmt: skip
    given = send(desks.handler, f"{path}/hand-over", body, etag=released["ETag"])
    assert given.json()["state"] == "withdrawn"
    (asked,) = read(desks.mate, "assignments")["results"]
    before = {"person": "clerk", "before": True}
    signed = send(desks.mate, f"assignments/{asked['id']}/signers", before, etag=given["ETag"])
    assert signed.status_code == 200, signed.content
    assert read(desks.clerk, "assignments/counts")["todo"] == 1
    assert send(desks.stranger, f"{path}/claim", etag="*").status_code == 404


def test_a_matter_is_linked_with_what_the_reader_sees(desks, world, matter):
    path, other = f"matters/{matter.pk}/links", open_errand(None, desks.shizhong)
    body = {"kind": "about", "unit": world.lift.pk}
    made = send(desks.operator, path, body, etag="*")
    assert made.status_code == 201, made.content
    assert made.json()["unit"] == world.lift.pk
    again = send(desks.operator, path, body, etag=made["ETag"])
    assert (again.status_code, again["ETag"]) == (201, made["ETag"])
    mine = open_errand(None, desks.hotline)
    joined = send(desks.operator, path, {"kind": "joined-with", "matter": mine.pk}, etag="*")
    assert joined.status_code == 201, joined.content
    assert mine.steps.latest("version").action == "join"
    for wrong, status in (
        ({"kind": "about"}, 422), ({"kind": "about", "matter": matter.pk}, 422),
        ({"kind": "follows", "matter": matter.pk}, 422), ({"kind": "x", "unit": 1}, 400),
        ({"kind": "follows", "matter": other.pk}, 404),
        ({"kind": "about", "unit": Unit.objects.latest("pk").pk + 9}, 404),
    ):  # fmt: skip
        answer = send(desks.operator, path, wrong, etag="*")
        assert answer.status_code in {status, 422} - ({422} if status == 404 else set()), wrong
    assert read(desks.operator, f"matters/{matter.pk}")["links"][0]["kind"] == "about"


def test_the_flow_is_a_picture_for_who_sees_the_matter(desks, matter):
    url = f"/api/v1/matters/{matter.pk}/flow.svg"
    answer = client_of(desks.operator).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert answer.content.startswith(b"<svg")
    assert client_of(desks.stranger).get(url).status_code == 404
