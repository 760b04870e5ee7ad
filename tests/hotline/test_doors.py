"""The hotline's doors: letters over REST, figures, clusters, the citizen's pages and the operator's."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import altcha
import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.test import Client, override_settings
from rest_framework.test import APIClient

from backend.hotline import kept_figures
from backend.hotline.clusters.kept_clusters import keep_clusters
from backend.hotline.models import HotlineMatter, ReporterLook
from backend.hotline.proof_of_work import make_challenge
from backend.lib import clock
from backend.matters.models import Matter
from geo.models import Region
from tests.hotline.cast import ZHANG, HotlineCast

pytestmark = pytest.mark.django_db

LETTER = {
    "natures": ["complaint", "report"],
    "account": "电梯门夹人",
    "lng": 117.05,
    "lat": 36.65,
    "goods_value": "3500.50",
    "product_category": "special-equipment",
    "reporter": {"name": "张建国", "phone": "13812341234", "address": "文化东路29号"},
}


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(user: Any, path: str, body: Any, key: uuid.UUID | None = None) -> Any:
    headers = {"Idempotency-Key": str(key)} if key else {}
    return client_of(user).post(f"/api/v1/hotline/{path}", body, format="json", headers=headers)


def test_a_letter_over_rest_is_filed_once(hotline_cast: HotlineCast) -> None:
    key = uuid.uuid4()
    first, second = (post(hotline_cast.operator, "letters", LETTER, key) for _turn in range(2))
    assert first.status_code == 201, first.content
    assert first.json() == second.json()
    assert [one["nature"] for one in first.json()] == ["complaint", "report"]
    assert HotlineMatter.objects.count() == 2
    assert post(hotline_cast.operator, "letters", LETTER).status_code == 400
    assert post(hotline_cast.world.lin, "letters", LETTER, uuid.uuid4()).status_code == 403
    wrong = post(hotline_cast.operator, "letters", LETTER | {"natures": []}, uuid.uuid4())
    assert wrong.status_code == 400


def test_a_reporter_over_rest_needs_right_and_reason(hotline_cast: HotlineCast) -> None:
    [child] = hotline_cast.send()
    path = f"letters/{child.pk}/reporter"
    assert post(hotline_cast.neighbour_handler, path, {"reason": "看看"}).status_code == 404
    assert post(hotline_cast.clerk, path, {"reason": "看看"}).status_code == 403
    assert post(hotline_cast.operator, path, {}).status_code == 400
    told = post(hotline_cast.operator, path, {"reason": "回访"})
    assert told.json()["name"] == ZHANG.name
    looks = client_of(hotline_cast.operator).get("/api/v1/hotline/looks").json()["results"]
    assert [look["reason"] for look in looks] == ["回访"]
    assert ReporterLook.objects.count() == 1


def test_hot_spots_refuse_what_they_do_not_know(hotline_cast: HotlineCast) -> None:
    client = client_of(hotline_cast.operator)
    for params in ("by=colour", "first=2026-13-01", "nature=x", "region=37", "colour=red",
                   "first=2026-02-01&last=2026-01-01"):  # fmt: skip
        assert client.get(f"/api/v1/hotline/hot-spots?{params}").status_code == 400, params
    assert client.get("/api/v1/hotline/hot-spots?by=region").status_code == 200


def test_figures_that_took_long_are_kept_for_who_sees_the_same(
    hotline_cast: HotlineCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_figures, "LONG_S", -1)

    def read(user: Any) -> Any:
        return client_of(user).get("/api/v1/hotline/hot-spots?by=product").json()

    facts = {"product_name": "电热水器", "goods_value": Decimal("3500.55")}
    hotline_cast.send(facts=facts)
    first = read(hotline_cast.leader)
    assert first["total"]["goods_yuan"] == "3500.55"
    hotline_cast.send(facts=facts)
    assert read(hotline_cast.leader) == first
    assert read(hotline_cast.neighbour_handler)["total"]["matters"] == 0
    cache.clear()
    assert read(hotline_cast.leader)["total"]["goods_yuan"] == "7001.10"


def test_a_cluster_of_one_county_is_found_kept_and_shown(hotline_cast: HotlineCast) -> None:
    world = hotline_cast.world
    for county, lng in ((world.lixia, 117.05), (world.shizhong, 116.95)):
        Region.objects.filter(pk=county.pk).update(label_point=Point(lng, 36.65, srid=4326))
    for turn in range(40):
        [child] = hotline_cast.send(position=Point(116.95, 36.65, srid=4326))
        _receive_on(child, clock.today() - dt.timedelta(days=turn * 2 + 5))
    for turn in range(40):
        [child] = hotline_cast.send()
        _receive_on(child, clock.today() - dt.timedelta(days=turn * 2 + 5))
    for turn in range(24):
        [child] = hotline_cast.send()
        _receive_on(child, clock.today() - dt.timedelta(days=1 + turn % 3))
    found = keep_clusters(clock.today() - dt.timedelta(days=1))
    assert [cluster.regions[0] for cluster in found if not cluster.product_category] == ["370102"]
    page = Client()
    page.force_login(hotline_cast.operator)
    assert "历下区" in page.get("/hotline/hot-spots/").content.decode()
    assert keep_clusters(clock.today() - dt.timedelta(days=1))[0].since == found[0].since


def _receive_on(child: HotlineMatter, day: dt.date) -> None:
    noon = clock.end_of(day) - dt.timedelta(hours=12)
    Matter.objects.filter(pk=child.pk).update(received_at=noon)


def solve() -> str:
    """Do the work that a browser does."""
    challenge = altcha.Challenge.from_dict(make_challenge())
    solution = altcha.solve_challenge(challenge)
    text: str = altcha.Payload(challenge, solution).to_base64()
    return text


FORM = {
    "natures": ["report"],
    "account": "卖假冒电梯配件",
    "lng": "117.05",
    "lat": "36.65",
    "confidential": "on",
}


@override_settings(PROOF_OF_WORK_COST=10)
def test_a_citizen_writes_once_and_follows_it(hotline_cast: HotlineCast, client: Client) -> None:
    key, work = str(uuid.uuid4()), solve()
    page = client.post("/hotline/", FORM | {"key": key, "altcha": work})
    assert page.status_code == 200, page.content.decode()
    [child] = HotlineMatter.objects.all()
    assert child.matter.number in page.content.decode()
    again = client.post("/hotline/", FORM | {"key": key, "altcha": work})
    assert child.matter.number in again.content.decode()
    other = client.post("/hotline/", FORM | {"key": str(uuid.uuid4()), "altcha": work})
    assert other.status_code == 422
    assert HotlineMatter.objects.count() == 1


@override_settings(PROOF_OF_WORK_COST=10, LETTERS_A_DAY=2)
def test_what_programs_send_is_kept_away(hotline_cast: HotlineCast, client: Client) -> None:
    for work in ("", "nonsense", "e30="):
        sent = client.post("/hotline/", FORM | {"key": str(uuid.uuid4()), "altcha": work})
        assert sent.status_code == 422
    for expected in (200, 200, 422):
        sent = client.post("/hotline/", FORM | {"key": str(uuid.uuid4()), "altcha": solve()})
        assert sent.status_code == expected
    assert HotlineMatter.objects.count() == 2


@override_settings(PROOF_OF_WORK_COST=10)
@pytest.mark.parametrize("told", ["<script>alert(1)</script>", "{{ 7*7 }}", "'; DROP TABLE x; --"])
def test_scripts_in_every_field_are_words(
    hotline_cast: HotlineCast, client: Client, told: str
) -> None:
    fields = (
        "account",
        "demand",
        "product_name",
        "brand",
        "against_name",
        "address",
        "name",
        "home",
    )
    form = FORM | dict.fromkeys(fields, told) | {"key": str(uuid.uuid4()), "altcha": solve()}
    assert client.post("/hotline/", form).status_code == 200
    [child] = HotlineMatter.objects.all()
    desk = Client()
    desk.force_login(hotline_cast.operator)
    page = desk.get(f"/desk/matters/{child.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "49" not in child.account


def test_an_operator_registers_and_sees_what_is_like_it(hotline_cast: HotlineCast) -> None:
    hotline_cast.send(facts={"product_name": "曳引电梯"})
    desk = Client()
    desk.force_login(hotline_cast.operator)
    seen = desk.post("/desk/hotline/hints/", {"phone": ZHANG.phone, "product_name": "电梯"})
    assert seen.content.decode().count("12365370102") == 2
    form = FORM | {"key": str(uuid.uuid4()), "channel": "phone", "product_name": "电梯"}
    sent = desk.post("/desk/hotline/new/", form)
    assert sent.status_code == 302, sent.content.decode()
    assert HotlineMatter.objects.count() == 2
    stranger = Client()
    stranger.force_login(hotline_cast.world.lin)
    assert stranger.get("/desk/hotline/new/").status_code == 403
