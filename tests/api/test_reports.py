"""What was found, and its withdrawal, through the REST door."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Defect
from tests.api.conftest import SignedIn
from tests.inspections.drafting import draft_of, file, photo
from tests.world import World

FAULT = DefectDraft("门锁失效", "serious", item="3")


def test_a_report_is_read_with_the_texts_of_its_items(world: World, as_user: SignedIn) -> None:
    told = file(world, draft_of(world.lift, answers={"1": "pass", "2": "na", "3": "pass"}))
    answer = as_user(world.zhao).get(f"/api/v1/reports/{told.pk}").json()
    assert (answer["state"], answer["record"]) == ("in_force", told.record_id)
    assert [row["answer"] for row in answer["answers"]][:3] == ["pass", "na", "pass"]
    assert all(row["text"] for row in answer["answers"])
    assert answer["inspectors"] == "Lin"
    assert answer["flags"] == ["generic-checklist"]


def test_reports_and_defects_are_shown_under_the_one_predicate(
    world: World, as_user: SignedIn
) -> None:
    told = file(world, draft_of(world.lift, conclusion="fail", defects=[FAULT]))
    defect = Defect.objects.get()
    for path in (f"/api/v1/reports/{told.pk}", f"/api/v1/defects/{defect.pk}"):
        for who, code in (("lin", 200), ("zhao", 200), ("qian", 200), ("chen", 404)):
            assert as_user(getattr(world, who)).get(path).status_code == code, (path, who)
        assert APIClient().get(path).status_code == 401
    assert as_user(world.chen).get("/api/v1/defects").json()["results"] == []
    assert as_user(world.chen).get("/api/v1/reports").json()["results"] == []


def test_nothing_of_an_inspector_is_told_but_the_names_of_the_report(
    world: World, as_user: SignedIn
) -> None:
    world.lin.email = "lin@example.org"
    world.lin.save()
    told = file(world, draft_of(world.lift, conclusion="fail", defects=[FAULT]))
    client = as_user(world.qian)
    for path in ("/api/v1/defects", f"/api/v1/reports/{told.pk}"):
        text = client.get(path).content.decode()
        assert "Lin" in text
        assert '"lin"' not in text
        assert "example.org" not in text


def test_defects_are_filtered_and_tell_what_ended_them(world: World, as_user: SignedIn) -> None:
    shot = photo(world)
    other = DefectDraft("轿厢照明", "general", photos=[shot.sha256])
    file(world, draft_of(world.lift, conclusion="fail", defects=[FAULT, other]))
    serious, general = Defect.objects.order_by("pk")
    later = file(world, draft_of(world.lift, conclusion="repass", closes=[serious.pk]))
    client = as_user(world.zhao)
    for query, found in (
        ("", {serious.pk, general.pk}),
        ("open=true", {general.pk}),
        ("open=false", {serious.pk}),
        ("severity=serious", {serious.pk}),
        (f"unit={world.boiler.pk}", set()),
        ("region=370100", {serious.pk, general.pk}),
        ("region=370103", set()),
        (f"using_entity={world.mall.pk}", {serious.pk, general.pk}),
        (f"using_entity={world.plant.pk}", set()),
        ("since=2026-11-21", set()),
        ("until=2026-11-20", {serious.pk, general.pk}),
    ):
        rows = client.get(f"/api/v1/defects?{query}").json()["results"]
        assert {row["id"] for row in rows} == found, query
    assert client.get("/api/v1/defects?colour=red").status_code == 400
    told = client.get(f"/api/v1/defects/{serious.pk}").json()
    assert (told["closed_by_report"], told["closed_on"]) == (str(later.pk), "2026-11-20")
    assert told["item_text"]
    assert client.get(f"/api/v1/defects/{general.pk}").json()["photos"] == [shot.sha256]


def test_reports_are_filtered_and_paged_by_keyset(world: World, as_user: SignedIn) -> None:
    made = [file(world, draft_of(world.lift, kind="sup_repair")).pk for _ in range(3)]
    made.append(file(world, draft_of(world.boiler, kind="external", conclusion="conforms")).pk)
    client = as_user(world.zhao)
    page = client.get("/api/v1/reports?limit=3").json()
    rest = client.get(page["next"]).json()
    ids = [row["id"] for row in page["results"] + rest["results"]]
    assert ids == [str(pk) for pk in reversed(made)]
    for query, number in (
        ("kind=external", 1), ("conclusion=pass", 3), (f"unit={world.lift.pk}", 3),
        (f"using_entity={world.mall.pk}", 4), ("region=370103", 0), ("since=2026-11-21", 0),
        ("until=2026-11-20", 4),
    ):  # fmt: skip
        assert len(client.get(f"/api/v1/reports?{query}").json()["results"]) == number, query


def test_lists_ask_as_often_for_many_rows(world: World, as_user: SignedIn) -> None:
    client = as_user(world.zhao)

    def costs() -> list[int]:
        counted = []
        for path in ("/api/v1/reports", "/api/v1/defects"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counted.append(len(asked))
        return counted

    file(world, draft_of(world.lift, kind="sup_repair", conclusion="fail", defects=[FAULT]))
    few = costs()
    for _ in range(4):
        closes = list(Defect.objects.filter(closed_on=None).values_list("pk", flat=True))
        draft = draft_of(world.lift, kind="sup_repair", conclusion="fail", defects=[FAULT])
        file(world, draft)
        file(world, draft_of(world.lift, kind="sup_repair", closes=closes))
    assert costs() == few


def withdrawal(report: Any, **changes: Any) -> dict[str, Any]:
    body = {
        "stage": "withdrawal",
        "supersedes": report.record_id,
        "details": {"reason": "装错设备"},
    }
    return body | changes


def post(client: APIClient, world: World, body: Any, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return client.post(f"/api/v1/units/{world.lift.pk}/records", body, headers=headers)


def test_a_withdrawal_bears_the_day_of_the_record_and_undoes_its_report(
    world: World, as_user: SignedIn
) -> None:
    report = file(world, draft_of(world.lift, conclusion="fail", defects=[FAULT]))
    key = str(uuid.uuid4())
    answer = post(as_user(world.ou), world, withdrawal(report), key)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["stage"], told["happened_on"]) == ("withdrawal", "2026-11-20")
    assert (told["supersedes"], told["details"]) == (report.record_id, {"reason": "装错设备"})
    assert post(as_user(world.ou), world, withdrawal(report), key).status_code == 200
    assert post(as_user(world.ou), world, withdrawal(report)).status_code == 409
    [defect] = as_user(world.qian).get("/api/v1/defects").json()["results"]
    assert (defect["voided_by"], defect["void_reason"]) == (told["id"], "装错设备")
    read = as_user(world.qian).get(f"/api/v1/reports/{report.pk}").json()
    assert read["state"] == "withdrawn"
    rows = as_user(world.ou).get(f"/api/v1/units/{world.lift.pk}/records?in_force=true").json()
    assert rows["results"] == []


def test_a_supervisor_may_withdraw_though_he_files_no_records(
    world: World, as_user: SignedIn
) -> None:
    report = file(world, draft_of(world.lift))
    assert post(as_user(world.lin), world, withdrawal(report)).status_code == 403
    assert post(as_user(world.zhao), world, withdrawal(report)).status_code == 201


def test_a_withdrawal_names_what_and_why_and_no_other_day(world: World, as_user: SignedIn) -> None:
    report = file(world, draft_of(world.lift))
    client = as_user(world.ou)
    for changes, code, pointer in (
        ({"supersedes": None}, 400, "/supersedes"),
        ({"details": {}}, 400, "/details/reason"),
        ({"happened_on": "2026-11-01"}, 422, "/happened_on"),
    ):
        answer = post(client, world, withdrawal(report, **changes))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (code, pointer)
    answer = post(client, world, {"stage": "stop", "details": {}})
    assert answer.json()["errors"][0]["pointer"] == "/happened_on"


def test_a_desk_record_is_withdrawn_too(world: World, as_user: SignedIn) -> None:
    details = {"kind": "sup_installation", "conclusion": "pass"}
    body = {"stage": "inspection", "happened_on": "2026-05-20", "details": details}
    made = post(as_user(world.rui), world, body).json()
    gone = {"stage": "withdrawal", "supersedes": made["id"], "details": {"reason": "误录"}}
    assert post(as_user(world.ou), world, gone).status_code == 201
