"""The timeline through the REST door."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.units.models import Record
from tests.api.conftest import SignedIn
from tests.world import World, make_user


def inspection(**more: Any) -> dict[str, Any]:
    details = {"kind": "sup_installation", "conclusion": "pass"}
    return {"stage": "inspection", "happened_on": "2026-05-20", "details": details, **more}


def url(world: World) -> str:
    return f"/api/v1/units/{world.lift.pk}/records"


def test_filing_needs_a_key(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    assert client.post(url(world), inspection()).status_code == 400
    answer = client.post(url(world), inspection(), headers={"Idempotency-Key": "x"})
    assert answer.status_code == 400


def test_a_replay_files_once_and_other_content_conflicts(world: World, as_user: SignedIn) -> None:
    client, headers = as_user(world.rui), {"Idempotency-Key": str(uuid.uuid4())}
    first = client.post(url(world), inspection(), headers=headers)
    assert first.status_code == 201, first.content
    again = client.post(url(world), inspection(), headers=headers)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = client.post(url(world), inspection(remark="other"), headers=headers)
    assert other.status_code == 409
    assert Record.objects.filter(unit=world.lift).count() == 1


def test_a_filed_record_is_on_the_timeline(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    client.post(url(world), inspection(), headers=headers)
    rows = client.get(url(world)).json()["results"]
    assert [row["details"]["conclusion"] for row in rows] == ["pass"]
    assert client.get(url(world), {"stage": "repair"}).json()["results"] == []


def test_wrong_details_name_their_field(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kind": "periodic"}, "/details/conclusion"),
        ({"kind": "periodic", "conclusion": "pass", "colour": 1}, "/details/colour"),
        (
            {"kind": "periodic", "conclusion": "fail", "stated_next_on": "2027-01-31"},
            "/details",
        ),
    ]
    for details, pointer in cases:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = client.post(url(world), inspection(details=details), headers=headers)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Record.objects.exists()


def test_evidence_must_have_been_uploaded(world: World, as_user: SignedIn) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = as_user(world.rui).post(url(world), inspection(evidence=["0" * 64]), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/evidence"


def test_not_signed_in_not_yours_not_allowed(world: World, as_user: SignedIn) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    assert APIClient().post(url(world), inspection(), headers=headers).status_code == 401
    elsewhere = make_user("shi", Role.REGISTRAR, world.shizhong)
    for user, code in ((elsewhere, 404), (world.lin, 403), (world.qian, 403)):
        answer = as_user(user).post(url(world), inspection(), headers=headers)
        assert answer.status_code == code
    assert not Record.objects.exists()


def test_clocks_are_listed(world: World, as_user: SignedIn) -> None:
    answer = as_user(world.rui).get(f"/api/v1/units/{world.lift.pk}/clocks")
    assert answer.status_code == 200
    assert answer.json() == []


def test_whoever_moves_a_unit_out_of_his_sight_is_answered_and_again(
    world: World, as_user: SignedIn
) -> None:
    client, headers = as_user(world.rui), {"Idempotency-Key": str(uuid.uuid4())}
    details = {"kind": "relocation", "to_region": world.shizhong.pk, "to_address": "经二路"}
    body = {"stage": "transfer", "happened_on": "2026-05-20", "details": details}
    first = client.post(url(world), body, headers=headers)
    assert first.status_code == 201, first.content
    assert client.get(url(world)).status_code == 404
    again = client.post(url(world), body, headers=headers)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = client.post(url(world), body | {"remark": "other"}, headers=headers)
    assert other.status_code == 409
    another_key = {"Idempotency-Key": str(uuid.uuid4())}
    assert client.post(url(world), body, headers=another_key).status_code == 404


def test_a_number_beyond_all_integers_names_nobody(world: World, as_user: SignedIn) -> None:
    body = (
        '{"stage":"transfer","happened_on":"2026-05-20","details":{"kind":"owner","to_entity":%s}}'
    )
    for number in ("1e400", "9" * 30):
        answer = as_user(world.rui).post(
            url(world),
            body % number,
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"][0]["pointer"] == "/details/to_entity"


def filed(client: APIClient, world: World, stage: str, **details: Any) -> Any:
    body = {"stage": stage, "happened_on": "2026-05-20", "details": details}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = client.post(url(world), body, headers=headers)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_rule_21_the_class_is_derived_and_the_stated_one_only_compared(
    world: World, as_user: SignedIn
) -> None:
    client = as_user(world.rui)
    accident = filed(client, world, "accident", deaths=3, grade="ordinary")
    assert (accident["details"]["grade"], accident["details"]["derived_grade"]) == (
        "ordinary", "larger",
    )  # fmt: skip
    assert [warning["code"] for warning in accident["warnings"]] == ["accident-class"]
    [row] = client.get(url(world)).json()["results"]
    assert row["warnings"] == accident["warnings"]


def test_rule_04_a_certificate_that_does_not_fit_warns_whoever_files_it(
    world: World, as_user: SignedIn
) -> None:
    client = as_user(world.rui)
    filed(client, world, "inspection", kind="sup_installation", conclusion="pass")
    told = filed(client, world, "registration", kind="first", certificate_no="梯12闽E3622(16)")
    codes = [warning["code"] for warning in told["warnings"]]
    assert codes == ["certificate-variety", "certificate-province"]
    assert all(warning["text"] for warning in told["warnings"])


def test_warnings_cost_the_list_no_query(
    world: World, as_user: SignedIn, django_assert_num_queries: Any
) -> None:
    client = as_user(world.rui)
    filed(client, world, "inspection", kind="sup_installation", conclusion="pass")
    with CaptureQueriesContext(connection) as plain:
        client.get(url(world))
    few = len(plain)  # before the next request empties the log
    filed(client, world, "registration", kind="first", certificate_no="梯12闽E3622(16)")
    filed(client, world, "installation", contractor="泉城电梯维保有限公司")
    filed(client, world, "accident", deaths=3, grade="ordinary")
    with django_assert_num_queries(few):
        rows = client.get(url(world)).json()["results"]
    assert sum(bool(row["warnings"]) for row in rows) == 3
