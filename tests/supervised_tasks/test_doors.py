"""Supervised tasks over REST, on the pages and on the phone, with the same rights everywhere."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.lib import clock
from backend.supervised_tasks.models import SupervisedTask
from tests.deliveries.test_pages import page_of, press
from tests.deliveries.test_rest import client_of, post
from tests.evidence.office_files import make_pdf
from tests.hotline.test_story import step
from tests.matters.errands import open_errand
from tests.mobile_api.conftest import phone_of
from tests.supervised_tasks.cast import Cast, in_days, let_days_pass, now_of


def figures(line) -> dict[str, int]:
    return {name: count for name, count in line["figures"].items() if count}


def test_a_task_over_rest_from_its_order_to_its_acceptance(
    cast: Cast, django_capture_on_commit_callbacks
):
    leader, clerk, handler = map(client_of, (cast.leader, cast.lixia_clerk, cast.lixia_handler))
    key = uuid.uuid4()
    body = {
        "title": "整治超期电梯", "what": "逐台整改", "lead": cast.lixia.code,
        "helpers": [cast.shizhong.code], "due_on": str(in_days(10)), "every": "weekly",
    }  # fmt: skip
    made = post(leader, "supervised-tasks", body, key)
    assert (made.status_code, made.data["lead"]) == (201, "S370102"), made.data
    assert post(leader, "supervised-tasks", body, key).status_code == 200
    number = made.data["id"]

    def decide(client, decision: str, **said):
        etag = client.get(f"/api/v1/matters/{number}")["ETag"]
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": etag}
        path = f"/api/v1/matters/{number}/decisions"
        return client.post(path, {"decision": decision} | said, format="json", headers=headers)

    assert decide(clerk, "sign").status_code == 200
    refused = decide(handler, "finish", remark="已整改")
    assert (refused.status_code, refused.data["type"]) == (422, "/problems/proof-missing")
    etag = handler.get(f"/api/v1/supervised-tasks/{number}")["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        proof = handler.post(
            f"/api/v1/supervised-tasks/{number}/proofs",
            {"file": SimpleUploadedFile("整改.pdf", make_pdf()), "title": "整改报告"},
            format="multipart",
            headers={"Idempotency-Key": str(uuid.uuid4()), "If-Match": etag},
        )
    assert proof.status_code == 201, proof.data
    where = f"/api/v1/supervised-tasks/{number}/proofs/{proof.data['id']}"
    assert leader.get(where).status_code == 302
    assert decide(handler, "finish", remark="已整改").status_code == 200
    assert decide(leader, "accept").data["outcome"] == "done"
    facts = leader.get(f"/api/v1/supervised-tasks/{number}").data
    assert (facts["days_late"], facts["helpers"]) == (0, [cast.shizhong.code])
    assert [one["title"] for one in facts["proofs"]] == ["整改报告"]
    assert [one["said"] for one in facts["reports"]] == [""]


def test_a_foreign_county_is_told_that_there_is_none(cast: Cast):
    task = cast.handled()
    proof = cast.prove(task)
    stranger = client_of(cast.shizhong_handler)
    one = f"/api/v1/supervised-tasks/{task.pk}"
    for path in (one, f"{one}/proofs/{proof.pk}", f"/api/v1/matters/{task.pk}"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/api/v1/supervised-tasks").data["results"] == []
    assert stranger.get("/api/v1/supervised-tasks/board").data["lines"] == []
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
    sent = {"file": SimpleUploadedFile("整改.pdf", make_pdf())}
    gone = stranger.post(f"{one}/proofs", sent, format="multipart", headers=headers)
    assert gone.status_code == 404
    refused = post(stranger, "supervised-tasks", {"title": "某", "what": "某", "lead": "S370103"})
    assert refused.status_code == 403


def test_the_board_counts_by_lead_office(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    cast.order(due_on=in_days(2), urgency="urgent")
    cast.order(lead=cast.shizhong, due_on=in_days(30))
    returned = cast.order(due_on=in_days(30))
    step(cast.lixia_clerk, returned.matter, "return", remark="不属本局")
    step(cast.leader, cast.finished().matter, "accept")
    leader = client_of(cast.leader)
    board = leader.get("/api/v1/supervised-tasks/board").data
    assert {one["office"]: figures(one) for one in board["lines"]} == {
        "S370102": {"open": 2, "near": 1, "returned": 1, "on_time": 1},
        "S370103": {"open": 1},
    }
    assert figures(board["total"]) == {"open": 3, "near": 1, "returned": 1, "on_time": 1}
    late = cast.handled(due_on=in_days(1))
    let_days_pass(monkeypatch, 5)
    cast.prove(late)
    step(cast.lixia_handler, late.matter, "finish", remark="已整改")
    step(cast.leader, late.matter, "accept")
    asked = {"office": "S370102", "since": str(clock.today()), "until": str(clock.today())}
    board = leader.get("/api/v1/supervised-tasks/board", asked).data
    assert figures(board["total"]) == {"open": 2, "overdue": 1, "returned": 1, "late": 1}
    urgent = leader.get("/api/v1/supervised-tasks/board", {"urgency": "urgent"}).data
    assert figures(urgent["total"]) == {"open": 1, "overdue": 1}
    rows = leader.get("/api/v1/supervised-tasks", {"which": "late"}).data["results"]
    assert [one["id"] for one in rows] == [late.pk]
    rows = leader.get("/api/v1/supervised-tasks", {"lead": "S370103"}).data["results"]
    assert [one["lead_name"] for one in rows] == [cast.shizhong.name]
    mine = client_of(cast.lixia_leader).get("/api/v1/supervised-tasks/board").data
    assert [one["office"] for one in mine["lines"]] == ["S370102"]


def test_a_longer_list_costs_no_more(cast: Cast):
    leader = client_of(cast.leader)
    paths = ("/api/v1/supervised-tasks", "/api/v1/supervised-tasks/board")
    cast.order()
    for path in paths:
        leader.get(path)
        with CaptureQueriesContext(
            connection,
        ) as few:
            leader.get(path)
        for lead in (cast.lixia, cast.shizhong):
            cast.order(lead=lead)
        with CaptureQueriesContext(connection) as many:
            leader.get(path)
        assert len(many) == len(few)


def test_the_board_as_a_page_leads_to_the_tasks_behind_a_figure(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("backend.supervised_tasks.board.SIZE", 1)
    cast.order(title="历下整治")
    cast.order(lead=cast.shizhong, title="市中整治")
    page = page_of(cast.leader, "/desk/supervised/")
    assert "历下整治" in page
    assert "市中整治" in page
    assert "behind=" in page
    only = page_of(cast.leader, "/desk/supervised/?lead=S370102&which=open")
    assert ("历下整治" in only, "市中整治" in only) == (True, False)
    second = page_of(cast.leader, f"/desk/supervised/?behind={cast.lixia.path}")
    assert cast.shizhong.name in second
    assert "?lead=S370102" not in second
    client.force_login(cast.lixia_handler)
    assert client.get("/desk/supervised/").status_code == 403


def test_one_click_on_a_matter_has_it_supervised(client, cast: Cast, errand_kind: None):
    cause = open_errand(None, cast.lixia, title="群众反映电梯困人")
    shown = page_of(cast.leader, f"/desk/matters/{cause.pk}/")
    where = f"/desk/supervised/new/?cause={cause.pk}"
    assert where in shown
    form = page_of(cast.leader, where)
    assert 'value="群众反映电梯困人"' in form
    filled = {
        "office": cast.city.pk, "title": "督办电梯困人", "what": "查明原因", "lead": cast.lixia.pk,
        "urgency": "normal", "due_on": str(in_days(5)), "cause": cause.pk,
    }  # fmt: skip
    told = press(cast.leader, "/desk/supervised/new/", **filled)
    task = SupervisedTask.objects.get()
    assert task.matter.number in told
    assert "群众反映电梯困人" in told
    assert f"?unit={cast.world.lift.pk}" in page_of(cast.leader, f"/units/{cast.world.lift.pk}/")
    foreign = open_errand(None, cast.shizhong)
    client.force_login(cast.lixia_leader)
    assert client.get(f"/desk/supervised/new/?cause={foreign.pk}").status_code == 404
    client.force_login(cast.lixia_handler)
    assert client.get("/desk/supervised/new/").status_code == 403


def test_a_proof_is_handed_in_by_its_page(client, cast: Cast, django_capture_on_commit_callbacks):
    task = cast.handled()
    one = f"/desk/supervised/{task.pk}/proofs/"
    assert one in page_of(cast.lixia_handler, f"/desk/matters/{task.pk}/")
    client.force_login(cast.lixia_handler)
    sent = {"key": str(uuid.uuid4()), "version": now_of(task).version}
    bad = client.post(one, sent | {"file": SimpleUploadedFile("某.pdf", b"%PDF-1.7 nothing")})
    assert bad.status_code == 422
    assert "wrong" in bad.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        good = client.post(one, sent | {"file": SimpleUploadedFile("整改.pdf", make_pdf())})
    assert good.status_code == 302
    proof = task.proofs.get()
    assert proof.title == "整改"
    assert client.get(f"{one}{proof.pk}/").status_code == 302
    client.force_login(cast.shizhong_handler)
    for path in (one, f"{one}{proof.pk}/"):
        assert client.get(path).status_code == 404


def test_the_phone_reads_facts_and_proofs_and_its_leader_accepts(
    cast: Cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        task = cast.finished(helpers=(cast.shizhong,))
    phone = phone_of(cast.leader)
    told = phone.get(f"/mobile/v1/matters/{task.pk}").json()
    assert any(value.startswith("逐台整改") for _label, value in told["facts"])
    (proof,) = told["enclosures"]
    assert (proof["title"], proof["media_type"]) == ("整改报告", "application/pdf")
    path = f"/mobile/v1/matters/{task.pk}/enclosures/{proof['key']}"
    assert phone.get(path).json()["address"].startswith("http")
    foreign = phone_of(cast.lixia_handler, "phone-2")
    assert foreign.get(path).status_code == 200
    body = {"matter": task.pk, "version": told["version"], "decision": "accept", "remark": ""}
    sending = {"items": [{"id": str(uuid.uuid4()), "type": "decision", "body": body}]}
    (receipt,) = phone.post("/mobile/v1/decisions", sending, format="json").json()["receipts"]
    assert receipt["state"] == "accepted", receipt
    assert now_of(task).outcome == "done"


def test_the_phone_of_a_foreign_county_gets_no_proof(cast: Cast):
    task = cast.finished()
    proof = task.proofs.get()
    phone = phone_of(cast.shizhong_handler)
    path = f"/mobile/v1/matters/{task.pk}/enclosures/proof-{proof.pk}"
    assert phone.get(path).status_code == 404
