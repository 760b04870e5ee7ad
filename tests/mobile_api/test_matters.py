"""What a phone carries of the inbox: the list, one matter with all that a decision needs, its files."""

from __future__ import annotations

import urllib.request
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.matters.models import Matter
from media_config.storage import PrivateStorage
from tests.matters.errands import open_errand, order_key
from tests.matters.offices import Desks
from tests.mobile_api.conftest import phone_of
from tests.world import PASSWORD

PDF = b"%PDF-1.7 errand"


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that waits for the operator."""
    return open_errand(desks.operator, desks.hotline)


def read(user: Any, path: str, **headers: str) -> Any:
    return phone_of(user, f"p{path}").get(f"/mobile/v1/{path}", headers=headers)


def test_the_list_has_what_waits_for_the_user_and_nothing_else(desks, matter):
    (row,) = read(desks.operator, "assignments").json()["results"]
    assert (row["matter"], row["version"], row["title"]) == (matter.pk, 1, "电梯困人投诉")
    assert (row["asks"], row["state_name"], row["office_name"]) == ("受理", "待受理", "12365中心")
    assert row["due_on"] is not None
    for other in (desks.leader, desks.handler):
        assert read(other, "assignments").json() == {"results": [], "next": None}


def test_a_quiet_look_has_no_body(desks, matter):
    phone = phone_of(desks.operator)
    etag = phone.get("/mobile/v1/assignments")["ETag"]
    again = phone.get("/mobile/v1/assignments", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    open_errand(desks.operator, desks.hotline)
    changed = phone.get("/mobile/v1/assignments", headers={"If-None-Match": etag})
    assert len(changed.json()["results"]) == 2


def test_pages_follow_each_other_and_cost_the_same_at_any_length(desks, matter):
    phone = phone_of(desks.operator)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            phone.get("/mobile/v1/assignments")
        return len(asked)

    count()
    few = count()
    others = {open_errand(desks.operator, desks.hotline).pk for _ in range(6)}
    assert count() == few
    first = phone.get("/mobile/v1/assignments?limit=4").json()
    rest = phone.get(f"/mobile/v1/assignments?limit=4&cursor={first['next']}").json()
    assert rest["next"] is None
    told = [row["matter"] for row in first["results"] + rest["results"]]
    assert set(told) == {matter.pk, *others}
    assert len(told) == 7


def test_one_has_its_facts_trail_deadlines_and_what_each_decision_demands(desks, matter):
    one = read(desks.operator, f"matters/{matter.pk}").json()
    assert one["facts"] == [
        ["", "An errand"], ["", "Weight: 0"], ["From", "12365中心\nby hand"], ["", "carried"],
    ]  # fmt: skip
    assert [(step["did"], step["by"]) for step in one["trail"]] == [("登记", str(desks.operator))]
    (deadline,) = one["deadlines"]
    assert "测试规则" in deadline["why"]
    assert (deadline["runs"], deadline["late"]) == (True, False)
    offers = {offer["decision"]: offer for offer in one["decisions"]}
    assert offers.keys() == {"dispatch", "pass-on", "refuse"}
    assert (offers["dispatch"]["label"], offers["dispatch"]["office"]) == ("分办", "elsewhere")
    assert ["370102", "历下分局"] in one["choices"]["offices"]["elsewhere"]
    assert sorted(offers["refuse"]["grounds"]) == [["known", "重复"], ["not-ours", "不属本机关"]]
    assert one["page"] == f"/desk/matters/{matter.pk}/"


def test_a_field_of_the_kind_is_asked_for(desks, matter):
    phone = phone_of(desks.operator)
    phone.post("/mobile/v1/decisions", {"items": [{
        "id": "0c2f4a52-6f0d-4b7c-9d0a-7a1d4d1f0a11", "type": "decision",
        "body": {"matter": matter.pk, "version": 1, "decision": "dispatch", "office": "370102"},
    }]}, format="json")  # fmt: skip
    one = read(desks.handler, f"matters/{matter.pk}").json()
    report = next(offer for offer in one["decisions"] if offer["decision"] == "report")
    assert (report["remark"], report["at_desk"]) == (True, False)
    (field,) = report["fields"]
    assert (field["name"], field["kind"], field["required"]) == ("weight", "number", False)


def test_who_may_decide_nothing_reads_and_may_urge_alone(desks, matter):
    offered = read(desks.leader, f"matters/{matter.pk}").json()["decisions"]
    assert [one["decision"] for one in offered] == ["urge"]


def test_the_pdf_is_had_by_who_sees_the_matter(desks, matter):
    PrivateStorage().save(order_key(matter), BytesIO(PDF))
    one = read(desks.operator, f"matters/{matter.pk}").json()
    assert one["enclosures"] == [
        {"key": "order", "title": "交办单", "media_type": "application/pdf"}
    ]
    told = read(desks.operator, f"matters/{matter.pk}/enclosures/order").json()
    with urllib.request.urlopen(told["address"]) as answer:
        assert answer.read() == PDF


def test_a_foreign_matter_is_as_none(desks, matter):
    for path in ("matters/{}", "matters/{}/enclosures/order"):
        foreign = read(desks.stranger, path.format(matter.pk))
        nothing = read(desks.stranger, path.format(matter.pk + 1_000_000))
        assert (foreign.status_code, foreign.content) == (404, nothing.content)
    assert read(desks.operator, f"matters/{matter.pk}/enclosures/other").status_code == 404


@pytest.mark.parametrize(
    ("who", "expected"), [("operator", True), ("leader", True), ("lin", False)]
)
def test_signing_in_tells_whether_matters_come_to_somebody(desks, world, client, who, expected):
    body = {"username": who, "password": PASSWORD, "device_id": "phone-7"}
    answer = client.post("/mobile/v1/sign-in", body, content_type="application/json")
    assert answer.json()["user"]["has_desk"] is expected
