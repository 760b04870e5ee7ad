"""From a scan to a card."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.inspections.cards.kept_cards import make_emptied_cards
from backend.inspections.drafts import DefectDraft
from tagging.actions import retire_tag
from tagging.codes import make_code
from tagging.models import Scan
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.mobile_api.conftest import phone_of, tag_on

URL = "/mobile/v1/scans"
POSITION = {"lng": 117.05, "lat": 36.65, "datum": "GCJ02", "accuracy": 6.5}
_CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def test_a_foreign_host_with_a_true_code_is_a_possible_forgery(world, lin_phone):
    code = tag_on(world)
    told = lin_phone.post(URL, {"raw": f"https://evil.example/T/{code}"}).data
    assert (told["kind"], told["foreign_host"]) == ("unit", "evil.example")
    assert "evil.example" in told["message"]
    for raw in (code, f"{settings.PUBLIC_BASE_URL}/T/{code}"):
        told = lin_phone.post(URL, {"raw": raw}).data
        assert (told["kind"], told["foreign_host"], told["message"]) == ("unit", "", "")


def test_a_scan_gives_the_card(world, lin_phone):
    put_in_use(world, world.lift)
    file(
        world,
        draft_of(world.lift, conclusion="fail", defects=[DefectDraft("门锁失效", "serious", "3")]),
    )
    raw = f"HTTPS://JZ.EXAMPLE/T/{tag_on(world)}\r\n"
    answer = lin_phone.post(URL, {"raw": raw, "position": POSITION})
    assert answer.status_code == 200
    assert answer.data["kind"] == "unit"
    card = answer.data["unit"]
    assert card["id"] == world.lift.pk
    assert (card["using_unit"], card["maintainer"]) == (world.mall.name, world.maintainer.name)
    assert (card["region_name"], card["address"]) == ("济南市历下区", "泉城路1号")
    assert (card["in_order"], card["standing"]) == (False, "held")
    assert card["reasons"] == ["failed", "serious-defect"]
    assert [row["kind"] for row in card["clocks"]][:1] == ["periodic"]
    assert card["clocks"][0]["due_on"] is None
    assert card["last_inspection"]["conclusion"] == "fail"
    assert [row["text"] for row in card["defects"]] == ["门锁失效"]
    scan = Scan.objects.get(pk=answer.data["scan"])
    assert (scan.raw, scan.user, scan.device, scan.datum) == (raw, world.lin, "phone-1", "GCJ02")


@pytest.mark.parametrize(("is_kept", "queries"), [(False, 3), (True, 2)])
@pytest.mark.parametrize("defects", [0, 20])
def test_a_scan_is_answered_in_three_queries_and_in_two_when_its_card_is_kept(
    world, lin_phone, defects, is_kept, queries
):
    put_in_use(world, world.lift)
    faults = [DefectDraft(f"{n}", "general") for n in range(defects)]
    file(world, draft_of(world.lift, defects=faults))
    code = tag_on(world)
    body = {"raw": code, "client_id": str(uuid.uuid4()), "position": POSITION}
    if is_kept:
        make_emptied_cards()
    with CaptureQueriesContext(connection) as seen:
        answer = lin_phone.post(URL, body)
    texts = [
        query["sql"].removeprefix("SELECT set_config").rpartition(", true); ") for query in seen
    ]
    asked = [last for _context, _mark, last in texts if not last.startswith(_CONTROL)]
    assert len(answer.data["unit"]["defects"]) == defects
    assert len(asked) == queries, "\n".join(asked)


def test_a_unit_of_another_place_shows_its_mark_only(world, lin_phone):
    answer = phone_of(world.chen).post(URL, {"raw": tag_on(world)})
    assert (answer.status_code, answer.data["kind"]) == (200, "elsewhere")
    assert answer.data["unit"] is None
    assert answer.data["public"]["using_unit"] == world.mall.name
    assert "address" not in answer.data["public"]


def test_void_unbound_unknown_and_misread_tags_are_told_apart(world, lin_phone):
    void = tag_on(world)
    retire_tag(actor=world.ou, code=void, reason="破损")
    raws = {void: "void", tag_on(world, ""): "unbound", make_code(): "unknown", "x": "malformed"}
    answers = {raw: lin_phone.post(URL, {"raw": raw}) for raw in raws}
    assert {raw: answer.data["kind"] for raw, answer in answers.items()} == raws
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all(a.data["message"] and a.data["unit"] is None for a in answers.values())


def test_a_replayed_scan_is_one_row_and_other_content_a_conflict(world, lin_phone):
    body = {"raw": tag_on(world), "client_id": str(uuid.uuid4())}
    first, again = lin_phone.post(URL, body), lin_phone.post(URL, body)
    assert first.data["scan"] == again.data["scan"]
    assert lin_phone.post(URL, body | {"raw": "other"}).status_code == 409
    assert phone_of(world.wei).post(URL, body).status_code == 409
    assert Scan.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"raw": None},
        {"raw": "a\u0000"},
        {"client_id": "x"},
        {"position": {"lng": 500, "lat": 1}},
        {"position": {"lng": "nan", "lat": 1}},
        {"position": {"lng": 1, "lat": 1, "datum": "MARS"}},
        {"position": {"lng": 1, "lat": 1, "accuracy": "inf"}},
        {"scanned_at": "yesterday"},
    ],
)
def test_a_malformed_scan_names_the_field(world, lin_phone, changes):
    answer = lin_phone.post(URL, {"raw": "x"} | changes)
    assert answer.status_code == 400
    assert answer.data["errors"][0]["pointer"].startswith(f"/{next(iter(changes))}")


def test_a_card_is_read_by_id_within_the_jurisdiction(world, lin_phone):
    url = f"/mobile/v1/units/{world.lift.pk}"
    assert lin_phone.get(url).data["reasons"] == ["status-unregistered"]
    assert phone_of(world.qian).get(url).status_code == 200
    assert phone_of(world.chen).get(url).status_code == 404
    assert lin_phone.get(f"/mobile/v1/units/{10**30}").status_code == 404
    assert lin_phone.get("/mobile/v1/units/x").status_code == 404


def test_scans_and_cards_need_a_sign_in(world):
    assert APIClient().post(URL, {"raw": "x"}).status_code == 401
    assert APIClient().get(f"/mobile/v1/units/{world.lift.pk}").status_code == 401
    assert Scan.objects.count() == 0
